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

_LOW: Final = 2**32 - 1
"""So much of a moment is summed up, 50 days: no row can make the sum too large for a number."""


class Stamp(NamedTuple):
    """What tells one state of a table from another."""

    rows: int = 0
    total: int = 0


class TableCopy(Generic[T]):
    """The rows of a table that count. `columns` begin with the key and when it was changed.

    `make` raises ValueError for a row that is not understood: it counts, and says nothing.
    """

    def __init__(self, table: str, columns: str, counts: str, make: Callable[[Row], T]) -> None:
        self._changed = columns.split(", ")[1]
        self.stamp_query: Final = (
            f"SELECT COUNT(*) AS n, CAST(COALESCE(SUM({self._changed} & {_LOW}), 0) AS BIGINT) AS s"
            f" FROM {table} WHERE {counts}"
        )
        self._all = f"SELECT {columns} FROM {table} WHERE {counts}"
        self._newer = f"{self._all} AND {self._changed} >= ?"
        self._make = make
        self._rows: dict[str, tuple[int, T | None]] = {}

    def values(self) -> list[T]:
        """Return what the rows say."""
        return [value for _, value in self._rows.values() if value is not None]

    def refresh(self, connection: Connection) -> bool:
        """Read what is new. Returns whether anything is."""
        return self.refresh_to(connection, Stamp(*connection.query(self.stamp_query)[0]))

    def refresh_to(self, connection: Connection, stamp: Stamp) -> bool:
        """Read what is new according to a stamp that was read just now."""
        if self._stamp() == stamp:
            return False
        if self._rows:
            newest = max(changed for changed, _ in self._rows.values())
            self._take(connection.query(self._newer, (newest,)))
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
            return self._make(row)
        except (ValueError, RecursionError):
            return None

    def _stamp(self) -> Stamp:
        return Stamp(len(self._rows), sum(changed & _LOW for changed, _ in self._rows.values()))
