"""The traffic is odd: too many joins, short calls, redials, or calls that are there for money."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from confmon.simulator.entities import LISTENER, PARTICIPANT, RECORDER
from confmon.simulator.scenarios.stage import (
    HOUR_S,
    MINUTE_S,
    add_caller,
    guests,
    leave_after,
    open_meeting,
    repeat,
)
from confmon.simulator.world import churn, population

if TYPE_CHECKING:
    from confmon.simulator.entities import Meeting
    from confmon.simulator.world.world import World

PUMPED_DID = "16466610120"
PUMPED_BLOCK = "+1712432"
"""Seven digits: country code, area code, exchange."""


def join_spike(world: World, at_s: float = 120.0, joins: int = 80) -> None:
    """Let a crowd join one meeting within half a minute."""
    meeting = open_meeting(world, "Rádio comunitária", 4)
    world.wanted_calls += joins
    enter = partial(churn.join_meeting, world, meeting, LISTENER)
    repeat(world, enter, times=joins, every_s=30 / joins, first_s=at_s)


def short_calls(world: World, minutes: int = 15) -> None:
    """Let a caller join every three seconds and hang up within half a minute."""
    meeting = open_meeting(world, "Telehealth group B", 5)

    def visit() -> None:
        call = world.enter(meeting, PARTICIPANT, **population.draw_caller(world))
        leave_after(world, call, world.rng.uniform(6, 26))

    repeat(world, visit, times=minutes * 20, every_s=3, first_s=4)


def redials(world: World, minutes: int = 15) -> None:
    """Let a caller of one meeting drop every six seconds and dial in again within a minute."""
    meeting = open_meeting(world, "Sales EMEA", 24)
    repeat(world, partial(_redial, world, meeting), times=minutes * 10, every_s=6, first_s=5)


def _redial(world: World, meeting: Meeting) -> None:
    found = guests(meeting)
    if found:
        call = found[world.rng.randrange(len(found))]
        churn.drop_and_return(world, call, world.rng.uniform(8, 55))


def pumping(world: World, left_s: float = 60.0) -> None:
    """Let calls of one block of numbers stay on one DID: two hours are over in `left_s` seconds."""
    others = sum(c.callee == PUMPED_DID for c in world.calls.values() if c.role != RECORDER)
    meeting = open_meeting(world, "Rádio comunitária", 0, age_s=2 * HOUR_S + 5 * MINUTE_S)
    ago_s = 2 * HOUR_S - left_s
    count = max(24, int(0.6 * others) + 1)
    world.wanted_calls += count
    for nth in range(count):
        caller = f"{PUMPED_BLOCK}{nth % 10_000:04d}"
        add_caller(
            world, meeting, ago_s, LISTENER, caller=caller, callee=PUMPED_DID, custom_name=""
        )
