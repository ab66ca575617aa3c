"""The room, number, forwarder, dialout or attribute that an edit changes: read, sent to, read back.

The target is read first, and nothing is sent if it differs from what the operator saw.
A creation is never sent twice: where its answer was lost, only the list can tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from confmon.models.errors import BridgeError, Garbled, NotFound
from confmon.models.forwarding import Dialout
from confmon.monitor.actions.action import Outcome, Reply, Result
from confmon.monitor.actions.judge import Evidence
from confmon.monitor.actions.sending import carry_out
from confmon.monitor.actions.targets.readback import read_back
from confmon.monitor.actions.targets.target import ActionTarget, refused
from confmon.monitor.edits import evidence, requests
from confmon.monitor.edits.edit_actions import record_key
from confmon.monitor.edits.fields import CALLED, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.clock import Clock
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.edits.requests import Attributes
    from confmon.ports import Directory, Mediator

CHECK_THE_LIST = "look at the list before you try again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Result):
    """What became of an edit. `key` is the target's, of a new one too; `record` the last read.

    `asked_at` is when that read was asked for.
    """

    key: int | str | None = None
    record: Record | None = field(default=None, repr=False)
    asked_at: float | None = None


async def carry_out_edit(
    edit: Action, at: Directory | Mediator, audit: Audit, clock: Clock
) -> Edited:
    """Audit, check that it is still as it was, send, and read back until the change shows.

    `at` is the API that has the target. ``room_reveal`` only reads:
    its record has the access codes, and the intent is on the disk before.
    """
    target = EditTarget(edit, at, clock)
    result = await carry_out(target, audit, clock)
    base = {part.name: getattr(result, part.name) for part in fields(Result)}
    return Edited(**base, key=target.key, record=target.record, asked_at=target.asked_at)


class EditTarget(ActionTarget):
    """The target of one edit.

    Nothing is read before the audit line: reading access codes is itself what the line tells.
    """

    def __init__(self, action: Action, at: Directory | Mediator, clock: Clock) -> None:
        super().__init__(action)
        self.key = action.key
        self.record: Record | None = None
        self.asked_at: float | None = None
        self._at = at
        self._clock = clock
        self._body: Mapping[str, object] = {}
        self._above: Mapping[str, str | None] = {}
        """The attributes that the target inherits, if some change."""

    async def check(self) -> Result | None:
        """Read the target. Returns why nothing is sent, or None."""
        edit = self.action
        if edit.method == "POST":
            self._body = requests.make_body(edit)
            return None
        asked_at = self._clock.now()
        try:
            seen = await self._read(edit.key)
        except NotFound as error:
            return self._gone(error.status)
        except BridgeError as error:
            refusal = refused(error, self._clock.now() - asked_at)
            detail = f"it could not be read first: {refusal.detail}; nothing was sent"
            return Result(outcome=refusal.outcome, detail=detail, status=refusal.status)
        if edit.method == "GET":
            return Result(outcome=Outcome.DONE, latency_s=self._clock.now() - asked_at)
        reason = evidence.find_change(edit, seen)
        if not reason:
            try:
                self._above = await requests.read_inherited(edit, seen, self._at)
                self._body = requests.make_body(edit, seen, self._above)
            except requests.UnreadableParts as error:
                reason = str(error)
        if reason:
            return Result(outcome=Outcome.REFUSED, detail=f"{reason}; nothing was sent")
        return None

    async def send(self) -> Reply:
        """Send it once. Raises BridgeError."""
        sent_at = self._clock.now()
        created = await requests.send(self.action, self._body, self._at)
        if created is not None:
            self.key, self.record = record_key(created), created
        return Reply(200, self._clock.now() - sent_at)

    def failed(self, error: BridgeError, latency_s: float) -> Result | Reply:
        """Return how it ended when the answer was an error; a Reply: only reading can tell."""
        new = self.action.method == "POST"
        if isinstance(error, NotFound) and not new:
            return self._gone(error.status, latency_s)
        if not error.lost and not (isinstance(error, Garbled) and error.status in _SAID_YES):
            return refused(error, latency_s)
        lost = f"the answer was lost: {error}"
        if not new:
            return Reply(None, latency_s, lost)
        return Reply(error.status, latency_s).result(Outcome.UNKNOWN, f"{lost}; {CHECK_THE_LIST}")

    async def read_evidence(self) -> tuple[Evidence, str]:
        """Read it. Returns what that shows, and what is otherwise. Raises BridgeError."""
        edit = self.action
        try:
            return evidence.evidence_of(edit, await self._read(self._key_after), self._above)
        except NotFound:
            if edit.method == "DELETE" or edit.resource in _GONE:
                return Evidence.GONE, ""
            return Evidence.NOT_SHOWN, "a read does not find it"

    async def prove(self, reply: Reply) -> Result:
        """Read it back, and say what became of the edit."""
        edit = self.action
        proof = await read_back(edit, self.read_evidence, self._clock, lost=bool(reply.lost))
        name = ""
        if edit.method == "POST":
            name = f"{CALLED[edit.resource]} {self.key}"
        match proof.outcome:
            case Outcome.DONE:
                self.key = self._key_after
                details = [_waiting(self.record) if name else ""]
            case Outcome.GONE:
                details = [_GONE[edit.resource]]
            case Outcome.NOT_APPLIED:
                details = [reply.lost or "the server accepted it", proof.differs]
            case _:
                details = [reply.lost, proof.trouble]
        return reply.result(proof.outcome, "; ".join(part for part in (name, *details) if part))

    @property
    def _key_after(self) -> int | str | None:
        """What it is reached by once the change is carried out."""
        moved = self.action.change.get("meetingNumber")
        return moved if self.action.method == "PUT" and isinstance(moved, int) else self.key

    async def _read(self, key: int | str | None) -> Record | Attributes:
        self.asked_at = self._clock.now()
        found = await requests.read(self.action, key, self._at)
        if not isinstance(found, tuple):
            self.record = found
        return found

    def _gone(self, status: int | None, latency_s: float | None = None) -> Result:
        """The target is not there: what a deletion wants, and too late for anything else."""
        outcome = Outcome.GONE
        detail = _GONE.get(self.action.resource, "it does not exist, or no longer")
        if self.action.method == "DELETE" and self.action.resource != "dialout":
            outcome, detail = Outcome.DONE, "it was gone already"
        return Reply(status, latency_s).result(outcome, detail)


_GONE: Mapping[str, str] = {
    "dialout": "gone from the list: set up, or not answered",
    "attribute": "the meeting has ended",
}
"""A dialout that is gone may have its parties talking, so even calling it off did not work."""

_SAID_YES = (200, 201, None)
"""With one of these a reply that can't be read may have been a yes."""


def _waiting(record: Record | None) -> str:
    delay_s = record.delay if isinstance(record, Dialout) else None
    return f"dials {delay_s} s after it was created" if delay_s else ""
