"""Standing orders as other operators see them: only the screen that began one carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.plans.order_plans import order_plan
from tests.monitor.conftest import a_call

if TYPE_CHECKING:
    from confmon.monitor.views.live_columns import RenderContext
    from tests.monitor.together.conftest import Desk, Room


def begin(desk: Desk, kind: str = "lecture", number: int = 100) -> str:
    return desk.session.orders.begin(kind, desk.session.store.live_state.meetings[number])


def marks(desk: Desk, number: int = 100) -> tuple[str, ...]:
    look: RenderContext = desk.session.look()
    assert look.orders is not None
    return tuple(look.orders(number))


async def test_others_see_it_with_the_name_and_do_not_carry_it_out(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    begin(alice)
    await room.wait(3)
    assert marks(alice) == ("LECTURE",)
    assert marks(bob) == ("LECTURE·alice",)
    assert bob.together.order_lines(100) == ["lecture (mute who joins) · alice@ops-1"]
    assert bob.session.orders.of(100) == []
    room.bridge.calls[9] = a_call(9)
    await room.wait(8)
    assert room.bridge.calls[9].mute_mode not in (0, None)
    assert bob.bridge.writes() == []
    assert len(room.hub.rows["standing_order"]) == 1
    alice.session.orders.end(alice.session.orders.of(100)[0])
    await room.wait(2)
    assert marks(bob) == marks(alice) == ()
    assert bob.notices == [], "it was ended in order"


async def test_a_second_one_is_asked_with_the_name_of_the_first(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    begin(alice)
    await room.wait(190)
    meeting = bob.session.store.live_state.meetings[100]
    plan, order = order_plan(bob.session, "doors", meeting)
    assert order is None
    assert not plan.refusal
    assert plan.warns.startswith(
        "alice@ops-1 holds lecture here, begun 3 min ago: only that screen can end it"
    )
    assert (
        order_plan(bob.session, "lecture", bob.session.store.live_state.meetings[200])[
            0
        ].warns.find("alice")
        == -1
    )
    begin(bob, "lecture")
    await room.wait(2)
    assert marks(bob) == ("LECTURE", "LECTURE·alice")
    assert marks(alice) == ("LECTURE", "LECTURE·bob")


async def test_when_its_screen_has_gone_the_others_hear_it_once(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    begin(alice)
    await room.wait(3)
    await room.leave(alice)
    await room.wait(60)
    assert marks(bob) == ()
    assert bob.notices == [
        "alice@ops-1 is gone: lecture in 100 holds no longer, and who was reached stays as they are"
    ]


async def test_an_order_of_an_ended_meeting_is_nobodys(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    begin(alice)
    await room.wait(3)
    del room.bridge.meetings[100]
    for key in range(1, 6):
        del room.bridge.calls[key]
    await room.wait(10)
    assert marks(bob) == ()
    assert room.hub.rows["standing_order"] == {}
    assert not [line for line in bob.notices if "gone" in line]


async def test_while_alone_the_orders_of_others_stay_as_they_were_known(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    begin(alice)
    await room.wait(3)
    room.hub.is_quick = False
    room.hub.part(bob.share)
    await room.wait(2)
    assert marks(bob) == ("LECTURE·alice",)
    room.hub.is_quick = True
    room.hub.deliver()
    assert marks(bob) == ("LECTURE·alice",)
    assert not [line for line in bob.notices if "lecture" in line]


async def test_two_screens_of_one_operator_keep_their_orders_apart(room: Room) -> None:
    first, second = await room.sit("alice", "ops-1"), await room.sit("alice", "ops-1")
    begin(first)
    begin(second)
    await room.wait(3)
    assert len(room.hub.rows["standing_order"]) == 2
    assert marks(first) == marks(second) == ("LECTURE", "LECTURE·alice")
    first.session.orders.end(first.session.orders.of(100)[0])
    await room.wait(3)
    assert (marks(first), marks(second)) == (("LECTURE·alice",), ("LECTURE",))
    [fact] = room.hub.rows["standing_order"].values()
    assert fact.member == "m2"


async def test_a_claim_is_of_the_operator_whichever_screen(room: Room) -> None:
    first, second = await room.sit("alice", "ops-1"), await room.sit("alice", "ops-1")
    meeting = first.session.store.live_state.meetings[100]
    first.together.claims.toggle(meeting)
    await room.wait(2)
    assert second.together.mark_of(100) == ("mine", "good")
    assert second.together.claims.toggle(meeting) == "100 is given back"
    await room.wait(8)
    assert first.together.claims.of(100) is second.together.claims.of(100) is None
