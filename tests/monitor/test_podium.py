"""Who is called up to speak: what is sent, what leaves the queue, what undo restores."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from confmon.commands import Danger
from confmon.monitor.plans.podium_plans import queue_plan
from tests.clock import InlineExecutor
from tests.monitor.conftest import a_call
from tests.monitor.test_session import Desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from confmon.models.live_records import Call


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A session in meeting 100, in which 4, 2 and 3 ask in this order; 6 is in meeting 200."""
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    made = Desk()
    made.bridge.meetings[200] = replace(made.bridge.meetings[100], meeting_number=200, id=9001)
    made.bridge.calls[6] = a_call(6, meeting_number=200)
    session = await made.open()
    session.go("meeting", 100)
    for key in range(1, 6):
        change(made, key, mute_mode=2)
    await wait(made, 5)
    for key in (4, 2, 3):
        change(made, key, qa_mode=1)
        await wait(made, 5)
    yield made
    await session.close()


def change(desk: Desk, key: int, **fields: Any) -> None:
    desk.bridge.calls[key] = replace(desk.bridge.calls[key], **fields)


def call(desk: Desk, key: int) -> Call:
    return desk.bridge.calls[key]


def queue(desk: Desk) -> list[int]:
    return [asker.call for asker in desk.session.memory.asking]


def mutes(desk: Desk, *keys: int) -> list[int | None]:
    return [call(desk, key).mute_mode for key in keys]


async def wait(desk: Desk, seconds: int) -> None:
    for _ in range(seconds):
        await desk.clock.advance(1)
        desk.session.tick()


async def next_one(desk: Desk, key: int | None = None, *, settle_s: int = 3) -> None:
    """Press the key of the podium, and answer what it asks."""
    plan = desk.plan("podium", key)
    assert not plan.refusal, plan.refusal
    desk.session.send(plan.actions, plan.own)
    await wait(desk, settle_s)


def undo(desk: Desk) -> str:
    return desk.session.undo.undo()


async def test_the_oldest_is_unmuted_and_answered_once_heard_for_five_seconds(desk: Desk) -> None:
    assert desk.plan("podium").danger is Danger.NONE
    await next_one(desk, settle_s=4)
    assert mutes(desk, 4, 2, 3) == [0, 2, 2]
    assert desk.session.podium.is_on(4)
    assert queue(desk) == [4, 2, 3]
    await wait(desk, 6)
    assert queue(desk) == [2, 3]
    assert call(desk, 4).qa_mode == 1, "the API has no way to change it"
    await wait(desk, 300)
    assert queue(desk) == [2, 3], "nor does a later read put it back"
    assert not [s for s in desk.session.attention.signals if s.call == 4 and s.rule == "question"]


async def test_the_next_is_let_in_and_the_last_gets_the_mute_back_it_had(desk: Desk) -> None:
    await next_one(desk, settle_s=10)
    await next_one(desk, settle_s=10)
    assert mutes(desk, 4, 2, 3) == [2, 0, 2]
    assert queue(desk) == [3]
    await next_one(desk, settle_s=10)
    await next_one(desk)  # nobody asks any more: the podium is empty then
    assert mutes(desk, 4, 2, 3) == [2, 2, 2]
    assert desk.plan("podium").refusal == "nobody asks in this meeting"
    for lines in ("intent", "outcome"):
        assert len([one for kind, one in desk.bridge.journal if kind == lines]) == 6


async def test_the_others_are_not_told_that_one_who_has_left_is_called_up(desk: Desk) -> None:
    told: list[str] = []
    desk.session.podium.on_done = lambda _call, done: told.append(done)
    plan = desk.plan("podium")
    del desk.bridge.calls[4]
    await wait(desk, 5)
    assert plan.own is not None
    plan.own.do()
    assert told == []
    assert desk.session.podium.speaker_of(100) is None


