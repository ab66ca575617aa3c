"""A table and the view it shows: how each row looks, and what is under the cursor.

The cursor belongs to a key, and a key to the record that was drawn: where a key means another
record by now, nothing is under the cursor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from confmon.tui.table.look import ColumnLook, Columns, RowLook, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.tui.table.live_table import LiveTable


class Source(Protocol):
    """What knows the records of a view."""

    def record_in(self, view: Any, key: Any) -> Any:
        """Return the record of a row, None: there is none."""

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether two records under one key are of the same thing."""

    def row_look(self, view: Any, key: Any, record: Any) -> RowLook:
        """Return how a row looks."""


class LeftCursor(NamedTuple):
    """Where the cursor was when a view was left."""

    key: Any
    """The key that was under it; None: there was none."""
    record: Any = None
    """What the key belonged to; None: whatever it belongs to by then."""
    top: int | None = None
    """The line that was at the top of the table; None: the cursor decides that."""


class Listing:
    """Fills one table. Each view that it shows keeps its own cursor."""

    def __init__(self, table: LiveTable, source: Source) -> None:
        self.table = table
        self.view: Any = None
        """What was shown last."""
        self.keys: tuple[Any, ...] = ()
        """The keys of its rows, in order."""
        self._source = source
        self._rows: dict[Any, RowLook] = {}
        """How each row looks that was on the screen since the rows were set."""
        self._drawn: dict[Any, Any] = {}
        """The record of each of them."""
        self._under: tuple[Any, Any, Any] | None = None
        """View, key and record last drawn under the cursor."""
        self._cursors: WeakKeyDictionary[Any, LeftCursor] = WeakKeyDictionary()
        """The cursor of each view that was left."""

    def show(self, view: Any, keys: Sequence[Any]) -> None:
        """Show these rows of a view."""
        self.view, self.keys = view, tuple(keys)
        self._part_from_reused()
        self._rows.clear()
        self._drawn.clear()
        self.table.rows = Rows(self.keys, self._row)

    def _row(self, key: Any) -> RowLook:
        """Return how a row looks; the same for all the keys pressed until the next rows."""
        row = self._rows.get(key)
        if row is None:
            record = self._source.record_in(self.view, key)
            if record is None:
                return RowLook(())
            self._drawn[key] = record
            row = self._rows[key] = self._source.row_look(self.view, key, record)
        return row

    # What is under the cursor.

    @property
    def cursor_key(self) -> Any:
        """The key under the cursor, while it belongs to what is drawn there."""
        key: Any = self.table.cursor_key
        record = None if key is None else self._source.record_in(self.view, key)
        if record is None:
            return key
        return key if self._source.is_same(self._drawn.get(key, record), record) else None

    def note_under_cursor(self) -> None:
        """Note which record is under the cursor, as it is drawn now."""
        key, record = self.at_cursor()
        if record is not None:
            self._under = (self.view, key, record)

    def at_cursor(self) -> tuple[Any, Any]:
        """Return key and record under the cursor; None: there is none."""
        key = self.cursor_key
        return key, None if key is None else self._source.record_in(self.view, key)

    def _part_from_reused(self) -> None:
        """Don't let the cursor come back to a key that something else has meanwhile."""
        if self._under is None or self._under[0] is not self.view:
            return
        _, key, was = self._under
        now = self._source.record_in(self.view, key)
        if now is not None and not self._source.is_same(was, now):
            self.table.release(key)
            self._under = None  # once is enough: the operator may go there again

    # From one view to another.

    def keep_cursor(self) -> None:
        """Keep the cursor of the view for when it is looked at again."""
        key, record = self.at_cursor()
        if record is not None:
            self._cursors[self.view] = LeftCursor(key, record)
        elif self.keys:  # it is on nothing: what it was on at an earlier visit counts no more
            self._cursors.pop(self.view, None)

    def restore_cursor(self) -> None:
        """Put the cursor where it was when the view was left."""
        if self.view is not None and (left := self._cursors.get(self.view)) is not None:
            self.put_cursor_back(left)

    def put_cursor_back(self, left: LeftCursor) -> None:
        """Put the cursor where it was, if that is the same thing still."""
        now = None if left.key is None else self._source.record_in(self.view, left.key)
        if now is None or (left.record is not None and not self._source.is_same(left.record, now)):
            return
        self.table.move_to(left.key)
        if left.top is not None:
            self.table.show_from(left.top)

    def first_row(self) -> None:
        """Put the cursor on the first row, if it is on none."""
        if self.table.cursor_key is None and self.keys:
            self.table.move_to(self.keys[0])


def columns_of(view: Any) -> Columns:
    """Return what the table has to know of the columns of a view."""
    looks = tuple(
        ColumnLook(
            column.id,
            column.title,
            column.width,
            column.grow,
            column.priority,
            column.comfort,
            column.align,
        )
        for column in view.columns
    )
    return Columns(looks, view.sort_id, view.descending != view.sorted_by.high_first)
