"""Faults as functions, which send something else than a correct reply."""

from __future__ import annotations

import gzip
import time
import zlib
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from tests.faults.server import Reply, encoded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.server import Exchange

    Talk = Callable[[Exchange], None]
    Rows = list[dict[str, Any]]

NEVER_SHOWN = "PROXYLOGINPAGE"
"""A text in bodies that must not reach the screen."""
HTML = f"<html><body><h1>{NEVER_SHOWN}</h1>Please log in to this network.</body></html>".encode()


# Below HTTP.


def reset(exchange: Exchange) -> None:
    """Read the request, then RST."""
    exchange.reset()


def black_hole(exchange: Exchange) -> None:
    """Read the request, then nothing."""
    exchange.hold()


def drip(exchange: Exchange) -> None:
    """Send the reply a byte at a time, five a second."""
    exchange.drip(exchange.honest().encode(), 0.2)


def hang_up(exchange: Exchange) -> None:
    """Read the request, then close."""
    exchange.close()


def cut(at: int) -> Talk:
    """Close after so many bytes of the reply, counted from its end if negative."""

    def talk(exchange: Exchange) -> None:
        exchange.raw(exchange.honest().encode()[:at])
        exchange.close()

    return talk


def reset_at(at: int) -> Talk:
    """RST after so many bytes of the reply, counted from its end if negative."""

    def talk(exchange: Exchange) -> None:
        exchange.raw(exchange.honest().encode()[:at])
        exchange.reset()

    return talk


def wrong_length(by: int) -> Talk:
    """Send a Content-Length that is off by so much."""

    def talk(exchange: Exchange) -> None:
        reply = exchange.honest()
        exchange.raw(reply.encode(length=len(reply.body) + by))
        exchange.close()

    return talk


def raw(data: bytes) -> Talk:
    """Send these bytes and close."""

    def talk(exchange: Exchange) -> None:
        exchange.raw(data)
        exchange.close()

    return talk


# HTTP, but not the API's.


def saying(status: int, body: bytes = b"", *headers: str) -> Talk:
    """Answer with this, whatever the request."""

    def talk(exchange: Exchange) -> None:
        exchange.send(Reply(status, body, list(headers)))

    return talk


def html(exchange: Exchange) -> None:
    """Answer as a proxy's login page does."""
    exchange.send(Reply(200, HTML, ["Content-Type: text/html"]))


def empty(exchange: Exchange) -> None:
    """Answer 200 with nothing."""
    exchange.send(Reply(200))


def claimed_to_be(encoding: str) -> Talk:
    """Send the correct bytes with this Content-Encoding, without encoding them."""

    def talk(exchange: Exchange) -> None:
        reply = exchange.honest()
        reply.headers.append(f"Content-Encoding: {encoding}")
        exchange.send(reply)

    return talk


def recoded(charset: str) -> Talk:
    """Send the correct text in another charset."""

    def talk(exchange: Exchange) -> None:
        reply = exchange.honest()
        reply.body = reply.body.decode().encode(charset)
        exchange.send(reply)

    return talk


def half_packed(exchange: Exchange) -> None:
    """Send gzip that ends too soon."""
    reply = exchange.honest()
    reply.body = gzip.compress(reply.body)[:-20]
    reply.headers.append("Content-Encoding: gzip")
    exchange.send(reply)


def bomb(mib: int = 300) -> Talk:
    """Send gzip that unpacks to the start of JSON and so many MiB of blanks."""
    packer = zlib.compressobj(9, wbits=31)
    blanks = b" " * (1 << 20)
    parts = [packer.compress(b'{"calls": [')]
    parts += [packer.compress(blanks) for _ in range(mib)]
    packed = b"".join([*parts, packer.compress(b"]}"), packer.flush()])
    return saying(200, packed, "Content-Encoding: gzip")


# Of the API, but wrong.


def changed(change: Callable[[dict[str, Any]], object], kind: str = "calls") -> Talk:
    """Change list replies of this kind before they are sent."""

    def talk(exchange: Exchange) -> None:
        request = exchange.request
        if request.method != "GET" or request.path != f"/{kind}":
            exchange.send(exchange.honest())
            return
        page = exchange.server.listed(kind, dict(request.query))
        answer = change(page)
        exchange.send(Reply(body=encoded(page if answer is None else answer)))

    return talk


def at_time(skew_s: float) -> Talk:
    """Answer correctly, with a Date header that is off by so much."""

    def talk(exchange: Exchange) -> None:
        reply = exchange.honest()
        reply.headers.append(f"Date: {formatdate(time.time() + skew_s, usegmt=True)}")
        exchange.send(reply)
        exchange.request.whole = True

    return talk
