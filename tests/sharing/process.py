"""One confmon of the world of several, which may be stopped at any statement.

What must hold is checked at every statement, and at every read that is handed on: see
`tests.sharing.rules` and `tests.sharing.fact_rules`.
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
from tests.sharing.fact_rules import READ_S, changes_facts, what_is_changed
from tests.sharing.rules import Given, TrueRead
from tests.sharing.world import CALLS, MEETINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from confmon.clock import Steps
    from confmon.sharing.engine import Row
    from confmon.sharing.records import FactKind, FrameRow, Kind
    from tests.sharing.fact_rules import Change
    from tests.sharing.world import World

APPEND: Final = "append"
"""What the statement is called that writes a frame."""
LOOK: Final = "SELECT now_ms()"
"""How a collector looks at the clock before it writes; the lease is read by a longer one."""
TAKE: Final = "UPDATE lease SET epoch = epoch + 1"
"""How the one begins that takes the lease."""

QUIET_DOUBT_S: Final = 0.5
"""By so much a read may be taken for older than it is, on a quiet line."""


class Killed(BaseException):
    """The process is gone, in the midst of a step."""


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
        self.asked: dict[tuple[FactKind, str], Change] = {}
        """What its operator wants said or taken back, until that is written."""
        self.requests: set[int] = set()
        """The meetings to be read, until that is written."""
        self._doubt_s = 0.0
        self.said: set[str] = set()
        """The standing orders of its operator. They stay, and nobody else has one of the name."""
        self.acknowledged: set[str] = set()
        """The signals that its operator has seen: they stay when it has left, too."""
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
        words, was, began, epoch = set(words), self.mode, self.world.now, self.member.state.epoch
        self.order.is_attaching = False
        self.member.step(words)
        if not self.world.is_garbled:
            leads_on = words and was == "leading" and epoch == self.member.state.epoch
            self._check_requests(began if leads_on else None)
        if words and was == self.mode == "following" and not self.world.is_garbled:
            self.order.check_newest(before)

    def _check_requests(self, led_since: float | None) -> None:
        """Check that they are written by now, and known to who has led since a moment."""
        if self.mode in ("leading", "following"):
            assert not self.requests, "a request is not written"
        wanted = self.member.wanted.keys()
        if self.mode != "leading":
            assert not wanted, "it does not lead, and is asked to read"
        elif led_since is not None and not any(at > led_since - 9 for at in self.world.was_set):
            new = {
                meeting
                for meeting, at in self.world.requests.items()
                if self.world.now - READ_S < at < led_since
            }
            assert new <= wanted, "a request is lost"

    def put(self, kind: FactKind, key: str, lasts_s: float = 0) -> None:
        """Let its operator say something. What lasts is a standing order."""
        self.member.facts.put(kind, key, "{}", lasts_s)
        self.asked[kind, key] = "put"
        if kind == "standing_order":
            self.said.add(key)
        elif kind == "signal":
            self.acknowledged.add(key)

    def drop(self, kind: FactKind, key: str) -> None:
        """Let its operator take something back."""
        self.member.facts.drop(kind, key)
        self.asked[kind, key] = "drop"

    def request_read(self, meeting: int) -> None:
        """Let its operator have a meeting read."""
        self.member.request_read(meeting)
        self.requests.add(meeting)

    def wrote(self, statement: str, values: Sequence[Any]) -> None:
        """Note that something is written that its operator wanted."""
        match what_is_changed(statement, values):
            case (kind, key, change) if self.asked.get((kind, key)) == change:
                del self.asked[kind, key]
            case int(meeting):
                self.requests.discard(meeting)

    def poll(self, lasts_s: float = 0.0, *, meeting: int | None = None) -> None:
        """Read all calls and meetings of the bridge, as a collector does, and hand it over."""
        scopes = (MEETINGS, CALLS) if meeting is None else (Scope("calls", meeting),)
        for scope in scopes:
            asked_at, asked = self.clock.now(), self.world.now
            scan = self.world.read(scope)
            self.world.advance(lasts_s)
            self.world.ledger.read(scope, scan, asked, self.world.now)
            number = int(scan.server_time_s or 0)
            self.world.ledger.hand_over(number, scope, self.member.state.epoch)
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
        claimed, limit = self.clock.true(scan.asked_at), self._known_from(read)
        assert claimed <= limit + 1e-6, "claimed later than it was"
        assert scan.asked_at <= scan.answered_at <= self.clock.now()
        if not any(at >= read.asked - DOUBT_S for at in self.world.was_set):
            answered = self.clock.true(scan.answered_at)
            assert answered >= read.answered - 1e-6, "answered earlier than it was"
        self._doubt_s = read.asked - claimed

    def check_freshness(self) -> None:
        """Check, after a quiet time, that its newest read is not taken for much older."""
        assert self._doubt_s < QUIET_DOUBT_S, f"taken for {self._doubt_s} s older than it is"

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
            if statement == LOOK:
                self._process.looked_at = self._world.now
        self._process.bytes_read += sum(len(str(value)) for row in rows for value in row)
        return rows

    def execute(self, statement: str, values: Sequence[Any] = ()) -> int:
        with self._statement(statement):
            if statement.startswith("INSERT INTO live_snapshot") and not self._world.is_garbled:
                kind, seq, epoch, _, _, data = values
                self._world.ledger.sum_up(kind, seq, epoch, data)
            count = self._inner.execute(statement, values)
            # A `TableCopy` takes two rows for one another that were changed in one millisecond, if
            # one of them comes when the other goes.
            self._world.advance(0.001)
            if not (self.is_in_transaction or self._world.is_garbled):
                self._check_facts(statement, values)
        self._process.wrote(statement, values)
        return count

    def _check_facts(self, statement: str, values: Sequence[Any]) -> None:
        if changes_facts(statement):
            self._world.fact_rules.check(self._process.name, self._process.asked)
        if isinstance(meeting := what_is_changed(statement, values), int):
            self._world.requests[meeting] = self._world.now

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


def run(world: World, seconds: float, *processes: Process) -> None:
    """Let time pass, in which the leader reads every 2 s."""
    for number in range(round(seconds * 4)):
        world.advance(0.25)
        for process in processes:
            if process.mode == "leading" and number % 8 == 0:
                if world.is_lively:
                    world.change()
                process.poll()
            process.step()
