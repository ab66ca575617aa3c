"""A world of several confmon on one shared file: its time, its bridge, and what goes wrong in it.

Nothing waits and nothing is by chance: time is what `advance` makes it. What must hold is checked
at every statement, and at every read that is handed on: see `tests.sharing.rules`.
"""

from __future__ import annotations

import contextlib
from random import Random
from typing import TYPE_CHECKING, Any, Final

from confmon.api.decoding.records import RecordDecoder
from confmon.models.live_records import Call, Meeting, Scan
from confmon.sharing.engine import ShareUnavailable
from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.frames.packing import Decoder, Encoder
from confmon.sharing.members.clock_offset import DOUBT_S
from confmon.sharing.members.collector import Publication
from confmon.sharing.members.member import Member, Who
from confmon.sharing.records import Operator, Scope
from confmon.sharing.tables.schema import INDEXES, TABLES
from tests.sharing.rules import Given, LeaseRules, Ledger, TrueRead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from confmon.clock import Steps
    from confmon.sharing.engine import Row
    from confmon.sharing.records import FrameRow, Kind

CALLS, MEETINGS = Scope("calls"), Scope("meetings")
APPEND: Final = "append"
"""What the statement is called that writes a frame."""
TAKE: Final = "UPDATE lease SET epoch = epoch + 1"
"""How the one begins that takes the lease."""


class Killed(BaseException):
    """The process is gone, in the midst of a step."""


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


class NotingEncoder(Encoder):
    """Knows which read it made a frame of last."""

    number = 0

    def encoding(self, scope: Scope, scan: Scan[Any]) -> Steps[tuple[bytes, bool]]:
        self.number = int(scan.server_time_s or 0)
        return super().encoding(scope, scan)


class NotingDecoder(Decoder):
    """Knows the snapshot that it loads. Whatever comes in order can be read."""

    def __init__(self, world: World) -> None:
        super().__init__(RecordDecoder(Call).read, RecordDecoder(Meeting).read)
        self._world = world
        self.snapshot: bytes | None = None

    def decoding(self, scope: Scope, is_key: bool, data: bytes) -> Steps[Scan[Any]]:
        self.snapshot = None
        return self._refusing(super().decoding(scope, is_key, data))

    def loading_snapshot(self, kind: Kind, data: bytes) -> Steps[Scan[Any]]:
        self.snapshot = data
        return self._refusing(super().loading_snapshot(kind, data))

    def _refusing(self, steps: Steps[Scan[Any]]) -> Steps[Scan[Any]]:
        try:
            return (yield from steps)
        except (ValueError, TypeError) as error:
            if self._world.is_garbled:
                raise
            raise AssertionError(f"out of order: {error}") from error


class Process:
    """One confmon: its member, and the read of each scope that it was given last."""

    def __init__(
        self, world: World, name: str, *, kind: str = "screen", may_lead: bool = True, seed: int = 0
    ) -> None:
        self.world, self.name, self.kind, self.may_lead = world, name, kind, may_lead
        random = Random(seed)  # noqa: S311
        self.clock = ProcessClock(world, random.uniform(0, 1e6), 1 + random.uniform(-1, 1) * 1e-4)
        self.encoder, self.decoder = NotingEncoder(), NotingDecoder(world)
        self.given: dict[Scope, Scan[Any]] = {}
        self.all_given: list[tuple[Scope, Scan[Any]]] = []
        self.order = Given(world.ledger)
        self.is_frozen = False
        self.born_at, self.came_at = world.now, float("inf")
        self.looked_at = world.now
        """When it last asked for the database's time alone, as it does before it writes a frame."""
        self.trap: Callable[[str], None] | None = None
        self.statements, self.statement = 0, ""
        self.bytes_read = 0
        self.member = Member(
            lambda: FaultyConnection(world, self),
            Who(name, Operator(name, f"box-{name}"), kind),
            may_lead=may_lead,
            clock=self.clock,
            random=random,
            encoder=self.encoder,
            decoder=self.decoder,
            interval_s=2.0,
            hand_on=self._take,
        )

    @property
    def mode(self) -> str:
        return self.member.state.mode

    def step(self, words: Iterable[str] = ()) -> None:
        """Do one step. Killed goes through."""
        if self.member.leads:
            self.order.begin()  # if it follows again, it attaches anew
        before = self.world.ledger.newest()
        words, was = set(words), self.mode
        self.order.is_attaching = False
        self.member.step(words)
        if words and was == self.mode == "following" and not self.world.is_garbled:
            self.order.check_newest(before)

    def poll(self, lasts_s: float = 0.0, *, meeting: int | None = None) -> None:
        """Read all calls and meetings of the bridge, as a collector does, and hand it over."""
        scopes = (MEETINGS, CALLS) if meeting is None else (Scope("calls", meeting),)
        for scope in scopes:
            asked_at, asked = self.clock.now(), self.world.now
            scan = self.world.read(scope)
            self.world.advance(lasts_s)
            self.world.ledger.read(scope, scan, asked, self.world.now)
            self.member.publish(Publication(scope, asked_at, self.clock.now(), scan))

    def _take(self, scope: Scope, scan: Scan[Any]) -> None:
        if not self.world.is_garbled:
            read = self.order.take(scope, scan, self.decoder.snapshot)
            self._check_moments(scan, read)
        self.given[scope] = scan
        self.all_given.append((scope, scan))

    def _check_moments(self, scan: Scan[Any], read: TrueRead) -> None:
        assert scan.asked_at is not None
        assert scan.answered_at is not None
        claimed = self.clock.true(scan.asked_at)
        assert claimed <= self._known_from(read) + 1e-6, "claimed later than it was"
        assert scan.asked_at <= scan.answered_at <= self.clock.now()

    def _known_from(self, read: TrueRead) -> float:
        """Return the latest moment that a read may be claimed to have been asked at.

        Who came after the clock was set can't know it, and may take what was before it for newer;
        but not for newer than itself. The two limits: see `ClockOffset`.
        """
        sets = [at for at in self.world.was_set if at >= read.asked - DOUBT_S]
        if len(sets) > 1:
            return float("inf")
        for was_set in sets:
            if read.looked <= was_set <= min(read.written, self.came_at):
                return float("inf")
            if read.asked <= was_set <= self.came_at:
                return max(read.asked, self.born_at)
        return read.asked


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
        self._random, self._latency_s = Random(seed), latency_s  # noqa: S311
        self.look = FileConnection(path, self.clock_ms)
        self.rules = LeaseRules(self.look)
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
        if self._latency_s:
            self.now += self._random.uniform(0, self._latency_s)

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
        calls = tuple(one for _, one in sorted(self.calls.items()))
        records: tuple[Any, ...] = calls
        if scope.kind == "meetings":
            count = {n: sum(c.meeting_number == n for c in calls) for n in self.meetings()}
            records = tuple(
                Meeting(meeting_number=n, participant_count=count[n]) for n in sorted(count)
            )
        elif scope.meeting is not None:
            records = tuple(one for one in calls if one.meeting_number == scope.meeting)
        return Scan(records=records, server_time_s=float(len(self.ledger.reads) + 1))

    def meetings(self) -> set[int]:
        return {one.meeting_number for one in self.calls.values() if one.meeting_number}

    def write_by_an_old_epoch(self, process: Process, epoch: int) -> None:
        """Let a frame come into the table that the fence keeps out, of who led once."""
        scan = self.read(CALLS)
        self.ledger.read(CALLS, scan, self.now, self.now)
        data, is_key = process.encoder.encode(CALLS, scan)
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


