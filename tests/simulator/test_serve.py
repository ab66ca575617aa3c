"""On a real socket: keep-alive, cut and reset connections, a port of its own, a quick end."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from confmon.simulator.http.app import make_app
from confmon.simulator.http.server import serve
from confmon.simulator.simulation import build_world
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

START = 1_700_000_000.0


@asynccontextmanager
async def served() -> AsyncIterator[tuple[httpx.AsyncClient, asyncio.Event]]:
    """A small still world behind a real port, a client of it, and the event that ends it."""
    world = build_world(3, 4, 40, lambda: START, churn=0.0)
    app = make_app(world, login="op", password="secret")
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    task = asyncio.create_task(serve(app, "127.0.0.1", 0, ready.set_result, until=stop.wait))
    port = await ready
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}/conference/v1",
        auth=("op", "secret"),
        trust_env=False,
        timeout=PATIENCE_S,
    ) as client:
        yield client, stop
        stop.set()
        await asyncio.wait_for(task, PATIENCE_S)


async def test_it_serves() -> None:
    async with served() as (client, _):
        for _ in range(3):
            reply = await client.get("/calls", params={"limit": 1000})
            assert reply.status_code == 200
            assert len(reply.json()["calls"]) == 40
            assert reply.headers.get_list("date") == ["Tue, 14 Nov 2023 22:13:20 GMT"]


async def test_broken_connections_look_broken() -> None:
    async with served() as (client, _):
        for fault, error in (
            ("reset", httpx.ReadError),
            ("lost", httpx.RemoteProtocolError),
            ("lost reset", httpx.ReadError),
            ("cut=50", httpx.RemoteProtocolError),
            ("cut=50 reset", httpx.ReadError),
            ("cut=0", httpx.RemoteProtocolError),
        ):
            with pytest.raises(error):
                await client.get("/calls", headers={"x-fault": fault})
            assert (await client.get("/calls")).status_code == 200


async def test_it_ends_although_a_request_hangs() -> None:
    async with served() as (client, stop):
        hanging = asyncio.create_task(client.get("/calls", headers={"x-fault": "delay_s=3600"}))
        await client.get("/calls")
        stop.set()
        with pytest.raises(httpx.RemoteProtocolError):
            await hanging


async def test_a_port_in_use_is_an_os_error() -> None:
    async with served() as (client, _):
        app = make_app(build_world(1, 1, 1, lambda: START), login="a", password="b")
        with pytest.raises(OSError, match="in use"):
            await serve(app, "127.0.0.1", client.base_url.port or 0, lambda _port: None)


async def test_cancelling_it_frees_the_port() -> None:
    app = make_app(build_world(1, 1, 1, lambda: START), login="a", password="b")
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(app, "127.0.0.1", 0, ready.set_result))
    port = await ready
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


def test_run_serves_until_it_is_stopped_and_prints_nothing() -> None:
    code = (
        "from confmon.simulator.http.server import run\n"
        "run(meetings=2, calls=9, seed=4, login='me', password='pw',\n"
        "    on_ready=lambda port: print(port, flush=True))\n"
        "print('ended')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        url = f"http://127.0.0.1:{port}/conference/v1/calls"
        reply = httpx.get(url, auth=("me", "pw"), trust_env=False)
        assert reply.json()["total"] in range(5, 14)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert (out, err, process.returncode) == ("ended\n", "", 0)
