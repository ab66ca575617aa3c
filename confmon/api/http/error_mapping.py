"""From what went wrong on the wire to the error tree, in words an operator can use."""

from __future__ import annotations

import errno
import socket
import ssl
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from pydantic_core import from_json

from confmon.models.errors import (
    BridgeError,
    Forbidden,
    Garbled,
    NotFound,
    Redirected,
    Rejected,
    ServerTrouble,
    Throttled,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from confmon.models.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RETRY_AFTER_S = (1.0, 300.0)
RETRY_UNSAID_S = 10.0

_OS_WORDS = {
    errno.ECONNREFUSED: "refused the connection",
    errno.ECONNRESET: "reset the connection",
    errno.EPIPE: "closed the connection",
    errno.EHOSTUNREACH: "cannot be reached: no route",
    errno.ENETUNREACH: "cannot be reached: no network",
    errno.ENETDOWN: "cannot be reached: no network",
}
_TLS_HINT = (
    "There is no switch to override this; for a private authority set ca_file in the config."
)


def _causes(error: BaseException | None, depth: int = 8) -> Iterator[BaseException]:
    while error is not None and depth:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for exception in error.exceptions:
                yield from _causes(exception, depth - 1)
        error, depth = error.__cause__ or error.__context__, depth - 1


def from_transport_error(error: httpx.TransportError, place: str, *, lost: bool) -> BridgeError:
    """Return what a failure below HTTP means. `lost`: the request may have arrived."""
    if isinstance(error, httpx.TimeoutException):
        unsent = isinstance(error, (httpx.ConnectTimeout, httpx.PoolTimeout))
        what = "did not take the connection" if unsent else "did not answer"
        return TimedOut(f"{place} {what} in time", lost=lost and not unsent)
    if isinstance(error, httpx.ProxyError):
        return Unreachable(f"the proxy would not connect to {place}", hint="Check `proxy`.")
    lost = lost and not isinstance(error, (httpx.ConnectError, httpx.UnsupportedProtocol))
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = clean_line(cause.verify_message)
            return Unreachable(f"{place}: certificate refused: {why}", hint=_TLS_HINT)
        if isinstance(cause, ssl.SSLError):
            why = clean_line((cause.reason or "no handshake").replace("_", " ").lower())
            return Unreachable(f"{place}: TLS failed: {why}", lost=lost)
        if isinstance(cause, socket.gaierror):
            return Unreachable(f"{place}: no such host")
        if isinstance(cause, OSError) and cause.errno in _OS_WORDS:
            return Unreachable(f"{place} {_OS_WORDS[cause.errno]}", lost=lost)
    if isinstance(error, httpx.ConnectError):
        return Unreachable(f"{place} cannot be reached")
    if isinstance(error, httpx.RemoteProtocolError) and "disconnected" not in str(error):
        return Garbled(f"{place} does not speak HTTP as it should", lost=lost)
    return Unreachable(f"{place} broke off without an answer", lost=lost)


def from_status(
    status: int, headers: httpx.Headers, body: bytes, place: str, *, write: bool, wall_s: float
) -> BridgeError:
    """Return what a status other than 2xx means. `write`: a PUT or DELETE was asked for."""
    message = read_server_message(headers, body)
    tail = f": {message}" if message else ""
    if 300 <= status < 400:
        return Redirected(
            f"{place} redirects ({status}) to {_target(headers)}; not followed", status=status
        )
    if status == 401:
        return Unauthorized(f"{place} does not accept the login (401){tail}", status=status)
    if status == 403:
        return Forbidden(f"not permitted (403){tail}", status=status)
    if status == 404:
        return NotFound(f"not found (404){tail}", status=status)
    if status == 429:
        wait_s = retry_after(headers, wall_s) or RETRY_UNSAID_S
        return Throttled(
            f"{place} wants fewer requests (429), next in {wait_s:.0f} s",
            status=status,
            retry_after_s=wait_s,
        )
    if 400 <= status < 500:
        return Rejected(f"the server refused the request ({status}){tail}", status=status)
    if 500 <= status < 600:
        return ServerTrouble(
            f"{place} fails ({status}){tail}",
            status=status,
            lost=write,
            retry_after_s=retry_after(headers, wall_s),
        )
    return Garbled(f"{place} answers with status {status}", status=status, lost=write)


def _target(headers: httpx.Headers) -> str:
    try:
        parts = urlsplit(headers.get("location", ""))
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an unreadable address"
    if not parts.hostname:
        return "another path"
    return clean_line(f"{parts.scheme or 'https'}://{parts.hostname}{port}", 80)


def retry_after(headers: httpx.Headers, wall_s: float) -> float | None:
    """Return the Retry-After header in seconds, clamped to 1-300; None when there is none.

    A date is measured against the reply's own Date where it has one: the clocks may disagree.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    low, high = RETRY_AFTER_S
    if text.isdecimal():
        return min(max(float(text[:12]), low), high)
    until = http_date(text)
    if until is None:
        return RETRY_UNSAID_S
    since = http_date(headers.get("date", ""))
    return min(max(until - (wall_s if since is None else since), low), high)


def http_date(text: str) -> float | None:
    """Return the epoch seconds of an HTTP date, or None if it is not one."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def read_server_message(headers: Mapping[str, str], body: bytes) -> str:
    """Return what an error body says, in one cleaned line; empty for HTML and for noise."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    head = body[:4096].lstrip()
    if not head or head.startswith(b"<") or kind == "text/html":
        return ""
    try:
        found = _words(from_json(body))
    except ValueError:
        found = head.decode("utf-8", "replace") if kind in ("text/plain", "") else ""
    return clean_line(found, 120)


_KEYS = ("message", "error", "errors", "error_message", "description", "detail", "reason", "body")


def _words(value: Any, depth: int = 4) -> str:
    if isinstance(value, str):
        return value
    if depth and isinstance(value, list) and value:
        return _words(value[0], depth - 1)
    if depth and isinstance(value, dict):
        for key in _KEYS:
            if found := _words(value.get(key), depth - 1):
                return found
    return ""
