"""Reads rows of the tables, and makes records of them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from confmon.history.database import DamagedHistory, as_unavailable
from confmon.history.packing import unpack_changes, unpack_frame
from confmon.history.records import CallState, Gap, Leg, MeetingSession, MeetingState, Stay

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from confmon.history.backends.connection import Connection
    from confmon.history.packing import Frame
    from confmon.history.records import Reason

Row = tuple[Any, ...]

LEG: Final = (
    "leg.leg, leg.call, leg.created, leg.joined, leg.caller, leg.callee, leg.address_from,"
    " leg.name, leg.node_name, leg.bridge_name, leg.codec, leg.first_seen, leg.last_seen"
)
"""The columns of `leg_of`."""
SESSION: Final = (
    "session, number, id, owner, created, started_from, started_to, ended_from, ended_to, peak,"
    " stays"
)
"""The columns of `session_of`."""
STAY: Final = (
    "stay.stay, stay.leg, stay.session, stay.joined_from, stay.joined_to, stay.left_from,"
    " stay.left_to, stay.how, stay.changes"
)
"""The columns of `Tables.stay_of`."""
STAY_COLUMNS: Final = 9
_AT_ONCE: Final = 500
"""So many values are looked for by one statement."""


class Tables:
    """The tables of one database. One thread at a time."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._call_states: dict[int, CallState] = {}
        self._meeting_states: dict[int, MeetingState] = {}

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

    def rows_of(self, sql: str, ids: Iterable[Any], values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a statement that ends with ``IN {}``, for any number of values."""
        wanted, found = list(ids), []
        for at in range(0, len(wanted), _AT_ONCE):
            part = wanted[at : at + _AT_ONCE]
            marks = f"({', '.join('?' * len(part))})"
            found += self.rows(sql.replace("{}", marks), (*values, *part))
        return found

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

    def call_states(self) -> dict[int, CallState]:
        """Return all states of calls by their numbers."""
        newest = self.row("SELECT count(*) FROM call_state") or (0,)
        if newest[0] != len(self._call_states):
            self._call_states = {
                number: CallState(*codes)
                for number, *codes in self.rows(
                    "SELECT state, role, mute_mode, hold_mode, call_state, connection_status,"
                    " qa_mode, operator_mode, gain_level, presenter_media FROM call_state"
                )
            }
        return self._call_states

    def meeting_states(self) -> dict[int, MeetingState]:
        """Return all states of meetings by their numbers."""
        newest = self.row("SELECT count(*) FROM meeting_state") or (0,)
        if newest[0] != len(self._meeting_states):
            self._meeting_states = {
                row[0]: _meeting_state(row)
                for row in self.rows(
                    "SELECT state, mute_mode, hold_mode, qa_mode, meeting_state, type,"
                    " is_recording, is_secured FROM meeting_state"
                )
            }
        return self._meeting_states

    def stay_of(self, row: Row) -> Stay:
        """Return the stay of a row that begins with `STAY`."""
        states = self.call_states_known
        try:
            changes = tuple([(at, states[state]) for at, state in unpack_changes(row[8])])
        except (ValueError, KeyError) as error:
            raise broken(error) from error
        return Stay(
            stay=row[0], leg=row[1], session=row[2], joined_from=row[3], joined_to=row[4],
            left_from=row[5], left_to=row[6], how=row[7], changes=changes,
        )  # fmt: skip

    @property
    def call_states_known(self) -> dict[int, CallState]:
        """The states as `call_states` has last read them, without a look at the table."""
        return self._call_states


def frame_of(data: bytes) -> Frame:
    """Return a frame. HistoryUnavailable: it is broken."""
    try:
        return unpack_frame(data)
    except ValueError as error:
        raise broken(error) from error


def leg_of(row: Row) -> Leg:
    """Return the leg of a row of the columns `LEG`."""
    return Leg(
        leg=row[0], call=row[1], created=row[2], joined=row[3], caller=row[4], callee=row[5],
        address_from=row[6], name=row[7], node_name=row[8], bridge_name=row[9], codec=row[10],
        first_seen=row[11], last_seen=row[12],
    )  # fmt: skip


def session_of(row: Row) -> MeetingSession:
    """Return the meeting session of a row of the columns `SESSION`."""
    return MeetingSession(
        session=row[0], number=row[1], id=row[2], owner=row[3], created=row[4],
        started_from=row[5], started_to=row[6], ended_from=row[7], ended_to=row[8], peak=row[9],
        stays=row[10],
    )  # fmt: skip


def gap_of(row: Row) -> Gap:
    """Return the gap of a row of its two moments and its reason."""
    return Gap(row[0], row[1], cast("Reason", row[2]))


def broken(error: Exception) -> DamagedHistory:
    """Return what is raised for a part of the history that does not make sense."""
    return DamagedHistory(f"a part of the history is broken ({error})")


def _meeting_state(row: Row) -> MeetingState:
    _, mute, hold, qa, state, kind, is_recording, is_secured = row
    return MeetingState(mute, hold, qa, state, kind, _flag(is_recording), _flag(is_secured))


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)
