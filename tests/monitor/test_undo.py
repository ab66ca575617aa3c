"""Undo and redo by key press: what is taken back, when, and what is left as it is."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from confmon.models.codes import Codes
from confmon.models.errors import Forbidden, ServerTrouble, TimedOut
from confmon.monitor.actions.action import STOPPED, Outcome
from confmon.monitor.actions.plan import for_many
from confmon.monitor.actions.undoing.undo import KEPT, Undo
from confmon.monitor.actions.verbs import build
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of
from tests.clock import InlineExecutor
from tests.monitor.conftest import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from confmon.monitor.actions.action import Action

FEED = calls_of(100)


class Hand:
    """An operator at a bridge: keys that send, `u` and `ctrl+y`, and what was messages."""

    def __init__(self) -> None:
        self.world = world = World()
        self.messages: list[str] = []
        self.undo = Undo(
            world.store,
            world.pending_actions,
            send=world.dispatch.submit,
            stop=world.dispatch.stop,
            say=self.messages.append,
        )

    async def begin(self, count: int = 6, **fields: Any) -> None:
        self.world.populate(count)
        for key in self.world.bridge.calls:
            self.world.change(key, **fields)
        await self.world.watch(MEETINGS, ALL_CALLS, FEED)

    def press(self, *actions: Action) -> list[Action]:
        self.undo.pressed(actions)
        self.world.dispatch.submit(actions)
        return list(actions)

    def one(self, verb: str, key: int, **more: Any) -> Action:
        return self.press(self.world.action(verb, key, **more))[0]

    def bulk(self, verb: str) -> list[Action]:
        calls = list(self.world.store.live_state.calls.values())
        return self.press(*for_many(verb, calls, Codes()).actions)

    def u(self) -> str:
        self.messages.append(self.undo.undo())
        return self.messages[-1]

    def y(self) -> str:
        self.messages.append(self.undo.redo())
        return self.messages[-1]

    async def go_on(self, seconds: float = 10.0) -> None:
        for _ in range(int(seconds / 0.5)):
            await self.world.clock.advance(0.5)
            self.world.pending_actions.expire()

    def mutes(self) -> dict[int, int | None]:
        return {key: call.mute_mode for key, call in self.world.bridge.calls.items()}

    def names(self) -> list[str | None]:
        return [call.custom_name for call in self.world.bridge.calls.values()]

    def outcomes(self, actions: Sequence[Action]) -> list[Outcome]:
        return [self.world.results[action.id].outcome for action in actions]


@pytest.fixture
async def hand() -> AsyncIterator[Hand]:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    made = Hand()
    yield made
    await made.world.poller.close()


async def test_undo_concerns_the_last_key_press_settled_or_not(hand: Hand) -> None:
    await hand.begin()
    hand.one("hold", 1)
    await hand.go_on(3)
    hand.world.bridge.delay_s["put_call"] = 2.0
    hand.one("mute", 2)
    await hand.world.clock.advance(0.1)
    assert hand.u() == "undo: mute call 2; waits for what is under way"
    await hand.go_on()
    assert hand.world.bridge.calls[1].hold_mode == 1, "that was another press"
    assert hand.world.bridge.calls[2].mute_mode == 0
    assert hand.world.bridge.asked("put_call") == [1, 2, 2]
    assert hand.u() == "undo: hold call 1"
    await hand.go_on()
    assert hand.world.bridge.calls[1].hold_mode == 0
    assert hand.u() == "nothing to undo"


async def test_undo_at_once_stops_what_has_not_been_sent(hand: Hand) -> None:
    await hand.begin()
    mute = hand.one("mute", 2)
    hand.u()
    await hand.go_on()
    assert hand.world.bridge.writes() == []
    assert hand.world.results[mute.id].detail == STOPPED
    assert hand.world.lines("intent") == []
    assert hand.messages == ["undo: mute call 2: had not been sent"]


async def test_undo_while_the_intent_is_written_sends_nothing_and_keeps_the_lines_in_order(
    hand: Hand,
) -> None:
    await hand.begin()

    class Slow:
        """The disk takes its time; meanwhile the operator takes it back."""

        def intent(self, action: Action) -> None:
            hand.world.audit.intent(action)
            hand.u()

        def outcome(self, *line: Any) -> None:
            hand.world.audit.outcome(*line)

    hand.world.dispatch._journal._audit = Slow()
    mute = hand.one("mute", 2)
    await hand.go_on()
    assert hand.world.bridge.writes() == []
    assert hand.world.results[mute.id].detail == STOPPED
    kinds = [kind for kind, _ in hand.world.journal if kind in ("intent", "outcome")]
    assert kinds == ["intent", "outcome"]
    assert hand.messages[-1] == "undo: mute call 2: had not been sent"


async def test_what_was_refused_needs_no_undo_and_the_message_says_so(hand: Hand) -> None:
    await hand.begin()
    hand.world.bridge.errors["put_call"] = [Forbidden("403", status=403)]
    hand.one("mute", 1)
    await hand.go_on(2)
    assert hand.u() == "undo: mute call 1: was refused; nothing was sent"
    await hand.go_on()
    assert hand.world.bridge.asked("put_call") == [1]


async def test_what_is_refused_later_is_reported_later(hand: Hand) -> None:
    await hand.begin()
    hand.world.bridge.delay_s["put_call"] = 1.0
    hand.world.bridge.errors["put_call"] = [Forbidden("403", status=403)]
    hand.one("mute", 1)
    await hand.world.clock.advance(0.1)
    hand.u()
    await hand.go_on()
    assert hand.messages == [
        "undo: mute call 1; waits for what is under way",
        "undo: mute call 1: was refused; nothing was sent",
    ]
    assert hand.world.bridge.asked("put_call") == [1]


@pytest.mark.parametrize("arrives", [True, False])
async def test_an_unknown_outcome_is_restored_and_verified(hand: Hand, *, arrives: bool) -> None:
    await hand.begin(mute_mode=1)
    bridge = hand.world.bridge
    if not arrives:
        bridge.ignored.add("muteMode")
    bridge.errors["put_call"] = [TimedOut("no answer", lost=True)]
    unmute = hand.one("unmute", 1)
    down = ServerTrouble("503", status=503)
    bridge.decide = lambda name, _target: down if name.startswith(("scan", "get")) else None
    await hand.go_on(40)
    assert hand.outcomes([unmute]) == [Outcome.UNKNOWN]
    bridge.decide = lambda _name, _target: None
    bridge.ignored.clear()
    await hand.go_on(40)
    assert hand.u() == "undo: unmute call 1"
    await hand.go_on()
    assert bridge.calls[1].mute_mode == 1
    [restore] = [a for a in hand.world.lines("intent") if a.verb == "restore"]
    assert (restore.undoes, hand.outcomes([restore])) == (unmute.id, [Outcome.DONE])


async def test_a_bulk_is_stopped_by_u_and_all_that_went_out_is_restored(hand: Hand) -> None:
    await hand.begin(60)
    hand.world.change(60, mute_mode=1)
    await hand.go_on(3)
    hand.world.bridge.delay_s["put_call"] = 1.0
    actions = hand.bulk("mute")
    await hand.world.clock.advance(2.5)
    running = hand.undo.running()
    assert running is not None
    assert (running.doing, running.sent, running.total) == ("muting…", 24, 59)
    messages = hand.u()
    assert messages.startswith("undo: mute 59 callers; 35 of 59 had not been sent; waits")
    await hand.go_on(30)
    assert set(hand.mutes().values()) == {0, 1}
    assert hand.mutes()[60] == 1
    stopped = [a for a in actions if hand.world.results[a.id].detail == STOPPED]
    assert len(stopped) == 35
    audited = {action.id for action, _ in hand.world.lines("outcome")}
    assert {action.id for action in actions} <= audited
    assert not {a.id for a in stopped} & {a.id for a in hand.world.lines("intent")}
    assert hand.messages[-1] == "undo: mute 59 callers; 24 sent, left as they are: 35 not sent"
    assert hand.undo.running() is None


async def test_a_bulk_is_stopped_alone_and_taken_back_later(hand: Hand) -> None:
    await hand.begin(60)
    hand.world.bridge.delay_s["put_call"] = 1.0
    hand.bulk("mute")
    await hand.world.clock.advance(0.5)
    assert hand.undo.stop_bulks() == 52
    assert hand.undo.running() is None
    await hand.go_on()
    assert sum(mode == 2 for mode in hand.mutes().values()) == 8
    hand.u()
    await hand.go_on()
    assert set(hand.mutes().values()) == {0}


async def test_an_undo_that_was_stopped_is_gone_on_with_by_u(hand: Hand) -> None:
    await hand.begin(60)
    hand.bulk("mute")
    await hand.go_on()
    hand.world.bridge.delay_s["put_call"] = 1.0
    hand.u()
    await hand.world.clock.advance(1.5)
    running = hand.undo.running()
    assert running is not None
    assert (running.doing, running.sent, running.total) == ("restoring…", 16, 60)
    assert hand.undo.stop_bulks() == 44
    await hand.go_on()
    assert Counter(hand.mutes().values()) == {0: 16, 2: 44}
    messages = hand.u()
    await hand.go_on(20)
    assert set(hand.mutes().values()) == {0}
    assert "16 already as before" in messages


async def test_redo_does_again_what_each_caller_had(hand: Hand) -> None:
    await hand.begin()
    hand.one("name", 1, change={"customName": "Ann"})
    await hand.go_on(3)
    hand.bulk("mute")
    await hand.go_on()
    hand.u()
    hand.u()
    await hand.go_on()
    assert set(hand.mutes().values()) == {0}
    assert [name for name in hand.names() if name] == []
    assert hand.y() == "redo: name call 1"
    assert hand.y() == "redo: mute 6 callers"
    await hand.go_on()
    assert set(hand.mutes().values()) == {2}
    assert hand.names()[0] == "Ann"
    assert hand.y() == "nothing to redo"
    hand.u()
    await hand.go_on()
    assert set(hand.mutes().values()) == {0}
    intents = [a.id for a in hand.world.lines("intent")]
    assert len(intents) == len(set(intents)) == 1 + 6 + 6 + 1 + 1 + 6 + 6


async def test_a_new_verb_clears_what_could_be_redone(hand: Hand) -> None:
    await hand.begin()
    hand.one("mute", 1)
    await hand.go_on(3)
    hand.u()
    await hand.go_on(3)
    hand.one("hold", 2)
    assert hand.y() == "nothing to redo"


async def test_u_and_redo_pressed_at_once_end_where_the_last_key_says(hand: Hand) -> None:
    await hand.begin()
    hand.world.bridge.delay_s["put_call"] = 1.0
    hand.one("mute", 1)
    await hand.world.clock.advance(0.1)
    hand.u(), hand.y(), hand.u(), hand.y()
    await hand.go_on(20)
    assert hand.mutes()[1] == 2
    hand.u(), hand.y(), hand.u()
    await hand.go_on(20)
    assert hand.mutes()[1] == 0


async def test_what_others_changed_since_is_left_and_named(hand: Hand) -> None:
    await hand.begin()
    hand.bulk("mute")
    await hand.go_on()
    hand.world.change(2, mute_mode=7)
    del hand.world.bridge.calls[4]
    await hand.go_on(5)
    messages = hand.u()
    await hand.go_on()
    assert messages.startswith("undo: mute 6 callers; 4 sent, left as they are: ")
    assert "1 changed since, 1 already left" in messages
    assert messages.endswith("(15550000002, 15550000004)")
    assert hand.mutes() == {1: 0, 2: 7, 3: 0, 5: 0, 6: 0}


async def test_undo_does_not_open_the_line_of_who_has_muted_himself_since(hand: Hand) -> None:
    await hand.begin()
    hand.one("mute", 1)
    await hand.go_on(3)
    hand.world.change(1, mute_mode=3)
    await hand.go_on(3)
    assert "changed since" in hand.u()
    await hand.go_on()
    assert hand.mutes()[1] == 3


async def test_a_drop_cannot_be_undone(hand: Hand) -> None:
    await hand.begin()
    hand.one("drop", 1)
    await hand.go_on(3)
    assert hand.u() == "undo: drop call 1: hung up for good; nothing was sent"
    assert hand.y() == "nothing to redo"


async def test_a_lock_is_undone_on_the_meeting(hand: Hand) -> None:
    def locked() -> bool:
        return bool(hand.world.bridge.meetings[100].is_secured)

    await hand.begin()
    [lock] = hand.press(build("lock", hand.world.store.live_state.meetings[100], "100"))
    await hand.go_on(3)
    assert locked()
    hand.u()
    await hand.go_on(3)
    assert not locked()
    restore = hand.world.lines("intent")[-1]
    assert (restore.verb, restore.undoes) == ("restore_meeting", lock.id)


async def test_a_refused_undo_can_be_tried_again(hand: Hand) -> None:
    await hand.begin()
    hand.one("hold", 2)
    hand.one("mute", 1)
    await hand.go_on(3)
    hand.world.bridge.errors["put_call"] = [Forbidden("403", status=403)]
    hand.u()
    await hand.go_on(3)
    assert hand.u() == "undo: mute call 1"
    await hand.go_on(3)
    assert hand.mutes()[1] == 0
    assert hand.world.bridge.calls[2].hold_mode == 1


async def test_the_stack_is_bounded_and_forgets_what_is_settled(hand: Hand) -> None:
    await hand.begin()
    for _ in range(KEPT + 5):
        hand.one("mute", 1)
        await hand.go_on(1)
        hand.world.change(1, mute_mode=0)
        await hand.go_on(2.5)
    undone = 0
    while hand.u() != "nothing to undo":
        await hand.go_on(1)
        undone += 1
    assert undone == KEPT
    assert hand.undo.running() is None
    kept = (hand.undo._of, hand.undo._runs, hand.undo._steps, hand.undo._bulks)
    assert [len(each) for each in kept] == [0, 0, 0, 0]


async def test_what_asks_before_it_is_undone_or_redone(hand: Hand) -> None:
    await hand.begin(mute_mode=1)
    hand.one("unmute", 1)
    await hand.go_on(3)
    assert hand.undo.warning(back=True) == ""
    hand.u()
    await hand.go_on(3)
    assert hand.undo.warning(back=False) == "muted by the caller or softly; open the line?"
    meeting = replace(hand.world.store.live_state.meetings[100], is_recording=False)
    hand.press(build("record", meeting, "100"))
    assert hand.undo.warning(back=True) == "the recording stops"


# Where what is shown is old, and a look at the target comes first.


async def seldom_read(hand: Hand, **fields: Any) -> None:
    await hand.begin(**fields)
    hand.world.poller.set_interval(60)
    await hand.go_on(4)


async def test_undo_restores_what_the_fresh_look_has_shown(hand: Hand) -> None:
    await seldom_read(hand)
    hand.world.change(2, gain_level=3)  # unseen: another operator
    await hand.go_on(10)
    gain = hand.one("gain", 2, change={"gainLevel": 1})
    assert gain.before == {"gainLevel": 0}
    await hand.go_on(10)
    assert hand.world.bridge.calls[2].gain_level == 1
    hand.u()
    await hand.go_on(10)
    assert hand.world.bridge.calls[2].gain_level == 3


async def test_undo_leaves_what_somebody_has_changed_unseen_since(hand: Hand) -> None:
    await seldom_read(hand)
    hand.one("mute", 2)
    await hand.go_on(10)
    hand.world.change(2, mute_mode=3)
    await hand.go_on(10)
    hand.u()
    await hand.go_on(10)
    assert hand.world.bridge.calls[2].mute_mode == 3
    assert [key for _, key in hand.world.bridge.writes()] == [2]
    assert "changed since" in list(hand.world.results.values())[-1].detail


async def test_redo_leaves_what_somebody_has_changed_unseen_since(hand: Hand) -> None:
    await seldom_read(hand)
    hand.one("gain", 2, change={"gainLevel": 1})
    await hand.go_on(10)
    hand.u()
    await hand.go_on(10)
    assert hand.world.bridge.calls[2].gain_level == 0
    hand.world.change(2, gain_level=-2)
    await hand.go_on(10)
    hand.y()
    await hand.go_on(10)
    assert hand.world.bridge.calls[2].gain_level == -2
    assert "changed since" in list(hand.world.results.values())[-1].detail


async def test_an_unknown_one_is_restored_though_it_shows_only_in_the_fresh_look(
    hand: Hand,
) -> None:
    await seldom_read(hand)
    hand.world.bridge.errors["put_call"] = [TimedOut("no answer", lost=True)]
    hand.world.bridge.applied_after_s = 45
    mute = hand.one("mute", 2)
    await hand.go_on(48)
    assert hand.outcomes([mute]) == [Outcome.UNKNOWN]
    assert hand.mutes()[2] == 2
    assert hand.world.store.live_state.calls[2].mute_mode == 0, "carried out, and not seen yet"
    hand.world.bridge.applied_after_s = 0
    hand.u()
    await hand.go_on(20)
    assert hand.world.bridge.calls[2].mute_mode == 0
