"""A bridge on a real socket with faults, down to the bytes.

It has plain blocking threads, so that a fault is a few lines of what it sends. Records come from
the simulator's world; its routes and its server are not used.
"""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import struct
from base64 import b64encode
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from threading import Event, RLock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from confmon.simulator.http.calls import CALLS
from confmon.simulator.http.errors import Refused
from confmon.simulator.http.lists import query
from confmon.simulator.http.meetings import MEETINGS
from tests.faults.journal import Journal, Request
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedIOBase

    from confmon.simulator.http.resource import Resource
    from confmon.simulator.world.world import World

BASE: Final = "/conference/v1"
PORTS: Final = Random(os.getpid()).sample(range(20_000, 32_000), 12_000)  # noqa: S311
"""Below the kernel's own range, so that no other process gets one while its server is away."""
LOGIN: Final = "operator"
PASSWORD: Final = "correct-horse-battery-9Q"
TOKEN: Final = b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()


def resource_of(kind: str) -> Resource:
    """Return how the simulator reads and changes this kind of record."""
    return CALLS if kind == "calls" else MEETINGS


@dataclass(slots=True)
class Reply:
    """A reply before it is encoded. `headers` come after those that HTTP needs."""

    status: int = 200
    body: bytes = b""
    headers: list[str] = field(default_factory=list)

    def encode(self, length: int | None = None) -> bytes:
        """Return its bytes; `length` is the Content-Length, if it is not the body's."""
        claimed = len(self.body) if length is None else length
        phrase = HTTPStatus(self.status).phrase if self.status in _KNOWN else "?"
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"Content-Length: {claimed}"]
        if not any(line.lower().startswith("content-type") for line in self.headers):
            lines.append("Content-Type: application/json")
        return "\r\n".join([*lines, *self.headers, "", ""]).encode() + self.body


_KNOWN = {status.value for status in HTTPStatus}


class Over(Exception):
    """This connection sends no more."""


