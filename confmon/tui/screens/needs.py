"""The list of what needs somebody, over all meetings. Nothing is sent from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.identity import same
from confmon.monitor.needs import are_stale, known_until
from confmon.monitor.views.list_view import ListView
from confmon.monitor.views.live_columns import RenderContext
from confmon.monitor.views.need_columns import COLUMNS, Need, details_of, needs_in, signal_key
from confmon.tui.bars.bar import Parts
from confmon.tui.bars.header import top_line
from confmon.tui.bars.needs_bars import banner, fresh_parts, needs_tabs, placeholder
from confmon.tui.screens.screen_actions import CommandScreen
from confmon.tui.screens.view_state import ViewState
from confmon.tui.table import LiveTable, RowLook
from confmon.tui.table.listing import columns_of

if TYPE_CHECKING:
    from collections.abc import Hashable

    from confmon.commands import Command
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.attention.signal import Signal
    from confmon.monitor.polling.list_reader import Key
    from confmon.monitor.session import Session
    from confmon.tui.navigation import Navigator
    from confmon.tui.table.look import Cell

OVER = "that is over: it needs nobody any more"


class NeedsScreen(CommandScreen):
    """List the signals, worst first, and lead to what each is about."""

    PLACE = "needs"

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__(session, navigator)
        self._view = ListView(COLUMNS)
        self._view.restore(session.choices.view("needs"))
        self._needs: tuple[Hashable, dict[Key, Need]] = (None, {})
        self._wanted = ""
        """The signal to put the cursor on as soon as the rows are there."""

    def crumb(self) -> str:
        """Return what a crumb calls the list."""
        return "needs you"

    def open_at(self, key: str) -> None:
        """Put the cursor on a signal, or on the worst."""
        self._wanted = key
        if self.is_mounted:
            if not key:
                self.table.reset()
            self.redraw()

    # What is shown.

    @property
    def view(self) -> ListView:
        """Filter and order."""
        return self._view

    def needs(self) -> dict[Key, Need]:
        """Return the rows by their keys, as of now."""
        attention, live_state = self.session.attention, self.session.store.live_state
        version = (attention.version, live_state.revision)
        if self._needs[0] != version:
            self._needs = (version, needs_in(attention.signals, live_state))
        return self._needs[1]

    def state_now(self) -> ViewState:
        """Return what is to be shown now; ages stop where nothing newer is known."""
        session, needs = self.session, self.needs()
        stale, wall = are_stale(session), known_until(session)
        # Only the view of meetings and calls can be paused: this list follows what is live.
        look = RenderContext(session.store.live_state, wall, session.settings.mask_numbers)
        keys = tuple(self.view.keys(needs, look, self._needs[0]))
        tabs = needs_tabs(session, self.view, len(keys), typing=self.is_filter_open)
        return ViewState(
            columns=columns_of(self.view),
            keys=keys,
            look=look,
            placeholder=tuple(placeholder(session, self.view)),
            is_stale=stale,
            top=top_line(session, fresh_parts(session)),
            tabs=tabs,
            banner=Parts(tuple(banner(session))),
        )

    def record_in(self, view: ListView, key: str) -> Need | None:
        """Return a row, None: the signal is gone."""
        return self.needs().get(key)

    def subject_of(self, need: Need) -> Call | Meeting | None:
        """Return the caller or the meeting that needs somebody; None: it is the bridge."""
        return need.call or need.meeting

    def rows_shown(self) -> None:
        """Put the cursor on the signal that was gone to."""
        if self._wanted and self.table.move_to(self._wanted):
            self._wanted = ""

    def is_same(self, one: Need, other: Need) -> bool:
        """Whether two rows of a key are about the same caller and the same meeting."""
        pairs = ((one.call, other.call), (one.meeting, other.meeting))
        return all(a is None or b is None or same(a, b) for a, b in pairs)

    def row_look(self, view: ListView, key: str, need: Need) -> RowLook:
        """Return how a row looks; dimmed where somebody takes care of it."""
        look = super().row_look(view, key, need)
        if need.signal.is_quiet:
            look = RowLook(tuple((text, "dim") for text, _ in look.cells))
        return look

    def detail_lines(self, need: Need) -> list[tuple[Cell, ...]]:
        """Return every fact of a signal."""
        return details_of(need, self.look)

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        return command.id != "open" or bool(self.shown_keys)

    def disarmed(self) -> str:
        """Return nothing: nothing can be changed from here."""
        return ""

    def signals_here(self) -> tuple[Signal, ...]:
        """Return the signal under the cursor."""
        need = self.record()
        return () if need is None else (need.signal,)

    def quiet(self, command_id: str) -> bool:
        """Keep a signal quiet and go on to the next: the row itself goes to the end."""
        is_quiet = super().quiet(command_id)
        if is_quiet:
            self.table.action_step(1)
        return is_quiet

    # Moving about.

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        """Go to the caller or the meeting; what concerns the whole bridge shows its details."""
        need = self.record()
        if need is None or message.key != signal_key(need.signal):
            self.say(OVER)
        elif need.signal.target[0] == "bridge":
            self.action_details()
        elif notice := self.need_keys.go_to(need.signal):
            self.say(notice.removeprefix(" · "))
