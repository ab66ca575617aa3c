"""Who was changed by an order or a search, and what gives each caller the own state back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from confmon.monitor.actions.action import STOPPED, Outcome, Result

if TYPE_CHECKING:
    from confmon.models.live_records import Meeting
    from confmon.monitor.actions.action import Action

AccountKind = Literal["lecture", "doors", "search"]

FIRST_WAIT_S: Final = 2.0
LONGEST_WAIT_S: Final = 60.0
_PASSING: Final = (401, 408, 429)
"""These answers, like any of 500 or more, say nothing against the request itself."""

SOMEBODY: Final = "somebody else"
"""Who changed a caller, where it was not an action of this run."""


def is_passing(result: Result) -> bool:
    """Whether an action was refused for a reason that passes: it may be tried again.

    No request was sent, or the server was busy. What the operator stopped stays stopped.
    """
    if result.outcome is not Outcome.REFUSED or result.detail == STOPPED:
        return False
    status = result.status
    return status is None or status in _PASSING or status >= 500


def wait_s(tries: int) -> float:
    """Return how long to wait after so many refusals.

    >>> wait_s(1), wait_s(3), wait_s(9)
    (2.0, 8.0, 60.0)
    """
    return float(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (max(1, tries) - 1)))


@dataclass(eq=False, slots=True)
class Owed:
    """One caller who was changed: the action that did it, and what became of that.

    `changed_by` is the id of the operator's own action on the same field since, or `SOMEBODY`:
    then the caller stays as changed. `back` is the action that restores, while it is under way;
    `is_closing` is whether one is to be sent.
    """

    action: Action
    result: Result | None = None
    changed_by: str = ""
    back: Action | None = None
    is_closing: bool = False
    tries: int = 0
    not_before: float = 0.0

    @property
    def call(self) -> int:
        """The caller's id."""
        return self.action.target[1]

    @property
    def is_done(self) -> bool:
        """Whether a read has shown the change."""
        return self.result is not None and self.result.outcome is Outcome.DONE

    @property
    def may_have_changed(self) -> bool:
        """Whether there may be something to restore."""
        outcome = self.result.outcome if self.result is not None else Outcome.SENT
        return outcome not in (Outcome.REFUSED, Outcome.GONE, Outcome.LEFT)

    def is_due_again(self, now: float) -> bool:
        """Whether the change was refused for a passing reason, and may be asked for again."""
        return (
            self.result is not None
            and is_passing(self.result)
            and not self.changed_by
            and now >= self.not_before
        )

    def note_refused(self, now: float) -> None:
        """Wait longer after each refusal."""
        self.tries += 1
        self.not_before = now + wait_s(self.tries)


@dataclass(eq=False, slots=True)
class Account:
    """All who are owed their own state by one order or search. `title` names it to people."""

    kind: AccountKind
    title: str
    meeting: Meeting
    owed: dict[int, Owed] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The meeting's number."""
        return self.meeting.meeting_number

    def changed(self) -> list[Owed]:
        """Return those who may have been changed by it and by nobody since."""
        return [
            owed for owed in self.owed.values() if owed.may_have_changed and not owed.changed_by
        ]
