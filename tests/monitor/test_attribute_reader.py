"""Attributes are read unseen: slowly, one at a time, the rest first, and only as long as needed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.clock import run_at_once
from confmon.config.settings.attention import AttentionSettings
from confmon.models.errors import BridgeError, Forbidden, NotFound, Throttled, Unauthorized
from confmon.models.live_records import Attribute, Meeting
from confmon.monitor.attribute_reader import AGAIN_S, FIRST_S, Readings
from confmon.monitor.plans.command_plans import name_plan
from confmon.ports import LAST
from tests.clock import InlineExecutor
from tests.monitor.conftest import MemoryBridge, World
from tests.monitor.test_session import Desk as SessionDesk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PACE_S = 5.0
BEGAN_MS = 1_700_000_000_000


def a_meeting(number: int, size: int = 0, *, since_ms: int = -1000, **more: Any) -> Meeting:
    return Meeting(
        meeting_number=number,
        id=number,
        created=BEGAN_MS + since_ms,
        participant_count=size,
        **more,
    )


MEETINGS = st.lists(
    st.builds(a_meeting, st.integers(1, 40), st.integers(0, 9), since_ms=st.integers(-9, 9)),
    unique_by=lambda meeting: meeting.meeting_number,
    max_size=12,
)


def order_of(meetings: list[Meeting], readings: Readings, now: float = 0.0) -> list[Meeting]:
    """Return the meetings in the order they are read."""
    order = []
    while (chosen := run_at_once(readings.choose(meetings, now))) is not None:
        readings.note(chosen, now)
        order.append(chosen)
    return order


@given(MEETINGS)
def test_new_ones_come_first_then_the_largest_and_each_once(meetings: list[Meeting]) -> None:
    order = order_of(meetings, Readings(BEGAN_MS))
    assert sorted(order, key=id) == sorted(meetings, key=id)
    new = [meeting for meeting in order if (meeting.created or 0) >= BEGAN_MS]
    assert order[: len(new)] == new
    assert [meeting.created for meeting in new] == sorted(
        (meeting.created or 0 for meeting in new), reverse=True
    )
    sizes = [meeting.participant_count or 0 for meeting in order[len(new) :]]
    assert sizes == sorted(sizes, reverse=True)


@given(MEETINGS)
def test_they_are_read_again_late_in_the_same_order(meetings: list[Meeting]) -> None:
    readings = Readings(BEGAN_MS)
    for at, meeting in enumerate(meetings):
        readings.note(meeting, float(at))
    assert order_of(meetings, readings, AGAIN_S - 1) == []
    assert order_of(meetings, readings, AGAIN_S + len(meetings)) == meetings


def test_another_meeting_of_the_same_number_is_read_at_once() -> None:
    readings = Readings(BEGAN_MS)
    [first] = order_of([a_meeting(7)], readings)
    assert order_of([replace(first, participant_count=5)], readings) == []
    again = replace(first, id=8, created=BEGAN_MS + 5000)
    assert order_of([again], readings) == [again]


def test_those_that_ended_are_forgotten() -> None:
    readings = Readings(BEGAN_MS)
    order_of([a_meeting(number) for number in range(1000)], readings)
    order_of([a_meeting(5000)], readings)
    order_of([a_meeting(5000)], readings)
    assert len(readings._read) < 10


class Bridge(MemoryBridge):
    """One with meetings that have attributes, and that notes when they are asked for."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.asked_at: list[float] = []
        self.came_last: set[bool] = set()

    async def get_attributes(self, meeting_number: int) -> tuple[Attribute, ...]:
        self.asked_at.append(self.clock.now())
        self.came_last.add(LAST.get())
        await super().get_attributes(meeting_number)
        return (
            Attribute("conference_maxcalls", "6"),
            Attribute("conference_accesscode", "4711"),
            Attribute("participant_list", "15162065319"),
        )


class Desk(SessionDesk):
    """A session on a bridge with attributes."""

    def __init__(self, **attention: Any) -> None:
        super().__init__(attention=AttentionSettings(**attention))
        self.bridge: Bridge = Bridge(self.clock, self.bridge.journal)
        World.populate(self, 6)  # type: ignore[arg-type]

    @property
    def asked(self) -> list[int]:
        return [number or 0 for number in self.bridge.asked("get_attributes")]

    async def run(self, seconds: float) -> None:
        """Let time go by, as the screen does."""
        for _ in range(int(seconds)):
            await self.clock.advance(1)
            self.session.tick()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    made = Desk()
    await made.open()
    yield made
    await made.session.close()


