"""The objects of the two documents' samples, in a simulated world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.simulator.entities import HOST
from confmon.simulator.sample.network import Node
from confmon.simulator.simulation import build_world
from confmon.simulator.world.mediator import SAMPLE_BINDING, Binding
from confmon.simulator.world.quirks import Quirks

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.simulator.entities import Meeting
    from confmon.simulator.world.world import World

NODE = Node("10.2.114.15", "MIA-QA-FCC4D", newer=False)
CALL, MEETING, ROOM, NEW_ROOM = 6_889_184, 106_131, 273_751, 452_650
JOINED_MS, STARTED_MS = 1_544_643_810_000, 1_544_729_701_000


def sample_world(clock: Callable[[], float]) -> World:
    """One call in one meeting, one bare room, one DID group of two DIDs, one Mediator DID."""
    world = build_world(1, 0, 0, clock, churn=0, quirks=Quirks(last="index"))
    directory, mediator = world.directory, world.mediator
    directory.groups = {219: directory.groups[219]}
    directory.dids = {id_: directory.dids[id_] for id_ in (220, 221)}
    directory.rooms = {ROOM: directory.rooms[ROOM]}
    directory.rooms[ROOM].created = 1_544_482_680_000
    mediator.phones = {"19166561000": mediator.phones["19166561000"]}
    mediator.bindings.clear()
    meeting = meet(world, MEETING, 196_938, "John Smith")
    place(world, meeting, CALL, "+15162065319", "15162065318", "111")
    return world


def meet(world: World, number: int, id_: int, owner: str) -> Meeting:
    """Open a meeting as the samples show them: listeners muted, distributed."""
    meeting = world.open(
        number,
        created=STARTED_MS,
        owner=owner,
        codes=("", "", ""),
        wanted=1,
        attributes={"conference_exittones": "on", "conference_qa_policy": "p"},
        mute_mode=32,
        type=1,
    )
    meeting.id = id_
    return meeting


def place(  # noqa: PLR0917
    world: World, meeting: Meeting, id_: int, caller: str, callee: str, code: str
) -> None:
    """Put a host's call into a meeting as the samples show them."""
    call = world.place(
        meeting,
        HOST,
        id=id_,
        caller=caller,
        callee=callee,
        access_code=code,
        codec="PCMU",
        created=JOINED_MS,
        presenter_media=0,
        node=NODE,
    )
    world.change(call, address_from=f'"{caller}" ')


def other_calls(world: World) -> None:
    """Add what other samples name: calls 144 and 174, and meeting 111."""
    place(world, meet(world, 111, 196_940, "x"), 144, "5626245432", "15162065310", "2756")
    place(world, meet(world, 4711, 196_941, "y"), 174, "5626245433", "15162065310", "2757")


def other_room(world: World) -> None:
    """Add the room that a sample deletes."""
    world.directory.add_room(NEW_ROOM, "", {}, 219)


def one_binding(world: World) -> None:
    """Add the binding that a sample changes."""
    world.mediator.bindings[SAMPLE_BINDING] = Binding(
        sid=SAMPLE_BINDING,
        created=1_550_599_660_000,
        destination_did="15162065586",
        redirect_did="19166561000",
        maximum_ttl=-1,
        wait_origination_did_ttl=-1,
    )
