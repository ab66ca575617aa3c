"""A town with calls that are kept: fills a history's tables without the writer.

Say what happens (`meets`, `joins`, `changes`, `moves`, `leaves`, `ends`), then `read`: it writes
the frame of one read. `seen` has every read whole, as the oracle. `small_town` is one for screens.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from confmon.history.packing import Frame, pack_changes, pack_frame
from confmon.history.records import CallState, MeetingState
from confmon.history.schema import INDEXES, TABLES, VERSION
from confmon.models.people.numbers import line_of

if TYPE_CHECKING:
    from pathlib import Path

    from confmon.history.records import Ended, Reason

NOON = 1_790_000_000_000
"""When the first run begins: epoch milliseconds."""
SCAN = 2_000
"""From one read to the next."""


class Seen(NamedTuple):
    """What one read showed."""

    at: int
    calls: dict[int, tuple[int, CallState]]
    meetings: dict[int, MeetingState]


@dataclass(slots=True)
class _Stay:
    stay: int
    leg: int
    session: int
    changes: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Town:
    """A database that is filled read by read. `keep` so many reads between two keyframes."""

    path: Path
    began: int = NOON
    keep: int = 10

    def __post_init__(self) -> None:
        self.db = sqlite3.connect(self.path)
        with self.db:
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = OFF")
            for statement in (*TABLES, *INDEXES):
                self.db.execute(statement)
            self.db.execute("INSERT INTO meta VALUES ('version', ?)", (str(VERSION),))
        self.seen: list[Seen] = []
        self.at = self.began
        """When the newest read was asked for."""
        self._calls: dict[int, tuple[int, CallState]] = {}
        self._meetings: dict[int, MeetingState] = {}
        self._stays: dict[int, _Stay] = {}
        self._states: dict[tuple[str, tuple[Any, ...]], int] = {}
        self._put: set[int] = set()
        self._came: set[int] = set()
        self._gone: dict[int, tuple[int, Ended]] = {}
        self._named: dict[int, str] = {}
        self._meetings_put: set[int] = set()
        self._over: set[int] = set()
        self._joined: dict[int, int] = {}
        self._was: dict[int, int] = {}
        self._since_key = 0
        self._run = 0
        self._is_first = True
        self._begin_run(self.began)

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    # What happens between two reads.

    def meets(
        self, number: int, owner: str | None = None, created: int | None = None, **state: Any
    ) -> int:
        """A meeting starts. Return its session."""
        row = {"number": number, "id": number * 10, "owner": owner, "created": created}
        session = self._insert("meeting_session", **row, started_from=created or self.at,
                               started_to=created or -1, peak=0, stays=0)  # fmt: skip
        self._meetings[session] = MeetingState(**state)
        self._meetings_put.add(session)
        return session

    def sets(self, session: int, **state: Any) -> None:
        """A meeting changes."""
        self._meetings[session] = self._meetings[session]._replace(**state)
        self._meetings_put.add(session)

    def joins(
        self,
        session: int,
        caller: str | None = None,
        name: str | None = None,
        joined: int | None = None,
        *,
        new: bool = True,
        leg: dict[str, Any] | None = None,
        **state: Any,
    ) -> int:
        """A call comes. Return its leg. `joined`: the moment that the server says."""
        row = {"caller": caller, "name": name, "joined": joined, **(leg or {})}
        row.setdefault("call", 10_000 + self._next("leg"))
        number = self._insert("leg", **row, line=line_of(caller), first_seen=-1)
        self._calls[number] = session, CallState(**state)
        self._put.add(number)
        self._was[number] = 0
        if new:
            self._came.add(number)
        if joined is not None:
            self._joined[number] = joined
        return number

    def changes(self, leg: int, **state: Any) -> None:
        """A call changes."""
        session, before = self._calls[leg]
        self._calls[leg] = session, before._replace(**state)
        self._put.add(leg)

    def names(self, leg: int, name: str) -> None:
        """A caller is renamed."""
        self._named[leg] = name

    def moves(self, leg: int, session: int) -> None:
        """A call goes to another meeting (0: to none)."""
        self._calls[leg] = session, self._calls[leg][1]
        self._put.add(leg)

    def leaves(self, leg: int, how: Ended = "left") -> None:
        """A call ends."""
        session, _ = self._calls.pop(leg)
        self._put.discard(leg)
        self._gone[leg] = session, how

    def ends(self, session: int) -> None:
        """A meeting ends, and the calls in it."""
        for leg in [one for one, (where, _) in self._calls.items() if where == session]:
            self.leaves(leg, "ended")
        del self._meetings[session]
        self._meetings_put.discard(session)
        self._over.add(session)

    # Reads, and what is missing.

    def read(self, step: int = SCAN, *, key: bool = False) -> int:
        """Write what one read showed, so long after the one before. Return its moment."""
        since, self.at = self.at, self.at + (0 if self._is_first else step)
        if self._is_first:
            since = self.at
        with self.db:
            self._write(since, is_key=key or self._is_first or self._since_key >= self.keep)
        self._is_first = False
        self.seen.append(Seen(self.at, dict(self._calls), dict(self._meetings)))
        return self.at

    def reads(self, count: int, step: int = SCAN) -> int:
        """Write so many reads that show nothing new."""
        for _ in range(count):
            self.read(step)
        return self.at

    def misses(self, ms: int, reason: Reason = "unreachable") -> None:
        """Nothing was seen for so long: write a gap, and read whole after it."""
        self._insert("gap", from_at=self.at, to_at=self.at + ms, reason=reason)
        self.read(ms, key=True)

    def restarts(self, ms: int) -> None:
        """Confmon did not run for so long. Say before it who left meanwhile."""
        self._begin_run(self.at + ms)
        for leg, (session, _) in self._gone.items():
            self._gone[leg] = session, "unseen"
        self.misses(ms, "not running")

    def sets_back(self, ms: int) -> None:
        """The clock is set back: all stays end, and begin again at the new time."""
        before, self.at = self.at, self.at - ms
        with self.db:
            self._insert("gap", from_at=before, to_at=self.at, reason="clock set back")
            for leg, (session, _) in self._calls.items():
                self._end_stay(leg, before, before, "unseen")
                self._begin_stay(leg, session, self.at, self.at)
        self.read(0, key=True)

    def marks(self, session: int, text: str, at: int | None = None) -> None:
        """An operator writes a note."""
        self._insert("marker", at=self.at if at is None else at, session=session, text=text,
                     author="op")  # fmt: skip
        self.db.commit()

    def acts(self, verb: str, session: int, leg: int = 0, outcome: str = "done") -> None:
        """An action of confmon has ended."""
        self._insert("action", at=self.at, verb=verb, session=session, leg=leg, outcome=outcome,
                     author="op", audit_id=f"a{self._next('action')}")  # fmt: skip
        self.db.commit()

    # How it is written.

    def _write(self, since: int, *, is_key: bool) -> None:
        for leg in self._gone:
            self._end_leg(leg, since)
        for leg in sorted(self._put):
            self._put_leg(leg, since)
        for session in self._meetings_put:
            self.db.execute("UPDATE meeting_session SET started_to = ? WHERE session = ?"
                            " AND started_to = -1", (self.at, session))  # fmt: skip
        for session in self._over:
            self.db.execute("UPDATE meeting_session SET ended_from = ?, ended_to = ?"
                            " WHERE session = ?", (since, self.at, session))  # fmt: skip
        for leg, name in self._named.items():
            self.db.execute("UPDATE leg SET name = ? WHERE leg = ?", (name, leg))
        put = self._calls if is_key else self._put
        meetings = self._meetings if is_key else self._meetings_put
        frame = Frame(
            put=[(leg, self._calls[leg][0], self._state_of(leg)) for leg in put],
            came=list(self._came), gone=list(self._gone), over=list(self._over),
            meetings=[(meeting, self._number("meeting_state", self._meetings[meeting]))
                      for meeting in meetings],
            named=[one for one in self._named.items() if one[0] in self._calls],
        )  # fmt: skip
        self._insert("frame", run=self._run, at=self.at, since=since, is_key=int(is_key),
                     events=0 if is_key else frame.events, data=pack_frame(frame))  # fmt: skip
        self.db.execute("UPDATE run SET seen_to = ? WHERE run = ?", (self.at, self._run))
        self._count_peaks()
        self._since_key = 0 if is_key else self._since_key + 1
        if is_key:
            for stay in self._stays.values():
                self._write_changes(stay)
        for pending in (self._put, self._came, self._gone, self._named, self._over,
                        self._meetings_put):  # fmt: skip
            pending.clear()

    def _put_leg(self, leg: int, since: int) -> None:
        self.db.execute("UPDATE leg SET first_seen = ? WHERE leg = ? AND first_seen = -1",
                        (self.at, leg))  # fmt: skip
        session, _ = self._calls[leg]
        stay = self._stays.get(leg)
        if stay is not None and stay.session != session:
            self._end_stay(leg, since, self.at, "moved")
            self._begin_stay(leg, session, since, self.at)
        elif stay is None:
            exact = self._joined.get(leg)
            known = (since, self.at) if exact is None else (exact, exact)
            self._begin_stay(leg, session, *known)
        elif stay.changes[-1][1] != self._state_of(leg):
            stay.changes.append((self.at, self._state_of(leg)))

    def _begin_stay(self, leg: int, session: int, joined_from: int, joined_to: int) -> None:
        changes = [(joined_to, self._state_of(leg))]
        stay = self._insert("stay", leg=leg, session=session, joined_from=joined_from,
                            joined_to=joined_to, changes=pack_changes(changes))  # fmt: skip
        self._stays[leg] = _Stay(stay, leg, session, changes)
        self.db.execute("UPDATE meeting_session SET stays = stays + 1 WHERE session = ?",
                        (session,))  # fmt: skip

    def _end_stay(self, leg: int, left_from: int, left_to: int, how: Ended) -> None:
        stay = self._stays.pop(leg)
        self._write_changes(stay)
        self.db.execute("UPDATE stay SET left_from = ?, left_to = ?, how = ? WHERE stay = ?",
                        (left_from, left_to, how, stay.stay))  # fmt: skip

    def _end_leg(self, leg: int, since: int) -> None:
        if leg in self._stays:
            self._end_stay(leg, since, self.at, self._gone[leg][1])
        self.db.execute("UPDATE leg SET last_seen = ? WHERE leg = ?", (since, leg))

    def _write_changes(self, stay: _Stay) -> None:
        self.db.execute("UPDATE stay SET changes = ? WHERE stay = ?",
                        (pack_changes(stay.changes), stay.stay))  # fmt: skip

    def _count_peaks(self) -> None:
        counts = dict.fromkeys(self._meetings, 0)
        for session, state in self._calls.values():
            if session in counts and state.role != 0:
                counts[session] += 1
        self.db.executemany("UPDATE meeting_session SET peak = max(peak, ?) WHERE session = ?",
                            [(count, session) for session, count in counts.items()])  # fmt: skip

    def _begin_run(self, at: int) -> None:
        self._run = self._insert("run", began=at, seen_to=at, host="here", pid=1, program="confmon")

    def _state_of(self, leg: int) -> int:
        return self._number("call_state", self._calls[leg][1])

    def _number(self, table: str, state: CallState | MeetingState) -> int:
        known = self._states.get((table, state))
        if known is None:
            names = [table if name == "state" else name for name in state._fields]
            values = dict(zip(names, state, strict=True))
            known = self._states[table, state] = self._insert(table, **values)
        return known

    def _next(self, table: str) -> int:
        newest = self.db.execute(f"SELECT max({table}) FROM {table}").fetchone()[0]  # noqa: S608
        return (newest or 0) + 1

    def _insert(self, table: str, **row: Any) -> int:
        marks = ", ".join("?" * len(row))
        done = self.db.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})",  # noqa: S608
            list(row.values()),
        )
        return done.lastrowid or 0


HOST, TALKER, LISTENER = 1, 2, 3
ANNA, BELA, CLEO = "+493012345601", "+493012345602", "+493012345603"


def small_town(path: Path) -> Town:
    """Build a town of two meetings, one of which is over, with a gap, a reconnect and a note.

    309001 (board): Anna leads, Bela is muted for a minute and comes back after 40 s, nobody is seen
    for two minutes, and Cleo is held. 309002: one anonymous caller, ended after a minute.
    """
    town = Town(path)
    board = town.meets(309001, "board", created=NOON)
    other = town.meets(309002, "sales", created=NOON)
    anna = town.joins(board, ANNA, "Anna Berg", joined=NOON, role=HOST, mute_mode=0, hold_mode=0)
    town.joins(other, None, None, joined=NOON, role=TALKER, mute_mode=0, hold_mode=0)
    town.read()
    bela = town.joins(board, BELA, "Béla Nagy", role=TALKER, mute_mode=0, hold_mode=0)
    town.reads(10)
    town.changes(bela, mute_mode=2)
    town.reads(30)
    town.changes(bela, mute_mode=0)
    town.ends(other)
    town.reads(5)
    town.leaves(bela)
    town.marks(board, "sound was bad")
    town.reads(20)
    bela = town.joins(board, BELA, "Béla Nagy", role=TALKER, mute_mode=0, hold_mode=0)
    town.reads(3)
    town.misses(120_000)
    cleo = town.joins(board, CLEO, "Cléo Ô", role=LISTENER, mute_mode=2, hold_mode=0)
    town.reads(3)
    town.changes(cleo, hold_mode=1)
    town.acts("hold", board, cleo)
    town.reads(12)
    town.names(anna, "Anna Berg-Ek")
    town.reads(3)
    return town
