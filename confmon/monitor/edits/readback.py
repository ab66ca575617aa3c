"""One edit from the audit line to its proof: send it, and read it back until it shows.

What is to be overwritten is read first, and nothing is sent if it is other than the operator saw.
A creation is never sent twice: where its answer was lost, only the list can tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, cast

from confmon.models.attributes import catalogue
from confmon.models.errors import BridgeError, Garbled, NotFound
from confmon.models.forwarding import Dialout
from confmon.models.identity import same_moment
from confmon.models.rooms import Room
from confmon.models.text import clean
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.journal import audited, pauses_s, refusal
from confmon.monitor.edits import requests
from confmon.monitor.edits.fields import CALLED, PLACED, Record, are_same, show_value
from confmon.monitor.edits.plan import identity_of, key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.clock import Clock
    from confmon.monitor.actions.edit import Edit
    from confmon.monitor.actions.journal import EditAudit
    from confmon.monitor.edits.requests import Attributes
    from confmon.ports import Directory, Mediator

PATIENCE_S = 5.0
"""So long the server may take until a read shows what it agreed to."""

LOOK = "look at the list before you try again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Result):
    """What became of an edit. `key` is the target's, of a new one too; `record` the last read.

    `asked_at` is when that read was asked for.
    """

    key: int | str | None = None
    record: Record | None = field(default=None, repr=False)
    asked_at: float | None = None


async def carry_out_edit(
    edit: Edit, at: Directory | Mediator, audit: EditAudit, clock: Clock
) -> Edited:
    """Audit, look whether it is still as it was, send, and read back until it shows.

    `at` is the API that has the target. ``room_reveal`` only reads:
    its record has the access codes, and the intent is on the disk before.
    """
    work = _Work(edit, at, clock)
    result = await audited(edit, audit, work.run)
    told = {one.name: getattr(result, one.name) for one in fields(Result)}
    return Edited(**told, key=work.key, record=work.record, asked_at=work.asked_at)


class _Work:
    """One edit on its way."""

    def __init__(self, edit: Edit, at: Directory | Mediator, clock: Clock) -> None:
        self.edit, self.at, self.clock = edit, at, clock
        self.key = edit.key
        self.record: Record | None = None
        self.asked_at: float | None = None
        self.above: Mapping[str, str | None] = {}
        """The attributes that the target inherits, where some are to be changed."""

    async def run(self) -> Result:
        """Do it. BridgeError never leaves here."""
        new = self.edit.method == "POST"
        body = requests.body(self.edit) if new else await self._look()
        if isinstance(body, Result):
            return body
        sent_at, status, lost = self.clock.now(), 200, ""
        try:
            created = await requests.send(self.edit, body, self.at)
        except BridgeError as error:
            ended = self._refused(error, self.clock.now() - sent_at)
            if ended is not None:
                return ended
            lost = _lost(error)
        else:
            if created is not None:
                self.key, self.record = key_of(created), created
        return await self._prove(None if lost else status, self.clock.now() - sent_at, lost)

    async def _look(self) -> Result | Mapping[str, object]:
        """Read what is to be changed. Returns what to send, or why not."""
        asked_at = self.clock.now()
        try:
            seen = await self._read()
        except NotFound as error:
            return self._gone(error.status)
        except BridgeError as error:
            told = refusal(error, self.clock.now() - asked_at)
            detail = f"it could not be read first: {told.detail}; nothing was sent"
            return Result(outcome=told.outcome, detail=detail, status=told.status)
        if self.edit.method == "GET":
            return Result(outcome=Outcome.DONE, latency_s=self.clock.now() - asked_at)
        reason = _changed(self.edit, seen)
        if not reason:
            try:
                self.above = await requests.inherited(self.edit, seen, self.at)
                return requests.body(self.edit, seen, self.above)
            except requests.Spoiled as error:
                reason = str(error)
        return Result(outcome=Outcome.REFUSED, detail=f"{reason}; nothing was sent")

    def _refused(self, error: BridgeError, latency_s: float) -> Result | None:
        """Return how it ended when the answer was an error; None: only reading can tell."""
        new = self.edit.method == "POST"
        if isinstance(error, NotFound) and not new:
            return self._gone(error.status, latency_s)
        if not error.lost and not (isinstance(error, Garbled) and error.status in _SAID_YES):
            return refusal(error, latency_s)
        if not new:
            return None
        detail = f"{_lost(error)}; {LOOK}"
        return Result(
            outcome=Outcome.UNKNOWN, detail=detail, status=error.status, latency_s=latency_s
        )

    async def _prove(self, status: int | None, latency_s: float, lost: str) -> Result:
        """Read until it shows or patience is over."""
        edit, clock = self.edit, self.clock
        name = f"{CALLED[edit.thing]} {self.key}" if edit.method == "POST" else ""
        moved = edit.change.get("meetingNumber")
        if edit.method == "PUT" and isinstance(moved, int):
            self.key = moved

        def ended(outcome: Outcome, *details: str) -> Result:
            if edit.method == "PUT" and outcome is not Outcome.DONE:
                self.key = edit.key
            detail = "; ".join(part for part in (name, *details) if part)
            return Result(outcome=outcome, detail=detail, status=status, latency_s=latency_s)

        until = clock.now() + PATIENCE_S
        otherwise, trouble = "", ""
        for pause_s in pauses_s(clock, until):
            await clock.sleep(pause_s)
            try:
                otherwise = _otherwise(edit, await self._read(), self.above)
            except NotFound:
                if edit.method == "DELETE":
                    return ended(Outcome.DONE)
                if edit.thing in ("dialout", "attribute"):
                    return ended(Outcome.GONE, _GONE[edit.thing])
                otherwise = "a read does not find it"
            except BridgeError as error:
                trouble = str(error)
                if error.retry_after_s:
                    await clock.sleep(min(error.retry_after_s, max(0.0, until - clock.now())))
                continue
            if not otherwise:
                return ended(Outcome.DONE, _waiting(self.record) if name else "")
        if not otherwise:
            return ended(Outcome.UNKNOWN, lost, trouble)
        return ended(Outcome.NOT_APPLIED, lost or "the server said yes", otherwise)

    async def _read(self) -> Record | Attributes:
        self.asked_at = self.clock.now()
        found = await requests.read(self.edit, self.key, self.at)
        if not isinstance(found, tuple):
            self.record = found
        return found

    def _gone(self, status: int | None, latency_s: float | None = None) -> Result:
        """The target is not there: what a deletion wants, and too late for anything else."""
        thing, outcome = self.edit.thing, Outcome.GONE
        detail = _GONE.get(thing, "it does not exist, or no longer")
        if self.edit.method == "DELETE" and thing != "dialout":
            outcome, detail = Outcome.DONE, "it was gone already"
        return Result(outcome=outcome, detail=detail, status=status, latency_s=latency_s)


_GONE: Mapping[str, str] = {
    "dialout": "gone from the list: set up, or not answered",
    "attribute": "the meeting has ended",
}
"""A dialout that is gone may have its parties talking, so even calling it off did not work."""

_SAID_YES = (200, 201, None)
"""With one of these a reply that can't be read may well have been a yes."""


