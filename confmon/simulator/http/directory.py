"""The directory of the Conference API: rooms, DIDs, DID groups, call flows, subscribers.

POST and PUT of DIDs and DID groups, and subscribers, are from the vendor's later edition.
`attributes` and `keychain` are taken whole.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.simulator.directory.presets import IN_DID, IN_FLOW, IN_ROOM
from confmon.simulator.directory.records import (
    DID_FIELDS,
    FLOW_FIELDS,
    GROUP_FIELDS,
    ROOM_FIELDS,
    SUBSCRIBER_FIELDS,
    Did,
    DidGroup,
    Key,
    Room,
    Subscriber,
    wired,
)
from confmon.simulator.http.auth import CONFERENCE
from confmon.simulator.http.errors import wrong_value
from confmon.simulator.http.fields import (
    MAX_NUMBER,
    read_id,
    read_list,
    read_number,
    read_object,
    read_overrides,
    read_phone,
    read_text,
    require,
)
from confmon.simulator.http.resource import Resource, ResourceRoutes, reader, set_fields

if TYPE_CHECKING:
    from confmon.simulator.world.world import World


def _group_id(world: World, value: Any, _record: object) -> int:
    return read_id(value, world.directory.groups)


def _flow_id(world: World, value: Any, _record: object) -> int:
    return read_id(value, world.directory.flows)


# -- rooms


def _references(world: World, value: Any, _room: Room | None) -> tuple[int, ...]:
    groups = world.directory.groups
    found = [read_id(read_object(one).get("didGroupId"), groups) for one in read_list(value)]
    return tuple(dict.fromkeys(found))


def _keychain(world: World, value: Any, _room: Room | None) -> list[Key]:
    keys: list[Key] = []
    for one in read_list(value):
        given = read_object(one, ("accessCode", "id", "role"))
        require(given, "accessCode", "role")
        code = read_text(given["accessCode"])
        if not re.fullmatch(r"[0-9]{1,20}", code, re.ASCII) or code in (
            key.access_code for key in keys
        ):
            raise wrong_value()
        id_ = given.get("id")
        id_ = world.directory.next_key_id() if id_ is None else read_number(id_, 1, MAX_NUMBER)
        keys.append(Key(id=id_, access_code=code, role=read_number(given["role"], 1, 3)))
    return keys


def _room_number(world: World, value: Any, room: Room | None) -> int:
    number = read_number(value, 1, MAX_NUMBER)
    if number in world.directory.rooms and (room is None or number != room.number):
        raise wrong_value()
    return number


def create_room(world: World, fields: dict[str, Any]) -> Room:
    """Make a room of the owner of its primary DID group."""
    directory, primary = world.directory, fields["primary_group_id"]
    room = Room(
        number=fields.pop("number", 0) or directory.next_room_number(world.meetings),
        created=world.now_ms,
        call_flow_id=fields["call_flow_id"],
        primary_group_id=primary,
        group_ids=(),
        subscriber_sid=directory.groups[primary].subscriber_sid,
    )
    directory.rooms[room.number] = room
    change_room(world, room, fields)
    return room


def change_room(world: World, room: Room, fields: dict[str, Any]) -> None:
    """Change what is sent. A new meeting number moves the room, not a meeting that is live."""
    del world.directory.rooms[room.number]
    set_fields(world, room, fields)
    if room.primary_group_id not in room.group_ids:
        room.group_ids = (room.primary_group_id, *room.group_ids)
    room.edited = True
    world.directory.rooms[room.number] = room


def _applying(world: World, wire: dict[str, Any]) -> list[dict[str, object]]:
    directory = world.directory
    return directory.room_attributes(directory.rooms[wire["meetingNumber"]])


ROOMS = Resource(
    path="meetingRooms",
    fields=ROOM_FIELDS,
    records=lambda world: world.directory.rooms,
    wire=lambda _world, room: room.wire([]),
    attributes=_applying,
    written=lambda room, _method: room.wire(wired(room.attributes)),
    inputs={
        "attributes": ("attributes", reader(partial(read_overrides, place=IN_ROOM))),
        "description": ("description", reader(read_text)),
        "didGroupReferences": ("group_ids", _references),
        "keychain": ("keychain", _keychain),
        "meetingNumber": ("number", _room_number),
        "primaryDidGroupId": ("primary_group_id", _group_id),
    },
    create_inputs={"callFlowId": ("call_flow_id", _flow_id)},
    required=("primaryDidGroupId", "callFlowId"),
    create=create_room,
    change=change_room,
    deletes=True,
)


# -- numbers


def _free_phone(world: World, value: Any, did: Did | None) -> str:
    phone = read_phone(value)
    if world.directory.did_of(phone) not in (None, did):
        raise wrong_value()
    return phone


def create_did(world: World, fields: dict[str, Any]) -> Did:
    """Add a number."""
    did = world.directory.did(fields["phone_number"], fields["group_id"])
    set_fields(world, did, fields)
    return did


DIDS = Resource(
    path="dids",
    fields=DID_FIELDS,
    records=lambda world: world.directory.dids,
    wire=lambda _world, did: did.wire(),
    inputs={
        "attributes": ("attributes", reader(partial(read_overrides, place=IN_DID))),
        "description": ("description", reader(read_text)),
        "didGroupId": ("group_id", _group_id),
        "phoneNumber": ("phone_number", _free_phone),
    },
    required=("didGroupId", "phoneNumber"),
    create=create_did,
)


def create_group(world: World, fields: dict[str, Any]) -> DidGroup:
    """Add a DID group of the first subscriber."""
    directory = world.directory
    group = DidGroup(
        id=directory.next_did_id(), subscriber_sid=next(iter(directory.subscribers)), **fields
    )
    directory.groups[group.id] = group
    return group


GROUPS = Resource(
    path="didGroups",
    fields=GROUP_FIELDS,
    records=lambda world: world.directory.groups,
    wire=lambda world, group: group.wire(world.directory.dids_of(group.id)),
    inputs={
        "attributes": ("attributes", reader(partial(read_overrides, place=IN_FLOW))),
        "callFlowId": ("call_flow_id", _flow_id),
        "description": ("description", reader(read_text)),
        "name": ("name", reader(read_text)),
    },
    required=("callFlowId", "name"),
    create=create_group,
)

FLOWS = Resource(
    path="callFlows",
    fields=FLOW_FIELDS,
    records=lambda world: world.directory.flows,
    wire=lambda _world, flow: flow.wire(),
)


# -- subscribers


def _subscriber(world: World, one: Subscriber) -> dict[str, Any]:
    directory = world.directory
    rooms = [room.number for room in directory.rooms.values() if room.subscriber_sid == one.sid]
    groups = [group.id for group in directory.groups.values() if group.subscriber_sid == one.sid]
    return one.wire(rooms, groups)


SUBSCRIBERS = Resource(
    path="subscribers",
    fields=SUBSCRIBER_FIELDS,
    records=lambda world: world.directory.subscribers,
    wire=_subscriber,
    numbered=False,
)


class DirectoryRoutes(ResourceRoutes):
    """The endpoints, over one world's directory."""

    base = CONFERENCE
    resources = (ROOMS, DIDS, GROUPS, FLOWS, SUBSCRIBERS)
