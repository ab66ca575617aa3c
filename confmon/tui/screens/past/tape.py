"""A meeting over time: a row a person, and a cursor that goes through time and people."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from confmon.monitor.past.tables.columns import TAPE, TAPE_ID
from confmon.monitor.past.timeline.axis import axis
from confmon.monitor.past.timeline.gantt import LEGEND, band
from confmon.monitor.past.timeline.tape import DrawnTape, marks_line
from confmon.monitor.past.timeline.window import Whole
from confmon.tui.bars.bar import Bar, Part, Parts
from confmon.tui.screens.past.meeting import MeetingScreen
from confmon.tui.table.listing import columns_of
from confmon.tui.table.picture_table import Picture, PictureTable

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from confmon.commands import Command
    from confmon.history.answers import Attendance, Attendee, Tape
    from confmon.history.history import History
    from confmon.monitor.past.tables.look import PastLook
    from confmon.monitor.past.timeline.window import Window
    from confmon.monitor.session import Session
    from confmon.tui.navigation import Navigator, Past
    from confmon.tui.screens.view_state import ViewState
    from confmon.tui.table import LiveTable

FAR = 10
"""Cells of a larger step."""
TONES: Mapping[str, str] = {
    "█": "graph", "▒": "muted", "░": "held", "?": "warn", "·": "dim", "~": "dim",
    '"': "accent", "!": "warn", "−": "bad", "+": "good",
}  # fmt: skip
"""The tones of the signs, which differ without them."""


class TapeScreen(MeetingScreen):
    """Draw the people of a meeting session over time."""

    PLACE = "tape"
    COLUMNS = TAPE
    FIRST_ORDER = TAPE_ID
    table: PictureTable

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__(session, navigator)
        self._drawn: tuple[Hashable, DrawnTape | None] = (None, None)
        self._whole = Whole(0, 0)
        self._whole_of: Hashable = None
        self._at_cursor = Bar(id="at-cursor")
        self.lines_below = (self._at_cursor,)
        self._zoom = "table"

    def make_table(self) -> LiveTable:
        """Return the table with the picture."""
        table = PictureTable(id="table")
        table.border_subtitle = LEGEND
        return table

    # What is shown.

    @property
    def _tape(self) -> Tape | None:
        found: Tape | None = self.answer.of(self._nth)
        return found

    @property
    def attendance(self) -> Attendance | None:
        """Who was in; None: not read yet, or nothing is recorded."""
        return None if self._tape is None else self._tape.attendance

    def ask(self, history: History, session: int) -> Tape | None:
        """Return what happened in a session."""
        return history.tape(session, self.session.codes)

    @property
    def drawn(self) -> DrawnTape | None:
        """The tape, ready to be drawn; None: not read yet, or nothing is recorded."""
        version = self.version()
        if self._drawn[0] != version:
            drawn = None
            if (tape := self._tape) is not None:
                mask = self.session.settings.mask_numbers
                drawn = DrawnTape(tape, self.session.codes, mask=mask)
                if self.past.session is None:  # a later session of the number is not meant
                    session = tape.attendance.session.session
                    self.past = replace(self.past, session=session)
            self._drawn = (version, drawn)
        return self._drawn[1]

    def records(self) -> Mapping[int, Attendee]:
        """Return the people, by the leg that each came with first."""
        return {} if self.drawn is None else self.drawn.attendees

    @property
    def whole(self) -> Whole:
        """All the time that there is to show, and what of it is looked at."""
        if (drawn := self.drawn) is not None:
            if self._whole_of != self._nth:
                self._whole_of = self._nth
                self._whole = Whole(drawn.start, drawn.end)
                if self.past.at is not None:
                    self._whole = self._whole.go_to(self.past.at)
            self._whole = self._whole.extend(drawn.start, drawn.end, goes_on=drawn.is_live)
        return self._whole

    @property
    def cells(self) -> int:
        """How wide the picture is."""
        return max(1, self.table.cells_of(columns_of(self.view), TAPE_ID))

    @property
    def window(self) -> Window:
        """What of the time is shown."""
        return self.whole.window(self.cells)

    def look_now(self) -> PastLook:
        """Return what cells are drawn with."""
        return replace(super().look_now(), drawn=self.drawn, window=self.window)

    def watch_state(self, state: ViewState) -> None:
        """Draw the lines above the people too, and the line about the cursor."""
        if (drawn := self.drawn) is None:
            self.table.picture = Picture()
        else:
            window = state.look.window
            self.table.picture = Picture(
                TAPE_ID,
                marks_line(drawn, window, band(drawn.gaps, window)),
                axis(window),
                window.cell(self.whole.cursor),
                TONES,
                "notes, hosts, actions",
            )
        super().watch_state(state)
        self._describe_cursor()

    def _describe_cursor(self) -> None:
        """Say what was at the cursor."""
        drawn, look = self.drawn, self.look
        if drawn is None or look is None or look.window is None:
            self._at_cursor.parts = Parts()
            return
        facts = drawn.facts_at(self.whole.cursor, self.cursor_key, look.window)
        left = [
            Part(f" {text} " if n == 0 else f"· {text} ", tone, priority=max(0, n - 2))
            for n, (text, tone) in enumerate(facts)
        ]
        legend = () if self.is_tall else (Part(f" {LEGEND} ", "dim", priority=9),)
        self._at_cursor.parts = Parts(tuple(left), legend)

    def cursor_moved(self) -> None:
        """Say what the person under the cursor did."""
        self._describe_cursor()

    def past_at_cursor(self) -> Past | None:
        """Return the meeting, and the moment of the cursor."""
        past = super().past_at_cursor()
        return None if past is None else replace(past, at=self.whole.cursor)

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        return command.id == "back" or command.scope != "past" or self.drawn is not None

    # Moving in time.

    def _show(self, whole: Whole) -> None:
        self._whole = whole
        self.redraw()

    def on_picture_table_pointed(self, message: PictureTable.Pointed) -> None:
        """Put the cursor on a moment that was clicked."""
        window = self.window
        whole = self.whole
        self._show(replace(whole.go_to(window.middle(message.cell)), begin=window.from_at))

    def open_row(self) -> None:
        """Show the live screens as they were at the moment of the cursor."""
        if (drawn := self.drawn) is not None:
            self.navigator.show_past(drawn.session.number, self.whole.cursor / 1000)

    def here(self) -> Any:
        """Return what leads back to this moment of the tape."""
        return replace(super().here(), past=replace(self.past, at=self.whole.cursor))

    # ruff: noqa: D102 - the registry documents each command

    def action_tape_earlier(self) -> None:
        self._show(self.whole.move(self.cells, -1))

    def action_tape_later(self) -> None:
        self._show(self.whole.move(self.cells, 1))

    def action_tape_much_earlier(self) -> None:
        self._show(self.whole.move(self.cells, -FAR))

    def action_tape_much_later(self) -> None:
        self._show(self.whole.move(self.cells, FAR))

    def action_tape_zoom_in(self) -> None:
        self._show(self.whole.zoom(self.cells, 1))

    def action_tape_zoom_out(self) -> None:
        self._show(self.whole.zoom(self.cells, -1))

    def action_tape_whole(self) -> None:
        self._show(self.whole.show_all())

    def action_tape_before(self) -> None:
        self._show(self.whole.pan(self.cells, -0.5))

    def action_tape_after(self) -> None:
        self._show(self.whole.pan(self.cells, 0.5))
