"""A state machine: joins, leaves, lost polls and refusals in any order while orders hold.

However they come, each caller is reached at most once, and ends with the own state: as on arrival,
or as somebody changed it by hand.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from confmon.models.errors import BridgeError, Forbidden, ServerTrouble, TimedOut
from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.verbs import build, raw_value
from confmon.monitor.orders.account import is_passing
from confmon.monitor.orders.order import ORDER_KINDS
from tests.monitor.orders.conftest import Desk

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from confmon.monitor.actions.action import Action, Result

KEYS = st.integers(1, 30)
FIELDS = {"muteMode": "mute_mode", "holdMode": "hold_mode"}
HAZARDS = st.lists(
    st.sampled_from(("well", "lost", "never arrives", "busy", "refused")), max_size=12
)
SEEN_S = 8
"""By then a change has been read, whatever is looked at."""


class Machine(RuleBasedStateMachine):
    """`own` has what each caller has of its own; of the `murky` nobody can tell."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.hazards: list[str] = []
        self.lost_polls = 0
        self.is_troubled = False
        self.own: dict[tuple[int, str], Any] = {}
        self.murky: set[int] = set()
        self.hands: set[int] = set()
        self.newest = 5
        self.run(self._begin())

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.runner.run(work)

    async def _begin(self) -> None:
        self.desk = Desk()
        await self.desk.open()
        self.desk.bridge.decide = self.decide
        self.desk.session.pending_actions.on_settled(self.settled)
        for key in range(1, 6):
            self.note(key)

    def note(self, key: int) -> None:
        for wire in FIELDS:
            self.own[key, wire] = raw_value(self.desk.bridge.calls[key], wire)

    def decide(self, name: str, _target: int | None) -> BridgeError | None:
        bridge = self.desk.bridge
        if name.startswith("scan") and self.lost_polls > 0:
            self.lost_polls -= 1
            return TimedOut("no answer")
        if not name.startswith("put"):
            return None
        hazard = self.hazards.pop() if self.hazards else "well"
        bridge.ignored = {*FIELDS} if hazard == "never arrives" else set()
        match hazard:
            case "busy":
                return ServerTrouble("503", status=503)
            case "refused":
                return Forbidden("403", status=403)
            case "lost" | "never arrives":
                return TimedOut("no answer", lost=True)
        return None

    def settled(self, action: Action, result: Result) -> None:
        is_well = result.outcome in (Outcome.DONE, Outcome.GONE, Outcome.LEFT)
        is_refused = action.verb != "restore" and result.outcome is Outcome.REFUSED
        if not (is_well or is_refused or is_passing(result)):
            self.murky.add(action.target[1])

    def others(self) -> list[int]:
        """Who may be changed by hand now: everybody known, with nothing under way."""
        session = self.desk.session
        return [
            key
            for key in self.desk.bridge.calls
            if key in session.live_state.calls
            and session.pending_actions.changing(("call", key), FIELDS) is None
        ]

    @initialize(delay_s=st.sampled_from((0.0, 0.3, 2.0)))
    def how_slow(self, delay_s: float) -> None:
        self.desk.bridge.delay_s["put_call"] = delay_s

    @rule(hazards=HAZARDS, polls=st.sampled_from((0, 0, 3, 20)))
    def something_will_go_wrong(self, hazards: list[str], polls: int) -> None:
        self.hazards, self.lost_polls = hazards, polls
        self.is_troubled = True

    @rule(
        role=st.sampled_from((1, 2, 2, 2, 3, 0)),
        mute=st.sampled_from((0, 0, 1, 2)),
        hold=st.sampled_from((0, 0, 0, 40)),
    )
    def join(self, role: int, mute: int, hold: int) -> None:
        self.newest += 1
        self.desk.join(self.newest, role=role, mute_mode=mute, hold_mode=hold)
        self.note(self.newest)

    @rule(key=KEYS)
    def leave(self, key: int) -> None:
        if key > 1 and self.desk.bridge.calls.pop(key, None) is not None:
            for wire in FIELDS:
                del self.own[key, wire]

    @rule(id_=st.sampled_from(("lecture", "doors")))
    def turn(self, id_: str) -> None:
        async def turn() -> None:
            session = self.desk.session
            order = session.orders.find(id_, 100)
            if order is not None:
                session.orders.end(order)
            elif not session.disarmed():
                session.orders.begin(id_, session.live_state.meetings[100])

        self.run(turn())

    @rule(key=KEYS, wire=st.sampled_from(sorted(FIELDS)), back=st.booleans())
    def by_hand(self, key: int, wire: str, back: bool) -> None:
        async def act() -> None:
            await self.well()
            session = self.desk.session
            if key not in self.others():
                return
            call = session.live_state.calls[key]
            is_on = bool(raw_value(call, wire))
            verb = {
                "muteMode": ("mute", "unmute"), "holdMode": ("hold", "release")
            }[wire][is_on]  # fmt: skip
            self.hands.add(key)
            session.send([build(verb, call, f"call {key}")])
            await self.desk.go_on(SEEN_S)
            if back:
                session.undo.undo()
                await self.desk.go_on(SEEN_S)
            elif key in self.desk.bridge.calls:
                self.own[key, wire] = raw_value(self.desk.bridge.calls[key], wire)

        self.run(act())

    @rule(key=KEYS, wire=st.sampled_from(sorted(FIELDS)))
    def by_another(self, key: int, wire: str) -> None:
        async def act() -> None:
            await self.well()
            if key not in self.others():
                return
            self.hands.add(key)
            was = raw_value(self.desk.bridge.calls[key], wire)
            value = 0 if was else 2 if wire == "muteMode" else 40
            self.desk.change(key, **{FIELDS[wire]: value})
            self.own[key, wire] = value
            await self.desk.go_on(SEEN_S)

        self.run(act())

    @rule(seconds=st.sampled_from((0.1, 1.0, 3.0, 9.0)))
    def time_passes(self, seconds: float) -> None:
        self.run(self.desk.go_on(seconds))

    async def well(self) -> None:
        """Let everything go well for so long that all is read and settled."""
        self.hazards, self.lost_polls = [], 0
        self.desk.session.retry()
        await self.desk.go_on(SEEN_S + 36 * self.is_troubled)
        self.is_troubled = False

    @invariant()
    def nobody_is_asked_twice(self) -> None:
        asked: Counter[tuple[str, int]] = Counter()
        for action, result in self.desk.results:
            if action.verb == "restore":
                asked[str(action.change.keys()), action.target[1]] = 0
            elif action.group is not None and result.outcome is not Outcome.REFUSED:
                key = (str(action.change.keys()), action.target[1])
                asked[key] += 1
                assert asked[key] <= 1 or action.target[1] in self.hands | self.murky

    @invariant()
    def nothing_went_wrong_unseen(self) -> None:
        self.desk.bugs.check()

    def teardown(self) -> None:
        self.run(self._end())
        self.runner.close()

    async def _end(self) -> None:
        session = self.desk.session
        await self.well()
        await self.desk.go_on(70)
        for order in session.orders.of(100):
            for key, call in self.desk.bridge.calls.items():
                # Whoever was never refused for good, and changed by nobody, has been reached.
                refused = any(
                    action.target[1] == key and result.outcome is Outcome.REFUSED
                    for action, result in self.desk.results
                )
                if call.role in (2, 3) and key not in self.murky | self.hands and not refused:
                    wire = "muteMode" if ORDER_KINDS[order.kind].verb == "mute" else "holdMode"
                    assert raw_value(call, wire), f"call {key} was never reached"
            session.orders.end(order)
        await self.desk.go_on(80)
        assert not session.pending_actions.under_way()
        assert session.under_way() == 0
        assert session.ledger.closing == []
        assert session.ledger.accounts == []
        for (key, wire), own in self.own.items():
            if key not in self.murky:
                now = raw_value(self.desk.bridge.calls[key], wire)
                assert now == own, f"call {key} {wire}"
        await session.close()


Machine.TestCase.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)
test_each_caller_ends_with_the_own_state = Machine.TestCase
