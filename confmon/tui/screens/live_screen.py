"""The live screen: meetings, one meeting's callers, all calls; and the verbs on them.

It wires. What is shown comes from the session; what a key means comes from the registry.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, cast

from confmon.models.identity import same, target_of
from confmon.models.phone_numbers import masked
from confmon.monitor.command_plans import meeting_number_at
from confmon.monitor.needs import signals_of
from confmon.monitor.views.filter import FIELD_WORDS, STATE_WORDS
from confmon.tui.bars.bar import Parts
from confmon.tui.bars.header import tabs_line, top_line
from confmon.tui.bars.live_details import details_lines
from confmon.tui.bars.notices import banner, placeholder
from confmon.tui.desk.callers_table import CallersBeside
from confmon.tui.desk.events_shown import EventsShown
from confmon.tui.desk.heights import card_height
from confmon.tui.desk.overview import RENEWED_S, brief_line, card_lines, count_anew, urgent
from confmon.tui.dialogs.action_prompts import ActionPrompts
from confmon.tui.navigation import Find, Visit
from confmon.tui.screens.screen_actions import CommandScreen, bindings_of
from confmon.tui.screens.view_state import ViewState
from confmon.tui.table import LiveTable, RowLook
from confmon.tui.table.listing import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from confmon.commands import Command, Place
    from confmon.models.identity import Target
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.attention.signal import Signal
    from confmon.monitor.memory.event_filter import EventFilter
    from confmon.monitor.session import Session
    from confmon.monitor.views.live_view import Subject, View
    from confmon.tui.desk.overview import Overview
    from confmon.tui.navigation import Navigator
    from confmon.tui.table import Cell
    from confmon.tui.table.listing import Listing

_INTERVALS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0)
"""Seconds between two polls that `slower` and `faster` step through."""


class LiveScreen(CommandScreen):
    """Watch the bridge and act on it."""

    PLACE: Place = "live"
    FILTER_WORDS = (*FIELD_WORDS, *STATE_WORDS)
    BINDINGS: ClassVar[list[BindingType]] = bindings_of("live")

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__(session, navigator)
        self.asking = ActionPrompts(self, session)
        session.tell = self.say
        session.store.on_replaced(self.replaced)
        self._events = EventsShown()
        self._overview_made: tuple[Any, float, Overview] | None = None
        """What the cards say, for which size and when it was made."""

    # Down: from the session to the widgets.

    @property
    def view(self) -> View:
        """What the keys are for."""
        return self.session.view

    @property
    def main_view(self) -> View:
        """What the main table shows."""
        return self.session.views.main

    @property
    def active(self) -> Listing:
        """The table that the keys are for."""
        return self.listing if self.session.views.beside is None else self._beside.listing

    @property
    def view_name(self) -> str:
        """What is looked at, a meeting with its number."""
        view = self.view
        return view.subject if view.meeting is None else f"{view.subject} {view.meeting}"

    def filter_to_keep(self) -> str:
        """Return none for a meeting, and for all calls what escape from a find gives back."""
        view, before = self.view, self.navigator.history.calls_filter
        if view.meeting is not None:
            return ""
        return view.filter_text if before is None or view.subject != "calls" else before

    def hide_columns(self, hidden: Iterable[str]) -> None:
        """Hide columns of the view; of a meeting's: in every meeting."""
        self.session.views.hide_columns(self.view, hidden)

    def data_age_s(self) -> float | None:
        """Return how old what is shown is, a paused view too."""
        return self.session.shown_age_s()

    def replaced(self, target: Target) -> None:
        """Take the cursor off a key that belongs to another caller now."""
        kind, key = target
        if not self.is_mounted:
            return
        for listing in (self.listing, self._beside.listing):
            if listing.view is not None and kind == listing.view.kind:
                listing.table.release(key)

    def state_now(self) -> ViewState:
        """Return what is to be shown now."""
        session, view = self.session, self.main_view
        look = session.look()
        keys = tuple(view.keys(look, session.clock.now()))
        cards, brief = self._overview()
        return ViewState(
            columns=columns_of(view),
            keys=keys,
            look=look,
            placeholder=tuple(placeholder(session)),
            is_stale=session.is_stale(view),
            top=top_line(session),
            tabs=tabs_line(session, self._shown_count(keys), typing=self.is_filter_open),
            banner=Parts(tuple(banner(session))),
            lists=Parts(),
            title=_title(view) + self.navigator.history.crumbs(),
            cards=cards,
            brief=brief,
        )

    def _shown_count(self, keys: Sequence[int]) -> int:
        """Return how many rows there are where the keys are for; the main table has `keys`."""
        return len(keys if self.session.views.beside is None else self._beside.listing.keys)

    def _overview(self) -> Overview:
        """Return the cards, and the line in their place: made anew every few seconds.

        Only the number of calls is that of now.
        """
        session, size = self.session, self.size
        known = session.live_state
        of = (
            size.width, card_height(size.height), known.meetings_known, known.calls_known,
            urgent(session),
        )  # fmt: skip
        now = session.clock.now()
        made = self._overview_made
        if made is None or made[0] != of or now - made[1] >= RENEWED_S:
            cards = card_lines(session, size.width, of[1])
            brief = Parts() if cards else brief_line(session)
            made = self._overview_made = (of, now, (cards, brief))
        return count_anew(made[2], known)

    def record_in(self, view: View, key: int) -> Call | Meeting | None:
        """Return the record of a row, alive or just gone."""
        return view.record(key, self.session.live_state)

    def is_same(self, one: Call | Meeting, other: Call | Meeting) -> bool:
        """Whether two records of a key are of the same call or session."""
        return same(one, other)

    def row_look(self, view: View, key: int, record: Call | Meeting) -> RowLook:
        """Return how a row looks."""
        look = self.look
        change = look.live_state.changes.get(target_of(record))
        tone = "gone" if change is not None and change.what == "left" else ""
        return RowLook(
            tuple(column.cell(record, look) for column in view.columns), tone, key in view.marks
        )

    # The callers beside the meetings.

    def beside(self) -> Iterable[Widget]:
        """Return the callers of the meeting under the cursor."""
        self._beside = CallersBeside(self.session, self)
        self.callers = self._beside.table
        yield self.callers

    def has_beside(self) -> bool:
        """Whether there is a list of meetings to show them beside."""
        return self.main_view.subject == "meetings"

    def fit_beside(self) -> None:
        """Show what there is room for beside the table; without room the keys leave it."""
        super().fit_beside()
        if self.session.views.beside is not None and not self.has_class("-beside"):
            self.close_filter()
            self.set_focus(self.table)

    def show_beside(self) -> None:
        """Show the details of what is under the cursor, or the callers of that meeting.

        Callers that the keys are for stay, whatever becomes of the list of meetings.
        """
        super().show_beside()
        if self.has_class("-beside"):
            inside = self.session.views.beside
            number = self.listing.cursor_key if inside is None else inside.meeting
            self._beside.show(number, self.look)
            if inside is not None:
                self._note_under_cursor()

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

    def detail_lines(self, record: Call | Meeting) -> Sequence[tuple[Cell, ...]]:
        """Return a line for each field of a call or meeting."""
        return details_lines(self.session, record)

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        view = self.view
        if command.id == "podium":
            number = self._meeting_here()
            return number is not None and self.session.podium.next_in(number) is not None
        if command.id == "undo":
            return self.session.undo.last() is not None
        if command.scope == "caller" or command.id in ("mark", "dialled_number"):
            return view.kind == "call"
        if command.id == "open":
            return self.main_view.subject != "meeting"
        if command.id == "back":
            away = view.subject != "meetings" or bool(self.navigator.history)
            return away or bool(view.filter) or bool(view.marks)
        return True

    def disarmed(self) -> str:
        """Return why no verb may be used on what is shown, or an empty string."""
        return self.session.disarmed()

    def follow_record(self) -> None:
        """Let an open question say who has left."""
        self.asking.follow()

    def cursor_moved(self) -> None:
        """Say what the keys do to what is under the cursor now."""
        if not self.view.marks:
            self.show_footer()

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
        """Go to a caller that is live, or into a meeting. Return what else is to be said."""
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

    # The commands.

    # ruff: noqa: D102 - the registry documents each command

    def action_verb(self, command_id: str) -> None:
        """Do a verb on who is under the cursor, or marked."""
        self.asking.take_up(command_id, self.cursor_key, self.shown_keys)

    def refuse(self, command: Command, reason: str) -> None:
        """Say why a verb is not done."""
        self.asking.refuse(command.id, reason)

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

    def action_back(self) -> None:
        view, history, finding = self.view, self.navigator.history, self._is_finding
        if self.is_typing and not finding:
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

    def _meeting_here(self) -> int | None:
        """Return the meeting that is looked at, or the one of what is under the cursor."""
        return meeting_number_at(self.session, self.cursor_key)

    def signals_here(self) -> tuple[Signal, ...]:
        """Return the signals of what is under the cursor; else of the meeting looked at."""
        session, key, number = self.session, self.cursor_key, self.view.meeting
        if key is None and self.shown_keys:
            return ()  # who was there has left, and nobody else is meant
        found = () if key is None else signals_of(session, self.view.kind, key)
        return found or (() if number is None else signals_of(session, "meeting", number))

    def action_next_asker(self) -> None:
        key: int | None = self.cursor_key if self.view.kind == "call" else None
        self.need_keys.go_to_asker(key)

    def action_enqueue(self) -> None:
        self.asking.toggle_queued(self.cursor_key)
        self.changed()

    def action_room(self) -> None:
        number = self._meeting_here()
        if number is None:
            self.say("no meeting under the cursor")
            return
        find = Find("rooms", f"room {number}", lambda room: bool(room.meeting_number == number))
        self.navigator.show_section("rooms", find)

    def action_dialled_number(self) -> None:
        record = self.record() if self.session.view.kind == "call" else None
        callee = getattr(record, "callee", None)
        if not callee:
            self.say("no caller under the cursor" if record is None else "no dialled number")
            return
        wanted = _digits(callee)
        label = masked(callee, mask=self.session.settings.mask_numbers)
        find = Find("dids", label, lambda did: _digits(did.phone_number or "") == wanted)
        self.navigator.show_section("numbers", find)

    def action_attributes(self) -> None:
        number = self._meeting_here()
        if number is None:
            self.say("no meeting under the cursor")
            return
        from confmon.tui.screens.meeting_attributes import run_time_screen

        self.app.push_screen(run_time_screen(self.app, self.session, number))

    def action_pin(self) -> None:
        number = self._meeting_here()
        if number is None:
            self.say("no meeting under the cursor")
            return
        is_pinned = self.session.views.toggle_pin(number)
        self.say(f"{number} is {'pinned on top of' if is_pinned else 'no longer pinned among'} the "
                 "meetings")  # fmt: skip
        self.changed()

    def action_mark(self) -> None:
        key = self.cursor_key
        if key is not None:
            self.view.toggle_mark(key, self.session.live_state)
            self.active.table.action_step(1)
            self.changed()

    def action_mark_range(self) -> None:
        key = self.cursor_key
        if key is not None:
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

    def action_refresh(self) -> None:
        self.session.retry()
        self.changed()

    def action_slower(self) -> None:
        self._step_interval(1)

    def action_faster(self) -> None:
        self._step_interval(-1)

    def _step_interval(self, step: int) -> None:
        now = self.session.interval_s
        further = [s for s in _INTERVALS if (s > now if step > 0 else s < now)]
        if further:
            self.session.set_interval(further[0] if step > 0 else further[-1])
            self.changed()

    @property
    def _is_finding(self) -> bool:
        """Whether what is looked at are the callers that a find has found."""
        return self.view.subject == "calls" and self.navigator.history.is_finding

    @property
    def escape_does(self) -> str:
        """What escape does to the filter that is typed."""
        return "Go back" if self._is_finding else super().escape_does

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


def _title(view: View) -> str:
    """Return what a view shows, for the edge of its table."""
    match view.subject:
        case "meetings":
            return "meetings"
        case "calls":
            return "callers of all meetings"
        case _:
            return f"callers of {view.meeting}"


def _digits(number: str) -> str:
    """Return a number's digits: the same one is written with and without its plus."""
    return "".join(filter(str.isdigit, number))
