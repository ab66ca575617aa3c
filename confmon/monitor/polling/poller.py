"""Polls the feeds: one self-clocking loop each, one read in flight each, for ever.

A loop fetches, hands the snapshot to the live store, then waits for the rest of its interval or
a wake-up. A running request is never cancelled: a feed that nobody looks at any more ends after it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from confmon.clock import run_in_slices
from confmon.models.errors import BridgeError, Throttled, Unauthorized
from confmon.monitor.polling.backoff import Backoff
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.clock import Clock
    from confmon.models.calls import Scan
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.ports import Bridge

SHORTEST_S = 0.5
LONGEST_S = 60.0
FAST_S = 5.0
"""A feed that is read less often, or takes longer, can't be waited for to prove an action."""
READS_KEPT = 3
"""The slowest of so many reads says how long one takes here."""
_WAKE_GAP_S = 0.25
"""A woken feed still leaves so much time between two reads."""


@dataclass(slots=True)
class FeedState:
    """How a feed fares. Times are on the monotonic clock."""

    factor: float = 1.0
    asked_at: float | None = None
    ok_asked_at: float | None = None
    latency_s: float = 0.0
    error: BridgeError | None = None
    failures: int = 0
    next_at: float | None = None
    in_flight: bool = False
    took_s: deque[float] = field(default_factory=lambda: deque(maxlen=READS_KEPT))
    """How long the last whole reads took that were answered well."""

    @property
    def read_s(self) -> float:
        """How long a whole read takes here, all its pages together; 0 before the first."""
        return max(self.took_s, default=0.0)


@dataclass(slots=True)
class _Loop:
    state: FeedState
    backoff: Backoff
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    watched: bool = True
    task: asyncio.Task[None] | None = None