class FaultyConnection:
    """A connection to the shared file, where a process may be stopped at any statement."""

    dialect: Final = "sqlite"
    hears_words: Final = False

    def __init__(self, world: World, process: Process) -> None:
        if world.is_away:
            raise ShareUnavailable("the database is away")
        self._world, self._process = world, process
        process.order.begin()
        process.came_at = min(process.came_at, world.now)
        self._inner = FileConnection(world.path, world.clock_ms)
        world.connections.append(self._inner)
        self.is_in_transaction = False

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        with self._statement(statement):
            rows = self._inner.query(statement, values)
            if statement == "SELECT now_ms()":
                self._process.looked_at = self._world.now
        self._process.bytes_read += sum(len(str(value)) for row in rows for value in row)
        return rows

    def execute(self, statement: str, values: Sequence[Any] = ()) -> int:
        with self._statement(statement):
            if statement.startswith("INSERT INTO live_snapshot") and not self._world.is_garbled:
                kind, seq, epoch, _, _, data = values
                self._world.ledger.sum_up(kind, seq, epoch, data)
            return self._inner.execute(statement, values)

    def execute_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._statement(statement):
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
        with self._statement(APPEND):
            seq = self._inner.append_frame(holder, epoch, frame, keep_ms)
            if seq is not None and self._world.is_garbled:
                self._world.ledger.last = epoch, seq
            elif seq is not None:
                self._world.rules.check_writer(self._process.name, epoch)
                number = self._process.encoder.number
                self._world.ledger.wrote(seq, frame, number, self._process.name)
                read = self._world.ledger.reads[number]
                self._world.ledger.reads[number] = read._replace(
                    looked=self._process.looked_at, written=self._world.now
                )
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
    def _statement(self, statement: str) -> Iterator[None]:
        if self._world.is_away:
            raise ShareUnavailable("the database is away")
        self._process.statements += 1
        self._process.statement = statement
        trap = self._process.trap
        if trap is not None:
            trap("before in transaction" if self.is_in_transaction else "before")
        self._world.pass_on_the_line()
        yield
        if not (self.is_in_transaction or self._world.is_garbled):
            self._world.rules.check()
        self._world.pass_on_the_line()
        if trap is not None:
            trap("after in transaction" if self.is_in_transaction else "after")


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[World]:
    """Open a world in a folder; somebody is on its bridge."""
    prepare(folder / "share.db")
    with contextlib.closing(World(folder / "share.db")) as world:
        world.change()
        yield world


def run(world: World, seconds: float, *processes: Process) -> None:
    """Let time pass, in which the leader reads every 2 s."""
    for number in range(round(seconds * 4)):
        world.advance(0.25)
        for one in processes:
            if one.mode == "leading" and number % 8 == 0:
                if world.is_lively:
                    world.change()
                one.poll()
            one.step()
