"""One loop per feed: self-clocking, single flight, never giving up, never storming."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import count
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.models.errors import BridgeError, ServerTrouble, Throttled, Unauthorized, Unreachable
from confmon.monitor.polling.backoff import Backoff
from confmon.monitor.polling.feed import FeedState
from confmon.monitor.polling.freshness import is_stale
from confmon.monitor.polling.live_feeds import feeds_for
from confmon.monitor.polling.poller import LEAST_WAIT_S, LONGEST_S, OVERDUE_S, SHORTEST_S
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, calls_of
from tests.monitor.conftest import World

if TYPE_CHECKING:
    from collections.abc import Callable

FEED = calls_of(100)


def fail(error: BridgeError, *names: str) -> Callable[[str, int | None], BridgeError | None]:
    return lambda name, _target: error if not names or name in names else None


def reads(world: World) -> int:
    return sum(1 for kind, _ in world.journal if kind == "request")


async def test_a_feed_is_read_every_interval(world: World) -> None:
    world.populate(2)
    await world.watch(MEETINGS)
    await world.clock.advance(20)
    assert len(world.bridge.asked("scan_meetings")) == 11
    assert world.changes == [MEETINGS] * 11
    assert set(world.store.live_state.meetings) == {100}


async def test_a_slow_server_is_asked_one_thing_at_a_time(world: World) -> None:
    # The bridge in memory fails the test if one request is in flight twice.
    world.bridge.delay_s["scan_meetings"] = 7.0
    await world.watch(MEETINGS)
    for _ in range(60):
        world.poller.wake(MEETINGS)
        world.poller.retry()
        await world.clock.advance(0.5)
    assert 3 <= len(world.bridge.asked("scan_meetings")) <= 5
    assert world.poller.state(MEETINGS).failures == 0


async def test_the_rest_of_the_interval_is_waited_not_the_whole(world: World) -> None:
    world.bridge.delay_s["scan_meetings"] = 1.2
    await world.watch(MEETINGS)
    await world.clock.advance(1.2)
    assert world.clock.waits() == [pytest.approx(0.8)]
    world.bridge.delay_s["scan_meetings"] = 5.0
    await world.clock.advance(5.8)
    assert world.clock.waits() == [pytest.approx(0.5)]


async def test_failures_stretch_the_wait_to_the_cap_and_never_end(world: World) -> None:
    world.bridge.decide = fail(ServerTrouble("503", status=503))
    await world.watch(MEETINGS)
    waits = []
    for _ in range(12):
        [wait] = world.clock.waits()
        waits.append(wait)
        await world.clock.advance(wait)
    assert waits[:6] == [1, 2, 4, 8, 16, 30]
    assert set(waits[6:]) == {30}
    world.bridge.decide = lambda *_: None
    await world.clock.advance(30)
    assert world.poller.state(MEETINGS).failures == 0
    assert world.poller.state(MEETINGS).error is None
    assert world.clock.waits() == [2]


async def test_a_failing_feed_keeps_what_it_showed(world: World) -> None:
    world.populate(3)
    await world.watch(ALL_CALLS)
    world.bridge.decide = fail(Unreachable("refused"))
    await world.clock.advance(60)
    assert len(world.store.live_state.calls) == 3
    state = world.poller.state(ALL_CALLS)
    assert isinstance(state.error, Unreachable)
    assert state.ok_asked_at == 1000.0
    assert world.changes.count(ALL_CALLS) == 1 + state.failures


async def test_a_failing_feed_is_not_woken_by_actions_or_looks(world: World) -> None:
    world.bridge.decide = fail(ServerTrouble("503", status=503))
    await world.watch(MEETINGS)
    await world.clock.advance(40)
    asked = reads(world)
    for factor in (2.0, 1.0, 0.5):
        world.poller.wake(MEETINGS)
        world.poller.watch({MEETINGS: factor})
        world.poller.set_interval(world.poller.interval_s - 0.25)
        await world.clock.advance(0.5)
    assert reads(world) == asked


async def test_the_first_feed_that_recovers_brings_the_others_along(world: World) -> None:
    seeds = count(3)
    world.poller._new_backoff = lambda: Backoff(jitter=0.4, random=Random(next(seeds)))  # noqa: S311
    await world.watch(MEETINGS, ALL_CALLS, FEED)
    world.bridge.decide = fail(Unreachable("no route"))
    await world.clock.advance(300)
    world.bridge.decide = lambda *_: None
    feeds = (MEETINGS, ALL_CALLS, FEED)
    while all(world.poller.state(feed).failures for feed in feeds):
        await world.clock.advance(0.1)
    await world.clock.advance(2.0)
    assert not any(world.poller.state(feed).failures for feed in feeds)


async def test_401_stops_all_feeds_after_one_request(world: World) -> None:
    world.bridge.decide = fail(Unauthorized("401", status=401))
    await world.watch(MEETINGS, ALL_CALLS, FEED)
    assert reads(world) == 1
    for _ in range(10):
        world.poller.wake(MEETINGS)
        world.poller.wake(ALL_CALLS)
        world.poller.watch({MEETINGS: 1.0, ALL_CALLS: 0.5, calls_of(200): 1.0})
        await world.clock.advance(30)
    assert reads(world) == 1
    assert world.poller.unauthorized is not None


async def test_after_401_retry_asks_once_more_and_goes_on_when_let_in(world: World) -> None:
    world.bridge.decide = fail(Unauthorized("401", status=401))
    await world.watch(MEETINGS, ALL_CALLS)
    world.poller.retry()
    await world.clock.advance(10)
    assert reads(world) == 2
    world.bridge.decide = lambda *_: None
    world.poller.retry()
    await world.clock.advance(1)
    assert world.poller.unauthorized is None
    assert set(Counter(world.changes)) == {MEETINGS, ALL_CALLS}
    assert world.poller.state(ALL_CALLS).ok_asked_at is not None
    asked = reads(world)
    await world.clock.advance(4)
    assert reads(world) == asked + 4


async def test_401_in_the_middle_stops_the_feeds_that_were_answering(world: World) -> None:
    await world.watch(MEETINGS, ALL_CALLS, FEED)
    await world.clock.advance(4)
    asked = reads(world)
    world.bridge.decide = fail(Unauthorized("401", status=401))
    await world.clock.advance(60)
    assert reads(world) <= asked + 3  # those that began at the same instant
    asked = reads(world)
    await world.clock.advance(300)
    assert reads(world) == asked
    world.poller.retry()
    await world.clock.advance(1)
    assert reads(world) == asked + 1


@pytest.mark.parametrize("wanted_s", [1.0, 7.0, 300.0])
async def test_a_429_is_honoured_by_every_feed(world: World, wanted_s: float) -> None:
    await world.watch(MEETINGS, ALL_CALLS)
    await world.clock.advance(1)
    world.bridge.decide = fail(Throttled("429", status=429, retry_after_s=wanted_s))
    await world.clock.advance(1.1)
    throttled_at, asked = 1002.0, reads(world)
    world.bridge.decide = lambda *_: None
    while world.clock.now() + 0.4 < throttled_at + wanted_s:
        world.poller.wake(MEETINGS)
        world.poller.retry()
        world.poller.watch({MEETINGS: 1.0, ALL_CALLS: 0.5, FEED: 1.0})
        await world.clock.advance(min(5.0, throttled_at + wanted_s - world.clock.now() - 0.1))
    assert reads(world) == asked
    await world.clock.advance(1)
    assert reads(world) >= asked + 1


async def test_a_429_without_a_wait_backs_off_like_a_failure(world: World) -> None:
    world.bridge.decide = fail(Throttled("429", status=429))
    await world.watch(MEETINGS)
    assert world.clock.waits() == [2]


async def test_a_woken_feed_is_read_soon_but_not_at_once_again(world: World) -> None:
    await world.watch(MEETINGS)
    world.poller.set_interval(30)
    await world.clock.advance(3)
    asked = reads(world)
    for _ in range(20):
        world.poller.wake(MEETINGS)
        await world.clock.settle()
    assert reads(world) == asked
    await world.clock.advance(0.3)
    assert reads(world) == asked + 1


async def test_a_wake_during_a_read_leads_to_another(world: World) -> None:
    world.bridge.delay_s["scan_meetings"] = 1.0
    await world.watch(MEETINGS)
    await world.clock.advance(0.5)
    world.poller.wake(MEETINGS)
    await world.clock.advance(1.0)
    assert len(world.bridge.asked("scan_meetings")) == 2


async def test_what_nobody_looks_at_ends_after_its_read(world: World) -> None:
    world.populate(2)
    await world.watch(MEETINGS, FEED)
    world.bridge.delay_s["scan_calls"] = 3.0
    await world.clock.advance(2.5)
    world.poller.watch({MEETINGS: 1.0})
    await world.clock.advance(30)
    assert len(world.bridge.asked("scan_calls")) == 2
    assert not world.bridge.in_flight["scan_calls", 100]
    assert world.poller.state(FEED) == FeedState()
    world.bridge.delay_s.clear()
    await world.watch(MEETINGS, FEED)
    assert len(world.bridge.asked("scan_calls")) == 3


async def test_a_feed_looked_at_again_during_its_read_goes_on(world: World) -> None:
    world.populate(2)
    world.bridge.delay_s["scan_calls"] = 3.0
    await world.watch(FEED)
    for feeds in ({MEETINGS: 1.0}, {FEED: 1.0}, {MEETINGS: 1.0}, {MEETINGS: 1.0, FEED: 1.0}):
        world.poller.watch(feeds)
        await world.clock.advance(0.1)
    assert len(world.bridge.asked("scan_calls")) == 1
    await world.clock.advance(20)
    assert len(world.bridge.asked("scan_calls")) > 3


async def test_many_meetings_looked_into_leave_no_loops_behind(world: World) -> None:
    for number in range(100, 160):
        await world.watch(MEETINGS, calls_of(number))
        await world.clock.advance(1)
    await world.clock.advance(5)
    world.poller.watch({MEETINGS: 1.0})
    assert len(world.poller._loops) <= 2
    tasks = [task for task in asyncio.all_tasks() if not task.done()]
    assert len(tasks) < 10


async def test_what_becomes_more_urgent_is_read_at_once(world: World) -> None:
    world.poller.watch({ALL_CALLS: 5.0})
    await world.clock.advance(1)
    world.poller.watch({ALL_CALLS: 1.0})
    await world.clock.advance(0.3)
    assert len(world.bridge.asked("scan_calls")) == 2
    world.poller.watch({ALL_CALLS: 5.0})
    await world.clock.advance(9)
    assert len(world.bridge.asked("scan_calls")) == 3


async def test_the_interval_has_bounds_and_a_shorter_one_acts_at_once(world: World) -> None:
    await world.watch(MEETINGS)
    world.poller.set_interval(10_000)
    assert world.poller.interval_s == LONGEST_S
    await world.clock.advance(2)
    asked = reads(world)
    world.poller.set_interval(0.001)
    assert world.poller.interval_s == SHORTEST_S
    await world.clock.advance(0.3)
    assert reads(world) == asked + 1


async def test_a_bug_in_a_read_does_not_end_the_watch(world: World) -> None:
    world.bridge.errors["scan_meetings"] = [RuntimeError("bug"), KeyError("id")]
    await world.watch(MEETINGS)
    assert [type(bug) for bug in world.bugs.found] == [RuntimeError]
    state = world.poller.state(MEETINGS)
    assert "RuntimeError" in str(state.error)
    await world.clock.advance(10)
    assert state.failures == 0
    assert state.ok_asked_at is not None


async def test_a_bug_in_a_listener_does_not_end_the_watch(world: World) -> None:
    def listen(feed: Feed) -> None:
        raise RuntimeError(str(feed))

    world.poller._on_change = listen
    await world.watch(MEETINGS)
    await world.clock.advance(10)
    assert len(world.bridge.asked("scan_meetings")) == 6
    assert {type(bug) for bug in world.bugs.found} == {RuntimeError}


async def test_closing_ends_every_loop(world: World) -> None:
    world.bridge.delay_s["scan_calls"] = 5.0
    await world.watch(MEETINGS, ALL_CALLS, FEED)
    await world.clock.advance(1)
    before = asyncio.all_tasks()
    await world.poller.close()
    await world.clock.settle()
    assert [task for task in before if not task.done()] == [asyncio.current_task()]
    asked = reads(world)
    await world.clock.advance(60)
    assert reads(world) == asked


async def test_only_a_watched_answering_feed_of_short_interval_is_fast(world: World) -> None:
    assert not world.poller.is_fast(MEETINGS)
    await world.watch(MEETINGS)
    assert world.poller.is_fast(MEETINGS)
    world.poller.set_interval(30)
    assert not world.poller.is_fast(MEETINGS)
    world.poller.set_interval(2)
    world.bridge.decide = fail(ServerTrouble("503", status=503))
    await world.clock.advance(3)
    assert not world.poller.is_fast(MEETINGS)


def test_all_calls_are_read_more_slowly_unless_looked_at() -> None:
    assert feeds_for(None, all_calls=False, calls_total=10) == {MEETINGS: 1.0, ALL_CALLS: 2.0}
    assert feeds_for(7, all_calls=False, calls_total=5000) == {
        MEETINGS: 1.0,
        ALL_CALLS: 5.0,
        calls_of(7): 1.0,
    }
    assert feeds_for(None, all_calls=True, calls_total=5000)[ALL_CALLS] == 1.0


@given(
    st.floats(0.5, 300), st.integers(1, 3000), st.integers(0, 2**32), st.sampled_from([0.0, 0.1])
)
def test_backoff_is_between_the_interval_and_a_little_above_the_cap(
    interval_s: float, failures: int, seed: int, jitter: float
) -> None:
    backoff = Backoff(jitter=jitter, random=Random(seed))  # noqa: S311 - repeatable, not secret
    backoff.after_success(interval_s, took_s=0.0)
    error = ServerTrouble("503", status=503)
    waits = [backoff.after_failure(interval_s, error) for _ in range(min(failures, 40))]
    assert min(waits) >= interval_s * (1 - jitter) - 1e-9
    assert max(waits) <= max(interval_s, backoff.cap_s) * (1 + jitter) + 1e-9
    backoff.failures = failures  # a week of failures overflows nothing
    assert backoff.after_failure(interval_s, error) > 0
    rest = backoff.after_success(interval_s, took_s=interval_s * 3)
    assert interval_s / 4 * (1 - jitter) <= rest <= interval_s
    assert backoff.failures == 0


@pytest.mark.parametrize(
    ("error", "has_read", "wanted"),
    [
        (Unreachable("refused"), False, [1, 2, 4, 8, 16, 30, 30]),
        (Unreachable("refused"), True, [1, 2, 4, 8, 16, 30, 30]),
        (ServerTrouble("503", status=503), False, [1, 2, 4, 8, 16, 30, 30]),
        (ServerTrouble("503", status=503), True, [30] * 7),
    ],
    ids=["first read", "outage", "first read, 503", "503 later"],
)
async def test_a_long_interval_is_not_waited_for_a_bridge_that_comes_back(
    world: World, error: BridgeError, has_read: bool, wanted: list[float]
) -> None:
    world.poller.set_interval(30)
    world.bridge.decide = (lambda *_: None) if has_read else fail(error)
    await world.watch(MEETINGS)
    if has_read:
        world.bridge.decide = fail(error)
        await world.clock.advance(30)
    waits = []
    for _ in wanted:
        [wait] = world.clock.waits()
        waits.append(wait)
        await world.clock.advance(wait)
    assert waits == wanted


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_fails_the_picture_ends_as_the_server_has_it(seed: int) -> None:
    async def play(random: Random) -> None:
        world = World()
        world.populate(5)
        await world.watch(MEETINGS, ALL_CALLS, FEED)
        for _ in range(40):
            error = random.choice(
                [
                    None,
                    None,
                    ServerTrouble("500", status=500),
                    Throttled("429", status=429, retry_after_s=random.choice([1.0, 20.0])),
                    Unauthorized("401", status=401),
                    RuntimeError("bug"),
                ]
            )
            world.bridge.decide = lambda *_, error=error: error
            world.bridge.delay_s["scan_calls"] = random.choice([0.0, 0.5, 5.0])
            world.bridge.hidden = set(random.sample(range(1, 6), random.randint(0, 2)))
            world.bridge.calls.pop(random.randint(1, 5), None)
            choice = random.randrange(5)
            if choice == 0:
                world.poller.retry()
            elif choice == 1:
                world.poller.watch(
                    feeds_for(
                        random.choice([None, 100]), all_calls=random.random() < 0.5, calls_total=5
                    )
                )
            elif choice == 2:
                world.poller.wake(random.choice([MEETINGS, ALL_CALLS, FEED]))
            await world.clock.advance(random.choice([0.1, 1.0, 10.0]))
        world.bridge.decide = lambda *_: None
        world.bridge.delay_s.clear()
        world.bridge.hidden.clear()
        await world.clock.advance(10)
        world.poller.retry()
        await world.clock.advance(60)
        assert world.store.live_state.calls == world.bridge.calls
        assert all(world.poller.state(feed).failures == 0 for feed in (MEETINGS, ALL_CALLS))
        await world.poller.close()

    asyncio.run(play(Random(seed)))  # noqa: S311 - repeatable, not secret


async def test_how_long_a_whole_read_takes_is_kept_and_failures_have_no_say(world: World) -> None:
    world.bridge.delay_s["scan_meetings"] = 4.0
    await world.watch(MEETINGS)
    assert world.poller.state(MEETINGS).read_s == 0.0
    await world.clock.advance(4.0)
    state = world.poller.state(MEETINGS)
    assert (state.read_s, state.ok_asked_at) == (4.0, 1000.0)
    world.bridge.decide = fail(ServerTrouble("503", status=503))
    world.bridge.delay_s["scan_meetings"] = 9.0
    await world.clock.advance(120)
    assert state.failures > 3
    assert state.read_s == 4.0
    world.bridge.decide = lambda *_: None
    world.bridge.delay_s["scan_meetings"] = 0.5
    await world.clock.advance(60)
    assert state.read_s == 0.5


@pytest.mark.parametrize("read_s", [2.0, 6.0, 16.0, 40.0])
async def test_a_slow_bridge_is_fresh_by_its_own_pace_until_three_reads_are_missed(
    world: World, read_s: float
) -> None:
    world.bridge.delay_s["scan_meetings"] = read_s
    await world.watch(MEETINGS)
    state = world.poller.state(MEETINGS)
    await world.clock.advance(read_s)
    for _ in range(40):
        assert not is_stale(state, world.clock.now(), 2.0)
        await world.clock.advance(read_s / 10)
    world.bridge.decide = fail(ServerTrouble("503", status=503))
    await world.clock.advance(2 * read_s)
    assert not is_stale(state, world.clock.now(), 2.0)
    await world.clock.advance(3 * read_s)
    assert is_stale(state, world.clock.now(), 2.0)


class LostTimers:
    """Timers that are never called, as Textual drops one that is late when it begins."""

    def __init__(self) -> None:
        self.waits_s: list[float] = []

    def __call__(self, seconds: float, function: Callable[[], None]) -> LostTimers:
        self.waits_s.append(seconds)
        return self

    def stop(self) -> None:
        """There is nothing to stop."""


async def test_a_feed_with_a_timer_that_was_lost_is_read_all_the_same() -> None:
    world = World(call_later=LostTimers())
    await world.watch(MEETINGS)
    await world.clock.advance(2 + OVERDUE_S)
    world.poller.read_overdue()
    await world.clock.settle()
    assert reads(world) == 1  # not a moment too soon
    await world.clock.advance(0.1)
    for asked in (2, 2):
        world.poller.read_overdue()
        await world.clock.settle()
        assert reads(world) == asked


async def test_no_timer_is_so_short_that_it_is_dropped() -> None:
    timers = LostTimers()
    world = World(call_later=timers)
    world.bridge.decide = fail(Throttled("429", status=429, retry_after_s=1e-7))
    await world.watch(MEETINGS)
    assert timers.waits_s == [LEAST_WAIT_S]


async def test_a_later_429_does_not_end_the_rest_of_an_earlier_one(world: World) -> None:
    await world.watch(MEETINGS, ALL_CALLS)
    world.bridge.delay_s["scan_meetings"] = 0.2
    world.bridge.decide = lambda name, _target: Throttled(
        "429", status=429, retry_after_s=1.0 if name == "scan_meetings" else 60.0
    )
    await world.clock.advance(2.5)
    assert world.poller.rests_s > 50
