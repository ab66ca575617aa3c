"""The pieces of a record that can be copied: its number, its id, its name, its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from confmon.models.resources import resource_of
from confmon.monitor.exports.numbers import NumberVisibility, cut_number

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 4096
"""Characters of a piece; some terminals refuse more, and no row has as many."""

_FIELDS = {"Call": ("id", "caller", "custom_name"),
           "Meeting": ("meeting_number", "meeting_number", "subscriber_name"),
           "Attendee": ("number", "number", "name"),
           "MeetingSession": ("session", "number", "owner"),
           "EarlierCall": ("call", "caller", "name")}  # fmt: skip
"""The fields with id, number and name of what is or was live; others are in the resource table."""


class Piece(NamedTuple):
    """One thing to copy. `is_hidden`: there is a text, and it may not be copied."""

    letter: str
    what: str
    text: str
    is_hidden: bool = False


def pieces_of(record: Any, row: Iterable[str], visible: NumberVisibility) -> tuple[Piece, ...]:
    """Return what can be copied of a record, the number first. `row` are its cells as shown.

    A number that is not `visible` is hidden: cut to four digits it is of no use.
    """
    id_, number, name = _fields(type(record))
    cut = cut_number(record, visible)
    whole, shown = getattr(record, number, None), getattr(cut, number, None)
    return (
        Piece("n", "number", clean(whole), is_hidden=whole != shown),
        Piece("i", "id", clean(getattr(record, id_, None))),
        Piece("r", "row", clean("  ".join(cell for cell in row if cell))),
        Piece("m", "name", clean(getattr(cut, name, None) or getattr(cut, "description", None))),
    )


def _fields(kind: type[Any]) -> tuple[str, str, str]:
    """Return the fields with id, number and name. The number: its first telephone number."""
    resource = resource_of(kind)
    if resource is None:
        return _FIELDS[kind.__name__]
    phones = [name for name, phone in resource.phones().items() if phone in ("person", "rented")]
    key = resource.key
    return key, (phones or [key if key.endswith("number") else ""])[0], "name"


def clean(value: Any) -> str:
    r"""Return a text of one line, without anything that acts on a terminal.

    >>> clean("Anna\x1b[31m\u202e"), clean(100), clean(None)
    ('Anna[31m', '100', '')
    """
    text = "" if value is None else str(value)
    return "".join(filter(str.isprintable, text[:LONGEST]))
