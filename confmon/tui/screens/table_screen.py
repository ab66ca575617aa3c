"""What every screen of confmon shows, in the parts of its frame.

A change posts `Changed`; that sets `state`, and the watcher of `state` hands it on to the widgets.
`confmon.tui.desk.frame` has the parts and their sizes, `confmon.tui.desk.filter_line` the filter,
`confmon.tui.screens.screen_actions` what keys do; the live screen and the sections are made of it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.reactive import reactive

from confmon.commands import BY_ID, sign_of
from confmon.monitor.exports.numbers import visibility
from confmon.monitor.memory.event_filter import EventFilter
from confmon.monitor.views.event_lines import NOTHING_YET, event_lines, events_title
from confmon.tui.bars.action_log import counts_to_see, log_lines, log_title
from confmon.tui.bars.header import too_small_line
from confmon.tui.desk.bottom_pane import set_title
from confmon.tui.desk.filter_line import FilteredFrame
from confmon.tui.dialogs.modal import Modal
from confmon.tui.table import RowLook
from confmon.tui.table.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confmon.commands import Place
    from confmon.monitor.exports.numbers import NumberVisibility
    from confmon.monitor.memory.feed import EventFeed
    from confmon.monitor.past.travel import PastMoment
    from confmon.monitor.session import Session
    from confmon.monitor.views.list_view import ListView
    from confmon.monitor.views.live_view import View
    from confmon.tui.navigation import Navigator
    from confmon.tui.screens.view_state import ViewState
    from confmon.tui.table import Cell, LiveTable

TICK_S = 1.0

ALL_EVENTS = EventFilter()
NOTHING: tuple[tuple[Cell, ...], ...] = ((("nothing under the cursor", "dim"),),)


class TableScreen(FilteredFrame):
    """Fills the parts around and including one table. The subclass says what is shown."""

    PLACE: Place
    # Drawn whenever it is set: rows of the same keys may say other things.
    state: reactive[ViewState | None] = reactive(
        None, repaint=False, init=False, always_update=True
    )
    """What is shown; None until it is drawn for the first time."""

    class Changed(Message, bubble=False):
        """Something has changed; one is enough for all that wait together."""

        def can_replace(self, message: Message) -> bool:
            """Whether another message says the same."""
            return isinstance(message, TableScreen.Changed)

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__()
        self.session = session
        self.navigator = navigator

    # What a subclass says.

    @property
    def main_view(self) -> View | ListView:
        """What the main table shows."""
        return self.view

    @cached_property
    def listing(self) -> Listing:
        """The main table and its rows."""
        return Listing(self.table, self)

    @property
    def active(self) -> Listing:
        """The table that the keys are for."""
        return self.listing

    def state_now(self) -> ViewState:
        """Return what is to be shown now."""
        raise NotImplementedError

    def record_in(self, view: Any, key: Any) -> Any:
        """Return the record of a row of a view, None: there is none."""
        raise NotImplementedError

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether two records under one key are of the same thing."""
        raise NotImplementedError

    def row_look(self, view: Any, key: Any, record: Any) -> RowLook:
        """Return how a row looks."""
        return RowLook(tuple(column.cell(record, self.look) for column in view.columns))

    def subject_of(self, record: Any) -> Any:
        """Return the call, meeting or other record that a row is about: here the row's own."""
        return record

    def detail_lines(self, record: Any) -> Sequence[tuple[Cell, ...]]:
        """Return the lines of the details pane."""
        raise NotImplementedError

    def show_footer(self) -> None:
        """Show what the keys do now."""
        raise NotImplementedError

    def rows_shown(self) -> None:
        """Do what had to wait until the rows are in the table."""

    def follow_record(self) -> None:
        """Let an open question say that what it is about has gone."""

    # The screen.

    def on_mount(self) -> None:
        """Draw what there is and begin to tick."""
        if self.session.settings.accent:
            self._top.styles.background = self.session.settings.accent
        self.enter_view()
        self.set_interval(TICK_S, self._tick)
        self.call_after_refresh(self._mount_filter)

    def on_screen_resume(self) -> None:
        """Draw what has changed while another screen was shown."""
        self._show_toasts(on=True)
        if self.is_mounted:
            self.changed()

    def on_screen_suspend(self) -> None:
        """Leave the toasts to what is over it now."""
        self._show_toasts(on=False)

    @property
    def is_shown(self) -> bool:
        """Whether this is what is looked at, a dialog over it or not."""
        return self.app.screen_stack[:1] == [self]

    def changed(self) -> None:
        """Draw soon, once for however many replies come together."""
        if self.is_mounted and self.is_shown:
            self.post_message(self.Changed())

    def on_table_screen_changed(self) -> None:
        """Show what there is now, here and in what is open over it."""
        self.redraw()
        for screen in self.app.screen_stack:
            if isinstance(screen, Modal):
                screen.changed()

    def redraw(self) -> None:
        """Show what there is now."""
        self.state = self.state_now()

    def watch_state(self, state: ViewState) -> None:
        """Hand every part of the screen what it shows; each repaints what differs."""
        table = self.table
        table.columns = state.columns
        table.placeholder = state.placeholder
        table.set_class(state.is_stale and bool(state.keys), "-stale")
        self.listing.show(self.main_view, state.keys)
        self.rows_shown()
        self._note_under_cursor()
        self._top.parts = state.top
        self._tabs.parts = too_small_line() if self.is_small else state.tabs
        self._lists.parts = state.lists
        self._banner.parts = state.banner
        self.set_class(any(state.banner), "-banner")
        self.show_footer()
        self.show_beside()
        self.cards.cards, self._brief.parts = state.cards, state.brief
        set_title(table, state.title)
        self._show_pane()
        self.fit_heights()
        self.follow_record()

    def _show_pane(self) -> None:
        """Show what happened, and what became of the operator's own actions."""
        session, pane = self.session, self.pane
        shown, nothing = self.event_filter(), self.nothing_happened()
        pane.events.lines = event_lines(
            self.event_feed(), session.look(), filter=shown, nothing=nothing
        )
        lines = tuple(log_lines(session))
        pane.actions.pinned = counts_to_see(session)
        pane.actions.lines = lines
        pane.note_actions(any_=any(True for _ in session.pending_actions.log))
        sign = sign_of(BY_ID["log"], session.settings.keys)
        pane.set_titles(self.events_title(), log_title(session), sign)

    def event_feed(self) -> EventFeed:
        """Return the events to show some of."""
        return self.session.memory.events

    def nothing_happened(self) -> str:
        """Return what is shown where there is no event."""
        return NOTHING_YET

    def event_filter(self) -> EventFilter:
        """Return which events are shown."""
        return ALL_EVENTS

    def events_title(self) -> str:
        """Return the name of the events that are shown."""
        feed, session = self.event_feed(), self.session
        is_past = feed is not session.memory.events
        return events_title(feed, session.store.wall(), is_past=is_past)

    def show_beside(self) -> None:
        """Show what belongs to the record under the cursor, where it is looked at."""
        if self.has_details:
            self.show_record()

    def show_record(self) -> None:
        """Show every field of the record under the cursor."""
        record = self.record()
        self.details.lines = NOTHING if record is None else tuple(self.detail_lines(record))

    @property
    def look(self) -> Any:
        """What cells are drawn with, as of the state that is shown."""
        return self.state.look if self.state is not None else None

    @property
    def shown_keys(self) -> tuple[Any, ...]:
        """The keys of the rows that are shown where the keys are for, in order."""
        return self.active.keys

    # What is under the cursor.

    @property
    def cursor_key(self) -> Any:
        """The key under the cursor, while it belongs to what is drawn there."""
        return self.active.cursor_key

    def record(self) -> Any:
        """Return the record under the cursor; None: there is none."""
        return self.at_cursor()[1]

    def at_cursor(self) -> tuple[Any, Any]:
        """Return key and record under the cursor; None: there is none."""
        return self.active.at_cursor()

    def _note_under_cursor(self) -> None:
        self.active.note_under_cursor()

    def on_live_table_cursor_moved(self, message: LiveTable.CursorMoved) -> None:
        """Show the details of what is under the cursor now."""
        if message.table is not self.active.table:
            return
        self._note_under_cursor()
        self.cursor_moved()
        if self.is_shown:
            self.show_beside()

    def cursor_moved(self) -> None:
        """Do what moving on means for the screen."""

    def leave_view(self) -> None:
        """Keep the cursor of a view for when it is looked at again."""
        self.listing.keep_cursor()
        self.close_filter()

    def enter_view(self) -> None:
        """Draw another view, with the cursor where it was left."""
        self.table.reset()
        self.redraw()
        self.listing.restore_cursor()
        if not self.is_small:
            self.set_focus(self.table)

    def _tick(self) -> None:
        if self.is_shown:
            self.session.tick()
            self.changed()

    def on_live_table_header_clicked(self, message: LiveTable.HeaderClicked) -> None:
        """Sort by a column."""
        if message.table is not self.active.table:
            return
        self.view.sort_by(message.column_id)
        self.keep_view()

    @property
    def view_name(self) -> str:
        """What is shown, in a word or two."""
        return self.PLACE

    def keep_view(self) -> None:
        """Draw a view that the operator has changed, and remember how it is left."""
        name, view = self.view_name.partition(" ")[0], self.view
        choice = replace(view.choice(), filter=self.filter_to_keep())
        self.session.choices.keep_view(name, choice)
        self.changed()

    def filter_to_keep(self) -> str:
        """Return the filter that the view begins with in the next run."""
        return self.view.filter_text

    def hide_columns(self, hidden: Iterable[str]) -> None:
        """Hide columns of the view, and show the others."""
        self.view.hide(hidden)

    def past_moment(self) -> PastMoment | None:
        """Return the moment of the past that is shown in place of now; None: it is none."""
        return None

    def data_age_s(self) -> float | None:
        """Return how old what is shown is; None: nothing was read yet."""
        return self.session.age_s()

    def visible_numbers(self) -> NumberVisibility:
        """Return which telephone numbers may be copied in full."""
        return visibility(
            reveal=self.session.start.reveal_numbers,
            mask=self.session.settings.mask_numbers,
            is_export=False,
        )

    def say(self, text: str) -> None:
        """Say something for a moment."""
        self.app.notify(text, markup=False, timeout=4)
