"""A state machine: verbs, bulks, undos, redos and stops in any order, answers late, lost or no.

However they come, each caller ends with the raw values that the last key press says.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from confmon.models.codes import Codes
from confmon.models.errors import BridgeError, Forbidden, TimedOut
from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.judge import UNKNOWN_AFTER_S
from confmon.monitor.actions.plan import for_many
from confmon.monitor.actions.verbs import VERBS, raw_value
from tests.clock import InlineExecutor
from tests.monitor.test_undo import Hand

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from confmon.models.live_records import Call, Value
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.undoing.undo_step import UndoStep

KEYS = st.integers(1, 12)
SINGLE = st.sampled_from(("mute", "unmute", "hold", "release"))
FIELDS = ("muteMode", "holdMode")
LOST = TimedOut("no answer", lost=True)
HAZARDS = st.lists(
    st.sampled_from(("well", "well", "lost", "never arrives", "refused")), max_size=12
)


class Machine(RuleBasedStateMachine):
    """`asked` has who spoke last of each field of each caller: a press, or its taking back."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.hazards: list[str] = []
        self.asked: dict[tuple[int, str], tuple[UndoStep, bool]] = {}
        self.run(self._begin())

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.runner.run(work)

    async def _begin(self) -> None:
        asyncio.get_running_loop().set_default_executor(InlineExecutor())
        self.hand = Hand()
        await self.hand.begin(12)
        for key in (2, 5):
            self.hand.world.change(key, mute_mode=1)
        self.hand.world.change(7, mute_mode=3, hold_mode=40)
        await self.hand.go_on(3)
        self.hand.world.bridge.decide = self.decide

    def decide(self, name: str, _target: int | None) -> BridgeError | None:
        bridge = self.hand.world.bridge
        if not name.startswith("put"):
            return None
        hazard = self.hazards.pop() if self.hazards else "well"
        bridge.ignored = {*FIELDS} if hazard == "never arrives" else set()
        if hazard == "refused":
            return Forbidden("403", status=403)
        return LOST if hazard in ("lost", "never arrives") else None

    def calls(self) -> list[Call]:
        return list(self.hand.world.store.live_state.calls.values())

    def pressed(self, actions: Sequence[Action]) -> None:
        async def press() -> None:
            self.hand.press(*actions)

        if actions:
            self.run(press())
            press_ = self.hand.undo.last()
            assert press_ is not None
            self.note(press_, back=False)

    def note(self, press: UndoStep, *, back: bool) -> None:
        for action in press.actions:
            for wire in action.change:
                self.asked[action.target[1], wire] = (press, back)

    @initialize(delay_s=st.sampled_from((0.0, 0.3, 2.0)))
    def how_slow(self, delay_s: float) -> None:
        self.hand.world.bridge.delay_s["put_call"] = delay_s

    @rule(hazards=HAZARDS)
    def something_will_go_wrong(self, hazards: list[str]) -> None:
        self.hazards = hazards

    @rule(verb=SINGLE, key=KEYS)
    def one(self, verb: str, key: int) -> None:
        field = VERBS[verb].field_name
        if self.hand.world.pending_actions.changing(("call", key), (field,)) is None:
            self.pressed([self.hand.world.action(verb, key)])

    @rule(verb=SINGLE)
    def bulk(self, verb: str) -> None:
        field, pending_actions = VERBS[verb].field_name, self.hand.world.pending_actions
        plan = for_many(
            verb,
            self.calls(),
            Codes(),
            under_way=lambda call: str(pending_actions.changing(("call", call.id), (field,)) or ""),
        )
        self.pressed(plan.actions)

    @rule(back=st.booleans())
    def undo_or_redo(self, *, back: bool) -> None:
        press = self.hand.undo.last(back=back)

        async def turn() -> None:
            _ = self.hand.u() if back else self.hand.y()

        self.run(turn())
        if press is not None:
            self.note(press, back=back)

    @rule()
    def stop(self) -> None:
        for steps in self.hand.undo._steps.values():
            for step in steps:
                for wire in step.action.change:  # it was not taken back and not done again
                    self.asked.pop((step.action.target[1], wire), None)

        async def stop() -> None:
            self.hand.undo.stop_bulks()
            assert self.hand.undo.stop_bulks() == 0
            await self.hand.world.clock.settle()  # of some the intent was being written

        self.run(stop())
        assert self.hand.undo.running() is None

    @rule(seconds=st.sampled_from((0.0, 0.1, 0.5, 2.0, 8.0)))
    def time_passes(self, seconds: float) -> None:
        async def go_on() -> None:
            await self.hand.world.clock.advance(seconds)
            self.hand.world.pending_actions.expire()

        self.run(go_on())

    @invariant()
    def every_write_was_promised_once(self) -> None:
        intents = Counter(entry.id for entry in self.hand.world.lines("intent"))
        assert not intents or max(intents.values()) == 1
        assert len(self.hand.world.bridge.writes()) <= len(intents)

    @invariant()
    def nothing_went_wrong_unseen(self) -> None:
        self.hand.world.bugs.check()

    def teardown(self) -> None:
        self.run(self._end())
        self.runner.close()

    async def _end(self) -> None:
        world = self.hand.world
        self.hazards = []
        for _ in range(int(UNKNOWN_AFTER_S) + 30):
            await world.clock.advance(1.0)
            world.pending_actions.expire()
        await world.dispatch.drain()
        assert not world.pending_actions.under_way()
        assert self.hand.undo.waiting == 0
        assert self.hand.undo.running() is None
        outcomes = Counter(action.id for action, _ in world.lines("outcome"))
        assert outcomes == Counter(world.settled)
        for (key, wire), (press, back) in self.asked.items():
            self.check(key, wire, press, back=back)
        await world.poller.close()

    def check(self, key: int, wire: str, press: UndoStep, *, back: bool) -> None:
        [asked] = [action for action in press.actions if action.key == key]
        forth, restored = press.results[asked.id], press.restored.get(asked.id)
        now: Value | None = raw_value(self.hand.world.bridge.calls[key], wire)
        if back and restored is not None and restored.outcome is not Outcome.DONE:
            return  # it could not be restored, or was stopped; the log says so
        if back or forth.outcome in (Outcome.REFUSED, Outcome.NOT_APPLIED):
            assert now == asked.before[wire], f"{asked} back={back}: {forth}, {restored}"
        elif forth.outcome is Outcome.DONE:
            codes = Codes()
            want = asked.change[wire]
            held = wire == "holdMode" and codes.is_held(int(now or 0)) == codes.is_held(
                int(str(want))
            )
            assert now == want or held or now == 3, f"{asked}: {forth}"


Machine.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
test_each_caller_ends_as_the_last_key_press_says = Machine.TestCase
