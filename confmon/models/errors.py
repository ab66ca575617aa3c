"""The errors between confmon and the bridge, each with a hint for the operator.

`str(error)` is one cleaned line for the screen. Nothing in it comes raw from the wire.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class BridgeError(Exception):
    """A request failed.

    `hint` tells what the operator can do. `status` is the HTTP status, if there was a reply.
    `lost` is True if the bridge may have carried the request out although no answer came: after a
    PUT or DELETE only a read tells the result.
    """

    hint: str = ""

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        status: int | None = None,
        lost: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.lost = lost
        self.retry_after_s = retry_after_s
        if hint is not None:
            self.hint = hint


class Unreachable(BridgeError):
    """The connection failed or broke off: refused, no such host, reset, cut, TLS refused."""

    hint = "Check the base URL and the network; confmon keeps trying."


class TimedOut(BridgeError):
    """The deadline of the whole request passed before the last byte came."""

    hint = "The service is slow or a firewall drops packets; confmon keeps trying."


class Unauthorized(BridgeError):
    """401: these are not the credentials of this endpoint."""

    hint = (
        "Use the login and password of the conference endpoint itself, not those of the portal "
        "(portal credentials answer 'unauthorized' here)."
    )


class Forbidden(BridgeError):
    """403: the login is known and may not do this."""

    hint = "This login is not permitted to do that."


class NotFound(BridgeError):
    """404: there is no such record, or it is gone."""

    hint = "It has already left."


class Rejected(BridgeError):
    """Another 4xx: the server did not accept the request."""

    hint = "This endpoint does not accept that change."


class Throttled(BridgeError):
    """429: too many requests. `retry_after_s` is the wait the server asks for, within 1-300 s."""

    hint = "Polling slows down by itself."


class ServerTrouble(BridgeError):
    """5xx: the service itself failed."""

    hint = "The service is failing; confmon keeps trying, more slowly."


class Redirected(BridgeError):
    """3xx: confmon never follows, because the login must not leave the configured origin."""

    hint = "Put the final address into base_url."


class Garbled(BridgeError):
    """A reply that is not the API's JSON: HTML from a proxy, a cut body, too many bytes."""

    hint = "Something between here and the API answers in its place, or the reply was cut."


class Guarded(BridgeError):
    """confmon itself refused to send: read-only, plain http, another origin."""


PASSING = (Unreachable, TimedOut, ServerTrouble, Throttled)
"""Statuses with hints about polling, which do not fit a request that is sent once."""


@contextmanager
def hinting(hints: Mapping[int, str]) -> Iterator[None]:
    """Replace the hint of an error with one of these statuses by one that fits the request."""
    try:
        yield
    except BridgeError as error:
        error.hint = hints.get(error.status or 0, error.hint)
        raise
