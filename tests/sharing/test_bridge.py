"""The bridge as it is seen where it is shared: who is asked, when, and what others learn."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any, cast

import pytest

from confmon.models.errors import Guarded, NotFound, ServerTrouble, Unauthorized, Unreachable
from confmon.models.live_records import Scan
from confmon.models.resources.directory import ROOMS
from confmon.sharing.bridge import NOBODY_S, STARTING_S, SharedBridge
from confmon.sharing.records import Scope
from tests.clock import HandClock
from tests.monitor.conftest import MemoryBridge, a_call
from tests.sharing.fake_share import FakeShare

if TYPE_CHECKING:
    from confmon.sharing.share import Share

MEETINGS, CALLS = Scope("meetings"), Scope("calls")


class Case:
    """A shared bridge over one in memory."""

    def __init__(self, *, login: bool = True) -> None:
        self.clock = HandClock()
        self.inner = MemoryBridge(self.clock)
        self.inner.calls = {1: a_call(1), 2: a_call(2, meeting_number=200)}
        self.share = FakeShare()
        self.bridge = SharedBridge(
            self.inner if login else None,
            cast("Share", self.share),
            self.clock,
            interval_s=2.0,
            rng=random.Random(1),  # noqa: S311
        )

    async def begin(self, *scopes: Scope) -> list[asyncio.Task[Scan[Any]]]:
        reads = [
            asyncio.create_task(
                self.bridge.scan_meetings()
                if scope == MEETINGS
                else cast("Any", self.bridge.scan_calls(scope.meeting))
            )
            for scope in scopes
        ]
        await self.clock.advance(0)
        return reads

    @property
    def scans(self) -> int:
        return sum(1 for kind, (name, _) in self.inner.journal if name.startswith("scan"))


async def test_a_follower_gets_the_collectors_read_with_its_moments() -> None:
    case = Case()
    case.share.follow()
    [read] = await case.begin(CALLS)
    assert not read.done()
    scan = Scan(records=(a_call(7),))
    case.share.give(CALLS, scan, 991.0, 992.0)
    got = await read
    assert (got.records, got.asked_at, got.answered_at) == (scan.records, 991.0, 992.0)
    assert case.scans == 0


async def test_the_leader_reads_and_publishes_with_the_moments_of_the_request() -> None:
    case = Case()
    case.share.become(mode="leading", collector="ops-1")
    case.inner.delay_s["scan_calls"] = 0.5
    [read] = await case.begin(CALLS)
    await case.clock.advance(1)
    got = await read
    assert (got.asked_at, got.answered_at) == (1000.0, 1000.5)
    [(scope, asked_at, answered_at, scan)] = case.share.published
    assert (scope, asked_at, answered_at) == (CALLS, 1000.0, 1000.5)
    assert scan.records == got.records


async def test_at_the_start_it_waits_shortly_for_the_share_and_then_reads_alone() -> None:
    case = Case()
    [read] = await case.begin(CALLS)
    await case.clock.advance(STARTING_S - 0.1)
    assert not read.done()
    assert case.scans == 0
    await case.clock.advance(0.2)
    assert (await read).asked_at == 1000.0 + STARTING_S
    [read] = await case.begin(MEETINGS)
    assert read.done()


async def test_at_the_start_it_follows_as_soon_as_there_is_somebody() -> None:
    case = Case()
    [read] = await case.begin(CALLS)
    case.share.follow()
    case.share.give(CALLS, Scan(records=()), 1.0, 2.0)
    assert (await read).answered_at == 2.0
    assert case.scans == 0


async def test_falling_alone_screens_spread_their_first_reads_over_an_interval() -> None:
    waits = []
    for seed in range(20):
        case = Case()
        case.bridge._random = random.Random(seed)  # noqa: S311
        case.share.follow()
        reads = await case.begin(CALLS, MEETINGS)
        case.share.become(mode="alone", trouble="away")
        for _ in range(40):
            if reads[0].done():
                break
            await case.clock.advance(0.05)
        waits.append(case.clock.now() - 1000.0)
        await asyncio.gather(*reads)
    assert max(waits) <= 2.1
    assert min(waits) < 0.5
    assert max(waits) > 1.5


async def test_a_waiting_feed_does_not_hold_back_another() -> None:
    case = Case()
    case.share.follow()
    waiting, read = await case.begin(Scope("calls", 100), CALLS)
    case.share.give(CALLS, Scan(records=()), 1.0, 2.0)
    await read
    assert not waiting.done()
    case.share.become(mode="alone")
    await case.clock.advance(3)
    assert [call.id for call in (await waiting).records] == [1]


async def test_when_nobody_collects_for_long_it_says_so() -> None:
    case = Case(login=False)
    case.share.follow(collector="ops-3")
    [read] = await case.begin(CALLS)
    await case.clock.advance(60)
    assert not read.done()
    case.share.become(collector="")
    await case.clock.advance(NOBODY_S - 1)
    assert not read.done()
    await case.clock.advance(1)
    with pytest.raises(Unreachable, match=f"no collector has written for {NOBODY_S + 60:.0f} s"):
        await read
    case.share.become(collector="ops-4")
    [read] = await case.begin(CALLS)
    case.share.give(CALLS, Scan(records=()), 1.0, 2.0)
    await read


async def test_without_a_login_it_only_looks() -> None:
    case = Case(login=False)
    for writing in (
        case.bridge.put_call(1, {"muteMode": 1}),
        case.bridge.delete_meeting(100),
        case.bridge.get_call(1),
    ):
        with pytest.raises(Guarded, match="no login"):
            await writing
    with pytest.raises(Guarded, match="rooms can't be read"):
        await case.bridge.directory.list(ROOMS)
    case.share.become(mode="alone", trouble="the database refused the login")
    with pytest.raises(Unreachable, match="the database refused the login"):
        await case.bridge.scan_calls()
    assert case.bridge.requests_per_minute() == 0
    assert case.share.requested == []


async def test_after_a_write_the_collector_is_asked_for_the_meeting_of_the_call() -> None:
    case = Case()
    case.share.become(mode="alone")
    await case.bridge.scan_calls()
    await case.bridge.put_call(2, {"muteMode": 1})
    assert case.share.requested == [200]
    await case.bridge.delete_call(1)
    assert case.share.requested == [200, 100]
    case.inner.meetings[300] = cast("Any", None)
    await case.bridge.delete_meeting(300)
    assert case.share.requested == [200, 100, 0, 300]


async def test_a_refused_write_asks_for_nothing_and_a_lost_answer_does() -> None:
    case = Case()
    case.share.become(mode="alone")
    await case.bridge.scan_calls()
    case.inner.errors["put_call"] = [NotFound("404"), ServerTrouble("502", lost=True)]
    with pytest.raises(NotFound):
        await case.bridge.put_call(1, {"muteMode": 1})
    assert case.share.requested == []
    with pytest.raises(ServerTrouble):
        await case.bridge.put_call(1, {"muteMode": 1})
    assert case.share.requested == [100]


async def test_a_wrong_login_costs_one_request_whichever_feed_is_first() -> None:
    case = Case()
    case.inner.decide = lambda *_: Unauthorized("401", status=401)
    case.share.become(mode="alone")
    for requests in (1, 2):
        results = await asyncio.gather(
            *await case.begin(CALLS, MEETINGS, Scope("calls", 100)), return_exceptions=True
        )
        assert all(isinstance(result, Unauthorized) for result in results)
        assert case.scans == requests


async def test_its_pace_is_the_collectors_while_there_is_one() -> None:
    case = Case()
    assert case.bridge.paced_by_s() is None
    case.share.follow()
    case.share.become(interval_s=5.0)
    assert case.bridge.paced_by_s() == 5.0
    case.share.become(collector="")
    assert case.bridge.paced_by_s() == float("inf")
    case.share.become(mode="leading")
    assert case.bridge.paced_by_s() is None
