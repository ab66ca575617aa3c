"""From JSON to the records of rooms, numbers and forwarding, field by field.

They are read seldom, so plain Python does; live calls have `confmon.api.decoding.live`. The
rule is the same: a field in a shape nobody can read is None (a list: without that item), and only
the key is indispensable. The reference's tables and samples disagree about types, so a number may
come as text, a text as a number, a time as ISO 8601 or as epoch milliseconds.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field, fields
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, get_args, get_origin, get_type_hints

from confmon.api.decoding.live import epoch_ms
from confmon.models.calls import wire_name
from confmon.models.text import LIMIT, clean

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

LONG: Final = 4096
"""Characters kept of a value or description: attributes may hold whole lists."""
_LONG: Final = frozenset({"description", "details", "value"})
_TIMES: Final = frozenset({"created", "date_created"})
_INT64: Final = 1 << 63
_EXACT_FLOAT: Final = 1 << 53
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,19}")
_BETWEEN: Final = re.compile(r"[,;|]")


@dataclass(slots=True)
class Loss:
    """What a reading lost: a clean sentence per item left out, and a count of fields changed."""

    items: list[str] = field(default_factory=list)
    fields: int = 0

    def within(self, name: str, at: int, inner: Loss) -> None:
        """Take over what one item of a nested array lost."""
        self.items += [f"{name} item {at}: {one}" for one in inner.items]
        self.fields += inner.fields


class RecordDecoder(Generic[T]):
    """How one kind of record is read. `spell` turns a field's name into the wire's.

    A record with a field `inexact` is told there how much of its nested arrays was lost.
    """

    def __init__(self, record: type[T], spell: Callable[[str], str] = wire_name) -> None:
        hints = get_type_hints(record)
        own: Any = record
        self.record = record
        self.key: str = own.KEY
        """The key's wire name."""
        names = [one.name for one in fields(own)]
        self._key_name = next(name for name in names if spell(name) == self.key)
        self._told = "inexact" in names
        kinds = {name: _bare(hints[name]) for name in names if name != "inexact"}
        self._plain = [
            (name, spell(name), _plain(kind, name))
            for name, kind in kinds.items()
            if kind in (int, str)
        ]
        self._arrays = [
            (name, spell(name), _array_of(get_args(kind)[0], name, spell))
            for name, kind in kinds.items()
            if kind not in (int, str)
        ]

    def key_of(self, record: T) -> int | str:
        """Return a record's key."""
        key: int | str = getattr(record, self._key_name)
        return key

    def read(self, raw: object, loss: Loss | None = None) -> T:
        """Return one record. ValueError: not an object, or without a usable key; clean words."""
        if not isinstance(raw, dict):
            raise ValueError("not an object")
        lost = Loss()
        values: dict[str, Any] = {}
        for name, wire, array in self._arrays:
            if (value := raw.get(wire)) is not None:
                values[name] = array(value, lost)
        if self._told:
            values["inexact"] = len(lost.items) + lost.fields
        for name, wire, plain in self._plain:
            if (value := raw.get(wire)) is None:
                continue
            values[name] = got = plain(value)
            if got is None or (type(value) is str and type(got) is str and got != value):
                lost.fields += 1
        if values.get(self._key_name) in (None, ""):
            what = "has an unreadable" if raw.get(self.key) not in (None, "") else "has no"
            raise ValueError(f"{what} {self.key}")
        if loss is not None:
            loss.items += lost.items
            loss.fields += lost.fields
        return self.record(**values)


def _bare(hint: Any) -> Any:
    """Return an annotation without its None."""
    return get_args(hint)[0] if get_origin(hint) is UnionType else hint


def _plain(kind: type, name: str) -> Callable[[Any], Any]:
    """Return what reads one number, time or text."""
    if kind is int:
        return moment if name in _TIMES else number
    limit = LONG if name in _LONG else LIMIT
    return lambda raw: text(raw, limit)


