"""The live screen: meetings, one meeting's callers, all calls; and the verbs on them.

It wires. What is shown comes from the session; what a key means comes from the registry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast
from weakref import WeakKeyDictionary

from confmon.models.identity import key_of, same, target_of
from confmon.tui.bars.action_log import log_lines
from confmon.tui.bars.bar import Bar, Parts
from confmon.tui.bars.footer import footer_line
from confmon.tui.bars.header import tabs_line, too_small_line, top_line
from confmon.tui.bars.live_details import details_lines
from confmon.tui.bars.notices import banner, placeholder
from confmon.tui.dialogs.action_prompts import ActionPrompts
from confmon.tui.navigation import Find
from confmon.tui.screens.screen_actions import ScreenActions
from confmon.tui.screens.table_screen import TableScreen, bindings_of, columns_of
from confmon.tui.table import LiveTable, RowLook, Rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.binding import BindingType

    from confmon.commands import Place
    from confmon.models.calls import Call, Meeting
    from confmon.models.identity import Target
    from confmon.monitor.sections import SectionId
    from confmon.monitor.session import Session
    from confmon.monitor.views.live_view import View
    from confmon.tui.navigation import Navigator

_INTERVALS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0)
"""Seconds between two polls that `slower` and `faster` step through."""


class LiveScreen(TableScreen):
    """Watch the bridge and act on it."""

    PLACE: Place = "live"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of("live")

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__(session, navigator)
        self._cursors: WeakKeyDictionary[View, Call | Meeting] = WeakKeyDictionary()
        self._under: Call | Meeting | None = None
        """Who was last drawn under the cursor."""
        self._drawn: dict[int, Call | Meeting] = {}
        """Who had each key on the screen when it was drawn."""
        self.asking = ActionPrompts(self, session)
        session.tell = self._say
        session.store.on_replaced(self.replaced)
        self.methods = LiveActions(self).methods()
        self._came_from: SectionId | None = None
        """The section that the meeting was opened from; escape goes back there."""
        self._shown: list[int] = []
        self._rows: dict[int, RowLook] = {}

    @property
    def view(self) -> View:
        """The view that is looked at."""
        return self.session.view

    def entered(self) -> None:
        """Draw the first view."""
        self._enter_view()

    # Down: from the session to the widgets.

    def replaced(self, target: Target) -> None:
        """Take the cursor off a key that belongs to another caller now."""
        kind, key = target
        if self.is_mounted and kind == self.session.view.kind:
            self.table.lose(key)

    def redraw(self) -> None:
        """Draw the view, and the lines around it."""
        session = self.session
        view = session.view
        self._look = session.look()
        self._rows.clear()
        self._shown = view.keys(self._look, session.clock.now())
        self.table.columns = columns_of(view)
        self.table.placeholder = tuple(placeholder(session))
        self.table.set_class(session.is_stale() and bool(self._shown), "-stale")
        self._part_from_reused()
        self._drawn.clear()
        self.table.rows = Rows(tuple(self._shown), self._row)
        if (record := self._under_cursor()) is not None:
            self._under = record
        self._redraw_lines()
        self.asking.follow()

    def _part_from_reused(self) -> None:
        """Don't let the cursor come back to a key that somebody else has meanwhile."""
        if self._under is not None:
            key = key_of(self._under)
            record = self.session.view.record(key, self.session.live_state)
            if record is not None and not same(self._under, record):
                self.table.lose(key)
                self._under = None  # once is enough: the operator may go there again

    def _redraw_lines(self) -> None:
        session = self.session
        typing = self.is_filter_open
        self.query_one("#top", Bar).parts = top_line(session)
        tabs = tabs_line(session, len(self._shown), typing=typing)
        self.query_one("#tabs", Bar).parts = too_small_line() if self.is_small else tabs
        self.query_one("#banner", Bar).parts = Parts(tuple(banner(session)))
        self._redraw_footer()
        if self.has_details:
            self.details.lines = tuple(details_lines(session, self._under_cursor()))
        self.log_pane.lines = tuple(log_lines(session))

    def _redraw_footer(self) -> None:
        line = footer_line(self.session, typing=self.is_filter_open, under=self.cursor_key)
        self.query_one("#bottom", Bar).parts = line

    def _row(self, key: int) -> RowLook:
        """Return how a row looks; the same for all the keys pressed until the next redraw."""
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._row_now(key)
        return row

    def _row_now(self, key: int) -> RowLook:
        view, look = self.session.view, self._look
        record = view.record(key, look.live_state)
        if record is None:
            return RowLook(())
        self._drawn[key] = record
        change = look.live_state.changes.get(target_of(record))
        tone = "gone" if change is not None and change.what == "left" else ""
        cells = tuple(column.cell(record, look) for column in view.columns)
        return RowLook(cells, tone, key in view.marks)

    def _under_cursor(self) -> Any:
        key = self.cursor_key
        return None if key is None else self.session.view.record(key, self.session.live_state)

    @property
    def cursor_key(self) -> int | None:
        """The key under the cursor, while it belongs to who is drawn there."""
        key = cast("int | None", self.table.cursor_key)
        record = None if key is None else self.session.view.record(key, self.session.live_state)
        if key is None or record is None:
            return key
        return key if same(self._drawn.get(key, record), record) else None

    # Moving about.

    def show(
        self, subject: str, meeting: int | None = None, came_from: SectionId | None = None
    ) -> None:
        """Look at something else; escape leads from a meeting back to the section it came from."""
        self._came_from = came_from
        self.go(subject, meeting)

    def go_out(self) -> None:
        """Go back to the meetings, or to the section that the meeting was opened from."""
        section, self._came_from = self._came_from, None
        opened = self.session.view.subject == "meeting"
        self.go("meetings")
        if section is not None and opened:
            self.navigator.show_section(section)

    def go(self, subject: str, meeting: int | None = None) -> None:
        """Look at something else; each view keeps its own cursor."""
        self._leave_view()
        self.session.go(subject, meeting)
        self._enter_view()

    def _leave_view(self) -> None:
        record = self._under_cursor()
        if record is not None:
            self._cursors[self.session.view] = record
        self.close_filter()

    def _enter_view(self) -> None:
        self.table.reset()
        self.redraw()
        left = self._cursors.get(self.session.view)
        if left is not None:
            now = self.session.view.record(key_of(left), self.session.live_state)
            if now is not None and same(left, now):
                self.table.move_to(key_of(left))
        self.set_focus(self.table)

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        """Go into a meeting; from all calls, into the caller's meeting, onto the caller."""
        key = cast("int", message.key)
        view, live_state = self.session.view, self.session.live_state
        if view.subject == "meetings":
            self.go("meeting", key)
        elif view.subject == "calls":
            call = live_state.calls.get(key)
            if call is not None and call.meeting_number is not None:
                self.go("meeting", call.meeting_number)
                self.table.move_to(key)
        else:
            self.toggle_details()

    def on_live_table_navigated(self, message: LiveTable.Navigated) -> None:
        """Hold the order still while the operator moves."""
        now = self.session.clock.now()
        if not self.session.view.is_held(now):
            self.changed()  # it is said at once
        self.session.view.hold(now)

    def on_live_table_cursor_moved(self, message: LiveTable.CursorMoved) -> None:
        """Say what the keys do to what is under the cursor now, and show its details."""
        if not self.session.view.marks:
            self._redraw_footer()
        if self.has_details:
            self.details.lines = tuple(details_lines(self.session, self._under_cursor()))

    # To the sections.

    def _meeting_here(self) -> int | None:
        """Return the meeting that is looked at, or the one of what is under the cursor."""
        view, key = self.session.view, self.cursor_key
        if view.meeting is not None:
            return view.meeting
        if key is None or view.kind == "meeting":
            return key
        call = self.session.live_state.calls.get(key)
        return call.meeting_number if call is not None else None

    def show_room(self) -> None:
        """Show the settings of the meeting's room."""
        number = self._meeting_here()
        if number is None:
            self._say("no meeting under the cursor")
            return
        find = Find("rooms", f"room {number}", lambda room: bool(room.meeting_number == number))
        self.navigator.show_section("rooms", find)

    def show_owner(self) -> None:
        """Show whom the number belongs to that the caller dialled."""
        record = self._under_cursor() if self.session.view.kind == "call" else None
        callee = getattr(record, "callee", None)
        if not callee:
            self._say("no caller under the cursor" if record is None else "no dialled number")
            return
        wanted = _digits(callee)
        find = Find("dids", callee, lambda did: _digits(did.phone_number or "") == wanted)
        self.navigator.show_section("numbers", find)

    def ask_attributes(self) -> None:
        """Show the run-time attributes of the meeting."""
        number = self._meeting_here()
        if number is None:
            self._say("no meeting under the cursor")
            return
        from confmon.tui.screens.meeting_attributes import run_time_screen

        self.app.push_screen(run_time_screen(self.app, self.session, number))

    def _say(self, text: str) -> None:
        self.app.notify(text, markup=False, timeout=4)

    # Up: from a key to the session.

    def wish(self, command_id: str) -> None:
        """Take up a verb on who is under the cursor, or marked."""
        self.asking.wish(command_id, self.cursor_key, self._shown)

    def first_row(self) -> None:
        """Put the cursor on the first row, if it stands on none."""
        if self.table.cursor_key is None and self._shown:
            self.table.move_to(self._shown[0])