async def test_u_restores_both_mutes_and_the_queue_as_they_were(desk: Desk) -> None:
    before = list(desk.session.memory.asking)
    await next_one(desk, settle_s=10)
    await next_one(desk, settle_s=10)
    assert queue(desk) == [3]
    assert undo(desk) == "undo: unmute 15550000002, restore 15550000004"
    await wait(desk, 10)
    assert mutes(desk, 4, 2, 3) == [0, 2, 2]
    assert queue(desk) == [2, 3], "4 was answered before the press"
    assert desk.session.podium.is_on(4)
    undo(desk)
    await wait(desk, 10)
    assert mutes(desk, 4, 2, 3) == [2, 2, 2]
    assert list(desk.session.memory.asking) == before
    assert desk.session.podium.speaker_of(100) is None
    desk.session.undo.redo()
    await wait(desk, 12)
    assert mutes(desk, 4, 2, 3) == [0, 2, 2]
    assert queue(desk) == [2, 3]


async def test_the_press_after_one_that_is_under_way_waits_for_it(desk: Desk) -> None:
    desk.bridge.applied_after_s = 4.0
    await next_one(desk, settle_s=1)
    assert desk.plan("podium").refusal == "still unmuting…"
    await wait(desk, 12)
    assert not desk.plan("podium").refusal


async def test_who_can_be_heard_already_is_answered_without_a_request(desk: Desk) -> None:
    change(desk, 4, mute_mode=0)
    await wait(desk, 3)
    plan = desk.plan("podium")
    assert (plan.actions, plan.danger) == ((), Danger.NONE)
    await next_one(desk, settle_s=9)
    assert queue(desk) == [2, 3]
    await next_one(desk, settle_s=9)
    assert mutes(desk, 4, 2) == [0, 0], "4 was heard before, and is"
    assert desk.bridge.writes() == [("put_call", 2)]


async def test_who_was_muted_by_another_or_has_left_is_left_alone(desk: Desk) -> None:
    await next_one(desk, settle_s=10)
    change(desk, 4, mute_mode=1)
    await wait(desk, 3)
    await next_one(desk, settle_s=10)
    assert mutes(desk, 4, 2) == [1, 0]
    del desk.bridge.calls[2]
    await wait(desk, 10)
    await next_one(desk, settle_s=10)
    assert mutes(desk, 3) == [0]
    assert [key for _, key in desk.bridge.writes()] == [4, 2, 3]


async def test_what_was_not_applied_answers_nobody(desk: Desk) -> None:
    desk.bridge.ignored.add("muteMode")
    await next_one(desk, settle_s=20)
    assert queue(desk) == [4, 2, 3]
    assert not desk.session.podium.is_on(4)
    desk.bridge.ignored.clear()
    await next_one(desk, settle_s=12)
    assert mutes(desk, 4, 2) == [0, 2], "4 has not spoken yet, and is the next again"
    assert queue(desk) == [2, 3]


async def test_it_asks_where_a_line_may_be_private_held_or_not_the_one_looked_at(
    desk: Desk,
) -> None:
    assert desk.plan("podium", 4).danger is Danger.NONE
    assert desk.plan("podium", 1).danger is Danger.NONE
    plan = desk.plan("podium", 3)
    assert (plan.danger, plan.actions[0].key) == (Danger.ASK, 4)
    assert "under the cursor is another who asks" in plan.warns
    change(desk, 4, mute_mode=1, hold_mode=1)
    await wait(desk, 3)
    plan = desk.plan("podium", 4)
    assert plan.danger is Danger.ASK
    assert "muted by the caller or softly" in plan.warns
    assert "on hold" in plan.warns
    change(desk, 4, mute_mode=7)
    await wait(desk, 3)
    assert "not a state confmon knows" in desk.plan("podium", 4).refusal


async def test_each_meeting_has_a_podium_of_its_own(desk: Desk) -> None:
    change(desk, 6, qa_mode=1, mute_mode=2)
    await wait(desk, 12)
    await next_one(desk, settle_s=10)
    desk.session.go("meetings")
    await next_one(desk, 200, settle_s=10)
    assert mutes(desk, 4, 6) == [0, 0]
    assert queue(desk) == [2, 3]
    desk.session.go("calls")
    await wait(desk, 3)
    await next_one(desk, 5, settle_s=10)
    assert mutes(desk, 4, 2, 6) == [2, 0, 0]


async def test_a_single_press_of_it_does_not_wait_for_a_bulk(desk: Desk) -> None:
    await next_one(desk, settle_s=10)
    plan = desk.plan("podium")
    assert len(plan.actions) == 2
    assert not any(action.is_bulk for action in plan.actions)
    assert len({action.press for action in plan.actions}) == 1


# By hand.


