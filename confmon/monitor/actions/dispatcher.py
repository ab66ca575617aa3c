"""Sends actions: one after another on each target, several targets side by side, each audited.

A single key press overtakes a bulk, and a bulk can be stopped: what it has not sent is refused.

The steps of one action: is it still allowed → a fresh look at its target, where the last one is old
or it would be hung up → audit line, fsynced → is it still the same → request → wait for a read that
proves it. Nothing is kept for later: what can't be sent now is refused, and says so.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from confmon.models.calls import Call
from confmon.models.errors import BridgeError, NotFound, Throttled, Unauthorized
from confmon.monitor.actions import live_target
from confmon.monitor.actions.action import STOPPED, Outcome, Result
from confmon.monitor.actions.turns import Turns
from confmon.monitor.actions.verbs import has, raw
from confmon.monitor.polling.freshness import FRESH_S
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of
from confmon.ports import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from confmon.clock import Clock
    from confmon.models.calls import Meeting
    from confmon.models.identity import Target
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.polling.poller import Poller
    from confmon.monitor.polling.snapshot import Feed
    from confmon.ports import Bridge

PARALLEL = 8
"""So many targets of bulks are written to at the same time, so many of single key presses, and so
many are read alone."""

_READ_AFTER_S = (0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 10.0)
"""When an action's target is read alone, counted from the answer and then from each read."""

QUIET_S = 5.0
"""A bulk rests so long after a 429 that does not say how long."""

_CLOSING_S = 0.5
"""The last lines of the audit log may take so long; a dead disk must not keep the process."""


