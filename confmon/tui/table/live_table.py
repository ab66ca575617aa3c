"""The live table: rows by key, drawn on demand, a cursor that stays with its key."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from confmon.tui.table.canvas import Canvas
from confmon.tui.table.columns import GAP, Place, place_columns
from confmon.tui.table.cursor import Cursor
from confmon.tui.table.look import Columns, Rows
from confmon.tui.table.rows import (
    EMPTY_LINE,
    GUTTER,
    FixedLine,
    Row,
    notice_lines,
    row_segments,
    title_line,
)

if TYPE_CHECKING:
    from collections.abc import Hashable

    from textual import events

    from confmon.tui.table.look import Cell, TextSegment


class LiveTable(Canvas):
    """A table of keys; it asks for the look of the visible rows only.

    The cursor belongs to a key, never to a row number, and its row is always on the screen. When
    rows come and go, the view scrolls so that the row under the cursor keeps its line; only if the
    operator is at the very top (never moved, or went there by `g` or Home) the view stays there. A
    key that is gone leaves a hollow cursor; if it returns before the operator moves, the cursor is
    on it again.
    """

    FIXED = 1
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "step(1)", "Down", show=False, id="table.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="table.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="table.page_down"),
        Binding("home,g", "first", "First row", show=False, id="table.first"),
        Binding("end,G", "last", "Last row", show=False, id="table.last"),
        Binding("enter", "open", "Open", show=False, id="table.open"),
    ]

    columns: reactive[Columns] = reactive(Columns(), repaint=False, init=False)
    """Each `RowLook.cells` has one cell for each."""
    rows: reactive[Rows] = reactive(Rows(), repaint=False, init=False, always_update=True)
    """What is shown. Set it again to have the visible rows asked for again: their keys may be the
    same while what they say is not."""
    placeholder: reactive[tuple[Cell, ...]] = reactive((), repaint=False, init=False)
    """Lines in the middle of the table while it has no rows."""

    class TableMessage(Message):
        """A message of a table, or of a row of it."""

        def __init__(self, table: LiveTable, key: Hashable | None = None) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> LiveTable:
            """The table, for `on` with a selector."""
            return self.table

    class CursorMoved(TableMessage):
        """The cursor is on another key now, or (None) on nothing."""

    class Opened(TableMessage):
        """Enter, or a second click on a row."""

    class HeaderClicked(TableMessage):
        """A click on a column's title."""

        def __init__(self, table: LiveTable, column_id: str) -> None:
            super().__init__(table)
            self.column_id = column_id

    class Navigated(TableMessage):
        """The operator moved or scrolled; the order of rows should stay for a moment."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        """Make an empty table."""
        super().__init__(id=id, classes=classes)
        self._places: tuple[Place, ...] = ()
        self._titles = EMPTY_LINE
        self._notice: tuple[FixedLine, ...] = ()
        self._cursor = Cursor()
        self._last_reported: Hashable | None = None
        self._at_top = True
        self._pressed: Hashable | None = None
        self._clicked: Hashable | None = None
        self.row_changed_at_s = 0.0
        """When the row under the cursor last changed by itself, on the clock of events.

        A key pressed before that was not for this row.
        """

    # What it shows.

    def watch_columns(self, before: Columns, now: Columns) -> None:
        """Place the columns; rows keep those of the old ones until `rows` is set."""
        self._place_columns()
        if before.looks == now.looks:
            self.repaint_changed()
        else:
            self.redraw_all()

    def watch_rows(self, before: Rows, now: Rows) -> None:
        """Take the cursor along with its key, and repaint what differs."""
        line, was = self._cursor.at - self.scroll_offset.y, self._cursor.key
        self._cursor.follow(before.keys, now.keys, self._page)
        if was is None and self._cursor.key is not None:
            self.row_changed_at_s = monotonic()
        with self.moving_view():
            self.set_line_count(len(now.keys) + self.FIXED)
            self.scroll_to_line(0 if self._at_top else self._cursor.at - line)
            self._scroll_to_cursor()
        self.repaint_changed()
        self._report_cursor()

    def watch_placeholder(self) -> None:
        """Lay the lines out that are shown instead of rows."""
        self._lay_out_notice()
        self.repaint_changed()

    def reset(self) -> None:
        """Forget the cursor: the next rows are of another list, and begin at its top."""
        self._cursor = Cursor()
        self._at_top = True
        self._clicked = None

    def move_to(self, key: Hashable) -> bool:
        """Put the cursor on a key, if it is listed. Not counted as the operator's own move."""
        if key not in self._keys:
            return False
        self._at_top = False
        if key != self._cursor.key:
            self.row_changed_at_s = monotonic()
        self._put_cursor(self._keys.index(key))
        return True

    def show_from(self, top: int) -> None:
        """Scroll so that a line is at the top, or as near to it as the cursor lets it."""
        with self.moving_view():
            self.scroll_to_line(top)
            self._scroll_to_cursor()
        self.repaint_changed()

    def release(self, key: Hashable) -> None:
        """Take the cursor off a key that means another record now, and leave it hollow."""
        if key in (self._cursor.key, self._cursor.lost):
            self._cursor.release()
            self.repaint_changed()
            self._report_cursor()

    # State.

    @property
    def cursor_key(self) -> Hashable | None:
        """The key under the cursor, or None."""
        return self._cursor.key

    @property
    def placed_ids(self) -> tuple[str, ...]:
        """The ids of the columns that there is room for, from the left."""
        return tuple(self.columns.looks[place.column].id for place in self._places)

    @property
    def visible_keys(self) -> tuple[Hashable, ...]:
        """The keys on the screen, from the top."""
        top = self.scroll_offset.y
        return self._keys[top : top + self._page]

    # Moves of the operator.

    def action_step(self, by: int) -> None:
        """Move by some rows."""
        self._cursor.step(by, self._keys)
        self._navigate(self._cursor.at)

    def action_page(self, by: int) -> None:
        """Move by some screens; the cursor keeps its place on the screen."""
        rows = max(1, self._page - 1) * by
        with self.moving_view():
            self.scroll_to_line(self.scroll_offset.y + rows)
        self.action_step(rows)

    def action_first(self) -> None:
        """Go to the first row, and stay at the top."""
        self._navigate(0, at_top=True)

    def action_last(self) -> None:
        """Go to the last row."""
        self._navigate(len(self._keys) - 1)

    def action_open(self) -> None:
        """Open what is under the cursor."""
        if self._cursor.key is not None:
            self.post_message(self.Opened(self, self._cursor.key))

    def on_mouse_down(self, event: events.MouseDown) -> None:  # Canvas has its own besides
        """Remember the row under the pointer: rows may move before the button is up."""
        row = self._row_at(event)
        self._pressed = None if row is None or event.button != 1 else self._keys[row]

    def on_click(self, event: events.Click) -> None:
        """Select a row, open it on a second click, or report a click on a column title."""
        offset = event.get_content_offset(self)
        key, self._pressed = self._pressed, None
        if offset is not None and offset.y < self.FIXED and event.button == 1:
            for at in self._places:
                if at.x <= offset.x < at.x + at.width + GAP:
                    self.post_message(self.HeaderClicked(self, self.columns.looks[at.column].id))
        elif key is not None and key in self._keys:
            again = key == self._clicked == self._cursor.key
            self._navigate(self._keys.index(key))
            self._clicked = None if again else key
            if again:
                self.action_open()

    def handle_scroll(self) -> None:
        """Keep the cursor on the screen: no key may act on a row out of sight."""
        if self._keys:
            top = self.scroll_offset.y
            row = max(top, min(self._cursor.at, top + self._page - 1))
            if row != self._cursor.at:
                self._cursor.to(row, self._keys)
        self._at_top = False
        self._clicked = None
        self.post_message(self.Navigated(self))
        self._report_cursor()

    # Drawing.

    def visible_lines(self) -> list[Hashable]:
        """Return the title line and the rows in view, or the placeholder."""
        height, top = self.view.height, self.scroll_offset.y
        lines: list[Hashable] = [*self.title_lines()]
        keys, look = self.rows
        if keys:
            lines += [Row(look(key), "") for key in keys[top : top + self._page]]
            at = min(self._cursor.at, len(keys) - 1) - top + self.FIXED
            if self.FIXED <= at < len(lines) and isinstance(row := lines[at], Row):
                lines[at] = Row(row.look, "hollow" if self._cursor.key is None else "here")
        else:
            lines += [EMPTY_LINE] * ((height - self.FIXED - len(self._notice)) // 2)
            lines += self._notice
        return [*lines[:height], *[EMPTY_LINE] * (height - len(lines))]

    def title_lines(self) -> list[Hashable]:
        """Return the `FIXED` lines above the rows, the titles last."""
        return [self._titles]

    def segments(self, line: Hashable) -> tuple[TextSegment, ...]:
        """Return the cells of a row, each of its column's width."""
        if isinstance(line, Row):
            return row_segments(line, self._places, self.view.width)
        return super().segments(line)

    def fit_to_size(self) -> None:
        """Place the columns in the new width and keep the cursor in sight."""
        self._place_columns()
        self._lay_out_notice()
        self.set_line_count(len(self._keys) + self.FIXED)
        self._scroll_to_cursor()

    # Inside.

    @property
    def _keys(self) -> tuple[Hashable, ...]:
        return self.rows.keys

    @property
    def _page(self) -> int:
        return max(0, self.view.height - self.FIXED)

    def _row_at(self, event: events.MouseEvent) -> int | None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self.FIXED or offset.x >= self.view.width:
            return None
        row = offset.y - self.FIXED + self.scroll_offset.y
        return row if row < len(self._keys) else None

    def _navigate(self, row: int, *, at_top: bool = False) -> None:
        self._at_top = at_top
        self._clicked = None
        self._put_cursor(row)
        self.post_message(self.Navigated(self))

    def _put_cursor(self, row: int) -> None:
        self._cursor.to(row, self._keys)
        with self.moving_view():
            self._scroll_to_cursor()
        self.repaint_changed()
        self._report_cursor()

    def _scroll_to_cursor(self) -> None:
        top, row = self.scroll_offset.y, min(self._cursor.at, len(self._keys) - 1)
        if self._page:
            self.scroll_to_line(min(max(top, row - self._page + 1), max(row, 0)))

    def _report_cursor(self) -> None:
        if self._cursor.key != self._last_reported:
            self._last_reported = self._cursor.key
            self.post_message(self.CursorMoved(self, self._last_reported))

    def _place_columns(self) -> None:
        columns, width = self.columns, self.view.width
        self._places = place_columns(columns.looks, width, GUTTER, columns.sort_id)
        self._titles = title_line(columns, self._places, width)

    def _lay_out_notice(self) -> None:
        self._notice = notice_lines(self.placeholder, self.view.width)
