"""What every record is made of: the types of its fields, and how each is read off JSON.

The reference's tables and samples disagree about types, so a number may come as text, a text as a
number, a time as ISO 8601 or as epoch milliseconds. To a type checker the types are plain ``int``,
``str`` and ``tuple``. pydantic asks each for its core schema, which is a plain dictionary:
nothing is imported for it.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, TypeVar

from confmon.models.text import LIMIT, clean

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

LONG: Final = 4096
"""Characters kept of a value or description: attributes may hold whole lists."""
PLAIN, READ = "#plain", "#read"
"""How pydantic's errors name the two ways to validate a field."""
EXACT: Final = "exact"
"""pydantic's `context` where it matters what was changed."""
_INT64: Final = 1 << 63
_EXACT_FLOAT: Final = 1 << 53
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,19}")
_BETWEEN: Final = re.compile(r"[,;|]")


def wire_name(name: str) -> str:
    """Return the wire's spelling of a field: ``mute_mode`` is ``muteMode``."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


class Record:
    """A record of an API that spells its fields as we do."""

    __slots__ = ()

    KEY: ClassVar[str]
    """The wire name of the field that tells one record from another: its type is that of a key."""

    def __init_subclass__(cls) -> None:
        for name, kind in cls.__annotations__.items():
            if kind in ("NumberKey", "TextKey"):
                cls.KEY = cls.spell(name)

    @staticmethod
    def spell(name: str) -> str:
        """Return the wire's spelling of a field."""
        return name


class ConferenceRecord(Record):
    """A record of the Conference API, which spells its fields in camel case."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {"alias_generator": wire_name}
    spell = staticmethod(wire_name)


class Inexact(ValueError):
    """A field cannot be kept as it was sent: `value` takes its place.

    Of a single value this is raised only where pydantic's `context` is `EXACT`. `lost` has a clean
    sentence per item of a list that was left out.
    """

    def __init__(self, value: Any, lost: tuple[str, ...] = ()) -> None:
        self.value = value
        self.lost = lost


# -- values


def number(raw: object) -> int | None:
    """Return a whole number of at most 64 bits, also from text; None: it is none. True is not 1."""
    if type(raw) is str:
        stripped = raw.strip()
        raw = int(stripped) if _WHOLE.fullmatch(stripped) else None
    if type(raw) is float and abs(raw) < _EXACT_FLOAT and raw.is_integer():
        return int(raw)
    return raw if type(raw) is int and -_INT64 <= raw < _INT64 else None


def epoch_ms(raw: object) -> int | None:
    """Return epoch milliseconds, from a number or an ISO 8601 text; None: it is neither."""
    found = number(raw)
    if found is not None or type(raw) is not str:
        return found
    try:
        at = datetime.fromisoformat(raw.strip())
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def text(raw: object, limit: int = LIMIT) -> str | None:
    """Return a cleaned text, also from a number; None: it is none. True is no text."""
    if type(raw) is str:
        return clean(raw, limit)
    if type(raw) is float and math.isfinite(raw):
        return json.dumps(raw)
    return str(raw) if type(raw) is int and -_INT64 <= raw < _INT64 else None


def long_text(raw: object) -> str | None:
    """Return a cleaned text of up to `LONG` characters, also from a number or a boolean."""
    return json.dumps(raw) if type(raw) is bool else text(raw, LONG)


def any_text(raw: object, limit: int = LONG) -> str:
    """Return any value as a cleaned text: null is empty, what has parts is JSON."""
    if raw is None:
        return ""
    found = text(raw, limit)
    return clean(json.dumps(raw), limit) if found is None else found


# -- arrays, which are empty where the server sends null


def _array(raw: Any) -> list[Any]:
    if raw is None:
        return []
    if isinstance(raw, list):
        return raw
    raise Inexact((), ("is not an array",))


def _texts(raw: Any) -> tuple[str, ...]:
    """Read texts; one text that lists them (the tables say string) is taken apart."""
    if type(raw) is str:
        raw = [part.strip() for part in _BETWEEN.split(raw) if part.strip()]
    return _exact([None if item is None else any_text(item, LIMIT) for item in _array(raw)], "text")


def _numbers(raw: Any) -> tuple[int, ...]:
    """Read numbers; of a whole meeting room its number."""
    read = (item.get("meetingNumber") if isinstance(item, dict) else item for item in _array(raw))
    return _exact([number(item) for item in read], "number")


def _exact(read: list[T | None], what: str) -> tuple[T, ...]:
    """Return the items, unless one of them was none of its kind."""
    found = tuple(item for item in read if item is not None)
    if lost := tuple(f"item {at}: not a {what}" for at, item in enumerate(read) if item is None):
        raise Inexact(found, lost)
    return found


def _pairs(raw: Any) -> tuple[tuple[str, str], ...]:
    """Read an object of texts; what is neither text nor number stays as JSON."""
    if raw is None or raw == []:  # some servers write an empty object so
        return ()
    if not isinstance(raw, dict):
        raise Inexact((), ("is not an object",))
    return tuple((clean(name), any_text(value)) for name, value in raw.items())


# -- how pydantic reads them


class _Value:
    """A number, text or boolean: pydantic's `plain` schemas where one serves, else `read`."""

    def __init__(
        self, plain: tuple[dict[str, Any], ...], read: Callable[[Any], Any], *, key: bool = False
    ) -> None:
        self._plain = plain
        self._read = read
        self._key = key

    def _from_any(self, raw: Any, info: Any) -> Any:
        found = self._read(raw)
        if self._key and found in (None, ""):
            raise ValueError
        changed = found is None or (type(raw) is str and type(found) is str and found != raw)
        if changed and info.context is EXACT:
            raise Inexact(found)
        return found

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        read = {"type": "with-info", "function": self._from_any}
        other = {"type": "function-plain", "function": read}
        either = {
            "type": "union",
            "mode": "left_to_right",
            "choices": [*((choice, PLAIN) for choice in self._plain), (other, READ)],
        }
        return either if self._key else {"type": "nullable", "schema": either}


