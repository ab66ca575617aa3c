"""What each verb sends, how it reads while it is under way, and what proves it."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

from confmon.models.codes import Codes
from confmon.models.identity import identity_of, key_of
from confmon.models.live_records import Call, Meeting
from confmon.models.records import wire_name
from confmon.models.text import clean
from confmon.monitor.actions.action import Action, Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.codes import State
    from confmon.models.live_records import LiveResource, Value


@dataclass(frozen=True, slots=True)
class Verb:
    """One change the bridge can make.

    `doing` is shown in the row until a later read proves it, `done` is how the log says it.
    `field_name` is the wire name of what is changed: to `value`, or to what brings a caller into
    `state` by the table of codes, or else to what the operator gives. `patience_s`: a bridge may
    take so long before it shows.
    """

    id: str
    resource: LiveResource
    doing: str
    done: str
    field_name: str = ""
    state: State | None = None
    value: Value | None = None
    method: Literal["PUT", "DELETE"] = "PUT"
    patience_s: float = 5.0


VERBS: dict[str, Verb] = {
    verb.id: verb
    for verb in (
        Verb("mute", "call", "muting…", "muted", "muteMode", "muted"),
        Verb("unmute", "call", "unmuting…", "unmuted", "muteMode", "not muted"),
        Verb("hold", "call", "holding…", "on hold", "holdMode", "on hold"),
        Verb("release", "call", "releasing…", "released", "holdMode", "not on hold"),
        Verb("name", "call", "naming…", "named", "customName"),
        Verb("gain", "call", "gain…", "gain set", "gainLevel"),
        Verb("promote", "call", "promoting…", "made a host", "role", "host"),
        Verb("demote", "call", "demoting…", "made a participant", "role", "participant"),
        Verb("role", "call", "role…", "role set", "role"),
        Verb("drop", "call", "dropping…", "dropped", method="DELETE"),
        Verb("restore", "call", "restoring…", "restored"),
        Verb("lock", "meeting", "locking…", "locked", "isSecured", value=True),
        Verb("unlock", "meeting", "unlocking…", "unlocked", "isSecured", value=False),
        Verb(
            "record", "meeting", "recording…", "recording", "isRecording", value=True,
            patience_s=12.0,
        ),
        Verb(
            "stop_recording", "meeting", "stopping…", "recording stopped", "isRecording",
            value=False, patience_s=12.0,
        ),
        Verb("mute_mode", "meeting", "mute mode…", "mute mode set", "muteMode"),
        Verb("end", "meeting", "ending…", "ended", method="DELETE"),
        Verb("restore_meeting", "meeting", "restoring…", "restored"),
    )
}  # fmt: skip

_FIELDS = {wire_name(f.name): f.name for kind in (Call, Meeting) for f in fields(kind)}


def raw_value(record: Call | Meeting, wire: str) -> Value | None:
    """Return the raw value of a field by its wire name; None where the server left it out."""
    value: Value | None = getattr(record, _FIELDS[wire])
    return value


def has_values(record: Call | Meeting, values: Mapping[str, object]) -> bool:
    """Whether a record has these raw values, by wire name. No name is an empty one."""
    return all(
        raw_value(record, wire) == value
        or (wire == "customName" and not (raw_value(record, wire) or value))
        for wire, value in values.items()
    )


def shows_change(record: Call | Meeting, change: Mapping[str, object], codes: Codes) -> bool:
    """Whether a record, read after the answer, shows the change.

    A host's mute on top of a caller's own may read as both, and several numbers may mean
    that a caller is not muted, on hold or not, or a host.
    """
    is_call = isinstance(record, Call)
    return all(
        (value := raw_value(record, wire)) == want or (is_call and _means(wire, value, want, codes))
        for wire, want in change.items()
    )


def can_be_read(record: Call | Meeting, change: Mapping[str, object]) -> bool:
    """Whether every field of a change can be read: one that can't proves nothing.

    A caller without a name has none to send.
    """
    return all(wire == "customName" or raw_value(record, wire) is not None for wire in change)


def _means(wire: str, value: Value | None, want: object, codes: Codes) -> bool:
    """Whether another value of a call's field means the same as the one that is wanted."""
    if wire == "customName" and isinstance(want, str):
        return (value or "") == clean(want)  # what comes back has been cleaned on entry
    if not (isinstance(value, int) and isinstance(want, int)):
        return False
    match wire:
        case "muteMode" if codes.is_muted(want) is False:
            return codes.is_muted(value) is False
        case "muteMode":
            return codes.muted_by(want) == "host" and codes.muted_by(value) in ("host", "both")
        case "holdMode":
            return codes.is_held(value) == codes.is_held(want)
        case "role":
            return codes.role(value) == codes.role(want) != ""
    return False


def unsendable(verb: str, codes: Codes) -> str:
    """Return why there is nothing that a verb could send to this bridge, or an empty string."""
    state = VERBS[verb].state
    return codes.unsent(state) if state is not None and codes.sent(state) is None else ""


def _changed(rule: Verb, codes: Codes) -> Mapping[str, Value]:
    value = rule.value if rule.state is None else codes.sent(rule.state)
    if value is None and rule.state is not None:
        raise ValueError(codes.unsent(rule.state))
    return {} if value is None else {rule.field_name: value}


def left_meanwhile(
    action: Action, latency_s: float | None = None, proved_s: float | None = None
) -> Result:
    """Return the result of a change if its target was gone before a read could show it.

    The change may be why: a hold can move a call out of the lists. It has no status, for a 200
    would read as a field that is ignored.
    """
    left = "left" if action.resource == "call" else "ended"
    detail = f"{left} before a read could show it"
    return Result(outcome=Outcome.LEFT, detail=detail, latency_s=latency_s, proved_s=proved_s)


_sequence = itertools.count(1)
_session = secrets.token_hex(3)


def new_id() -> str:
    """Return an action id that no other process or action has, in order within this process."""
    return f"{_session}-{next(_sequence):04d}"


def build(
    verb: str,
    record: Call | Meeting,
    label: str,
    codes: Codes | None = None,
    *,
    change: Mapping[str, object] | None = None,
    group: str | None = None,
    undoes: str | None = None,
) -> Action:
    """Return the action of a verb on the record at the key press.

    Without `codes` the numbers of the table are sent, whatever a config says. ValueError: no
    number is known for the verb; ask `unsendable` before.
    """
    rule = VERBS[verb]
    wanted = _changed(rule, codes or Codes()) if change is None else change
    return Action(
        id=new_id(),
        verb=verb,
        resource=rule.resource,
        key=key_of(record),
        meeting=record.meeting_number,
        identity=identity_of(record),
        seen=record,
        label=label,
        method=rule.method,
        change=dict(wanted),
        before={wire: raw_value(record, wire) for wire in wanted},
        group=group,
        undoes=undoes,
    )
