"""Records of what stands as rows: by wire name, with what is secret hidden."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from confmon.cli.output import writers
from confmon.models import forwarding
from confmon.models.calls import wire_name
from confmon.models.moments import moment
from confmon.models.privacy import is_secret
from confmon.models.resources import RESOURCES
from confmon.models.rooms import AccessCode, AttributeValue

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMES = ("created", "date_created", "joined")
"""Epoch milliseconds."""
_LAST_MS = 253_370_764_800_000
UNSENT = ("inexact",)
"""Fields of ours that no server sends."""

_SECRETS: Final = {
    row.record_name: {one.name for one in row.fields if one.secret and one.name != "keychain"}
    for row in RESOURCES
}
"""Access codes are records with a secret of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """What is shown in full."""

    reveal_codes: bool = False


def names_of(kind: type[Any]) -> tuple[str, ...]:
    """Return the wire names of a kind of record, in the order of its fields."""
    return tuple(_spelled(kind, name) for name in _fields(kind))


def value_of(record: Any, name: str) -> Any:
    """Return the raw value of a field by its wire name."""
    for field in _fields(type(record)):
        if _spelled(type(record), field) == name:
            return getattr(record, field)
    return None


def row(record: Any, discretion: Reveal) -> dict[str, Any]:
    """Return a record as JSON would have it, by wire name."""
    found = {}
    for field in _fields(type(record)):
        value = _plain(getattr(record, field), discretion)
        if field == "attributes" and type(record).__module__ == forwarding.__name__:
            value = dict(value)  # an object there, a list of objects in the Conference API
        if value is not None and _secret(record, field, discretion):
            value = writers.MASK
        found[_spelled(type(record), field)] = value
    return found


def _fields(kind: type[Any]) -> list[str]:
    return [field.name for field in dataclasses.fields(kind) if field.name not in UNSENT]


def _spelled(kind: type[Any], name: str) -> str:
    """Return a field as its API spells it: Mediator and Core keep to snake case."""
    return name if kind.__module__ == forwarding.__name__ else wire_name(name)


def _plain(value: Any, discretion: Reveal) -> Any:
    if not isinstance(value, tuple):
        return value
    return [row(one, discretion) if dataclasses.is_dataclass(one) else one for one in value]


def _secret(record: Any, field: str, discretion: Reveal) -> bool:
    if isinstance(record, forwarding.Endpoint):
        return field == "password"
    if discretion.reveal_codes:
        return False
    if field in _SECRETS.get(type(record).__name__, ()):  # such as keys dialled into what answers
        return True
    if isinstance(record, AttributeValue):
        return field == "value" and is_secret(record.name)
    return isinstance(record, AccessCode) and field == "access_code"


def print_rows(rows: Sequence[dict[str, Any]], names: Sequence[str], output: str) -> None:
    """Print rows with the fields `names`, in that order."""
    picked = [{name: one.get(name) for name in names} for one in rows]
    match output:
        case "json":
            writers.write_json(picked)
        case "jsonl":
            writers.write_jsonl(picked)
        case "csv":
            writers.write_csv(names, picked)
        case _:
            writers.write_table(
                names, [[record_lines(name, one[name]) for name in names] for one in picked]
            )


def print_record(one: dict[str, Any], names: Sequence[str], output: str) -> None:
    """Print one record: JSON without brackets round it, a table with a line a field."""
    picked = {name: one.get(name) for name in names}
    if output in ("json", "jsonl"):
        writers.write_jsonl([picked])
    elif output == "csv":
        writers.write_csv(names, [picked])
    else:
        lines = list(_lines(picked))
        width = max((len(name) for name, _ in lines), default=0)
        for name, value in lines:
            print(f"{name:<{width}}  {value}".rstrip())


def _lines(one: dict[str, Any]) -> list[tuple[str, str]]:
    """Return name and value, a line for each attribute, code or other part of a list."""
    found = []
    for name, value in one.items():
        if isinstance(value, dict):
            found += [(f"{name}.{inner}", cell(part)) for inner, part in value.items()]
        elif isinstance(value, list) and value:
            found += [_part(name, part) for part in value]
        else:
            found.append((name, record_lines(name, value)))
    return found


def _part(name: str, part: Any) -> tuple[str, str]:
    match part:
        case {"name": str(inner), "value": value}:
            return f"{name}.{inner}", cell(value)
        case dict():
            shown = (f"{inner} {cell(value)}" for inner, value in part.items()
                     if value not in (None, [], {}))  # fmt: skip
            return name, ", ".join(shown)
    return name, cell(part)


def record_lines(name: str, value: Any) -> str:
    """Return a field as text for eyes: a moment in this machine's time."""
    if name in TIMES and isinstance(value, int) and 0 <= value < _LAST_MS:
        return moment(value)
    return cell(value)


def cell(value: Any) -> str:
    """Return a value as text; a list as how many it has."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict() | list():
            return str(len(value)) if value else ""
    return str(value)
