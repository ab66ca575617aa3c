"""Builds a simulated bridge: the directory, meetings and calls, rules, random events."""

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
    unrest: float = 1.0,
    hostile: bool = False,
    quirks: Quirks | None = None,
) -> World:
    """Return a world with its first meetings and calls.

    `clock` returns epoch seconds. Nothing runs by itself: `World.advance` runs the events that are
    due since its last call, so two worlds with one seed and one clock are equal however often they
    are advanced. `meetings` and `calls` are the numbers the world returns to. `churn` is the share
    of callers that leave per minute, and scales all other random events (0: none); `unrest` scales
    those of them that make somebody look. `hostile` gives some callers names that attack a
    terminal.
    """
    world = World(seed, meetings, calls, clock, hostile=hostile, quirks=quirks)
    world.on_joined = partial(admission.on_joined, world)
    world.on_host_left = partial(admission.on_host_left, world)
    world.directory.add_subscribers()
    world.directory.add_numbers()
    population.add_first_meetings(world)
    population.add_rooms(world)
    world.mediator.add_first_bindings(hostile=hostile)
    start_churn(world, churn, unrest)
    return world
