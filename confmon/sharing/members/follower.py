"""The follower's part: every frame of the collector becomes a read again, once and in order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from confmon.clock import run_resting
from confmon.sharing.engine import ShareUnavailable
from confmon.sharing.frames.columns import PACKED_BYTES
from confmon.sharing.records import FrameRow, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.clock import Clock
    from confmon.models.live_records import Scan
    from confmon.sharing.engine import Connection
    from confmon.sharing.frames.packing import Decoder
    from confmon.sharing.members.clock_offset import ClockOffset
    from confmon.sharing.records import Kind, Lease

NEVER: Final = float("-inf")
AT_ONCE: Final = 20
"""So many frames are fetched by one statement."""
FAR_BEHIND: Final = 300
"""With so many frames to come, a snapshot is quicker."""

_DATA: Final = f"CASE WHEN length(data) <= {PACKED_BYTES} THEN data END"
_MOMENT: Final = "CASE WHEN {0} BETWEEN 0 AND 9007199254740991 THEN {0} ELSE 0 END AS {0}"
"""A moment that no clock shows is 0: so old that it proves nothing."""
# The clock is read with them: if it was set, their moments are by the new one. Two of the moments
# are differences, and all that is short is one column, which keeps the answers small: PostgreSQL
# describes each column again in every one.
FRAMES: Final = (
    "SELECT answered || ' ' || (now_ms() - answered) || ' ' || (answered - asked) || ' ' || seq ||"
    " ' ' || epoch || ' ' || is_key || ' ' || COALESCE(CAST(meeting AS TEXT), '') || ' ' ||"
    f" kind AS f, {_DATA} AS d FROM (SELECT seq, epoch, kind, meeting, is_key, data,"
    f" {_MOMENT.format('asked')}, {_MOMENT.format('answered')}"
    f" FROM live_frame WHERE seq > ? ORDER BY seq LIMIT {AT_ONCE}) AS frame ORDER BY seq"
)
_SNAPSHOTS: Final = f"SELECT kind, seq, epoch, asked, answered, {_DATA} FROM live_snapshot"
_SNAPSHOT_SEQS: Final = "SELECT kind, seq FROM live_snapshot"
# After the clock was set back, later frames are deleted before earlier ones: only the last frames
# without a hole are of use.
_FIRST: Final = (
    "SELECT MAX(seq) FROM live_frame AS later WHERE seq <= ? AND NOT EXISTS"
    " (SELECT 1 FROM live_frame AS earlier WHERE earlier.seq = later.seq - 1)"
)


class Follower:
    """Fetches frames, and hands on reads with their moments on this process's monotonic clock.

    `trouble` says what could not be read. `rest` is called between the steps of reading a frame: it
    may wait a little.
    """

    def __init__(
        self,
        connection: Connection,
        decoder: Decoder,
        *,
        clock: Clock,
        offset: ClockOffset,
        hand_on: Callable[[Scope, Scan[Any]], None],
        rest: Callable[[], None],
    ) -> None:
        self._connection, self._decoder = connection, decoder
        self._clock, self._offset = clock, offset
        self._hand_on, self._rest = hand_on, rest
        self.trouble = ""
        self.last: int | None = None
        """The number of the newest frame that was applied; None: attach first."""
        self._since_s = self._complete_s = NEVER
        """What is read now, and what will be read next, was written after these moments."""
        self.epoch = 0
        """Of the newest frame that was applied."""
        self._bases: dict[Kind, int] = {}
        """The epoch that what is known of a kind is of. A kind that is missing needs a key."""
        self._summed_up: dict[Kind, int] = {}
        """The number of the snapshot that was loaded: frames up to it are in it."""
        self._broken: dict[Kind, int] = {}
        """The number of the frame or snapshot that could not be read."""

    @property
    def whole_epoch(self) -> int:
        """The newest epoch in which both lists were read; 0: they are not known."""
        return min(self._bases.values()) if len(self._bases) == 2 else 0

    def catch_up(self, lease: Lease) -> None:
        """Apply all that was written, up to the lease's newest frame at least."""
        if self.last is not None and (
            lease.epoch < self.epoch  # the database is not the one it was
            or not self.last <= lease.seq <= self.last + FAR_BEHIND
            or any(seq > lease.seq for seq in self._summed_up.values())  # there is no such frame
            or (self._broken and self._is_mended())
        ):
            self.last = None
        if self.last is None:
            self._attach(lease)
        while self.last is not None and self.last < lease.seq:
            if not self._apply_next(self.last) and self.last < lease.seq:
                self._attach(lease)  # some were deleted before they were read
                return

    def fetch(self) -> bool:
        """Apply what was written since, by one statement. False: `catch_up` is needed."""
        if self.last is None:
            return False
        applied = self._apply_next(self.last)
        while applied == AT_ONCE:
            applied = self._apply_next(self.last)
        return applied is not None

    def _apply_next(self, last: int) -> int | None:
        """Apply the frames that come next, and return how many. None: there is a hole."""
        sent_s = self._clock.now()
        rows = self._connection.query(FRAMES, (last,))
        answered_s = self._clock.now()
        self._since_s = self._complete_s
        for at, (text, data) in enumerate(rows, 1):
            now_ms, frame = to_frame(text, data)
            if at == 1:
                self._offset.add(sent_s, answered_s, now_ms)
            if frame.seq != last + at:
                return None
            self._apply(frame, sent_s)
            self.last = frame.seq
        if len(rows) < AT_ONCE:
            self._complete_s = sent_s
        return len(rows)

    def _attach(self, lease: Lease) -> None:
        """Load the snapshots, and set `last` to where the frames that are needed begin."""
        sent_s = self._clock.now()
        rows = self._connection.query(_SNAPSHOTS)
        first = self._connection.query(_FIRST, (lease.seq,))[0][0]
        begin = lease.seq if first is None else first - 1
        self._since_s = self._complete_s = NEVER
        self._bases.clear()
        self._summed_up.clear()
        self.epoch = 0
        used = [lease.seq]
        for kind, seq, epoch, asked, answered, data in rows:
            is_joined = begin <= seq <= lease.seq
            if kind not in ("meetings", "calls") or seq < self._broken.get(kind, 0):
                continue
            if not is_joined and not (seq > lease.seq and epoch >= lease.epoch):
                continue
            try:
                scan = run_resting(self._decoder.loading_snapshot(kind, _whole(data)), self._rest)
            except (ValueError, TypeError) as error:
                self._lose(
                    kind,
                    min(seq, lease.seq) + 1,
                    f"snapshot {seq} of {kind} can't be read: {error}",
                )
                continue
            self._bases[kind], self._summed_up[kind] = epoch, seq
            self._broken.pop(kind, None)
            used.append(seq)
            self._give(Scope(kind), scan, seq, (asked, answered), sent_s)
        if len(self._bases) == 2:
            self.epoch, self.last = min(self._bases.values()), min(used)
        else:  # the newest key frame of the other kind may be among the frames that are kept
            self.last = max(begin, 0)

    def _apply(self, frame: FrameRow, sent_s: float) -> None:
        seq, epoch, (kind, _) = frame.seq, frame.epoch, frame.scope
        if kind not in ("meetings", "calls") or seq <= self._summed_up.get(kind, 0):
            return
        if epoch < self.epoch:
            return  # nobody may write that, and the next frame of the collector knows nothing of it
        self.epoch = epoch
        if not frame.is_key and self._bases.get(kind) != epoch:
            self._bases.pop(kind, None)
            self._broken.setdefault(kind, seq)
            return
        try:
            scan = run_resting(
                self._decoder.decoding(frame.scope, frame.is_key, _whole(frame.data)), self._rest
            )
        except (ValueError, TypeError) as error:
            self._lose(kind, seq, f"frame {seq} can't be read: {error}")
            return
        if frame.is_key:
            self._bases[kind] = epoch
            self._broken.pop(kind, None)
        self._give(frame.scope, scan, seq, (frame.asked, frame.answered), sent_s)

    def _lose(self, kind: Kind, seq: int, trouble: str) -> None:
        """Wait for the next key frame or snapshot of a kind."""
        self._bases.pop(kind, None)
        self._broken[kind] = seq
        self.trouble = trouble

    def _is_mended(self) -> bool:
        """Tell whether there is a snapshot that is newer than what could not be read."""
        seqs: dict[Kind, int] = dict(self._connection.query(_SNAPSHOT_SEQS))
        return any(seqs.get(kind, -1) >= seq for kind, seq in self._broken.items())

    def _give(
        self, scope: Scope, scan: Scan[Any], seq: int, moments: tuple[int, int], sent_s: float
    ) -> None:
        if not self._broken:
            self.trouble = ""
        offset, since_s, (asked, answered) = self._offset, self._since_s, moments
        asked_at = offset.asked_to_monotonic(asked, sent_s, since_s=since_s)
        if seq <= offset.unsure_to:
            asked_at = min(asked_at, offset.began_s)  # so it proves nothing that was done here
        answered_at = offset.answered_to_monotonic(answered, self._clock.now(), since_s=since_s)
        answered_at = max(asked_at, answered_at)
        self._hand_on(scope, replace(scan, asked_at=asked_at, answered_at=answered_at))


def _whole(data: Any) -> bytes:
    if data is None:
        raise ValueError("it is too large")
    return bytes(data)


def to_frame(text: str, data: Any) -> tuple[int, FrameRow]:
    """Return the database's clock, and a frame, of a row of `FRAMES`."""
    try:
        *numbers, meeting, kind = text.split(" ", 7)
        answered, ago, took, seq, epoch, is_key = map(int, numbers)
        scope = Scope(kind, int(meeting) if meeting else None)  # type: ignore[arg-type]
    except (AttributeError, ValueError):
        raise ShareUnavailable("the shared tables hold a frame that no confmon wrote") from None
    row = FrameRow(seq, epoch, scope, answered - took, answered, bool(is_key), data)
    return answered + ago, row
