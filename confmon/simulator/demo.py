"""The bridge behind `confmon demo`: a world with a scenario, served in process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.simulator.scenarios.table import DEMO, SCENARIOS
from confmon.simulator.simulation import build_world
from confmon.simulator.world.quirks import Quirks

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from confmon.simulator.http.faults.spec import Faults
    from confmon.simulator.world.world import World

LOGIN = PASSWORD = "demo"  # noqa: S105 - known to all
SEED, MEETINGS, CALLS = 7, 18, 200
UNREST = 0.06
"""What happens at random hides little of what the scenario shows."""


def demo_world(
    clock: Callable[[], float],
    *,
    seed: int = SEED,
    meetings: int = MEETINGS,
    calls: int = CALLS,
    hostile: bool = False,
    scenario: str = DEMO,
) -> World:
    """Return the demo's world. `clock` returns epoch seconds; the scenario begins now.

    A change of a call shows after 0.4 s, as with a real bridge.
    """
    quirks = Quirks(write_delay_s=0.4)
    world = build_world(
        seed, meetings, calls, clock, churn=0.12, unrest=UNREST, hostile=hostile, quirks=quirks
    )
    SCENARIOS[scenario].play(world)
    return world


def demo_app(
    seed: int,
    meetings: int,
    calls: int,
    clock: Callable[[], float],
    *,
    faults: Faults | None = None,
    hostile: bool = False,
    scenario: str = DEMO,
) -> ASGIApp:
    """Return the demo as an ASGI application: all three APIs over one world.

    For `httpx.ASGITransport`. Login and password are "demo" for /conference/v1, "mediator" for
    /mediator/v1 and "portal" for /core/v2. Loads the ASGI framework.
    """
    from confmon.simulator.http.app import make_app

    world = demo_world(
        clock, seed=seed, meetings=meetings, calls=calls, hostile=hostile, scenario=scenario
    )
    return make_app(world, login=LOGIN, password=PASSWORD, faults=faults)
