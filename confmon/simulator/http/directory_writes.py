"""What POST and PUT of rooms, DIDs and DID groups take, with the reference's 400s.

All or nothing: everything is checked before anything changes. `attributes` and `keychain` are
taken whole; of an attribute only `name` and `value` count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from confmon.simulator.directory.presets import IN_DID, IN_FLOW, IN_ROOM, PRESETS
from confmon.simulator.directory.records import Did, DidGroup, Key, Room
from confmon.simulator.http.errors import bad_object, invalid_field, wrong_value

if TYPE_CHECKING:
    from confmon.simulator.directory.directory import Directory
    from confmon.simulator.world.world import World

MAX_NUMBER = 10**12
_ROOM_FIELDS = {
    *("attributes", "description", "didGroupReferences", "keychain", "meetingNumber"),
    "primaryDidGroupId",
}


def create_room(world: World, body: object) -> Room:
    """Make a room; `primaryDidGroupId` and `callFlowId` must be there and exist."""
    directory, given = world.directory, _object(body, _ROOM_FIELDS | {"callFlowId"})
    _required(given, "primaryDidGroupId", "callFlowId")
    group_id = _id(given["primaryDidGroupId"], directory.groups)
    fields = _room_fields(directory, given, None)
    room = Room(
        number=fields.pop("number", 0) or directory.next_room_number(world.meetings),
        created=world.now_ms,
        call_flow_id=_id(given["callFlowId"], directory.flows),
        primary_group_id=group_id,
        group_ids=fields.pop("group_ids", (group_id,)),
        subscriber_sid=directory.groups[group_id].subscriber_sid,
        edited=True,
    )
    _set(room, fields)
    directory.rooms[room.number] = room
    return room


def put_room(world: World, room: Room, body: object) -> None:
    """Change what is sent. A new meeting number moves the room, not a meeting that is live."""
    fields = _room_fields(world.directory, _object(body, _ROOM_FIELDS), room)
    del world.directory.rooms[room.number]
    _set(room, fields)
    room.edited = True
    world.directory.rooms[room.number] = room


def _room_fields(directory: Directory, given: dict[str, Any], room: Room | None) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in given.items():
        if name == "attributes":
            fields["attributes"] = overrides(value, IN_ROOM)
        elif name == "description":
            fields["description"] = _text(value)
        elif name == "primaryDidGroupId":
            fields["primary_group_id"] = _id(value, directory.groups)
        elif name == "didGroupReferences":
            fields["group_ids"] = _references(directory, value)
        elif name == "keychain":
            fields["keychain"] = _keychain(directory, value)
        elif name == "meetingNumber":
            number = _number(value, 1, MAX_NUMBER)
            if number in directory.rooms and (room is None or number != room.number):
                raise wrong_value()
            fields["number"] = number
    primary = fields.get("primary_group_id", room.primary_group_id if room else None)
    groups = fields.get("group_ids", room.group_ids if room else ())
    if primary is not None and primary not in groups:
        fields["group_ids"] = (primary, *groups)
    return fields


def _references(directory: Directory, value: object) -> tuple[int, ...]:
    found = [_id(_object(one).get("didGroupId"), directory.groups) for one in _list(value)]
    return tuple(dict.fromkeys(found))


def _keychain(directory: Directory, value: object) -> list[Key]:
    keys: list[Key] = []
    for one in _list(value):
        given = _object(one, {"accessCode", "id", "role"})
        _required(given, "accessCode", "role")
        code = _text(given["accessCode"])
        if not re.fullmatch(r"[0-9]{1,20}", code, re.ASCII) or code in (
            key.access_code for key in keys
        ):
            raise wrong_value()
        id_ = given.get("id")
        id_ = directory.next_key_id() if id_ is None else _number(id_, 1, MAX_NUMBER)
        keys.append(Key(id=id_, access_code=code, role=_number(given["role"], 1, 3)))
    return keys


def create_did(directory: Directory, body: object) -> Did:
    """Add a number; `didGroupId` and `phoneNumber` must be there (only in the later edition)."""
    given = _object(body, {"attributes", "description", "didGroupId", "phoneNumber"})
    _required(given, "didGroupId", "phoneNumber")
    fields = _did_fields(directory, given, None)
    did = directory.did(fields.pop("phone_number"), fields.pop("group_id"))
    _set(did, fields)
    return did


def put_did(directory: Directory, did: Did, body: object) -> None:
    """Change what is sent of a DID."""
    given = _object(body, {"attributes", "description", "didGroupId", "phoneNumber"})
    _set(did, _did_fields(directory, given, did))


def _did_fields(directory: Directory, given: dict[str, Any], did: Did | None) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in given.items():
        if name == "attributes":
            fields["attributes"] = overrides(value, IN_DID)
        elif name == "description":
            fields["description"] = _text(value)
        elif name == "didGroupId":
            fields["group_id"] = _id(value, directory.groups)
        else:
            phone = phone_number(value)
            if directory.did_of(phone) not in (None, did):
                raise wrong_value()
            fields["phone_number"] = phone
    return fields


def create_group(directory: Directory, body: object) -> DidGroup:
    """Add a group; `callFlowId` and `name` must be there (only in the later edition)."""
    given = _object(body, {"attributes", "callFlowId", "description", "name"})
    _required(given, "callFlowId", "name")
    fields = _group_fields(directory, given)
    group = DidGroup(
        id=directory.next_did_id(),
        name=fields.pop("name"),
        call_flow_id=fields.pop("call_flow_id"),
        subscriber_sid=next(iter(directory.subscribers)),
    )
    _set(group, fields)
    directory.groups[group.id] = group
    return group


def put_group(directory: Directory, group: DidGroup, body: object) -> None:
    """Change what is sent of a DID group."""
    given = _object(body, {"attributes", "callFlowId", "description", "name"})
    _set(group, _group_fields(directory, given))


def _group_fields(directory: Directory, given: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in given.items():
        if name == "attributes":
            fields["attributes"] = overrides(value, IN_FLOW)
        elif name == "callFlowId":
            fields["call_flow_id"] = _id(value, directory.flows)
        else:
            fields[name] = _text(value)
    return fields


def overrides(value: object, place: int) -> dict[str, str]:
    """Read an `attributes` array of presets that can be set at this place (a bit of `group`)."""
    found: dict[str, str] = {}
    for one in _list(value):
        given = _object(one, {"description", "enumValues", "group", "name", "type", "value"})
        _required(given, "name", "value")
        preset = PRESETS.get(_text(given["name"]))
        text = given["value"]
        if isinstance(text, int) and not isinstance(text, bool):
            text = str(text)
        if preset is None or not preset.group & place or not preset.accepts(_text(text)):
            raise wrong_value()
        found[preset.name] = text
    return found


def phone_number(value: object) -> str:
    """Read a number in E.164, with or without its plus. Raises Refused (400)."""
    text = _text(value).removeprefix("+")
    if not re.fullmatch(r"[1-9][0-9]{2,14}", text, re.ASCII):
        raise wrong_value()
    return text


def _object(value: object, fields: set[str] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_object()
    if fields is not None and set(value) - fields:
        raise invalid_field()
    return value


def _required(given: dict[str, Any], *names: str) -> None:
    if any(given.get(name) is None for name in names):
        raise bad_object()


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise wrong_value()
    return value


def _id(value: object, known: dict[int, Any]) -> int:
    """Read an id that exists, also as text: the reference's tables call some of them strings."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 13:
        value = int(value)
    number = _number(value, 0, MAX_NUMBER)
    if number not in known:
        raise wrong_value()
    return number


def _number(value: object, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise wrong_value()
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or any("\ud800" <= char <= "\udfff" for char in value):
        raise wrong_value()
    return value


def _set(thing: object, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(thing, name, value)
