"""The one screen: header, tabs, banner, table, details, log, filter, footer.

It wires. What is shown comes from the session; what a key means comes from the registry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast
from weakref import WeakKeyDictionary

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from confmon.monitor.commands import BY_ID, COMMANDS
from confmon.monitor.picture import target_of
from confmon.monitor.verbs import identity_of, key_of
from confmon.tui.asking import Asking
from confmon.tui.bar import Bar
from confmon.tui.details import LABEL_WIDTH, details_lines
from confmon.tui.doing import Doing
from confmon.tui.footer import footer_line
from confmon.tui.header import (
    LEAST_HEIGHT,
    LEAST_WIDTH,
    tabs_line,
    too_small_line,
    top_line,
)
from confmon.tui.logpane import WIDTHS, log_lines
from confmon.tui.notices import banner, placeholder
from confmon.tui.table import ColumnLook, LinesPane, LiveTable, RowLook

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Input

    from confmon.api.records import Call, Meeting
    from confmon.monitor.columns import Column
    from confmon.monitor.picture import Target
    from confmon.monitor.session import Session
    from confmon.monitor.view import View

TICK_S = 1.0
DETAILS_FROM = 160
"""The details pane opens by itself on terminals this wide."""

_BLIND = {"quit", "suspend", "refresh", "pause", "slower", "faster"}
"""What can be done on a terminal too small for a table."""


class WatchScreen(Screen[None]):
    """Watch the bridge and act on it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            command.keys,
            f"command('{command.id}')",
            command.label,
            show=False,
            id=command.id,
            # What is typed in one burst with the slash belongs into the filter.
            priority=command.id in ("filter", "find"),
        )
        for command in COMMANDS
        if command.id != "open"
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._due = False
        self._cursors: WeakKeyDictionary[View, Call | Meeting] = WeakKeyDictionary()
        self._under: tuple[int, int | None] | None = None
        """The key that was last drawn under the cursor, and who had it then."""
        self._drawn: dict[int, int | None] = {}
        """Who had each key on the screen when it was drawn."""
        self.asking = Asking(self, session)
        self._doing = Doing(self)
        self._details: bool | None = None
        self._filter: Input | None = None
        self._shown: list[int] = []
        self._rows: dict[int, RowLook] = {}

    # Layout.

    def compose(self) -> ComposeResult:
        """Lay out the screen; the filter line comes when it is first asked for."""
        yield Bar(id="top")
        yield Bar(id="tabs")
        yield Bar(id="banner")
        with Horizontal(id="middle"):
            yield LiveTable(id="table")
            yield LinesPane(id="details", widths=(LABEL_WIDTH,))
        yield LinesPane(id="log", widths=WIDTHS, wraps=False)
        yield Bar(id="bottom")

    def on_mount(self) -> None:
        """Draw what there is and begin to tick."""
        self.table = self.query_one("#table", LiveTable)
        self.details = self.query_one("#details", LinesPane)
        self.log_pane = self.query_one("#log", LinesPane)
        self.log_pane.border_title = "log"
        if self.session.settings.accent:
            self.query_one("#top").styles.background = self.session.settings.accent
        self.set_focus(self.table)
        self._enter_view()
        self.set_interval(TICK_S, self._tick)
        self.call_after_refresh(self._mount_filter)

    def on_resize(self, event: events.Resize) -> None:
        """Open or close panes as there is room."""
        width, height = event.size.width, event.size.height
        small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        if small != self.is_small:
            self._close_filter()
            self.set_class(small, "-small")
            self.set_focus(None if small else self.table)
        self.set_class(height < 30, "-short")
        wide = width >= DETAILS_FROM if self._details is None else self._details
        self.details.set_class(wide, "-on")
        self.changed()

    @property
    def is_typing(self) -> bool:
        """Whether the filter is being typed."""
        return self._filter is not None and self._filter.has_focus

    @property
    def is_small(self) -> bool:
        """Whether the terminal is too small for a table."""
        return self.has_class("-small")

    # Down: from the session to the widgets.

    def changed(self) -> None:
        """Redraw soon, once for however many replies come together."""
        if not self._due and self.is_mounted:
            self._due = True
            self.call_later(self._redraw)

    def replaced(self, target: Target) -> None:
        """Take the cursor off a key that belongs to another caller now."""
        kind, key = target
        if self.is_mounted and kind == self.session.view.kind:
            self.table.lose(key)

    def _tick(self) -> None:
        self.session.tick()
        self.changed()

    def _redraw(self) -> None:
        self._due = False
        session = self.session
        view = session.view
        self._look = session.look()
        self._rows.clear()
        self._shown = view.keys(self._look, session.clock.now())
        columns = [_column_look(column) for column in view.columns]
        self.table.set_columns(columns, view.sort_id, view.descending != view.sorted_by.high_first)
        self.table.placeholder = placeholder(session)
        self.table.set_class(session.is_stale() and bool(self._shown), "-stale")
        self._part_from_reused()
        self._drawn.clear()
        self.table.show(self._shown, self._row)
        if (record := self._under_cursor()) is not None:
            self._under = (key_of(record), identity_of(record))
        self._redraw_lines()
        self.asking.follow()

    def _part_from_reused(self) -> None:
        """Don't let the cursor come back to a key that somebody else has meanwhile."""
        if self._under is not None:
            key, identity = self._under
            record = self.session.view.record(key, self.session.picture)
            if record is not None and identity_of(record) != identity:
                self.table.lose(key)

    def _redraw_lines(self) -> None:
        session = self.session
        typing = self._filter is not None and self._filter.display
        self.query_one("#top", Bar).say(*top_line(session))
        tabs = tabs_line(session, len(self._shown), typing=typing)
        self.query_one("#tabs", Bar).say(*([too_small_line()] if self.is_small else tabs))
        warning = banner(session)
        warn = self.query_one("#banner", Bar)
        warn.set_class(bool(warning), "-on")
        warn.say(warning)
        self.query_one("#bottom", Bar).say(*footer_line(session, typing=typing))
        if self.details.has_class("-on"):
            self.details.show(details_lines(session, self._under_cursor()))
        self.log_pane.show(log_lines(session), follow=True)

    def _row(self, key: int) -> RowLook:
        """Return how a row looks; the same for all the keys pressed until the next redraw."""
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._row_now(key)
        return row

    def _row_now(self, key: int) -> RowLook:
        view, look = self.session.view, self._look
        record = view.record(key, look.picture)
        if record is None:
            return RowLook(())
        self._drawn[key] = identity_of(record)
        change = look.picture.changes.get(target_of(record))
        tone = "gone" if change is not None and change.what == "left" else ""
        cells = tuple(column.cell(record, look) for column in view.columns)
        return RowLook(cells, tone, key in view.marks)

    def _under_cursor(self) -> Any:
        key = self.cursor_key
        return None if key is None else self.session.view.record(key, self.session.picture)

    @property
    def cursor_key(self) -> int | None:
        """The key under the cursor, while it belongs to who is drawn there."""
        key = cast("int | None", self.table.cursor_key)
        record = None if key is None else self.session.view.record(key, self.session.picture)
        if key is None or record is None:
            return key
        return key if self._drawn.get(key, identity_of(record)) == identity_of(record) else None

    # Moving about.

    def go(self, subject: str, meeting: int | None = None) -> None:
        """Look at something else; each view keeps its own cursor."""
        self._leave_view()
        self.session.go(subject, meeting)
        self._enter_view()

    def _leave_view(self) -> None:
        record = self._under_cursor()
        if record is not None:
            self._cursors[self.session.view] = record
        self._close_filter()

    def _enter_view(self) -> None:
        self.table.reset()
        self._redraw()
        left = self._cursors.get(self.session.view)
        if left is not None:
            now = self.session.view.record(key_of(left), self.session.picture)
            if now is not None and identity_of(now) == identity_of(left):
                self.table.move_to(key_of(left))
        self.set_focus(self.table)

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        """Go into a meeting; from all calls, into the caller's meeting, onto the caller."""
        key = cast("int", message.key)
        view, picture = self.session.view, self.session.picture
        if view.subject == "meetings":
            self.go("meeting", key)
        elif view.subject == "calls":
            call = picture.calls.get(key)
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
        """Show the details of what is under the cursor now."""
        if self.details.has_class("-on"):
            self.details.show(details_lines(self.session, self._under_cursor()))

    def on_live_table_header_clicked(self, message: LiveTable.HeaderClicked) -> None:
        """Sort by a column."""
        self.session.view.sort_by(message.column_id)
        self.changed()

    def on_bar_pressed(self, message: Bar.Pressed) -> None:
        """Do what was clicked."""
        self.do(message.command)

    # Up: from a key to the session.

    def action_command(self, command_id: str) -> None:
        """Do what a key asks for."""
        if self.focused is self._filter and self._filter is not None:
            # Typed right after the slash, before the filter had the focus: text, not a verb.
            keys = [key for key in BY_ID[command_id].keys.split(",") if len(key) == 1]
            if keys:
                self._filter.insert_text_at_cursor(keys[0])
                return
        self.do(command_id)

    def do(self, command_id: str) -> None:
        """Do what a key, a click or the palette asks for."""
        command = BY_ID[command_id]
        if self.is_small and command_id not in _BLIND:
            return  # nothing acts on what cannot be seen; the screen says that it is too small
        if command.writes:
            self.asking.wish(command_id, self.cursor_key, self._shown)
        else:
            getattr(self._doing, command_id)()

    def toggle_details(self) -> None:
        """Open or close the details pane."""
        if self.details.has_focus:
            self.set_focus(self.table)
        self._details = not self.details.has_class("-on")
        self.details.set_class(self._details, "-on")
        self.changed()

    def toggle_log(self) -> None:
        """Open or close the log pane."""
        if self.log_pane.has_focus:
            self.set_focus(self.table)
        self.log_pane.toggle_class("-off")

    # The filter.

    async def _mount_filter(self) -> None:
        # Behind the first frame, for it costs an import; before it is needed, for a key typed
        # after the slash must find it there, and not the table and its verbs.
        from textual.widgets import Input

        self._filter = Input(
            id="filter", placeholder="filter: words, field:word, muted, -held …", compact=True
        )
        self._filter.cursor_blink = False
        self._filter.select_on_focus = False
        self._filter.display = False
        await self.mount(self._filter, before="#bottom")

    def open_filter(self) -> None:
        """Let the operator type a filter."""
        if self._filter is not None and self._filter.is_mounted:
            self._filter.display = True
            self._filter.value = self.session.view.filter.text
            self.set_focus(self._filter)
            self.changed()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        if event.input is self._filter:
            self.session.view.filter.set(event.value)
            self.session.view.release()
            self._redraw()
            if self.table.cursor_key is None and self._shown:
                # The operator chose these rows, so the cursor may stand on the first of them.
                self.table.move_to(self._shown[0])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter and go back to the table."""
        if event.input is self._filter:
            self._close_filter()
            self.set_focus(self.table)
            self.changed()

    def clear_filter(self) -> None:
        """Take the filter away and go back to the table."""
        self.session.view.filter.set("")
        self._close_filter()
        self.set_focus(self.table)
        self.changed()

    def _close_filter(self) -> None:
        if self._filter is not None:
            self._filter.display = False


def _column_look(column: Column[Any]) -> ColumnLook:
    return ColumnLook(
        column.id, column.title, column.width, column.grow, column.priority, column.align
    )
