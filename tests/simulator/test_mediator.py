"""A binding forwards while it lives; a dialout joins two parties and is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.simulator.http.calls import CALLS
from confmon.simulator.simulation import build_world
from confmon.simulator.world.admission import dial
from confmon.simulator.world.mediator import PHONES, RING_S

if TYPE_CHECKING:
    from confmon.simulator.world.mediator import Binding
    from confmon.simulator.world.world import World

START = 1_700_000_000.0
FREE = PHONES[-1]
OUTSIDE = "442079460018"


def bind(world: World, **fields: object) -> Binding:
    return world.mediator.add_binding({"redirect_did": FREE, "destination_did": OUTSIDE} | fields)


def test_an_incoming_call_is_sent_on(still: World) -> None:
    binding = bind(still)
    assert dial(still, f"+{FREE}", "", "+15555550100") is None, "it rings outside"
    assert binding.forwarded == 1
    assert still.mediator.forwards[-1] == (binding.sid, "15555550100", OUTSIDE)


def test_into_a_conference_the_digits_are_the_access_code(still: World) -> None:
    room = still.directory.add_room(777_001, "Tried out", {}, 219)
    code = room.keychain[1].access_code
    bind(still, destination_did="15162065318", dtmf=f",,,,{code}#")
    call = dial(still, FREE, "", "+15555550100")
    assert call is not None
    assert (call.meeting.number, call.role, call.caller) == (777_001, 2, "+15555550100")


def test_a_circle_ends(still: World) -> None:
    bind(still, destination_did=FREE)
    assert dial(still, FREE, "1") is None
    assert still.happened["forwarded in a circle"] == 1


def test_the_one_for_a_caller_comes_before_the_one_for_all(still: World) -> None:
    everybody = bind(still)
    own = bind(still, origination_did="15555550100")
    dial(still, FREE, "", "+15555550100")
    dial(still, FREE, "", "+15555550199")
    assert (everybody.forwarded, own.forwarded) == (1, 1)


def test_it_ends_by_age_or_by_waiting_too_long(still: World) -> None:
    kept = bind(still, maximum_ttl=-1, wait_origination_did_ttl=-1)
    aged = bind(still, maximum_ttl=100, wait_origination_did_ttl=-1)
    waiting = bind(still, wait_origination_did_ttl=50, origination_did="15555550100")
    heard = bind(still, wait_origination_did_ttl=50, origination_did="15555550101")
    dial(still, FREE, "", "15555550101")
    assert {kept, aged, waiting, heard} <= set(still.mediator.list_bindings())
    still.advance(START + 51)
    assert waiting not in still.mediator.list_bindings()
    still.advance(START + 101)
    assert {kept, heard} <= set(still.mediator.list_bindings())
    assert aged not in still.mediator.list_bindings()
    still.advance(START + 3601)
    assert heard not in still.mediator.list_bindings(), "an hour is the default"
    assert kept in still.mediator.list_bindings()


def test_a_did_is_free_again_when_its_binding_is_over(still: World) -> None:
    found = []
    while (phone := still.mediator.find_free_phone()) is not None:
        found.append(phone)
        still.mediator.add_binding({"redirect_did": phone, "destination_did": OUTSIDE})
    assert found == [PHONES[3], PHONES[4]]
    still.advance(START + 301)
    assert still.mediator.find_free_phone() is not None


def dial_out(world: World, one: str = OUTSIDE, two: str = "15162065338", delay: int = 0) -> str:
    fields = {"stage_one_destination_did": one, "stage_two_destination_did": two}
    return world.mediator.add_dialout(fields | {"redirect_did": PHONES[0], "delay": delay}).sid


def test_a_dialout_rings_one_then_the_other_and_disappears(still: World) -> None:
    sid = dial_out(still)
    still.advance(START + RING_S - 1)
    assert still.mediator.dialouts[sid].stage == 1
    still.advance(START + RING_S + 1)
    assert still.mediator.dialouts[sid].stage == 2
    assert not still.mediator.talks
    still.advance(START + 2 * RING_S + 1)
    assert sid not in still.mediator.dialouts
    assert still.mediator.talks[-1] == (OUTSIDE, "15162065338")


def test_the_delay_is_kept_and_can_be_changed_until_it_rings(still: World) -> None:
    sid = dial_out(still, delay=60)
    still.advance(START + 30)
    dialout = still.mediator.dialouts[sid]
    dialout.delay = 90
    still.mediator.plan_dialling(dialout)
    still.advance(START + 61)
    assert dialout.stage == 0
    still.advance(START + 91)
    assert dialout.stage == 1


def test_who_does_not_answer_ends_it_and_the_other_never_rings(still: World) -> None:
    dial_out(still, one="15555550000")
    called_off = dial_out(still)
    del still.mediator.dialouts[called_off]
    still.advance(START + 60)
    assert not still.mediator.dialouts
    assert not still.mediator.talks
    assert still.happened["dialout not answered"] == 1
    assert still.happened["dialled stage 2"] == 0


def test_by_itself_the_world_calls_the_bindings_and_the_bridge_stays_the_same() -> None:
    clock = [START]
    busy, idle = (build_world(3, 12, 120, lambda: clock[0], churn=1.0) for _ in range(2))
    idle.mediator.bindings.clear()
    clock[0] += 300
    busy.advance()
    idle.advance()
    assert busy.happened["forwarded"] > 10
    assert idle.happened["forwarded"] == 0
    shown = [[CALLS.wire(world, call) for call in world.calls.values()] for world in (busy, idle)]
    assert shown[0] == shown[1]
