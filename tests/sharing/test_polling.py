"""The poller on a bridge that others read: never busy, never late, and proved by their reads."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from confmon.models.errors import Unauthorized
from confmon.models.live_records import Scan
from confmon.monitor.actions.action import Outcome
from confmon.monitor.polling.freshness import is_stale
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of
from confmon.sharing.bridge import NOBODY_S
from confmon.sharing.records import Scope
from tests.clock import InlineExecutor
from tests.sharing.shared_world import CALLS, SharedWorld

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def world() -> AsyncIterator[SharedWorld]:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    made = SharedWorld()
    made.populate(3)
    yield made
    await made.dispatch.close()
    await made.poller.close()


async def test_a_followed_feed_is_waited_for_again_at_once(world: SharedWorld) -> None:
    world.share.follow()
    await world.watch(ALL_CALLS)
    for _ in range(10):
        await world.clock.advance(0.5)
        await world.frame()
    assert world.changes == [ALL_CALLS] * 10
    assert world.requests == 0


async def test_no_frame_means_no_work(world: SharedWorld) -> None:
    world.share.follow()
    await world.watch(ALL_CALLS, MEETINGS, calls_of(100))
    world.poller.wake(ALL_CALLS)
    await world.clock.advance(3600)
    assert world.changes == []
    assert world.requests == 0


async def test_the_age_is_that_of_the_collectors_request(world: SharedWorld) -> None:
    world.share.follow()
    await world.watch(ALL_CALLS)
    await world.clock.advance(100)
    await world.frame(asked_s_ago=4.0)
    state = world.poller.state(ALL_CALLS)
    assert state.ok_asked_at == 1096.0
    assert state.read_s == pytest.approx(2.0)  # not the 100 s that were waited
    assert world.store.seen[ALL_CALLS].asked_at == 1096.0
    assert not is_stale(state, world.clock.now(), 2.0)
    await world.clock.advance(10)
    assert is_stale(state, world.clock.now(), 2.0)


async def test_a_feed_without_frames_does_not_hold_back_the_first_of_another(
    world: SharedWorld,
) -> None:
    world.share.follow()
    await world.watch(calls_of(100), MEETINGS, ALL_CALLS)
    await world.frame()
    assert len(world.store.live_state.calls) == 3


async def test_alone_again_every_feed_is_read_at_the_own_interval(world: SharedWorld) -> None:
    world.share.follow()
    await world.watch(ALL_CALLS, MEETINGS)
    await world.clock.advance(30)
    world.share.become(mode="alone")
    await world.clock.advance(20.1)
    assert 18 <= world.requests <= 22
    world.share.follow()
    await world.clock.advance(60)
    assert world.requests <= 24


async def test_when_a_collector_comes_back_its_first_frame_is_taken_at_once(
    world: SharedWorld,
) -> None:
    world.share.follow(collector="")
    await world.watch(ALL_CALLS)
    await world.clock.advance(NOBODY_S + 120)
    assert world.poller.state(ALL_CALLS).failures > 3
    world.share.follow()
    world.poller.retry_failed()
    await world.clock.advance(0.3)
    await world.frame()
    assert world.poller.state(ALL_CALLS).failures == 0
    assert len(world.store.live_state.calls) == 3


async def test_a_followers_action_is_proved_by_a_frame_asked_after_its_answer(
    world: SharedWorld,
) -> None:
    world.share.follow()
    await world.watch(ALL_CALLS, MEETINGS, calls_of(100))
    await world.frame()
    action = world.action("mute", 1)
    world.dispatch.submit([action])
    await world.clock.advance(1)
    assert world.share.requested == [100]
    assert action.id not in world.results

    await world.frame(asked_s_ago=5.0, scope=Scope("calls", 100))  # asked before: no proof
    assert action.id not in world.results
    await world.frame(asked_s_ago=0.1, scope=Scope("calls", 100))
    assert world.results[action.id].outcome is Outcome.DONE
    assert not any(name.startswith(("scan", "get")) for _, (name, _) in world.reads)


async def test_without_a_collector_the_target_is_read_from_here(world: SharedWorld) -> None:
    world.share.follow()
    await world.watch(ALL_CALLS, MEETINGS, calls_of(100))
    await world.frame()
    await world.frame(scope=Scope("calls", 100))
    world.share.become(collector="")
    action = world.action("mute", 1)
    world.dispatch.submit([action])
    await world.clock.advance(1)
    assert world.results[action.id].outcome is Outcome.DONE
    assert len(world.bridge.asked("get_call")) == 1


async def test_what_is_not_looked_at_any_more_is_not_waited_for(world: SharedWorld) -> None:
    world.share.follow()
    for meeting in range(100):
        world.poller.watch({ALL_CALLS: 1.0, calls_of(meeting): 1.0})
        await world.clock.advance(0.1)
    waiting = [
        future for ones in world.share.waiting.values() for future in ones if not future.done()
    ]
    assert len(waiting) == 2
    await world.frame()
    assert world.changes == [ALL_CALLS]


async def test_a_request_in_flight_is_never_given_up(world: SharedWorld) -> None:
    world.bridge.delay_s["scan_calls"] = 3.0
    world.share.become(mode="leading", collector="ops-1")
    world.poller.watch({calls_of(100): 1.0})
    await world.clock.advance(1)
    world.poller.watch({MEETINGS: 1.0})
    await world.clock.advance(5)
    assert calls_of(100) in world.changes


async def test_a_refused_login_stops_own_reads_and_not_the_frames(world: SharedWorld) -> None:
    world.share.follow()
    await world.watch(ALL_CALLS)
    await world.frame()
    world.poller.stop(Unauthorized("401", status=401))
    before = len(world.changes)
    await world.frame()
    await world.frame()
    assert len(world.changes) == before + 2
    world.bridge.decide = lambda *_: Unauthorized("401", status=401)
    world.share.become(mode="alone")
    await world.clock.advance(60)
    assert world.requests == 1


async def test_a_read_with_doubtful_moments_does_not_make_the_bridge_slow(
    world: SharedWorld,
) -> None:
    """After a clock was set or the machine slept, a read may seem to have begun an hour ago."""
    world.share.follow()
    await world.watch(ALL_CALLS)
    await world.clock.advance(2)
    now = world.clock.now()
    world.share.give(CALLS, world.bridge._scan_calls(None), now - 3600, now)
    await world.clock.advance(2)
    await world.frame()
    state = world.poller.state(ALL_CALLS)
    assert not is_stale(state, world.clock.now(), 2.0)
    await world.clock.advance(20)
    assert is_stale(state, world.clock.now(), 2.0)  # not after five minutes


async def test_every_feed_goes_on_when_others_read_again_after_a_refused_login(
    world: SharedWorld,
) -> None:
    await world.watch(ALL_CALLS, MEETINGS)
    world.share.become(mode="alone")
    await world.clock.advance(5)
    world.bridge.decide = lambda *_: Unauthorized("401", status=401)
    await world.clock.advance(30)
    assert world.poller.unauthorized is not None
    world.share.follow()
    world.poller.retry_failed()
    await world.clock.advance(0.3)
    world.changes.clear()
    now = world.clock.now()
    world.share.give(CALLS, world.bridge._scan_calls(None), now, now)
    world.share.give(Scope("meetings"), Scan(records=()), now, now)
    await world.clock.advance(0.3)
    assert set(world.changes) == {ALL_CALLS, MEETINGS}
