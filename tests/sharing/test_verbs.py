"""Verbs while others come to read for this screen, or it for them, or it is alone, in any order."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any, cast

import pytest

from confmon.models.errors import BridgeError, NotFound, ServerTrouble, Unreachable
from confmon.monitor.actions.action import Outcome
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of
from confmon.sharing.records import Scope
from tests.clock import InlineExecutor
from tests.monitor.conftest import MemoryBridge, a_call
from tests.sharing.shared_world import SharedWorld

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from confmon.models.live_records import Answer, Call, Meeting, Scan, Value
    from confmon.monitor.actions.action import Action, Result

SCOPES = (Scope("calls"), Scope("calls", 100), Scope("meetings"))
MODES = ("following", "following", "nobody", "alone", "leading")
NAMES = ("Ann", "Ben", "Cem")
SETTLED = {outcome for outcome in Outcome if outcome.settled}


class TrueBridge(MemoryBridge):
    """Notes in each read when it was asked, and of each call what was sent and when answered."""

    def begin(self) -> None:
        self.sent: Counter[tuple[int, str]] = Counter()
        self.answered: dict[int, float] = {}

    async def scan_calls(self, meeting_number: int | None = None) -> Scan[Call]:
        notes = (str(self.clock.now()),)
        return replace(await super().scan_calls(meeting_number), notes=notes)

    async def scan_meetings(self) -> Scan[Meeting]:
        notes = (str(self.clock.now()),)
        return replace(await super().scan_meetings(), notes=notes)

    async def put_call(self, call_id: int, change: Mapping[str, Value]) -> Answer:
        self.sent[call_id, str(change["customName"])] += 1
        try:
            return await super().put_call(call_id, change)
        finally:
            self.answered[call_id] = self.clock.now()


class Case:
    """A screen that shares a bridge, and what one seed lets happen to it."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311
        self.world = SharedWorld(TrueBridge)
        self.world.populate(4)
        self.bridge = cast("TrueBridge", self.world.bridge)
        self.bridge.begin()
        self.pressed: list[Action] = []
        self.judging = 0.0
        self.too_early: list[Action] = []
        """Those that were judged by a read that was asked before the answer."""
        self.coming: list[asyncio.Task[None]] = []
        self.world.store.on_changed(self._note_read)
        self.world.pending_actions.on_settled(self._check_proof)
        self.world.share.on_change(self.world.poller.retry_failed)

    def _note_read(self, _change: object, asked_at: float, snapshot: Any) -> None:
        self.judging = asked_at if snapshot is None else float(snapshot.scan.notes[0])

    def _check_proof(self, action: Action, result: Result) -> None:
        if result.outcome in (Outcome.DONE, Outcome.NOT_APPLIED):
            # Who is sent something else before a read has judged the first has no proof of it.
            answered_at = self.bridge.answered[cast("int", action.key)]
            if self.judging < answered_at:
                self.too_early.append(action)

    def happen(self) -> Awaitable[None] | None:
        """Let something happen."""
        pick = self.random.choices((self.press, self.read, self.move, self.change), (4, 6, 2, 3))
        pick[0]()
        return self.world.clock.advance(self.random.choice((0.0, 0.1, 0.5, 1.0, 3.0)))

    def press(self) -> None:
        """Press a key on a caller."""
        calls = list(self.world.store.live_state.calls)
        if calls:
            change = {"customName": self.random.choice(NAMES)}
            action = self.world.action("name", self.random.choice(calls), change=change)
            self.pressed.append(action)
            self.world.dispatch.submit([action])

    def read(self) -> None:
        """Let the collector read; its frame comes later."""
        self.coming.append(asyncio.create_task(self._read(self.random.choice(SCOPES))))

    async def _read(self, scope: Scope) -> None:
        asked_at = self.world.clock.now()
        scan: Scan[Any] = self.bridge._scan_calls(scope.meeting)
        if scope.kind == "meetings":
            scan = replace(scan, records=tuple(self.bridge.meetings.values()))
        await self.world.clock.sleep(self.random.choice((0.05, 0.3, 2.0, 6.0)))
        if self.world.share.state.mode == "following":
            noted = replace(scan, notes=(str(asked_at),))
            self.world.share.give(scope, noted, asked_at, asked_at + 0.02)

    def move(self) -> None:
        """Let another one read, or nobody, or this screen."""
        mode = self.random.choice(MODES)
        collector = {"following": "ops-3", "leading": "ops-1"}.get(mode, "")
        mode = "following" if mode == "nobody" else mode
        self.world.share.become(mode=mode, collector=collector, interval_s=2.0)

    def change(self) -> None:
        """Let something change on the bridge, or fail."""
        bridge, key = self.bridge, self.random.randint(1, 5)
        match self.random.randint(0, 7):
            case 0:
                bridge.calls.pop(key, None)
            case 1:
                created = int(self.world.clock.now() * 1000)  # the key is another caller's then
                bridge.calls[key] = a_call(key, created=created)
            case 2:
                bridge.ignored = set() if bridge.ignored else {"customName"}
            case 3:
                bridge.applied_after_s = self.random.choice((0.0, 0.0, 1.5))
            case 4:
                for name in ("put_call", "scan_calls", "get_call"):
                    bridge.delay_s[name] = self.random.choice((0.0, 0.2, 2.5))
            case 5:
                errors: list[BridgeError] = [
                    ServerTrouble("502", lost=True),
                    Unreachable("no route"),
                    NotFound("404", status=404),
                ]
                bridge.errors.setdefault("put_call", []).append(self.random.choice(errors))
            case _:
                if key in bridge.calls:
                    self.world.change(key, mute_mode=self.random.randint(0, 2))

    async def end(self) -> None:
        """Let a minute pass in which nothing fails, and check what became of all."""
        self.bridge.delay_s.clear()
        self.bridge.errors.clear()
        for _ in range(60):
            await self.world.clock.advance(1.0)
            self.world.pending_actions.expire()
        for action in self.pressed:
            assert self.world.settled.count(action.id) == 1, "not ended, or ended twice"
            result = self.world.results[action.id]
            assert result.outcome in SETTLED
        assert not self.too_early
        self.world.bugs.check()
        intents = self.world.lines("intent")
        assert len({action.id for action in intents}) == len(intents), "meant twice"
        meant = Counter((action.key, action.change["customName"]) for action in intents)
        assert self.bridge.sent <= meant, "sent twice"
        await self.world.dispatch.drain()

    async def close(self) -> None:
        """End what runs."""
        for task in self.coming:
            task.cancel()
        await asyncio.gather(*self.coming, return_exceptions=True)
        await self.world.dispatch.close()
        await self.world.poller.close()


@pytest.mark.parametrize("seed", range(40))
async def test_whoever_reads_a_verb_is_sent_once_and_proved_by_a_later_read(seed: int) -> None:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    case = Case(seed)
    await case.world.watch(ALL_CALLS, MEETINGS, calls_of(100))
    await case.world.clock.advance(2.0)
    try:
        for _ in range(60):
            await case.happen()  # type: ignore[misc]
        await case.end()
    finally:
        await case.close()
    assert case.pressed
