"""Records as rows: every field by its wire name, with what is secret hidden."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from confmon.models import forwarding
from confmon.models.live_records import Attribute, Call, Meeting
from confmon.models.moments import moment
from confmon.models.privacy import is_secret, shown
from confmon.models.records import wire_name
from confmon.models.resources import SECRETS
from confmon.models.rooms import AccessCode, AttributeValue
from confmon.monitor.exports.formats import MASK
from confmon.monitor.views.live_columns import started

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMES = ("created", "date_created", "joined")
"""Epoch milliseconds."""
_OURS = ("confmon.history.", "confmon.monitor.past.")
_LAST_MS = 253_370_764_800_000
UNSENT = ("inexact",)
"""Fields of ours that no server sends."""
_LISTS = (("Attendee", "stays"),)
"""Fields of what is past that are no values."""
_FIELDS: dict[type[Any], dict[str, str]] = {}


def names_of(kind: type[Any]) -> tuple[str, ...]:
    """Return the wire names of a kind of record, in the order of its fields."""
    return tuple(_fields(kind))


def value_of(record: Any, name: str) -> Any:
    """Return the raw value of a field by its wire name."""
    field = _fields(type(record)).get(name)
    return None if field is None else getattr(record, field)


def to_row(record: Any, *, reveal_codes: bool = False, wall_s: float = 0.0) -> dict[str, Any]:
    """Return a record as JSON has it, by wire name; codes are hidden unless `reveal_codes`.

    A scan leaves `duration` out, because it moves; it is worked out here, for the time `wall_s`.
    """
    row: dict[str, Any] = {}
    for name, field in _fields(type(record)).items():
        value = getattr(record, field)
        if isinstance(value, tuple):
            value = [
                to_row(item, reveal_codes=reveal_codes) if dataclasses.is_dataclass(item) else item
                for item in value
            ]
        if field == "attributes" and type(record).__module__ == forwarding.__name__:
            value = dict(value)  # an object there, a list of objects in the Conference API
        row[name] = _hide(record, field, name, value, reveal_codes=reveal_codes)
    if isinstance(record, Call | Meeting) and record.duration is None:
        since_ms = started(record)
        if since_ms is not None:
            row["duration"] = max(0, int(wall_s - since_ms / 1000))
    return row


def _fields(kind: type[Any]) -> dict[str, str]:
    """Return wire name → field. Mediator, Core and our own history keep to snake case."""
    if kind not in _FIELDS:
        is_snake = kind.__module__.startswith((forwarding.__name__, *_OURS))
        fields = [
            field.name
            for field in dataclasses.fields(kind)
            if field.name not in UNSENT and (kind.__name__, field.name) not in _LISTS
        ]
        _FIELDS[kind] = {name if is_snake else wire_name(name): name for name in fields}
    return _FIELDS[kind]


def _hide(record: Any, field: str, name: str, value: Any, *, reveal_codes: bool) -> Any:
    """Return what may be seen of a field, `name` on the wire. Passwords of endpoints never are."""
    match record:
        case forwarding.Endpoint():
            is_hidden = field == "password"
        case _ if reveal_codes:
            is_hidden = False
        case Attribute():
            return shown(record.name, value, MASK) if field == "value" else value
        case Call():
            is_hidden = field == "access_code" and value != ""
        case AttributeValue():
            is_hidden = field == "value" and is_secret(record.name)
        case AccessCode():
            is_hidden = field == "access_code"
        case _:
            # such as keys dialled into what answers; access codes hide their own
            is_hidden = name in SECRETS and not isinstance(value, list)
    return MASK if is_hidden and value is not None else value


def to_lines(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return name and text, a line for each attribute, code or other part of a list."""
    found = []
    for name, value in row.items():
        if isinstance(value, dict):
            found += [(f"{name}.{inner}", _text(part)) for inner, part in value.items()]
        elif isinstance(value, list) and value:
            found += [_part_line(name, part) for part in value]
        else:
            found.append((name, to_text(name, value)))
    return found


def _part_line(name: str, part: Any) -> tuple[str, str]:
    match part:
        case {"name": str(inner), "value": value}:
            return f"{name}.{inner}", _text(value)
        case dict():
            texts = (f"{inner} {_text(value)}" for inner, value in part.items()
                     if value not in (None, [], {}))  # fmt: skip
            return name, ", ".join(texts)
    return name, _text(part)


def to_text(name: str, value: Any) -> str:
    """Return a field as text for eyes: a moment in this machine's time, a list as its length."""
    if name in TIMES and isinstance(value, int) and 0 <= value < _LAST_MS:
        return moment(value)
    return _text(value)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict() | list():
            return str(len(value)) if value else ""
    return str(value)
