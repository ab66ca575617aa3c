"""The forms of a room, and how an edit of it is told before it is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from confmon.models import access_codes, privacy
from confmon.models.rooms import AccessCode
from confmon.monitor.edits.plan import room_create, room_update
from confmon.tui.dialogs.form import Field, FormScreen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.rooms import CallFlow, DidGroup, Room
    from confmon.monitor.actions.action import Action

_ROLES = ((1, "host"), (2, "participant"), (3, "listener"))
_LABELS = {"primaryDidGroupId": "DID group", "callFlowId": "call flow"}
_CODES = "Digits, * and #; several with spaces between."


def codes_of(text: str) -> list[str]:
    """Return the access codes in what was typed. ValueError: one is none."""
    return [access_codes.code_of(word) for word in re.split(r"[\s,;]+", text.strip()) if word]


def group_options(groups: Mapping[Any, DidGroup]) -> tuple[tuple[str, str], ...]:
    """Return every DID group as an option."""
    return tuple((str(id_), group.name or "") for id_, group in sorted(groups.items()))


def new_form(groups: Mapping[Any, DidGroup], flows: Mapping[Any, CallFlow]) -> FormScreen:
    """Return the form of a new room."""
    options = group_options(groups)
    flow_options = tuple((str(id_), flow.name or "") for id_, flow in sorted(flows.items()))
    group = options[0][0] if len(options) == 1 else ""
    flow = flow_options[0][0] if len(flow_options) == 1 else ""
    fields = [
        Field("group", "DID group", group, "The DID group whose numbers lead to the room.",
              options=options, check=_whole),
        Field("flow", "Call flow", flow, "How its calls are handled.",
              options=flow_options, check=_whole),
        Field("description", "Description", "", "What people call it.", "none"),
        *(Field(role, f"{role.title()} codes", "",
                f"What a {role} dials to come in. {_CODES}", "none", check=codes_of)
          for _, role in _ROLES),
    ]  # fmt: skip

    def make(values: Mapping[str, str]) -> Action:
        body: dict[str, object] = {
            "primaryDidGroupId": values["group"],
            "callFlowId": values["flow"],
        }
        if values["description"].strip():
            body["description"] = values["description"].strip()
        if keys := _keys(values):
            body["keychain"] = access_codes.whole(keys)
        return room_create(body)

    return FormScreen("New room", fields, make)


def edit_form(room: Room, groups: Mapping[Any, DidGroup]) -> FormScreen:
    """Return the form that changes a room. Its access codes are not shown, only added to."""
    has = ", ".join(
        f"{sum(key.role == role for key in room.keychain)} {word}" for role, word in _ROLES
    )
    group = str(room.primary_did_group_id or "")
    fields = [
        Field("description", "Description", room.description or "", "What people call it."),
        Field("group", "DID group", group, "The primary DID group: whose numbers lead here.",
              options=group_options(groups), check=_whole),
        *(Field(role, f"Add {role} codes", "",
                f"What a {role} dials to come in. {_CODES} It has now: {has}.", "none",
                check=codes_of)
          for _, role in _ROLES),
        Field("gone", "Remove codes", "",
              f"Codes that shall not let anybody in any more. {_CODES}", "none", check=codes_of),
    ]  # fmt: skip

    def make(values: Mapping[str, str]) -> Action:
        change: dict[str, object] = {}
        if values["description"].strip() != (room.description or ""):
            change["description"] = values["description"].strip()
        if values["group"].strip() != group:
            change["primaryDidGroupId"] = values["group"]
        keys = room.keychain
        for code in codes_of(values["gone"]):
            keys = access_codes.removed(keys, code)
        for key in _keys(values):
            keys = access_codes.added(keys, key.access_code, key.role or 0)
        if keys != room.keychain:
            change["keychain"] = keys
        return room_update(room, change)

    return FormScreen(f"Room {room.meeting_number}", fields, make)


def _whole(text: str) -> None:
    if not text.strip().isascii() or not text.strip().isdigit():
        raise ValueError("the id of one, a whole number")


def _keys(values: Mapping[str, str]) -> list[AccessCode]:
    return [
        AccessCode(access_code=code, role=number)
        for number, role in _ROLES
        for code in codes_of(values[role])
    ]


def said_of(
    edit: Action,
    groups: Mapping[Any, DidGroup] | None = None,
    flows: Mapping[Any, CallFlow] | None = None,
) -> list[str]:
    """Return what an edit of a room changes, a line each; access codes by their number.

    `groups` and `flows` have the names that their ids are told with.
    """
    known = {"primaryDidGroupId": groups or {}, "callFlowId": flows or {}}

    def said(wire: str, value: object) -> str:
        name = getattr(known.get(wire, {}).get(value), "name", None)
        return f"{name} ({value})" if name else _said(value)

    lines = [] if edit.method == "POST" else [edit.label]
    for wire, value in edit.change.items():
        was = edit.before.get(wire)
        if wire == "keychain":
            lines.append(f"access codes: {_counted(value)}")
            if isinstance(was, list):
                lines[-1] += f" (were: {_counted(was)})"
        elif wire == "attributes" and isinstance(value, dict):
            before = was if isinstance(was, dict) else {}
            lines += [
                f"{name}: {_attribute(name, before.get(name))} → {_attribute(name, now)}"
                for name, now in value.items()
            ]
        elif edit.method == "POST":
            lines.append(f"{_LABELS.get(wire, wire)}: {said(wire, value)}")
        else:
            lines.append(f"{_LABELS.get(wire, wire)}: {said(wire, was)} → {said(wire, value)}")
    return lines


def _said(value: object) -> str:
    return "not set" if value is None else "empty" if value == "" else str(value)


def _attribute(name: str, value: object) -> str:
    return _said(privacy.shown(name, value) if isinstance(value, str) else value)


def _counted(value: Any) -> str:
    counts = {word: sum(1 for key in value if key["role"] == role) for role, word in _ROLES}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "none"
