"""The conditions that hold now, and how far each has come towards its signal."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from confmon.monitor.attention.rule import NEVER
from confmon.monitor.attention.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from confmon.monitor.attention.rule import Condition, Rule
    from confmon.monitor.attention.signal import Severity, SignalTarget

ROUNDING_S = 0.001
"""Epoch seconds and the monotonic clock do not agree to the last digit."""


@dataclass(slots=True, eq=False)
class Held:
    """One condition. `began`, `seen_at` and `read_at` are on the monotonic clock.

    `began_wall` is `began` in epoch seconds by the server's clock. `seen_at` is when the last read
    was asked for that looked at it, `read_at` the last one that was counted in `reads`.
    """

    rule: Rule
    condition: Condition
    began: float
    began_wall: float
    seen_at: float
    read_at: float
    reads: int = 1
    signal: Signal | None = None
    order: tuple[Any, ...] = ()
    """That of its signal: thousands are put in order at a read."""
    is_gone: bool = False
    planned: float = NEVER
    """When it is looked at again."""

    def severity_at(self, shown_until: float) -> Severity | None:
        """Return what it is by reads up to a moment; None: no signal yet."""
        if self.reads < self.condition.reads:
            return None
        lasted_s = shown_until - self.began + ROUNDING_S
        if lasted_s >= self.condition.red_s:
            return "red"
        return "amber" if lasted_s >= self.condition.amber_s else None

    def next_due(self, severity: Severity | None) -> float:
        """Return when it turns worse, if it lasts."""
        steps = [self.condition.red_s] if severity is None or severity == "amber" else []
        if severity is None:
            steps.append(self.condition.amber_s)
        return self.began + min(steps, default=NEVER)

    def show(self, severity: Severity | None) -> bool:
        """Make or renew its signal. Return whether anything changed.

        What the operator did about it stays, unless it turns from amber to red.
        """
        before = self.signal
        if severity is None:
            self.signal = None
            return before is not None
        condition = self.condition
        fresh = Signal(
            rule=self.rule.id,
            title=self.rule.title,
            severity=severity,
            target=condition.target,
            text=condition.text,
            since=self.began_wall,
            meeting=condition.meeting,
            call=condition.call,
            subject=condition.subject,
        )
        if before is not None and not (before.severity == "amber" and severity == "red"):
            by, until = before.acknowledged_by, before.snoozed_until
            fresh = replace(fresh, acknowledged_by=by, snoozed_until=until)
        self.signal, self.order = fresh, fresh.order
        return fresh != before


class HeldConditions:
    """Those of every rule, by whom they are about: a call's id, a meeting's number, or 0."""

    def __init__(self) -> None:
        self._of: dict[str, dict[int, dict[SignalTarget | str, Held]]] = {}
        self._due: list[tuple[float, int, Held]] = []
        self._turn = itertools.count()
        self.counting: dict[Held, None] = {}
        """Those that wait for another read."""
        self.late: dict[Held, None] = {}
        """Those that are due and not shown so late by their own lists yet."""
        self.shown: dict[Held, None] = {}
        """Those with a signal."""

    def owners(self, rule: Rule) -> dict[int, dict[SignalTarget | str, Held]]:
        """Return the conditions of a rule by their owners."""
        return self._of.setdefault(rule.id, {})

    def show(self, held: Held, severity: Severity | None) -> bool:
        """Make or renew the signal of one. Return whether anything changed."""
        if severity is None:
            self.shown.pop(held, None)
        else:
            self.shown[held] = None
        return held.show(severity)

    def plan(self, held: Held, due: float) -> None:
        """Look at it again once reads have come so far."""
        if due < held.planned:
            held.planned = due
            heapq.heappush(self._due, (due, next(self._turn), held))

    def pop_due(self, until: float) -> Iterator[Held]:
        """Yield those that may turn worse by a moment."""
        while self._due and self._due[0][0] <= until:
            due, _, held = heapq.heappop(self._due)
            if not held.is_gone and held.planned == due:
                held.planned = NEVER
                yield held

    def drop_owner(self, rule: Rule, owner: int, keep: Collection[SignalTarget | str] = ()) -> bool:
        """Let the conditions of an owner go, but for some. Return whether a signal went."""
        owners = self.owners(rule)
        conditions = owners.get(owner)
        if conditions is None:
            return False
        has_shown = False
        for identity in [one for one in conditions if one not in keep]:
            held = conditions.pop(identity)
            held.is_gone = True
            self.counting.pop(held, None)
            self.late.pop(held, None)
            has_shown = self.shown.pop(held, held) is None or has_shown
        if not conditions:
            del owners[owner]
        return has_shown

    def drop_caller(self, rule: Rule, owner: int, call: int) -> bool:
        """Let the condition of one caller go. Return whether a signal went."""
        conditions = self.owners(rule).get(owner, {})
        identity: SignalTarget = ("call", call)
        return identity in conditions and self.drop_owner(
            rule, owner, keep=[one for one in conditions if one != identity]
        )

    def compact(self) -> None:
        """Let those go from the plan that are gone, before they are many."""
        if len(self._due) > 1000 and len(self._due) > 4 * self._size():
            self._due = [entry for entry in self._due if not entry[2].is_gone]
            heapq.heapify(self._due)

    def _size(self) -> int:
        return sum(len(owners) for owners in self._of.values())
