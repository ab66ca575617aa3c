"""The meetings that were seen, ended ones too: found by what is typed, in the store."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.monitor.past.tables.columns import SESSIONS, session_lines
from confmon.monitor.past.tables.search import FIRST, HINT, query_of
from confmon.monitor.views.list_view import ListView
from confmon.tui.navigation import Past
from confmon.tui.screens.past.past_screen import PastScreen, Recorded, newest_in

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from confmon.history.answers import SessionQuery
    from confmon.history.history import History
    from confmon.history.records import MeetingSession
    from confmon.tui.table import Cell


class FoundView(ListView):
    """A list with a filter that the store answers: all its rows match."""

    def set_filter(self, text: str) -> None:
        """Keep what was typed."""
        self.filter_text = text


class HistoryScreen(PastScreen):
    """List the sessions of meetings, the newest first, and lead to tape and attendance."""

    PLACE = "history"
    COLUMNS = SESSIONS
    FILTER_HINT = HINT

    _limit = FIRST

    def make_view(self) -> ListView:
        """Return filter and order."""
        return FoundView(self.COLUMNS)

    def question(self) -> tuple[Hashable, Callable[[History], Any]]:
        """Return which meetings are looked for."""
        query = query_of(self.view.filter_text, self.session.store.wall(), self._limit)
        return query, partial(_find, query)

    def records(self) -> Mapping[int, MeetingSession]:
        """Return the sessions by their numbers; those of before as long as others are read."""
        return self._found.rows

    @property
    def _found(self) -> Recorded:
        return self.answer.value or Recorded()

    def until(self) -> int | None:
        """Return the newest read, where a meeting is live as far as that has shown."""
        lasts = any(row.ended_to is None for row in self._found.rows.values())
        return self._found.newest if lasts else None

    def has_more(self) -> bool:
        """Whether there are more sessions than were asked for."""
        return len(self.records()) >= self._limit

    def cursor_moved(self) -> None:
        """Ask for more when the last one is reached."""
        keys = self.shown_keys
        if keys and self.has_more() and self.table.cursor_key == keys[-1]:
            self._limit *= 2
            self.changed()

    def nothing(self) -> list[Cell]:
        """Return why there are no rows."""
        return [
            ("No meeting is recorded yet", "title"),
            ("each one that is seen from now on is listed here", "dim"),
        ]

    def detail_lines(self, record: MeetingSession) -> list[tuple[Cell, ...]]:
        """Return every fact of a session."""
        return session_lines(record, self.look)

    def past_at_cursor(self) -> Past | None:
        """Return the session under the cursor."""
        record = self.record()
        return None if record is None else Past(number=record.number, session=record.session)

    def clear_filter(self) -> None:
        """Show all again, from the newest."""
        self._limit = FIRST
        super().clear_filter()


def _find(query: SessionQuery, history: History) -> Recorded:
    found = {session.session: session for session in history.find_sessions(query)}
    return Recorded(found, newest_in(history))
