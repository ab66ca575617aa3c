"""A world of several confmon on one shared file: its time, its bridge, and the database's clock.

Nothing waits and nothing is by chance: time is what `advance` makes it.
"""

from __future__ import annotations

import contextlib
from random import Random
from typing import TYPE_CHECKING, Any

from confmon.clock import run_at_once
from confmon.models.live_records import Call, Meeting, Scan
from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.records import Scope
from confmon.sharing.tables.schema import INDEXES, TABLES
from tests.sharing.fact_rules import FactRules
from tests.sharing.rules import LeaseRules, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.sharing.process import Process

CALLS, MEETINGS = Scope("calls"), Scope("meetings")


def prepare(path: Path) -> None:
    """Make the shared file."""
    connection = FileConnection(path, lambda: 0)
    for statement in (*TABLES, *INDEXES):
        connection.execute(statement.replace("{BLOB}", "BLOB"))
    connection.close()


class World:
    """Time, the database's clock, and the bridge. `latency_s`: statements take up to twice that."""

    def __init__(self, path: Path, *, seed: int = 0, latency_s: float = 0.0) -> None:
        self.path = path
        self.now = 0.0
        self.set_ms = 1_700_000_000_000
        """What the database's clock shows at the beginning. It may be set."""
        self.was_set: list[float] = []
        self.is_away = False
        self.is_garbled = False
        """Somebody else writes into the tables: not every frame can be read."""
        self.is_lively = False
        """Something happens on the bridge before each read."""
        self.ledger = Ledger()
        self.calls: dict[int, Call] = {}
        self._changes = 0
        self._random, self.latency_s = Random(seed), latency_s  # noqa: S311
        self.look = FileConnection(path, self.clock_ms)
        self.rules, self.fact_rules = LeaseRules(self.look), FactRules(self.look)
        self.requests: dict[int, float] = {}
        """The meetings that somebody asked for, and when last."""
        self.connections: list[FileConnection] = [self.look]

    def clock_ms(self) -> int:
        return self.set_ms + int(self.now * 1000)

    def set_clock(self, seconds: float) -> None:
        self.set_ms += int(seconds * 1000)
        self.was_set.append(self.now)

    def advance(self, seconds: float) -> None:
        self.now += seconds

    def pass_on_the_line(self) -> None:
        """Let the time pass that half a statement takes."""
        if self.latency_s:
            self.now += self._random.uniform(0, self.latency_s)

    def change(self) -> None:
        """Let something happen on the bridge: somebody comes, leaves, moves, or is muted."""
        self._changes += 1
        number = self._changes % 7
        if number in self.calls and self._changes % 3 == 0:
            del self.calls[number]
        else:
            meeting = (number + self._changes // 50) % 2 + 1
            self.calls[number] = Call(
                id=number, meeting_number=meeting, mute_mode=self._changes, caller=f"+1{number}"
            )

    def read(self, scope: Scope) -> Scan[Any]:
        calls = tuple(call for _, call in sorted(self.calls.items()))
        records: tuple[Any, ...] = calls
        if scope.kind == "meetings":
            count = {n: sum(c.meeting_number == n for c in calls) for n in self.meetings()}
            records = tuple(
                Meeting(meeting_number=n, participant_count=count[n]) for n in sorted(count)
            )
        elif scope.meeting is not None:
            records = tuple(call for call in calls if call.meeting_number == scope.meeting)
        return Scan(records=records, server_time_s=float(len(self.ledger.reads) + 1))

    def meetings(self) -> set[int]:
        return {call.meeting_number for call in self.calls.values() if call.meeting_number}

    def delete_frames(self, random: Random) -> None:
        """Delete some that are not needed, as if the clock had been set between them."""
        found = self.look.query(
            "SELECT seq FROM live_frame WHERE seq <= (SELECT MIN(seq) FROM live_snapshot)"
        )
        seqs = [seq for (seq,) in found if seq < self.ledger.last[1]]
        if seqs:
            first, last = sorted(random.choices(seqs[-20:], k=2))
            self.look.execute("DELETE FROM live_frame WHERE seq BETWEEN ? AND ?", (first, last))

    def write_by_an_old_epoch(self, process: Process, epoch: int) -> None:
        """Let a frame come into the table that the fence keeps out, of who led once."""
        scan = self.read(CALLS)
        self.ledger.read(CALLS, scan, self.now, self.now)
        data, is_key = run_at_once(process.encoder.encoding(CALLS, scan))
        seq = self.look.query("UPDATE lease SET seq = seq + 1 RETURNING seq")[0][0]
        self.look.execute(
            "INSERT INTO live_frame VALUES (?, ?, 'calls', NULL, now_ms(), now_ms(), ?,"
            " now_ms(), ?)",
            (seq, epoch, is_key, data),
        )
        self.ledger.last = self.ledger.last[0], seq

    def close(self) -> None:
        for connection in self.connections:
            connection.close()


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[World]:
    """Open a world in a folder; somebody is on its bridge."""
    prepare(folder / "share.db")
    with contextlib.closing(World(folder / "share.db")) as world:
        world.change()
        yield world
