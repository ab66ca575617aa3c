"""Who was in a meeting, a row a person: from when to when, how long in all, muted, on hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from confmon.monitor.past.tables.columns import ATTENDANCE
from confmon.monitor.past.timeline.moments import gap_words
from confmon.monitor.past.timeline.tape import key_of
from confmon.tui.bars.bar import Part, Parts
from confmon.tui.screens.past.meeting import MeetingScreen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.history.answers import Attendance, Attendee
    from confmon.history.history import History
    from confmon.tui.screens.view_state import ViewState


class _Answered(NamedTuple):
    attendance: Attendance
    rows: Mapping[int, Attendee]


class AttendanceScreen(MeetingScreen):
    """List who was in a meeting session."""

    PLACE = "attendance"
    COLUMNS = ATTENDANCE
    FIRST_ORDER = "joined"

    @property
    def _answered(self) -> _Answered | None:
        found: _Answered | None = self.answer.of(self._nth)
        return found

    @property
    def attendance(self) -> Attendance | None:
        """Who was in; None: not read yet, or nothing is recorded."""
        return None if self._answered is None else self._answered.attendance

    def ask(self, history: History, session: int) -> _Answered | None:
        """Return who was in a session."""
        found = history.attendance(session, self.session.codes)
        if found is None:
            return None
        return _Answered(
            found, {key_of(attendee): attendee for attendee in found.attendees if attendee.stays}
        )

    def records(self) -> Mapping[int, Attendee]:
        """Return the people, by the leg that each came with first."""
        return {} if self._answered is None else self._answered.rows

    def state_now(self) -> ViewState:
        """Return what is to be shown, with the gaps in which nobody was seen."""
        state = super().state_now()
        found = self.attendance
        if found is not None and found.gaps and not state.banner.left:
            words = " · ".join(gap_words(gap, found.until) for gap in found.gaps[:3])
            more = f" and {len(found.gaps) - 3} more" if len(found.gaps) > 3 else ""
            state = replace(state, banner=Parts((Part(f" {words}{more} ", yields=True),)))
        return state

    def open_row(self) -> None:
        """Show or hide the details."""
        self.action_details()
