"""What happened in a meeting session, to draw over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.history.answers import Tape
from confmon.history.queries.attendance import attendance, session_span
from confmon.history.records import Marker, PastAction, columns_of

if TYPE_CHECKING:
    from confmon.history.queries.seen import Seen
    from confmon.history.queries.tables import Tables
    from confmon.models.codes import Codes

_MARKERS = f"SELECT {columns_of(Marker, 'marker')} FROM marker WHERE "  # noqa: S608
_ACTIONS = f"SELECT {columns_of(PastAction, 'action')} FROM action WHERE "  # noqa: S608


def tape(tables: Tables, seen: Seen, session: int, codes: Codes) -> Tape | None:
    """Return the tape of a session, with notes of the whole bridge; None: it is not kept."""
    with tables.at_once():
        found = attendance(tables, seen, session, codes)
        if found is None:
            return None
        begin, end = session_span(found.session, found.until)
        notes = tables.rows(
            _MARKERS + "session = ? OR (session = 0 AND at >= ? AND at <= ?) ORDER BY at, marker",
            (session, begin, end),
        )
        actions = tables.rows(_ACTIONS + "session = ? ORDER BY at, action", (session,))
    return Tape(
        attendance=found,
        markers=tuple(Marker(*row) for row in notes),
        actions=tuple(PastAction(*row) for row in actions),
    )


def markers(tables: Tables, since: int, until: int) -> list[Marker]:
    """Return the notes between two moments, of sessions and of the whole bridge."""
    rows = tables.rows(_MARKERS + "at >= ? AND at <= ? ORDER BY at, marker", (since, until))
    return [Marker(*row) for row in rows]
