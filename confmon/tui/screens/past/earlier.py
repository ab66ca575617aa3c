"""The earlier calls of one number, the newest first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.history.answers import CallQuery
from confmon.monitor.past.tables.columns import EARLIER, earlier_lines
from confmon.monitor.past.tables.earlier import earlier_calls
from confmon.monitor.past.timeline.people import who
from confmon.tui.navigation import Past
from confmon.tui.screens.past.past_screen import PastScreen, Recorded, newest_in

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from confmon.history.history import History
    from confmon.monitor.past.tables.earlier import EarlierCall
    from confmon.tui.table import Cell

MOST = 500


class EarlierCallsScreen(PastScreen):
    """List the calls of a number, with the meeting that each was in."""

    PLACE = "earlier"
    COLUMNS = EARLIER

    def question(self) -> tuple[Hashable, Callable[[History], Any]]:
        """Return which calls are asked for."""
        return self._nth, partial(_find, CallQuery(phone=self.past.phone, limit=MOST))

    def records(self) -> Mapping[tuple[int, int], EarlierCall]:
        """Return the calls."""
        return self._found.rows

    @property
    def _found(self) -> Recorded:
        return self.answer.of(self._nth) or Recorded()

    def until(self) -> int | None:
        """Return the newest read, where a call lasts as far as that has shown."""
        lasts = any(row.left is None for row in self._found.rows.values())
        return self._found.newest if lasts else None

    def has_more(self) -> bool:
        """Whether there are more calls than were asked for."""
        return len({leg for leg, _ in self.records()}) >= MOST

    def heading(self) -> str:
        """Return which calls they are."""
        mask = self.session.settings.mask_numbers
        return f"calls of {who(self.past.phone, self.past.name, mask=mask)}"

    def nothing(self) -> list[Cell]:
        """Return why there are no rows."""
        return [("No call of this number is recorded", "title")]

    def detail_lines(self, record: EarlierCall) -> list[tuple[Cell, ...]]:
        """Return every fact of a call."""
        return earlier_lines(record, self.look)

    def past_at_cursor(self) -> Past | None:
        """Return the session that the call was in, at the moment it joined."""
        record: EarlierCall | None = self.record()
        if record is None or not record.session:
            return None
        return Past(number=record.number, session=record.session, at=record.joined)


def _find(query: CallQuery, history: History) -> Recorded:
    return Recorded(earlier_calls(history.find_calls(query)), newest_in(history))
