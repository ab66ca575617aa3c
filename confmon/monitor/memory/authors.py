"""By whom a change was made, as far as it can be known: by us, the caller itself, or another.

A change is ours if a request of ours for it was sent, and no read has shown it before. Requests
that seemed not to work are remembered for a while: they may work late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.verbs import shows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.clock import Clock
    from confmon.models.calls import Call, Meeting
    from confmon.models.codes import Codes
    from confmon.models.identity import Target
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.memory.events import By

LATE_S = 120.0
"""How long an action that no read has proved may still explain a change."""
DONE_S = 10.0
"""The same for one that was proved: the change may show in a read that was overtaken."""

_EXPIRE_EVERY_S = 5.0

_NOT_SENT = (Outcome.REFUSED, Outcome.GONE)


class Authors:
    """The actions of ours that may explain a change."""

    def __init__(self, pending: PendingActions, clock: Clock, codes: Codes) -> None:
        self._pending = pending
        self._clock = clock
        self._codes = codes
        self._settled: dict[str, tuple[Action, float]] = {}
        """Each settled action, and until when it may explain a change (monotonic)."""
        self._by_target: dict[Target, list[Action]] = {}
        self._seen: set[tuple[str, str]] = set()
        """The action and field of each change that was ascribed already."""
        self._looked_at = clock.now()
        pending.on_settled(self._settle)

    @property
    def is_idle(self) -> bool:
        """Whether there is no action that could explain anything."""
        return not self._settled and not self._pending.under_way()

    def of_change(self, wire: str, was: Call | Meeting, now: Call | Meeting, target: Target) -> By:
        """Return by whom a field was changed: us, or another.

        An action explains one change. One that is settled explains none after the field was
        changed to something else.
        """
        found: By = "other"
        for action in self._actions(target):
            mark = (action.id, wire)
            if wire not in action.change or mark in self._seen or not action.is_on(was):
                continue
            if found == "other" and shows(now, {wire: action.change[wire]}, self._codes):
                found = "us"
                self._seen.add(mark)
            elif action.id in self._settled:
                self._seen.add(mark)
        return found

    def ended(self, was: Call | Meeting, target: Target) -> bool:
        """Tell whether we have dropped a call, or ended a meeting."""
        return any(
            action.method == "DELETE" and action.is_on(was) for action in self._actions(target)
        )

    def _actions(self, target: Target) -> Iterator[Action]:
        self._expire()
        yield from self._pending.sent_to(target)
        now = self._clock.now()
        for action in self._by_target.get(target, ()):
            if self._settled[action.id][1] >= now:
                yield action

    def _settle(self, action: Action, result: Result) -> None:
        if not action.is_live or result.outcome in _NOT_SENT:
            self._forget_marks(action)
            return
        self._expire()
        kept_s = DONE_S if result.outcome is Outcome.DONE else LATE_S
        self._settled[action.id] = (action, self._clock.now() + kept_s)
        self._by_target.setdefault(action.target, []).append(action)

    def _expire(self) -> None:
        now = self._clock.now()
        if now < self._looked_at + _EXPIRE_EVERY_S:
            return
        self._looked_at = now
        for id_ in [id_ for id_, (_, until) in self._settled.items() if until < now]:
            action, _ = self._settled.pop(id_)
            left = self._by_target[action.target]
            left.remove(action)
            if not left:
                del self._by_target[action.target]
            self._forget_marks(action)

    def _forget_marks(self, action: Action) -> None:
        if self._seen:
            self._seen -= {(action.id, wire) for wire in action.change}
