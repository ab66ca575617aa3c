"""The conditions that hold now, and how far each has come towards its signal."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confmon.monitor.attention.rule import NEVER
from confmon.monitor.attention.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

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
    listed: Signal | None = None
    """The signal as it was listed last."""
    shown: tuple[Condition, float] | None = None
    """What the signal was made of: the condition, and `began_wall`."""
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
        if severity == "red":
            return NEVER
        condition = self.condition
        if severity == "amber":
            return self.began + condition.red_s
        return self.began + min(condition.amber_s, condition.red_s)

    def show(self, severity: Severity | None) -> bool:
        """Make or renew its signal. Return whether anything changed.

        What the operator did about it stays, unless it turns from amber to red.
        """
        before = self.signal
        if severity is None:
            self.signal = None
            return before is not None
        condition, by, until = self.condition, "", 0.0
        shown = (condition, self.began_wall)
        if before is not None and before.severity == severity and shown == self.shown:
            return False
        self.shown = shown
        if before is not None and not (before.severity == "amber" and severity == "red"):
            by, until = before.acknowledged_by, before.snoozed_until
        self.signal = Signal(
            rule=self.rule.id,
            title=self.rule.title,
            severity=severity,
            target=condition.target,
            text=condition.text,
            since=self.began_wall,
            meeting=condition.meeting,
            call=condition.call,
            subject=condition.subject,
            acknowledged_by=by,
            snoozed_until=until,
        )
        self.order = self.signal.order
        return True


class HeldConditions:
    """Those of every rule, by what they are about: a call's id, a meeting's number, or 0."""

    def __init__(self) -> None:
        self._of: defaultdict[str, dict[int, dict[SignalTarget | str, Held]]] = defaultdict(dict)
        self._due: list[tuple[float, int, Held]] = []
        self._turn = itertools.count()
        self.counting: dict[Held, None] = {}
        """Those that wait for another read."""
        self.late: dict[Held, None] = {}
        """Those that are due and not shown so late by their own lists yet."""
        self.turned: dict[Held, None] = {}
        """Those of which the signal came, changed or went, until they are listed."""
        self._callers: Counter[int] = Counter()
        """How many conditions there are of a caller: most have none."""

    def owners(self, rule: Rule) -> dict[int, dict[SignalTarget | str, Held]]:
        """Return the conditions of a rule by their owners."""
        return self._of[rule.id]

    def add(self, owner: int, held: Held) -> None:
        """Put a new one in."""
        identity = held.condition.identity
        self.owners(held.rule).setdefault(owner, {})[identity] = held
        if identity[0] == "call":
            self._callers[held.condition.target[1]] += 1
        if held.condition.reads > 1:
            self.counting[held] = None

    def show(self, held: Held, severity: Severity | None) -> None:
        """Make or renew the signal of one."""
        if held.show(severity):
            self.turned[held] = None

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

    def drop_owner(self, rule: Rule, owner: int, keep: Collection[SignalTarget | str] = ()) -> None:
        """Let the conditions of an owner go, but for some."""
        owners = self.owners(rule)
        conditions = owners.get(owner)
        if conditions is None:
            return
        for identity in [condition for condition in conditions if condition not in keep]:
            self._let_go(identity, conditions.pop(identity))
        if not conditions:
            del owners[owner]

    def drop_caller(self, rules: Iterable[Rule], call: int, meeting: int | None) -> None:
        """Let the conditions of one caller go: its own, and those that its meeting has of it."""
        if call not in self._callers:
            return
        for rule in rules:
            if rule.scope == "call":
                self.drop_owner(rule, call)
            elif rule.scope == "meeting" and meeting is not None:
                conditions = self.owners(rule).get(meeting, {})
                self.drop_owner(
                    rule,
                    meeting,
                    [condition for condition in conditions if condition != ("call", call)],
                )

    def _let_go(self, identity: SignalTarget | str, held: Held) -> None:
        held.is_gone = True
        self.counting.pop(held, None)
        self.late.pop(held, None)
        if held.signal is not None:
            held.signal = None
            self.turned[held] = None
        if identity[0] == "call":
            call = held.condition.target[1]
            self._callers[call] -= 1
            if not self._callers[call]:
                del self._callers[call]

    def compact(self) -> None:
        """Let those go from the plan that are gone, before they are many."""
        if len(self._due) > 1000 and len(self._due) > 4 * self._size():
            self._due = [entry for entry in self._due if not entry[2].is_gone]
            heapq.heapify(self._due)

    def _size(self) -> int:
        return sum(len(owners) for owners in self._of.values())
