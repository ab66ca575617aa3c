"""Sends actions: one after another on each target, several targets side by side, each audited.

A single key press overtakes a bulk, and a bulk can be stopped: what it has not sent is refused.

The steps of each are those of `send_once` in `confmon.monitor.actions.sending`; then a read has
to prove it. Nothing is kept for later: what can't be sent now is refused, and says so. Only a bulk
waits for a while where its data has become stale.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from confmon.monitor.actions.action import STOPPED, Outcome, Result
from confmon.monitor.actions.journal import Journal
from confmon.monitor.actions.sending import send_once
from confmon.monitor.actions.targets.queued import QueuedTarget
from confmon.monitor.actions.targets.reader import PARALLEL, TargetReader
from confmon.monitor.actions.turns import Patience, Turns
from confmon.monitor.polling.snapshot import MEETINGS, calls_of
from confmon.ports import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from confmon.clock import Clock
    from confmon.models.identity import Target
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.polling.poller import Poller
    from confmon.monitor.polling.snapshot import Feed
    from confmon.ports import Bridge


class Dispatcher:
    """The only way an action reaches the bridge."""

    def __init__(
        self,
        bridge: Bridge,
        store: LiveStore,
        pending_actions: PendingActions,
        *,
        poller: Poller[Feed],
        audit: Audit,
        clock: Clock,
        disarmed: Callable[[], str],
    ) -> None:
        """`disarmed` returns why nothing may be sent now, or an empty string."""
        self._store = store
        self._pending_actions = pending_actions
        self._poller = poller
        self._clock = clock
        self._disarmed = disarmed
        self._turns = Turns(PARALLEL)
        self._patience = Patience(disarmed, clock)
        self._pressed: Counter[Target] = Counter()
        """The targets that single presses wait for, and how many of them."""
        self._writing: set[str] = set()
        """The actions of which the intent is on its way to the disk."""
        self._is_closed = False
        self._stopped: set[str] = set()
        """Those of them that were stopped meanwhile: they are refused once it is written."""
        self._last: dict[Target, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._journal = Journal(audit)
        self._reader = TargetReader(
            bridge, store, pending_actions, poller=poller, clock=clock, start=self._start
        )
        pending_actions.on_settled(self._journal.write_outcome)
        pending_actions.on_corrected(self._journal.write_outcome)
        pending_actions.on_missed(self._reader.read_missed)

    @property
    def audit_trouble(self) -> str:
        """Why the audit log can't be written; until it can, no action is sent."""
        return self._journal.trouble

    @audit_trouble.setter
    def audit_trouble(self, why: str) -> None:
        self._journal.trouble = why

    @property
    def rests_s(self) -> float:
        """How long bulks still wait because of a 429."""
        return self._reader.rests_s

    @property
    def waits_for_data(self) -> bool:
        """Whether bulks wait until data is fresh again."""
        return self._patience.lasts

    def submit(self, actions: Sequence[Action]) -> None:
        """Take actions on, in order. Returns at once; the log tells what becomes of them.

        None is taken on at the end: what is settled there would have undo and orders restore it.
        """
        if self._is_closed:
            return
        for action in actions:
            self._pending_actions.add(action)
            target = action.target
            if not action.is_bulk:
                self._pressed[target] += 1
                self._turns.hurry(target)
            task = self._start(self._perform(action, self._last.get(target)))
            self._last[target] = task
            task.add_done_callback(partial(self._forget, target))

    def stop(self, press: str) -> int:
        """Send nothing more of one key press (`Action.press`). Returns how many had not been sent.

        Each of them is refused, and gets its line in the audit log.
        """
        waiting = [
            pending.action
            for pending in self._pending_actions.under_way(press)
            if pending.outcome is Outcome.WAITING and pending.action.id not in self._stopped
        ]
        for action in waiting:
            if action.id in self._writing:
                self._stopped.add(action.id)
            else:
                self._pending_actions.refuse(action, STOPPED)
        return len(waiting)

    def _start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _forget(self, target: Target, task: asyncio.Task[None]) -> None:
        if self._last.get(target) is task:
            del self._last[target]

    async def _perform(self, action: Action, before: asyncio.Task[None] | None) -> None:
        target = action.target
        if before is not None:
            await asyncio.wait([before])
        bulk = action.is_bulk and not self._pressed[target]
        bulk = await self._turns.take(target, bulk=bulk)
        try:
            if not action.is_bulk:
                self._pressed[target] -= 1
                self._pressed += Counter()  # which forgets those at zero
            AT_ONCE.set(not bulk)  # for this task, and those that prove the action
            if bulk:
                await self._keep_quiet(action)
            to_prove = self._pending_actions.is_under_way(action) and await self._send(action)
        finally:
            self._turns.give_back(bulk=bulk)
        if to_prove:
            # Proving takes its time; the next action on this target need not wait for it.
            self._wake(action)
            self._start(self._reader.read_back(action))

    async def _keep_quiet(self, action: Action) -> None:
        """Wait out what a 429 asked for, unless the action is stopped or a single press waits."""
        target = action.target
        while (rest_s := self.rests_s) > 0:
            if self._pressed[target] or not self._pending_actions.is_under_way(action):
                return
            await self._clock.sleep(min(rest_s, 1.0))

    async def _send(self, action: Action) -> bool:
        """Send one action; True if a later read has to judge it."""
        target = QueuedTarget(action, self._reader, self._why_not)
        sent = await send_once(target, self._write_intent, self._clock)
        if isinstance(sent, Result):
            self._pending_actions.settle(target.action, sent)
            return False
        self._pending_actions.answered(target.action, sent)
        return True

    async def _write_intent(self, action: Action) -> Result | None:
        self._writing.add(action.id)
        try:
            return await self._journal.write_intent(action)
        finally:
            self._writing.discard(action.id)

    async def _why_not(self, action: Action) -> str:
        """Return why an action may not be sent, or an empty string. One of a bulk is patient."""
        while action.is_bulk and self._patience.lasts:
            if self._pressed[action.target] or not self._pending_actions.is_under_way(action):
                break
            await self._clock.sleep(0.5)
        if action.id in self._stopped or not self._pending_actions.is_under_way(action):
            self._stopped.discard(action.id)
            return STOPPED
        if reason := self._disarmed():
            return f"{reason}; nothing was sent"
        record = self._store.record(action.target)
        if not action.is_on(record):
            left = "caller already left" if action.resource == "call" else "meeting already ended"
            return f"{left}; nothing was sent"
        return ""

    def _wake(self, action: Action) -> None:
        if action.resource == "meeting":
            self._poller.wake(MEETINGS)
        elif action.meeting is not None:
            self._poller.wake(calls_of(action.meeting))

    async def drain(self) -> None:
        """Wait until nothing is being sent or proved, and every outcome is written."""
        while waiting := {*self._tasks, *self._journal.being_written()}:
            await asyncio.wait(waiting)

    async def close(self) -> None:
        """Send nothing more, and say in the log what is left open."""
        self._is_closed = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for pending in self._pending_actions.under_way():
            if pending.outcome is Outcome.WAITING:
                self._pending_actions.refuse(pending.action, "confmon was closed; nothing was sent")
            else:
                text = "confmon was closed before a read proved it"
                result = Result(outcome=Outcome.UNKNOWN, detail=text)
                self._pending_actions.settle(pending.action, result)
        await self._journal.close()