class Dispatcher:
    """The only way a wish reaches the bridge."""

    def __init__(
        self,
        bridge: Bridge,
        store: LiveStore,
        pending_actions: PendingActions,
        *,
        poller: Poller[Feed],
        audit: Audit,
        clock: Clock,
        armed: Callable[[], str],
    ) -> None:
        """`armed` returns why nothing may be sent now, or an empty string."""
        self._bridge = bridge
        self._store = store
        self._pending_actions = pending_actions
        self._poller = poller
        self._audit = audit
        self._clock = clock
        self._armed = armed
        self._turns = Turns(PARALLEL)
        self._pressed: Counter[Target] = Counter()
        """The targets that single presses wait for, and how many of them."""
        self._writing: set[str] = set()
        """The actions of which the intent is on its way to the disk."""
        self._stopped: set[str] = set()
        """Those of them that were stopped meanwhile: they are refused once it is written."""
        self._reads = asyncio.Semaphore(PARALLEL)
        self._quiet_until = float("-inf")
        """What a 429 asked for: no bulk sends anything before."""
        self._last: dict[Target, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._lines: set[asyncio.Future[None]] = set()
        self.audit_trouble = ""
        """Why the audit log can't be written; while this stands, no action is sent."""
        self.fault: Exception | None = None
        """The last failure that was our own and not the bridge's, for the log."""
        self._looking: set[str] = set()
        """Actions whose targets are about to be read alone because a scan has missed them."""
        pending_actions.on_settled(self._write_outcome)
        pending_actions.on_corrected(self._write_outcome)
        pending_actions.on_missed(self._look_for)

    @property
    def rests_s(self) -> float:
        """How long bulks still wait because of a 429."""
        return max(0.0, self._quiet_until - self._clock.now(), self._poller.rests_s)

    def submit(self, actions: Sequence[Action]) -> None:
        """Take actions on, in order. Returns at once; the log tells what becomes of them."""
        for action in actions:
            self._pending_actions.add(action)
            target = action.target
            if action.group is None:
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
        bulk = action.group is not None and not self._pressed[target]
        bulk = await self._turns.take(target, bulk=bulk)
        try:
            if action.group is None:
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
            self._start(self._read_back(action))

    async def _keep_quiet(self, action: Action) -> None:
        """Wait out what a 429 asked for, unless the action is stopped or a single press waits."""
        target = action.target
        while (rest_s := self.rests_s) > 0:
            if self._pressed[target] or not self._pending_actions.is_under_way(action):
                return
            await self._clock.sleep(min(rest_s, 1.0))

    def _heed(self, error: BridgeError) -> None:
        """Take in what an answer says about requests to come."""
        if isinstance(error, Throttled):
            wait_s = QUIET_S if error.retry_after_s is None else error.retry_after_s
            self._quiet_until = max(self._quiet_until, self._clock.now() + wait_s)
        elif isinstance(error, Unauthorized):
            self._poller.wake(MEETINGS)  # are reads refused as well?

    async def _send(self, action: Action) -> bool:
        """Send one action; True if a later read has to judge it."""
        looked = await self._looked_at(action)
        if looked is None or not await self._audited(looked):
            return False
        action = looked
        self._pending_actions.sent(action)
        sent_at = self._clock.now()
        try:
            answer = await live_target.send(action, self._bridge)
        except NotFound as error:
            latency_s = self._clock.now() - sent_at
            self._gone(action, status=error.status, latency_s=latency_s, asked_at=sent_at)
            return False
        except BridgeError as error:
            self._heed(error)
            if not error.lost:
                latency_s = self._clock.now() - sent_at
                self._pending_actions.refuse(action, str(error), error=error, latency_s=latency_s)
                return False
            self._pending_actions.answered(action, lost=True)
        except Exception as error:  # noqa: BLE001 - a bug of ours may come after the request
            self.fault = error
            self._pending_actions.answered(action, lost=True)
        else:
            self._pending_actions.answered(action, lost=False, answer=answer)
        return True

    async def _looked_at(self, action: Action) -> Action | None:
        """Return the action, its target looked at anew where that is due; None: it is refused.

        What the look shows is the value before, and what undo brings back.
        """
        if reason := self._not_now(action):
            self._pending_actions.refuse(action, reason)
            return None
        target = action.target
        asked_at = self._clock.now()
        if action.method != "DELETE" and asked_at - self._store.read_at(target) <= FRESH_S:
            return action
        try:
            record = await self._read(action)
        except BridgeError as error:
            self._heed(error)
            self._pending_actions.refuse(action, f"no fresh look at it: {error}; nothing was sent")
            return None
        except Exception as error:  # noqa: BLE001 - a bug of ours: unseen is not the same one
            self.fault = error
            self._pending_actions.refuse(action, "no fresh look at it; nothing was sent")
            return None
        self._store.settle(target, record, asked_at)
        if record is None:
            self._pending_actions.settle(action, Result(outcome=Outcome.GONE))
            return None
        if not action.is_on(record):
            who = "caller has this id" if action.resource == "call" else "meeting has this number"
            self._pending_actions.refuse(action, f"another {who} by now; nothing was sent")
            return None
        if why := self._changed(action, record):
            self._pending_actions.refuse(action, f"{why}; nothing was sent")
            return None
        before = {wire: raw(record, wire) for wire in action.change}
        if before != action.before:
            action = replace(action, before=before)
            self._pending_actions.renew(action)
        return action

    def _changed(self, action: Action, record: Call | Meeting) -> str:
        """Return what a fresh look shows that forbids the action, or an empty string."""
        if action.unless_changed and not has(record, action.before):
            return "changed since"
        wanted, was = action.change.get("muteMode"), action.before.get("muteMode")
        if not (isinstance(record, Call) and isinstance(wanted, int)):
            return ""
        codes = self._store.live_state.codes
        opens = codes.is_muted(wanted) is False and codes.is_soft_muted(record.mute_mode)
        was_soft = isinstance(was, int) and codes.is_soft_muted(was)
        # Nobody opens by one key the line of who may have muted it himself: the next key asks.
        return "muted by the caller or softly since" if opens and not was_soft else ""

    async def _audited(self, action: Action) -> bool:
        """Whether the action is still allowed and its intent is on the disk."""
        if reason := self._not_now(action):
            self._pending_actions.refuse(action, reason)
            return False
        self._writing.add(action.id)
        try:
            # Off the event loop: an fsync on a busy disk takes longer than a key may.
            await asyncio.to_thread(self._audit.intent, action)
        except Exception as error:  # noqa: BLE001 - whatever the reason: no audit, no action
            self._note_trouble(error)
            self._pending_actions.refuse(action, self.audit_trouble)
            return False
        finally:
            self._writing.discard(action.id)
        self.audit_trouble = ""
        if reason := self._not_now(action):  # the disk took its time
            self._pending_actions.refuse(action, reason)
            return False
        return True

    def _not_now(self, action: Action) -> str:
        if action.id in self._stopped or not self._pending_actions.is_under_way(action):
            self._stopped.discard(action.id)
            return STOPPED
        if reason := self._armed():
            return f"{reason}; nothing was sent"
        record = self._store.record(action.target)
        if not action.is_on(record):
            left = "caller already left" if action.resource == "call" else "meeting already ended"
            return f"{left}; nothing was sent"
        return ""

    def _gone(
        self, action: Action, *, status: int | None, latency_s: float, asked_at: float
    ) -> None:
        # A 404 on its own request is as good as a clean scan.
        self._store.settle(action.target, None, asked_at)
        outcome = Outcome.DONE if action.method == "DELETE" else Outcome.GONE
        detail = "already left" if action.resource == "call" else "already ended"
        detail = "" if detail == outcome.value else detail  # not told twice
        result = Result(outcome=outcome, detail=detail, status=status, latency_s=latency_s)
        self._pending_actions.settle(action, result)

    def _wake(self, action: Action) -> None:
        if action.resource == "meeting":
            self._poller.wake(MEETINGS)
        elif action.meeting is not None:
            self._poller.wake(calls_of(action.meeting))

    async def _read_back(self, action: Action) -> None:
        """Read the target alone until the pending actions has judged the action.

        Only where no fast feed covers it: an open meeting's own feed proves a whole bulk at once.
        """
        feed = MEETINGS if action.resource == "meeting" else calls_of(action.meeting or 0)
        for pause_s in _READ_AFTER_S:
            if pause_s:
                await self._clock.sleep(pause_s)
            if not self._pending_actions.is_open(action):
                return
            if not self._poller.is_fast(feed):
                await self._look(action)

    def _look_for(self, actions: Sequence[Action]) -> None:
        """Read those alone whom only their own meeting has missed: have they left, or moved?"""
        for action in actions:
            if action.id not in self._looking:
                self._looking.add(action.id)
                self._start(self._look_once(action))
        if len(actions) > PARALLEL:
            self._poller.wake(ALL_CALLS)  # it settles at once whoever still waits for a turn

    async def _look_once(self, action: Action) -> None:
        try:
            await self._look(action)
        finally:
            self._looking.discard(action.id)

    async def _look(self, action: Action) -> None:
        """Read an action's target alone, unless it is settled before its turn comes."""
        async with self._reads:
            if not self._pending_actions.is_open(action) or self._poller.unauthorized is not None:
                return
            if self._poller.rests_s:
                return
            asked_at = self._clock.now()
            try:
                record = await self._read(action)
            except BridgeError as error:
                self._heed(error)
                return
            except Exception as error:  # noqa: BLE001 - the feeds go on looking
                self.fault = error
                return
        self._store.settle(action.target, record, asked_at)
        self._pending_actions.look_alone(action, record, asked_at)

    async def _read(self, action: Action) -> Call | Meeting | None:
        try:
            return await live_target.read(action, self._bridge)
        except NotFound:
            return None
        except Unauthorized as error:
            self._poller.stop(error)
            raise

    def _write_outcome(self, action: Action, result: Result) -> None:
        # Off the event loop, and handed over at once: also what is settled last gets its line.
        loop = asyncio.get_running_loop()
        line = loop.run_in_executor(None, self._audit.outcome, action, result)
        self._lines.add(line)
        line.add_done_callback(self._written)

    def _written(self, line: asyncio.Future[None]) -> None:
        self._lines.discard(line)
        if not line.cancelled() and (error := line.exception()) is not None:
            self._note_trouble(error)

    def _note_trouble(self, error: BaseException) -> None:
        why = error.strerror if isinstance(error, OSError) else type(error).__name__
        self.audit_trouble = f"the audit log can't be written: {why or 'I/O error'}"

    async def drain(self) -> None:
        """Wait until nothing is being sent or proved, and every outcome is written."""
        while waiting := {*self._tasks, *self._lines}:
            await asyncio.wait(waiting)

    async def close(self) -> None:
        """Send nothing more, and say in the log what is left open."""
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
        if self._lines:
            await asyncio.wait(set(self._lines), timeout=_CLOSING_S)
