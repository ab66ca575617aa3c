"""What others get of a signal: nothing that comes from callers."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Alert(NamedTuple):
    """One signal on its way out, in our words, its numbers cut as the settings have it.

    Moments are epoch seconds by our own clock. `subject` tells apart what has one rule and target,
    such as two lost nodes; `call` is an id of the bridge. `ended` is when it was gone; None: it is
    so now.
    """

    rule: str
    title: str
    severity: Literal["amber", "red"]
    text: str
    since: float
    meeting: int | None = None
    call: int | None = None
    subject: str = ""
    acknowledged_by: str = ""
    snoozed_until: float = 0.0
    ended: float | None = None

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it the same alert to those who get it."""
        return (self.rule, self.severity, self.meeting, self.call, self.subject)
