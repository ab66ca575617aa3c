"""The requests that reached a server, to compare screens and audit logs with."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(slots=True, kw_only=True)
class Request:
    """One request. `at` is monotonic, `wall` epoch seconds, `path` without the API's base.

    `audit` is the audit log on the disk when a PUT or DELETE came in. `whole` is True once a
    correct reply is sent to its last byte; `closed_at` is when the exchange ended.
    """

    at: float
    wall: float
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    audit: bytes = b""
    fault: str = ""
    status: int | None = None
    whole: bool = False
    closed_at: float | None = None

    @property
    def closed(self) -> bool:
        """Whether the exchange has ended."""
        return self.closed_at is not None

    @property
    def write(self) -> bool:
        """Whether the request changes something."""
        return self.method != "GET"


@dataclass(slots=True)
class Journal:
    """Every connection and every request of one server, in the order in which they came."""

    audit: Callable[[], bytes] = bytes
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    broken_handshakes: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def note(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
        """Add a request as it comes in, before it is answered."""
        from urllib.parse import parse_qsl

        path, _, query = target.partition("?")
        request = Request(
            at=time.monotonic(),
            wall=time.time(),
            method=method,
            path=path,
            query=dict(parse_qsl(query)),
            headers=headers,
            body=body,
            audit=self.audit() if method != "GET" else b"",
        )
        with self.lock:
            self.requests.append(request)
        return request

    def writes(self) -> list[Request]:
        """Return every request that is not a GET."""
        return [request for request in list(self.requests) if request.write]

    def reads(self, path: str = "", since: int = 0) -> list[Request]:
        """Return every GET with this end of the path, from the `since`-th request on."""
        found = list(self.requests)[since:]
        return [r for r in found if r.method == "GET" and r.path.endswith(path)]

    def finished(self, path: str, since: int) -> int:
        """Return how many of these GETs have ended."""
        return sum(request.closed for request in self.reads(path, since))
