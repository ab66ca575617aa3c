"""The history, opened to read: one method for each question about the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.history.database import HistoryUnavailable, identity_of, open_to_read
from confmon.history.queries import sessions
from confmon.history.queries.attendance import attendance
from confmon.history.queries.moments import Moments
from confmon.history.queries.past_events import PastEvents
from confmon.history.queries.seen import Seen
from confmon.history.queries.tables import Tables
from confmon.history.queries.tape import markers, tape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from confmon.history.answers import (
        Attendance,
        CallQuery,
        PastEvent,
        PastLeg,
        SessionQuery,
        Tape,
    )
    from confmon.history.place import HistoryPlace, SharedTables
    from confmon.history.records import Gap, Leg, Marker, MeetingSession, PastState, Stay
    from confmon.models.codes import Codes


def open_history(path: Path) -> History:
    """Open a history to read it, also while it is written. HistoryUnavailable: there is none."""
    return _open_file(path, lambda: True)


def open_tables(shared: SharedTables) -> History:
    """Open the history in shared tables to read it. HistoryUnavailable: there is none."""
    from confmon.history.backends.shared import open_connection
    from confmon.history.backends.shared_tables import check_version

    connection = open_connection(shared, to_read=True)
    history = History(
        Tables(connection), lambda: not connection.is_broken and not shared.is_alone()
    )
    return _checked(history, lambda: check_version(connection))


def open_place(place: HistoryPlace) -> History:
    """Open the history of a place, wherever that is now. HistoryUnavailable: there is none."""
    shared = place.shared
    if shared is None:
        return open_history(place.path)
    return _open_file(place.path, shared.is_alone) if shared.is_alone() else open_tables(shared)


def _open_file(path: Path, is_meant: Callable[[], bool]) -> History:
    tables = Tables(open_to_read(path))
    file = identity_of(path)
    return _checked(History(tables, lambda: is_meant() and file == identity_of(path)))


def _checked(history: History, check: Callable[[], None] = lambda: None) -> History:
    try:
        check()
        history.span()
    except HistoryUnavailable:
        history.close()
        raise
    return history


class History:
    """One history, read by one thread at a time. Every method may raise HistoryUnavailable.

    Moments are epoch milliseconds by the server's clock. What nobody saw is in no answer: a moment
    in a gap has the state before it and the gap. Where the clock was set back, the later read wins.
    """

    def __init__(self, tables: Tables, is_in_place: Callable[[], bool]) -> None:
        self._tables = tables
        self.is_in_place = is_in_place
        """Whether what is read is still the history that it was opened for."""
        self._seen = Seen(tables)
        self._moments = Moments(tables, self._seen)

    def close(self) -> None:
        """Close the database."""
        self._tables.close()

    # When.

    def span(self) -> tuple[int, int] | None:
        """Return the moments of the oldest frame and of the newest read; None: there are none."""
        return self._seen.span()

    def gaps(self, since: int, until: int) -> list[Gap]:
        """Return what was not seen between two moments; the last one may last."""
        return self._seen.gaps(since, until)

    def moment_before(self, at: int) -> int | None:
        """Return the moment of the frame before a moment."""
        sql = "SELECT at FROM frame WHERE at < ? ORDER BY at DESC LIMIT 1"
        before: int | None = self._tables.value(sql, (at,))
        return before

    def moment_after(self, at: int) -> int | None:
        """Return the moment of the frame after a moment."""
        after: int | None = self._tables.value(
            "SELECT at FROM frame WHERE at > ? ORDER BY at LIMIT 1", (at,)
        )
        return after

    # The whole bridge.

    def state_at(self, at: int) -> PastState | None:
        """Return everything at a moment; None: nothing so old is kept."""
        return self._moments.state_at(at)

    def counts(
        self, since: int, until: int, slot_ms: int, codes: Codes, session: int | None = None
    ) -> list[int | None]:
        """Return the calls at the end of each slot, without recording legs; None: not seen."""
        return self._moments.counts(range(since, until, slot_ms), codes, session)

    def events(
        self, since: int, until: int, codes: Codes, session: int | None = None
    ) -> Iterator[PastEvent]:
        """Yield what reads after `since` and up to `until` showed, of one session or of all."""
        return PastEvents(self._tables, self._seen, codes).between(since, until, session)

    # Calls and meeting sessions.

    def legs(self, ids: Iterable[int]) -> dict[int, Leg]:
        """Return calls by the store's numbers; those not kept any more are missing."""
        return sessions.legs(self._tables, ids)

    def past_legs(self, ids: Iterable[int]) -> dict[int, PastLeg]:
        """Return calls by the store's numbers, with the sessions they were in."""
        return sessions.past_legs(self._tables, ids)

    def meeting_sessions(self, ids: Iterable[int]) -> dict[int, MeetingSession]:
        """Return meeting sessions by the store's numbers."""
        return sessions.meeting_sessions(self._tables, ids)

    def find_sessions(self, query: SessionQuery) -> list[MeetingSession]:
        """Return meeting sessions, the newest first."""
        return sessions.find_sessions(self._tables, query)

    def session_at(self, number: int, at: int) -> MeetingSession | None:
        """Return the session of a meeting number that was live at a moment."""
        return sessions.session_at(self._tables, number, at)

    def present(self, session: int, at: int) -> list[tuple[Stay, Leg]]:
        """Return who was in a session at a moment, recording legs too, the first one first."""
        return sessions.present(self._tables, session, at)

    def attendance(
        self, session: int, codes: Codes, since: int | None = None, until: int | None = None
    ) -> Attendance | None:
        """Return who was in a session; None: it is not kept."""
        return attendance(self._tables, self._seen, session, codes, since=since, until=until)

    def tape(self, session: int, codes: Codes) -> Tape | None:
        """Return what happened in a session; None: it is not kept."""
        return tape(self._tables, self._seen, session, codes)

    def markers(self, since: int, until: int) -> list[Marker]:
        """Return the notes of operators between two moments."""
        return markers(self._tables, since, until)

    def find_calls(self, query: CallQuery) -> list[PastLeg]:
        """Return calls with the sessions they were in, the newest first."""
        return sessions.find_calls(self._tables, query)
