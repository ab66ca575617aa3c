"""Reads feeds again and again: one read in flight for each, on timers that it is given.

A feed is read, what was read is taken in, and then a timer is set for the rest of the interval; a
feed that is woken is read earlier. A running read is never cancelled: a feed that nobody looks at
any more ends after it. Only a wait for the read of another confmon is given up.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from confmon.clock import run_in_slices
from confmon.models.errors import BridgeError, Throttled, Unauthorized
from confmon.monitor.polling.backoff import Backoff
from confmon.monitor.polling.feed import FeedState
from confmon.process.bugs import report_bug

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.clock import CallLater, Clock, Timer
    from confmon.monitor.polling.feed import FeedSource

Name = TypeVar("Name")
"""What a feed is known by."""

SHORTEST_S = 0.5
LONGEST_S = 60.0
LEAST_WAIT_S = 0.01
"""The shortest timer: Textual drops one of less than a microsecond."""
OVERDUE_S = 1.0
"""A timer that is so late will not come any more."""
FAST_S = 5.0
"""A feed that is read less often, or takes longer, can't be waited for to prove an action."""
WAKE_GAP_S = 0.25
"""A woken feed still leaves so much time between two reads."""


@dataclass(slots=True)
class _Loop(Generic[Name]):
    name: Name
    source: FeedSource
    backoff: Backoff
    watched: bool = True
    reading: asyncio.Task[None] | None = None
    timer: Timer | None = None
    woken: bool = False
    """It is to be read soon: a timer runs, or the read in flight ends first."""
    wait_s: float | None = None
    """The wait after the last read; None: until it is woken."""

    is_fetching: bool = False

    @property
    def state(self) -> FeedState:
        return self.source.state

    @property
    def is_in_use(self) -> bool:
        """Whether a request is in flight, or what it brought is taken in."""
        only_waits = self.is_fetching and self.source.pace_s is not None
        return self.reading is not None and not only_waits


