"""What happened in a meeting session, to draw over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.history.answers import Tape
from confmon.history.queries.attendance import attendance, session_span
from confmon.history.records import Marker, PastAction

if TYPE_CHECKING:
    from confmon.history.queries.seen import Seen
    from confmon.history.queries.tables import Tables
    from confmon.models.codes import Codes


def tape(tables: Tables, seen: Seen, session: int, codes: Codes) -> Tape | None:
    """Return the tape of a session, with notes of the whole bridge; None: it is not kept."""
    with tables.at_once():
        found = attendance(tables, seen, session, codes)
        if found is None:
            return None
        begin, end = session_span(found.session, found.until)
        markers = tables.rows(
            "SELECT marker, at, session, text, author FROM marker WHERE session = ?"
            " OR (session = 0 AND at >= ? AND at <= ?) ORDER BY at, marker",
            (session, begin, end),
        )
        actions = tables.rows(
            "SELECT action, at, verb, session, leg, outcome, author, audit_id FROM action"
            " WHERE session = ? ORDER BY at, action",
            (session,),
        )
    return Tape(
        attendance=found,
        markers=tuple(
            Marker(marker=marker, at=at, session=of, text=text, author=author)
            for marker, at, of, text, author in markers
        ),
        actions=tuple(
            PastAction(
                action=action, at=at, verb=verb, session=of, leg=leg, outcome=outcome,
                author=author, audit_id=audit_id,
            )
            for action, at, verb, of, leg, outcome, author, audit_id in actions
        ),
    )  # fmt: skip


def markers(tables: Tables, since: int, until: int) -> list[Marker]:
    """Return the notes between two moments, of sessions and of the whole bridge."""
    rows = tables.rows(
        "SELECT marker, at, session, text, author FROM marker WHERE at >= ? AND at <= ?"
        " ORDER BY at, marker",
        (since, until),
    )
    return [
        Marker(marker=marker, at=at, session=of, text=text, author=author)
        for marker, at, of, text, author in rows
    ]
