"""Every edit of what stands: what it is called, and how it is made from what the operator typed.

Builders take values as typed (texts or numbers), keyed by wire name, and raise ValueError with one
sentence fit for the screen. `confmon.monitor.edits.target` carries an edit out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.models.attributes import catalogue
from confmon.models.forwarding import Binding, Dialout
from confmon.models.phone_numbers import masked
from confmon.models.rooms import Did, DidGroup, Room
from confmon.monitor.actions.action import Action
from confmon.monitor.actions.verbs import new_id
from confmon.monitor.edits.fields import (
    CALLED,
    FIELDS,
    PLACED,
    are_same,
    check_value,
    show_value,
    spoiled,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from confmon.models.rooms import AttributeValue
    from confmon.monitor.actions.action import Method
    from confmon.monitor.edits.fields import Record

VERBS: Final[Mapping[str, tuple[str, str]]] = {
    "room_create": ("creating…", "created"),
    "room_update": ("changing…", "changed"),
    "room_delete": ("deleting…", "deleted"),
    "room_reveal": ("reading…", "access codes revealed"),
    "attribute_set": ("setting…", "set"),
    "did_create": ("adding…", "added"),
    "did_update": ("changing…", "changed"),
    "did_group_create": ("creating…", "created"),
    "did_group_update": ("changing…", "changed"),
    "binding_create": ("binding…", "created"),
    "binding_update": ("changing…", "changed"),
    "binding_replace": ("replacing…", "replaced"),
    "binding_delete": ("deleting…", "deleted"),
    "dialout_create": ("dialling…", "dialling"),
    "dialout_update": ("changing…", "changed"),
    "dialout_replace": ("replacing…", "replaced"),
    "dialout_delete": ("calling off…", "called off"),
}
"""How each verb reads while it is under way, and when it is done."""

_THINGS: Final[Mapping[type, str]] = {
    Room: "room", Did: "did", DidGroup: "did_group", Binding: "binding", Dialout: "dialout",
}  # fmt: skip
_KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "room": ("description", "primaryDidGroupId", "didGroupReferences"),
    "binding": ("destination_did", "name", "origination_did", "redirect_did"),
    "dialout": ("stage_one_destination_did", "stage_two_destination_did"),
}
"""What the audit log keeps of one that is deleted."""


def room_create(body: Mapping[str, object], templates: Iterable[AttributeValue] = ()) -> Action:
    """A new room. `primaryDidGroupId` and `callFlowId` are needed."""
    return _create("room", body, templates)


def room_update(
    room: Room, change: Mapping[str, object], templates: Iterable[AttributeValue] = ()
) -> Action:
    """Change fields of a room. `keychain` is given whole: see `confmon.models.access_codes`."""
    return _update(room, change, templates)


def room_delete(room: Room) -> Action:
    """Delete a room."""
    return _delete(room)


def room_reveal(room: Room) -> Action:
    """Read the access codes of a room in order to show them."""
    return _edit("room_reveal", "GET", room)


def attribute_set(
    meeting_number: int, name: str, value: str, before: str | None, owner: str | None = None
) -> Action:
    """Set one attribute of a live meeting, which has `before` in it: None if it is not there.

    A name that the catalogue has not is taken if the meeting has it.
    """
    if name in catalogue.BY_NAME or name in catalogue.RUN_TIME or before is None:
        value = catalogue.check(name, value, "meeting")
    elif not value.isprintable():
        raise ValueError(f"{name} takes text on one line")
    if before is not None and catalogue.same(name, value, before):
        raise ValueError(f"{name} has that value already")
    meeting = f"{meeting_number} {owner}" if owner else str(meeting_number)
    return Action(
        id=new_id(), verb="attribute_set", resource="attribute", method="PUT", key=meeting_number,
        name=name, label=f"{name} of meeting {meeting}", change={name: value},
        before={name: before}, meeting=meeting_number,
    )  # fmt: skip


def did_create(body: Mapping[str, object], templates: Iterable[AttributeValue] = ()) -> Action:
    """A new DID. `phoneNumber` and `didGroupId` are needed. Later edition only."""
    return _create("did", body, templates)


def did_update(
    did: Did, change: Mapping[str, object], templates: Iterable[AttributeValue] = ()
) -> Action:
    """Change fields of a DID. Later edition only."""
    return _update(did, change, templates)


def did_group_create(
    body: Mapping[str, object], templates: Iterable[AttributeValue] = ()
) -> Action:
    """A new DID group. `name` and `callFlowId` are needed. Later edition only."""
    return _create("did_group", body, templates)


def did_group_update(
    group: DidGroup, change: Mapping[str, object], templates: Iterable[AttributeValue] = ()
) -> Action:
    """Change fields of a DID group. Later edition only."""
    return _update(group, change, templates)


def binding_create(body: Mapping[str, object]) -> Action:
    """A new binding. `destination_did` is needed; without `redirect_did` a free DID is taken."""
    return _create("binding", body)


def binding_update(binding: Binding, change: Mapping[str, object]) -> Action:
    """Change fields of a binding (PATCH)."""
    return _update(binding, change, method="PATCH")


def binding_replace(binding: Binding, change: Mapping[str, object]) -> Action:
    """Send a whole binding (PUT): as it stands, with `change` laid over it."""
    return _replace(binding, change)


def binding_delete(binding: Binding) -> Action:
    """Stop forwarding."""
    return _delete(binding)


def dialout_create(body: Mapping[str, object]) -> Action:
    """Dial two parties together, at once without a `delay` (seconds). Both numbers are needed."""
    edit = _create("dialout", body)
    one, two = (edit.change[f"stage_{stage}_destination_did"] for stage in ("one", "two"))
    if one == two:
        raise ValueError("both parties have the same number")
    return edit


def dialout_update(dialout: Dialout, change: Mapping[str, object]) -> Action:
    """Change fields of a dialout that waits (PATCH)."""
    return _update(dialout, change, method="PATCH")


def dialout_replace(dialout: Dialout, change: Mapping[str, object]) -> Action:
    """Send a whole dialout (PUT)."""
    return _replace(dialout, change)


def dialout_delete(dialout: Dialout) -> Action:
    """Call a dialout off."""
    return _delete(dialout)


def key_of(record: Record) -> int | str:
    """Return what the record is reached by: a room's number, an id, a sid."""
    match record:
        case Room():
            return record.meeting_number
        case Binding():
            return record.binding_sid
        case Dialout():
            return record.dialout_sid
        case _:
            return record.id


