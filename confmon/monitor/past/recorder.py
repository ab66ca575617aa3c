"""Hands what each read changed to the writer of the history.

The event loop makes a tuple of it and goes on. Moments are taken from the monotonic clock and one
difference to the server's clock, so that they do not tremble with the replies that tell it; only a
clock that is really off by more, or was set, makes another difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from confmon.history.read import DoneAction, NewGap, Read
from confmon.monitor.polling.coverage import NEVER
from confmon.monitor.polling.snapshot import ALL_CALLS

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.clock import Clock
    from confmon.history.read import Item
    from confmon.history.records import Reason
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.polling.coverage import Coverage
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.polling.snapshot import Snapshot
    from confmon.monitor.polling.state_update import Diff

TREMBLES_MS: Final = 4000
"""The server's clock counts in whole seconds, and not at all while it differs by less than two."""

COMPARED_MOST: Final = 5
CLOSE_S: Final = 0.001
"""Two clocks that were looked at within this time are compared well enough."""


class Keeper(Protocol):
    """Who keeps it: `confmon.history.writer.Writer`."""

    wants_calls: bool
    wants_meetings: bool

    def put(self, item: Item, /) -> None:
        """Take it, without waiting."""
        ...


class Recorder:
    """Listens to the live store."""

    def __init__(
        self,
        store: LiveStore,
        coverage: Coverage,
        clock: Clock,
        writer: Keeper,
        *,
        gap_from_s: Callable[[], float],
    ) -> None:
        """`gap_from_s`: after so many seconds without a whole read of all calls there is a gap."""
        self._store = store
        self._coverage = coverage
        self._clock = clock
        self._writer = writer
        self._gap_from_s = gap_from_s
        self._ahead_ms: int | None = None
        """Epoch milliseconds less those of the monotonic clock."""
        self._before: tuple[float, int] | None = None
        """When the clock was set forward, and the difference before."""
        self._limit_s = 0.0
        """The longest that a gap was to be waited for since the last whole read."""
        self._torn_at = NEVER
        self._reported_at = NEVER
        """The whole read after which a gap was reported."""
        store.on_changed(self._read)
        store.on_applied(self._note_torn)

    # What reads show.

    def _read(self, diff: Diff, asked_at: float, snapshot: Snapshot[Any] | None) -> None:
        now = self._clock.now() if snapshot is None else snapshot.answered_at
        at = self._moment(now, is_newest=True)
        clean = snapshot is not None and snapshot.scan.clean
        if diff.kind == "meeting":
            read = self._read_of_meetings(diff, at, whole=clean)
        else:
            whole = clean and snapshot is not None and snapshot.feed == ALL_CALLS
            read = self._read_of_calls(diff, at, whole=whole)
        if not read.is_empty or read.all_meetings:
            self._writer.put(read._replace(asked=self._moment(asked_at)))

    def _read_of_meetings(self, diff: Diff, at: int, *, whole: bool) -> Read:
        meetings, since = self._store.live_state.meetings, self._since(self._coverage.meetings_at)
        if whole and self._writer.wants_meetings:
            every = tuple(meetings.values())
            return Read(at, since, meetings=every, all_meetings=True, everything=True)
        put = tuple([meetings[key] for key in (*diff.added, *diff.changed)])
        over = tuple([diff.was[key] for key in diff.gone])
        return Read(at, since, meetings=put, over=over, all_meetings=whole)

    def _read_of_calls(self, diff: Diff, at: int, *, whole: bool) -> Read:
        calls, coverage = self._store.live_state.calls, self._coverage
        since = self._since(coverage.whole_at)
        since_of = {meeting: self._moment(moment) for meeting, moment in coverage.newer.items()}
        gap = self._gap(at, since) if whole else None
        if whole:
            self._limit_s = self._gap_from_s()
        if whole and self._writer.wants_calls:
            every = tuple(calls.values())
            return Read(at, since, every, whole=True, everything=True, since_of=since_of, gap=gap)
        put = tuple([calls[key] for key in (*diff.added, *diff.changed)])
        gone = tuple([diff.was[key] for key in diff.gone])
        return Read(at, since, put, gone, whole=whole, since_of=since_of, gap=gap)

    def _note_torn(self, snapshot: Snapshot[Any]) -> None:
        if snapshot.feed == ALL_CALLS and not snapshot.scan.clean:
            self._torn_at = snapshot.asked_at

    # Moments.

    def _since(self, asked_at: float) -> int | None:
        return self._moment(asked_at) if asked_at > NEVER else None

    def _moment(self, now: float, *, is_newest: bool = False) -> int:
        """Return a moment of the monotonic clock in epoch milliseconds by the server's clock."""
        if is_newest or self._ahead_ms is None:
            self._look_at_clock()
        ahead = self._ahead_ms or 0
        if self._before is not None and now < self._before[0]:
            ahead = self._before[1]
        return round(now * 1000) + ahead

    def _look_at_clock(self) -> None:
        now, ahead = self._compare_clocks()
        known = self._ahead_ms
        if known is None or abs(ahead - known) > TREMBLES_MS:
            # Forward: the machine slept, or nobody knows what; what was read before was then.
            # Back: there is nothing but the new time to place it in.
            self._before = (now, known) if known is not None and ahead > known else None
            self._ahead_ms = ahead

    def _compare_clocks(self) -> tuple[float, int]:
        """Return the monotonic time, and how far the server's clock is ahead of it, in ms.

        On a busy machine other work may come between the looks at two clocks: the difference would
        be off for hours. So the two that were closest together count.
        """
        closest, now, ahead = float("inf"), 0.0, 0
        for _ in range(COMPARED_MOST):
            before, wall, after = self._clock.now(), self._store.wall(), self._clock.now()
            if after - before < closest:
                closest, now = after - before, after
                ahead = round((wall - (before + after) / 2) * 1000)
            if closest < CLOSE_S:
                break
        return now, ahead

    # Gaps.

    def _gap(self, at: int, since: int | None) -> Reason | None:
        """Return why nothing was seen since the last whole read, if that was long ago."""
        limit_s = self._limit()
        if since is None or (at - since) / 1000 <= limit_s:
            return None
        whole_at = self._coverage.whole_at
        if self._clock.now() - whole_at <= limit_s:
            return "not running"  # the machine slept
        return "torn" if self._torn_at > whole_at else "unreachable"

    def _limit(self) -> float:
        """Return after how many seconds there is a gap, by the slowest pace lately."""
        self._limit_s = max(self._limit_s, self._gap_from_s())
        return self._limit_s

    def look(self) -> None:
        """Say that a gap has begun, as soon as that is so."""
        whole_at = self._coverage.whole_at
        is_reported = whole_at <= self._reported_at
        if is_reported or self._clock.now() - whole_at <= self._limit():
            return
        self._reported_at = whole_at
        reason: Reason = "torn" if self._torn_at > whole_at else "unreachable"
        self._writer.put(NewGap(self._moment(whole_at), reason))

    # What the operator did.

    def settled(self, action: Action, result: Result) -> None:
        """Keep an action with a known outcome."""
        call = action.key if action.resource == "call" and isinstance(action.key, int) else None
        at = self._moment(self._clock.now())
        done = DoneAction(at, action.verb, action.meeting, call, str(result.outcome), action.id)
        self._writer.put(done)