def _lost(error: BridgeError) -> str:
    return f"the answer was lost: {error}"


def _waiting(record: Record | None) -> str:
    delay_s = record.delay if isinstance(record, Dialout) else None
    return f"dials {delay_s} s after it was created" if delay_s else ""


def _another(edit: Edit, record: Record) -> bool:
    return not same_moment(edit.identity, identity_of(record))


def _changed(edit: Edit, seen: Record | Attributes) -> str:
    """Return why the target is not as the operator saw it, or nothing."""
    if isinstance(seen, tuple):
        was = edit.before.get(edit.name)
        return "" if _value(seen, edit.name) == was else f"{edit.name} was changed meanwhile"
    if _another(edit, seen):
        return f"another {CALLED[edit.thing]} has its number by now"
    changed = []
    for wire, was in edit.before.items():
        now = show_value(seen, wire)
        if wire == "attributes" and isinstance(was, dict) and edit.thing in PLACED:
            changed += [name for name, value in was.items() if now.get(name) != value]
        elif edit.method == "DELETE" and was in (None, "", []):
            continue  # it was listed without that
        elif not are_same(wire, was, now):
            changed.append(wire)
    return f"changed meanwhile: {', '.join(changed)}" if changed else ""


def _otherwise(edit: Edit, seen: Record | Attributes, above: Mapping[str, str | None]) -> str:
    """Return what a read shows that was not wanted, or nothing."""
    another = not isinstance(seen, tuple) and _another(edit, seen)
    if edit.method == "DELETE":
        return "" if another else "a read still finds it"
    if another:
        return f"another {CALLED[edit.thing]} has that number"
    missing = _missing(edit, seen, above)
    return f"a read shows otherwise: {', '.join(missing)}" if missing else ""


def _missing(edit: Edit, seen: Record | Attributes, above: Mapping[str, str | None]) -> list[str]:
    """Return the names of what was wanted and does not show."""
    if isinstance(seen, tuple):
        wants = edit.change[edit.name]
        return [] if _reads(edit.name, str(wants), _value(seen, edit.name)) else [edit.name]
    missing = []
    for wire, want in edit.change.items():
        now = show_value(seen, wire)
        if wire == "attributes" and edit.thing in PLACED:
            wanted = cast("dict[str, str | None]", want)
            for name, value in wanted.items():
                reads, inherits = now.get(name), above.get(name)
                taken_away = value is None and reads in (None, inherits)
                if not taken_away and not _reads(name, value, reads, _was(edit, name)):
                    missing.append(name)
        elif not _shows(seen, wire, want, now):
            missing.append(wire)
    return missing


def _shows(seen: Record, wire: str, want: Any, now: Any) -> bool:
    if are_same(wire, want, now) or (isinstance(want, str) and _cleaned(want) == now):
        return True
    match wire:
        case "callFlowId" if isinstance(seen, Room):
            return now is None  # in no reply of the reference
        case "redirect_did":
            return want is None and bool(now)  # the server takes a free one
        case "didGroupReferences" if isinstance(seen, Room):  # the primary one may come along
            primary = {"didGroupId": seen.primary_did_group_id}
            return [one for one in now if one != primary] == [one for one in want if one != primary]
        case "attributes":  # of Mediator, which may add its own
            return all(now.get(name) == _cleaned(value) for name, value in want.items())
    return False


def _cleaned(text: str) -> str:
    """Return a text as it comes back: cleaned on entry, and whole."""
    return clean(text, len(text) + 1)


def _reads(name: str, want: str | None, now: str | None, was: str | None = None) -> bool:
    """Whether an attribute reads as wanted. Taken away, it may show something else."""
    if want is None:
        return now != was
    return now is not None and (now == _cleaned(want) or catalogue.same(name, want, now))


def _was(edit: Edit, name: str) -> str | None:
    before = edit.before.get("attributes")
    return before.get(name) if isinstance(before, dict) else None


def _value(attributes: Attributes, name: str) -> str | None:
    return next((one.value for one in attributes if one.name == name), None)