def identity_of(record: Record) -> int | None:
    """Return when it was created (epoch ms), which differs when a key is given again."""
    match record:
        case Room():
            return record.created
        case Binding() | Dialout():
            return record.date_created
        case _:
            return None


def label_of(record: Record, *, mask: bool = False) -> str:
    """Return how a record is named in dialogs and logs; `mask` cuts phone numbers."""
    return " ".join(word for word in _words(record, mask=mask) if word)


def _words(record: Record, *, mask: bool) -> tuple[str, ...]:
    match record:
        case Room():
            return (f"room {record.meeting_number}", _quoted(record.description))
        case Did():
            return (f"DID {record.id}", masked(record.phone_number, mask=mask))
        case DidGroup():
            return (f"DID group {record.id}", _quoted(record.name))
        case Binding():
            name = "" if record.name == "N/A" else _quoted(record.name)
            came = masked(record.redirect_did, mask=mask)
            to = masked(record.destination_did, mask=mask)
            return ("binding", name, f"{came}→{to}" if came else to)
        case Dialout():
            one = masked(record.stage_one_destination_did, mask=mask)
            two = masked(record.stage_two_destination_did, mask=mask)
            return ("dialout", f"{one} to {two}")


def _quoted(text: str | None) -> str:
    return f'"{text}"' if text else ""


