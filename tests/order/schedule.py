"""Random schedules through the real screen, judged by the screen at each key press.

A seed decides a schedule: the events on the bridge, the faults on the way, the late replies, and
the keys with their times. The judge does not use the program's own state: it reads the row drawn
under the cursor, which has the caller's unique number.
"""

from __future__ import annotations

import asyncio
import gc
import re
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from heapq import heappop
from typing import TYPE_CHECKING, Any, cast

from confmon.monitor.actions.action import Outcome
from confmon.tui.app import ConfmonApp
from confmon.tui.dialogs.confirm import SWALLOW_S
from confmon.tui.setup import Setup
from confmon.tui.table.rows import Row
from tests.bugs import Bugs
from tests.clock import HandClock, InlineExecutor
from tests.monitor.conftest import MemoryAudit
from tests.order.server import STALE_AFTER_S, Server
from tests.screens.bridge import MemoryIgnoredFields
from tests.screens.conftest import settings
from tests.screens.stage import BY_HAND_S, Stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from random import Random

    from confmon.monitor.actions.action import Action

INTERVAL_S = 2.0
_BORN = re.compile(r"\+1555(\d{7})|owner(\d+)x")
_WAITED = re.compile(r" \d+[smh](?= |$)")
"""Since when a row needs somebody: it moves."""

MOVES = ("j", "j", "k", "g", "G", "s", "o", "1", "2", "enter", "escape")
MARKS = ("space", "space", "v", "asterisk", "U")
VERBS = ("m", "m", "h", "d", "d", "d", "n", "[", "u", "L", "R", "E", "M", "H")
BULK = {"m": ("mute", "unmute"), "h": ("hold", "release"), "d": ("drop",)}
MEETING_VERBS = {
    "L": ("lock", "unlock"),
    "R": ("record", "stop_recording"),
    "E": ("end",),
    "M": ("mute",),
    "H": ("hold",),
}
ONE = {"n": ("name",), "[": ("gain",), **BULK}


@dataclass(frozen=True)
class Leave:
    """What a key may lead to on the drawn screen: these verbs on these targets, and no others.

    Callers are identified by their number, meetings by their session. `under` is the caller under
    the cursor, if the key means the meeting.
    """

    verbs: tuple[str, ...] = ()
    born: frozenset[int] = frozenset()
    sessions: frozenset[int | None] = frozenset()
    numbers: frozenset[int | None] = frozenset()
    under: int | None = None
    undoes: frozenset[str] = frozenset()

    def covers(self, action: Action) -> bool:
        if action.verb not in self.verbs:
            return False
        if action.undoes is not None:
            return action.undoes in self.undoes
        if action.identity is None:
            return False
        if action.resource == "meeting":
            return action.identity in self.sessions
        if self.numbers:
            return action.meeting in self.numbers
        return action.identity // 1000 in self.born


