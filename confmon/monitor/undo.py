"""What the last actions changed, so that `u` can restore it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from confmon.monitor.action import Outcome

if TYPE_CHECKING:
    from confmon.monitor.action import Action, Result

KEPT = 50


def _turn(action_id: str) -> tuple[int, str]:
    """Return what puts the ids of one process in the order of their key presses."""
    return len(action_id), action_id


class Undo:
    """A stack of what was done, one entry for a key press, however many callers it touched."""

    def __init__(self) -> None:
        self._groups: deque[dict[str, Action]] = deque(maxlen=KEPT)

    def settled(self, action: Action, result: Result) -> None:
        """Remember an action that worked, or may have; an undo is not undone.

        One that worked late comes in at the place of its key press.
        """
        if action.undoes is not None or result.outcome not in (Outcome.DONE, Outcome.UNKNOWN):
            return
        for group in self._groups:
            first = next(iter(group.values()))
            if action.id in group or (action.group is not None and first.group == action.group):
                group[action.id] = action
                return
        if len(self._groups) == KEPT:
            self._groups.popleft()
        later = sum(_turn(next(iter(group))) > _turn(action.id) for group in self._groups)
        self._groups.insert(len(self._groups) - later, {action.id: action})

    def last(self) -> tuple[Action, ...]:
        """Return the actions of the last key press that can still be undone."""
        return tuple(self._groups[-1].values()) if self._groups else ()

    def forget_last(self) -> None:
        """Take the last entry off: it has been undone, or nothing of it can be."""
        if self._groups:
            self._groups.pop()
