"""Who made a change, as far as it can be known: us, the caller itself, or another.

A change is ours if a request of ours for it was sent, and no read has shown it before. Requests
that seemed not to work are remembered for a while: they may work late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.verbs import shows_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.clock import Clock
    from confmon.models.identity import Target
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.memory.events import By
    from confmon.monitor.polling.live_store import LiveStore

LATE_S = 120.0
"""How long an action that no read has proved may still explain a change."""
DONE_S = 10.0
"""The same for one that was proved: the change may show in a read that was overtaken."""

_EXPIRE_EVERY_S = 5.0

_NOT_SENT = (Outcome.REFUSED, Outcome.GONE)


class Authors:
    """The actions of ours that may explain a change."""

    def __init__(self, store: LiveStore, pending: PendingActions, clock: Clock) -> None:
        self._store = store
        self._pending = pending
        self._clock = clock
        self._codes = store.live_state.codes
        self._settled: dict[Target, dict[str, tuple[Action, float]]] = {}
        """By target and id; each until when it may explain a change (monotonic)."""
        self._seen: dict[tuple[str, str], Call | Meeting | None] = {}
        """The action and field of each change that was ascribed already, and what it led to."""
        self._looked_at = clock.now()
        pending.on_settled(self._settle)

    @property
    def is_idle(self) -> bool:
        """Whether there is no action that could explain anything."""
        return not self._settled and not self._pending.under_way()

    def of_change(self, wire: str, was: Call | Meeting, now: Call | Meeting, target: Target) -> By:
        """Return who changed a field: us, or another.

        An action explains one change. One that is settled explains none after the field was
        changed to something else. Whoever asks again about the same change hears the same.
        """
        if self.is_idle:
            return "other"
        found: By = "other"
        for action in self._actions(target):
            mark = (action.id, wire)
            if wire not in action.change or not action.is_on(was):
                continue
            if mark in self._seen:
                found = "us" if self._seen[mark] is now else found
            elif found == "other" and shows_change(now, {wire: action.change[wire]}, self._codes):
                found = "us"
                self._seen[mark] = now
            elif action.id in self._settled.get(target, ()):
                self._seen[mark] = None
        return found

    def explain_change(
        self, wire: str, was: Call | Meeting, now: Call | Meeting, target: Target
    ) -> bool:
        """Tell whether one of our actions changed a field (its name on the wire)."""
        return self.of_change(wire, was, now, target) == "us"

    def explain_leave(self, call: Call) -> bool:
        """Tell whether we have dropped a call, or ended its meeting."""
        if self.is_idle:
            return False
        number = call.meeting_number
        return self.ended(call, ("call", call.id)) or (
            number is not None and self.has_ended(number)
        )

    def has_ended(self, number: int) -> bool:
        """Tell whether we have ended the meeting that has, or had, this number."""
        state = self._store.live_state
        meeting = state.meetings.get(number) or state.left_meetings.get(number)
        target: Target = ("meeting", number)
        if meeting is not None:
            return self.ended(meeting, target)
        return any(action.method == "DELETE" for action in self._actions(target))

    def ended(self, was: Call | Meeting, target: Target) -> bool:
        """Tell whether we have dropped a call, or ended a meeting."""
        return any(
            action.method == "DELETE" and action.is_on(was) for action in self._actions(target)
        )

    def _actions(self, target: Target) -> Iterator[Action]:
        self._expire()
        yield from self._pending.sent_to(target)
        now = self._clock.now()
        for action, until in self._settled.get(target, {}).values():
            if until >= now:
                yield action

    def _settle(self, action: Action, result: Result) -> None:
        if not action.is_live or result.outcome in _NOT_SENT:
            self._forget_marks(action)
            return
        self._expire()
        is_over = result.outcome is Outcome.DONE and action.method != "DELETE"
        kept_s = DONE_S if is_over else LATE_S  # callers of an ended meeting leave read by read
        until = self._clock.now() + kept_s
        self._settled.setdefault(action.target, {})[action.id] = (action, until)

    def _expire(self) -> None:
        now = self._clock.now()
        if now < self._looked_at + _EXPIRE_EVERY_S:
            return
        self._looked_at = now
        settled = [
            settled_action
            for of_target in self._settled.values()
            for settled_action in of_target.values()
        ]
        for action in [action for action, until in settled if until < now]:
            del self._settled[action.target][action.id]
            if not self._settled[action.target]:
                del self._settled[action.target]
            self._forget_marks(action)

    def _forget_marks(self, action: Action) -> None:
        for wire in action.change if self._seen else ():
            self._seen.pop((action.id, wire), None)