class Judge:
    """Watches the actions that are submitted, logged and sent."""

    def __init__(self, stage: Stage, server: Server) -> None:
        self.stage = stage
        self.server = server
        self.submitted: dict[str, Action] = {}
        self._marked: dict[object, set[int]] = {}
        self.outcomes: Counter[str] = Counter()
        self._settled: list[Action] = []
        """Actions settled since the last check; they may be submitted since then, too."""
        self.may_restore: set[str] = set()
        """Actions submitted before `u`: they may be undone later, once settled."""
        self._person: int | None = None
        """The caller under the cursor at the last key."""
        self.bugs = Bugs()
        stage.session.pending_actions.on_settled(self.settled)

    def settled(self, action: Action, result: Any) -> None:
        self.outcomes[action.id] += 1
        self._settled.append(action)
        if "nothing was sent" in result.detail:
            assert result.outcome is Outcome.REFUSED

    # What is drawn.

    def rows(self) -> list[Row]:
        drawn = [drawn_line.line[0] for drawn_line in self.stage.table._drawn_lines]
        return [line for line in drawn if isinstance(line, Row)]

    @staticmethod
    def born(row: Row) -> int | None:
        found = _BORN.search(" ".join(text for text, _ in row.look.cells))
        return int(found[1] or found[2]) if found else None

    def look(self) -> tuple[int | None, set[int]]:
        """Return the caller drawn under the cursor, and the marked ones, hidden ones too."""
        under = None
        marked = self._marked.setdefault(self.stage.session.view, set())
        for row in self.rows():
            who = self.born(row)
            if row.cursor == "here":
                under = who
            if who is not None:
                (marked.add if row.look.marked else marked.discard)(who)
        if not self.stage.session.view.marks:
            marked.clear()
        return under, set(marked)

    def pressed(self) -> None:
        """Note that the operator may have moved."""
        self._person, _ = self.look()

    def check_cursor(self) -> None:
        """Check that only a key moves the cursor to another caller."""
        under, _ = self.look()
        if self._person is not None and under is not None:
            assert under == self._person, f"born {under} took the place of {self._person}"

    # What a key may do.

    def leave_for(self, key: str) -> Leave:
        under, marked = self.look()
        session = self.stage.session
        if key == "u":
            return Leave(("restore", "restore_meeting"), undoes=frozenset(self.submitted))
        if key in MEETING_VERBS:
            leave = Leave(MEETING_VERBS[key], under=under)
            return self.with_place(leave)
        if session.view.subject == "meetings":
            return Leave()
        if marked and key in BULK:
            return Leave(BULK[key], frozenset(marked))
        return Leave(ONE[key], frozenset() if under is None else frozenset({under}))

    def with_place(self, leave: Leave) -> Leave:
        """Add the meeting of the view, under the cursor, or of the caller under the cursor.

        That caller may have moved since the key press: then both meetings are allowed.
        """
        view, live_state = self.stage.session.view, self.stage.session.live_state
        numbers: set[int | None] = {view.meeting}
        if view.subject == "meetings":
            numbers = {n for n, meeting in live_state.meetings.items() if meeting.id == leave.under}
        elif view.meeting is None:
            calls = [*live_state.calls.values(), *live_state.left_calls.values()]
            born_ms = (leave.under or 0) * 1000
            numbers = {call.meeting_number for call in calls if call.created == born_ms}
        found = {live_state.meetings[n].id for n in numbers if n in live_state.meetings}
        found |= {leave.under} if view.subject == "meetings" else set()
        return replace(
            leave, sessions=leave.sessions | found, numbers=leave.numbers | frozenset(numbers)
        )

    def must_not_send(self) -> str:
        session, now = self.stage.session, self.server.clock.now()
        if session.is_paused:
            return "paused"
        if now - self.server.scanned_at > STALE_AFTER_S:
            return "stale"
        return ""

    # After a key.

    def check(self, leave: Leave | None) -> None:
        """Check that the leave covers all actions submitted since the last check."""
        session = self.stage.session
        self.bugs.check()  # a failed assertion at the bridge, too
        if leave is not None:
            self.may_restore |= leave.undoes
        under_way = [pending.action for pending in session.pending_actions.under_way()]
        for action in (*under_way, *self._settled):
            if action.id in self.submitted:
                continue
            if action.undoes in self.may_restore and (leave is None or not leave.undoes):
                self.submitted[action.id] = action
                continue
            assert leave is not None, f"{action} without a key"
            assert leave.covers(action), f"{action} is not what was under the key: {leave}"
            assert not self.must_not_send(), f"{action} while {self.must_not_send()}"
            self.submitted[action.id] = action
        self._settled.clear()

    def check_journal(self) -> None:
        """Check that each write has an intent before it, and none is sent twice."""
        promised: Counter[tuple[str, int]] = Counter()
        seen: set[str] = set()
        for kind, entry in self.server.journal:
            if kind == "intent":
                assert entry.id in self.submitted, "an intent without a key"
                assert entry.id not in seen, "one action, two intents"
                seen.add(entry.id)
                promised[f"{entry.method.lower()}_{entry.resource}", entry.key] += 1
            elif kind == "request" and entry[0].startswith(("put", "delete")):
                promised[entry] -= 1
                assert promised[entry] >= 0, f"{entry} without an intent"


