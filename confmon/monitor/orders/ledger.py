"""Gives callers the own state back that an order or a search has changed, exactly and once.

Whoever was changed by hand meanwhile stays as changed. Nothing is sent on stale data: what has to
wait is restored as soon as a read is fresh again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.plan import callers, left_as_they_are
from confmon.monitor.actions.undoing.reversal import restoring, why_not_back
from confmon.monitor.actions.verbs import new_id, shows_change
from confmon.monitor.orders.account import SOMEBODY, Account, Owed, is_passing

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.orders.context import OrderContext
    from confmon.monitor.polling.snapshot import Snapshot
    from confmon.monitor.polling.state_update import Diff

BY_HAND = "changed by hand"
TRIES = 5
"""So often a restoring is tried again of which nobody can tell what became of it."""


@dataclass(eq=False, slots=True)
class Restoring:
    """An account that is being closed: who still waits, and what became of the others."""

    account: Account
    group: str
    todo: list[Owed]
    under_way: int = 0
    restored: int = 0
    left: Counter[str] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)
    waits: bool = False
    """Whether the operator knows that it waits for fresh data."""


class Ledger:
    """Every account that is open, and those that are being closed."""

    def __init__(self, context: OrderContext) -> None:
        self._context = context
        self.accounts: list[Account] = []
        self.closing: list[Restoring] = []
        self.is_changed = False
        """Whether something has changed that the next run has to know."""
        self._on: dict[int, list[Owed]] = {}
        self._backs: dict[str, tuple[Restoring, Owed]] = {}
        context.pending_actions.on_settled(self._settled)
        context.pending_actions.on_corrected(self._corrected)
        context.store.on_changed(self._read)

    # What is owed.

    def open(self, account: Account) -> None:
        """Keep an account."""
        self.accounts.append(account)
        for owed in account.owed.values():
            self._on.setdefault(owed.call, []).append(owed)
        self.is_changed = True

    def owe(self, account: Account, action: Action) -> Owed:
        """Note an action that is about to change a caller; asked again, it is the same debt."""
        self.is_changed = True
        known = account.owed.get(action.target[1])
        if known is not None and action.is_on(known.action.seen):
            known.action, known.result = action, None
            return known
        owed = account.owed[action.target[1]] = Owed(action)
        self._on.setdefault(owed.call, []).append(owed)
        return owed

    def drop(self, account: Account) -> None:
        """Forget an account: its meeting has ended, and nobody is owed anything."""
        self.accounts.remove(account)
        for owed in account.owed.values():
            self._forget(owed)
        self.is_changed = True

    def release(self, account: Account, owed: Owed) -> None:
        """Let a caller stay as changed: the operator wants it so."""
        del account.owed[owed.call]
        self._forget(owed)
        self.is_changed = True

    def close(self, account: Account, only: Collection[Owed] | None = None) -> Restoring | None:
        """Begin to restore everybody of an account, or only some of them; None: nobody has to be.

        What is under way on a caller is waited for.
        """
        chosen = list(account.owed.values()) if only is None else list(only)
        if only is None:
            self.accounts.remove(account)
        for owed in chosen:
            account.owed.pop(owed.call, None)
        part = Account(account.kind, account.title, account.meeting, {o.call: o for o in chosen})
        run = Restoring(part, new_id(), [])
        for owed in chosen:
            if owed.may_have_changed:
                owed.is_closing = True
                run.todo.append(owed)
            else:
                self._forget(owed)
        self.is_changed = True
        if not run.todo:
            return None
        self.closing.append(run)
        self.go_on()
        return run

    def is_restoring(self, call_id: int, field: str) -> bool:
        """Whether a caller is about to get back the own value of a field."""
        on = self._on.get(call_id, ())
        return any(owed.is_closing and field in owed.action.change for owed in on)

    @property
    def waiting(self) -> int:
        """How many still have to be restored and are not under way."""
        return sum(len(run.todo) for run in self.closing)

    def left_open(self, number: int) -> int:
        """Return how many of a meeting are being restored."""
        runs = [run for run in self.closing if run.account.number == number]
        return sum(len(run.todo) + run.under_way for run in runs)

    def count_owed(self, account: Account) -> int:
        """Return how many of an account have to be restored: not who has left, as far as is known.

        Nobody is known to have left a meeting that was not read.
        """
        live_state, changed = self._context.store.live_state, account.changed()
        if not live_state.knows(account.number):
            return len(changed)
        return sum(owed.action.is_on(live_state.calls.get(owed.call)) for owed in changed)

    # Restoring.

    def go_on(self) -> None:
        """Send what may be sent now."""
        for run in list(self.closing):
            if not run.todo:
                continue
            if why_not := self._context.why_not():
                if not run.waits:
                    run.waits = True
                    self._context.say(
                        f"{run.account.title}: {why_not}; {callers(len(run.todo))} "
                        "will be restored when data is fresh"
                    )
                continue
            run.waits = False
            actions = [action for owed in list(run.todo) if (action := self._step(run, owed))]
            if actions:
                self._context.submit(actions)
            self._finish(run)

    def _step(self, run: Restoring, owed: Owed) -> Action | None:
        asked = owed.action
        if self._context.clock.now() < owed.not_before:
            return None
        if self._context.pending_actions.changing(asked.target, asked.change) is not None:
            return None
        record = self._context.store.record(asked.target)
        codes = self._context.store.live_state.codes
        why = BY_HAND if owed.changed_by else why_not_back(asked, owed.result, record, codes)
        if why or record is None:
            run.todo.remove(owed)
            self._end(run, owed, why)
            return None
        back = owed.back = restoring(asked, owed.result, record, run.group)
        self._backs[back.id] = (run, owed)
        run.todo.remove(owed)
        run.under_way += 1
        return back

    def _end(self, run: Restoring, owed: Owed, why: str) -> None:
        del run.account.owed[owed.call]
        self._forget(owed)
        self.is_changed = True
        if why:
            run.left[why] += 1
            if why not in _UNREMARKABLE:
                run.names.append(owed.action.label)
        else:
            run.restored += 1

    def _finish(self, run: Restoring) -> None:
        if run.todo or run.under_way or run not in self.closing:
            return
        self.closing.remove(run)
        self.is_changed = True
        left = {why: count for why, count in run.left.items() if why not in _UNREMARKABLE}
        if left:
            words = left_as_they_are(left, run.names)
            self._context.say(f"{run.account.title}: {run.restored} restored, {words}")

    def _forget(self, owed: Owed) -> None:
        on = self._on.get(owed.call, [])
        if owed in on:
            on.remove(owed)
        if not on:
            self._on.pop(owed.call, None)

    # What becomes of the actions, and who else changes the same callers.

    def _settled(self, action: Action, result: Result) -> None:
        if (back := self._backs.pop(action.id, None)) is not None:
            self._restored(*back, result)
        elif action.resource == "call":
            for owed in list(self._on.get(action.target[1], ())):
                if owed.action.id != action.id:
                    _note_by_hand(owed, action, result)
                else:
                    owed.action, owed.result = action, result
                    if is_passing(result):
                        owed.note_refused(self._context.clock.now())
                self.is_changed = True
        if self.closing:
            self.go_on()

    def _restored(self, run: Restoring, owed: Owed, result: Result) -> None:
        owed.back = None
        run.under_way -= 1
        self.is_changed = True
        if is_passing(result) or (result.outcome is Outcome.UNKNOWN and owed.tries < TRIES):
            owed.note_refused(self._context.clock.now())
            run.todo.append(owed)
        elif result.outcome in (Outcome.DONE, Outcome.GONE, Outcome.LEFT):
            self._end(run, owed, "")
        else:
            self._end(run, owed, result.detail or result.outcome.value)
        self._finish(run)

    def _corrected(self, action: Action, result: Result) -> None:
        for owed in self._on.get(action.target[1], ()) if action.resource == "call" else ():
            if owed.action.id == action.id:
                owed.result = result
            else:
                _note_by_hand(owed, action, result)

    def _read(self, change: Diff, _asked_at: float, _snapshot: Snapshot[Any] | None) -> None:
        """Note who was changed by somebody else, also if it is changed back later."""
        if change.kind != "call" or not self._on:
            return
        codes, store = self._context.store.live_state.codes, self._context.store
        for key in change.changed:
            for owed in self._on.get(key, ()):
                asked = owed.action
                record = store.record(asked.target)
                if (
                    owed.is_done
                    and not owed.changed_by
                    and owed.back is None
                    and record is not None
                    and asked.is_on(record)
                    and self._context.pending_actions.changing(asked.target, asked.change) is None
                    and not shows_change(record, asked.change, codes)
                ):
                    owed.changed_by, self.is_changed = SOMEBODY, True


_UNREMARKABLE = ("already left", "already as before", "not sent", "was refused")
"""Reasons for which nobody has to be named: there was nothing to restore."""


def _note_by_hand(owed: Owed, action: Action, result: Result) -> None:
    """Note what another action of the operator's has done to a caller; undone, it is no change."""
    if result.outcome not in (Outcome.DONE, Outcome.UNKNOWN):
        return
    if not action.change.keys() & owed.action.change.keys():
        return
    if not owed.changed_by:
        owed.changed_by = action.id
    elif action.undoes == owed.changed_by and result.outcome is Outcome.DONE:
        owed.changed_by = ""
