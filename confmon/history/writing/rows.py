"""The rows of one transaction: gathered while a read is taken in, then written in parts."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from confmon.history.packing import pack_changes
from confmon.history.records import Leg, MeetingSession, Stay
from confmon.history.writing.live import about_meeting, line_of, texts_of_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.history.backends.connection import Connection
    from confmon.history.records import Ended
    from confmon.history.writing.live import LiveLeg, LiveSession

PART: Final = 64
"""So many calls are looked at, or rows written, before other threads get their turn."""


def _upsert(table: str, kind: type, *more: str) -> str:
    names = [*(field.name for field in fields(kind)), *more]
    given = ", ".join("?" * len(names))
    news = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({given})"  # noqa: S608 - our own names
        f" ON CONFLICT ({names[0]}) DO UPDATE SET {news}"
    )


_LEG = _upsert("leg", Leg, "line")
_SESSION = _upsert("meeting_session", MeetingSession)
_STAY = _upsert("stay", Stay)

# To set a column is to write each index that has it, so what is there already is not set again.
_LEFT_LEG = "UPDATE leg SET last_seen = ? WHERE leg = ?"
_LEFT_STAY = "UPDATE stay SET left_from = ?, left_to = ?, how = ? WHERE stay = ?"
_CHANGES = "UPDATE stay SET changes = ? WHERE stay = ?"
_COUNTS = "UPDATE meeting_session SET peak = ?, stays = ? WHERE session = ?"


class Rows:
    """The rows of legs, sessions and stays that differ; the last one of a number counts."""

    def __init__(self) -> None:
        self._legs: dict[int, tuple[Any, ...]] = {}
        self._left_legs: dict[int, int] = {}
        self._sessions: dict[int, LiveSession] = {}
        self._counted: dict[int, LiveSession] = {}
        self._stays: dict[int, tuple[Any, ...]] = {}
        self._left_stays: dict[int, tuple[int, int, Ended]] = {}
        self._changes: dict[int, bytes] = {}

    def put_leg(self, live: LiveLeg, last_seen: int | None = None) -> None:
        """Write a leg; `last_seen`: it is not live any more."""
        call = live.call
        row = (live.leg, call.id, call.created, *texts_of_call(call))
        self._legs[live.leg] = (*row, live.first_seen, last_seen, line_of(call))

    def end_leg(self, live: LiveLeg, last_seen: int) -> None:
        """Write that a leg is not live any more."""
        if live.leg in self._legs:
            self.put_leg(live, last_seen)
        else:
            self._left_legs[live.leg] = last_seen

    def put_session(self, session: LiveSession) -> None:
        """Write a session as it is when the transaction ends."""
        self._sessions[session.session] = session

    def put_counts(self, session: LiveSession) -> None:
        """Write how many callers a session has had, if that differs when the transaction ends."""
        self._counted[session.session] = session

    def put_stay(
        self,
        live: LiveLeg,
        left: tuple[int, int] | tuple[None, None] = (None, None),
        how: Ended | None = None,
    ) -> None:
        """Write the stay that a leg is in; `left` and `how`: it does not last."""
        ids, joined = (live.stay, live.leg, live.session), (live.joined_from, live.joined_to)
        self._stays[live.stay] = (*ids, *joined, *left, how, pack_changes(live.changes))
        live.is_dirty = False

    def put_changes(self, live: LiveLeg) -> None:
        """Write the states that the stay of a leg has had, if they are not all in its row."""
        if not live.is_dirty:
            return
        if live.stay in self._stays:
            self.put_stay(live)
        else:
            self._changes[live.stay] = pack_changes(live.changes)
            live.is_dirty = False

    def end_stay(self, live: LiveLeg, left: tuple[int, int], how: Ended) -> None:
        """Write that the stay of a leg has ended between two moments."""
        if live.stay in self._stays:
            self.put_stay(live, left, how)
        else:
            self.put_changes(live)
            self._left_stays[live.stay] = (*left, how)

    def write(self, connection: Connection, rest: Callable[[], None]) -> None:
        """Write them all. sqlite3.Error."""
        sessions, counts = self._sessions, self._counted
        for statement, rows in (
            (_SESSION, [_session_row(session) for session in sessions.values()]),
            (_COUNTS, [row for session in counts.values() if (row := _counts_row(session))]),
            (_LEG, list(self._legs.values())),
            (_LEFT_LEG, [(last_seen, leg) for leg, last_seen in self._left_legs.items()]),
            (_STAY, list(self._stays.values())),
            (_CHANGES, [(changes, stay) for stay, changes in self._changes.items()]),
            (_LEFT_STAY, [(*left, stay) for stay, left in self._left_stays.items()]),
        ):
            for begin in range(0, len(rows), PART):
                connection.executemany(statement, rows[begin : begin + PART])
                if len(rows) > PART:
                    rest()


def _counts_row(session: LiveSession) -> tuple[int, ...]:
    """Return the counts of a session, or nothing where its row has them."""
    if session.counted == (session.peak, session.stays):
        return ()
    session.counted = session.peak, session.stays
    return (*session.counted, session.session)


def _session_row(session: LiveSession) -> tuple[Any, ...]:
    meeting = session.meeting
    about = about_meeting(meeting) if meeting else (None,) * 3
    session.counted = session.peak, session.stays
    return (
        session.session, session.number, *about, session.started_from, session.started_to,
        session.ended_from, session.ended_to, session.peak, session.stays,
    )  # fmt: skip
