"""What the live screen shows: it comes from the session and goes to the widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.models.identity import same, target_of
from confmon.monitor.plans.at_cursor import meeting_number_at
from confmon.monitor.views.filter import FIELD_WORDS, STATE_WORDS
from confmon.tui.bars.bar import Parts
from confmon.tui.bars.header import tabs_line, top_line
from confmon.tui.bars.live_details import details_lines
from confmon.tui.bars.notices import banner, placeholder
from confmon.tui.desk.callers_table import CallersBeside
from confmon.tui.desk.heights import card_height
from confmon.tui.desk.overview import RENEWED_S, brief_line, card_lines, count_anew, urgent
from confmon.tui.screens.screen_actions import CommandScreen
from confmon.tui.screens.view_state import ViewState
from confmon.tui.table import RowLook
from confmon.tui.table.listing import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from confmon.commands import Command, Place
    from confmon.models.identity import Target
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.attention.signal import Signal
    from confmon.monitor.session import Session
    from confmon.monitor.views.live_view import View
    from confmon.tui.desk.overview import Overview
    from confmon.tui.navigation import Navigator
    from confmon.tui.table import Cell
    from confmon.tui.table.listing import Listing


class ShownLive(CommandScreen):
    """The part of the live screen that shows."""

    PLACE: Place = "live"
    FILTER_WORDS = (*FIELD_WORDS, *STATE_WORDS)
    FILTER_HINT = "filter: words, field:word, muted, -held …"

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__(session, navigator)
        session.store.on_replaced(self.replaced)
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
            is_stale=not session.is_past and session.is_stale(view),
            top=top_line(session),
            tabs=tabs_line(session, typing=self.is_filter_open),
            banner=Parts(tuple(banner(session))),
            title=_title(view) + self.navigator.history.crumbs(),
            cards=cards,
            brief=brief,
        )

    def _overview(self) -> Overview:
        """Return the cards, and the line in their place: made anew every few seconds.

        Only the number of calls is that of now.
        """
        session, size = self.session, self.size
        known = session.live_state
        of = (
            size.width, card_height(size.height), known.meetings_known, known.calls_known,
            urgent(session), session.past and session.past.at,
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

    def detail_lines(self, record: Call | Meeting) -> Sequence[tuple[Cell, ...]]:
        """Return a line for each field of a call or meeting."""
        return details_lines(self.session, record)

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        view = self.view
        if command.id == "podium":
            number = self._meeting_here()
            return number is not None and self.session.podium.next_in(number) is not None
        if command.id == "claim":
            share = self.session.share
            return bool(share and share.state.may_claim) and self._meeting_here() is not None
        if command.id == "undo":
            return self.session.undo.last() is not None
        if command.scope == "caller" or command.id in ("mark", "dialled_number", "earlier_calls"):
            return view.kind == "call"
        if command.id == "open":
            return self.main_view.subject != "meeting"
        if self.session.is_past and command.id in ("back", "pause", "attributes"):
            return command.id == "back"  # of these only the way back
        if command.id == "back":
            away = view.subject != "meetings" or bool(self.navigator.history)
            return away or bool(view.filter) or bool(view.marks)
        return True

    def cursor_moved(self) -> None:
        """Say what the keys do to what is under the cursor now."""
        if not self.view.marks:
            self.show_footer()

    def _meeting_here(self) -> int | None:
        """Return the meeting that is looked at, or the one of what is under the cursor."""
        return meeting_number_at(self.session, self.cursor_key)

    def signals_here(self) -> tuple[Signal, ...]:
        """Return the signals of what is under the cursor; else of the meeting looked at."""
        session, key, number = self.session, self.cursor_key, self.view.meeting
        if key is None and self.shown_keys:
            return ()  # who was there has left, and nobody else is meant
        if session.is_past:
            return ()  # those of now are not of then
        signals_of = session.attention.of
        found = () if key is None else signals_of((self.view.kind, key))
        return found or (() if number is None else signals_of(("meeting", number)))

    @property
    def _is_finding(self) -> bool:
        """Whether what is looked at are the callers that a find has found."""
        return self.view.subject == "calls" and self.navigator.history.is_finding

    @property
    def escape_does(self) -> str:
        """What escape does to the filter that is typed."""
        return "Go back" if self._is_finding else super().escape_does


def _title(view: View) -> str:
    """Return what a view shows, for the edge of its table."""
    match view.subject:
        case "meetings":
            return "meetings"
        case "calls":
            return "callers of all meetings"
        case _:
            return f"callers of {view.meeting}"
