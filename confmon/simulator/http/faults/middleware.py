"""Applies a fault to one request, between the server and the application.

A close or a reset needs the connection: `confmon.simulator.http.server` offers it as the
scope's extension `confmon.hang_up`. In process, without a server, ConnectionResetError is raised
instead.
"""

from __future__ import annotations

import asyncio
import zlib
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from confmon.simulator.http.auth import BASES
from confmon.simulator.http.faults.spec import GARBAGE, Fault, Faults, read_header

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from confmon.simulator.world.world import World

HANG_UP = "confmon.hang_up"


def with_faults(app: ASGIApp, faults: Faults, world: World) -> ASGIApp:
    """Wrap the application; the Date header of every reply is by the world's clock."""

    async def apply_faults(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(world.clock(), usegmt=True).encode()
                message["headers"] = [*message["headers"], (b"date", date)]
            await send(message)

        fault = _fault_for(scope, faults)
        if fault is None:
            await app(scope, receive, send_dated)
        else:
            await _apply(fault, app, scope, receive, send_dated)

    return apply_faults


def _fault_for(scope: Scope, faults: Faults) -> Fault | None:
    path: str = scope["path"]
    base = next((base for base in BASES if path.startswith(base)), None)
    if base is None:
        return None
    for name, value in scope["headers"]:
        if name == b"x-fault":
            with suppress(ValueError):
                return read_header(value.decode("latin-1"))
    return faults.pick(scope["method"], path[len(base) :])


async def _apply(fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    if fault.delay_s > 0:
        await asyncio.sleep(fault.delay_s)
    if fault.reset and fault.cut < 0 and not fault.lost:
        _hang_up(scope, reset=True)
    if fault.status:
        status, headers, body = fault.status, _error_headers(fault), _error_body(fault.status)
    else:
        status, headers, body = await _run_app(app, scope, receive)
    if fault.lost:
        _hang_up(scope, reset=fault.reset)
    if fault.body == "bomb":
        headers, body = _remove_header(headers, b"content-length"), _gzip_bomb()
        headers.append((b"content-encoding", b"gzip"))
    elif fault.body:
        headers, body = _remove_header(headers, b"content-length"), GARBAGE[fault.body]
    if status not in (204, 304) and not any(name == b"content-length" for name, _ in headers):
        headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await _send_body(fault, scope, send, body)


async def _run_app(
    app: ASGIApp, scope: Scope, receive: Receive
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Let the application carry the request out, and return its reply."""
    start: dict[str, Any] = {}
    pieces: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            pieces.append(message.get("body", b""))

    await app(scope, receive, keep)
    return start["status"], list(start["headers"]), b"".join(pieces)


async def _send_body(fault: Fault, scope: Scope, send: Send, body: bytes) -> None:
    sent = body if fault.cut < 0 else body[: fault.cut]
    pieces = [sent[at : at + 1] for at in range(len(sent))] if fault.drip_s > 0 else [sent]
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        if fault.drip_s > 0:
            await asyncio.sleep(fault.drip_s)
    if 0 <= fault.cut < len(body):
        _hang_up(scope, reset=fault.reset)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _hang_up(scope: Scope, *, reset: bool) -> None:
    hang_up: Callable[[bool], None] | None = scope.get("extensions", {}).get(HANG_UP)
    if hang_up:
        hang_up(reset)
    raise ConnectionResetError("the simulator was asked to hang up")


def _error_body(status: int) -> bytes:
    """Return the vendor's text for this status; with 401 it is not JSON."""
    known = status in HTTPStatus.__members__.values()
    phrase = HTTPStatus(status).phrase.capitalize() if known else "Unknown"
    if status == HTTPStatus.UNAUTHORIZED:
        return b"unauthorized"
    return f'{{"error":"{phrase}","status":{status}}}'.encode()


def _error_headers(fault: Fault) -> list[tuple[bytes, bytes]]:
    headers = [(b"content-type", b"application/json")]
    if fault.retry_after:
        headers.append((b"retry-after", fault.retry_after.encode("latin-1")))
    if fault.location:
        headers.append((b"location", fault.location.encode("latin-1")))
    return headers


def _remove_header(headers: list[tuple[bytes, bytes]], gone: bytes) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name != gone]


@lru_cache(1)
def _gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([packer.compress(bytes(1 << 20)) for _ in range(64)]) + packer.flush()
