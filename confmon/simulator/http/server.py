"""Serves an application on a real socket, quietly, with Hypercorn."""

from __future__ import annotations

import asyncio
import signal
import socket
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config, Sockets

from confmon.simulator.http.app import make_app
from confmon.simulator.http.faults.middleware import HANG_UP
from confmon.simulator.scenarios.table import SCENARIOS
from confmon.simulator.simulation import build_world

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

GRACE_S = 0.5


class Connection(socket.socket):
    """An accepted connection that the server can break, with a FIN or with a RST."""

    broken = False
    request: asyncio.Task[object] | None = None

    def hang_up(self, reset: bool) -> None:
        """Send nothing more; the server then closes the connection."""
        if reset:
            self.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.broken = True

    def shutdown(self, how: int) -> None:
        """Close one direction; a broken connection can only be closed as a whole."""
        if self.broken:
            raise ConnectionResetError
        super().shutdown(how)

    def send(self, *given: Any) -> int:
        """Send, unless the connection is broken."""
        if self.broken:
            raise ConnectionResetError
        return super().send(*given)


class Listener(socket.socket):
    """A listening socket that keeps its connections by the client's address."""

    def __init__(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__(family, socket.SOCK_STREAM)
        self.connections: WeakValueDictionary[tuple[str, int], Connection] = WeakValueDictionary()
        try:
            self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.setblocking(False)  # noqa: FBT003
            self.bind((host, port))
            self.listen(128)
        except BaseException:
            self.close()
            raise

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept a connection and keep it."""
        plain, address = super().accept()
        connection = Connection(plain.family, plain.type, plain.proto, fileno=plain.detach())
        self.connections[address[:2]] = connection
        return connection, address

    def break_off(self) -> None:
        """Cancel the requests that are still being answered."""
        for connection in list(self.connections.values()):
            if connection.request:
                connection.hang_up(reset=False)
                connection.request.cancel()


class QuietConfig(Config):
    """Hypercorn on our socket: no log, HTTP/1.1; the application sets the Date header."""

    errorlog = None
    include_date_header = False
    include_server_header = False
    keep_alive_timeout = 75.0
    keep_alive_max_requests = 1_000_000
    graceful_timeout = 2 * GRACE_S

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self.listener = listener

    def create_sockets(self) -> Sockets:
        """Return the one socket."""
        return Sockets([], [self.listener], [])


async def serve(
    app: ASGIApp,
    host: str,
    port: int,
    on_ready: Callable[[int], None],
    *,
    until: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """Serve until `until` returns, or without it until SIGINT or SIGTERM; or until cancelled.

    Port 0 takes a free one; `on_ready` gets the port once connections are accepted. At the end a
    request that is still being answered has GRACE_S seconds.
    Raises OSError if the address cannot be used.
    """
    with Listener(host, port) as listener:

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            client = scope.get("client")
            connection = listener.connections.get(tuple(client)) if client else None
            if connection is None:
                await app(scope, receive, send)
                return
            scope["extensions"][HANG_UP] = connection.hang_up
            connection.request = asyncio.current_task()
            try:
                await app(scope, receive, send)
            finally:
                connection.request = None

        loop = asyncio.get_running_loop()
        wait = until or _stop_signal(loop)

        async def stop() -> None:
            await wait()
            loop.call_later(GRACE_S, listener.break_off)
            loop.call_later(2 * GRACE_S, server.cancel)

        server = asyncio.ensure_future(
            hypercorn_serve(
                with_connection,  # type: ignore[arg-type]
                QuietConfig(listener),
                shutdown_trigger=stop,
                mode="asgi",
            )
        )
        on_ready(listener.getsockname()[1])
        try:
            await asyncio.wait({server})
        finally:
            server.cancel()
        if not server.cancelled():
            server.result()


def _stop_signal(loop: asyncio.AbstractEventLoop) -> Callable[[], Awaitable[object]]:
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, asked.set)
    return asked.wait


def run(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    meetings: int = 20,
    calls: int = 200,
    seed: int = 1,
    login: str = "demo",
    password: str = "demo",  # noqa: S107 - the simulator's, known to all
    churn: float = 0.05,
    scenario: str | None = None,
    on_ready: Callable[[int], None] = lambda _port: None,
) -> None:
    """Serve a world until SIGINT or SIGTERM, and print nothing. Raises OSError (address in use).

    `scenario` names what happens beside the random events.
    """
    world = build_world(seed, meetings, calls, time.time, churn=churn)
    if scenario:
        SCENARIOS[scenario].play(world)
    app = make_app(world, login=login, password=password)
    asyncio.run(serve(app, host, port, on_ready))
