"""One thing that needs somebody: what, where, how badly, since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable

Severity = Literal["amber", "red"]
SignalTarget = tuple[Literal["call", "meeting", "bridge"], int]
"""The target of a signal: a call or meeting as in `confmon.models.identity`, or the bridge."""

BRIDGE: Final[SignalTarget] = ("bridge", 0)
"""The target of what concerns the whole bridge."""


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Signal:
    """What a rule found, once its threshold is over. It is never changed, but made anew.

    `since` is when the cause began, in epoch seconds by the server's clock. `text` is confmon's own
    words with figures, and names of nodes and the like; never what a caller sent. `subject` tells
    signals of one rule and target apart, such as two lost nodes; it may be a telephone number and
    is never shown.

    `acknowledged_by` and `snoozed_until` (epoch seconds by the server's clock; 0: not) are the
    operator's: such a signal stays in the list and is quiet.
    """

    rule: str
    title: str = ""
    """The rule's two or three words."""
    severity: Severity
    target: SignalTarget
    text: str
    since: float
    meeting: int | None = None
    call: int | None = None
    subject: str = ""
    acknowledged_by: str = ""
    snoozed_until: float = 0.0

    @property
    def is_quiet(self) -> bool:
        """Whether somebody takes care of it, or put it off."""
        return bool(self.acknowledged_by) or self.snoozed_until > 0

    @property
    def stop(self) -> Hashable:
        """What one goes to for it: a caller, a meeting, or one thing of the bridge."""
        return (self.rule, self.subject) if self.target == BRIDGE else self.target

    @property
    def order(self) -> tuple[bool, float, SignalTarget, str, str]:
        """What signals are sorted by: red before amber, then the oldest, then by id."""
        return (self.severity != "red", self.since, self.target, self.rule, self.subject)


class Counts(NamedTuple):
    """How many callers, meetings and things of the bridge there are to go to.

    Each counts once, as its worst signal. `quiet` are those of which every signal is quiet.
    """

    red: int = 0
    amber: int = 0
    quiet: int = 0

    @property
    def loud(self) -> int:
        """How many need somebody now."""
        return self.red + self.amber