class Exchange:
    """One request and the connection of its reply, for a fault to work on."""

    def __init__(self, server: Server, connection: socket.socket, request: Request) -> None:
        self.server = server
        self.request = request
        self._connection = connection

    def honest(self) -> Reply:
        """Carry the request out and return the correct reply."""
        return self.server.answer(self.request)

    def send(self, reply: Reply) -> None:
        """Send a whole reply."""
        self.request.status = reply.status
        self.raw(reply.encode())

    def raw(self, data: bytes) -> None:
        """Send bytes."""
        self._connection.sendall(data)

    def drip(self, data: bytes, pause_s: float) -> None:
        """Send byte after byte with pauses, until the fault is lifted."""
        for at in range(len(data)):
            self.raw(data[at : at + 1])
            if self.server.lifted.wait(pause_s):
                break
        raise Over

    def hold(self) -> None:
        """Send nothing until the fault is lifted."""
        self.server.lifted.wait(2 * PATIENCE_S)
        raise Over

    def reset(self) -> None:
        """Reset the connection."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Over

    def close(self) -> None:
        """Close the connection as if the reply had ended."""
        raise Over


@dataclass(slots=True)
class Fault:
    """What to do instead of answering, with which requests, how often (None: until lifted)."""

    talk: Callable[[Exchange], None]
    method: str = ""
    path: str = ""
    times: int | None = None

    def fits(self, request: Request) -> bool:
        """Tell whether the fault applies to this request."""
        if self.times == 0 or self.method not in ("", request.method):
            return False
        return re.search(self.path, request.path) is not None


class Server:
    """One origin. `lock` guards the world; `port` stays the same when the server restarts."""

    def __init__(self, world: World, *, tls: ssl.SSLContext | None = None) -> None:
        self.world = world
        self.journal = Journal()
        self.lock = RLock()
        self.lifted = Event()
        self.port = 0
        self._tls = tls
        self._faults: list[Fault] = []
        self._ration: int | None = None
        self._given: Counter[tuple[str, str]] = Counter()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._threads: list[Thread] = []
        self.listen()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    # What a test does.

    def fault(
        self,
        talk: Callable[[Exchange], None],
        *,
        method: str = "",
        path: str = "",
        times: int | None = None,
    ) -> None:
        """Answer matching requests with this fault from now on. The newest match counts."""
        self.lifted.clear()
        self._faults.insert(0, Fault(talk, method, path, times))

    def ration(self, reads: int) -> None:
        """Answer so many reads of each list from now on; let the others wait for `lift`."""
        self.lifted.clear()
        self._given.clear()
        self._ration = reads

    def lift(self) -> int:
        """End all faults, release their connections, and return the number of requests so far."""
        self._faults = []
        self._ration = None
        self.lifted.set()
        if self._listener is None:
            self.listen()
        return len(self.journal.requests)

    def listen(self) -> None:
        """Accept connections, on the same port as before if there was one."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.port = self.port or next(filter(_is_free, PORTS))
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self._listener = listener
        self._start(self._accept, listener)

    def refuse(self) -> None:
        """Close the port and every connection: the kernel refuses new ones."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop the server."""
        self.lift()
        self.refuse()
        for thread in self._threads:
            thread.join(5)

    # The correct bridge.

    def answer(self, request: Request) -> Reply:
        """Answer as a bridge does."""
        if request.headers.get("authorization") != f"Basic {TOKEN}":
            return Reply(401, b"unauthorized", ["Content-Type: text/plain"])
        with self.lock:
            try:
                return self._answer(request)
            except Refused as refused:
                return Reply(refused.status, encoded({"error": refused.message}))

    def _answer(self, request: Request) -> Reply:
        parts = request.path.strip("/").split("/")
        kind = parts[0]
        if len(parts) == 1 and request.method == "GET":
            return Reply(body=encoded(self.listed(kind, dict(request.query))))
        resource = resource_of(kind)
        one: Any = resource.records(self.world).get(int(parts[1]))
        if one is None or len(parts) > 2:
            return Reply(404, encoded({"error": "Not found"}))
        if request.method == "DELETE":
            resource.remove(self.world, one)
            return Reply(204)
        if request.method == "PUT":
            fields = resource.read(self.world, one, "PUT", json.loads(request.body))
            resource.change(self.world, one, fields)
        return Reply(body=encoded(resource.wire(self.world, one)))

    def listed(self, kind: str, parameters: dict[str, str]) -> dict[str, Any]:
        """Return a list reply as a dict, which a fault may change."""
        self.world.advance()
        resource = resource_of(kind)
        asked = query.read_query(parameters, resource.fields, self.world.quirks)
        found, total = resource.find_page(self.world, asked)
        wires = [resource.wire(self.world, one) for one in found]
        rows = [{k: v for k, v in wire.items() if asked.selection.keeps(k)} for wire in wires]
        return {kind: rows, "last": 0, "offset": asked.offset, "total": total}

    # The wire.

    def _start(self, work: Callable[[socket.socket], None], of: socket.socket) -> None:
        thread = Thread(target=work, args=(of,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._start(self._serve, connection)

    def _serve(self, raw: socket.socket) -> None:
        self.journal.connections += 1
        self._open.add(raw)
        connection = raw
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(raw, server_side=True)
                self._open.add(connection)
            with connection.makefile("rb") as reader:
                self._converse(connection, reader)
        except ssl.SSLError as error:
            self.journal.broken_handshakes.append(str(error.reason))
        except (OSError, Over):
            pass
        finally:
            self._open -= {raw, connection}
            connection.close()
            raw.close()

    def _converse(self, connection: socket.socket, reader: BufferedIOBase) -> None:
        while line := reader.readline():
            method, target, _ = line.decode("latin-1").split(" ", 2)
            headers: dict[str, str] = {}
            while header := reader.readline().decode("latin-1").strip():
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = reader.read(int(headers.get("content-length", 0)))
            request = self.journal.note(method, target.removeprefix(BASE), headers, body)
            try:
                self._handle(Exchange(self, connection, request))
            finally:
                request.closed_at = monotonic()

    def _handle(self, exchange: Exchange) -> None:
        for fault in self._faults:
            if fault.fits(exchange.request):
                if fault.times is not None:
                    fault.times -= 1
                exchange.request.fault = getattr(fault.talk, "__name__", "fault")
                fault.talk(exchange)
                return
        self._wait_for_ration(exchange.request)
        exchange.send(exchange.honest())
        exchange.request.whole = True

    def _wait_for_ration(self, request: Request) -> None:
        with self.lock:
            feed = request.path, request.query.get("filter", "")
            self._given[feed] += not request.write
            enough = self._ration is not None and self._given[feed] > self._ration
        if enough:
            self.lifted.wait(PATIENCE_S)


def _is_free(port: int) -> bool:
    with socket.socket() as tried, suppress(OSError):
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind(("127.0.0.1", port))
        return True
    return False


def encoded(value: object) -> bytes:
    """Return compact JSON; half a surrogate pair is escaped, as JSON libraries do."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
