"""The rows of one transaction: gathered while a read is taken in, then written in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.history.packing import pack_changes
from confmon.history.writing.live import line_of, texts_of_call

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from confmon.history.records import Ended
    from confmon.history.writing.live import LiveLeg, LiveSession

PART: Final = 64
"""So many calls are looked at, or rows written, before other threads get their turn."""


def _upsert(table: str, key: str, columns: str) -> str:
    names = [key, *columns.split()]
    given = ", ".join("?" * len(names))
    news = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({given})"  # noqa: S608 - our own names
        f" ON CONFLICT ({key}) DO UPDATE SET {news}"
    )


_LEG = _upsert(
    "leg",
    "leg",
    "call created joined caller callee address_from name node_name bridge_name codec line"
    " first_seen last_seen",
)
_SESSION = _upsert(
    "meeting_session",
    "session",
    "number id owner created started_from started_to ended_from ended_to peak stays",
)
_STAY = _upsert("stay", "stay", "leg session joined_from joined_to left_from left_to how changes")


class Rows:
    """The rows of legs, sessions and stays that differ; the last one of a number counts."""

    def __init__(self) -> None:
        self._legs: dict[int, tuple[Any, ...]] = {}
        self._sessions: dict[int, LiveSession] = {}
        self._stays: dict[int, tuple[Any, ...]] = {}

    def put_leg(self, live: LiveLeg, last_seen: int | None = None) -> None:
        """Write a leg; `last_seen`: it is not live any more."""
        call = live.call
        row = (live.leg, call.id, call.created, *texts_of_call(call), line_of(call))
        self._legs[live.leg] = (*row, live.first_seen, last_seen)

    def put_session(self, session: LiveSession) -> None:
        """Write a session as it is when the transaction ends."""
        self._sessions[session.session] = session

    def put_stay(
        self, live: LiveLeg, left: tuple[int, int] | None = None, how: Ended | None = None
    ) -> None:
        """Write the stay that a leg is in; `left`: between these moments it has ended."""
        span = live.joined_from, live.joined_to, *(left or (None, None))
        row = (live.stay, live.leg, live.session, *span, how, pack_changes(live.changes))
        self._stays[live.stay] = row
        live.is_dirty = False

    def write(self, connection: sqlite3.Connection, rest: Callable[[], None]) -> None:
        """Write them all. sqlite3.Error."""
        sessions = [_session_row(session) for session in self._sessions.values()]
        for statement, rows in (
            (_SESSION, sessions),
            (_LEG, list(self._legs.values())),
            (_STAY, list(self._stays.values())),
        ):
            for begin in range(0, len(rows), PART):
                connection.executemany(statement, rows[begin : begin + PART])
                if len(rows) > PART:
                    rest()


def _session_row(session: LiveSession) -> tuple[Any, ...]:
    meeting = session.meeting
    about = (meeting.id, meeting.subscriber_name, meeting.created) if meeting else (None,) * 3
    return (
        session.session, session.number, *about, session.started_from, session.started_to,
        session.ended_from, session.ended_to, session.peak, session.stays,
    )  # fmt: skip
