"""What the history's statements run on: SQLite's connection to a file, or one to shared tables.

Statements are written once, with ``?`` for values.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from confmon.history.backends.bulk import for_many
from confmon.history.database import HistoryUnavailable
from confmon.models.text import clean
from confmon.sharing.engine import NotPrepared, ShareUnavailable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from confmon.sharing import engine
    from confmon.sharing.engine import Row

TEXT_LIMIT: Final = 4096
"""Characters kept of a text: others write the tables too, and not all of them may be honest."""
SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
"""Lets several statements see the same state of a PostgreSQL database."""
_ROWS: Final = ("SELECT", "WITH")
_NO_TABLES: Final = "the shared database has no tables for it, or other ones: confmon share init"


class SharedConnection:
    """Takes what sqlite3's connection takes. Every method may raise HistoryUnavailable.

    `is_broken`: it is of no more use, and a new one must be opened.
    """

    def __init__(self, connection: engine.Connection, *, first: str = "") -> None:
        """`first` is run at the beginning of each transaction."""
        self._connection = connection
        self._first = first
        self._is_remote = connection.dialect == "postgresql"
        self._block: AbstractContextManager[None] | None = None
        self.is_broken = False

    @property
    def in_transaction(self) -> bool:
        """Whether statements happen together now."""
        return self._block is not None

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Found:
        """Run a statement. ``BEGIN``, ``COMMIT`` and ``ROLLBACK`` stand alone."""
        with self._unavailable():
            match sql.split(maxsplit=1)[0]:
                case "BEGIN":
                    self._begin()
                case "COMMIT":
                    self._end(None)
                case "ROLLBACK":
                    self._end(_Undone())
                case word if word in _ROWS:
                    return Found(self._connection.query(sql, values))
                case _:
                    return Found([], self._connection.execute(sql, values))
        return Found([])

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None:
        """Run a statement once for each row of values, which all have other keys."""
        every = list(rows)
        with self._unavailable():
            many = for_many(sql, len(every)) if self._is_remote and every else None
            if many is None:
                self._connection.execute_many(sql, every)
            else:
                self._connection.execute(many, [value for row in every for value in row])

    def close(self) -> None:
        """Give the connection back; what was begun is undone."""
        self._block = None
        self._connection.close()

    def _begin(self) -> None:
        block = self._connection.transaction()
        block.__enter__()
        self._block = block
        if self._first:
            self._connection.execute(self._first)

    def _end(self, error: _Undone | None) -> None:
        if self._block is not None:
            block, self._block = self._block, None
            with contextlib.suppress(_Undone):
                block.__exit__(type(error) if error else None, error, None)

    @contextlib.contextmanager
    def _unavailable(self) -> Iterator[None]:
        """Turn what fails into HistoryUnavailable."""
        if self.is_broken:
            raise HistoryUnavailable("the connection to the database is gone")
        try:
            yield
        except ShareUnavailable as error:
            self.is_broken = True
            words = _NO_TABLES if isinstance(error, NotPrepared) else str(error)
            raise HistoryUnavailable(words) from None


Connection: TypeAlias = "sqlite3.Connection | SharedConnection"
"""One database, used by one thread at a time: of a file its methods raise sqlite3.Error."""


class Found:
    """What a statement has found, as sqlite3's cursor: rows with clean text and plain bytes."""

    def __init__(self, rows: list[Row], rowcount: int = -1) -> None:
        self._rows = iter(rows)
        self.rowcount = rowcount

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        row = next(self._rows, None)
        return None if row is None else _clean(row)

    def fetchall(self) -> list[Row]:
        """Return the rows that are left."""
        return [_clean(row) for row in self._rows]

    def __iter__(self) -> Iterator[Row]:
        return map(_clean, self._rows)


class _Undone(Exception):
    """Leaves a transaction that is not to happen."""


def _clean(row: Row) -> Row:
    return tuple(
        [
            clean(value, TEXT_LIMIT)
            if type(value) is str
            else bytes(value)
            if type(value) is memoryview
            else value
            for value in row
        ]
    )
