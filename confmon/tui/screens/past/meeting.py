"""What tape and attendance share: they are of one session of a meeting, live or not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.monitor.past.tables.columns import attendee_lines
from confmon.monitor.past.timeline.moments import when_it_was
from confmon.tui.navigation import Past
from confmon.tui.screens.past.past_screen import PastScreen
from confmon.tui.screens.past.session import session_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from confmon.history.answers import Attendance, Attendee
    from confmon.history.history import History
    from confmon.tui.table import Cell


class MeetingScreen(PastScreen):
    """Show the people of a meeting session, a row for each."""

    @property
    def attendance(self) -> Attendance | None:
        """Who was in; None: not read yet, or nothing is recorded."""
        raise NotImplementedError

    def ask(self, history: History, session: int) -> Any:
        """Return what is shown of a session; None: it is not kept. It is called on a thread."""
        raise NotImplementedError

    def question(self) -> tuple[Hashable, Callable[[History], Any]]:
        """Return which session is asked for."""
        return self._nth, partial(self._ask, self.past, int(self.session.store.wall() * 1000))

    def _ask(self, past: Past, now_ms: int, history: History) -> Any:
        session = session_of(history, past, now_ms)
        return None if session is None else self.ask(history, session.session)

    def goes_on(self) -> bool:
        """Whether the meeting is live, or was not read yet."""
        return self.attendance is None or self.attendance.session.ended_to is None

    def until(self) -> int | None:
        """Return the newest read of a meeting that is live."""
        found = self.attendance
        return found.until if found is not None and self.goes_on() else None

    def heading(self) -> str:
        """Return which meeting it is, and of when."""
        if (found := self.attendance) is None:
            return f"{self.PLACE} of {self.past.number or '…'}"
        return f"{self.PLACE} of {found.session.number}, {when_it_was(found.session.started_to)}"

    def nothing(self) -> list[Cell]:
        """Return why there are no rows."""
        return [
            ("Nothing is recorded of this meeting yet", "title"),
            ("the next read writes down who is in", "dim"),
        ]

    def detail_lines(self, record: Attendee) -> list[tuple[Cell, ...]]:
        """Return every fact of a person."""
        return attendee_lines(record, self.look)

    def past_at_cursor(self) -> Past | None:
        """Return the meeting itself."""
        if (found := self.attendance) is None:
            return None
        return Past(number=found.session.number, session=found.session.session)
