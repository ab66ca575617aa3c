"""Reads rows of the tables, and makes records of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, TypeVar

from confmon.history.backends.bulk import parts_of
from confmon.history.database import DamagedHistory, as_unavailable
from confmon.history.packing import unpack_changes, unpack_frame
from confmon.history.records import (
    CallState,
    Leg,
    MeetingSession,
    MeetingState,
    Stay,
    columns_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from confmon.history.backends.connection import Connection
    from confmon.history.packing import Frame
    from confmon.sharing.engine import Row

S = TypeVar("S")

LEG: Final = columns_of(Leg, "leg")
SESSION: Final = columns_of(MeetingSession, "meeting_session")
STAY: Final = columns_of(Stay, "stay")
STAY_COLUMNS: Final = len(fields(Stay))


class States(dict[int, S]):
    """States by their numbers. One that is missing: DamagedHistory."""

    def __missing__(self, number: int) -> S:
        raise broken(KeyError(number))


class Tables:
    """The tables of one database. One thread at a time."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._call_states = States[CallState]()
        self._meeting_states = States[MeetingState]()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return all rows of a statement. HistoryUnavailable: they cannot be read."""
        import sqlite3  # not before it is used

        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise as_unavailable(error) from error

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """Return the first row of a statement."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Return the first value of the first row; None: there is no row."""
        row = self.row(sql, values)
        return row[0] if row else None

    def rows_of(self, sql: str, ids: Iterable[int]) -> list[Row]:
        """Return the rows of a statement that ends with ``IN``, for any number of ids."""
        return [row for marks, part in parts_of(ids) for row in self.rows(f"{sql} {marks}", part)]

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let several statements see the same state of the database."""
        if self._db.in_transaction:
            yield
            return
        self.rows("BEGIN")
        try:
            yield
        finally:
            self.rows("COMMIT")

    # States have numbers.

    def call_states(self) -> States[CallState]:
        """Return all states of calls by their numbers."""
        return self._states("call_state", CallState._fields, self._call_states, CallState)

    def meeting_states(self) -> States[MeetingState]:
        """Return all states of meetings by their numbers."""
        known = self._meeting_states
        return self._states("meeting_state", MeetingState._fields, known, _meeting_state)

    def _states(
        self, table: str, codes: Sequence[str], known: States[S], make: Callable[..., S]
    ) -> States[S]:
        if self.value(f"SELECT count(*) FROM {table}") != len(known):  # noqa: S608 - our own names
            # By name: a newer confmon may have made more columns. `state` is the row's number.
            columns = ", ".join(table if code == "state" else code for code in codes)
            rows = self.rows(f"SELECT state, {columns} FROM {table}")  # noqa: S608
            known.clear()
            known.update((number, make(*codes)) for number, *codes in rows)
        return known

    def stay_of(self, row: Row) -> Stay:
        """Return the stay of a row that begins with `STAY`."""
        try:
            changes = [(at, self._call_states[state]) for at, state in unpack_changes(row[8])]
        except ValueError as error:
            raise broken(error) from error
        return Stay(*(*row[:8], tuple(changes)))


def frame_of(data: bytes) -> Frame:
    """Return a frame. HistoryUnavailable: it is broken."""
    try:
        return unpack_frame(data)
    except ValueError as error:
        raise broken(error) from error


def broken(error: Exception) -> DamagedHistory:
    """Return what is raised for a part of the history that does not make sense."""
    return DamagedHistory(f"a part of the history is broken ({error})")


def _meeting_state(*codes: Any) -> MeetingState:
    return MeetingState(*codes[:5], *map(_flag, codes[5:]))


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)