class Poller:
    """Keeps the watched feeds polled."""

    def __init__(
        self,
        bridge: Bridge,
        store: LiveStore,
        clock: Clock,
        *,
        interval_s: float,
        on_change: Callable[[Feed], None],
        new_backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        """`on_change` is called after every reply or failure."""
        self._bridge = bridge
        self._store = store
        self._clock = clock
        self._on_change = on_change
        self._new_backoff = new_backoff
        self._loops: dict[Feed, _Loop] = {}
        self.interval_s = interval_s
        self.unauthorized: Unauthorized | None = None
        """Set by a 401: polling has stopped until `retry`."""
        self._proved = False
        self._first = asyncio.Lock()
        """Until a read has worked, one is tried at a time: a wrong login costs one request."""
        self._quiet_until = float("-inf")
        """What a 429 asked for; it holds for every feed, and for `retry`."""
        self._throttled: Throttled | None = None
        """The 429 that is waited out: every feed that waits has to say why."""
        self.fault: Exception | None = None
        """The last failure that was our own and not the bridge's, for the log."""

    def watch(self, feeds: Mapping[Feed, float]) -> None:
        """Poll exactly these feeds, each at its factor of the interval."""
        for feed, loop in list(self._loops.items()):
            loop.watched = feed in feeds
            if loop.watched:
                continue
            loop.wake.set()
            if loop.task is None or loop.task.done():
                del self._loops[feed]
        for feed, factor in feeds.items():
            standing = self._loops.get(feed)
            if standing is None or standing.task is None or standing.task.done():
                self._loops[feed] = loop = _Loop(FeedState(factor), self._new_backoff())
                loop.task = asyncio.create_task(self._run(feed, loop))
            else:
                sooner = factor < standing.state.factor
                standing.state.factor = factor
                if sooner:
                    self.wake(feed)

    def state(self, feed: Feed) -> FeedState:
        """Return how a feed fares; a fresh state if it is not watched."""
        loop = self._loops.get(feed)
        return loop.state if loop is not None and loop.watched else FeedState()

    def is_fast(self, feed: Feed) -> bool:
        """Whether a feed is watched and answering, so that its next read comes soon."""
        loop = self._loops.get(feed)
        if loop is None or not loop.watched or loop.state.failures:
            return False
        state = loop.state
        return max(self.interval_s * state.factor, state.read_s) <= FAST_S

    def wake(self, feed: Feed) -> None:
        """Read a feed soon, if it is watched."""
        loop = self._loops.get(feed)
        if loop is not None and loop.state.failures == 0:
            loop.wake.set()

    def wake_meetings(self) -> None:
        """Read the list of meetings soon."""
        self.wake(MEETINGS)

    @property
    def rests_s(self) -> float:
        """How long nothing is read because a read got a 429."""
        return max(0.0, self._quiet_until - self._clock.now())

    def stop(self, error: Unauthorized) -> None:
        """Read nothing more until `retry`: a read has got a 401."""
        self.unauthorized = error
        self._proved = False

    def retry(self) -> None:
        """Read everything now, whatever failed before; only what a 429 asked for is kept."""
        self.unauthorized = None
        for loop in self._loops.values():
            loop.wake.set()

    def set_interval(self, interval_s: float) -> None:
        """Change the interval, within 0.5 to 60 s; shorter takes effect at once."""
        shorter = interval_s < self.interval_s
        self.interval_s = min(LONGEST_S, max(SHORTEST_S, interval_s))
        if shorter:
            for loop in self._loops.values():
                if loop.state.failures == 0:
                    loop.wake.set()

    async def close(self) -> None:
        """End every loop; a read in flight is abandoned, because the process is leaving."""
        tasks = [loop.task for loop in self._loops.values() if loop.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loops.clear()

    async def _run(self, feed: Feed, loop: _Loop) -> None:
        while loop.watched:
            loop.wake.clear()
            wait_s = await self._read(feed, loop)
            loop.state.next_at = None if wait_s is None else self._clock.now() + wait_s
            try:
                self._on_change(feed)
            except Exception as error:  # noqa: BLE001 - nor must a bug in who listens
                self.fault = error
            if loop.watched:
                await self._wait(loop, wait_s)

    async def _read(self, feed: Feed, loop: _Loop) -> float | None:
        """Read a feed once; return how long to wait, None for until woken."""
        if self._proved:
            return await self._read_now(feed, loop)
        async with self._first:
            return await self._read_now(feed, loop)

    async def _read_now(self, feed: Feed, loop: _Loop) -> float | None:
        state = loop.state
        if self.unauthorized is not None:
            return None
        if quiet_s := self.rests_s:
            state.error = self._throttled
            return quiet_s
        asked_at = state.asked_at = self._clock.now()
        state.in_flight = True
        interval_s = self.interval_s * state.factor
        try:
            scan = await self._fetch(feed)
            now = self._clock.now()
            snapshot = Snapshot(feed=feed, asked_at=asked_at, answered_at=now, scan=scan)
            await run_in_slices(self._store.applying(snapshot), self._clock)
        except Unauthorized as error:
            state.error = error
            self.stop(error)
            state.failures += 1
            return None
        except BridgeError as error:
            state.error = error
            state.failures += 1
            if isinstance(error, Throttled) and error.retry_after_s is not None:
                self._quiet_until = self._clock.now() + error.retry_after_s
                self._throttled = error
            return loop.backoff.after_failure(interval_s, error)
        except Exception as error:  # noqa: BLE001 - a bug in one read must not end the watch
            self.fault = error
            state.error = BridgeError(f"internal: {type(error).__name__}", hint="See the log.")
            state.failures += 1
            return loop.backoff.after_failure(interval_s, error)
        finally:
            state.in_flight = False
        self._proved = True
        if state.failures:
            self._pass_on(state)
        state.error, state.failures = None, 0
        state.latency_s = scan.latency_s
        state.ok_asked_at = asked_at
        state.took_s.append(now - asked_at)
        return loop.backoff.after_success(interval_s, self._clock.now() - asked_at)

    def _pass_on(self, recovered: FeedState) -> None:
        """The bridge answers again: let no other feed sit out the long wait of an outage."""
        for loop in self._loops.values():
            if loop.state.failures and loop.state is not recovered:
                loop.wake.set()

    async def _fetch(self, feed: Feed) -> Scan[Any]:
        if feed == MEETINGS:
            return await self._bridge.scan_meetings()
        return await self._bridge.scan_calls(feed.meeting)

    async def _wait(self, loop: _Loop, wait_s: float | None) -> None:
        woken = asyncio.create_task(loop.wake.wait())
        if wait_s is None:
            await woken
            return
        slept = asyncio.create_task(self._clock.sleep(wait_s))
        try:
            await asyncio.wait({woken, slept}, return_when=asyncio.FIRST_COMPLETED)
            if woken.done() and loop.watched and not slept.done():
                await self._clock.sleep(min(_WAKE_GAP_S, wait_s))
        finally:
            woken.cancel()
            slept.cancel()


def feeds_for(view_meeting: int | None, *, all_calls: bool, calls_total: int) -> dict[Feed, float]:
    """Return what to poll for what is looked at: feed to factor of the interval.

    What is looked at is read every interval. All calls are read more slowly otherwise, so that
    counts and search cover every meeting: every second interval while they fit into one page.
    """
    slow = 2.0 if calls_total <= 1000 else 5.0
    feeds = {MEETINGS: 1.0, ALL_CALLS: 1.0 if all_calls else slow}
    if view_meeting is not None:
        feeds[Feed("calls", view_meeting)] = 1.0
    return feeds
