"""What the monitor needs of the three APIs.

Over HTTP: `confmon.api.live` (Bridge), `confmon.api.directory`, `confmon.api.mediator`.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.calls import Answer, Attribute, Call, Meeting, Scan, Value
    from confmon.models.forwarding import Binding, Dialout, MediatorDid
    from confmon.models.lists import ListQuery, ListResult
    from confmon.models.rooms import CallFlow, Did, DidGroup, Room, Subscriber

AT_ONCE: Final[ContextVar[bool]] = ContextVar("at_once", default=False)
"""Whether the actions of this task, and the reads that prove them, overtake those of a bulk."""


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


class Directory(Protocol):
    """What stands at a conference endpoint: rooms, numbers, call flows, subscribers.

    Every method raises `confmon.models.errors.BridgeError`. Bodies are keyed by wire name. A reply
    to a write proves nothing; read it back. Rooms are reached by meeting number.
    """

    async def list_rooms(self, listing: ListQuery = ...) -> ListResult[Room]:
        """Read the rooms."""
        ...

    async def get_room(self, meeting_number: int) -> Room:
        """Read one room with its attributes and access codes. NotFound: there is none."""
        ...

    async def create_room(self, body: Mapping[str, object]) -> Room:
        """Create a room; `primaryDidGroupId` and `callFlowId` are required."""
        ...

    async def update_room(self, meeting_number: int, change: Mapping[str, object]) -> None:
        """Change the fields that are sent; `keychain` and `attributes` are sent whole."""
        ...

    async def delete_room(self, meeting_number: int) -> None:
        """Delete a room."""
        ...

    async def list_dids(self, listing: ListQuery = ...) -> ListResult[Did]:
        """Read the DIDs."""
        ...

    async def get_did(self, did_id: int) -> Did:
        """Read one DID."""
        ...

    async def create_did(self, body: Mapping[str, object]) -> Did:
        """Add a DID: `phoneNumber` and `didGroupId`. In the vendor's later edition only."""
        ...

    async def update_did(self, did_id: int, change: Mapping[str, object]) -> None:
        """Change the fields that are sent. In the vendor's later edition only."""
        ...

    async def list_did_groups(self, listing: ListQuery = ...) -> ListResult[DidGroup]:
        """Read the DID groups."""
        ...

    async def get_did_group(self, did_group_id: int) -> DidGroup:
        """Read one DID group."""
        ...

    async def create_did_group(self, body: Mapping[str, object]) -> DidGroup:
        """Add a DID group: `name` and `callFlowId`. In the vendor's later edition only."""
        ...

    async def update_did_group(self, did_group_id: int, change: Mapping[str, object]) -> None:
        """Change the fields that are sent. In the vendor's later edition only."""
        ...

    async def list_call_flows(self, listing: ListQuery = ...) -> ListResult[CallFlow]:
        """Read the call flows, without their attribute templates unless `include` names them."""
        ...

    async def get_call_flow(self, call_flow_id: int) -> CallFlow:
        """Read one call flow with its attribute templates."""
        ...

    async def list_subscribers(self, listing: ListQuery = ...) -> ListResult[Subscriber]:
        """Read the subscribers."""
        ...

    async def get_attributes(self, meeting_number: int) -> tuple[Attribute, ...]:
        """Read the run-time attributes of a live meeting."""
        ...

    async def put_attribute(self, meeting_number: int, name: str, value: str) -> None:
        """Set one run-time attribute of a live meeting."""
        ...


class Mediator(Protocol):
    """Forwarders and two-party calls. `sid`s are texts. Errors and bodies as in `Directory`."""

    async def list_bindings(self, listing: ListQuery = ...) -> ListResult[Binding]:
        """Read the bindings."""
        ...

    async def get_binding(self, sid: str) -> Binding:
        """Read one binding. NotFound: there is none, or it has run out."""
        ...

    async def create_binding(self, body: Mapping[str, object]) -> Binding:
        """Forward a number; `destination_did` is required."""
        ...

    async def patch_binding(self, sid: str, change: Mapping[str, object]) -> None:
        """Change what is sent."""
        ...

    async def put_binding(self, sid: str, body: Mapping[str, object]) -> None:
        """Replace the whole binding."""
        ...

    async def delete_binding(self, sid: str) -> None:
        """Stop forwarding."""
        ...

    async def list_dialouts(self, listing: ListQuery = ...) -> ListResult[Dialout]:
        """Read the dialouts that have not been set up yet."""
        ...

    async def get_dialout(self, sid: str) -> Dialout:
        """Read one dialout. NotFound: its call is set up, or it failed, or was deleted."""
        ...

    async def create_dialout(self, body: Mapping[str, object]) -> Dialout:
        """Dial two parties together, at once unless `delay` is sent."""
        ...

    async def patch_dialout(self, sid: str, change: Mapping[str, object]) -> None:
        """Change what is sent."""
        ...

    async def put_dialout(self, sid: str, body: Mapping[str, object]) -> None:
        """Replace the whole dialout."""
        ...

    async def delete_dialout(self, sid: str) -> None:
        """Call it off."""
        ...

    async def list_dids(self, listing: ListQuery = ...) -> ListResult[MediatorDid]:
        """Read the DIDs that can be a `redirect_did`."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
