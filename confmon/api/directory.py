"""What is set up at a conference endpoint, typed: what `confmon.ports.Directory` asks for.

    directory = open_client(base_url, login, password).directory
    rooms = await directory.list_rooms(ListQuery(exclude=("attributes",)))
    await directory.update_room(273751, {"description": "Another description"})

Rooms are reached by meeting number, everything else by id. Source: the Conference API reference;
`doc+` marks what only the vendor's later edition documents. Every method raises
`confmon.models.errors.BridgeError` and nothing else off the wire; a body or a field name that no
API could take raises ValueError.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from confmon.api.decoding.records import RecordDecoder
from confmon.api.resource import Collection
from confmon.models.errors import BridgeError
from confmon.models.lists import EVERYTHING, ListQuery, ListResult
from confmon.models.rooms import CallFlow, Did, DidGroup, Room, Subscriber

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from confmon.api.http.connection import HttpConnection
    from confmon.models.calls import Attribute

ROOM: Final = RecordDecoder(Room)
DID: Final = RecordDecoder(Did)
DID_GROUP: Final = RecordDecoder(DidGroup)
CALL_FLOW: Final = RecordDecoder(CallFlow)
SUBSCRIBER: Final = RecordDecoder(Subscriber)

_LATER: Final = "Only the vendor's later edition documents this; this endpoint may not have it."
_CREATING_A_ROOM: Final = {
    400: "A room needs the id of a DID group and of a call flow that exist here."
}
_TAKEN: Final = "An access code may be another room's already."
_UNSURE: Final = dict.fromkeys((404, 405, 501), _LATER)


class Live(Protocol):
    """What is asked of the client of live meetings: their run-time attributes."""

    async def get_attributes(
        self, meeting_number: int, listing: ListQuery = ..., /
    ) -> tuple[Attribute, ...]:
        """Read them."""
        ...

    async def put_attribute(self, meeting_number: int, name: str, value: str) -> None:
        """Set one."""
        ...


class DirectoryClient:
    """The standing part of one endpoint of the Conference API, v1."""

    def __init__(self, wire: HttpConnection, live: Live) -> None:
        self._live = live
        self._rooms = Collection(
            wire, "meetingRooms", ROOM, hints={404: "There is no such room."}, heavy="attributes"
        )
        self._dids = Collection(
            wire, "dids", DID, hints={404: "There is no such DID at this endpoint.", 405: _LATER}
        )
        self._did_groups = Collection(
            wire, "didGroups", DID_GROUP, hints={404: "There is no such DID group.", 405: _LATER}
        )
        self._call_flows = Collection(
            wire,
            "callFlows",
            CALL_FLOW,
            hints={404: "There is no such call flow."},
            heavy="attributeTemplates",
        )
        self._subscribers = Collection(
            wire,
            "subscribers",
            SUBSCRIBER,
            hints={404: "There is no such subscriber.", 405: _LATER},
            hidden="authenticationToken",
        )

    # -- meeting rooms

    async def list_rooms(self, listing: ListQuery = EVERYTHING) -> ListResult[Room]:
        """Read the rooms. Their attributes are some seventy each unless `exclude` names them."""
        return await self._rooms.list(listing)

    async def get_room(
        self, meeting_number: int, *, include: Iterable[str] = (), exclude: Iterable[str] = ()
    ) -> Room:
        """Read one room with its attributes and access codes. NotFound: there is none."""
        return await self._rooms.get(meeting_number, include=include, exclude=exclude)

    async def create_room(self, body: Mapping[str, object]) -> Room:
        """Create a room; `primaryDidGroupId` and `callFlowId` are required.

        `description` and `keychain` may come along (client). The meeting number is the server's
        choice. Rejected: 400 ``Wrong value`` or ``Object validation error``.
        An error with `lost` says that the room may exist all the same.
        """
        with _keeping(body):
            return await self._rooms.create(body, _CREATING_A_ROOM)

    async def update_room(self, meeting_number: int, change: Mapping[str, object]) -> None:
        """Change the fields that are sent; `keychain` and `attributes` are sent whole.

        doc+: attributes, description, didGroupReferences, keychain, meetingNumber and
        primaryDidGroupId can be changed. The reference's table prints GET here; its sample is PUT.
        """
        with _keeping(change):
            await self._rooms.change("PUT", meeting_number, change)

    async def delete_room(self, meeting_number: int) -> None:
        """Delete a room."""
        await self._rooms.delete(meeting_number)

    # -- DIDs

    async def list_dids(self, listing: ListQuery = EVERYTHING) -> ListResult[Did]:
        """Read the DIDs."""
        return await self._dids.list(listing)

    async def get_did(
        self, did_id: int, *, include: Iterable[str] = (), exclude: Iterable[str] = ()
    ) -> Did:
        """Read one DID."""
        return await self._dids.get(did_id, include=include, exclude=exclude)

    async def create_did(self, body: Mapping[str, object]) -> Did:
        """Put a number into a DID group (doc+): `didGroupId`, `phoneNumber`."""
        return await self._dids.create(body, _UNSURE)

    async def update_did(self, did_id: int, change: Mapping[str, object]) -> None:
        """Change the fields of a DID that are sent (doc+)."""
        await self._dids.change("PUT", did_id, change)

    # -- DID groups

    async def list_did_groups(self, listing: ListQuery = EVERYTHING) -> ListResult[DidGroup]:
        """Read the DID groups, each with its DIDs."""
        return await self._did_groups.list(listing)

    async def get_did_group(
        self, did_group_id: int, *, include: Iterable[str] = (), exclude: Iterable[str] = ()
    ) -> DidGroup:
        """Read one DID group.

        The reference's table prints ``/dids/{id}`` here; its sample is ``/didGroups/{id}``. Field
        selection is documented for the list only.
        """
        return await self._did_groups.get(did_group_id, include=include, exclude=exclude)

    async def create_did_group(self, body: Mapping[str, object]) -> DidGroup:
        """Create a DID group (doc+): `callFlowId`, `name`."""
        return await self._did_groups.create(body, _UNSURE)

    async def update_did_group(self, did_group_id: int, change: Mapping[str, object]) -> None:
        """Change the fields of a DID group that are sent (doc+)."""
        await self._did_groups.change("PUT", did_group_id, change)

    # -- call flows

    async def list_call_flows(self, listing: ListQuery = EVERYTHING) -> ListResult[CallFlow]:
        """Read the call flows, without their attribute templates unless `include` names them."""
        if "attributeTemplates" not in (*listing.include, *listing.exclude):
            listing = replace(listing, exclude=(*listing.exclude, "attributeTemplates"))
        return await self._call_flows.list(listing)

    async def get_call_flow(
        self, call_flow_id: int, *, include: Iterable[str] = (), exclude: Iterable[str] = ()
    ) -> CallFlow:
        """Read one call flow with its attribute templates."""
        return await self._call_flows.get(call_flow_id, include=include, exclude=exclude)

    # -- subscribers

    async def list_subscribers(self, listing: ListQuery = EVERYTHING) -> ListResult[Subscriber]:
        """Read the subscribers (doc+). `authenticationToken` is never asked for, nor kept."""
        return await self._subscribers.list(listing, _UNSURE)

    async def get_subscriber(self, sid: str) -> Subscriber:
        """Read one subscriber (doc+), without the token."""
        return await self._subscribers.get(sid)

    # -- run-time attributes of a live meeting

    async def get_attributes(
        self, meeting_number: int, listing: ListQuery = EVERYTHING
    ) -> tuple[Attribute, ...]:
        """Read the run-time attributes of a live meeting. NotFound: it has ended."""
        return await self._live.get_attributes(meeting_number, listing)

    async def put_attribute(self, meeting_number: int, name: str, value: str) -> None:
        """Set one run-time attribute of a live meeting (doc+)."""
        await self._live.put_attribute(meeting_number, name, value)


_SHORTEST: Final = 3
"""A shorter code stands in many an innocent word."""


@contextmanager
def _keeping(body: Mapping[str, object]) -> Iterator[None]:
    """Keep the access codes that are sent out of what the server says, and say what may be wrong.

    Callers to the same numbers are told apart by their codes alone.
    """
    try:
        yield
    except BridgeError as error:
        said, keys = str(error), body.get("keychain")
        for key in keys if isinstance(keys, (list, tuple)) else ():
            code = str(key.get("accessCode", "")) if isinstance(key, dict) else ""
            if len(code) >= _SHORTEST:
                said = said.replace(code, "****")
        error.args = (said,)
        if keys and error.status == 400:
            error.hint = f"{error.hint} {_TAKEN}"
        raise
