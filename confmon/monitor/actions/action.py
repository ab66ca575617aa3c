"""A wanted change of one call, meeting, room, number, … and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, cast

from confmon.models.identity import same
from confmon.models.resources import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.identity import Target
    from confmon.models.live_records import Call, Meeting
    from confmon.models.resources.resource import Method

STOPPED = "stopped; nothing was sent"
"""The detail of an action of a bulk that was stopped before it was sent."""

_LIVE_PATHS: Final[Mapping[str, str]] = {"call": "calls", "meeting": "meetings"}


class Outcome(StrEnum):
    """How an action ended, or how far it is."""

    WAITING = "waiting"
    """Not sent yet: other actions on the same target, or the request budget, come first."""
    SENT = "sent"
    """On its way, or answered and not yet proved."""
    DONE = "done"
    """A later read shows it."""
    NOT_APPLIED = "not applied"
    """The server accepted it, and later reads show otherwise."""
    UNKNOWN = "unknown"
    """The answer was lost and no read has settled it."""
    GONE = "already left"
    """The target was not there any more; for a drop that is as good as done."""
    LEFT = "left"
    """The target left after the request was sent, and before a read could prove it."""
    REFUSED = "refused"
    """confmon or the server refused it; nothing was changed."""

    @property
    def settled(self) -> bool:
        """Whether nothing more will become of it."""
        return self not in (Outcome.WAITING, Outcome.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One wanted change, with everything needed to send, audit, prove and undo it.

    `resource` names what is changed; an ``attribute`` is one run-time attribute of a live meeting.
    `verb` is a verb of calls and meetings (``mute``), or the resource and what is done to it
    (``room_create``); ``room_reveal`` is the reading of access codes, which is audited like a
    change (method GET). `key` is the call id, meeting number, id or sid; None before a create. For
    an `attribute` it is the meeting number, and `name` the attribute's.

    `change` and `before` are keyed by wire name, as JSON. `change` is empty for a DELETE; `before`
    has the raw value of each changed field when the key was pressed. The attributes of a room or
    number are ``{name: value}`` with None for one that is taken away, and only those to be changed.

    `label` names the target as the operator saw it. `meeting` is the meeting it belongs to.
    `identity` is what the audit log says of it: when it was created, or the meeting's session id; a
    key may be given to another. `seen` is the call or meeting at the key press: if the key is
    another one's when the request is due, nothing is sent. `group` ties the actions of one bulk
    verb together; with `at_once` they are few, and overtake bulks as a single press does.
    `unless_changed`: nothing is sent if a fresh read shows another value before; somebody else has
    changed it.
    """

    id: str
    verb: str
    resource: str
    method: Method
    label: str
    key: int | str | None = None
    name: str = ""
    change: Mapping[str, object] = field(default_factory=dict, repr=False)
    before: Mapping[str, object] = field(default_factory=dict, repr=False)
    meeting: int | None = None
    identity: int | None = None
    seen: Call | Meeting | None = field(default=None, repr=False)
    group: str | None = None
    undoes: str | None = None
    unless_changed: bool = False
    at_once: bool = False

    @property
    def press(self) -> str:
        """What the actions of one key press have in common."""
        return self.group or self.id

    @property
    def is_bulk(self) -> bool:
        """Whether it is one of many, and waits for its turn."""
        return self.group is not None and not self.at_once

    @property
    def path(self) -> str:
        """The request's path below the base URL, as the audit log shows it."""
        if self.resource == "attribute":
            return f"/meetings/{self.key}/attributes/{self.name}"
        path = _LIVE_PATHS.get(self.resource) or BY_NAME[self.resource].path
        return f"/{path}" if self.key is None else f"/{path}/{self.key}"

    @property
    def is_live(self) -> bool:
        """Whether it is about a call or meeting, which come and go under the key."""
        return self.resource in _LIVE_PATHS

    @property
    def target(self) -> Target:
        """The call or meeting that it is about."""
        return cast("Target", (self.resource, self.key))

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


@dataclass(frozen=True, slots=True)
class Reply:
    """What the request itself was answered; `lost` says why there was no answer."""

    status: int | None = None
    latency_s: float | None = None
    lost: str = ""

    def result(self, outcome: Outcome, detail: str = "", proved_s: float | None = None) -> Result:
        """Return the result of an action that was answered so."""
        return Result(
            outcome=outcome,
            detail=detail,
            status=self.status,
            latency_s=self.latency_s,
            proved_s=proved_s,
        )
