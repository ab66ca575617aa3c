"""The forms of a room, and the lines that show an edit of it before it is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from confmon.models import access_codes, privacy
from confmon.models.access_codes import ROLES
from confmon.models.resources.directory import ROOMS
from confmon.models.rooms import AccessCode
from confmon.tui.dialogs.form import Field
from confmon.tui.dialogs.resource_form import name_of_field, resource_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.rooms import Room
    from confmon.monitor.actions.action import Action
    from confmon.tui.dialogs.form import FormScreen
    from confmon.tui.dialogs.resource_form import Options

_CODES = "Digits, * and #; several with spaces between."


def codes_of(text: str) -> list[str]:
    """Return the access codes in what was typed. ValueError: one is none."""
    return [access_codes.code_of(word) for word in re.split(r"[\s,;]+", text.strip()) if word]


def new_form(options: Options) -> FormScreen:
    """Return the form of a new room. `options` are the DID groups and call flows."""

    def add(values: Mapping[str, str], body: dict[str, object]) -> None:
        if keys := _keys(values):
            body["keychain"] = access_codes.whole(keys)

    return resource_form(ROOMS, None, options, more=_code_fields(), add=add)


def edit_form(room: Room, options: Options) -> FormScreen:
    """Return the form that changes a room. Its access codes are not shown, only added to."""
    roles = [key.role for key in room.keychain]
    has = ", ".join(f"{roles.count(role)} {word}" for role, word in ROLES.items())
    codes = [
        *_code_fields("add ", f" It has now: {has}."),
        Field("gone", "Remove codes", "", f"Codes to remove. {_CODES}", "none", check=codes_of),
    ]

    def add(values: Mapping[str, str], change: dict[str, object]) -> None:
        keys = room.keychain
        for code in codes_of(values["gone"]):
            keys = access_codes.removed(keys, code)
        for key in _keys(values):
            keys = access_codes.added(keys, key.access_code, key.role or 0)
        if keys != room.keychain:
            change["keychain"] = keys

    title = f"Room {room.meeting_number}"
    return resource_form(ROOMS, room, options, title=title, more=codes, add=add)


def _code_fields(does: str = "", more: str = "") -> list[Field]:
    return [
        Field(role, f"{does}{role} codes".capitalize(), "",
              f"What a {role} dials to come in. {_CODES}{more}", "none", check=codes_of)
        for role in ROLES.values()
    ]  # fmt: skip


def _keys(values: Mapping[str, str]) -> list[AccessCode]:
    return [
        AccessCode(access_code=code, role=number)
        for number, role in ROLES.items()
        for code in codes_of(values[role])
    ]


def lines_of_room_edit(edit: Action, options: Options) -> list[str]:
    """Return what an edit of a room changes, a line each; access codes by their number.

    `options` have the names shown for the ids.
    """
    fields = ROOMS.by_wire()

    def named(wire: str, value: object) -> str:
        choices = dict(options.get(fields[wire].refers_to, ()))
        name = choices.get(str(value))
        return f"{name} ({value})" if name else _text_of(value)

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
            lines.append(f"{name_of_field(ROOMS, wire)}: {named(wire, value)}")
        else:
            lines.append(f"{name_of_field(ROOMS, wire)}: {named(wire, was)} → {named(wire, value)}")
    return lines


def _text_of(value: object) -> str:
    return "not set" if value is None else "empty" if value == "" else str(value)


def _attribute(name: str, value: object) -> str:
    return _text_of(privacy.shown(name, value) if isinstance(value, str) else value)


def _counted(value: Any) -> str:
    roles = [key["role"] for key in value]
    counts = [f"{roles.count(role)} {word}" for role, word in ROLES.items() if role in roles]
    return ", ".join(counts) or "none"
