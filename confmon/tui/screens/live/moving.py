"""Going about on the live screen: into meetings, to callers, beside the table, and back."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, cast

from confmon.tui.screens.live.shown import ShownLive

if TYPE_CHECKING:
    from textual.widget import Widget

    from confmon.monitor.views.live_view import Subject
    from confmon.tui.navigation import Visit
    from confmon.tui.table import LiveTable


class MovingLive(ShownLive):
    """The part of the live screen that goes about."""

    # Moving about.

    def here(self) -> Visit:
        """Return what leads back to what is looked at."""
        view = self.main_view
        return replace(super().here(), subject=view.subject, meeting=view.meeting)

    def crumb(self) -> str:
        """Return what a crumb calls what is looked at."""
        view = self.main_view
        if view.subject == "calls":
            return f"find {view.filter_text}".strip() if self._is_finding else "calls"
        return "meetings" if view.meeting is None else f"{view.meeting}"

    def land(self, meeting: int | None, call: int | None) -> str:
        """Go to a caller that is live, or into a meeting. Return what else to say."""
        if call is not None:
            meeting = self.session.live_state.calls[call].meeting_number
        subject: Subject = "calls" if meeting is None else "meeting"
        if (self.view.subject, self.view.meeting) == (subject, meeting):
            self.redraw()
        else:
            self.go(subject, meeting)
        if call is not None and not self.active.table.move_to(call):
            self.clear_filter()  # it is there, but not among what is shown
            self.redraw()
            self.active.table.move_to(call)
        self._note_under_cursor()
        marks = len(self.view.marks)
        return f" · verbs are for the {marks} marked here" if marks else ""

    def land_on(self, call_id: int) -> None:
        """Put the cursor on a caller who is live, in the meeting."""
        self.land(None, call_id)

    def come_back(self, visit: Visit) -> None:
        """Look at what was looked at before, as it was left."""
        if visit.calls_filter is not None:
            self.session.views.list_of("calls").set_filter(visit.calls_filter)
        main = self.main_view
        if (main.subject, main.meeting) != (visit.subject, visit.meeting):
            self.go(visit.subject, visit.meeting)
        super().come_back(visit)

    def go(self, subject: Subject, meeting: int | None = None) -> None:
        """Look at something else; each view keeps its own cursor."""
        self.leave_view()
        self._beside.leave()
        self.session.go(subject, meeting)
        self.fit_beside()
        self.enter_view()

    def _go_into(self, meeting: int, call: int | None = None) -> None:
        if self.navigator.leave_for():
            self.go("meeting", meeting)
            if call is not None:
                self.table.move_to(call)

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        """Go into a meeting; from all calls, into the caller's meeting, onto the caller."""
        key = cast("int", message.key)
        view, live_state = self.main_view, self.session.live_state
        if message.table is self.callers:
            self._go_in(key)
        elif view.subject == "meetings":
            self._go_into(key)
        elif view.subject == "calls":
            call = live_state.calls.get(key)
            if call is not None and call.meeting_number is not None:
                self._go_into(call.meeting_number, key)
        else:
            self.action_details()

    def on_live_table_navigated(self, message: LiveTable.Navigated) -> None:
        """Hold the order still while the operator moves."""
        if message.table is not self.active.table:
            return
        now = self.session.clock.now()
        if not self.session.view.is_held(now):
            self.changed()  # it is shown at once
        self.session.view.hold(now)

    # The callers beside the meetings.

    def watch_focused(self, focused: Widget | None) -> None:
        """Let the keys be for the callers beside the meetings while these have the focus."""
        if focused is None or focused is self._filter or not self.is_mounted:
            return
        inside = self._beside.view if focused is self.callers else None
        if inside is not self.session.views.beside:
            self.session.look_beside(inside)
            self.active.table.row_changed_at_s = monotonic()  # no key before was for that row
            self._note_under_cursor()
            self.show_footer()
            self.changed()

    def action_next_pane(self) -> None:
        self._catch_up_beside()
        super().action_next_pane()

    def action_previous_pane(self) -> None:
        self._catch_up_beside()
        super().action_previous_pane()

    def _catch_up_beside(self) -> None:
        """Show the callers of the meeting that the cursor is on by now, before going there."""
        if self.session.views.beside is None:
            self.show_beside()

    def action_details(self) -> None:
        if self.session.views.beside is None:
            super().action_details()
        elif (key := self.cursor_key) is not None:
            self._go_in(key)
            if not self.has_details:
                self.show_details()

    def _go_in(self, call: int) -> None:
        """Go from the callers beside the meetings into the meeting, onto one of them."""
        view = self._beside.view
        if view is not None and view.meeting is not None:
            self._go_into(view.meeting, call)

    # ruff: noqa: D102 - the registry documents each command

    def action_next_meeting(self) -> None:
        self._step_meeting(1)

    def action_previous_meeting(self) -> None:
        self._step_meeting(-1)

    def _step_meeting(self, by: int) -> None:
        """Go to a neighbour in the list of meetings as it is filtered and in order."""
        session, number = self.session, self.main_view.meeting
        if self.main_view.subject == "meetings":
            self.table.action_step(by)
            return
        if number is None:
            self.say("open a meeting first: enter")
            return
        now, meetings = session.clock.now(), session.views.list_of("meetings")
        keys = meetings.keys(session.look(), now)
        meetings.hold(now)  # or the next press would find another order
        keys = [key for key in keys if key == number or key in session.live_state.meetings]
        at = keys.index(number) + by if number in keys else (0 if by > 0 else len(keys) - 1)
        if not 0 <= at < len(keys):
            self.say("that is the last meeting" if by > 0 else "that is the first meeting")
            return
        self.navigator.history.point_at(keys[at])
        self.go("meeting", keys[at])

    def action_find(self) -> None:
        if self._is_finding:
            self.session.views.list_of("calls").set_filter("")  # another find, not more words
            self.open_filter()
        elif self._begin_find(""):
            self.open_filter()

    def _begin_find(self, text: str) -> bool:
        """Look at all calls that have some words; escape gives their own filter back."""
        calls = self.session.views.list_of("calls")
        if not self.navigator.leave_for(calls_filter=calls.filter_text):
            return False
        calls.set_filter(text)
        self.go("calls")
        return True

    def show_found(self, subject: Subject, text: str) -> None:
        """Look at all meetings or calls that have some words."""
        if subject == "calls":
            self._begin_find(text)
        elif self.navigator.leave_for():
            self.session.views.list_of(subject).set_filter(text)
            self.go(subject)
