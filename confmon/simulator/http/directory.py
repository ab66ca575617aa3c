"""The directory of the Conference API: rooms, DIDs, DID groups, call flows, subscribers.

POST and PUT of DIDs and DID groups, and subscribers, are from the vendor's later edition. A PUT
replaces `attributes` and `keychain` as a whole.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.simulator.directory.presets import (
    IN_DID,
    IN_FLOW,
    IN_ROOM,
    PRESETS,
    attribute_array,
)
from confmon.simulator.directory.records import CallFlow, Did, DidGroup, Key, Room, Subscriber
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
from confmon.simulator.http.resource import (
    Field,
    Resource,
    ResourceRoutes,
    constant,
    reader,
    set_fields,
)

if TYPE_CHECKING:
    from confmon.simulator.world.world import World


def _attributes_of(_world: World, record: Did | DidGroup) -> list[dict[str, object]]:
    return attribute_array(record.attributes)


def _attributes(place: int) -> Field:
    read = reader(partial(read_overrides, place=place))
    return Field(_attributes_of, read, sets="attributes")


def _read_group_id(world: World, value: Any, _record: object) -> int:
    return read_id(value, world.directory.groups)


def _read_flow_id(world: World, value: Any, _record: object) -> int:
    return read_id(value, world.directory.flows)


def _group_references(group_ids: tuple[int, ...] | list[int]) -> list[dict[str, int]]:
    return [{"didGroupId": id_, "state": 0} for id_ in group_ids]


# -- rooms


def _read_references(world: World, value: Any, _room: Room | None) -> tuple[int, ...]:
    groups = world.directory.groups
    found = [read_id(read_object(group).get("didGroupId"), groups) for group in read_list(value)]
    return tuple(dict.fromkeys(found))


def _keychain(_world: World, room: Room) -> list[dict[str, Any]]:
    return [
        {"accessCode": key.access_code, "id": key.id, "role": key.role} for key in room.keychain
    ]


def _read_keychain(world: World, value: Any, _room: Room | None) -> list[Key]:
    keys: list[Key] = []
    for entry in read_list(value):
        given = read_object(entry, ("accessCode", "id", "role"))
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


def _read_room_number(world: World, value: Any, room: Room | None) -> int:
    number = read_number(value, 1, MAX_NUMBER)
    if number in world.directory.rooms and (room is None or number != room.number):
        raise wrong_value()
    return number


def create_room(world: World, fields: dict[str, Any]) -> Room:
    """Create a room that belongs to the owner of its primary DID group."""
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


def _room_reply(world: World, room: Room, _method: str) -> dict[str, Any]:
    return ROOMS.wire(world, room) | {"attributes": attribute_array(room.attributes)}


ROOMS = Resource(
    path="meetingRooms",
    records=lambda world: world.directory.rooms,
    fields={
        "attributes": Field(
            lambda _world, _room: [],
            reader(partial(read_overrides, place=IN_ROOM)),
            sets="attributes",
        ),
        "created": Field("created"),
        "description": Field("description", reader(read_text), optional=True),
        "didGroupReferences": Field(
            lambda _world, room: _group_references(room.group_ids),
            _read_references,
            sets="group_ids",
        ),
        "keychain": Field(_keychain, _read_keychain, sets="keychain"),
        "meetingNumber": Field("number", _read_room_number),
        "primaryDidGroupId": Field("primary_group_id", _read_group_id),
        "subscriberSid": Field("subscriber_sid"),
    },
    create_fields={"callFlowId": Field("call_flow_id", _read_flow_id)},
    required=("primaryDidGroupId", "callFlowId"),
    attributes=lambda world, room: world.directory.list_room_attributes(room),
    change_reply=_room_reply,
    create=create_room,
    change=change_room,
    remove=lambda world, room: world.directory.rooms.pop(room.number),
)


# -- numbers


def _read_free_phone(world: World, value: Any, did: Did | None) -> str:
    phone = read_phone(value)
    if world.directory.find_did(phone) not in (None, did):
        raise wrong_value()
    return phone


def create_did(world: World, fields: dict[str, Any]) -> Did:
    """Add a number."""
    did = world.directory.add_did(fields["phone_number"], fields["group_id"])
    set_fields(world, did, fields)
    return did


DIDS = Resource(
    path="dids",
    records=lambda world: world.directory.dids,
    fields={
        "attributes": _attributes(IN_DID),
        "countryCode": Field("country_code"),
        "description": Field("description", reader(read_text), optional=True),
        "didGroupId": Field("group_id", _read_group_id),
        "id": Field("id"),
        "phoneNumber": Field("phone_number", _read_free_phone),
        "state": Field(constant(-1)),
    },
    required=("didGroupId", "phoneNumber"),
    create=create_did,
)


def create_group(world: World, fields: dict[str, Any]) -> DidGroup:
    """Add a DID group that belongs to the first subscriber."""
    directory = world.directory
    group = DidGroup(
        id=directory.next_did_id(), subscriber_sid=next(iter(directory.subscribers)), **fields
    )
    directory.groups[group.id] = group
    return group


GROUPS = Resource(
    path="didGroups",
    records=lambda world: world.directory.groups,
    fields={
        "attributes": _attributes(IN_FLOW),
        "callFlowId": Field("call_flow_id", _read_flow_id),
        "description": Field("description", reader(read_text)),
        "dids": Field(
            lambda world, group: [
                DIDS.wire(world, did) for did in world.directory.find_dids(group.id)
            ]
        ),
        "id": Field("id"),
        "name": Field("name", reader(read_text)),
        "state": Field(constant(-1)),
        "subscriberSid": Field("subscriber_sid"),
    },
    required=("callFlowId", "name"),
    create=create_group,
)


def _templates(_world: World, flow: CallFlow) -> list[dict[str, object]]:
    return [preset.wire(flow.attributes.get(preset.name)) for preset in PRESETS.values()]


FLOWS = Resource(
    path="callFlows",
    records=lambda world: world.directory.flows,
    fields={
        "attributeTemplates": Field(_templates),
        "id": Field("id"),
        "name": Field("name"),
        "path": Field(lambda _world, flow: f"/usr/local/DNCA/callflows/{flow.name}"),
    },
)


# -- subscribers


def _own_groups(world: World, owner: Subscriber) -> list[dict[str, int]]:
    groups = world.directory.groups.values()
    return _group_references([group.id for group in groups if group.subscriber_sid == owner.sid])


def _own_rooms(world: World, owner: Subscriber) -> list[int]:
    rooms = world.directory.rooms.values()
    return [room.number for room in rooms if room.subscriber_sid == owner.sid]


SUBSCRIBERS = Resource(
    path="subscribers",
    records=lambda world: world.directory.subscribers,
    numbered=False,
    fields={
        "authenticationToken": Field("token"),
        "callback": Field(constant(None)),
        "created": Field("created"),
        "details": Field(constant(None)),
        "didGroupReferences": Field(_own_groups),
        "email": Field(lambda _world, owner: f"{owner.login}@example.com"),
        "ext": Field(constant(None)),
        "externalId": Field(constant(None)),
        "firstName": Field("first_name"),
        "lastName": Field("last_name"),
        "login": Field("login"),
        "meetingRooms": Field(_own_rooms),
        "parentSid": Field("parent_sid"),
        "phoneNumber": Field("phone_number"),
        "role": Field("role"),
        "sid": Field("sid"),
    },
)


class DirectoryRoutes(ResourceRoutes):
    """The endpoints, over one world's directory."""

    base = CONFERENCE
    resources = (ROOMS, DIDS, GROUPS, FLOWS, SUBSCRIBERS)
