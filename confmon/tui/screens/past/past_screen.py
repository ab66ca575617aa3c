"""What the screens of the past share: rows come from the history, on a thread. Nothing is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from confmon.monitor.past.tables.answer import Answer
from confmon.monitor.past.tables.look import PastLook
from confmon.monitor.views.list_view import ListView
from confmon.tui.bars.bar import Parts
from confmon.tui.bars.header import top_line
from confmon.tui.bars.past_bars import banner, fresh_parts, past_tabs, placeholder
from confmon.tui.navigation import Past
from confmon.tui.screens.past.commands import PastCommands
from confmon.tui.screens.view_state import ViewState
from confmon.tui.table.listing import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from confmon.commands import Command
    from confmon.history.history import History
    from confmon.monitor.session import Session
    from confmon.monitor.views.live_columns import Column
    from confmon.tui.navigation import Navigator, Visit
    from confmon.tui.table import Cell, LiveTable
    from confmon.tui.table.listing import LeftCursor

AGAIN_S = 5.0
"""How often what goes on is read again while it is shown."""


class Recorded(NamedTuple):
    """Rows by their keys, and the newest read that is recorded."""

    rows: Mapping[Any, Any] = {}
    newest: int | None = None


class PastScreen(PastCommands):
    """A table of rows that the history has. A subclass says what is asked, and what a row is."""

    COLUMNS: ClassVar[tuple[Column[Any], ...]]
    FIRST_ORDER: ClassVar[str] = ""
    """The column that rows are sorted by until another is chosen; empty: the first one."""

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__(session, navigator)
        self._view = self.make_view()
        if self.FIRST_ORDER:
            self._view.order_by(self.FIRST_ORDER, descending=False)
        self._view.restore(replace(session.choices.view(self.PLACE), filter=""))
        self.past = Past()
        self._nth = 0
        """Another number for each subject that was looked into."""
        self._goal: LeftCursor | None = None
        """Where to put the cursor, and what to have on top, as soon as the rows are there."""
        reader = None if session.history is None else session.history_reader
        self.answer: Answer[Any] = Answer(reader, session.clock, self.changed)

    # What a subclass says.

    def make_view(self) -> ListView:
        """Return filter and order."""
        return ListView(self.COLUMNS)

    def question(self) -> tuple[Hashable, Callable[[History], Any]]:
        """Return what to ask now, and a key that no other question has."""
        raise NotImplementedError

    def records(self) -> Mapping[Any, Any]:
        """Return the rows by their keys."""
        raise NotImplementedError

    def goes_on(self) -> bool:
        """Whether the answer may be another one soon."""
        return True

    def until(self) -> int | None:
        """Return the newest read that the rows are made of, epoch ms; None: the rows have none."""
        return None

    def heading(self) -> str:
        """Return what is shown, for tabs and crumbs."""
        return ""

    def nothing(self) -> list[Cell]:
        """Return why there are no rows, where all went well."""
        return [("Nothing is recorded yet", "title")]

    # What is shown.

    def look_into(self, past: Past, goal: LeftCursor | None = None) -> None:
        """Show another subject; the cursor is on the first row, or on a goal."""
        self.past, self._goal = past, goal
        self._nth += 1
        self._view.set_filter("")
        if self.is_mounted:
            self.table.reset()
            self.redraw()

    @property
    def view(self) -> ListView:
        """Filter and order."""
        return self._view

    def look_now(self) -> PastLook:
        """Return what cells are drawn with."""
        session = self.session
        return PastLook(
            session.store.live_state,
            session.store.wall(),
            session.settings.mask_numbers,
            newest=self.until(),
        )

    def state_now(self) -> ViewState:
        """Return what is to be shown now, and ask for what is not known yet."""
        session, view = self.session, self.view
        self.answer.look(*self.question(), AGAIN_S if self.goes_on() else None)
        look, records = self.look_now(), self.records()
        keys = tuple(view.keys(records, look, self.version()))
        return ViewState(
            columns=columns_of(view),
            keys=keys,
            look=look,
            placeholder=tuple(placeholder(session, self.answer, view, self.nothing())),
            is_stale=False,
            top=top_line(session, fresh_parts(session, self.answer, self.until())),
            tabs=past_tabs(
                session, view, len(keys), title=self.heading(), typing=self.is_filter_open,
                more=self.has_more(),
            ),
            banner=Parts(tuple(banner(session, self.answer))),
            title=(self.heading() or self.crumb()) + self.navigator.history.crumbs(),
        )  # fmt: skip

    def version(self) -> Hashable:
        """Return what is another value whenever the rows may be others."""
        return (self._nth, self.answer.version)

    def has_more(self) -> bool:
        """Whether there are more rows than were asked for."""
        return False

    def record_in(self, view: ListView, key: Any) -> Any:
        """Return the record of a row."""
        return self.records().get(key)

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether two records of a key are of the same thing: the store never reuses a key."""
        return True

    def data_age_s(self) -> float | None:
        """Return how old the newest read is that the rows are made of, or the answer."""
        session = self.session
        if (until := self.until()) is not None:
            return max(0.0, session.store.wall() - until / 1000)
        read_at = self.answer.read_at
        return None if read_at is None else max(0.0, session.clock.now() - read_at)

    def rows_shown(self) -> None:
        """Put the cursor where it was when the screen was left, or on a row after a search."""
        if self._goal is not None and self.shown_keys:
            goal, self._goal = self._goal, None
            self.listing.put_cursor_back(goal)
        self.listing.first_row()  # no key of these screens changes anything

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        return command.id not in ("open", "tape", "attendance") or bool(self.shown_keys)

    def disarmed(self) -> str:
        """Return nothing: nothing can be changed from here."""
        return ""

    # Moving about.

    def here(self) -> Visit:
        """Return what leads back to what is looked at."""
        return replace(super().here(), past=self.past)

    def crumb(self) -> str:
        """Return what a crumb calls what is looked at."""
        return self.heading() or self.PLACE

    def come_back(self, visit: Visit) -> None:
        """Look at what was looked at before, as it was left."""
        if visit.past is not None:
            text = visit.filter_text
            self.look_into(visit.past, visit.cursor)
            self.view.set_filter(text)
        super().come_back(visit)

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        """Go on to what the row leads to."""
        self.open_row()

    def open_row(self) -> None:
        """Show the meeting over time."""
        self.open_past("tape")

    def note_written(self) -> None:
        """Ask again: the note is among what is shown."""
        self.answer.again()
        self.changed()

    # ruff: noqa: D102 - the registry documents each command

    def action_refresh(self) -> None:
        self.answer.again()
        super().action_refresh()

    def action_earlier_calls(self) -> None:
        record = self.record()
        self.show_earlier_calls(getattr(record, "number", None), getattr(record, "name", None))


def newest_in(history: History) -> int | None:
    """Return the newest read that is recorded; None: there is none."""
    span = history.span()
    return None if span is None else span[1]
