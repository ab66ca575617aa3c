"""A copy of a small table, kept up to date by reading little.

A stamp (how many rows count, and the sum of when each was changed) tells whether anything is new.
Then the rows changed since the newest that is known are read, and all of them only if that does
not explain the stamp: a row is gone, or the clock was set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.sharing.engine import Connection, Row

T = TypeVar("T")

_BETWEEN: Final = "\x1f"
"""Cleaned text has no such character, but for the last column: whatever that has stays there."""
_LOW: Final = 2**32 - 1
"""So much of a moment is summed up, 50 days: no row can make the sum too large for a number."""


class Stamp(NamedTuple):
    """What tells one state of a table from another."""

    rows: int = 0
    total: int = 0


def to_stamp(text: str) -> Stamp:
    """Return the stamp that `TableCopy.stamp` asks for."""
    return Stamp(*map(int, text.split()))


class TableCopy(Generic[T]):
    """The rows of a table that count. `columns` begin with the key and when it was changed.

    `make` gets these two, and the others as text. It raises ValueError for a row that is not
    understood: it counts, and says nothing.
    """

    def __init__(self, table: str, columns: str, counts: str, make: Callable[[Row], T]) -> None:
        key, self._changed, *others = columns.split(", ")
        self._others = len(others)
        texts = f" || '{_BETWEEN}' || ".join(
            f"COALESCE(CAST({name} AS TEXT), '')" for name in others
        )
        self.stamp: Final = (
            f"SELECT COUNT(*) || ' ' || COALESCE(SUM({self._changed} & {_LOW}), 0) AS s"
            f" FROM {table} WHERE {counts}"
        )
        # PostgreSQL describes each column in every answer.
        self._all = f"SELECT {key}, {self._changed}, {texts} AS t FROM {table} WHERE {counts}"
        # Another row may have been written in the same millisecond: seldom, so it is asked second.
        self._newer = [f"{self._all} AND {self._changed} {than} ?" for than in (">", ">=")]
        self._make = make
        self._rows: dict[str, tuple[int, T | None]] = {}
        self._has_forgotten = False

    def values(self) -> list[T]:
        """Return what the rows say."""
        return [value for _, value in self._rows.values() if value is not None]

    def forget(self, key: str) -> None:
        """Believe that a row is gone, until the next refresh: then it need not read all of them."""
        self._has_forgotten = self._rows.pop(key, None) is not None or self._has_forgotten

    def refresh_to(self, connection: Connection, stamp: Stamp) -> bool:
        """Read what is new according to a stamp that was read just now. Returns whether any is."""
        is_new, self._has_forgotten = self._has_forgotten, False
        if self._stamp() == stamp:
            return is_new
        if self._rows:
            newest = max(changed for changed, _ in self._rows.values())
            for newer in self._newer:
                if self._stamp() != stamp:
                    self._take(connection.query(newer, (newest,)))
        if self._stamp() != stamp:
            rows = connection.query(self._all)
            self._rows.clear()
            self._take(rows)
        return True

    def _take(self, rows: Sequence[Row]) -> None:
        for row in rows:
            changed = row[1] if isinstance(row[1], int) else 0  # as SQLite adds what is no number
            self._rows[row[0]] = changed, self._read(row)

    def _read(self, row: Row) -> T | None:
        try:
            texts = row[2].split(_BETWEEN, self._others - 1)
            return self._make((*row[:2], *texts)) if len(texts) == self._others else None
        except (ValueError, RecursionError):
            return None

    def _stamp(self) -> Stamp:
        return Stamp(len(self._rows), sum(changed & _LOW for changed, _ in self._rows.values()))
