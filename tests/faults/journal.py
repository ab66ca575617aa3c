"""What reached a server: the ground truth that screens and audit logs are measured against."""

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

    `audit` is the audit log as it stood on the disk when a PUT or DELETE came in. `whole` is set
    once an honest reply went out to its last byte, `closed_at` when the exchange was over.
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
        """Whether it is over."""
        return self.closed_at is not None

    @property
    def write(self) -> bool:
        """Whether it was meant to change something."""
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
        """Write a request down as it comes in, before anything is made of it."""
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
        """Return every GET whose path ends so, from the `since`-th request on."""
        found = list(self.requests)[since:]
        return [r for r in found if r.method == "GET" and r.path.endswith(path)]

    def finished(self, path: str, since: int) -> int:
        """Return how many such GETs have come and are over."""
        return sum(request.closed for request in self.reads(path, since))
