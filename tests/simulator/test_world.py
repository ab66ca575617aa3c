"""The world keeps its books, repeats itself from a seed, and costs by its events."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.simulator.entities import RECORDER
from confmon.simulator.http.calls import CALLS
from confmon.simulator.http.meetings import MEETINGS
from confmon.simulator.sample import names
from confmon.simulator.simulation import build_world
from confmon.simulator.world import population
from confmon.simulator.world.event_queue import MAX_GAP_S, EventQueue

if TYPE_CHECKING:
    from confmon.simulator.world.world import World

START = 1_700_000_000.0


def all_of_it(world: World) -> str:
    return json.dumps(
        [
            [CALLS.wire(world, call) for call in world.calls.values()],
            [MEETINGS.wire(world, meeting) for meeting in world.meetings.values()],
        ]
    )


def assert_books_balance(world: World) -> None:
    assert world.call_ids == sorted(world.calls)
    assert world.meeting_numbers == sorted(world.meetings)
    assert sum(len(one.calls) for one in world.meetings.values()) == len(world.calls)
    for number, meeting in world.meetings.items():
        assert meeting.number == number
        roles = Counter(call.role for call in meeting.calls.values())
        assert meeting.heads == [roles[role] for role in range(4)]
        assert meeting.participant_count == len(meeting.calls) - roles[RECORDER]
        assert meeting.is_recording == (roles[RECORDER] == 1)
    for id_, call in world.calls.items():
        assert call.id == id_
        assert world.meetings[call.meeting.number] is call.meeting
        assert call.meeting.calls[id_] is call
        assert call.created <= world.now_ms
        assert (call.joined is None) == (call.state != 2)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    meetings=st.integers(1, 12),
    calls=st.integers(0, 90),
    steps=st.lists(st.floats(0.0, 200.0), max_size=6),
)
def test_books_balance_and_looking_changes_nothing(
    seed: int, meetings: int, calls: int, steps: list[float]
) -> None:
    clocks = [START, START]
    looked_at = build_world(seed, meetings, calls, lambda: clocks[0], churn=1.5)
    left_alone = build_world(seed, meetings, calls, lambda: clocks[1], churn=1.5)
    assert len(looked_at.calls) == calls
    for step in steps:
        clocks[0] += step
        looked_at.advance()
        assert_books_balance(looked_at)
    clocks[1] = clocks[0]
    if clocks[1] - START <= MAX_GAP_S:
        left_alone.advance()
        assert all_of_it(left_alone) == all_of_it(looked_at)


def test_another_seed_is_another_world() -> None:
    assert all_of_it(build_world(1, 5, 40, lambda: START)) != all_of_it(
        build_world(2, 5, 40, lambda: START)
    )


def test_everything_that_should_happen_happens() -> None:
    now = [START]
    world = build_world(5, 18, 200, lambda: now[0], churn=0.2)
    ids_by_number: dict[int, set[int]] = {}
    callers: dict[tuple[int, str], set[int]] = {}
    seen: Counter[str] = Counter()
    for _ in range(180):
        now[0] += 10
        world.advance()
        for number, meeting in world.meetings.items():
            ids_by_number.setdefault(number, set()).add(meeting.id)
            seen["recording"] += meeting.is_recording
        for call in world.calls.values():
            if call.caller not in ("anonymous", "recorder"):
                callers.setdefault((call.meeting.number, call.caller), set()).add(call.id)
            seen["hand"] += call.qa_mode
            seen["operator"] += call.operator_mode or 0
            seen["held"] += call.hold_mode
            seen["ringing"] += call.joined is None
            seen[f"mute {call.mute_mode}"] += 1
        assert 0.5 * 200 < len(world.calls) < 1.5 * 200
        assert 0.4 * 18 < len(world.meetings) < 1.8 * 18
    assert_books_balance(world)
    assert min(seen[f"mute {mode}"] for mode in range(4)) > 0
    assert min(seen[k] for k in ("recording", "hand", "operator", "held", "ringing")) > 0
    assert any(len(ids) > 1 for ids in ids_by_number.values()), "a number is used again"
    assert any(len(ids) > 1 for ids in callers.values()), "a caller comes back"
    assert world.happened["came back"] > 10


def test_without_churn_nothing_happens(still: World) -> None:
    before = all_of_it(still).count("customName"), set(still.calls), len(still.events)
    still.advance(START + 800)
    assert (all_of_it(still).count("customName"), set(still.calls), len(still.events)) == before


def test_one_call_has_the_number_of_another_meeting_as_its_id(still: World) -> None:
    strangers = [still.calls[n] for n in still.meetings if n in still.calls]
    assert len(strangers) == 1
    assert strangers[0].meeting.number != strangers[0].id


@pytest.mark.parametrize("calls", [1, 2, 10, 200, 5000])
@pytest.mark.parametrize("meetings", [1, 2, 30])
def test_sizes_add_up(meetings: int, calls: int) -> None:
    world = build_world(1, meetings, calls, lambda: START)
    assert len(world.calls) == calls
    assert len(world.meetings) == meetings
    assert_books_balance(world)


def test_sizes_are_skewed() -> None:
    world = build_world(1, 300, 4000, lambda: START)
    sizes = sorted(meeting.participant_count for meeting in world.meetings.values())
    assert 300 <= sizes[-1] <= 1000
    assert sum(3 <= size <= 20 for size in sizes) > 200


def test_a_hundred_thousand_calls() -> None:
    now = [START]
    world = build_world(1, 4000, 100_000, lambda: now[0])
    assert len(world.calls) == 100_000
    happened = world.happened.total()
    now[0] += 5
    world.advance()
    assert 200 < world.happened.total() - happened < 2000


def test_names_come_in_many_scripts_and_hostile_only_on_request() -> None:
    plain = build_world(1, 20, 2000, lambda: START)
    text = "".join(call.custom_name for call in plain.calls.values())
    for first, last in (("一", "鿿"), ("؀", "ۿ"), ("֐", "׿"), ("ऀ", "ॿ"), ("À", "ÿ"), ("🀀", "🿿")):
        assert any(first <= char <= last for char in text), first
    assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in text)
    hostile = build_world(1, 20, 2000, lambda: START, hostile=True)
    shown = {call.custom_name for call in hostile.calls.values()}
    assert shown >= set(names.HOSTILE)


def test_numbers_are_not_in_use() -> None:
    world = build_world(1, 50, 50, lambda: START)
    assert population.draw_meeting_number(world) not in world.meetings


def test_a_clock_that_goes_back_changes_nothing(still: World) -> None:
    before = all_of_it(still)
    still.advance(START - 3600)
    assert all_of_it(still) == before
    still.events.now = 0.0
    assert all(CALLS.wire(still, call)["duration"] == 0 for call in still.calls.values())


def test_after_a_long_gap_plans_move_on_with_the_clock() -> None:
    events = EventQueue(0.0)
    lived: list[float] = []

    def tick() -> None:
        lived.append(events.now)
        events.after(10, tick)

    events.after(10, tick)
    events.run(100_000.0)
    assert len(lived) == MAX_GAP_S / 10
    assert lived[-1] == events.now == 100_000.0
