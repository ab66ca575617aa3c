"""The meeting fields that an endpoint accepts and ignores: learned from how actions end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from confmon.monitor.actions.action import Outcome

if TYPE_CHECKING:
    from confmon.monitor.actions.action import Action, Result


class IgnoredFields(Protocol):
    """The meeting fields this endpoint was seen to ignore, remembered between sessions."""

    def known(self) -> frozenset[str]:
        """Return the wire names."""
        ...

    def add(self, field: str) -> None:
        """Remember one."""
        ...

    def forget(self, field: str) -> None:
        """The endpoint applied it after all."""
        ...


def learn_ignored(fields: IgnoredFields, action: Action, result: Result) -> None:
    """Learn from a settled action which fields the endpoint ignores or applies."""
    if action.resource != "meeting":
        return
    status = result.status or 0
    # A 2xx that changed nothing, or "Invalid field". A lost answer shows neither.
    is_answered = 200 <= status < 300 or status == 400
    for field in action.change:
        if is_answered and result.outcome is not Outcome.DONE:
            fields.add(field)
        elif result.outcome is Outcome.DONE:
            fields.forget(field)


def forget_ignored(fields: IgnoredFields, action: Action) -> None:
    """Forget what was learned of fields that were applied late."""
    if action.resource == "meeting":
        for field in action.change:
            fields.forget(field)
