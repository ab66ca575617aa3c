"""Whether an action of ours explains what a read shows."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from confmon.models.records import wire_name
from confmon.monitor.actions.action import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.clock import Clock
    from confmon.models.calls import Call
    from confmon.models.codes import Codes
    from confmon.models.identity import Target
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.pending import PendingActions

EXPLAINS_S = 150.0
"""So long after its outcome an action may still show: late, or in a slower feed."""
MOST = 20_000


class OurActions:
    """The actions under way, and those of the last minutes."""

    def __init__(self, pending: PendingActions, codes: Codes, clock: Clock) -> None:
        self._pending, self._codes, self._clock = pending, codes, clock
        self._settled: deque[tuple[float, Action]] = deque()
        self._by_target: dict[Target, list[Action]] = {}
        pending.on_settled(self._remember)

    def explain_change(self, target: Target, field: str, value: object) -> bool:
        """Whether one of ours gives a field (its name in the record) this value."""
        name = wire_name(field)
        return any(
            name in action.change and self._means_same(field, action.change[name], value)
            for action in self._of(target)
        )

    def explain_leave(self, call: Call) -> bool:
        """Whether one of ours dropped a caller, or ended the meeting."""
        targets: list[Target] = [("call", call.id)]
        if call.meeting_number is not None:
            targets.append(("meeting", call.meeting_number))
        return any(action.method == "DELETE" for one in targets for action in self._of(one))

    def _of(self, target: Target) -> Iterator[Action]:
        if pending := self._pending.of(target):
            yield pending.action
        yield from self._by_target.get(target, ())

    def _means_same(self, field: str, ours: object, value: object) -> bool:
        if ours == value:
            return True
        if not (isinstance(ours, int) and (value is None or isinstance(value, int))):
            return False
        if field == "mute_mode":
            return self._codes.is_muted(ours) is self._codes.is_muted(value)
        return field == "hold_mode" and self._codes.is_held(ours) is self._codes.is_held(value)

    def _remember(self, action: Action, result: Result) -> None:
        if not action.is_live or result.outcome is Outcome.REFUSED:
            return
        now = self._clock.now()
        self._settled.append((now, action))
        self._by_target.setdefault(action.target, []).append(action)
        while self._settled and (
            self._settled[0][0] < now - EXPLAINS_S or len(self._settled) > MOST
        ):
            _, old = self._settled.popleft()
            actions = self._by_target[old.target]
            actions.remove(old)
            if not actions:
                del self._by_target[old.target]