def enqueue(desk: Desk, key: int) -> None:
    plan = queue_plan(desk.session, key)
    assert plan.own is not None, plan.refusal
    desk.session.send((), plan.own)


async def test_a_caller_is_put_into_the_queue_and_taken_out_by_hand(desk: Desk) -> None:
    enqueue(desk, 5)
    assert queue(desk) == [4, 2, 3, 5]
    enqueue(desk, 4)
    assert queue(desk) == [2, 3, 5]
    await wait(desk, 10)
    assert queue(desk) == [2, 3, 5]
    known = list(desk.session.memory.asking)
    enqueue(desk, 5)
    enqueue(desk, 4)
    assert queue(desk) == [4, 2, 3]
    assert undo(desk) == "undo: put 15550000004 back into the queue"
    assert undo(desk) == "undo: take 15550000005 out of the queue"
    assert list(desk.session.memory.asking) == known
    undo(desk)
    undo(desk)
    assert queue(desk) == [4, 2, 3]
    assert desk.session.undo.redo() == "redo: put 15550000005 into the queue"
    assert queue(desk) == [4, 2, 3, 5]
    assert desk.bridge.writes() == []


async def test_who_was_put_in_by_hand_is_let_speak_and_answered(desk: Desk) -> None:
    for key in (4, 2, 3):
        enqueue(desk, key)
    enqueue(desk, 5)
    await next_one(desk, settle_s=10)
    assert mutes(desk, 4, 5) == [2, 0]
    assert queue(desk) == []
    assert queue_plan(desk.session, 5).refusal == "on the podium, and answered"
    undo(desk)
    await wait(desk, 5)
    assert queue(desk) == [5]


async def test_undo_brings_nobody_back_who_has_left(desk: Desk) -> None:
    enqueue(desk, 4)
    del desk.bridge.calls[4]
    await wait(desk, 10)
    undo(desk)
    assert queue(desk) == [2, 3]
    assert queue_plan(desk.session, 4).refusal == "that caller has left"
    change(desk, 1, role=0)
    await wait(desk, 5)
    assert "not a caller" in queue_plan(desk.session, 1).refusal


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_is_pressed_u_upon_u_restores_all_of_it(desk: Desk, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - repeatable, not secret
    before, known = mutes(desk, 1, 2, 3, 4, 5), list(desk.session.memory.asking)
    for _ in range(dice.randrange(2, 12)):
        what = dice.choice("ppqqur")
        if what == "p" and not desk.plan("podium").refusal:
            await next_one(desk)
        elif what == "q":
            key = dice.randrange(1, 6)
            if not queue_plan(desk.session, key).refusal:
                enqueue(desk, key)
        elif what == "u":
            undo(desk)
        elif what == "r":
            desk.session.undo.redo()
        await wait(desk, dice.choice((5, 12)))
        speaker = desk.session.podium.speaker_of(100)
        heard = [key for key in range(1, 6) if call(desk, key).mute_mode == 0]
        assert heard in ([], [speaker.call.id] if speaker is not None else [])
    for _ in range(20):
        if undo(desk) == "nothing to undo":
            break
        await wait(desk, 12)
    assert mutes(desk, 1, 2, 3, 4, 5) == before
    assert list(desk.session.memory.asking) == known


async def test_pressed_again_at_once_it_goes_on_and_never_mutes_the_one_it_lets_speak(
    desk: Desk,
) -> None:
    plan = desk.plan("podium")
    desk.session.send(plan.actions, plan.own)
    for _ in range(4):
        await desk.clock.advance(1)  # the change is proved before the next tick
    assert mutes(desk, 4, 2, 3) == [0, 2, 2]
    await next_one(desk)
    assert mutes(desk, 4, 2, 3) == [2, 0, 2]
    assert queue(desk) == [4, 2, 3], "4 was not heard for long enough"


async def test_where_nobody_knows_whether_the_line_was_opened_it_is_opened_again(
    desk: Desk,
) -> None:
    await next_one(desk)
    speaker = desk.session.podium.speaker_of(100)
    assert speaker is not None
    change(desk, 4, mute_mode=2)
    await wait(desk, 3)
    speaker.result = None  # as after a redo, or where an answer was lost
    await next_one(desk)
    assert mutes(desk, 4, 2, 3) == [0, 2, 2]