async def test_a_full_meeting_shows_though_nobody_looked(desk: Desk) -> None:
    await desk.run(FIRST_S - 1)
    assert desk.asked == []
    await desk.run(PACE_S + 1)
    assert desk.asked == [100]
    assert "capacity" in [signal.rule for signal in desk.session.attention.signals]
    assert desk.bridge.came_last == {True}
    assert not LAST.get()


async def test_what_no_rule_reads_is_not_kept(desk: Desk) -> None:
    await desk.run(FIRST_S + PACE_S)
    assert desk.asked
    assert desk.session.attention._attributes == {100: {"conference_maxcalls": "6"}}


async def test_meetings_are_read_one_at_a_time_at_the_pace(desk: Desk) -> None:
    for number in range(200, 208):
        desk.bridge.meetings[number] = Meeting(meeting_number=number, id=number)
    desk.bridge.delay_s["get_attributes"] = 2.0
    await desk.run(120)
    assert sorted(desk.asked) == [100, *range(200, 208)]
    moments = desk.bridge.asked_at
    assert min(b - a for a, b in pairwise(moments)) > 0.85 * PACE_S
    await desk.run(AGAIN_S)
    assert len(desk.asked) == 18


async def test_nothing_is_read_while_an_action_is_under_way(desk: Desk) -> None:
    desk.bridge.applied_after_s = 20.0
    await desk.run(FIRST_S - 2)
    desk.session.go("calls")
    plan = name_plan(desk.session, 3, "Ada")
    desk.session.send(plan.actions)
    assert desk.session.under_way()
    while desk.session.under_way():
        assert desk.asked == []
        await desk.run(1)
    await desk.run(2 * PACE_S)
    assert desk.asked == [100]


async def test_an_action_does_not_wait_for_attributes_that_never_come(desk: Desk) -> None:
    desk.bridge.delay_s["get_attributes"] = 3600.0
    await desk.run(FIRST_S + PACE_S)
    assert desk.asked == [100]
    desk.session.go("calls")
    desk.session.send(name_plan(desk.session, 3, "Ada").actions)
    await desk.clock.settle()
    assert desk.bridge.writes() == [("put_call", 3)]


async def test_it_rests_while_the_view_is_paused(desk: Desk) -> None:
    desk.session.pause()
    await desk.run(60)
    assert desk.asked == []
    desk.session.pause()
    await desk.run(2 * PACE_S)
    assert desk.asked == [100]


async def test_it_rests_while_what_is_known_is_stale(desk: Desk) -> None:
    gone = BridgeError("gone")
    desk.bridge.decide = lambda name, _: gone if name.startswith("scan") else None
    await desk.run(60)
    assert desk.asked == []


@pytest.mark.parametrize(
    "off",
    [{"attributes_every_s": 0.0}, {"off": ("capacity", "about_to_end", "recording_off")}],
)
async def test_it_is_off_where_nobody_needs_it(off: dict[str, Any]) -> None:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    desk = Desk(**off)
    await desk.open()
    await desk.run(60)
    assert desk.asked == []
    await desk.session.close()


async def test_a_403_ends_it_until_one_tries_again(desk: Desk) -> None:
    desk.bridge.errors["get_attributes"] = [Forbidden("no", status=403)]
    desk.bridge.meetings[200] = Meeting(meeting_number=200, id=200)
    await desk.run(120)
    assert len(desk.asked) == 1
    desk.session.retry()
    await desk.run(2 * PACE_S)
    assert len(desk.asked) == 2


async def test_a_401_stops_everything_after_one_request(desk: Desk) -> None:
    desk.bridge.errors["get_attributes"] = [Unauthorized("no", status=401)]
    await desk.run(FIRST_S + PACE_S)
    assert desk.session.disarmed_link() == "not authorized"
    before = desk.bridge.requests_per_minute()
    await desk.run(60)
    assert desk.bridge.requests_per_minute() == before
    desk.session.retry()
    await desk.run(2 * PACE_S)
    assert desk.session.disarmed_link() == ""


async def test_a_429_is_waited_out(desk: Desk) -> None:
    desk.bridge.meetings[200] = Meeting(meeting_number=200, id=200)
    desk.bridge.errors["get_attributes"] = [Throttled("slow", status=429, retry_after_s=90.0)]
    await desk.run(FIRST_S + 90)
    assert len(desk.asked) == 1
    await desk.run(3 * PACE_S)
    assert len(desk.asked) == 2


async def test_one_that_has_ended_holds_up_no_other(desk: Desk) -> None:
    desk.bridge.meetings[200] = Meeting(meeting_number=200, id=200)
    desk.bridge.errors["get_attributes"] = [NotFound("gone", status=404)]
    await desk.run(FIRST_S + 3 * PACE_S)
    assert sorted(desk.asked) == [100, 200]
