"""A state machine over store, pending actions and dispatcher: replies come when it says so.

`tests/monitor/test_live_store_history.py` delivers reads in any order; `test_actions_history.py`
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

from confmon.models.errors import (
    BridgeError,
    Forbidden,
    NotFound,
    ServerTrouble,
    TimedOut,
    Unreachable,
)
from confmon.models.identity import identity_of
from confmon.models.live_records import Scan
from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.judge import UNKNOWN_AFTER_S
from confmon.monitor.actions.verbs import VERBS as VERBS_BY_ID
from confmon.monitor.actions.verbs import shows_change
from confmon.monitor.polling.snapshot import ALL_CALLS, Feed, Snapshot, calls_of
from tests.clock import InlineExecutor
from tests.monitor.conftest import MemoryBridge, World, a_call

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from confmon.models.live_records import Call
    from confmon.monitor.actions.action import Action

IDS = st.integers(1, 2)
NUMBERS = st.sampled_from((100, 200))
FEEDS = st.sampled_from((ALL_CALLS, calls_of(100), calls_of(200)))
VERBS = st.sampled_from(("mute", "unmute", "hold", "release", "drop"))
EVENTS = st.sampled_from(("join", "leave", "change"))
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
    asked_at: float = 0.0
    action: Action | None = None
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
    requested: set[str] = field(default_factory=set)
    """The actions for which a write was sent."""
    on_write: Callable[[Action], None] = lambda _action: None

    async def _answer(
        self, name: str, target: int | None, body: Callable[[], Any], *, writes: bool = False
    ) -> Any:
        self.journal.append(("request", (name, target)))
        answer = asyncio.get_running_loop().create_future()
        held = Held(name, target, body, answer, self.clock.now())
        if writes:
            promised: list[Action] = [e for kind, e in self.journal if kind == "intent"]
            action = next(a for a in reversed(promised) if a.key == target)
            self.requested.add(action.id)
            self.on_write(action)

            def carry_out() -> None:
                body()
                self.carried.add(action.id)

            held.look, held.action = carry_out, action
        self.held.append(held)
        try:
            return await held.answer
        finally:
            self.held.remove(held)


@dataclass(frozen=True)
class Look:
    """What a read showed of one id, whenever it was asked for."""

    asked_at: float
    key: int
    call: Call | None


class Machine(RuleBasedStateMachine):
    """`states` remembers every state a caller ever was in at the server, and since when.

    `truth` has the same by id; `proved` when the newest read was asked for that says anything
    of an id, `looks` what each such read showed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.run(self._begin())

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.runner.run(work)

    async def _begin(self) -> None:
        asyncio.get_running_loop().set_default_executor(InlineExecutor())
        world = self.world = World(HeldBridge)
        assert isinstance(world.bridge, HeldBridge)
        self.bridge = world.bridge
        self.bridge.on_write = self.sent
        self.births = 0
        self.submitted: dict[str, Action] = {}
        self.submitted_at: dict[str, float] = {}
        self.states: dict[int, list[tuple[float, Call | None]]] = {}
        self.reads: list[tuple[Feed, float, Held]] = []
        self.truth: dict[int, list[tuple[float, Call | None]]] = {1: [], 2: []}
        self.proved: dict[int, float] = {}
        self.missed: dict[tuple[int, int | None], float] = {}
        """When each id was last missed by a read of one meeting's calls."""
        self.looks: list[Look] = []
        self.answered_at: dict[str, float] = {}
        self.settled_at: dict[str, float] = {}
        self.refused_ids: set[str] = set()
        """The actions that the server has refused."""
        self.lost: set[str] = set()
        """The actions of which no answer came."""
        self.on_screen: dict[int, int | None] = {}
        """Who was there, or had just left, under each id when it was last looked at."""
        self.replaced: set[int] = set()
        world.store.on_replaced(lambda target: self.replaced.add(target[1]))
        world.store.on_applied(self.learn)
        world.pending_actions.on_settled(self.note_end)
        self.foreign: set[int] = set()
        """Identities that somebody else changed as well: then anything may be shown."""

    @property
    def now(self) -> float:
        return self.world.clock.now()

    def sent(self, action: Action) -> None:
        """A write leaves: the target it was meant for must have the id yet, as far as is known."""
        record = self.world.store.record(action.target)
        assert record is not None, f"{action} to nobody"
        assert identity_of(record) == action.identity, f"{action} to {record}"
        assert not self.world.disarmed, f"{action} while {self.world.disarmed}"
        if action.method == "DELETE":
            assert self.proved[action.target[1]] >= self.submitted_at[action.id], "without a look"

    def remember(self) -> None:
        """Note who is in which state on the server now."""
        alive = {identity_of(call): call for call in self.bridge.calls.values()}
        for identity in {*alive, *self.states}:
            assert identity is not None
            past = self.states.setdefault(identity, [])
            state = alive.get(identity)
            if not past or past[-1][1] != state:
                past.append((self.now, state))

        for key, known in self.truth.items():
            if not known or known[-1][1] != self.bridge.calls.get(key):
                known.append((self.now, self.bridge.calls.get(key)))

    def note_end(self, action: Action, _result: object) -> None:
        self.settled_at[action.id] = self.now

    def learn(self, snapshot: Snapshot[Any]) -> None:
        """Note what a scan that was taken in says of each id, and what it can't say."""
        found = {call.id: call for call in snapshot.scan.records}
        for key in self.truth:
            if key in found or (snapshot.feed == ALL_CALLS and snapshot.scan.misses(key)):
                self.prove(Look(snapshot.asked_at, key, found.get(key)))
            elif snapshot.feed != ALL_CALLS and snapshot.scan.misses(key):
                self.missed[key, snapshot.feed.meeting] = snapshot.asked_at

    def prove(self, look: Look) -> None:
        self.looks.append(look)
        self.proved[look.key] = max(look.asked_at, self.proved.get(look.key, 0.0))

    def answered(self, held: Held) -> None:
        """A request is about to be answered: note what that says."""
        action, error = held.action, held.error
        missing = isinstance(error, NotFound)
        if action is not None:
            self.answered_at[action.id] = self.now
            if error is not None and not error.lost and not missing:
                self.refused_ids.add(action.id)
            if error is not None and error.lost:
                self.lost.add(action.id)
        read = held.name == "get_call" and error is None
        if held.target is not None and (missing or read):
            self.prove(Look(held.asked_at, held.target, held.result))
        held.reply()

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
        self.bridge.calls[key] = a_call(key, meeting_number=number, created=self.births * 10)
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
        self.deliver(feed, asked_at, held.result)

    @rule(feed=FEEDS, hidden=st.sets(IDS, max_size=2), short=st.booleans())
    def ask(self, feed: Feed, hidden: frozenset[int] = frozenset(), *, short: bool = False) -> None:
        """A read begins; it may be torn, and miss some, or be cut short after the first id."""

        def look() -> Scan[Call]:
            self.bridge.hidden = set() if short else set(hidden)
            scan = self.bridge._scan_calls(feed.meeting)
            if not short:
                return scan
            first = tuple(call for call in scan.records if call.id == 1)
            return replace(scan, records=first, clean=False, whole_to=1)

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
            self.deliver(feed, asked_at, held.result)

    def happens(self, what: str, key: int, number: int) -> None:
        """Something happens that nobody here asked for."""
        match what:
            case "join":
                self.join(key, number)
            case "leave":
                self.leave(key)
            case _:
                self.changed_by_others(key, self.births % 4, number)

    @rule(late=FEEDS, soon=FEEDS, what=EVENTS, key=IDS, number=NUMBERS)
    def a_read_overtakes(self, late: Feed, soon: Feed, what: str, key: int, number: int) -> None:
        """Of two reads, with something happening between them, the older is answered last."""
        self.ask(late)
        older = self.reads.pop()
        older[2].carry_out()
        self.happens(what, key, number)
        self.ask(soon)
        newer = self.reads.pop()
        for feed, asked_at, held in (newer, older):
            if not held.done:
                held.carry_out()
            self.deliver(feed, asked_at, held.result)

    @precondition(lambda self: self.bridge.held)
    @rule(pick=PICK, feed=FEEDS, what=EVENTS, number=NUMBERS, first=st.booleans())
    def a_read_and_a_request_cross(
        self, pick: int, feed: Feed, what: str, number: int, *, first: bool
    ) -> None:
        """A request is carried out, something happens to its target, and a read shows that.

        Or the read comes first, and is answered last.
        """
        held = self.bridge.held[pick % len(self.bridge.held)]
        assert held.target is not None
        if first:
            self.ask(feed)
            self.reads[-1][2].carry_out()
        elif not held.done:
            held.carry_out()
            self.run(self.settle())
        self.happens(what, held.target, number)
        if first:
            if not held.done:
                held.carry_out()
            self.answered(held)
            self.run(self.settle())
        else:
            self.ask(feed)
            self.reads[-1][2].carry_out()
        feed, asked_at, read = self.reads.pop()
        self.deliver(feed, asked_at, read.result)
        if not first and held in self.bridge.held:
            self.answered(held)
            self.run(self.settle())

    def a_write(self, pick: int, verb: str) -> Held | None:
        """A write that waits at the bridge; if there is none, one is sent, where that may be."""
        if not any(held.action for held in self.bridge.held):
            self.act(verb, pick)
            for held in [held for held in self.bridge.held if held.name == "get_call"]:
                if not held.done:  # a look before it is sent, or after it was answered
                    held.carry_out()
                self.answered(held)
                self.run(self.settle())
        writes = [held for held in self.bridge.held if held.action]
        return writes[pick % len(writes)] if writes else None

    @rule(pick=PICK, verb=VERBS)
    def a_read_shows_it_before_the_answer(self, pick: int, verb: str) -> None:
        """What was asked for before the answer proves nothing, even where it is right."""
        write = self.a_write(pick, verb)
        if write is None:
            return
        if not write.done:
            write.carry_out()
        self.ask(ALL_CALLS)
        feed, asked_at, read = self.reads.pop()
        read.carry_out()
        self.answered(write)
        self.run(self.settle())
        self.deliver(feed, asked_at, read.result)

    @rule(pick=PICK, verb=VERBS, moves=st.booleans(), hurry=st.booleans())
    def a_request_never_arrives(self, pick: int, verb: str, *, moves: bool, hurry: bool) -> None:
        """Then its target is read once, late, or twice at once; or it has moved, and is missed."""
        write = self.a_write(pick, verb)
        if write is None or write.done:
            return
        write.error = LOST
        self.answered(write)
        self.run(self.settle())
        call = self.bridge.calls.get(write.target or 0)
        if call is None or not moves:
            self.time_passes(0.3 if hurry else 9.0)
            for _ in range(2 if hurry else 1):
                self.look_at_everything()
            return
        self.changed_by_others(call.id, call.mute_mode or 0, 300 - (call.meeting_number or 0))
        for number in (100, 200):
            self.ask(calls_of(number))
            feed, asked_at, read = self.reads.pop()
            read.carry_out()
            self.deliver(feed, asked_at, read.result)

    @rule(pick=PICK, verb=VERBS, feed=FEEDS, what=EVENTS, number=NUMBERS)
    def a_read_alone_overtakes(
        self, pick: int, verb: str, feed: Feed, what: str, number: int
    ) -> None:
        """A scan has looked; then an action's target is read alone, and that is answered first."""
        write = self.a_write(pick, verb)
        if write is None:
            return
        assert write.target is not None
        self.ask(feed)
        feed, asked_at, late = self.reads.pop()
        late.carry_out()
        if not write.done:
            write.carry_out()
        self.answered(write)
        self.run(self.settle())
        self.happens(what, write.target, number)
        for held in list(self.bridge.held):
            if held.name == "get_call" and held.target == write.target:
                if not held.done:
                    held.carry_out()
                self.answered(held)
                self.run(self.settle())
        self.deliver(feed, asked_at, late.result)

    @precondition(lambda self: len(self.world.store.live_state.calls) > 1)
    @rule()
    def an_empty_answer(self) -> None:
        """A server that has just been restarted says once that nobody is there."""
        if ALL_CALLS not in self.world.store._empties:  # a second time it is believed
            before = dict(self.world.store.live_state.calls)
            self.deliver(ALL_CALLS, self.now, Scan(records=()))
            assert self.world.store.live_state.calls == before
            self.look_at_everything()

    def deliver(self, feed: Feed, asked_at: float, scan: Scan[Call]) -> None:
        async def deliver() -> None:
            self.world.clock.time_s += 0.01
            self.world.store.apply(
                Snapshot(feed=feed, asked_at=asked_at, answered_at=self.now, scan=scan)
            )
            await self.settle()

        self.run(deliver())

    # What the operator does.

    @rule(verb=VERBS, pick=PICK)
    def act(self, verb: str, pick: int) -> None:
        keys = sorted(self.world.store.live_state.calls)
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
        self.answered(held)
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
        self.answered(held)
        self.run(self.settle())

    @rule(seconds=st.sampled_from((0.3, 1.0, 3.0, 9.0)))
    def time_passes(self, seconds: float) -> None:
        async def go_on() -> None:
            await self.world.clock.advance(seconds)
            self.world.pending_actions.expire()
            self.world.store.expire()
            live_state = self.world.store.live_state
            for key in (
                self.on_screen.keys() - live_state.left_calls.keys() - live_state.calls.keys()
            ):
                del self.on_screen[key]  # faded
            await self.settle()

        self.run(go_on())

    # What must hold at every moment.

    @invariant()
    def every_write_was_promised_for_the_target_it_was_meant_for(self) -> None:
        promised: list[tuple[str, int]] = []
        for kind, entry in self.bridge.journal:
            if kind == "intent":
                assert entry.id in self.submitted
                promised.append((entry.method, entry.key))
            elif kind == "request" and entry[0] in ("put_call", "delete_call"):
                method = "PUT" if entry[0] == "put_call" else "DELETE"
                assert (method, entry[1]) in promised, f"{entry} was not promised"
                promised.remove((method, entry[1]))

    @invariant()
    def nothing_went_wrong_unseen(self) -> None:
        # What is raised at the bridge, a failed assertion too, the dispatcher takes for a lost
        # answer, and reports it.
        self.world.bugs.check()

    @invariant()
    def one_write_at_a_time_to_each_caller(self) -> None:
        targets = [held.target for held in self.bridge.held if held.name != "get_call"]
        assert len(targets) == len(set(targets))

    @invariant()
    def rows_show_only_what_concerns_who_they_are(self) -> None:
        live_state, pending_actions = self.world.store.live_state, self.world.pending_actions
        under_way = [pending.action for pending in pending_actions.under_way()]
        for (_, key), note in live_state.notes.items():
            record = live_state.calls.get(key)
            if record is not None:
                actions = under_way if note.under_way else self.submitted.values()
                owners = {action.identity for action in actions if action.key == key}
                assert identity_of(record) in owners, f"{note} on {record}"

    @invariant()
    def the_board_shows_nothing_older_than_the_newest_read(self) -> None:
        shown = self.world.store.live_state.calls
        for key, asked_at in self.proved.items():
            since = [state for at, state in self.truth[key] if at <= asked_at][-1:]
            since += [state for at, state in self.truth[key] if at > asked_at]
            places = {state.meeting_number for state in since if state is not None}
            if any(self.missed.get((key, place), 0.0) > asked_at for place in places):
                # For all that is known they are gone, or back where they were seen before.
                who = {identity_of(state) for state in since if state is not None}
                since += [s for _, s in self.truth[key] if s is not None and identity_of(s) in who]
                since.append(None)
            assert shown.get(key) in since, f"{key} is {shown.get(key)}, and was {since}"

    @invariant()
    def it_shows_when_an_id_passes_to_another(self) -> None:
        live_state = self.world.store.live_state
        now = {k: identity_of(c) for k, c in (live_state.left_calls | live_state.calls).items()}
        for key in now.keys() & self.on_screen.keys():
            is_replaced = key in self.replaced
            assert is_replaced or now[key] == self.on_screen[key], f"{key} is another's, unreported"
        self.on_screen = now
        self.replaced.clear()

    @invariant()
    def every_caller_is_listed_where_they_are(self) -> None:
        live_state = self.world.store.live_state
        listed = {
            key: call for calls in live_state.by_meeting.values() for key, call in calls.items()
        }
        assert listed == live_state.calls
        assert sum(map(len, live_state.by_meeting.values())) == len(live_state.calls)

    @invariant()
    def what_was_overwritten_waits_for_no_proof(self) -> None:
        fields: set[tuple[int, str]] = set()
        for pending in reversed(self.world.pending_actions.under_way()):
            mine = {(pending.action.target[1], name) for name in pending.action.change}
            assert pending.answered_at is None or not mine & fields, pending
            if pending.outcome is Outcome.SENT:
                fields |= mine

    def looks_at(self, action: Action) -> list[Call]:
        """What reads have shown of an action's target that were asked for after its answer."""
        after = self.answered_at.get(action.id, float("inf"))
        return [
            look.call
            for look in self.looks
            if look.asked_at >= after
            and look.call is not None
            and identity_of(look.call) == action.identity
            and look.key == action.key
        ]

    @invariant()
    def what_is_settled_was_seen(self) -> None:
        codes = self.world.store.live_state.codes
        for key, result in self.world.results.items():
            action = self.submitted[key]
            if result.outcome is Outcome.DONE and action.method == "PUT":
                assert any(shows_change(c, action.change, codes) for c in self.looks_at(action)), (
                    action
                )
            elif result.outcome is Outcome.NOT_APPLIED:
                assert len(self.looks_at(action)) >= 2, action
                assert key not in self.lost, f"{action} may be carried out yet"
                waited_s = self.settled_at[key] - self.answered_at[key]
                assert waited_s >= VERBS_BY_ID[action.verb].patience_s, action
            elif result.outcome is Outcome.REFUSED and "nothing was sent" not in result.detail:
                assert key in self.refused_ids, action
                assert key not in self.bridge.carried, action
            if key in self.refused_ids:
                assert result.outcome is Outcome.REFUSED, f"{action} was refused"

    @invariant()
    def what_is_settled_is_true(self) -> None:
        for key, result in self.world.results.items():
            action = self.submitted[key]
            past = self.states[action.identity or 0]
            if "nothing was sent" in result.detail:
                # Its intent may be written: it is checked again after that.
                assert result.outcome is Outcome.REFUSED
                assert key not in self.bridge.requested
            elif result.outcome is Outcome.DONE and action.method == "PUT":
                # Some time or other after the key it was so.
                codes = self.world.store.live_state.codes
                since = self.submitted_at[key]
                before = [state for at, state in past if at <= since][-1:]
                later = [state for at, state in past if at > since]
                found = [s for s in (*before, *later) if s is not None]
                assert any(shows_change(state, action.change, codes) for state in found), action
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
        """The faults are over: everything ends, and the live store is the server's."""
        world = self.world
        world.disarmed = ""
        self.bridge.hidden = set()
        for _ in range(int(UNKNOWN_AFTER_S) + 30):
            for held in list(self.bridge.held):
                if not held.done:
                    held.carry_out()
                if not held.answer.done():
                    self.answered(held)
            await self.settle()
            for feed in (ALL_CALLS, calls_of(100), calls_of(200)):
                world.clock.time_s += 0.01
                asked_at, scan = self.now, self.bridge._scan_calls(feed.meeting)
                world.store.apply(
                    Snapshot(feed=feed, asked_at=asked_at, answered_at=self.now, scan=scan)
                )
            await world.clock.advance(1)
            world.pending_actions.expire()
            world.store.expire()
        for feed, asked_at, late in self.reads:  # and what was asked long ago changes nothing
            if not late.done:
                late.carry_out()
            world.store.apply(
                Snapshot(feed=feed, asked_at=asked_at, answered_at=self.now, scan=late.result)
            )
        assert world.store.live_state.calls == self.bridge.calls
        assert not world.pending_actions.under_way()
        assert sorted(world.settled) == sorted(self.submitted)
        assert not world.store.live_state.notes
        self.what_is_settled_is_true()
        await world.dispatch.drain()
        await world.poller.close()


Machine.TestCase.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
test_join_leave_reuse_change_late_poll_act_fault_recover = Machine.TestCase