class Schedule:
    """One operator at one screen, and a bridge with its own events."""

    def __init__(self, stage: Stage, server: Server, random: Random) -> None:
        self.stage = stage
        self.server = server
        self.random = random
        self.judge = Judge(stage, server)
        self.leave: Leave | None = None
        """What the open dialog may lead to, if it is confirmed."""

    async def run(self, steps: int) -> None:
        self.judge.pressed()
        for _ in range(steps):
            match self.random.randrange(10):
                case 0 | 1:
                    self.server.happen(self.random)
                case 2:
                    if self.random.random() < 0.3:
                        self.server.go_wrong(self.random)
                    else:
                        self.server.recover()
                case 3:
                    await self.stage.advance(self.random.choice((0.05, 0.3, 1.0, 2.1, 2.1, 7.0)))
                    self.judge.check(None)
                case 4 | 5:
                    await self.in_between()
                case _:
                    await self.press()
            self.judge.check_cursor()
        await self.end()

    async def in_between(self) -> None:
        """Let time pass; the next key may come before the screen is at rest."""
        clock = self.server.clock
        until = clock.time_s + self.random.choice((0.1, 1.0, 2.1))
        while clock._sleepers and clock._sleepers[0][0] <= until:
            due, _, woken = heappop(clock._sleepers)
            if not woken.done():
                clock.time_s = max(clock.time_s, due)
                woken.set_result(None)
                for _ in range(self.random.randrange(12)):
                    await asyncio.sleep(0)
        self.judge.check(None)
        self.judge.check_cursor()
        await self.press()

    async def press(self) -> None:
        await (self.answer() if self.stage.dialog else self.key())
        self.judge.pressed()

    async def key(self) -> None:
        """Press a key on the table."""
        kind = self.random.random()
        session = self.stage.session
        if session.is_paused and kind < 0.5:
            await self.stage.press("p")
        elif session.view.subject == "meetings" and kind < 0.5:
            await self.stage.press(self.random.choice(("enter", "2")))
        elif self.stage.cursor is None and kind < 0.8:
            await self.stage.press(self.random.choice(("j", "k", "g", "2")))
        elif kind < 0.25:
            await self.stage.press(self.random.choice(MOVES))
        elif kind < 0.4:
            await self.stage.press(self.random.choice(MARKS))
        elif kind < 0.42:
            await self.stage.press("p")
        else:
            await self.verb()
            return
        self.judge.check(None)

    async def verb(self) -> None:
        """Press a verb's key, and let an event happen before it is handled."""
        key = self.random.choice(VERBS)
        leave = self.judge.leave_for(key)
        was_stopped = self.judge.must_not_send()
        self.stage.app.post_message(self.stage.read(key))
        for _ in range(self.random.randrange(3)):
            await asyncio.sleep(0)
        if self.random.random() < 0.5:
            self.server.happen(self.random)
        await self.stage.stand_alone()
        if leave.verbs in MEETING_VERBS.values():
            leave = self.judge.with_place(leave)
        asks = bool(self.stage.dialog)
        destroys = key in ("d", "E")
        assert not (was_stopped and asks), f"asked while {was_stopped}"
        self.judge.check(None if destroys or was_stopped else leave)
        self.leave = leave if asks else None

    async def answer(self) -> None:
        """Answer a dialog: rightly or not, too early or not."""
        dialog = self.stage.dialog
        early, pasted = self.random.random() < 0.25, self.random.random() < 0.2
        if self.random.random() < 0.3:
            self.server.happen(self.random)
            if self.random.random() < 0.5:
                await self.stage.advance(2.5)
                self.judge.check(None)
        keys: Iterable[str] = self.random.choice((("escape",), ("enter",), ("x",), *(("y",),) * 4))
        plan = cast("Any", self.stage.app.screen).plan
        if dialog == "TypedDialog":
            keys = self.random.choice((*((*plan.typed, "enter"),) * 3, ("1", "enter"), ("escape",)))
        elif dialog == "NameDialog":
            keys = ("enter",) if self.random.random() < 0.5 else ("escape",)
        if pasted and keys != ("escape",):
            keys = (*keys, self.random.choice(("x", "y", "enter")))
        confirms = not (early or pasted) and (
            (dialog == "ConfirmDialog" and tuple(keys) == ("y",))
            or (dialog == "TypedDialog" and tuple(keys) == (*plan.typed, "enter"))
            or (dialog == "NameDialog" and "enter" in keys)
        )
        leave, stopped = self.leave, self.judge.must_not_send()
        self.stage.listens_in(SWALLOW_S)
        after_s = SWALLOW_S + (-self.random.uniform(0.01, 0.4) if early else 0.2)
        gap_s = 0.001 if early or pasted else BY_HAND_S
        await self.stage.burst(*keys, after_s=after_s, gap_s=gap_s)
        stopped = stopped and self.judge.must_not_send()  # a read may have come since
        self.judge.check(leave if confirms and not stopped else None)
        if not self.stage.dialog:
            self.leave = None

    # The end: the screen equals the server.

    async def end(self) -> None:
        stage, server = self.stage, self.server
        if stage.dialog:
            await stage.press("escape")
        same("dialog", stage.dialog, "")
        server.recover()
        if stage.session.is_paused:
            await stage.press("p")
        for _ in range(80):  # the wait after many failures grows to half a minute
            if server.scanned_at > server.clock.now() - 1:
                break
            await stage.advance(0.5)
        await stage.press("2")
        await stage.advance(3 * INTERVAL_S)
        live_state = stage.session.store.live_state
        same("calls", live_state.calls, server.calls)
        same("meetings", live_state.meetings, server.meetings)
        await stage.advance(45)  # until nothing is under way, and highlights have faded
        self.judge.check(None)
        self.judge.check_journal()
        same("under way", stage.session.pending_actions.under_way(), [])
        same("outcomes", self.judge.outcomes, Counter(list(self.judge.submitted)))
        await stage.press("escape")
        await stage.press("escape")
        await stage.press("2")
        same("rows of calls", self.drawn(), sorted(map(self.wanted_call, server.calls)))
        await stage.press("1")
        await stage.advance(0.1)
        wanted = sorted(map(self.wanted_meeting, server.meetings))
        same("rows of meetings", self.drawn(), wanted)

    def drawn(self) -> list[tuple[str, ...]]:
        """Return the texts of each row, without running times."""
        columns = [column.id for column in self.stage.session.view.columns]
        skipped = {"time", "policy", "size", "trend"}
        return sorted(
            tuple(
                _WAITED.sub("", text)
                for name, (text, _) in zip(columns, row.look.cells, strict=True)
                if name not in skipped
            )
            for row in self.judge.rows()
        )

    def wanted_call(self, key: int) -> tuple[str, ...]:
        call = self.server.calls[key]
        mute = {0: "", 1: "soft mute", 2: "muted", 3: "muted+soft"}[call.mute_mode or 0]
        hold = {0: "", 1: "held"}.get(call.hold_mode or 0, f"held {call.hold_mode}")
        gain = f"{call.gain_level:+d}" if call.gain_level else ""
        role = {1: "host", 2: "part", 3: "list"}[call.role or 0]
        name, number = call.custom_name or "", call.caller or ""
        meeting = self.server.meetings.get(call.meeting_number or 0)
        owner = (meeting and meeting.subscriber_name) or ""
        owners = (owner or str(call.meeting_number), str(call.meeting_number))
        needed = self.needed("call", key)
        return ("", name, number, *owners, role, mute, hold, needed, gain, "", "", "")

    def needed(self, kind: str, key: int) -> str:
        """Return why a row needs somebody: that the rules are right is tested elsewhere."""
        signals = [
            signal
            for signal in self.stage.session.attention.signals
            if signal.target == (kind, key) and signal.rule != "changed_by_other"
        ]
        return " ".join(signal.title for signal in signals)

    def wanted_meeting(self, number: int) -> tuple[str, ...]:
        meeting = self.server.meetings[number]
        calls = [c for c in self.server.calls.values() if c.meeting_number == number]
        counts = [
            sum(c.role == 1 for c in calls),
            sum(c.role == 2 for c in calls),
            sum(c.role == 3 for c in calls),
            sum(bool(c.mute_mode) for c in calls),
            sum(bool(c.hold_mode) for c in calls),
            0,
        ]
        now = (
            "●REC" if meeting.is_recording else "",
            self.needed("meeting", number),
            "LOCK" if meeting.is_secured else "",
        )
        return (
            "",
            meeting.subscriber_name or "",
            str(number),
            str(len(calls)),
            str(counts[0]) if calls else "",
            *[str(count) if count else "" for count in counts[1:]],
            " ".join(filter(None, now)),
        )


