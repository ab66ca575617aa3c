"""What can go wrong between confmon and the bridge, and what the operator should do about it.

    BridgeError
    ├── Unreachable     refused, no such host, reset, cut, TLS refused
    ├── TimedOut        the whole-request deadline passed
    ├── Unauthorized    401
    ├── Forbidden       403
    ├── NotFound        404: the call or meeting is gone
    ├── Rejected        any other 4xx: the request itself was wrong
    ├── Throttled       429, with `retry_after_s`
    ├── ServerTrouble   5xx
    ├── Redirected      3xx: never followed
    ├── Garbled         a body that is not what the API sends
    └── Guarded         confmon itself refused to send: read-only, plain http, another origin

`str(error)` is one cleaned line fit for the screen. Nothing in it comes raw off the wire.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class BridgeError(Exception):
    """The bridge did not do what was asked.

    `hint` says what the operator can do. `status` is the HTTP status where there was one.
    `lost` is True when the request may have been carried out although no answer came:
    for a PUT or DELETE the truth has to be read back.
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
    """No conversation took place, or it broke off."""

    hint = "Check the base URL and the network; confmon keeps trying."


class TimedOut(BridgeError):
    """The whole-request deadline passed before the last byte came."""

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
    """404: there is no such call or meeting, or no longer."""

    hint = "It has already left."


class Rejected(BridgeError):
    """The server did not accept the request as it stands."""

    hint = "This endpoint does not accept that change."


class Throttled(BridgeError):
    """429: asked too often. `retry_after_s` is what the server wants, clamped to 1-300 s."""

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
    """confmon's own guard stopped the request before anything was sent."""


PASSING = (Unreachable, TimedOut, ServerTrouble, Throttled)
"""Troubles whose hints speak of polling that goes on: not true of what is sent once."""


@contextmanager
def hinting(hints: Mapping[int, str]) -> Iterator[None]:
    """Give an error of one of these HTTP statuses the hint that suits what was asked."""
    try:
        yield
    except BridgeError as error:
        error.hint = hints.get(error.status or 0, error.hint)
        raise
