"""A small bridge behind the client's real checks, and a misbehaving server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from confmon.api.connect import open_client

if TYPE_CHECKING:
    from confmon.api.live import ConferenceClient

BASE = "http://127.0.0.1:8080/conference/v1"


def call(number: int, **changed: object) -> dict[str, Any]:
    """Return the reference's sample call with another id."""
    sample: dict[str, Any] = {
        "accessCode": "111",
        "addressFrom": '"+15162065319" ',
        "bridgeName": "MIA-QA-FCC4D",
        "callee": "15162065318",
        "caller": "+15162065319",
        "codec": "PCMU",
        "connectionStatus": 0,
        "created": 1544643810000,
        "customName": "",
        "duration": 171,
        "gainLevel": 0,
        "holdMode": 0,
        "id": number,
        "joined": 1544643810000,
        "meetingNumber": 106131,
        "muteMode": 0,
        "nodeName": "10.2.114.15",
        "presenterMedia": 0,
        "qaMode": 0,
        "role": 1,
        "state": 2,
    }
    return sample | changed


def meeting(number: int, **changed: object) -> dict[str, Any]:
    """Return the reference's sample meeting with another number."""
    sample: dict[str, Any] = {
        "attributes": [],
        "created": 1544729701000,
        "duration": 48,
        "holdMode": 0,
        "id": 196938,
        "isRecording": False,
        "isSecured": False,
        "meetingNumber": number,
        "muteMode": 32,
        "participantCount": 1,
        "qaMode": 0,
        "state": 2,
        "subscriberName": "John Smith",
        "type": 1,
    }
    return sample | changed


@dataclass
class Bridge:
    """Lists in memory, with oddities a server may have. `requests` has its requests."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    meetings: list[dict[str, Any]] = field(default_factory=list)
    heeds: set[str] = field(
        default_factory=lambda: {"filter", "and", "order", "limit", "offset", "excludeFields"}
    )
    refuses: set[str] = field(default_factory=set)
    total: Callable[[int], object] = lambda count: count
    envelope: str = "conference"
    page_cap: int = 1000
    number_as_text: bool = False
    between: Callable[[Bridge], None] = lambda bridge: None
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        parts = request.url.path.removeprefix("/conference/v1/").split("/")
        if request.method == "GET" and len(parts) == 1:
            answer = self._list(parts[0], dict(request.url.params))
            self.between(self)
            return answer
        rows = self.calls if parts[0] == "calls" else self.meetings
        key = "id" if parts[0] == "calls" else "meetingNumber"
        row = next((row for row in rows if str(row[key]) == parts[1]), None)
        if row is None:
            return httpx.Response(404, json={"message": "Not found"})
        if request.method == "DELETE":
            rows.remove(row)
            return httpx.Response(204)
        if request.method == "PUT" and len(parts) == 2:
            row.update(json.loads(request.content))
        return httpx.Response(200, json=row)

    def _list(self, plural: str, query: dict[str, str]) -> httpx.Response:
        for name in query:
            if name in self.refuses:
                return httpx.Response(400, json={"message": "Invalid field specific"})
        rows = list(self.calls if plural == "calls" else self.meetings)
        if "filter" in self.heeds:
            for condition in query.get("filter", "").split(" and "):
                rows = [row for row in rows if self._holds(condition, row)]
        if "order" in self.heeds and "order" in query:
            rows.sort(key=lambda row: int(row[query["order"]]))
        count = len(rows)
        limit = int(query.get("limit", 10)) if "limit" in self.heeds else self.page_cap
        start = int(query.get("offset", 0)) if "offset" in self.heeds else 0
        rows = rows[start : start + min(limit, self.page_cap)]
        if "excludeFields" in self.heeds:
            gone = query.get("excludeFields", "").split(",")
            rows = [{key: row[key] for key in row if key not in gone} for row in rows]
        payload: dict[str, Any] = {"offset": start, "last": 0, "total": self.total(count)}
        if self.envelope == "core":
            payload |= {"items": rows, "pagination": {"next": "https://evil.example/calls"}}
        else:
            payload[plural] = rows
        if payload["total"] is None and self.envelope == "absent":
            del payload["total"]
        return httpx.Response(200, json=payload)

    def _holds(self, condition: str, row: dict[str, Any]) -> bool:
        found = re.fullmatch(r'(\w+) (eq|gt) ("?)(\d+)\3', condition)
        if not found:
            return True
        name, operator, quoted, value = found.groups()
        if name == "meetingNumber" and bool(quoted) != self.number_as_text:
            return False
        has = int(row[name])
        return has == int(value) if operator == "eq" else has > int(value)

    def asked(self, name: str) -> list[str | None]:
        """Return one parameter of each list request."""
        return [request.url.params.get(name) for request in self.requests]


@pytest.fixture
def bridge() -> Bridge:
    """Return an empty bridge."""
    return Bridge()


@pytest.fixture
async def client(bridge: Bridge) -> AsyncIterator[ConferenceClient]:
    """Return a client of the bridge, with every check, but without a socket."""
    opened = open_client(
        BASE, "login", "secret", transport=httpx.MockTransport(bridge), requests_per_s=1e6
    )
    yield opened
    await opened.aclose()


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Wild:
    """A TCP server that sends the test's bytes. `heads` has the heads of its requests."""

    talk: Talk
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    talks: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/conference/v1"

    async def close(self) -> None:
        """End every talk, and wait until its connection is closed."""
        for talk in self.talks:
            talk.cancel()
        await asyncio.gather(*self.talks, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.talks.add(task)
        try:
            await self.talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            self.talks.discard(task)


Serve = Callable[[Talk], Awaitable[Wild]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start wild servers; they end with the test."""
    servers: list[asyncio.Server] = []
    wilds: list[Wild] = []

    async def start(talk: Talk) -> Wild:
        wild = Wild(talk)
        wilds.append(wild)
        server = await asyncio.start_server(wild.serve, "127.0.0.1", 0)
        wild.port = server.sockets[0].getsockname()[1]
        servers.append(server)
        return wild

    yield start
    for server in servers:
        server.close()
    for wild in wilds:
        await wild.close()


async def heard(reader: asyncio.StreamReader) -> bytes:
    """Read one request."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


def http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """Return the bytes of a reply."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def saying(*replies: bytes) -> Talk:
    """Return a server that answers each request of a connection with the next of these bytes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in replies:
            await heard(reader)
            writer.write(reply)
            await writer.drain()

    return talk