def same(what: str, shown: object, true: object) -> None:
    assert shown == true, f"{what}:\n{shown}\nbut in truth\n{true}"


@asynccontextmanager
async def opened(random: Random) -> AsyncIterator[tuple[Stage, Server]]:
    """Open the screen on a bridge in memory, with the test's own clock."""
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    clock = HandClock()
    server = Server(cast("Any", clock), random=random)
    server.begin()
    app = ConfmonApp(
        Setup(
            settings(interval_s=INTERVAL_S),
            open_bridge=lambda: cast("Any", server),
            audit=MemoryAudit(server.journal),
            ignored_fields=MemoryIgnoredFields(),
            clock=clock,
        )
    )
    async with app.run_test(size=(100, 32)) as pilot:
        stage = Stage(app, pilot, cast("Any", server))
        await stage.until(lambda: app.session.poller is not None)
        await stage.advance(0.1)
        yield stage, server
    gc.unfreeze()


A_SCREEN = 5
"""How many schedules one screen runs, and how many steps each has."""
STEPS = 40


async def run_all(random: Random) -> None:
    """Run all schedules of one seed."""
    async with opened(random) as (stage, server):
        schedule = Schedule(stage, server, random)
        for _ in range(A_SCREEN):
            await schedule.run(STEPS)
