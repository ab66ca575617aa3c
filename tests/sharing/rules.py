"""What must hold among several confmon, whatever goes wrong: of the lease, and of every read."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from confmon.sharing.members.collector import KEEP_MS
from confmon.sharing.members.lease import LEASE_MS

if TYPE_CHECKING:
    from confmon.models.live_records import Scan
    from confmon.sharing.engine import Connection
    from confmon.sharing.records import FrameRow, Kind, Scope


class TrueRead(NamedTuple):
    """A read of the bridge: what it found, and when it really was asked and answered.

    `looked` and `written`: when its collector last looked at the clock before it wrote the frame.
    """

    scope: Scope
    records: frozenset[Any]
    asked: float
    answered: float
    looked: float = float("inf")
    written: float = float("inf")


class Written(NamedTuple):
    """A frame that a collector wrote, and the number of its read."""

    epoch: int
    scope: Scope
    is_key: bool
    number: int


class Summary(NamedTuple):
    """What a snapshot must show. `first` to `last`: the frames that its bytes may sum up."""

    records: frozenset[Any]
    number: int
    first: int
    last: int


_SUMMED_UP: Final = "SELECT MIN(seq) FROM live_snapshot"
_KEPT: Final = (
    "SELECT COALESCE(SUM(seq > ?), 0), COALESCE(SUM(seq <= ? AND written < now_ms() - ?), 0)"
    " FROM live_frame"
)
"""How many frames are needed by who attaches, and how many are too old."""


class LeaseRules:
    """Looks at the lease after every statement, and refuses a change that nobody may make."""

    def __init__(self, look: Connection) -> None:
        self._look = look
        self._before = self._read()

    def _read(self) -> tuple[Any, ...]:
        return self._look.query("SELECT now_ms(), epoch, holder, expires, seq FROM lease")[0]

    def check(self) -> None:
        """Compare the lease with what it was."""
        now, epoch, holder, expires, seq = self._read()
        _, old_epoch, old_holder, old_expires, old_seq = self._before
        is_free = old_expires <= now or old_expires > now + 2 * LEASE_MS
        assert seq >= old_seq, "the numbers go back"
        if epoch == old_epoch:
            assert holder == old_holder, "another one holds the same epoch"
            is_renewed = expires not in (0, old_expires)
            assert not is_renewed or old_expires > now, "a lease is renewed that has expired"
        else:
            assert epoch == old_epoch + 1, "an epoch is left out"
            assert is_free, "the lease is taken from who has it"
        self._before = now, epoch, holder, expires, seq

    def check_writer(self, name: str, epoch: int) -> None:
        """Check that who has just written a frame holds the lease."""
        now, *held, expires, seq = self._read()
        assert held == [epoch, name], "written without the lease"
        assert expires > now, "written after the lease had expired"
        summed_up = self._look.query(_SUMMED_UP)[0][0]
        if summed_up is None:
            return
        needed, old = self._look.query(_KEPT, (summed_up, summed_up, KEEP_MS))[0]
        assert needed == seq - summed_up, "a frame is deleted that is needed"
        assert not old, "old frames are kept"


class Ledger:
    """All reads of the bridge, and all frames and snapshots that were made of them."""

    def __init__(self) -> None:
        self.reads: dict[int, TrueRead] = {}
        self.frames: dict[int, Written] = {}
        self.last = (0, 0)
        """Epoch and number of the newest frame."""
        self._seqs: dict[str, list[int]] = {"calls": [], "meetings": []}
        self._seq_of: dict[int, int] = {}
        self._writers: dict[int, str] = {}
        self._handed: dict[int, int] = {}
        self._newest: dict[tuple[int, Scope], int] = {}
        self._known: dict[tuple[int, str], dict[int, Any]] = {}
        """By epoch and kind, what the frames have shown."""
        self._whole: dict[tuple[int, str], int] = {}
        self._summaries: dict[tuple[str, bytes], Summary] = {}

    def read(self, scope: Scope, scan: Scan[Any], asked: float, answered: float) -> None:
        """Note a read of the bridge."""
        records = frozenset(scan.records)
        self.reads[int(scan.server_time_s or 0)] = TrueRead(scope, records, asked, answered)

    def hand_over(self, number: int, scope: Scope, epoch: int) -> None:
        """Note that a collector is asked to write a read, in the epoch that it leads in."""
        self._handed[number] = epoch
        self._newest[epoch, scope] = number

    def wrote(self, seq: int, frame: FrameRow, number: int, writer: str) -> None:
        """Note a frame that was written, and check that it might be."""
        epoch, scope, read = frame.epoch, frame.scope, self.reads[number]
        assert self._writers.setdefault(epoch, writer) == writer, "two write one epoch"
        assert seq == self.last[1] + 1, "the numbers have a hole"
        assert epoch >= self.last[0], "the epoch went back"
        assert frame.is_key or (epoch, scope.kind) in self._known, "the first frame is no key"
        assert number not in self._seq_of, "a read is written twice"
        assert self._handed[number] == epoch, "a read of who led before"
        assert self._newest[epoch, scope] == number, "not the newest read"
        self.last = epoch, seq
        self.frames[seq] = Written(epoch, scope, frame.is_key, number)
        self._seqs[scope.kind].append(seq)
        self._seq_of[number] = seq
        known = {} if scope.meeting is None else dict(self._known[epoch, scope.kind])
        for key in [k for k, one in known.items() if one.meeting_number == scope.meeting]:
            del known[key]
        known.update({getattr(record, _KEYS[scope.kind]): record for record in read.records})
        self._known[epoch, scope.kind] = known
        if scope.meeting is None:
            self._whole[epoch, scope.kind] = number

    def sum_up(self, kind: Kind, seq: int, epoch: int, data: bytes) -> None:
        """Note a snapshot that is written, and check that it might be."""
        assert self.frames[seq].epoch == epoch, "a snapshot of another epoch"
        assert not [frame for frame in self.frames if frame > seq], "a snapshot that is too old"
        before = self._summaries.get((kind, data))
        records = frozenset(self._known[epoch, kind].values())
        first = seq if before is None else before.first
        self._summaries[kind, data] = Summary(records, self._whole[epoch, kind], first, seq)

    def newest(self) -> dict[str, int]:
        """Return the newest frame of each kind."""
        return {kind: seqs[-1] for kind, seqs in self._seqs.items() if seqs}

    def summary(self, kind: Kind, data: bytes) -> Summary:
        """Return what a snapshot must show."""
        return self._summaries[kind, data]

    def seq_of(self, number: int) -> int:
        """Return the frame of a read."""
        assert number in self._seq_of, "a frame is believed that no collector may write"
        return self._seq_of[number]

    def between(self, kind: Kind, after: int, before: int) -> list[int]:
        """Return the frames of a kind between two."""
        seqs = self._seqs[kind]
        return seqs[bisect_right(seqs, after) : bisect_right(seqs, before - 1)]


class Given:
    """What a follower was given: every frame once, in order, and as the read it was made of."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._at: dict[Kind, tuple[int, int]] = {}
        """The newest frame of each kind; of a snapshot the first and last that it may be."""
        self.is_attaching = False
        """A snapshot was loaded: the frames after it may come with the next step."""

    def begin(self) -> None:
        """It attaches anew."""
        self._at.clear()

    def take(self, scope: Scope, scan: Scan[Any], snapshot: bytes | None) -> TrueRead:
        """Check what is handed on, made of a frame or of a snapshot; and return the true read."""
        number, records = int(scan.server_time_s or 0), frozenset(scan.records)
        read = self._ledger.reads[number]
        assert len(records) == len(scan.records), "a record is there twice"
        if snapshot is not None:
            self.is_attaching = True
            summary = self._ledger.summary(scope.kind, snapshot)
            assert (number, records) == (summary.number, summary.records), "a wrong snapshot"
            assert self._at.get(scope.kind, (0, 0))[0] <= summary.last, "it goes back"
            self._at[scope.kind] = summary.first, summary.last
            return read
        seq = self._ledger.seq_of(number)
        assert read.scope == scope, "a read of something else"
        assert records == read.records, "not what was read"
        at = self._at.get(scope.kind)
        if at is not None:
            assert seq > at[0], "a frame is applied twice"
        if at is None or self._ledger.between(scope.kind, at[1], seq):
            assert self._ledger.frames[seq].is_key, "a frame is left out"
        self._at[scope.kind] = seq, seq
        return read

    def check_newest(self, newest: dict[str, int]) -> None:
        """Check after a step that nothing is missing that was there before it."""
        if self.is_attaching:
            return
        for kind, seq in newest.items():
            assert self._at.get(kind, (0, 0))[1] >= seq, f"frames of {kind} are not followed"  # type: ignore[call-overload]


_KEYS = {"calls": "id", "meetings": "meeting_number"}
