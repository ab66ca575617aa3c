"""What operators leave for the collector to write into the shared history: notes and actions.

A row of `history_item` each: its id, when it came, and its fields as JSON.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from confmon.history.read import DoneAction, NewMarker
from confmon.models.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.history.backends.connection import Connection

INSERT: Final = (
    "INSERT INTO history_item (id, at, data) VALUES (?, now_ms(), ?) ON CONFLICT (id) DO NOTHING"
)
_SOME = "SELECT id, data FROM history_item ORDER BY at, id LIMIT 100"
_ANY = "SELECT 1 FROM history_item LIMIT 1"
_TAKEN = "DELETE FROM history_item WHERE id = ?"
_SAME_ACTION = "SELECT 1 FROM action WHERE audit_id = ? LIMIT 1"
_SAME_MARKER = "SELECT 1 FROM marker WHERE at = ? AND author = ? AND text = ? LIMIT 1"
_LONGEST: Final = 1000
_MOST: Final = 2**62


def pack_item(item: DoneAction | NewMarker) -> str:
    """Return what is left for the collector, without its id."""
    kind = "action" if isinstance(item, DoneAction) else "marker"
    return json.dumps({"kind": kind, **item._asdict()}, ensure_ascii=False)


def unpack_item(data: str) -> DoneAction | NewMarker:
    """Return it again, with clean text. ValueError: it is none."""
    try:
        fields = json.loads(data)
    except RecursionError:
        raise ValueError("not an item") from None
    if not isinstance(fields, dict):
        raise ValueError("not an item")
    match fields.get("kind"):
        case "action":
            return DoneAction(**_values(fields, DoneAction._fields))
        case "marker":
            return NewMarker(**_values(fields, NewMarker._fields))
    raise ValueError("not an item")


def are_there(connection: Connection) -> bool:
    """Whether anything waits to be written."""
    return connection.execute(_ANY).fetchone() is not None


def take_items(connection: Connection) -> list[DoneAction | NewMarker]:
    """Delete what waits and return what of it is not in the history yet, in a transaction.

    Who left an item and did not hear that it is there leaves it again, maybe after it was taken.
    """
    found: list[DoneAction | NewMarker] = []
    rows = connection.execute(_SOME).fetchall()
    for key, data in rows:
        connection.execute(_TAKEN, (key,))
        try:
            item = unpack_item(data)
        except ValueError:
            continue  # somebody else's idea of an item: it is not left to be found each time
        if item not in found and not _is_kept(connection, item):
            found.append(item)
    return found


def _is_kept(connection: Connection, item: DoneAction | NewMarker) -> bool:
    if isinstance(item, DoneAction):
        row = connection.execute(_SAME_ACTION, (item.audit_id,)).fetchone()
    else:
        row = connection.execute(_SAME_MARKER, (item.at, item.author, item.text)).fetchone()
    return row is not None


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    return clean(value, _LONGEST)


def _number(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    if type(value) is not int or not 0 <= value < _MOST:
        raise ValueError(f"{name} is no number")
    return value


def _number_or_none(fields: dict[str, Any], name: str) -> int | None:
    return None if fields.get(name) is None else _number(fields, name)


_READERS: Final[dict[str, Callable[[dict[str, Any], str], Any]]] = {
    **dict.fromkeys(("at", "session"), _number),
    **dict.fromkeys(("meeting", "call"), _number_or_none),
    **dict.fromkeys(("verb", "outcome", "audit_id", "text", "author"), _text),
}


def _values(fields: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _READERS[name](fields, name) for name in names}
