"""The commands of the live screen; what a key means comes from the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.live_records import Call
from confmon.models.people.numbers import number_of
from confmon.models.people.phone_numbers import masked
from confmon.tui.desk.events_shown import EventsShown
from confmon.tui.dialogs.action_prompts import ActionPrompts
from confmon.tui.navigation import Find, Past
from confmon.tui.screens.live.past import PastLive
from confmon.tui.screens.past.commands import NO_MEETING, PastCommands

if TYPE_CHECKING:
    from confmon.commands import Command
    from confmon.monitor.memory.event_filter import EventFilter
    from confmon.monitor.session import Session
    from confmon.tui.navigation import Navigator

_INTERVALS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0)
"""Seconds between two polls that `slower` and `faster` step through."""


class LiveScreen(PastLive, PastCommands):
    """Watch the bridge and act on it."""

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__(session, navigator)
        self.asking = ActionPrompts(self, session)
        session.tell = self.say
        self._events = EventsShown()

    def follow_record(self) -> None:
        """Let an open question say who has left."""
        self.asking.follow()

    # Which events are shown.

    def event_filter(self) -> EventFilter:
        """Return which events are shown: of all meetings or of one, of all kinds or of some."""
        return self._events.filter(self._meeting_here(), inside=self.view.meeting is not None)

    def events_title(self) -> str:
        """Return the name of the events that are shown."""
        return super().events_title() + self._events.title(self.event_filter())

    def action_events_of(self) -> None:
        """Show one meeting's events, or all again."""
        self._events.of_meeting = self.event_filter().meeting is None
        self.pane.bring_up("events")
        self.changed()

    def action_events_kind(self) -> None:
        """Show other kinds of events."""
        self._events.next_group()
        self.pane.bring_up("events")
        self.changed()

    # The commands.

    # ruff: noqa: D102 - the registry documents each command

    def action_verb(self, command_id: str) -> None:
        """Do a verb on who is under the cursor, or marked."""
        self.asking.take_up(command_id, self.cursor_key, self.shown_keys)

    def refuse(self, command: Command, reason: str) -> None:
        """Say why a verb is not done."""
        self.asking.refuse(command.id, reason)

    def action_back(self) -> None:
        view, history, finding = self.view, self.navigator.history, self._is_finding
        if self.is_in_past and not self.is_typing:
            self.leave_past()
        elif self.is_typing and not finding:
            self.clear_filter()
        elif not self.is_typing and self.asking.stop_bulks():
            return
        elif view.filter and not finding:
            self.clear_filter()
        elif view.marks and not self.is_typing:
            self.action_unmark()
        elif self.session.views.beside is not None:
            self.set_focus(self.table)
        elif history or view.subject != "meetings":
            self.navigator.go_back()

    def action_enqueue(self) -> None:
        self.asking.toggle_queued(self.cursor_key)
        self.changed()

    def action_room(self) -> None:
        if (number := self._meeting_or_say()) is not None:
            find = Find("rooms", f"room {number}", lambda room: bool(room.meeting_number == number))
            self.navigator.show_section("rooms", find)

    def _meeting_or_say(self) -> int | None:
        """Return the meeting here, or say that there is none."""
        if (number := self._meeting_here()) is None:
            self.say(NO_MEETING)
        return number

    def _call_or_say(self) -> Call | None:
        """Return the caller under the cursor, or say that there is none."""
        if isinstance(record := self.record(), Call):
            return record
        self.say("no caller under the cursor")
        return None

    def action_dialled_number(self) -> None:
        if (record := self._call_or_say()) is None:
            return
        if not (callee := record.callee):
            self.say("no dialled number")
            return
        wanted = _digits(callee)
        label = masked(callee, mask=self.session.settings.mask_numbers)
        find = Find("dids", label, lambda did: _digits(did.phone_number or "") == wanted)
        self.navigator.show_section("numbers", find)

    def action_attributes(self) -> None:
        from confmon.tui.screens.meeting_attributes import run_time_screen

        if (number := self._meeting_or_say()) is not None:
            self.app.push_screen(run_time_screen(self.app, self.session, number))

    def past_at_cursor(self) -> Past | None:
        """Return the meeting here, at the moment that is shown."""
        number, shown = self._meeting_here(), self.session.past
        at = None if shown is None else shown.at
        return None if number is None else Past(number=number, at=at)

    def action_earlier_calls(self) -> None:
        if (call := self._call_or_say()) is not None:
            phone = number_of(call.connection_status, call.caller, call.callee, call.address_from)
            self.show_earlier_calls(phone, call.custom_name)

    def action_claim(self) -> None:
        together, number = self.session.together, self._meeting_here()
        meeting = self.session.store.live_state.meetings.get(-1 if number is None else number)
        if together is None:
            self.say_nobody_is_known()
        elif meeting is None:
            has_ended = number is not None
            self.say("that meeting has ended" if has_ended else NO_MEETING)
        else:
            self.say(together.claims.toggle(meeting))
            self.changed()

    def action_pin(self) -> None:
        if (number := self._meeting_or_say()) is None:
            return
        is_pinned = self.session.views.toggle_pin(number)
        words = "pinned on top of" if is_pinned else "no longer pinned among"
        self.say(f"{number} is {words} the meetings")
        self.changed()

    def action_mark(self) -> None:
        if (key := self.cursor_key) is not None:
            self.view.toggle_mark(key, self.session.live_state)
            self.active.table.action_step(1)
            self.changed()

    def action_mark_range(self) -> None:
        if (key := self.cursor_key) is not None:
            self.view.mark_range(key, self.session.live_state)
            self.changed()

    def action_mark_all(self) -> None:
        self.view.mark_shown(self.session.live_state)
        self.changed()

    def action_unmark(self) -> None:
        self.view.unmark()
        self.changed()

    def action_pause(self) -> None:
        self.session.pause()
        self.changed()

    def action_slower(self) -> None:
        self._step_interval(1)

    def action_faster(self) -> None:
        self._step_interval(-1)

    def _step_interval(self, step: int) -> None:
        now = self.session.own_interval_s
        further = [s for s in _INTERVALS if (s > now if step > 0 else s < now)]
        if further:
            self.session.set_interval(further[0] if step > 0 else further[-1])
            if words := self.session.paced_by():
                self.say(words)
            self.changed()


def _digits(number: str) -> str:
    """Return a number's digits: the same one is written with and without its plus."""
    return "".join(filter(str.isdigit, number))
