"""What every screen of confmon is made of: header, tabs, banner, table, panes, filter, footer.

`confmon.tui.screens.live` is the live one, `confmon.tui.screens.section` the base of the sections.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.keys import _character_to_key
from textual.screen import Screen

from confmon.commands import BY_ID, Place, commands_of, is_off, keys_of
from confmon.tui.bars.action_log import WIDTHS, log_title
from confmon.tui.bars.bar import Bar
from confmon.tui.bars.header import LEAST_HEIGHT, LEAST_WIDTH
from confmon.tui.bars.live_details import LABEL_WIDTH
from confmon.tui.dialogs.modal import Modal
from confmon.tui.keys.pace import Kind
from confmon.tui.keys.presses import presses_of
from confmon.tui.table import ColumnLook, Columns, LinesPane, LiveTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Input

    from confmon.monitor.session import Session
    from confmon.monitor.views.live_columns import Column
    from confmon.tui.keys.presses import Presses
    from confmon.tui.navigation import Navigator

TICK_S = 1.0
DETAILS_FROM = 160
"""The details pane opens by itself on terminals this wide."""

_BLIND = {"quit", "suspend", "refresh", "pause", "slower", "faster"}
"""What can be done on a terminal too small for a table."""


NOBODY_YET = "too fast: that row was not there yet when the key was pressed; nothing was done"


def _acts(command_id: str) -> bool:
    """Whether a command wants a key that stands alone: it sends, shows a secret, or leaves."""
    return BY_ID[command_id].writes or command_id in ("quit", "room_codes")


class Sorted(Protocol):
    """What a frame needs of the view behind its table."""

    columns: tuple[Column[Any], ...]
    descending: bool

    @property
    def filter_text(self) -> str:
        """What the rows are filtered by."""

    def set_filter(self, text: str) -> None:
        """Filter by what was typed."""

    def sort_by(self, column_id: str) -> None:
        """Sort by a column; the same column again turns the order round."""

    def sort_next(self, step: int) -> None:
        """Sort by the column to the right (1) or left (-1)."""

    @property
    def sort_id(self) -> str:
        """The column sorted by."""

    @property
    def sorted_by(self) -> Column[Any]:
        """The same."""


def bindings_of(place: Place) -> list[BindingType]:
    """Return the keys of one screen, from the registry. `enter` is the table's own."""
    return [
        Binding(
            command.keys,
            f"command('{command.id}')",
            command.label,
            show=False,
            id=command.id,
            # What is typed in one burst with the slash belongs into the filter.
            priority=command.id in ("filter", "find"),
        )
        for command in commands_of(place)
        if command.id != "open"
    ]


