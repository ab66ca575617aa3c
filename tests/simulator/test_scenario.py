"""The demo has something to see from its first seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from confmon.simulator.demo import CALLS, MEETINGS, SEED, demo_app, demo_world
from confmon.simulator.scenarios.callers import FLAPPER

if TYPE_CHECKING:
    from confmon.simulator.world.world import World

START = 1_700_000_000.0


def people(world: World) -> set[int]:
    return {call.id for call in world.calls.values() if call.role}


def test_the_first_sight() -> None:
    world = demo_world(lambda: START)
    assert 12 <= len(world.meetings) <= 24
    assert 150 <= len(world.calls) <= 250
    calls, meetings = world.calls.values(), world.meetings.values()
    assert {1, 2, 3} <= {call.mute_mode for call in calls}
    assert {0, 1, 2, 3} == {call.role for call in calls}
    assert any(meeting.is_recording for meeting in meetings)
    assert any(meeting.is_secured for meeting in meetings)
    assert any(meeting.qa_mode for meeting in meetings)
    assert any(call.joined is None for call in calls)
    waiting = [m for m in meetings if m.calls and all(c.waiting for c in m.calls.values())]
    assert len(waiting) == 1
    assert any(call.hold_mode and not call.waiting for call in calls)
    ends = [m for m in meetings if m.attributes["conference_maxduration"] == "3600"]
    assert [START - m.created / 1000 for m in ends] == [3525]


def test_the_first_ten_seconds(now: list[float]) -> None:
    world = demo_world(lambda: now[0])
    before, hands = people(world), sum(call.qa_mode for call in world.calls.values())
    waiting = next(m for m in world.meetings.values() if m.hold_mode)
    moved = []
    for _ in range(10):
        known = people(world)
        now[0] += 1
        world.advance()
        moved.append(len(known ^ people(world)))
    assert sum(one > 0 for one in moved) >= 6
    assert people(world) - before
    assert before - people(world)
    assert sum(call.qa_mode for call in world.calls.values()) > hands
    assert waiting.heads[1] == 1, "the host came late"
    assert not any(call.hold_mode for call in waiting.calls.values())
    assert sum(meeting.is_recording for meeting in world.meetings.values()) >= 2
    assert any(call.operator_mode for call in world.calls.values())


def test_a_node_drops_its_callers_and_they_come_back(now: list[float]) -> None:
    world = demo_world(lambda: now[0])
    now[0] += 19.9
    world.advance()
    before = people(world)
    callers = {call.caller for call in world.calls.values()}
    now[0] += 1.2
    world.advance()
    gone = before - people(world)
    assert len(gone) >= 15
    missing = callers - {call.caller for call in world.calls.values()}
    now[0] += 175
    world.advance()
    back = missing & {call.caller for call in world.calls.values()}
    assert len(back) > 0.6 * len(missing)


def test_meetings_end_and_a_number_is_used_again(now: list[float]) -> None:
    world = demo_world(lambda: now[0])
    sessions: dict[int, set[int]] = {}
    flaps: set[int] = set()
    for _ in range(120):
        for number, meeting in world.meetings.items():
            sessions.setdefault(number, set()).add(meeting.id)
        flaps |= {call.id for call in world.calls.values() if call.caller == FLAPPER}
        now[0] += 1
        world.advance()
    assert any(len(ids) > 1 for ids in sessions.values())
    assert world.happened["meeting ended"] >= 2
    assert len(flaps) >= 3


def test_every_size_can_be_shown() -> None:
    now = [START]
    for meetings, calls in ((1, 1), (1, 40), (3, 5), (24, 250), (5, 0)):
        world = demo_world(lambda: now[0], meetings=meetings, calls=calls)
        now[0] += 120
        world.advance()


async def test_the_same_seed_and_clock_give_the_same_bytes() -> None:
    seen = []
    for _ in range(2):
        now = [START]
        app = demo_app(SEED, MEETINGS, CALLS, lambda now=now: now[0])  # type: ignore[misc]
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://demo/conference/v1",
            auth=("demo", "demo"),
        ) as client:
            for _ in range(30):
                now[0] += 1.5
                for path in ("/calls?limit=1000", "/meetings?limit=1000"):
                    seen.append((await client.get(path)).content)
    assert seen[:60] == seen[60:]
