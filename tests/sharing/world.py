"""A world of several confmon on one shared file: its time, its bridge, and what goes wrong in it.

Nothing waits and nothing is by chance: time is what `advance` makes it.
"""

from __future__ import annotations

import contextlib
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from confmon.models.live_records import Call, Meeting, Scan
from confmon.sharing.engine import ShareUnavailable
from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.members.collector import Publication
from confmon.sharing.members.member import Member, Who
from confmon.sharing.records import Operator, Scope
from confmon.sharing.tables.schema import INDEXES, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from confmon.clock import Steps
    from confmon.sharing.engine import Row
    from confmon.sharing.records import FrameRow, Kind

CALLS, MEETINGS = Scope("calls"), Scope("meetings")


class Killed(BaseException):
    """The process is gone, in the midst of a step."""


class TrueRead(NamedTuple):
    """When a read really was asked and answered."""

    asked: float
    answered: float


def prepare(path: Path) -> None:
    """Make the shared file."""
    connection = FileConnection(path, lambda: 0)
    for statement in (*TABLES, *INDEXES):
        connection.execute(statement.replace("{BLOB}", "BLOB"))
    connection.close()


class ProcessClock:
    """The monotonic clock of one process: it has a beginning and a speed of its own."""

    def __init__(self, world: World, begin: float, speed: float) -> None:
        self._world, self._begin, self._speed = world, begin, speed

    def now(self) -> float:
        return self._begin + self._world.now * self._speed

    def wall(self) -> float:
        return self.now()

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing waits")

    def true(self, moment: float) -> float:
        return (moment - self._begin) / self._speed


class Archive:
    """Frames of this encoder name a read and the one before. A decoder refuses any other order."""

    def __init__(self) -> None:
        self.scans: list[Scan[Any]] = []


class PlainEncoder:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._newest: dict[Kind, int] = {}
        self._whole: dict[Kind, int] = {}

    def reset(self) -> None:
        self._newest.clear()

    def encoding(self, scope: Scope, scan: Scan[Any]) -> Steps[tuple[bytes, bool]]:
        yield
        before = self._newest.get(scope.kind)
        number = len(self._archive.scans)
        self._archive.scans.append(scan)
        self._newest[scope.kind] = number
        if scope.meeting is None:
            self._whole[scope.kind] = number
        return f"{-1 if before is None else before} {number}".encode(), before is None

    def snapshotting(self, kind: Kind) -> Steps[bytes]:
        yield
        return f"{self._whole[kind]} {self._newest[kind]}".encode()


class PlainDecoder:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.newest: dict[Kind, int] = {}
        self.is_garbled = False

    def decoding(self, scope: Scope, is_key: bool, data: bytes) -> Steps[Scan[Any]]:
        yield
        before, number = map(int, data.split())  # ValueError: it is garbled
        if not is_key:
            assert self.newest.get(scope.kind) == before, "a frame is lost, or applied twice"
        self.newest[scope.kind] = number
        return self._archive.scans[number]

    def loading_snapshot(self, kind: Kind, data: bytes) -> Steps[Scan[Any]]:
        yield
        whole, self.newest[kind] = map(int, data.split())
        return self._archive.scans[whole]


class Process:
    """One confmon: its member, and the read of each scope that it was given last."""

    def __init__(
        self, world: World, name: str, *, kind: str = "screen", may_lead: bool = True, seed: int = 0
    ) -> None:
        self.world, self.name, self.kind, self.may_lead = world, name, kind, may_lead
        random = Random(seed)  # noqa: S311
        self.clock = ProcessClock(world, random.uniform(0, 1e6), 1 + random.uniform(-1, 1) * 1e-4)
        self.decoder = PlainDecoder(world.archive)
        self.given: dict[Scope, Scan[Any]] = {}
        self.all_given: list[tuple[Scope, Scan[Any]]] = []
        self.is_frozen = False
        self.came_at = float("inf")
        """When it was connected for the first time."""
        self.trap: Callable[[str], None] | None = None
        self.statements = 0
        self.bytes_read = 0
        self.member = Member(
            lambda: FaultyConnection(world, self),
            Who(name, Operator(name, f"box-{name}"), kind),
            may_lead=may_lead,
            clock=self.clock,
            random=random,
            encoder=PlainEncoder(world.archive),
            decoder=self.decoder,
            interval_s=2.0,
            hand_on=self._take,
        )

    @property
    def mode(self) -> str:
        return self.member.state.mode

    def step(self, words: Iterable[str] = ()) -> None:
        """Do one step. Killed goes through."""
        self.member.step(words)

    def poll(self, lasts_s: float = 0.0, *, meeting: int | None = None) -> None:
        """Read all calls and meetings of the bridge, as a collector does, and hand it over."""
        scopes = (MEETINGS, CALLS) if meeting is None else (Scope("calls", meeting),)
        for scope in scopes:
            asked_at, asked = self.clock.now(), self.world.now
            scan = self.world.read(scope)
            self.world.advance(lasts_s)
            answered_at = self.clock.now()
            self.world.reads[int(scan.server_time_s or 0)] = TrueRead(asked, self.world.now)
            self.member.publish(Publication(scope, asked_at, answered_at, scan))

    def _take(self, scope: Scope, scan: Scan[Any]) -> None:
        read = self.world.reads[int(scan.server_time_s or 0)]
        assert scan.asked_at is not None
        assert scan.answered_at is not None
        # Who comes after the clock was set can't know it, and may take what was before for newer.
        known_from = max(read.asked, self.came_at if self.came_at >= self.world.set_at else 0.0)
        assert self.clock.true(scan.asked_at) <= known_from + 1e-6, "claimed later than it was"
        assert scan.asked_at <= scan.answered_at <= self.clock.now()
        self.given[scope] = scan
        self.all_given.append((scope, scan))


