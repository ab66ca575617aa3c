"""Puts a simulated bridge together: people and meetings, the directory, rules, what happens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from confmon.simulator.world import admission, population
from confmon.simulator.world.churn import start_churn
from confmon.simulator.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.simulator.world.quirks import Quirks


def build_world(
    seed: int,
    meetings: int,
    calls: int,
    clock: Callable[[], float],
    *,
    churn: float = 0.05,
    hostile: bool = False,
    quirks: Quirks | None = None,
) -> World:
    """Return a world with its first meetings and calls, ready to live on.

    `clock` returns epoch seconds. Nothing runs by itself: `World.advance` lives through what has
    happened since it was last called, so two worlds of one seed on one clock are equal however
    often they were looked at. `meetings` and `calls` are the numbers the population hovers
    around; `churn` is the share of callers who leave per minute, and everything else that happens
    goes with it (0: nothing happens). `hostile` gives some callers names that attack a terminal.
    """
    world = World(seed, meetings, calls, clock, hostile=hostile, quirks=quirks)
    world.on_joined = partial(admission.on_joined, world)
    world.on_host_left = partial(admission.on_host_left, world)
    world.directory.add_subscribers()
    world.directory.add_numbers()
    population.add_first_meetings(world)
    population.add_rooms(world)
    world.mediator.add_first_bindings(hostile=hostile)
    start_churn(world, churn)
    return world