def _create(
    thing: str, body: Mapping[str, object], templates: Iterable[AttributeValue] = ()
) -> Action:
    wanted = check_value(thing, body, templates, new=True)
    if any(value is None for value in _values(wanted.get("attributes"))):
        raise ValueError("a new one has no attribute that could be taken away")
    match thing:
        case "room":
            words = [
                f"in DID group {wanted['primaryDidGroupId']}",
                _quoted(_str(wanted, "description")),
            ]
        case "did":
            words = [_str(wanted, "phoneNumber")]
        case "did_group":
            words = [_quoted(_str(wanted, "name"))]
        case "binding":
            words = [f"to {wanted['destination_did']}", _quoted(_str(wanted, "name"))]
        case _:
            words = [
                f"{wanted['stage_one_destination_did']} to {wanted['stage_two_destination_did']}"
            ]
    label = " ".join([f"new {CALLED[thing]}", *(word for word in words if word)])
    return Action(
        id=new_id(),
        verb=f"{thing}_create",
        resource=thing,
        method="POST",
        label=label,
        change=wanted,
    )


def _str(wanted: Mapping[str, object], wire: str) -> str:
    return str(wanted.get(wire) or "")


def _values(attributes: object) -> Iterable[object]:
    return attributes.values() if isinstance(attributes, dict) else ()


def _update(
    record: Record,
    change: Mapping[str, object],
    templates: Iterable[AttributeValue] = (),
    method: Method = "PUT",
) -> Action:
    thing = _THINGS[type(record)]
    wanted = check_value(thing, _touched(record, change), templates)
    before: dict[str, object] = {}
    for wire in list(wanted):
        was = show_value(record, wire)
        if wire == "attributes" and thing in PLACED:
            changed = _differing(wanted.pop(wire), was)
            if changed:
                wanted[wire] = changed
                before[wire] = {name: was.get(name) for name in changed} if was else {}
        elif are_same(wire, wanted[wire], was):
            del wanted[wire]
        else:
            before[wire] = was
    if not wanted:
        raise ValueError("nothing would change")
    return _edit(f"{thing}_update", method, record, wanted, before)


def _touched(record: Record, change: Mapping[str, object]) -> Mapping[str, object]:
    """Leave out the attributes that are as they were: the server's own values need no check."""
    wanted = change.get("attributes")
    if not isinstance(wanted, dict) or isinstance(record, Binding | Dialout):
        return change
    was = show_value(record, "attributes")
    moved = {name: one for name, one in wanted.items() if name not in was or was[name] != one}
    return {**change, "attributes": moved}


def _differing(wanted: Any, was: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return the attributes that differ; a record that was listed without any shows none."""
    return {
        name: value
        for name, value in wanted.items()
        if not was or not _alike(name, value, was.get(name))
    }


def _alike(name: str, one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return catalogue.same(name, one, other)


def _replace(record: Binding | Dialout, change: Mapping[str, object]) -> Action:
    thing = _THINGS[type(record)]
    before = {wire: show_value(record, wire) for wire in FIELDS[thing]}
    wanted = {**before, **check_value(thing, change)}
    if all(are_same(wire, wanted[wire], was) for wire, was in before.items()):
        raise ValueError("nothing would change")
    for wire, value in wanted.items():
        if wire not in change and isinstance(value, str) and spoiled(value):
            raise ValueError(f"{wire} was cut or cleaned when it was read; say what it shall be")
    return _edit(f"{thing}_replace", "PUT", record, wanted, before)


def _delete(record: Record) -> Action:
    thing = _THINGS[type(record)]
    before = {wire: show_value(record, wire) for wire in _KEPT[thing]}
    return _edit(f"{thing}_delete", "DELETE", record, {}, before)


def _edit(
    verb: str,
    method: Method,
    record: Record,
    change: Mapping[str, object] | None = None,
    before: Mapping[str, object] | None = None,
) -> Action:
    return Action(
        id=new_id(),
        verb=verb,
        resource=_THINGS[type(record)],
        method=method,
        label=label_of(record),
        key=key_of(record),
        change=change or {},
        before=before or {},
        meeting=record.meeting_number if isinstance(record, Room) else None,
        identity=identity_of(record),
    )