class Poller(Generic[Name]):
    """Keeps the watched feeds polled."""

    def __init__(
        self,
        open_feed: Callable[[Name], FeedSource],
        clock: Clock,
        *,
        call_later: CallLater,
        interval_s: float,
        on_change: Callable[[Name], None],
        new_backoff: Callable[[], Backoff] = Backoff,
        on_bug: Callable[[Exception], None] = report_bug,
        one_at_a_time: bool = False,
        wake_gap_s: float = WAKE_GAP_S,
    ) -> None:
        """`on_change` is called after every reply or failure, `on_bug` with a failure of our own.

        With `one_at_a_time` a single read is in flight of all the feeds together, and where nobody
        answers one of them, the others wait as long as it does.
        """
        self._open_feed = open_feed
        self._clock = clock
        self._call_later = call_later
        self._on_change = on_change
        self._on_bug = on_bug
        self._new_backoff = new_backoff
        self._one_at_a_time = one_at_a_time
        self._wake_gap_s = wake_gap_s
        self._loops: dict[Name, _Loop[Name]] = {}
        self.interval_s = interval_s
        self.unauthorized: Unauthorized | None = None
        """Set by a 401: polling has stopped until `retry`."""
        self._proved = False
        self._first = asyncio.Lock()
        """Until a read has worked, one is tried at a time: a wrong login costs one request."""
        self._taking = asyncio.Lock()
        """One read is taken in at a time: another one that began would end it in one step."""
        self._quiet_until = float("-inf")
        """What a 429 asked for; it holds for every feed, and for `retry`."""
        self._silent_until = float("-inf")
        """When the feeds are tried again that wait because nobody answered another one."""
        self._throttled: Throttled | None = None
        """The 429 that is waited out: every feed that waits has to say why."""

    def watch(self, feeds: Mapping[Name, float]) -> None:
        """Poll exactly these feeds, each at its factor of the interval."""
        for loop in list(self._loops.values()):
            loop.watched = loop.name in feeds
            if not loop.watched and not loop.is_in_use:
                self._forget(loop)
                if loop.reading is not None:
                    loop.reading.cancel()  # it waits for a read of others, which may never come
        for name, factor in feeds.items():
            loop_there = self._loops.get(name)
            if loop_there is None:
                self._begin(name, factor)
                continue
            sooner = factor < loop_there.state.factor
            loop_there.state.factor = factor
            if sooner:
                self.wake(name)

    def _begin(self, name: Name, factor: float) -> None:
        loop = self._loops[name] = _Loop(name, self._open_feed(name), self._new_backoff())
        loop.state.factor = factor
        asked_at = loop.state.asked_at
        is_young = asked_at is not None and self._clock.now() - asked_at < loop.source.young_s
        if is_young and not loop.state.failures:
            self._arm(loop, min(self.interval_s * factor, loop.source.at_most_s()))
        else:
            self._read_now(loop)

    def is_watched(self, feed: Name) -> bool:
        """Whether a feed is polled."""
        loop = self._loops.get(feed)
        return loop is not None and loop.watched

    def state(self, feed: Name) -> FeedState:
        """Return how the reads of a feed go; a fresh state if it is not watched."""
        loop = self._loops.get(feed)
        return loop.state if loop is not None and loop.watched else FeedState()

    def is_fast(self, feed: Name) -> bool:
        """Whether a feed is watched and answering, so that its next read comes soon."""
        loop = self._loops.get(feed)
        if loop is None or not loop.watched or loop.state.failures:
            return False
        state = loop.state
        interval_s = loop.source.pace_s or self.interval_s * state.factor
        return max(interval_s, state.read_s) <= FAST_S

    def wake(self, feed: Name) -> None:
        """Read a feed soon, if it is watched."""
        loop = self._loops.get(feed)
        if loop is not None and loop.state.failures == 0:
            self._wake(loop)

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
        self._silent_until = float("-inf")
        for loop in self._loops.values():
            self._wake(loop)

    def retry_failed(self) -> None:
        """Read now what failed before, or rests: another one answers for it now."""
        for loop in self._loops.values():
            if loop.state.failures or (loop.reading is None and loop.wait_s is None):
                self._wake(loop)

    def set_interval(self, interval_s: float) -> None:
        """Change the interval, within 0.5 to 60 s; shorter takes effect at once."""
        shorter = interval_s < self.interval_s
        self.interval_s = min(LONGEST_S, max(SHORTEST_S, interval_s))
        if shorter:
            for name in self._loops:
                self.wake(name)

    def read_overdue(self) -> None:
        """Read each feed with a timer that should have come long ago.

        Textual never calls a timer that is late when it begins, as on a machine that was suspended.
        """
        now = self._clock.now()
        for loop in list(self._loops.values()):
            next_at = loop.state.next_at
            if loop.reading is None and next_at is not None and now - next_at > OVERDUE_S:
                self._read_now(loop)

    async def close(self) -> None:
        """End every loop; a read in flight is abandoned, because the process is leaving."""
        reading = [loop.reading for loop in self._loops.values() if loop.reading is not None]
        for loop in list(self._loops.values()):
            self._forget(loop)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        await asyncio.sleep(0)  # timers that were stopped end

    # When a feed is read.

    def _wake(self, loop: _Loop[Name]) -> None:
        if loop.reading is not None:
            loop.woken = True
        elif loop.wait_s is None or not self._wake_gap_s:
            self._read_now(loop)
        elif not loop.woken:
            loop.woken = True
            self._arm(loop, min(self._wake_gap_s, loop.wait_s))

    def _arm(self, loop: _Loop[Name], wait_s: float | None) -> None:
        """Set the timer of a feed's next read; None: it waits until it is woken."""
        self._disarm(loop)
        loop.wait_s = wait_s
        loop.state.next_at = None if wait_s is None else self._clock.now() + wait_s
        if wait_s is not None:
            loop.timer = self._call_later(max(wait_s, LEAST_WAIT_S), lambda: self._read_now(loop))

    def _disarm(self, loop: _Loop[Name]) -> None:
        if loop.timer is not None:
            loop.timer.stop()
            loop.timer = None

    def _forget(self, loop: _Loop[Name]) -> None:
        loop.watched = False
        self._disarm(loop)
        if self._loops.get(loop.name) is loop:
            del self._loops[loop.name]

    def _read_now(self, loop: _Loop[Name]) -> None:
        self._disarm(loop)
        if loop.reading is None and loop.watched:
            loop.woken = False
            loop.reading = asyncio.create_task(self._run(loop))

    async def _run(self, loop: _Loop[Name]) -> None:
        """Read a feed once, and set the timer of its next read."""
        wait_s = await self._read(loop)
        loop.state.next_at = None if wait_s is None else self._clock.now() + wait_s
        try:
            self._on_change(loop.name)
        except Exception as error:  # noqa: BLE001 - a bug in a listener must not end the watch either
            self._on_bug(error)
        loop.reading = None
        if not loop.watched:
            self._forget(loop)
            return
        self._arm(loop, wait_s)
        if loop.woken:
            loop.woken = False
            self._wake(loop)

    # One read.

    async def _read(self, loop: _Loop[Name]) -> float | None:
        """Read a feed once; return how long to wait, None for until woken."""
        is_alone = not self._proved and loop.source.paced_by_s is None
        if not is_alone and not self._one_at_a_time:
            return await self._read_once(loop)
        async with self._first:
            return await self._read_once(loop)

    async def _read_once(self, loop: _Loop[Name]) -> float | None:
        state = loop.state
        is_read_here = loop.source.pace_s is None
        if self.unauthorized is not None and is_read_here:
            return None
        if not loop.watched:
            return 0.0
        if is_read_here and (quiet_s := self.rests_s):
            state.error = self._throttled if not self._one_at_a_time else state.error
            return quiet_s
        if not state.failures and (silent_s := self._silent_until - self._clock.now()) > 0:
            return silent_s
        asked_at = state.asked_at = self._clock.now()
        interval_s = self.interval_s * state.factor
        try:
            reply = await self._fetch(loop)
            arrived_at = self._clock.now()
            waited_s = arrived_at - asked_at
            asked_at, answered_at = _moments(reply, asked_at, arrived_at)
            async with self._taking:
                await run_in_slices(loop.source.take(asked_at, answered_at, reply), self._clock)
        except Exception as error:  # noqa: BLE001 - a bug in one read must not end the watch
            return self._failed(loop, error, loop.source.retry_s or interval_s)
        self._proved = True
        if state.failures:
            self._pass_on(state)
        state.error, state.failures = None, 0
        state.latency_s = getattr(reply, "latency_s", answered_at - asked_at)
        state.ok_asked_at = asked_at
        # Moments of another one's read may be in doubt by an hour, after its clock was set. One
        # read is in flight at a time, so none takes longer than from the one before to this one.
        state.took_s.append(min(answered_at - asked_at, waited_s))
        if loop.source.pace_s is not None:
            interval_s = 0.0  # whoever reads it keeps the interval
        interval_s = min(interval_s, loop.source.at_most_s())
        return loop.backoff.after_success(interval_s, self._clock.now() - asked_at)

    async def _fetch(self, loop: _Loop[Name]) -> Any:
        loop.is_fetching = True
        try:
            return await loop.source.fetch()
        finally:
            loop.is_fetching = False

    def _failed(self, loop: _Loop[Name], error: Exception, least_s: float) -> float | None:
        state = loop.state
        state.failures += 1
        if not isinstance(error, BridgeError):
            self._on_bug(error)
            error = BridgeError(f"internal: {type(error).__name__}", hint="See the crash log.")
        state.error = error
        if isinstance(error, Unauthorized):
            self.stop(error)
            return None
        if isinstance(error, Throttled) and error.retry_after_s is not None:
            until = self._clock.now() + error.retry_after_s
            self._quiet_until = max(self._quiet_until, until)
            self._throttled = error
        wait_s = loop.backoff.after_failure(least_s, error)
        if self._one_at_a_time and error.status is None:
            self._silent_until = self._clock.now() + wait_s
        return wait_s

    def _pass_on(self, recovered: FeedState) -> None:
        """The bridge answers again: no other feed waits out what an outage made long."""
        for loop in self._loops.values():
            if loop.state.failures and loop.state is not recovered:
                self._wake(loop)


def _moments(reply: Any, asked_at: float, answered_at: float) -> tuple[float, float]:
    """Return when a reply was asked for and answered: it may know better, where others read it."""
    asked: float | None = getattr(reply, "asked_at", None)
    answered: float | None = getattr(reply, "answered_at", None)
    return (
        asked_at if asked is None else asked,
        answered_at if answered is None else answered,
    )
