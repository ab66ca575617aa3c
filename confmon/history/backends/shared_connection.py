"""A connection to the shared tables, on which the history's statements run as they do in a file."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from confmon.history.backends.bulk import for_many
from confmon.history.database import HistoryUnavailable
from confmon.models.text import clean
from confmon.sharing.engine import NotPrepared, ShareUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Self

    from confmon.history.backends.backend import Row
    from confmon.sharing import engine

TEXT_LIMIT: Final = 4096
"""Characters kept of a text: others write the tables too, and not all of them may be honest."""
SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
"""Lets several statements see the same state of a PostgreSQL database."""
_ROWS: Final = ("SELECT", "WITH")


class SharedConnection:
    """Fulfils `confmon.history.backends.backend.Connection`. Every method: HistoryUnavailable.

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
                    self._end()
                case "ROLLBACK":
                    self._undo()
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

    def _end(self) -> None:
        if self._block is not None:
            block, self._block = self._block, None
            block.__exit__(None, None, None)

    def _undo(self) -> None:
        if self._block is not None:
            block, self._block = self._block, None
            with contextlib.suppress(_Undone):
                block.__exit__(_Undone, _Undone(), None)

    def _unavailable(self) -> _Unavailable:
        return _Unavailable(self)


class Found:
    """Fulfils `confmon.history.backends.backend.Cursor`: rows with clean text and plain bytes."""

    def __init__(self, rows: list[Row], rowcount: int = -1) -> None:
        self._rows = iter(rows)
        self.rowcount = rowcount

    def fetchone(self) -> Row | None:
        """Return the next row."""
        row = next(self._rows, None)
        return None if row is None else _clean(row)

    def fetchall(self) -> list[Row]:
        """Return the rows that are left."""
        return [_clean(row) for row in self._rows]

    def __iter__(self) -> Iterator[Row]:
        return map(_clean, self._rows)


class _Undone(Exception):
    """Leaves a transaction that is not to happen."""


class _Unavailable:
    """Turns what fails into HistoryUnavailable."""

    def __init__(self, connection: SharedConnection) -> None:
        self._of = connection

    def __enter__(self) -> Self:
        if self._of.is_broken:
            raise HistoryUnavailable("the connection to the database is gone")
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if isinstance(error, NotPrepared):
            self._of.is_broken = True
            raise HistoryUnavailable(
                "the shared database has no tables for it, or other ones: confmon share init"
            ) from None
        if isinstance(error, ShareUnavailable):
            self._of.is_broken = True
            raise HistoryUnavailable(str(error)) from None


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
