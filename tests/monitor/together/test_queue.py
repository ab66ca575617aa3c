"""The queue is the same for all: who asked first, who is called up, who is answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from confmon.monitor.plans.podium_plans import queue_plan
from tests.clock import InlineExecutor
from tests.monitor.together.conftest import Room, furnish

if TYPE_CHECKING:
    from tests.monitor.together.conftest import Desk


def toggle(desk: Desk, key: int) -> None:
    plan = queue_plan(desk.session, key)
    assert plan.own is not None, plan.refusal
    desk.session.send((), plan.own)


async def raise_hands(room: Room, *keys: int) -> None:
    for key in keys:
        room.change(key, qa_mode=1)
        await room.wait(5)


async def test_one_who_comes_later_has_the_true_order(room: Room) -> None:
    alice = await room.sit("alice")
    await raise_hands(room, 4, 2, 3)
    bob = await room.sit("bob")
    await room.wait(3)
    assert alice.queue == bob.queue == [4, 2, 3]
    asking = bob.session.memory.asking
    assert asking.since(4) == round(alice.session.memory.asking.since(4) or 0, 3)
    assert not asking.of(4).at_least  # type: ignore[union-attr]
    await raise_hands(room, 1)
    assert alice.queue == bob.queue == [4, 2, 3, 1]


async def test_answered_by_one_is_answered_for_all_and_undone_for_all(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await raise_hands(room, 4, 2, 3)
    toggle(alice, 4)
    assert alice.queue == bob.queue == [2, 3]
    assert bob.session.memory.asking.is_answered(4)
    assert not [
        signal
        for signal in bob.session.attention.signals
        if signal.call == 4 and signal.rule == "question"
    ]
    await room.wait(60)
    assert alice.queue == bob.queue == [2, 3]
    carol = await room.sit("carol")
    await room.wait(5)
    assert carol.queue == [2, 3]
    alice.session.undo.undo()
    assert alice.queue == bob.queue == carol.queue == [4, 2, 3]
    toggle(bob, 4)
    toggle(bob, 4)
    await room.wait(10)
    assert alice.queue == bob.queue == carol.queue == [4, 2, 3]


async def test_who_asks_anew_is_in_the_queue_again_for_all(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await raise_hands(room, 4, 2)
    toggle(bob, 4)
    room.change(4, qa_mode=0)
    await room.wait(5)
    room.change(4, qa_mode=1)
    await room.wait(5)
    assert alice.queue == bob.queue == [2, 4]
    carol = await room.sit("carol")
    await room.wait(5)
    assert carol.queue == [2, 4]


async def test_put_in_by_hand_by_one_is_in_for_all(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await raise_hands(room, 4)
    toggle(bob, 1)
    assert alice.queue == bob.queue == [4, 1]
    await room.wait(30)
    carol = await room.sit("carol")
    await room.wait(3)
    assert carol.queue == [4, 1]
    toggle(alice, 1)
    await room.wait(10)
    assert alice.queue == bob.queue == carol.queue == [4]
    await room.leave(bob)
    await room.wait(40)
    assert alice.queue == carol.queue == [4]


async def test_who_is_called_up_by_another_is_shown_and_skipped(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await raise_hands(room, 4, 2, 3)
    alice.do("podium")
    assert bob.together.up_by(4) == "alice"
    assert alice.together.up_by(4) == ""
    plan = bob.plan("podium")
    assert plan.refusal.startswith("alice@ops-1 has called somebody up just now"), (
        "no two within one interval"
    )
    await room.wait(4)
    plan = bob.plan("podium")
    assert [action.key for action in plan.actions] == [2]
    assert plan.warns == "alice@ops-1 has somebody on the podium here"
    await room.wait(8)
    assert alice.queue == bob.queue == [2, 3], "heard for five seconds by one: answered for all"
    assert bob.together.up_by(4) == ""
    assert bob.plan("podium").warns == ""


async def test_two_press_in_the_same_moment_and_one_is_called_up(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await raise_hands(room, 4, 2, 3)
    room.hub.is_quick = False
    alice.do("podium")
    bob.do("podium")
    room.hub.is_quick = True
    room.hub.deliver()
    await room.wait(2)
    assert [call.id for call in alice.session.podium.called_up()] == [4]
    assert bob.session.podium.called_up() == [], "the smaller id keeps them"
    assert bob.notices == ["alice@ops-1 called •••••••0004 up first, and keeps them"], (
        "numbers are cut"
    )
    assert alice.notices == []
    assert bob.together.up_by(4) == "alice"
    sent = len(alice.bridge.writes()) + len(bob.bridge.writes())
    await room.wait(12)
    assert len(alice.bridge.writes()) + len(bob.bridge.writes()) == sent == 2
    assert [room.bridge.calls[key].mute_mode for key in (4, 2, 3)] == [0, 2, 2]
    assert alice.queue == bob.queue == [2, 3]


async def test_of_two_that_were_apart_the_earlier_keeps_the_caller(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await raise_hands(room, 4, 2)
    room.hub.is_quick = False
    bob.do("podium")
    await room.clock.advance(1)
    alice.do("podium")
    room.hub.is_quick = True
    room.hub.deliver()
    await room.wait(2)
    assert alice.session.podium.called_up() == []
    assert [call.id for call in bob.session.podium.called_up()] == [4]
    assert alice.together.up_by(4) == "bob"
    assert room.hub.rows["queue"][next(k for k in room.hub.rows["queue"] if "up" in k)].member == (
        "m2"
    )


async def test_two_screens_of_one_operator_do_not_call_up_the_same_caller(room: Room) -> None:
    first, second = await room.sit("alice", "ops-1"), await room.sit("alice", "ops-1")
    await raise_hands(room, 4, 2)
    first.do("podium")
    await room.wait(4)
    assert [action.key for action in second.plan("podium").actions] == [2]


async def test_one_called_up_by_a_screen_that_has_gone_is_free_again(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await raise_hands(room, 4, 2)
    alice.do("podium")
    await room.leave(alice)
    await room.wait(4)
    assert bob.together.up_by(4) == "alice"
    await room.wait(35)
    assert bob.together.up_by(4) == ""


async def test_facts_of_those_who_have_left_are_dropped(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await raise_hands(room, 4, 2)
    toggle(bob, 4)
    assert len(room.hub.rows["queue"]) == 3
    room.change(2, qa_mode=0)
    del room.bridge.calls[4]
    await room.wait(10)
    assert room.hub.rows["queue"] == {}
    assert alice.queue == bob.queue == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("raise"), st.integers(1, 5)),
        st.tuples(st.just("lower"), st.integers(1, 5)),
        st.tuples(st.just("toggle0"), st.integers(1, 5)),
        st.tuples(st.just("toggle1"), st.integers(1, 5)),
        st.tuples(st.just("podium0"), st.just(0)),
        st.tuples(st.just("podium1"), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 7)),
        st.tuples(st.just("hold back"), st.just(0)),
        st.tuples(st.just("come"), st.just(0)),
    ),
    max_size=14,
)


@example([("raise", 1), ("toggle0", 1), ("toggle0", 1), ("come", 0)])
@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_whatever_is_done_all_end_with_the_same_queue(steps: list[tuple[str, int]]) -> None:
    asyncio.run(_play(steps))


async def _play(steps: list[tuple[str, int]]) -> None:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    room = Room()
    furnish(room)
    desks = [await room.sit("alice"), await room.sit("bob")]
    for what, number in steps:
        if what in ("raise", "lower"):
            room.change(number, qa_mode=int(what == "raise"))
        elif what.startswith("toggle"):
            plan = queue_plan(desks[int(what[-1])].session, number)
            if plan.own is not None:
                desks[int(what[-1])].session.send((), plan.own)
        elif what.startswith("podium"):
            desk = desks[int(what[-1])]
            plan = desk.plan("podium")
            if not plan.refusal:
                desk.session.send(plan.actions, plan.own)
        elif what == "hold back":
            room.hub.is_quick = not room.hub.is_quick
        elif what == "come" and len(desks) < 3:
            desks.append(await room.sit("carol"))
        else:
            await room.wait(number)
    room.hub.is_quick = True
    room.hub.deliver()
    await room.wait(20)
    first = desks[0].queue
    assert all(desk.queue == first for desk in desks), [desk.queue for desk in desks]
    answered = [
        {key for key in range(1, 6) if desk.session.memory.asking.is_answered(key)}
        for desk in desks
    ]
    assert all(one == answered[0] for one in answered), answered
    for desk in desks:
        await desk.session.close()
