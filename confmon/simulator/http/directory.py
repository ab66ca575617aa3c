"""The Conference API of what stands: rooms, DIDs, DID groups, call flows, subscribers.

POST and PUT of DIDs and DID groups, and subscribers, are from the vendor's later edition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from confmon.simulator.directory.records import (
    DID_FIELDS,
    FLOW_FIELDS,
    GROUP_FIELDS,
    ROOM_FIELDS,
    SUBSCRIBER_FIELDS,
    DidGroup,
    Room,
    Subscriber,
    wired,
)
from confmon.simulator.http import directory_writes as standing_writes
from confmon.simulator.http.auth import CONFERENCE, Auth, number_in_path, read_json, reply
from confmon.simulator.http.errors import no_such_sid, not_found
from confmon.simulator.http.lists import pages, query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from starlette.requests import Request

    from confmon.simulator.world.world import World


class DirectoryRoutes:
    """The endpoints, over one world's directory."""

    def __init__(self, auth: Auth) -> None:
        self.auth = auth

    def routes(self) -> list[Route]:
        """Return what is served where."""
        found: list[Route] = []
        for path, methods in (
            ("/meetingRooms", {"GET": self.list_rooms, "POST": self.post_room}),
            (
                "/meetingRooms/{id}",
                {"GET": self.get_room, "PUT": self.put_room, "DELETE": self.delete_room},
            ),
            ("/dids", {"GET": self.list_dids, "POST": self.post_did}),
            ("/dids/{id}", {"GET": self.get_did, "PUT": self.put_did}),
            ("/didGroups", {"GET": self.list_groups, "POST": self.post_group}),
            ("/didGroups/{id}", {"GET": self.get_group, "PUT": self.put_group}),
            ("/callFlows", {"GET": self.list_flows}),
            ("/callFlows/{id}", {"GET": self.get_flow}),
            ("/subscribers", {"GET": self.list_subscribers}),
            ("/subscribers/{id}", {"GET": self.get_subscriber}),
        ):
            found += [
                Route(CONFERENCE + path, endpoint, methods=[method])
                for method, endpoint in methods.items()
            ]
        return found

    def _list(
        self,
        request: Request,
        plural: str,
        fields: Collection[str],
        things: Callable[[World], Iterable[dict[str, Any]]],
        full: Callable[[dict[str, Any]], dict[str, Any]] = lambda wire: wire,
    ) -> Response:
        """Answer with a page; `full` adds what is too long to be made of every one."""
        world = self.auth.admit(request)
        asked = query.read(request.query_params, fields, world.quirks)
        found, total = query.find_objects(list(things(world)), asked, fields, world.quirks)
        items = [pages.object_json(full(wire), asked.selection) for wire in found]
        return reply(pages.page(plural, items, total, asked, world.quirks))

    def _one(self, request: Request, wire: dict[str, Any], status: int = 200) -> Response:
        selection = query.selected(request.query_params)
        return reply(pages.object_json(wire, selection), status)

    def _find(self, request: Request, kind: str) -> Any:
        """Return the thing in the path. Raises Refused (404)."""
        directory = self.auth.admit(request).directory
        found = getattr(directory, kind).get(number_in_path(request, "id"))
        if found is None:
            raise not_found()
        return found

    # -- rooms

    async def list_rooms(self, request: Request) -> Response:
        """GET /meetingRooms."""
        directory = self.auth.world.directory

        def full(wire: dict[str, Any]) -> dict[str, Any]:
            room = directory.rooms[wire["meetingNumber"]]
            return wire | {"attributes": directory.room_attributes(room)}

        keeps = query.selected(request.query_params).keeps("attributes")
        return self._list(
            request,
            "meetingRooms",
            ROOM_FIELDS,
            lambda world: (room.wire([]) for room in world.directory.rooms.values()),
            full if keeps else lambda wire: wire,
        )

    async def post_room(self, request: Request) -> Response:
        """POST /meetingRooms: 201. The reply has the attributes that were sent, and no others."""
        body = await read_json(request)
        room = standing_writes.create_room(self.auth.admit(request), body)
        return self._room_written(request, room, 201)

    def _room_written(self, request: Request, room: Room, status: int = 200) -> Response:
        return self._one(request, room.wire(wired(room.attributes)), status)

    async def get_room(self, request: Request) -> Response:
        """GET /meetingRooms/{meetingNumber}.

        With `excludeFields=attributes` the array is there and empty, as in the reference's sample.
        """
        room: Room = self._find(request, "rooms")
        selection = query.selected(request.query_params)
        if "attributes" in selection.exclude:
            selection = query.Selection(selection.include, selection.exclude - {"attributes"})
            return reply(pages.object_json(room.wire([]), selection))
        return self._one(request, room.wire(self.auth.world.directory.room_attributes(room)))

    async def put_room(self, request: Request) -> Response:
        """PUT /meetingRooms/{meetingNumber}."""
        body = await read_json(request)
        room: Room = self._find(request, "rooms")
        if not self.auth.world.quirks.ignore_edits:
            standing_writes.put_room(self.auth.world, room, body)
        return self._room_written(request, room)

    async def delete_room(self, request: Request) -> Response:
        """DELETE /meetingRooms/{meetingNumber}. A meeting that is live in it goes on."""
        room: Room = self._find(request, "rooms")
        del self.auth.world.directory.rooms[room.number]
        return Response(status_code=204)

    # -- numbers

    async def list_dids(self, request: Request) -> Response:
        """GET /dids."""
        return self._list(
            request,
            "dids",
            DID_FIELDS,
            lambda world: (did.wire() for did in world.directory.dids.values()),
        )

    async def get_did(self, request: Request) -> Response:
        """GET /dids/{id}."""
        return self._one(request, self._find(request, "dids").wire())

    async def post_did(self, request: Request) -> Response:
        """POST /dids: 201."""
        body = await read_json(request)
        did = standing_writes.create_did(self.auth.admit(request).directory, body)
        return self._one(request, did.wire(), 201)

    async def put_did(self, request: Request) -> Response:
        """PUT /dids/{id}."""
        body = await read_json(request)
        did = self._find(request, "dids")
        if not self.auth.world.quirks.ignore_edits:
            standing_writes.put_did(self.auth.world.directory, did, body)
        return self._one(request, did.wire())

    def _group(self, group: DidGroup) -> dict[str, Any]:
        return group.wire(self.auth.world.directory.dids_of(group.id))

    async def list_groups(self, request: Request) -> Response:
        """GET /didGroups."""
        return self._list(
            request,
            "didGroups",
            GROUP_FIELDS,
            lambda world: map(self._group, world.directory.groups.values()),
        )

    async def get_group(self, request: Request) -> Response:
        """GET /didGroups/{id}."""
        return self._one(request, self._group(self._find(request, "groups")))

    async def post_group(self, request: Request) -> Response:
        """POST /didGroups: 201."""
        body = await read_json(request)
        group = standing_writes.create_group(self.auth.admit(request).directory, body)
        return self._one(request, self._group(group), 201)

    async def put_group(self, request: Request) -> Response:
        """PUT /didGroups/{id}."""
        body = await read_json(request)
        group: DidGroup = self._find(request, "groups")
        if not self.auth.world.quirks.ignore_edits:
            standing_writes.put_group(self.auth.world.directory, group, body)
        return self._one(request, self._group(group))

    # -- call flows and subscribers

    async def list_flows(self, request: Request) -> Response:
        """GET /callFlows."""
        return self._list(
            request,
            "callFlows",
            FLOW_FIELDS,
            lambda world: (flow.wire() for flow in world.directory.flows.values()),
        )

    async def get_flow(self, request: Request) -> Response:
        """GET /callFlows/{id}."""
        return self._one(request, self._find(request, "flows").wire())

    def _subscriber(self, one: Subscriber) -> dict[str, Any]:
        directory = self.auth.world.directory
        rooms = [room.number for room in directory.rooms.values() if room.subscriber_sid == one.sid]
        groups = [
            group.id for group in directory.groups.values() if group.subscriber_sid == one.sid
        ]
        return one.wire(rooms, groups)

    async def list_subscribers(self, request: Request) -> Response:
        """GET /subscribers."""
        return self._list(
            request,
            "subscribers",
            SUBSCRIBER_FIELDS,
            lambda world: map(self._subscriber, world.directory.subscribers.values()),
        )

    async def get_subscriber(self, request: Request) -> Response:
        """GET /subscribers/{sid}."""
        found = self.auth.admit(request).directory.subscribers.get(request.path_params["id"])
        if found is None:
            raise no_such_sid()
        return self._one(request, self._subscriber(found))