class _Any:
    """A field in which anything may be sent, or a list of them."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read

    def _once(self, raw: Any) -> Any:
        # JSON has no tuples: a tuple has been read already
        return raw if isinstance(raw, tuple) else self._read(raw)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        return {"type": "function-plain", "function": {"type": "no-info", "function": self._once}}


class _Items:
    """An array of records, validated one by one."""

    @staticmethod
    def _each(raw: Any, validate: Callable[[Any], Any]) -> Any:
        return () if raw == () else validate(_array(raw))

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        return {
            "type": "function-wrap",
            "function": {"type": "no-info", "function": self._each},
            "schema": handler(source),
        }


_INT: Final = {"type": "int", "strict": True, "ge": -_INT64, "le": _INT64 - 1}
_DIGITS: Final = {"type": "str", "strict": True, "pattern": r"^-?[0-9]{1,18}$"}
_PLAIN_INT: Final = (_INT, {"type": "chain", "steps": [_DIGITS, {"type": "int"}]})
_TEXT: Final = {"type": "str", "strict": True, "pattern": r"^[ -~]*$", "max_length": LIMIT}

Number = Annotated[int | None, _Value(_PLAIN_INT, number)]
Moment = Annotated[int | None, _Value(_PLAIN_INT, epoch_ms)]
"""Epoch milliseconds."""
Flag = Annotated[bool | None, _Value(({"type": "bool"},), lambda _raw: None)]
Text = Annotated[str | None, _Value((_TEXT,), text)]
LongText = Annotated[str | None, _Value((_TEXT,), long_text)]
AnyText = Annotated[str, _Any(any_text)]
"""Whatever it is, as text."""
NumberKey = Annotated[int, _Value(_PLAIN_INT, number, key=True)]
TextKey = Annotated[str, _Value(({**_TEXT, "min_length": 1},), text, key=True)]
Texts = Annotated[tuple[str, ...], _Any(_texts)]
Numbers = Annotated[tuple[int, ...], _Any(_numbers)]
Pairs = Annotated[tuple[tuple[str, str], ...], _Any(_pairs)]
Items = Annotated[tuple[T, ...], _Items()]
