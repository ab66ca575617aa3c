"""Faults on request: by argument, by header, by the path beside the API."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import httpx
import pytest

from confmon.simulator.http.faults.spec import GARBAGE, Fault, Faults, read_fault, read_header

if TYPE_CHECKING:
    from confmon.simulator.world.world import World

Connect = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


def test_rules_are_read() -> None:
    assert read_header("status=429; retry_after=7") == Fault(status=429, retry_after="7")
    assert read_header("reset cut=50") == Fault(reset=True, cut=50)
    assert read_fault({"delay_s": 1, "lost": False}) == Fault(delay_s=1.0)
    for bad in ({"statu": 1}, {"status": "x"}, {"body": "unheard of"}):
        with pytest.raises(ValueError, match=r".+"):
            read_fault(bad)


def test_rules_match_by_method_path_times_and_share() -> None:
    faults = Faults(
        Fault(status=500, method="PUT", path="/calls", times=2),
        Fault(status=503, path="/meetings", share=0.5),
    )
    assert faults.pick("GET", "/calls") is None
    picked = [faults.pick("PUT", "/calls/1") for _ in range(4)]
    assert [bool(fault) for fault in picked] == [True, True, False, False]
    hits = sum(faults.pick("GET", "/meetings") is not None for _ in range(400))
    assert 150 < hits < 250
    faults.clear()
    assert faults.pick("GET", "/meetings") is None


async def test_a_storm_passes(still: World, connect: Connect) -> None:
    faults = Faults(Fault(status=500, times=2), Fault(status=503, times=1))
    async with connect(still, faults=faults) as client:
        found = [(await client.get("/calls")).status_code for _ in range(4)]
    assert found == [500, 500, 503, 200]


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, '{"error":"Bad request","status":400}'),
        (401, "unauthorized"),
        (403, '{"error":"Forbidden","status":403}'),
        (500, '{"error":"Internal server error","status":500}'),
        (799, '{"error":"Unknown","status":799}'),
    ],
)
async def test_statuses_come_with_their_text(
    still: World, connect: Connect, status: int, text: str
) -> None:
    async with connect(still) as client:
        reply = await client.get("/calls", headers={"x-fault": f"status={status}"})
    assert (reply.status_code, reply.text) == (status, text)


async def test_status_with_its_headers_and_nothing_done(still: World, connect: Connect) -> None:
    path = f"/calls/{still.call_ids[0]}"
    async with connect(still) as client:
        reply = await client.delete(path, headers={"x-fault": "status=429 retry_after=120"})
        assert (reply.status_code, reply.headers["retry-after"]) == (429, "120")
        fault = "status=302 location=https://elsewhere.invalid/"
        reply = await client.delete(path, headers={"x-fault": fault})
        assert reply.status_code == 302
        assert reply.headers["location"] == "https://elsewhere.invalid/"
        assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize("name", sorted(GARBAGE))
async def test_garbage(still: World, connect: Connect, name: str) -> None:
    async with connect(still) as client:
        reply = await client.get("/calls", headers={"x-fault": f"body={name}"})
        assert (reply.status_code, reply.content) == (200, GARBAGE[name])


async def test_a_bomb_is_small_on_the_wire(still: World, connect: Connect) -> None:
    async with (
        connect(still) as client,
        client.stream("GET", "/calls", headers={"x-fault": "body=bomb"}) as reply,
    ):
        raw = b"".join([piece async for piece in reply.aiter_raw()])
    assert len(raw) < 100_000
    assert len(zlib.decompress(raw, 31)) == 64 << 20


async def test_slow_and_dripping(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        begun = time.monotonic()
        await client.get("/calls", headers={"x-fault": "delay_s=0.05"})
        assert time.monotonic() - begun >= 0.05
        path = f"/calls/{still.call_ids[0]}?includeFields=id"
        plain = await client.get(path)
        begun = time.monotonic()
        dripped = await client.get(path, headers={"x-fault": "drip_s=0.002"})
        assert time.monotonic() - begun >= 0.002 * len(plain.content)
        assert dripped.content == plain.content


async def test_lost_is_carried_out_and_reset_is_not(still: World, connect: Connect) -> None:
    first, second = still.call_ids[:2]
    async with connect(still) as client:
        for fault in ("lost", "lost reset"):
            with pytest.raises(ConnectionResetError):
                await client.put(
                    f"/calls/{first}", json={"gainLevel": 7}, headers={"x-fault": fault}
                )
        with pytest.raises(ConnectionResetError):
            await client.delete(f"/calls/{second}", headers={"x-fault": "reset"})
    assert still.calls[first].gain_level == 7
    assert second in still.calls


async def test_faults_can_be_set_from_outside(still: World, connect: Connect) -> None:
    url = "http://bridge/_faults"
    async with connect(still) as client:
        assert (await client.get(url)).json() == []
        await client.post(url, json={"status": 500, "path": "/calls"})
        shown = await client.post(url, json={"status": 403, "path": "/meetings"})
        assert [rule["status"] for rule in shown.json()] == [500, 403]
        assert (await client.get("/calls")).status_code == 500
        assert (await client.get("/meetings")).status_code == 403
        await client.put(url, json=[{"status": 503}])
        assert (await client.get("/meetings")).status_code == 503
        assert (await client.post(url, json={"what": 1})).status_code == 400
        assert (await client.post(url, json=3)).status_code == 400
        assert (await client.delete(url)).json() == []
        assert (await client.get("/calls")).status_code == 200


async def test_a_header_that_is_no_fault_is_ignored(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        reply = await client.get("/calls", headers={"x-fault": "explode"})
        assert reply.status_code == 200


async def test_without_authorization_a_fault_still_comes_first(
    still: World, connect: Connect
) -> None:
    async with connect(still, auth=None) as client:
        reply: httpx.Response = await client.get("/calls", headers={"x-fault": "status=502"})
        assert reply.status_code == 502
