"""From reads to rows: which leg, session and stay each call is, and when each began and ended.

A book is loaded from its database, and takes one item in one transaction. If that fails, it is
thrown away and loaded anew: the database has everything that it knew before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.history.read import DoneAction, NewGap, NewMarker, Read
from confmon.history.writing import loading
from confmon.history.writing.calls import CallBook
from confmon.history.writing.intervals import at_most, known_or

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.history.backends.connection import Connection
    from confmon.history.read import Item
    from confmon.history.records import Reason

SET_BACK_MS: Final = 2000
"""A clock that goes back by more was set back; by less, it only trembles."""
HANDED_OVER_SET_BACK_MS: Final = 6000
"""The same where one confmon takes over from another: the clocks of their boxes may differ."""


class Book(CallBook):
    """Writes what reads show.

    It waits for a read of everything before it takes changes in (`awaits_calls`,
    `awaits_meetings`): at the start, and after reads were lost. What was live before and is not in
    that read has ended unseen.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        is_recording: Callable[[int | None], bool],
        author: str,
        rest: Callable[[], None],
        set_back_ms: int,
    ) -> None:
        """`is_recording` tells whether a role is that of a recording leg, which is no caller.

        `set_back_ms`: a clock that goes back by more was set back; by less, it only trembles.
        """
        super().__init__(connection, is_recording=is_recording, rest=rest)
        self._author, self._set_back_ms = author, set_back_ms
        self._run, self._at = self._known.run, self._known.seen_to
        self._gap = self._known.gap
        """The gap that lasts: its number and its beginning."""

    # The transactions. Each of them may raise sqlite3.Error: then nothing of it is kept.

    def begin_run(self, at: int, host: str, pid: int, program: str) -> None:
        """Begin to record; what was live before is compared with the first read of everything."""
        self._run += 1
        seen_to = self._at if self._at is not None else at
        row = (self._run, at, seen_to, host, pid, program)
        self._connection.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?)", row)
        self.lose("not running")

    def go_on(self, at: int, limit_ms: int) -> bool:
        """Go on in the run of another confmon, which has read everything just before.

        False: that was longer ago than `limit_ms`, or the clock is another one.
        """
        if self._at is None or self._whole_to is None or self._gap is not None:
            return False
        if at - self._whole_to > limit_ms or at < self._at - self._set_back_ms:
            return False
        self.awaits_calls = self.awaits_meetings = self._goes_on = True
        return True

    def lose(self, reason: Reason) -> None:
        """Note that reads were lost: from the last whole read on nothing is known."""
        self.awaits_calls = self.awaits_meetings = True
        if self._whole_to is not None:
            self._open_gap(self._whole_to, reason)

    def take(self, item: Item) -> None:
        """Take in what happened."""
        self._begin_transaction()
        match item:
            case Read():
                self._take_read(item)
            case DoneAction():
                self._take_action(item)
            case NewMarker():
                session = item.session or self._number_of_session(item.meeting)
                row = (item.at, session, item.text, item.author or self._author)
                self._append("marker", row)
            case NewGap():
                self._open_gap(item.since, item.reason)

    def _take_action(self, action: DoneAction) -> None:
        leg, session = self._leg_and_session(action)
        author = action.author or self._author
        row = (action.at, action.verb, session, leg, action.outcome, author, action.audit_id)
        self._append("action", row)

    def _leg_and_session(self, action: DoneAction) -> tuple[int, int]:
        """Return what an action was done to; 0 where it is not known."""
        live = self._legs.get(action.call) if action.call is not None else None
        if live is not None:
            return live.leg, live.session
        found = None
        if action.call is not None:
            found = loading.find_left(self._connection, action.call, action.at)
        return found or (0, self._number_of_session(action.meeting))

    def _number_of_session(self, number: int | None) -> int:
        session = self._numbers.get(number) if number is not None else None
        return session.session if session is not None else 0

    def _append(self, table: str, values: tuple[Any, ...]) -> int:
        """Add a row with the next number to a small table."""
        newest = self._connection.execute(f"SELECT max({table}) FROM {table}").fetchone()[0]  # noqa: S608
        number = (newest or 0) + 1
        marks = ", ".join("?" * (len(values) + 1))
        self._connection.execute(f"INSERT INTO {table} VALUES ({marks})", (number, *values))  # noqa: S608
        return int(number)

    # A read.

    def _take_read(self, read: Read) -> None:
        of_calls = bool(read.whole or read.put or read.gone)
        if of_calls and self.awaits_calls and not (read.everything and read.whole):
            return
        if not of_calls and self.awaits_meetings and not (read.everything and read.all_meetings):
            return
        if self._is_outdated(read, of_calls=of_calls):
            return
        must_key = False
        if self._at is not None and read.at < self._at - self._set_back_ms:
            self._set_back(read.at)
            must_key = True
        at = read.at if self._at is None else max(read.at, self._at)
        if self._frames.last_at is not None and (of_calls or read.meetings or read.over):
            at = max(at, self._frames.last_at + 1) if not must_key else at
        frames = self._frames
        self._asked = min(at, known_or(read.asked, at))
        since = self._whole_to if of_calls and self.awaits_calls else read.since
        frames.begin(at, at_most(since, at), self._run)
        if of_calls:
            was_lost = self._take_calls(read, at)
            must_key |= was_lost
            if read.whole:
                must_key |= self._close_gap(at, read)
        else:
            self._take_meetings(read, at)
        self._settle_sessions(at)
        frames.write_changes()
        # As long as the calls are not known, nothing counts as everything.
        if not self.awaits_calls and frames.is_key_due(len(self._legs), must=must_key):
            self._write_key()
        self._rows.write(self._connection, self._rest)
        self._note_seen(read, at)

    def _is_outdated(self, read: Read, *, of_calls: bool) -> bool:
        """Return whether another confmon, which wrote here until now, read later than this."""
        awaits, known = (
            (self.awaits_calls, self._whole_to)
            if of_calls
            else (self.awaits_meetings, self._meetings_to)
        )
        if not awaits or known is None or self._at is None:
            return False
        is_set_back = read.at < self._at - self._set_back_ms
        return not is_set_back and known_or(read.asked, read.at) < known

    def _note_seen(self, read: Read, at: int) -> None:
        self._at = at
        if read.all_meetings:
            self._meetings_to = self._asked
        if read.whole:
            self._whole_to = self._asked
        self._connection.execute("UPDATE run SET seen_to = ? WHERE run = ?", (at, self._run))
        known = ("whole_to", self._whole_to), ("meetings_to", self._meetings_to)
        rows = [(name, str(value)) for name, value in known if value is not None]
        self._connection.executemany(loading.PUT_META, rows)

    # Keyframes, gaps, and a clock that was set back.

    def _write_key(self) -> None:
        for live in self._legs.values():
            self._rows.put_changes(live)
        self._rest()
        self._frames.write_key(
            [(live.leg, live.session, live.state) for live in self._legs.values()],
            [
                (session.session, session.state)
                for session in self._numbers.values()
                if session.state is not None
            ],
        )

    def _open_gap(self, since: int, reason: Reason) -> None:
        if self._gap is None:
            self._gap = self._append("gap", (since, None, reason)), since

    def _close_gap(self, at: int, read: Read) -> bool:
        """End the gap that lasts; return whether there was one."""
        if self._gap is not None:
            number, since = self._gap
            self._connection.execute(
                "UPDATE gap SET from_at = ?, to_at = ? WHERE gap = ?", (min(since, at), at, number)
            )
            self._gap = None
        elif read.gap and read.since is not None:
            self._append("gap", (min(read.since, at), at, read.gap))
        else:
            return False
        return True

    def _set_back(self, at: int) -> None:
        """End what lasts by the old clock, and begin it again by the new one.

        How long the clock was wrong nobody knows, so nothing is moved.
        """
        ended = self._at or at
        if self._gap is not None:
            number, since = self._gap
            self._connection.execute(
                "UPDATE gap SET to_at = ? WHERE gap = ?", (max(since, ended), number)
            )
            self._gap = self._append("gap", (at, None, "clock set back")), at
        self._append("gap", (at, at, "clock set back"))
        for live in list(self._legs.values()):
            left_from = max(live.known_at, min(known_or(self._whole_to, ended), ended))
            self._rows.end_stay(live, (left_from, max(left_from, ended)), "unseen")
            if self.awaits_calls:
                self._rows.end_leg(live, max(ended, live.first_seen))
                del self._legs[live.call.id]
                self._exit(live)
                continue
            live.first_seen = min(live.first_seen, at)
            live.stay = next(self._stay_numbers)
            live.joined_from = live.joined_to = live.known_at = at
            live.changes = [(at, live.state)]
            self._rows.put_leg(live)
            self._rows.put_stay(live)
        self._rest()
        for session in self._sessions.values():
            session.started_from = min(session.started_from, at)
            session.started_to = min(session.started_to, at)
            if session.ended_to is not None:
                session.ended_from = session.ended_to = at
            self._rows.put_session(session)
        self._run += 1
        self._connection.execute(
            "INSERT INTO run SELECT ?, ?, ?, host, pid, program FROM run WHERE run = ?",
            (self._run, at, at, self._run - 1),
        )
        self._frames.last_at = None
        self._at = at
        self._whole_to = at if self._whole_to is not None else None
        self._meetings_to = at if self._meetings_to is not None else None
