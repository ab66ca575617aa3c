"""From the bytes of a page to records.

Items are validated one by one: a bad one is counted and told, the others live. A field in a shape
nobody can read becomes None; only the key is indispensable. An item that equals the one of the
scan before is not looked at again: its record is the same object.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Generic

from pydantic_core import SchemaValidator, ValidationError, from_json

from confmon.models.calls import Attribute, Call, Meeting, R, wire_name
from confmon.models.errors import Garbled
from confmon.models.text import LIMIT, clean, clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic_core import core_schema

_INT64 = 1 << 63
_EXACT_FLOAT = 1 << 53
_DIGITS = 20
"""More digits than any 64-bit number has, with its sign."""
_ATTRIBUTE_LIMIT = 4096
"""Characters of an attribute's value: `participant_list` is long."""

_TIMES = frozenset({"created", "joined"})


def load(body: bytes) -> Any:
    """Read a JSON body. Garbled: empty, HTML, cut, not UTF-8, nested too deep."""
    try:
        return from_json(body)
    except ValueError as error:
        why = str(error)
    try:
        # Half a character in one name, or a number of 5,000 digits, must not hide the others.
        if "hex escape" in why or "number out of range" in why:
            return json.loads(body, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        why = str(error)
    head = body[:64].lstrip()
    if not head:
        raise Garbled("the reply is empty")
    if head.startswith(b"<"):
        raise Garbled("the reply is an HTML page")
    raise Garbled(f"the reply is not JSON: {clean_line(why, 80)}")


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS else None


class Kind(Generic[R]):
    """What is known of one kind of record: its list's name, its key, its fields' shapes.

    `left_out` are fields a scan does not want: they move by themselves, or are long.
    """

    def __init__(self, plural: str, key: str, record: type[R], left_out: tuple[str, ...]) -> None:
        self.plural = plural
        self.key = key
        self.left_out = left_out
        self.shapes = {
            wire_name(one.name): str(one.type).partition(" ")[0] for one in fields(record)
        }
        self.validate: Callable[[dict[str, Any]], R] = _validator(record, self.shapes)
        self.key_of: Callable[[R], int] = attrgetter(
            next(one.name for one in fields(record) if wire_name(one.name) == key)
        )


def _validator(record: type[R], shapes: Mapping[str, str]) -> Callable[[dict[str, Any]], R]:
    """Return what turns known fields, by wire name, into a record. ValidationError: it cannot.

    Pydantic's engine is told what ``TypeAdapter(record)`` would tell it. Having that found out
    takes as long as everything else between the first frame and the first data.
    """
    checked: list[core_schema.DataclassField] = []
    for one in fields(record):
        wire = wire_name(one.name)
        shape: Any = {"type": shapes[wire]}
        if one.default is None:
            nullable = {"type": "nullable", "schema": shape}
            shape = {"type": "default", "schema": nullable, "default": None}
        checked.append(
            {
                "type": "dataclass-field",
                "name": one.name,
                "schema": shape,
                "validation_alias": wire,
            }
        )
    schema: core_schema.DataclassSchema = {
        "type": "dataclass",
        "cls": record,
        "schema": {"type": "dataclass-args", "dataclass_name": record.__name__, "fields": checked},
        "fields": [one.name for one in fields(record)],
        "slots": True,
        "config": {"coerce_numbers_to_str": True},
    }
    return SchemaValidator(schema).validate_python


CALLS: Final = Kind("calls", "id", Call, ("duration",))
MEETINGS: Final = Kind("meetings", "meetingNumber", Meeting, ("duration", "attributes"))


def _tidy(name: str, shape: str, value: Any) -> Any:
    """Return a wire value ready for the validator; None when no reading of it is safe."""
    kind = type(value)
    if kind is str:
        if shape == "int":
            value = value.strip()
            if name in _TIMES and not value.isdecimal():
                return epoch_ms(value)
            if len(value) > _DIGITS:
                return None
            whole = (value[1:] if value[:1] in "+-" else value).isdecimal()
            return value if not whole or -_INT64 <= int(value) < _INT64 else None
        return clean(value, LIMIT)
    if shape == "int":
        if kind is int:
            return value if -_INT64 <= value < _INT64 else None
        if kind is float:  # NaN fails this comparison
            return value if abs(value) < _EXACT_FLOAT else None
        return None  # true is not 1, and false in muteMode is not known to mean unmuted
    if shape == "str" and kind is int:
        return value if abs(value) < _INT64 else None
    return value if kind in (int, float, bool) else None


def epoch_ms(text: str) -> int | None:
    """Return an ISO 8601 time as epoch milliseconds: the tables say string, the samples integer."""
    try:
        at = datetime.fromisoformat(text)
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def read_record(kind: Kind[R], raw: object) -> R:
    """Return one record. ValueError: not an object, or without a usable key; the message is clean.

    Unknown fields are ignored; a known one that cannot be read becomes None.
    """
    if not isinstance(raw, dict):
        raise ValueError("not an object")
    known: dict[str, Any] = {}
    shapes = kind.shapes
    for name, value in raw.items():
        if value is None or name not in shapes:
            continue
        # the two plain cases stand here, unfolded: they are nearly all there is
        if value.__class__ is int:
            plain = shapes[name] == "int" and -_INT64 <= value < _INT64
        else:
            plain = (
                value.__class__ is str
                and value.isascii()
                and value.isprintable()
                and shapes[name] == "str"
                and len(value) <= LIMIT
            )
        known[name] = value if plain else _tidy(name, shapes[name], value)
    try:
        return kind.validate(known)
    except ValidationError as error:
        odd = {one["loc"][0] for one in error.errors(include_url=False, include_input=False)}
    if kind.key in odd:
        what = "has an unreadable" if raw.get(kind.key) is not None else "has no"
        raise ValueError(f"{what} {kind.key}")
    for name in odd:
        known[str(name)] = None
    return kind.validate(known)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, parsed: items not yet validated, and the envelope they came in."""

    items: list[Any]
    envelope: dict[str, Any]


def read_page(plural: str, body: bytes) -> Page:
    """Open either envelope (the plural key, or `items`) or a bare array. Garbled: it is neither."""
    return page_in(plural, load(body))


def page_in(plural: str, payload: object) -> Page:
    """Open an envelope that has been parsed; see `read_page`."""
    envelope = payload if isinstance(payload, dict) else {}
    items = envelope.get(plural, envelope.get("items")) if envelope else payload
    if not isinstance(items, list):
        raise Garbled(f"the reply has no list of {plural}")
    return Page(items, envelope)


def read_attributes(body: bytes) -> tuple[Attribute, ...]:
    """Read ``[{"name": …, "value": …}]``, in either envelope too; what has no name is left out."""
    found: dict[str, Attribute] = {}
    for raw in read_page("attributes", body).items:
        name = raw.get("name") if isinstance(raw, dict) else None
        if not isinstance(name, str) or not name:
            continue
        value = raw.get("value")
        text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
        done = Attribute(clean(name), clean(text, _ATTRIBUTE_LIMIT))
        found[done.name] = done
    return tuple(found.values())
