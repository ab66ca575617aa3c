"""A state machine over board, overlay and dispatch: every reply comes when the machine says so.

`tests/monitor/test_board_history.py` delivers reads in any order, and `test_actions_history.py`
acts at random on a bridge that answers by a clock. Here both meet: each single request is held at
the bridge, is carried out when the machine says so (or never), and answered later still (or never),
while callers join, leave, move, change hands and are changed by others.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from confmon.api.errors import BridgeError, Forbidden, ServerTrouble, TimedOut, Unreachable
from confmon.monitor.action import Outcome
from confmon.monitor.overlay import UNKNOWN_AFTER_S
from confmon.monitor.snapshot import ALL_CALLS, Feed, Snapshot, calls_of
from confmon.monitor.verbs import identity_of, shows
from tests.monitor.conftest import InlineExecutor, MemoryBridge, World, a_call

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from confmon.api.records import Call, Scan
    from confmon.monitor.action import Action

IDS = st.integers(1, 2)
NUMBERS = st.sampled_from((100, 200))
FEEDS = st.sampled_from((ALL_CALLS, calls_of(100), calls_of(200)))
VERBS = st.sampled_from(("mute", "unmute", "hold", "release", "drop"))
PICK = st.integers(min_value=0)
LOST = TimedOut("no answer", lost=True)
FAULTS = st.sampled_from((LOST, ServerTrouble("500", lost=True), Forbidden("403", status=403)))


@dataclass
class Held:
    """One request at the bridge. `look` is what the server does when it is carried out."""

    name: str
    target: int | None
    look: Callable[[], Any]
    answer: asyncio.Future[Any]
    done: bool = False
    result: Any = None
    error: BridgeError | None = None

    def carry_out(self) -> None:
        """Let the server do it."""
        self.done = True
        try:
            self.result = self.look()
        except BridgeError as error:
            self.error = error

    def reply(self) -> None:
        """Let the reply arrive."""
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


@dataclass
class HeldBridge(MemoryBridge):
    """A bridge at which every request waits for the machine."""

    held: list[Held] = field(default_factory=list)
    carried: set[str] = field(default_factory=set)
    """The actions that the server has carried out."""
    on_write: Callable[[Action], None] = lambda _action: None

    async def _answer(
        self, name: str, target: int | None, body: Callable[[], Any], *, writes: bool = False
    ) -> Any:
        self.journal.append(("request", (name, target)))
        one = Held(name, target, body, asyncio.get_running_loop().create_future())
        if writes:
            promised: list[Action] = [e for kind, e in self.journal if kind == "intent"]
            action = next(a for a in reversed(promised) if a.target == target)
            self.on_write(action)

            def carry_out() -> None:
                body()
                self.carried.add(action.id)

            one.look = carry_out
        self.held.append(one)
        try:
            return await one.answer
        finally:
            self.held.remove(one)


class Machine(RuleBasedStateMachine):
    """`states` remembers every state a caller ever was in at the server, and since when."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.run(self._begin())

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.runner.run(work)

    async def _begin(self) -> None:
        asyncio.get_running_loop().set_default_executor(InlineExecutor())
        self.world = World()
        self.bridge = HeldBridge(self.world.clock)
        world = self.world
        world.bridge, world.journal = self.bridge, self.bridge.journal
        world.audit.journal = world.journal
        world.dispatch._bridge = self.bridge
        world.poller._bridge = self.bridge
        self.bridge.on_write = self.sent
        self.births = 0
        self.submitted: dict[str, Action] = {}
        self.submitted_at: dict[str, float] = {}
        self.states: dict[int, list[tuple[float, Call | None]]] = {}
        self.reads: list[tuple[Feed, float, Held]] = []
        self.foreign: set[int] = set()
        """Identities that somebody else changed as well: then anything may be shown."""

    @property
    def now(self) -> float:
        return self.world.clock.now()

    def sent(self, action: Action) -> None:
        """A write leaves: whom it was meant for must have the id yet, as far as is known."""
        record = self.world.board.record((action.kind, action.target))
        assert record is not None, f"{action} to nobody"
        assert identity_of(record) == action.identity, f"{action} to {record}"
        assert not self.world.disarmed, f"{action} while {self.world.disarmed}"

    def remember(self) -> None:
        """Note who is in which state on the server now."""
        alive = {identity_of(call): call for call in self.bridge.calls.values()}
        for identity in {*alive, *self.states}:
            assert identity is not None
            past = self.states.setdefault(identity, [])
            state = alive.get(identity)
            if not past or past[-1][1] != state:
                past.append((self.now, state))

    async def settle(self) -> None:
        self.world.clock.time_s += 0.01
        await self.world.clock.settle()
        self.remember()

    # What happens at the server.

    @initialize()
    def first(self) -> None:
        for key in (1, 2):
            self.join(key, 100)
        self.look_at_everything()

    @rule(key=IDS, number=NUMBERS)
    def join(self, key: int, number: int) -> None:
        """A caller comes in; if the id was somebody's, that one is gone at the same instant."""
        self.births += 1
        self.bridge.calls[key] = a_call(key, meeting_number=number, created=self.births)
        self.run(self.settle())

    @rule(key=IDS)
    def leave(self, key: int) -> None:
        self.bridge.calls.pop(key, None)
        self.run(self.settle())

    @rule(key=IDS, mute=st.integers(0, 3), number=NUMBERS)
    def changed_by_others(self, key: int, mute: int, number: int) -> None:
        call = self.bridge.calls.get(key)
        if call is not None:
            self.foreign.add(call.created or 0)
            self.bridge.calls[key] = replace(call, mute_mode=mute, meeting_number=number)
            self.run(self.settle())

    # What confmon asks for, and when the answers come.

    @rule()
    def look_at_everything(self) -> None:
        """A read that is answered at once, as nearly all are."""
        self.ask(ALL_CALLS)
        feed, asked_at, held = self.reads.pop()
        held.carry_out()
        self.deliver(feed, asked_at, held)

    @rule(feed=FEEDS, hidden=st.sets(IDS, max_size=2))
    def ask(self, feed: Feed, hidden: frozenset[int] = frozenset()) -> None:
        """A read begins; it may be torn, and miss some."""

        def look() -> Scan[Call]:
            self.bridge.hidden = set(hidden)
            return self.bridge._scan_calls(feed.meeting)

        async def ask() -> None:
            self.world.clock.time_s += 0.01
            answer = asyncio.get_running_loop().create_future()
            self.reads.append((feed, self.now, Held("scan", feed.meeting, look, answer)))
            await self.settle()

        self.run(ask())

    @precondition(lambda self: self.reads)
    @rule(pick=PICK)
    def server_looks(self, pick: int) -> None:
        held = self.reads[pick % len(self.reads)][2]
        if not held.done:
            held.carry_out()

    @precondition(lambda self: self.reads)
    @rule(pick=PICK, lost=st.booleans())
    def read_arrives(self, pick: int, *, lost: bool) -> None:
        feed, asked_at, held = self.reads.pop(pick % len(self.reads))
        if not lost:
            if not held.done:
                held.carry_out()
            self.deliver(feed, asked_at, held)

    def deliver(self, feed: Feed, asked_at: float, held: Held) -> None:
        async def deliver() -> None:
            self.world.clock.time_s += 0.01
            self.world.board.apply(
                Snapshot(feed=feed, asked_at=asked_at, answered_at=self.now, scan=held.result)
            )
            await self.settle()

        self.run(deliver())

    # What the operator does.

    @rule(verb=VERBS, pick=PICK)
    def act(self, verb: str, pick: int) -> None:
        keys = sorted(self.world.board.picture.calls)
        if not keys:
            return
        action = self.world.action(verb, keys[pick % len(keys)])
        self.submitted[action.id] = action
        self.submitted_at[action.id] = self.now

        async def act() -> None:
            self.world.dispatch.submit([action])
            await self.settle()

        self.run(act())

    @rule()
    def offline(self) -> None:
        self.world.disarmed = "data is stale"

    @rule()
    def recovered(self) -> None:
        self.world.disarmed = ""

    # What becomes of a request.

    @precondition(lambda self: self.bridge.held)
    @rule(pick=PICK)
    def request_is_carried_out(self, pick: int) -> None:
        held = self.bridge.held[pick % len(self.bridge.held)]
        if not held.done:
            held.carry_out()
            self.run(self.settle())

    @precondition(lambda self: self.bridge.held)
    @rule(pick=PICK)
    def request_is_answered(self, pick: int) -> None:
        held = self.bridge.held[pick % len(self.bridge.held)]
        if not held.done:
            held.carry_out()
        held.reply()
        self.run(self.settle())

    @precondition(lambda self: self.bridge.held)
    @rule(pick=PICK, error=FAULTS, arrives=st.booleans())
    def request_fails(self, pick: int, error: BridgeError, *, arrives: bool) -> None:
        held = self.bridge.held[pick % len(self.bridge.held)]
        if arrives and error.lost and not held.done:
            held.carry_out()
        if held.done and not error.lost:
            return  # who says no has not done it
        held.error = error if not held.name.startswith("get") else Unreachable("reset")
        held.reply()
        self.run(self.settle())

    @rule(seconds=st.sampled_from((0.3, 1.0, 3.0, 9.0)))
    def time_passes(self, seconds: float) -> None:
        async def go_on() -> None:
            await self.world.clock.advance(seconds)
            self.world.overlay.expire()
            self.world.board.expire()
            await self.settle()

        self.run(go_on())

    # What must hold at every moment.

    @invariant()
    def every_write_was_promised_for_whom_it_was_meant(self) -> None:
        promised: list[tuple[str, int]] = []
        for kind, entry in self.bridge.journal:
            if kind == "intent":
                assert entry.id in self.submitted
                promised.append((entry.method, entry.target))
            elif kind == "request" and entry[0] in ("put_call", "delete_call"):
                method = "PUT" if entry[0] == "put_call" else "DELETE"
                assert (method, entry[1]) in promised, f"{entry} was not promised"
                promised.remove((method, entry[1]))

    @invariant()
    def nothing_went_wrong_unseen(self) -> None:
        # What is raised at the bridge, a failed assertion too, the dispatcher takes for a lost
        # answer, and notes it.
        for fault in (self.world.dispatch.fault, self.world.poller.fault):
            if fault is not None:
                raise fault

    @invariant()
    def one_write_at_a_time_to_each_caller(self) -> None:
        targets = [held.target for held in self.bridge.held if held.name != "get_call"]
        assert len(targets) == len(set(targets))

    @invariant()
    def rows_show_only_what_concerns_who_they_are(self) -> None:
        picture, overlay = self.world.board.picture, self.world.overlay
        under_way = [pending.action for pending in overlay.under_way()]
        for (_, key), note in picture.notes.items():
            record = picture.calls.get(key)
            if record is not None:
                actions = under_way if note.under_way else self.submitted.values()
                whose = {action.identity for action in actions if action.target == key}
                assert identity_of(record) in whose, f"{note} on {record}"

    @invariant()
    def what_is_settled_is_true(self) -> None:
        for key, result in self.world.results.items():
            action = self.submitted[key]
            past = self.states[action.identity or 0]
            sent = ("intent", action) in self.bridge.journal
            if "nothing was sent" in result.detail:
                assert result.outcome is Outcome.REFUSED
                assert not sent
            elif result.outcome is Outcome.DONE and action.method == "PUT":
                # Some time or other after the key it was so.
                codes = self.world.board.picture.codes
                since = self.submitted_at[key]
                before = [state for at, state in past if at <= since][-1:]
                later = [state for at, state in past if at > since]
                found = [s for s in (*before, *later) if s is not None]
                assert any(shows(state, action.change, codes) for state in found), action
            elif result.outcome is Outcome.GONE or (
                result.outcome is Outcome.DONE and action.method == "DELETE"
            ):
                assert any(state is None for _, state in past), f"{action} says gone"
            elif result.outcome is Outcome.NOT_APPLIED and key in self.bridge.carried:
                others = [a for a in self.submitted.values() if a.identity == action.identity]
                assert len(others) > 1 or action.identity in self.foreign, f"{action} was applied"

    def teardown(self) -> None:
        self.run(self._end())
        self.runner.close()

    async def _end(self) -> None:
        """The faults are over: everything ends, and the board is the server's."""
        world = self.world
        world.disarmed = ""
        self.bridge.hidden = set()
        for _ in range(int(UNKNOWN_AFTER_S) + 30):
            for held in list(self.bridge.held):
                if not held.done:
                    held.carry_out()
                if not held.answer.done():
                    held.reply()
            await self.settle()
            for feed in (ALL_CALLS, calls_of(100), calls_of(200)):
                world.clock.time_s += 0.01
                asked_at, scan = self.now, self.bridge._scan_calls(feed.meeting)
                world.board.apply(
                    Snapshot(feed=feed, asked_at=asked_at, answered_at=self.now, scan=scan)
                )
            await world.clock.advance(1)
            world.overlay.expire()
            world.board.expire()
        for feed, asked_at, late in self.reads:  # and what was asked long ago changes nothing
            if not late.done:
                late.carry_out()
            world.board.apply(
                Snapshot(feed=feed, asked_at=asked_at, answered_at=self.now, scan=late.result)
            )
        assert world.board.picture.calls == self.bridge.calls
        assert not world.overlay.under_way()
        assert sorted(world.settled) == sorted(self.submitted)
        assert not world.board.picture.notes
        self.what_is_settled_is_true()
        await world.dispatch.drain()
        await world.poller.close()


Machine.TestCase.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
test_join_leave_reuse_change_late_poll_act_fault_recover = Machine.TestCase