# ruff: noqa: D102 - the registry documents each command


class LiveActions(ScreenActions):
    """The commands of meetings and calls."""

    def __init__(self, screen: LiveScreen) -> None:
        super().__init__(screen)
        self._screen = screen

    def methods(self) -> dict[str, Callable[[], object]]:
        return super().methods() | {
            "attributes": self.attributes,
            "room": self.room,
            "whose": self.whose,
            "back": self.back,
            "find": self.find,
            "mark": self.mark,
            "mark_range": self.mark_range,
            "mark_all": self.mark_all,
            "unmark": self.unmark,
            "pause": self.pause,
            "refresh": self.refresh,
            "slower": self.slower,
            "faster": self.faster,
        }

    def back(self) -> None:
        view = self._screen.session.view
        if self._screen.is_typing:
            self._screen.clear_filter()
        elif self._screen.asking.stop_bulks():
            return
        elif view.filter:
            self._screen.clear_filter()
        elif view.marks:
            self.unmark()
        elif view.subject != "meetings":
            self._screen.go_out()

    def attributes(self) -> None:
        self._screen.ask_attributes()

    def room(self) -> None:
        self._screen.show_room()

    def whose(self) -> None:
        self._screen.show_owner()

    def mark(self) -> None:
        key = self._screen.cursor_key
        if key is not None:
            self._screen.session.view.toggle_mark(key, self._screen.session.live_state)
            self._screen.table.action_step(1)
            self._screen.changed()

    def mark_range(self) -> None:
        key = self._screen.cursor_key
        if key is not None:
            self._screen.session.view.mark_range(key, self._screen.session.live_state)
            self._screen.changed()

    def mark_all(self) -> None:
        self._screen.session.view.mark_shown(self._screen.session.live_state)
        self._screen.changed()

    def unmark(self) -> None:
        self._screen.session.view.unmark()
        self._screen.changed()

    def pause(self) -> None:
        self._screen.session.pause()
        self._screen.changed()

    def refresh(self) -> None:
        if self._screen.session.poller is not None:
            self._screen.session.poller.retry()
        self._screen.changed()

    def slower(self) -> None:
        self._step_interval(1)

    def faster(self) -> None:
        self._step_interval(-1)

    def _step_interval(self, step: int) -> None:
        now = self._screen.session.interval_s
        further = [s for s in _INTERVALS if (s > now if step > 0 else s < now)]
        if further:
            self._screen.session.set_interval(further[0] if step > 0 else further[-1])
            self._screen.changed()

    def find(self) -> None:
        if self._screen.session.view.subject != "calls":
            self._screen.go("calls")
        self.filter()


def _digits(number: str) -> str:
    """Return a number's digits: the same one is written with and without its plus."""
    return "".join(filter(str.isdigit, number))
