"""What the monitor needs of a bridge. Over HTTP: `confmon.api.client.ConferenceClient`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.api.records import Attribute, Call, Meeting, Scan
    from confmon.monitor.action import Action, Result, Value


class Bridge(Protocol):
    """Reads and writes of the live part of the Conference API.

    Every method raises `confmon.api.errors.BridgeError`; a reply that is not 2xx never returns.
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

    async def put_call(self, call_id: int, change: Mapping[str, Value]) -> None:
        """Ask for a change of one call. The reply proves nothing; read it back."""
        ...

    async def put_meeting(self, meeting_number: int, change: Mapping[str, object]) -> None:
        """Ask for a change of one meeting. Often answered 200 and ignored; read it back."""
        ...

    async def delete_call(self, call_id: int) -> None:
        """Hang one call up. NotFound: it had already left."""
        ...

    async def delete_meeting(self, meeting_number: int) -> None:
        """Hang up every call of a meeting and end it."""
        ...

    def requests_per_minute(self) -> int:
        """How many requests were sent in the last minute."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class Audit(Protocol):
    """Where every action is written down. No audit, no action."""

    def intent(self, action: Action) -> None:
        """Write and fsync that this is about to be sent. OSError: it must not be sent."""
        ...

    def outcome(self, action: Action, result: Result) -> None:
        """Write what became of it. OSError: said on screen."""
        ...
