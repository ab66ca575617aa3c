"""Each scenario makes what its rule of attention looks for; the demo makes most of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.simulator.demo import demo_world
from confmon.simulator.scenarios import stage
from confmon.simulator.scenarios.table import DEMO, SCENARIOS
from confmon.simulator.simulation import build_world
from tests.simulator import situations
from tests.simulator.looks import watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.simulator.world.world import World
    from tests.simulator.looks import Look
    from tests.simulator.situations import Found

SHOWS: dict[str, Callable[[list[Look]], Found]] = {
    "question": situations.question,
    "help": situations.asks_for_help,
    "at-the-door": situations.at_the_door,
    "no-host": situations.no_host,
    "no-host-came": situations.no_host_came,
    "all-held": situations.all_held,
    "long-hold": situations.long_hold,
    "dead-air": situations.dead_air,
    "alone": situations.alone,
    "empty": situations.empty,
    "long-meeting": situations.long_meeting,
    "long-leg": situations.long_leg,
    "recording-off": situations.recording_off,
    "recording-leg": situations.recording_leg,
    "small-room": situations.fills_up,
    "full-bridge": situations.full_bridge,
    "end-soon": situations.ends_in_ten_and_in_two_minutes,
    "flapping": situations.flapping,
    "mass-drop": situations.number_drops,
    "node-lost": situations.node_lost,
    "node-silent": situations.node_silent,
    "join-spike": situations.join_spike,
    "short-calls": situations.short_calls,
    "redials": situations.redials,
    "code-guessing": situations.code_guessing,
    "same-number": situations.same_number,
    "pumping": situations.pumping,
    "outbound": situations.outbound,
    "other-operator": situations.changed_by_another,
    "miscount": situations.counts_disagree,
}
LONG_S = {"node-silent": (604.0, 4.0), "full-bridge": (250.0, 10.0)}
"""How long these are watched, and how often."""
NOT_IN_THE_DEMO = {
    "full-bridge", "node-silent", "join-spike", "short-calls", "redials", "pumping", "outbound"
}  # fmt: skip
IN_THE_DEMO = {name: find for name, find in SHOWS.items() if name not in NOT_IN_THE_DEMO} | {
    "mass-drop": situations.mass_drop,
    "end-soon": situations.ends_soon,
}
THREE_MINUTES_S = 180.0


@pytest.fixture
def bare(now: list[float]) -> World:
    """A bridge on which nothing happens by itself, with three meetings that need nobody."""
    world = build_world(3, 0, 0, lambda: now[0], churn=0)
    for owner in ("Release train", "Equipo", "Night desk"):
        stage.open_meeting(world, owner, 6)
    return world


def test_there_is_a_situation_for_every_scenario() -> None:
    assert {*SHOWS, DEMO} == set(SCENARIOS)


def test_a_quiet_bridge_shows_nothing(bare: World, now: list[float]) -> None:
    looks = watch(bare, now, 604)
    assert [name for name, find in SHOWS.items() if find(looks)] == []


@pytest.mark.parametrize("name", SHOWS)
def test_a_scenario_shows_what_it_is_for(name: str, bare: World, now: list[float]) -> None:
    SCENARIOS[name].play(bare)
    found = SHOWS[name](watch(bare, now, *LONG_S.get(name, (240.0,))))
    assert found
    if name not in LONG_S:
        assert min(found)[0] > 0, "it begins while one looks"


@pytest.mark.parametrize("name", SHOWS)
def test_random_events_do_not_spoil_it(name: str, now: list[float]) -> None:
    world = build_world(7, 8, 80, lambda: now[0], churn=0.2)
    SCENARIOS[name].play(world)
    assert SHOWS[name](watch(world, now, *LONG_S.get(name, (240.0,))))


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_operator_may_end_every_meeting_of_it(name: str, now: list[float]) -> None:
    world = build_world(7, 18, 200, lambda: now[0], churn=0.1)
    SCENARIOS[name].play(world)
    now[0] += 12
    world.advance()
    for meeting in list(world.meetings.values()):
        world.end(meeting)
    for _ in range(30):
        now[0] += 10
        world.advance()
        assert sum(len(one.calls) for one in world.meetings.values()) == len(world.calls)
        assert all(world.meetings[c.meeting.number] is c.meeting for c in world.calls.values())


@pytest.fixture
def demo_looks(now: list[float]) -> list[Look]:
    """The first three minutes of the demo."""
    return watch(demo_world(lambda: now[0]), now, THREE_MINUTES_S)


def test_the_demo_shows_each_within_three_minutes(demo_looks: list[Look]) -> None:
    assert [name for name, find in IN_THE_DEMO.items() if not find(demo_looks)] == []


def test_the_demo_spreads_them_and_leaves_meetings_quiet(demo_looks: list[Look]) -> None:
    found = {name: find(demo_looks) for name, find in IN_THE_DEMO.items()}
    firsts = sorted(min(one)[0] for one in found.values())
    assert len([at for at in firsts if at < 15]) <= 4
    assert max(len([at for at in firsts if low <= at < low + 20]) for low in range(180)) <= 6
    del found["other-operator"]  # a host who mutes somebody looks the same
    troubled = {number for one in found.values() for _, number in one}
    assert len(set(demo_looks[-1].meetings) - troubled) >= 3
    assert len(demo_looks[0].meetings) == 18
    assert 190 <= len(demo_looks[0].calls) <= 210


@pytest.mark.parametrize("seed", [8, 9])
def test_another_seed_shows_them_too(seed: int, now: list[float]) -> None:
    looks = watch(demo_world(lambda: now[0], seed=seed), now, THREE_MINUTES_S)
    assert [name for name, find in IN_THE_DEMO.items() if not find(looks)] == []