class TableScreen(Screen[None]):
    """The parts around and including one table. It wires; the subclass says what is shown."""

    PLACE: Place
    FILTER_HINT = "filter: words, field:word, muted, -held …"
    LABELS = LABEL_WIDTH
    """The cells of the details pane's labels."""
    methods: Mapping[str, Callable[[], object]]
    """What each command does that sends nothing by itself, by the command's id."""

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__()
        self.session = session
        self.navigator = navigator
        self._due = False
        self._details: bool | None = None
        self._filter: Input | None = None

    # What a subclass says.

    @property
    def view(self) -> Sorted:
        """What the table shows: filter and order."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw everything as it is now."""
        raise NotImplementedError

    def wish(self, command_id: str) -> None:
        """Take up a command that writes."""
        raise NotImplementedError

    def first_row(self) -> None:
        """Put the cursor on the first row, if it stands on none."""
        raise NotImplementedError

    # Layout.

    def compose(self) -> ComposeResult:
        """Lay out the screen; the filter line comes when it is first asked for."""
        yield Bar(id="top")
        yield Bar(id="tabs")
        yield Bar(id="lists")
        yield Bar(id="banner")
        with Horizontal(id="middle"):
            yield LiveTable(id="table")
            yield LinesPane(id="details", widths=(self.LABELS,))
        yield LinesPane(id="log", widths=WIDTHS, wraps=False, follows=True)
        yield Bar(id="bottom")

    def on_mount(self) -> None:
        """Draw what there is and begin to tick."""
        self.table = self.query_one("#table", LiveTable)
        self.details = self.query_one("#details", LinesPane)
        self.log_pane = self.query_one("#log", LinesPane)
        self._name_log()
        if self.session.settings.accent:
            self.query_one("#top").styles.background = self.session.settings.accent
        self.set_focus(self.table)
        self.entered()
        self.set_interval(TICK_S, self._tick)
        self.call_after_refresh(self._mount_filter)

    def entered(self) -> None:
        """Do what is to be done once the parts are there."""
        self.redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Open or close panes as there is room."""
        width, height = event.size.width, event.size.height
        small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        if small != self.is_small:
            self.close_filter()
            self.set_class(small, "-small")
            self.set_focus(None if small else self.table)
        self.set_class(height < 30, "-short")
        wide = width >= DETAILS_FROM if self._details is None else self._details
        self.details.set_class(wide, "-on")
        self.changed()

    def on_screen_resume(self) -> None:
        """Draw what has changed while another screen was shown."""
        if self.is_mounted:
            self.changed()

    @property
    def is_shown(self) -> bool:
        """Whether this is what is looked at, a dialog over it or not."""
        return self.app.screen_stack[:1] == [self]

    @property
    def is_typing(self) -> bool:
        """Whether the filter is being typed."""
        return self._filter is not None and self._filter.has_focus

    @property
    def is_filter_open(self) -> bool:
        """Whether the filter line is there."""
        return self._filter is not None and self._filter.display

    @property
    def is_small(self) -> bool:
        """Whether the terminal is too small for a table."""
        return self.has_class("-small")

    @property
    def has_details(self) -> bool:
        """Whether the details pane is open."""
        return self.details.has_class("-on")

    def changed(self) -> None:
        """Redraw soon, once for however many replies come together."""
        if not self._due and self.is_mounted and self.is_shown:
            self._due = True
            self.call_later(self._redraw_once)

    def _redraw_once(self) -> None:
        self._due = False
        self.redraw()
        self._name_log()
        for screen in self.app.screen_stack:
            if isinstance(screen, Modal):
                screen.changed()

    def _name_log(self) -> None:
        if (title := log_title(self.session)) != self.log_pane.border_title:
            self.log_pane.border_title = title

    def _tick(self) -> None:
        if self.is_shown:
            self.session.tick()
            self.changed()

    def on_live_table_header_clicked(self, message: LiveTable.HeaderClicked) -> None:
        """Sort by a column."""
        self.view.sort_by(message.column_id)
        self.changed()

    def on_bar_pressed(self, message: Bar.Pressed) -> None:
        """Do what was clicked; of a verb's two clicks only the first."""
        if self.presses.click(message.command, message.time) or not _acts(message.command):
            self.do(message.command)

    # Up: from a key to what it means.

    def action_command(self, command_id: str) -> None:
        """Do what a key asks for."""
        if self.app.screen is not self:
            return  # of one burst with the key that opened what is over this screen now
        presses = self.presses
        if self._filter is not None and self.focused is self._filter and presses.sign:
            # Typed right after the slash, before the filter had the focus: text, not a verb.
            self._filter.insert_text_at_cursor(presses.sign)
            return
        press = presses.now
        by_ctrl = press is not None and press.kind is Kind.OTHER and command_id == "quit"
        if not by_ctrl and not presses.may_act(press, verb=_acts(command_id)):
            return
        if press is not None and self._meant_nobody(command_id, press.at_s):
            self.app.notify(NOBODY_YET, markup=False, timeout=4)
            return
        with presses.acting(press):
            if command_id == "quit":
                presses.when_alone(lambda: self.do(command_id))
            else:
                self.do(command_id)

    @property
    def presses(self) -> Presses:
        """What is known of the keys."""
        return presses_of(self.app)

    def kind_of(self, event: events.Key) -> Kind:
        """Return what a character is here: a verb, a move, or neither."""
        return self._kinds.get(event.key, Kind.VIEW)

    @cached_property
    def _kinds(self) -> dict[str, Kind]:
        kinds = {}
        remapped = self.session.settings.keys
        for command in commands_of(self.PLACE):
            if command.id == "mark" or _acts(command.id):
                kind = Kind.VERB if _acts(command.id) else Kind.MOVE
                for key in keys_of(command, remapped):
                    kinds[_character_to_key(key) if len(key) == 1 else key] = kind
        for id_, keys in (("table.up", "k"), ("table.down", "j")):
            kinds |= dict.fromkeys(remapped.get(id_, keys).split(","), Kind.MOVE)
        return kinds

    def _meant_nobody(self, command_id: str, pressed_s: float) -> bool:
        """Whether a key was pressed before the row that is under the cursor now came there."""
        command = BY_ID[command_id]
        at_cursor = command.id == "mark" or (command.writes and command.scope != "app")
        return at_cursor and self.table.came_s > pressed_s

    def do(self, command_id: str) -> None:
        """Do what a key, a click or the palette asks for."""
        command = BY_ID[command_id]
        if self.is_small and command_id not in _BLIND:
            return  # nothing acts on what cannot be seen; the screen says that it is too small
        if self.PLACE not in command.where or is_off(command, self.session.settings.keys):
            return
        if command.writes:
            self.wish(command_id)
        else:
            self.methods[command_id]()

    def toggle_details(self) -> None:
        """Open or close the details pane."""
        self.show_details(on=not self.has_details)

    def show_details(self, *, on: bool = True) -> None:
        """Open or close the details pane for good, however wide the terminal is."""
        if self.details.has_focus:
            self.set_focus(self.table)
        self._details = on
        self.details.set_class(on, "-on")
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

        self._filter = Input(id="filter", placeholder=self.FILTER_HINT, compact=True)
        self._filter.cursor_blink = False
        self._filter.select_on_focus = False
        self._filter.display = False
        await self.mount(self._filter, before="#bottom")

    def open_filter(self) -> None:
        """Let the operator type a filter."""
        if self._filter is not None and self._filter.is_mounted:
            self._filter.display = True
            self._filter.value = self.view.filter_text
            self.set_focus(self._filter)
            self.changed()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        if event.input is self._filter:
            self.view.set_filter(event.value)
            self.redraw()
            # The operator chose these rows, so the cursor may stand on the first of them.
            self.first_row()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter and go back to the table."""
        if event.input is self._filter:
            self.close_filter()
            self.set_focus(self.table)
            self.changed()

    def clear_filter(self) -> None:
        """Take the filter away and go back to the table."""
        self.view.set_filter("")
        self.close_filter()
        self.set_focus(self.table)
        self.changed()

    def close_filter(self) -> None:
        """Take the filter line away; the filter stays."""
        if self._filter is not None:
            self._filter.display = False


def columns_of(view: Sorted) -> Columns:
    """Return what the table has to know of the columns of a view."""
    looks = tuple(
        ColumnLook(one.id, one.title, one.width, one.grow, one.priority, one.align)
        for one in view.columns
    )
    return Columns(looks, view.sort_id, view.descending != view.sorted_by.high_first)
