"""What is set up at a conference endpoint: rooms, DIDs, DID groups, call flows, subscribers.

Source: the Conference API reference; what only the vendor's later edition documents has a hint
that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.models.resources.checks import (
    did_group_references,
    keychain,
    long_text,
    phone_number,
    text,
    whole,
)
from confmon.models.resources.resource import Field, Flag, Resource, Shape

if TYPE_CHECKING:
    from confmon.models.rooms import CallFlow, Did, DidGroup, Room, Subscriber

_LATER: Final = "Only the vendor's later edition documents this; this endpoint may not have it."
_UNSURE: Final = dict.fromkeys((404, 405, 501), _LATER)
_ID: Final = whole(0)


def _quoted(words: object) -> str:
    return f'"{words}"' if words else ""


_STATE: Final = Field(
    "state", column=Shape("state", "state", 5, place=4, priority=5, align="right", tone="dim")
)

ROOMS: Final[Resource[Room]] = Resource(
    name="room", plural="rooms", word="room", title="Rooms",
    api="directory", path="meetingRooms", record_path="rooms.Room", section="rooms",
    key="meeting_number", created="created",
    key_flag=Flag("NUMBER", "its meeting number", name="meeting", low=0),
    commands={
        "list": "list the meeting rooms",
        "family": "show, create, change or delete a meeting room",
        "show": "show a room with its attributes",
        "create": "create a room",
        "update": "change what is named of a room",
        "delete": "delete a room, after asking",
        "keys": "list, add and remove the access codes of a room",
    },
    changes={"create": "POST", "update": "PUT", "delete": "DELETE"},
    label=lambda room, _: (f"room {room.meeting_number}", _quoted(room.description)),
    new_label=lambda body: (
        f"in DID group {body['primaryDidGroupId']}", _quoted(body.get("description")),
    ),
    placed="room", new_attributes=True, has_codes=True, long_page=False,
    hints={404: "There is no such room."},
    method_hints={
        "POST": {400: "A room needs the id of a DID group and of a call flow that exist here."},
    },
    fields=(
        Field(
            "description", long_text, "Description", "What people call it.", new_empty="none",
            kept=True, flag=Flag("TEXT"),
            column=Shape("description", "description", 16, place=2, grow=3),
        ),
        Field(
            "primary_did_group_id", _ID, "DID group",
            "The primary DID group: its numbers lead here.",
            new_help="The DID group with the numbers that lead to the room.",
            is_required=True, kept=True, refers_to="did_groups",
            flag=Flag("ID", name="did_group", low=0),
        ),
        Field(
            "call_flow_id", _ID, "Call flow", "How its calls are handled.",
            is_required=True, is_for_new_only=True, refers_to="call_flows",
            flag=Flag("ID", name="call_flow", low=0),
        ),
        Field(
            "did_group_references", did_group_references, kept=True, refers_to="did_groups",
            flag=Flag(
                "ID", "a DID group through which it can be dialled; all of them, one a flag",
                name="reference", low=0, many=True, commands=("update",),
            ),
        ),
        Field(
            "meeting_number", whole(1),
            flag=Flag("NUMBER", "its new meeting number", name="number", low=0,
                      commands=("update",)),
        ),
        Field("keychain", keychain, secret=True),
        Field("attributes", is_long=True),
        Field("created", show="moment", column=Shape("created", "created", place=6, priority=4)),
        Field(
            "subscriber_sid",
            column=Shape("owner", "subscriber", 12, place=7, grow=1, priority=5, tone="dim"),
        ),
    ),
)  # fmt: skip

DIDS: Final[Resource[Did]] = Resource(
    name="did", plural="dids", word="DID", title="DIDs",
    api="directory", path="dids", record_path="rooms.Did", section="numbers", key="id",
    commands={
        "list": "list the DIDs, the numbers that callers dial",
        "family": "show, create or change a DID",
        "show": "show a DID with its attributes",
        "create": "create a DID",
        "update": "change what is named of a DID",
    },
    changes={"create": "POST", "update": "PUT"},
    words={"create": ("adding…", "added")},
    label=lambda did, cut: (f"DID {did.id}", cut(did.phone_number)),
    new_label=lambda body: (body["phoneNumber"],),
    placed="did",
    hints={404: "There is no such DID at this endpoint.", 405: _LATER},
    method_hints={"POST": _UNSURE},
    fields=(
        Field(
            "did_group_id", _ID, is_required=True, refers_to="did_groups",
            flag=Flag("ID", name="did_group", low=0),
        ),
        Field(
            "phone_number", phone_number, is_required=True, phone="rented", flag=Flag("NUMBER"),
            column=Shape("number", "number", 15, place=0, tone="strong"),
        ),
        Field("country_code", column=Shape("country", "country", 7, place=1, priority=3)),
        Field(
            "description",
            column=Shape("description", "description", 16, place=3, grow=2, priority=2),
        ),
        _STATE,
        Field("id", column=Shape("id", "id", 7, place=5, priority=4, align="right", tone="dim")),
        Field("attributes", is_long=True),
    ),
)  # fmt: skip

DID_GROUPS: Final[Resource[DidGroup]] = Resource(
    name="did_group", plural="did_groups", word="DID group", title="DID groups",
    api="directory", path="didGroups", record_path="rooms.DidGroup", section="numbers", key="id",
    commands={
        "list": "list the DID groups",
        "family": "show, create or change a DID group",
        "show": "show a DID group with its DIDs and attributes",
        "create": "create a DID group",
        "update": "change what is named of a DID group",
    },
    changes={"create": "POST", "update": "PUT"},
    label=lambda group, _: (f"DID group {group.id}", _quoted(group.name)),
    new_label=lambda body: (_quoted(body["name"]),),
    placed="did_group",
    hints={404: "There is no such DID group.", 405: _LATER},
    method_hints={"POST": _UNSURE},
    fields=(
        Field(
            "call_flow_id", _ID, is_required=True, refers_to="call_flows",
            flag=Flag("ID", name="call_flow", low=0),
        ),
        Field(
            "name", text, is_required=True, flag=Flag("TEXT"),
            column=Shape("name", "DID group", 18, place=0, grow=2, tone="strong"),
        ),
        Field(
            "description",
            column=Shape("description", "description", 16, place=3, grow=2, priority=3),
        ),
        _STATE,
        Field("id", column=Shape("id", "id", 7, place=5, align="right", tone="dim")),
        Field(
            "subscriber_sid",
            column=Shape("owner", "subscriber", 12, place=6, grow=1, priority=6, tone="dim"),
        ),
        Field("dids", is_polled=False, phone="dids", show="dids"),
        Field("attributes", is_long=True),
    ),
)  # fmt: skip

CALL_FLOWS: Final[Resource[CallFlow]] = Resource(
    name="call_flow", plural="call_flows", word="call flow", title="Call flows",
    api="directory", path="callFlows", record_path="rooms.CallFlow", section="numbers", key="id",
    commands={
        "list": "list the call flows",
        "show": "show a call flow with its attribute templates",
    },
    on_request=("attributeTemplates",), long_page=False,
    hints={404: "There is no such call flow."},
    fields=(
        Field("name", column=Shape("name", "call flow", 14, place=0, grow=1, tone="strong")),
        Field("path", column=Shape("path", "path", 14, place=1, grow=2, priority=1)),
        Field("id", column=Shape("id", "id", 7, place=2, align="right", tone="dim")),
        Field("attribute_templates", is_long=True),
    ),
)  # fmt: skip

SUBSCRIBERS: Final[Resource[Subscriber]] = Resource(
    name="subscriber", plural="subscribers", word="subscriber", title="Subscribers",
    api="directory", path="subscribers", record_path="rooms.Subscriber", key="sid",
    key_flag=Flag("SID", name="sid"),
    commands={
        "list": "list the subscribers, who own rooms and DID groups",
        "show": "show a subscriber",
    },
    never="authenticationToken",
    hints={404: "There is no such subscriber.", 405: _LATER},
    method_hints={"LIST": _UNSURE},
    fields=(
        Field("login", column=Shape("login", "login", 12, place=1, grow=1, priority=1)),
        Field("email", column=Shape("email", "e-mail", 18, place=3, grow=1, priority=3)),
        Field(
            "phone_number", phone="person",
            column=Shape("phone", "phone", 15, place=4, priority=4),
        ),
        Field("sid", column=Shape("sid", "sid", 12, place=5, grow=1, priority=5, tone="dim")),
        Field("callback"),
        Field("created", show="moment"),
        Field("details"),
        Field("did_group_references", refers_to="did_groups"),
        *map(Field, (
            "ext", "external_id", "first_name", "last_name", "meeting_rooms", "parent_sid",
        )),
        Field("role", show="role"),
    ),
)  # fmt: skip

RESOURCES: Final[tuple[Resource[Any], ...]] = (ROOMS, DIDS, DID_GROUPS, CALL_FLOWS, SUBSCRIBERS)
