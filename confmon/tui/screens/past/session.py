"""Which session of a meeting is meant, asked of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.history.answers import SessionQuery

if TYPE_CHECKING:
    from confmon.history.history import History
    from confmon.history.records import MeetingSession
    from confmon.tui.navigation import Past


def session_of(history: History, past: Past, now_ms: int) -> MeetingSession | None:
    """Return the session that is meant: of a number that of the moment, else the last one."""
    if past.session is not None:
        return history.meeting_sessions([past.session]).get(past.session)
    if past.number is None:
        return None
    found = history.session_at(past.number, now_ms if past.at is None else past.at)
    if found is None:
        query = SessionQuery(number=past.number, limit=1)
        found = next(iter(history.find_sessions(query)), None)
    return found