class World:
    """Time, the database's clock, the bridge, and who wrote which epoch."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = 0.0
        self.set_ms = 1_700_000_000_000
        """What the database's clock shows at the beginning. It may be set."""
        self.set_at = 0.0
        """When it was set the last time."""
        self.is_away = False
        self.archive = Archive()
        self.reads: dict[int, TrueRead] = {}
        self.calls: dict[int, Call] = {}
        self.writers: dict[int, str] = {}
        self.last_frame = (0, 0)
        self._changes = 0
        self.look = FileConnection(path, self.clock_ms)
        self.connections: list[FileConnection] = [self.look]

    def clock_ms(self) -> int:
        return self.set_ms + int(self.now * 1000)

    def set_clock(self, seconds: float) -> None:
        self.set_ms += int(seconds * 1000)
        self.set_at = self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds

    def change(self) -> None:
        """Let something happen on the bridge."""
        self._changes += 1
        number = self._changes % 7
        if number in self.calls and self._changes % 3 == 0:
            del self.calls[number]
        else:
            self.calls[number] = Call(
                id=number, meeting_number=number % 2 + 1, mute_mode=self._changes
            )

    def read(self, scope: Scope) -> Scan[Any]:
        number = len(self.reads) + 1
        calls = tuple(one for _, one in sorted(self.calls.items()))
        records: tuple[Any, ...] = calls
        if scope.kind == "meetings":
            records = tuple(Meeting(meeting_number=n) for n in sorted(self.meetings()))
        elif scope.meeting is not None:
            records = tuple(one for one in calls if one.meeting_number == scope.meeting)
        return Scan(records=records, server_time_s=float(number))

    def meetings(self) -> set[int]:
        return {one.meeting_number for one in self.calls.values() if one.meeting_number}

    def wrote(self, process: Process, epoch: int, seq: int) -> None:
        """Note a frame that was written, and check that it might be."""
        holder = self.look.query("SELECT holder, epoch, expires > now_ms() FROM lease")[0]
        assert holder == (process.name, epoch, 1), "written without the lease"
        assert self.writers.setdefault(epoch, process.name) == process.name, "two write one epoch"
        assert seq == self.last_frame[1] + 1, "the numbers have a hole"
        assert epoch >= self.last_frame[0], "the epoch went back"
        self.last_frame = epoch, seq

    def close(self) -> None:
        for connection in self.connections:
            connection.close()


class FaultyConnection:
    """A connection to the shared file, where a process may be stopped at any statement."""

    dialect: Final = "sqlite"
    hears_words: Final = False

    def __init__(self, world: World, process: Process) -> None:
        if world.is_away:
            raise ShareUnavailable("the database is away")
        self._world, self._process = world, process
        process.came_at = min(process.came_at, world.now)
        self._inner = FileConnection(world.path, world.clock_ms)
        world.connections.append(self._inner)
        self.is_in_transaction = False

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        with self._statement():
            rows = self._inner.query(statement, values)
        self._process.bytes_read += sum(len(str(value)) for row in rows for value in row)
        return rows

    def execute(self, statement: str, values: Sequence[Any] = ()) -> int:
        with self._statement():
            return self._inner.execute(statement, values)

    def execute_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._statement():
            self._inner.execute_many(statement, rows)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        with self._inner.transaction():
            self.is_in_transaction = True
            try:
                yield
            finally:
                self.is_in_transaction = False

    def append_frame(self, holder: str, epoch: int, frame: FrameRow, keep_ms: int) -> int | None:
        with self._statement():
            seq = self._inner.append_frame(holder, epoch, frame, keep_ms)
            if seq is not None:
                self._world.wrote(self._process, epoch, seq)
        return seq

    def notify(self, word: str) -> None:
        pass

    def wait(self, timeout_s: float) -> set[str]:
        raise AssertionError("nothing waits")

    def wake(self) -> None:
        pass

    def close(self) -> None:
        self._inner.close()

    @contextlib.contextmanager
    def _statement(self) -> Iterator[None]:
        if self._world.is_away:
            raise ShareUnavailable("the database is away")
        self._process.statements += 1
        trap = self._process.trap
        if trap is not None:
            trap("before in transaction" if self.is_in_transaction else "before")
        yield
        if trap is not None:
            trap("after")
