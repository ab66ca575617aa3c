"""The collector's part: its reads become frames, and now and then a snapshot sums them up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from confmon.clock import run_resting
from confmon.sharing.members import lease
from confmon.sharing.records import FrameRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.clock import Clock
    from confmon.models.live_records import Scan
    from confmon.sharing.engine import Connection
    from confmon.sharing.frames.packing import Encoder
    from confmon.sharing.members.clock_offset import ClockOffset
    from confmon.sharing.members.lease import Taken
    from confmon.sharing.records import Kind, Scope

SNAPSHOT_S: Final = 30.0
KEEP_MS: Final = 600_000
"""Frames are kept so long. Snapshots are newer, so who attaches finds all that follow one."""

_SNAPSHOT: Final = (
    "INSERT INTO live_snapshot VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kind) DO UPDATE SET"
    " seq = excluded.seq, epoch = excluded.epoch, asked = excluded.asked,"
    " answered = excluded.answered, data = excluded.data"
)
# Frames that come after the newest one: their numbers are about to be given to others.
_STRAY: Final = (
    "DELETE FROM live_frame WHERE seq > ? AND EXISTS"
    " (SELECT 1 FROM lease WHERE holder = ? AND epoch = ? AND expires > now_ms())"
)


class Publication(NamedTuple):
    """A read, with the moments it was asked and answered on the monotonic clock."""

    scope: Scope
    asked_at: float
    answered_at: float
    scan: Scan[Any]


class Collector:
    """Writes the frames of one epoch. It begins anew with each lease."""

    def __init__(
        self,
        connection: Connection,
        holder: str,
        taken: Taken,
        *,
        encoder: Encoder,
        clock: Clock,
        offset: ClockOffset,
        rest: Callable[[], None],
    ) -> None:
        self.epoch, self._seq = taken
        self._connection, self._holder = connection, holder
        self._encoder, self._clock, self._offset, self._rest = encoder, clock, offset, rest
        self._whole: dict[Kind, tuple[float, float]] = {}
        """When the newest whole read of each kind was asked and answered (monotonic)."""
        self._snapshot_at = float("-inf")
        self._summed_up: set[Kind] = set()
        encoder.reset()
        connection.execute(_STRAY, (self._seq, holder, self.epoch))

    def publish(self, publication: Publication) -> bool:
        """Write a read as a frame. False: the lease is lost, and nothing is written."""
        scope, asked_at, answered_at, scan = publication
        if scope.meeting is not None and scope.kind not in self._whole:
            return True  # the first frame of an epoch must have everything in it
        self._look_at_clock()
        asked, answered = self._to_database(asked_at, answered_at)
        data, is_key = run_resting(self._encoder.encoding(scope, scan), self._rest)
        row = FrameRow(0, self.epoch, scope, asked, answered, is_key, data)
        seq = self._connection.append_frame(self._holder, self.epoch, row, KEEP_MS)
        if seq is None:
            return False
        self._seq = seq
        if scope.meeting is None:
            self._whole[scope.kind] = asked_at, answered_at
        return True

    def _to_database(self, asked_at: float, answered_at: float) -> tuple[int, int]:
        asked = self._offset.asked_to_database(asked_at)
        return asked, max(asked, self._offset.answered_to_database(answered_at))

    def _look_at_clock(self) -> None:
        """Notice that the database's clock was set: those who just came can't know it."""
        sent_s = self._clock.now()
        now_ms = self._connection.query("SELECT now_ms()")[0][0]
        self._offset.add(sent_s, self._clock.now(), now_ms)

    @property
    def has_read(self) -> bool:
        """Whether both lists were read once in this epoch."""
        return len(self._whole) == 2

    def snapshot_due_in(self) -> float:
        """Return after how many seconds `write_snapshot` has something to do."""
        if not self._whole:
            return SNAPSHOT_S
        if self._whole.keys() != self._summed_up:
            return 0.0  # of what was not read yet in this epoch there is only an old one
        return self._snapshot_at + SNAPSHOT_S - self._clock.now()

    def write_snapshot(self) -> bool:
        """Sum up what was written, if it is time. False: the lease is lost."""
        if self.snapshot_due_in() > 0:
            return True
        self._look_at_clock()
        rows: list[tuple[object, ...]] = []
        for kind, moments in self._whole.items():
            data = run_resting(self._encoder.snapshotting(kind), self._rest)
            rows.append((kind, self._seq, self.epoch, *self._to_database(*moments), data))
        with self._connection.transaction():
            if not lease.hold(self._connection, self._holder, self.epoch):
                return False
            for row in rows:
                self._connection.execute(_SNAPSHOT, row)
        self._snapshot_at = self._clock.now()
        self._summed_up = set(self._whole)
        return True
