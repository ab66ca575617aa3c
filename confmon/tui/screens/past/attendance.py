"""Who was in a meeting, a row a person: from when to when, how long in all, muted, on hold."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.monitor.past.tables.columns import ATTENDANCE, attendee_lines
from confmon.monitor.past.timeline.moments import gap_words, when_it_was
from confmon.tui.bars.bar import Part, Parts
from confmon.tui.navigation import Past
from confmon.tui.screens.past.meeting import session_of
from confmon.tui.screens.past.past_screen import PastScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from confmon.history.answers import Attendance, Attendee
    from confmon.history.history import History
    from confmon.models.codes import Codes
    from confmon.monitor.session import Session
    from confmon.tui.navigation import Navigator
    from confmon.tui.screens.view_state import ViewState
    from confmon.tui.table import Cell, LiveTable


class AttendanceScreen(PastScreen):
    """List who was in a meeting session."""

    PLACE = "attendance"
    COLUMNS = ATTENDANCE

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__(session, navigator)
        self.view.order_by("joined", descending=False)
        self._rows: tuple[Hashable, dict[int, Attendee]] = (None, {})

    @property
    def attendance(self) -> Attendance | None:
        """Who was in; None: not read yet, or nothing is recorded."""
        found: Attendance | None = self.answer.of(self.key)
        return found

    def question(self) -> tuple[Hashable, Callable[[History], Any]]:
        """Return which attendance is asked for."""
        now_ms = int(self.session.store.wall() * 1000)
        return self._nth, partial(_attendance, self.past, now_ms, self.session.codes)

    def records(self) -> Mapping[int, Attendee]:
        """Return the people, by the leg that each came with first."""
        version = self.version()
        if self._rows[0] != version:
            found = self.attendance
            rows = {} if found is None else {
                one.stays[0][1].leg: one for one in found.attendees if one.stays
            }  # fmt: skip
            self._rows = (version, rows)
        return self._rows[1]

    def goes_on(self) -> bool:
        """Whether the meeting is live, or was not read yet."""
        return self.attendance is None or self.attendance.session.ended_to is None

    def until(self) -> int | None:
        """Return the newest read of a meeting that is live."""
        if self.attendance is None or not self.goes_on():
            return None
        return self.attendance.until

    def heading(self) -> str:
        """Return which attendance it is."""
        if (found := self.attendance) is None:
            return f"attendance of {self.past.number or '…'}"
        session = found.session
        return f"attendance of {session.number}, {when_it_was(session.started_to)}"

    def state_now(self) -> ViewState:
        """Return what is to be shown, with the gaps in which nobody was seen."""
        state = super().state_now()
        found = self.attendance
        gaps = () if found is None else found.gaps
        if found is not None and gaps and not state.banner.left:
            words = " · ".join(gap_words(gap, found.until) for gap in gaps[:3])
            more = f" and {len(gaps) - 3} more" if len(gaps) > 3 else ""
            state = replace(state, banner=Parts((Part(f" {words}{more} ", yields=True),)))
        return state

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
        found = self.attendance
        if found is None:
            return None
        return Past(number=found.session.number, session=found.session.session)

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        """Show or hide the details."""
        self.action_details()


def _attendance(past: Past, now_ms: int, codes: Codes, history: History) -> Attendance | None:
    session = session_of(history, past, now_ms)
    return None if session is None else history.attendance(session.session, codes)
