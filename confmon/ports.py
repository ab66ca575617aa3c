"""What the monitor needs of the three APIs, and of those who get signals.

Over HTTP: `confmon.api.live` (Bridge), `confmon.api.directory`, `confmon.api.mediator`,
`confmon.api.alerts`.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from confmon.models.alert import Alert
    from confmon.models.lists import ListQuery, ListResult
    from confmon.models.live_records import Answer, Attribute, Call, Meeting, Scan, Value
    from confmon.models.resources.resource import Method, R, Resource

AT_ONCE: Final[ContextVar[bool]] = ContextVar("at_once", default=False)
"""Whether the actions of this task, and the reads that prove them, overtake those of a bulk."""

LAST: Final[ContextVar[bool]] = ContextVar("last", default=False)
"""Whether what this task reads comes after every action and every poll, with what they leave."""


class Bridge(Protocol):
    """Reads and writes of the live part of the Conference API.

    Every method raises `confmon.models.errors.BridgeError`; a reply that is not 2xx never returns.
    Changes are keyed by wire name (``{"muteMode": 2}``). Calls are keyed by id, meetings by
    meeting number, never by the meeting's id.
    """

    async def scan_meetings(self) -> Scan[Meeting]:
        """Read every live meeting."""
        ...

    async def scan_calls(self, meeting_number: int | None = None) -> Scan[Call]:
        """Read every live call, of one meeting or of all."""
        ...

    async def get_call(self, call_id: int) -> Call:
        """Read one call. NotFound: it has left."""
        ...

    async def get_meeting(self, meeting_number: int) -> Meeting:
        """Read one meeting. NotFound: it has ended."""
        ...

    async def get_attributes(self, meeting_number: int) -> tuple[Attribute, ...]:
        """Read the run-time attributes of a meeting."""
        ...

    async def put_call(self, call_id: int, change: Mapping[str, Value]) -> Answer:
        """Ask for a change of one call. The reply proves nothing; read it back."""
        ...

    async def put_meeting(self, meeting_number: int, change: Mapping[str, object]) -> Answer:
        """Ask for a change of one meeting. Often answered 200 and ignored; read it back."""
        ...

    async def delete_call(self, call_id: int) -> Answer:
        """Hang one call up. NotFound: it had already left."""
        ...

    async def delete_meeting(self, meeting_number: int) -> Answer:
        """Hang up every call of a meeting and end it."""
        ...

    def requests_per_minute(self) -> int:
        """How many requests were sent in the last minute."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class ResourceClient(Protocol):
    """Reads and writes of the resources of one API, such as `confmon.models.resources.ROOMS`.

    Every method raises `confmon.models.errors.BridgeError`. Bodies are keyed by wire name. A reply
    to a write proves nothing; read it back.
    """

    async def list(self, resource: Resource[R], query: ListQuery = ..., /) -> ListResult[R]:
        """Read the records that match; without a limit, all of them."""
        ...

    async def get(self, resource: Resource[R], key: int | str) -> R:
        """Read one record, whole. NotFound: there is none."""
        ...

    async def create(self, resource: Resource[R], body: Mapping[str, object]) -> R:
        """Create one. An error with `lost` says that it may exist all the same."""
        ...

    async def change(
        self, resource: Resource[Any], method: Method, key: int | str, body: Mapping[str, object]
    ) -> None:
        """Change the fields that are sent (PUT of Mediator: replace the whole record)."""
        ...

    async def delete(self, resource: Resource[Any], key: int | str) -> None:
        """Delete one. NotFound: it was gone already."""
        ...


class Directory(ResourceClient, Protocol):
    """What is set up at a conference endpoint, and the attributes of its live meetings."""

    async def get_attributes(self, meeting_number: int) -> tuple[Attribute, ...]:
        """Read the run-time attributes of a live meeting."""
        ...

    async def put_attribute(self, meeting_number: int, name: str, value: str) -> None:
        """Set one run-time attribute of a live meeting."""
        ...


class Mediator(ResourceClient, Protocol):
    """Forwarders and two-party calls."""

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class AlertReceiver(Protocol):
    """Somebody who gets signals: an Alertmanager, or a webhook."""

    name: str
    """What it is called where it fails, without what may be a secret."""

    async def send(
        self, firing: Sequence[Alert], resolved: Sequence[Alert], at: float, read: float | None, /
    ) -> None:
        """Tell of what is so now and of what is gone.

        `at` is now, `read` the moment of the read that this rests on, in epoch seconds; None: not
        everything was read. Raises BridgeError; then all of it is sent again.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
