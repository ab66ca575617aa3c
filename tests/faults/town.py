"""A small world without churn: two meetings with named callers, and their secrets."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING

from confmon.simulator.entities import HOST, LISTENER, PARTICIPANT
from confmon.simulator.simulation import build_world
from confmon.simulator.world import population

if TYPE_CHECKING:
    from confmon.simulator.entities import Call, Meeting
    from confmon.simulator.world.world import World

BOARD, STAFF = 300100, 300200
"""Meeting numbers. Tests act in BOARD; nothing may change in STAFF."""
BOARD_OWNER = "Board of trustees"
CODES = ("40731942058", "40758203117", "40791744206")
NAMES = (
    "Alma", "Boris", "Chloe", "Dmitri", "Esther", "Farid", "Greta", "Hugo", "Ingrid", "Jamal",
    "Karin", "Lionel", "Mirela", "Nadia", "Oskar", "Petra",
)  # fmt: skip
STRANGERS = ("Quentin", "Rosa", "Stefan", "Tomas")


def number_of(nth: int) -> str:
    """Return the nth caller's number: only its last four digits differ from the others."""
    return f"+1646555{7100 + nth}"


def town(calls: int = 12) -> World:
    """Return a world of `calls` callers in BOARD and a few in STAFF, without random events."""
    world = build_world(1, 0, 0, time.time, churn=0)
    for number, owner in ((BOARD, BOARD_OWNER), (STAFF, "Staff and guests")):
        world.open(
            number,
            owner=owner,
            attributes=population.draw_attributes(Random(1), population.PLAIN),  # noqa: S311
            codes=CODES,
            wanted=calls,
            created=world.now_ms - 3_600_000,
        )
    for nth, name in enumerate(NAMES[:calls]):
        come(world, name, nth)
    for nth, name in enumerate(STRANGERS):
        come(world, name, 50 + nth, meeting=world.meetings[STAFF])
    return world


def come(world: World, name: str, nth: int, meeting: Meeting | None = None, id_: int = 0) -> Call:
    """Add a caller, a little later than the one before."""
    role = HOST if not nth % 50 else LISTENER if nth % 5 == 4 else PARTICIPANT
    return world.place(
        meeting or world.meetings[BOARD],
        role,
        id=id_,
        created=world.now_ms - 1_800_000 + nth * 1000,
        custom_name=name,
        caller=number_of(nth),
    )


def crowd(world: World, count: int) -> None:
    """Add so many callers to STAFF at once."""
    for nth in range(count):
        world.place(
            world.meetings[STAFF],
            PARTICIPANT,
            created=world.now_ms - 60_000,
            custom_name=f"Crowd {nth}",
            caller=number_of(50),
        )


def call_named(world: World, name: str) -> Call:
    """Return the call with this name."""
    return next(call for call in world.calls.values() if call.custom_name == name)
