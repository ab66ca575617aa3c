"""The pieces of a record that can be copied: its number, its id, its name, its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from confmon.models.live_records import Call, Meeting
from confmon.models.resources import resource_of
from confmon.monitor.exports.numbers import NumberVisibility, cut_number

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 4096
"""Characters of a piece; some terminals refuse more, and no row has as many."""

_NUMBERS = {
    "Call": "caller",
    "Meeting": "meeting_number",
    "Room": "meeting_number",
    "Did": "phone_number",
    "Binding": "redirect_did",
    "Dialout": "stage_one_destination_did",
    "MediatorDid": "phonenumber",
}
"""The field with the number that a record is known by."""

_NAMES = {"Call": "custom_name", "Meeting": "subscriber_name"}
"""The field with the name, where it is not `name`."""


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
    kind = type(record).__name__
    cut = cut_number(record, visible)
    number, shown = (getattr(one, _NUMBERS.get(kind, ""), None) for one in (record, cut))
    name = getattr(cut, _NAMES.get(kind, "name"), None) or getattr(cut, "description", None)
    return (
        Piece("n", "number", clean(number), is_hidden=number != shown),
        Piece("i", "id", clean(_key_of(record))),
        Piece("r", "row", clean("  ".join(cell for cell in row if cell))),
        Piece("m", "name", clean(name)),
    )


def _key_of(record: Any) -> Any:
    match record:
        case Call():
            return record.id
        case Meeting():
            return record.meeting_number
    resource = resource_of(type(record))
    return None if resource is None else getattr(record, resource.key)


def clean(value: Any) -> str:
    r"""Return a text of one line, without anything that acts on a terminal.

    >>> clean("Anna\x1b[31m\u202e"), clean(100), clean(None)
    ('Anna[31m', '100', '')
    """
    text = "" if value is None else str(value)
    return "".join(filter(str.isprintable, text[:LONGEST]))
