"""A wanted change of one call or meeting, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from confmon.models.identity import same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.calls import Call, Kind, Meeting, Value

STOPPED = "stopped; nothing was sent"
"""What is told of an action of a bulk that was stopped before it was sent."""


class Outcome(StrEnum):
    """How an action ended, or where it stands."""

    WAITING = "waiting"
    """Not sent yet: other actions on the same target, or the request budget, come first."""
    SENT = "sent"
    """On its way, or answered and not yet proved."""
    DONE = "done"
    """A later read shows it."""
    NOT_APPLIED = "not applied"
    """The server said yes and later reads show otherwise."""
    UNKNOWN = "unknown"
    """The answer was lost and no read has settled it."""
    GONE = "already left"
    """The target was not there any more; for a drop that is as good as done."""
    LEFT = "left"
    """The target left after the request was sent, and before a read could prove it."""
    REFUSED = "refused"
    """confmon or the server said no; nothing was changed."""

    @property
    def settled(self) -> bool:
        """Whether nothing more will become of it."""
        return self not in (Outcome.WAITING, Outcome.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One wanted change, with everything needed to send, audit, prove and undo it.

    `change` and `before` are keyed by wire name. `change` is empty for a DELETE; `before` has the
    raw value of each changed field when the key was pressed. `label` names the target as the
    operator saw it. `meeting` is the meeting it belongs to. `seen` is the record at the key press:
    if the key is another one's when the request is due, nothing is sent. `identity` is what the
    audit log says of it: the call's `created`, or the meeting's session id. `group` ties the
    actions of one bulk verb together. `unless_changed`: nothing is sent where a fresh look shows
    another value before; somebody else has changed it.
    """

    id: str
    verb: str
    kind: Kind
    target: int
    label: str
    method: Literal["PUT", "DELETE"]
    change: Mapping[str, Value] = field(default_factory=dict)
    before: Mapping[str, Value | None] = field(default_factory=dict)
    meeting: int | None = None
    identity: int | None = None
    seen: Call | Meeting | None = field(default=None, repr=False)
    group: str | None = None
    undoes: str | None = None
    unless_changed: bool = False

    @property
    def press(self) -> str:
        """What the actions of one key press have in common."""
        return self.group or self.id

    @property
    def path(self) -> str:
        """The request's path below the base URL, as the audit log shows it."""
        return f"/{self.kind}s/{self.target}"

    def is_on(self, record: Call | Meeting | None) -> bool:
        """Whether a record, read later under the same key, is of the one that was meant."""
        return record is not None and (self.seen is None or same(self.seen, record))


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of an action. `detail` is one cleaned line for the log pane.

    `latency_s` is what the request itself took. `proved_s` is the time from its answer to the
    read that showed the outcome.
    """

    outcome: Outcome
    detail: str = ""
    status: int | None = None
    latency_s: float | None = None
    proved_s: float | None = None
