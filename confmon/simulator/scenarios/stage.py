"""What every scenario needs: meetings and callers that the random events leave alone.

A scenario is a function of the world. It changes what is there and plans what comes with
`World.after`, so only the world's clock moves it. Times in the past are set at once: a bridge has
run before anybody looks at it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.simulator.entities import HOST, PARTICIPANT, RECORDER
from confmon.simulator.sample.network import NODES
from confmon.simulator.world import population

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.simulator.entities import Call, Meeting
    from confmon.simulator.sample.network import Node
    from confmon.simulator.world.world import World

LOST_NODE = NODES[4]
"""The node that a scenario loses; staged callers are never on it."""
MINUTE_S, HOUR_S = 60.0, 3600.0
_ROOM_AGE_MS = 90 * 24 * 3_600_000
_JOIN_MS = 1200


def open_meeting(
    world: World,
    owner: str,
    callers: int,
    *,
    age_s: float | None = None,
    hosts: int = 1,
    **attributes: str,
) -> Meeting:
    """Open a staged meeting that began `age_s` seconds ago, with callers in it, hosts first.

    Without `age_s` it is between a quarter of an hour and an hour old. `attributes` are those that
    differ from a plain meeting's.
    """
    age_s = world.rng.uniform(15, 60) * MINUTE_S if age_s is None else age_s
    number = population.draw_meeting_number(world)
    details = population.draw_meeting(world, 0, callers)
    plain = {"conference_mute_policy": "", "conference_maxcalls": "1000"}
    details |= {"owner": owner, "mute_mode": 0, "staged": True}
    details["attributes"] |= plain | attributes
    meeting = world.open(number, created=int((world.now - age_s) * 1000), **details)
    world.directory.add_room_of(meeting, meeting.created - _ROOM_AGE_MS)
    world.wanted_meetings += 1
    world.wanted_calls += callers
    for place in range(callers):
        ago_s = age_s * (1 - place / (callers + 1))
        add_caller(world, meeting, ago_s, HOST if place < hosts else PARTICIPANT)
    return meeting


def add_caller(
    world: World, meeting: Meeting, ago_s: float = 0.0, role: int = PARTICIPANT, **details: Any
) -> Call | None:
    """Put a caller who dialled `ago_s` seconds ago into a meeting, whatever its rules say.

    None if the meeting is over: an operator may have ended it.
    """
    if world.meetings.get(meeting.number) is not meeting:
        return None
    created = int((world.now - ago_s) * 1000)
    details = population.draw_caller(world) | {"node": pick_node(world)} | details
    details.setdefault("joined", min(created + _JOIN_MS, world.now_ms))
    details.setdefault("mute_mode", meeting.mute_mode >> 2 * (role - 1) & 3)
    return world.place(meeting, role, created=created, **details)


def pick_node(world: World) -> Node:
    """Draw a node that no scenario loses."""
    return world.rng.choice([node for node in NODES if node is not LOST_NODE])


def move_call(world: World, call: Call, node: Node) -> None:
    """Move a call to another node, as if it had always been there."""
    world.change(
        call,
        node=node,
        node_name=node.name,
        bridge_name=node.bridge,
        address_from=f'"{call.caller}" <sip:{call.caller}@{node.name}>',
        address_to=f"<sip:{call.callee}@{node.name}>" if node.newer else None,
        operator_mode=(call.operator_mode or 0) if node.newer else None,
    )


def keep(world: World, call: Call) -> None:
    """Let neither random events nor the loss of a node touch this call from now on."""
    call.staged = True
    if call.node is LOST_NODE:
        move_call(world, call, pick_node(world))


def guests(meeting: Meeting) -> list[Call]:
    """Return the joined callers that are not hosts."""
    return [c for c in meeting.calls.values() if c.role not in (HOST, RECORDER) and c.joined]


def people(meeting: Meeting) -> list[Call]:
    """Return the callers, without the recording leg."""
    return [call for call in meeting.calls.values() if call.role != RECORDER]


def start_recording(world: World, meeting: Meeting) -> None:
    """Record a meeting from now on; no scenario loses the recording's node."""
    world.record(meeting, on=True)
    for call in meeting.calls.values():
        if call.role == RECORDER:
            keep(world, call)


def change_all(world: World, meeting: Meeting, **fields: Any) -> None:
    """Set fields of every caller."""
    for call in people(meeting):
        world.change(call, **fields)


def to_guest(world: World, meeting: Meeting, act: Callable[[Call], object]) -> Callable[[], None]:
    """Return what does something to a guest that is drawn then; nothing if there is none."""

    def happen() -> None:
        found = guests(meeting)
        if found:
            act(found[world.rng.randrange(len(found))])

    return happen


def hold_a_while(world: World, call: Call, seconds: float) -> None:
    """Put a caller on hold, and take them off again."""
    world.change(call, hold_mode=1)
    world.after(seconds, partial(world.change, call, hold_mode=0))


def end_later(world: World, at_s: float, for_s: float | None, end: Callable[[], object]) -> None:
    """Plan the end of what begins at `at_s` and lasts `for_s` seconds; None: it never ends."""
    if for_s is not None:
        world.after(at_s + for_s, end)


def repeat(
    world: World, happen: Callable[[], object], *, times: int, every_s: float, first_s: float
) -> None:
    """Let something happen `times` times."""
    for nth in range(times):
        world.after(first_s + nth * every_s, happen)


def largest(world: World, nth: int = 0) -> Meeting:
    """Return the `nth` largest meeting that is not staged; open one where there is none."""
    found = [
        meeting for meeting in world.meetings.values() if not meeting.staged and not meeting.ending
    ]
    if not found:
        return open_meeting(world, "Weekly all-hands", 12)
    found.sort(key=lambda meeting: -meeting.participant_count)
    return found[nth % len(found)]


def leave_after(world: World, call: Call | None, stay_s: float) -> None:
    """Let a call that was admitted leave after a while."""
    if call is not None:
        world.after(stay_s, partial(world.leave, call))
