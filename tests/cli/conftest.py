"""Gives every command line test its own home and an environment without confmon's variables."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import pytest

from confmon.simulator.http.app import make_app
from confmon.simulator.http.server import serve
from confmon.simulator.simulation import build_world
from confmon.simulator.world.quirks import Quirks
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from confmon.simulator.entities import Call

LIMIT_S = PATIENCE_S


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the XDG folders at a new home and take confmon's variables away."""
    for name in list(os.environ):
        if name.startswith("CONFMON_"):
            monkeypatch.delenv(name)
    place = tmp_path / "home"
    place.mkdir()
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(place / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(place / "state"))
    return place


@pytest.fixture
def config_file(home: Path) -> Path:
    """Return the path of the configuration file; its folder exists."""
    path = home / "config" / "confmon" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


class Served:
    """A world on a socket, in its own thread. It advances only with a request."""

    def __init__(self, meetings: int, calls: int) -> None:
        self.quirks = Quirks()
        self.requests: list[tuple[str, str, Any]] = []
        self.asked = threading.Event()
        """Set by each request."""
        began = time.time()
        # The clock does not move: nobody joins or leaves between two commands.
        self.world = build_world(5, meetings, calls, lambda: began, churn=0, quirks=self.quirks)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._ready.wait(LIMIT_S)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._done = asyncio.Event()
        app = make_app(
            self.world, login="ann", password="hunter2",
            mediator_login="max", mediator_password="medium7", portal_password="portal9",
        )  # fmt: skip
        await serve(self._recorded(app), "127.0.0.1", 0, self._at, until=self._done.wait)

    def _recorded(self, app: ASGIApp) -> ASGIApp:
        """Note every request in `requests`: method, path with query, and its body as JSON."""

        async def recorded(scope: Scope, receive: Receive, send: Send) -> None:
            body = b""

            async def taken() -> Message:
                nonlocal body
                message = await receive()
                body += message.get("body", b"")
                return message

            async def sent(message: Message) -> None:
                if message["type"] == "http.response.start":  # noted before it is answered
                    query = unquote_plus(scope["query_string"].decode())
                    target = scope["path"] + (f"?{query}" if query else "")
                    request = (scope["method"], target, json.loads(body) if body else None)
                    self.requests.append(request)
                    self.asked.set()
                await send(message)

            await app(scope, taken, sent)

        return recorded

    def _at(self, port: int) -> None:
        self.base_url = f"http://127.0.0.1:{port}/conference/v1"
        self.mediator_url = f"http://127.0.0.1:{port}/mediator/v1"
        self.core_url = f"http://127.0.0.1:{port}/core/v2"
        self._ready.set()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(LIMIT_S)
        assert not self._thread.is_alive()

    def do(self, change: Callable[..., object], *about: object) -> None:
        """Change the world between two requests, while others are made."""
        self._loop.call_soon_threadsafe(change, *about)

    def callers(self, count: int) -> list[Call]:
        return [call for call in self.world.calls.values() if call.role in (2, 3)][:count]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Served]:
    bridge = Served(meetings=4, calls=60)
    for name, text in (("password", "hunter2"), ("mediator", "medium7"), ("portal", "portal9")):
        file = tmp_path / name
        file.write_text(f"{text}\n")
        file.chmod(0o600)
    for name, value in {
        "BASE_URL": bridge.base_url, "LOGIN": "ann", "PASSWORD_FILE": tmp_path / "password",
        "MEDIATOR_BASE_URL": bridge.mediator_url, "MEDIATOR_LOGIN": "max",
        "MEDIATOR_PASSWORD_FILE": tmp_path / "mediator",
        "CORE_URL": bridge.core_url, "PORTAL_LOGIN": "portal",
        "PORTAL_PASSWORD_FILE": tmp_path / "portal",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"CONFMON_{name}", str(value))
    yield bridge
    bridge.close()


def audited(home: Path) -> list[dict[str, Any]]:
    path = home / "state" / "confmon" / "audit.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]