def _array_of(item: Any, name: str, spell: Callable[[str], str]) -> Callable[[Any, Loss], Any]:
    """Return what reads one array; what it loses is told."""
    wire = spell(name)
    if item is str:
        return lambda raw, loss: _texts(raw, loss, wire)
    if item is int:
        return lambda raw, loss: _numbers(raw, loss, wire)
    if get_origin(item) is tuple:
        return lambda raw, loss: _pairs(raw, loss, wire)
    shape: RecordDecoder[Any] = RecordDecoder(item, spell)
    return lambda raw, loss: _records(shape, raw, loss, wire)


def number(raw: object) -> int | None:
    """Return a whole number of at most 64 bits, also from text; None: it is none. True is not 1."""
    if type(raw) is str:
        stripped = raw.strip()
        raw = int(stripped) if _WHOLE.fullmatch(stripped) else None
    if type(raw) is float and abs(raw) < _EXACT_FLOAT and raw.is_integer():
        return int(raw)
    return raw if type(raw) is int and -_INT64 <= raw < _INT64 else None


def moment(raw: object) -> int | None:
    """Return epoch milliseconds, from a number or an ISO 8601 text; None: it is neither."""
    found = number(raw)
    return epoch_ms(raw.strip()) if found is None and type(raw) is str else found


def text(raw: object, limit: int = LIMIT) -> str | None:
    """Return a cleaned text, also from a number or a boolean; None: it is none."""
    if type(raw) is str:
        return clean(raw, limit)
    if type(raw) is bool or (type(raw) is float and math.isfinite(raw)):
        return json.dumps(raw)
    return str(raw) if type(raw) is int and -_INT64 <= raw < _INT64 else None


def _array(raw: Any, loss: Loss, wire: str) -> list[Any]:
    if isinstance(raw, list):
        return raw
    loss.items.append(f"{wire} is not an array")
    return []


def _texts(raw: Any, loss: Loss, wire: str) -> tuple[str, ...]:
    """Read texts; one text that lists them (the tables say string) is taken apart."""
    if type(raw) is str:
        raw = [part.strip() for part in _BETWEEN.split(raw) if part.strip()]
    found: list[str] = []
    for at, one in enumerate(_array(raw, loss, wire)):
        got = text(one)
        if one is None:
            loss.items.append(f"{wire} item {at}: not a text")
        else:
            found.append(clean(json.dumps(one)) if got is None else got)
    return tuple(found)


def _numbers(raw: Any, loss: Loss, wire: str) -> tuple[int, ...]:
    """Read numbers; of a whole meeting room its number."""
    found: list[int] = []
    for at, one in enumerate(_array(raw, loss, wire)):
        got = number(one.get("meetingNumber") if isinstance(one, dict) else one)
        if got is None:
            loss.items.append(f"{wire} item {at}: not a number")
        else:
            found.append(got)
    return tuple(found)


def _pairs(raw: Any, loss: Loss, wire: str) -> tuple[tuple[str, str], ...]:
    """Read an object of texts; what is neither text nor number stays as JSON."""
    if not isinstance(raw, dict):
        if raw != []:  # some servers write an empty object so
            loss.items.append(f"{wire} is not an object")
        return ()
    found: list[tuple[str, str]] = []
    for name, value in raw.items():
        got = "" if value is None else text(value, LONG)
        found.append((clean(name), clean(json.dumps(value), LONG) if got is None else got))
    return tuple(found)


def _records(shape: RecordDecoder[Any], raw: Any, loss: Loss, wire: str) -> tuple[Any, ...]:
    """Read an array of objects, one by one, in the order sent."""
    found: list[Any] = []
    for at, one in enumerate(_array(raw, loss, wire)):
        inner = Loss()
        try:
            found.append(shape.read(one, inner))
        except ValueError as error:
            inner.items = [str(error)]
        if inner.items or inner.fields:
            loss.within(wire, at, inner)
    return tuple(found)
