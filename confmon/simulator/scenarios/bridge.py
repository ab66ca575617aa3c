"""Something happens to the bridge: callers drop together, a node is lost or stays silent."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from confmon.simulator.entities import PARTICIPANT, RECORDER
from confmon.simulator.sample.network import NODES
from confmon.simulator.scenarios.stage import (
    LOST_NODE,
    add_caller,
    largest,
    leave_after,
    move_call,
    open_meeting,
)
from confmon.simulator.world import churn

if TYPE_CHECKING:
    from confmon.simulator.entities import Call
    from confmon.simulator.world.world import World

ON_NODE = 28
"""The node that is lost has at least so many callers."""
SILENT_NODE = NODES[5]
MASS = 16
BACK_S = (5.0, 24.0)
"""Who drops with others dials in again after so long."""


def lose_node(
    world: World,
    at_s: float = 20.0,
    away_s: float = 60.0,
    enough: int = ON_NODE,
    back_s: tuple[float, float] = BACK_S,
) -> None:
    """Lose a node with all its calls. It takes calls again after `away_s`.

    Most callers dial in again after a time within `back_s`.
    """
    crowd_node(world, enough)
    world.after(at_s, partial(_lose_node, world, away_s, back_s))


def crowd_node(world: World, enough: int) -> None:
    """Put `enough` callers on the node that will be lost: those of others, then new ones."""
    there = sum(call.node is LOST_NODE for call in world.calls.values())
    others = [c for c in world.calls.values() if _may_move(c) and c.node is not LOST_NODE]
    for call in others[: max(0, enough - there)]:
        move_call(world, call, LOST_NODE)
    lack = enough - sum(call.node is LOST_NODE for call in world.calls.values())
    if lack > 0:
        meeting = largest(world)
        for nth in range(lack):
            add_caller(world, meeting, 60.0 + nth, node=LOST_NODE)


def _may_move(call: Call) -> bool:
    return not call.staged and call.role != RECORDER and not call.operator_mode


def _lose_node(world: World, away_s: float, back_s: tuple[float, float]) -> None:
    world.closed_nodes.add(LOST_NODE.name)
    world.after(away_s, partial(world.closed_nodes.discard, LOST_NODE.name))
    calls = [call for call in world.calls.values() if call.node is LOST_NODE]
    drop_together(world, calls, back_s)


def drop_together(world: World, calls: list[Call], back_s: tuple[float, float] = BACK_S) -> None:
    """Drop these calls at once; nearly all people dial in again, and a recording starts again."""
    for call in calls:
        meeting = call.meeting
        if call.role == RECORDER:
            world.leave(call)
            world.after(4, partial(world.record, meeting, on=True))
        elif meeting.ending or world.rng.random() > 0.95:
            world.leave(call)
        else:
            churn.drop_and_return(world, call, world.rng.uniform(*back_s))


def drop_a_number(world: World, at_s: float = 30.0) -> None:
    """Drop all callers of the number that most dialled: its carrier fails."""
    people = [call for call in world.calls.values() if call.role != RECORDER]
    dialled = Counter(call.callee for call in people)
    number = dialled.most_common(1)[0][0] if dialled else "15162065318"
    lack = MASS - dialled[number]
    if lack > 0:
        meeting = open_meeting(world, "Weekly all-hands", 2)
        for nth in range(lack):
            add_caller(world, meeting, 90.0 + nth, callee=number)

    def drop() -> None:
        calls = [call for call in world.calls.values() if call.callee == number]
        drop_together(world, [call for call in calls if call.role != RECORDER])

    world.after(at_s, drop)


def silence_node(world: World, minutes: int = 15) -> None:
    """Let a node take no new call, while every ten seconds somebody joins on another one."""
    world.closed_nodes.add(SILENT_NODE.name)
    world.after(minutes * 60, partial(world.closed_nodes.discard, SILENT_NODE.name))
    meeting = open_meeting(world, "Weekly all-hands", 5)
    others = [node for node in NODES if node is not SILENT_NODE]

    def visit(nth: int) -> None:
        node = others[nth % len(others)]
        call = world.enter(meeting, PARTICIPANT, node=node, custom_name="")
        leave_after(world, call, 240)

    for nth in range(minutes * 6):
        world.after(5 + 10 * nth, partial(visit, nth))
