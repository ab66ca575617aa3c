"""Every edit of what is set up: its words, and how it is made from what the operator typed.

Builders take values as typed (texts or numbers), keyed by wire name, and raise ValueError with one
sentence fit for the screen. Which fields there are, and what each takes, is in the resource table.
`confmon.monitor.edits.target` carries an edit out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, cast

from confmon.models.attributes import catalogue
from confmon.models.people.phone_numbers import masked
from confmon.models.resources import RESOURCES, resource_of
from confmon.models.resources.directory import ROOMS
from confmon.models.rooms import Room
from confmon.monitor.actions.action import Action
from confmon.monitor.actions.verbs import new_id
from confmon.monitor.edits.fields import are_same, check_value, may_differ_on_server, show_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from confmon.models.resources.resource import Change, Method, Resource
    from confmon.models.rooms import AttributeValue
    from confmon.monitor.edits.fields import Record

EDIT_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "room_reveal": ("reading…", "access codes revealed"),
    "attribute_set": ("setting…", "set"),
    **{
        f"{resource.name}_{change}": resource.in_words(change)
        for resource in RESOURCES
        for change in resource.changes
    },
}
"""How each verb reads while it is under way, and when it is done."""


def create(
    resource: Resource[Any], body: Mapping[str, object], templates: Iterable[AttributeValue] = ()
) -> Action:
    """A new record. ValueError: a field is wrong, or one that is needed is missing."""
    wanted = check_value(resource, body, templates, new=True)
    attributes = wanted.get("attributes")
    if isinstance(attributes, dict) and None in attributes.values():
        raise ValueError("a new one has no attribute that could be taken away")
    resource.check_new(wanted)
    words = ("new", resource.word, *resource.new_label(wanted))
    return Action(
        id=new_id(), verb=f"{resource.name}_create", resource=resource.name,
        method=resource.changes["create"], label=" ".join(word for word in words if word),
        change=wanted,
    )  # fmt: skip


def update(
    resource: Resource[Any],
    record: Record,
    change: Mapping[str, object],
    templates: Iterable[AttributeValue] = (),
) -> Action:
    """Change fields of a record. ValueError: nothing would change, or a field is wrong.

    `keychain` is given whole: see `confmon.models.access_codes`.
    """
    wanted = check_value(resource, _touched(resource, record, change), templates)
    before: dict[str, object] = {}
    for wire in list(wanted):
        was = show_value(record, wire)
        if wire == "attributes" and resource.placed:
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
    return _edit(resource, "update", record, wanted, before)


def replace(
    resource: Resource[Any],
    record: Record,
    change: Mapping[str, object],
    templates: Iterable[AttributeValue] = (),
) -> Action:
    """Send a whole record (PUT): as it is, with `change` laid over it. ValueError as above."""
    fields = [wire for wire, field in resource.by_wire().items() if field.check]
    before = {wire: show_value(record, wire) for wire in fields}
    wanted = {**before, **check_value(resource, change, templates)}
    if all(are_same(wire, wanted[wire], was) for wire, was in before.items()):
        raise ValueError("nothing would change")
    for wire, value in wanted.items():
        if wire not in change and isinstance(value, str) and may_differ_on_server(value):
            raise ValueError(f"{wire} was cut or cleaned when it was read; give its whole value")
    return _edit(resource, "replace", record, wanted, before)


def delete(resource: Resource[Any], record: Record) -> Action:
    """Delete a record."""
    kept = [resource.wire(field.name) for field in resource.fields if field.kept]
    return _edit(resource, "delete", record, {}, {wire: show_value(record, wire) for wire in kept})


def room_reveal(room: Room) -> Action:
    """Read the access codes of a room in order to show them."""
    return _edit(ROOMS, "reveal", room)


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


def record_key(record: Record) -> int | str:
    """Return what the record is reached by: a room's number, an id, a sid."""
    key: int | str = getattr(record, _row(record).key)
    return key


def identity_of(record: Record) -> int | None:
    """Return when it was created (epoch ms), which differs when a key is given again."""
    created = _row(record).created
    return getattr(record, created) if created else None


def label_of(record: Record, *, mask: bool = False) -> str:
    """Return how a record is named in dialogs and logs; `mask` cuts phone numbers."""
    words = _row(record).label(record, lambda number: masked(number, mask=mask))
    return " ".join(word for word in words if word)


def _row(record: Record) -> Resource[Any]:
    return cast("Resource[Any]", resource_of(type(record)))


def _touched(
    resource: Resource[Any], record: Record, change: Mapping[str, object]
) -> Mapping[str, object]:
    """Leave out the attributes that are as they were: the server's own values need no check."""
    wanted = change.get("attributes")
    if not isinstance(wanted, dict) or not resource.placed:
        return change
    was = show_value(record, "attributes")
    moved = {name: value for name, value in wanted.items() if name not in was or was[name] != value}
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


def _edit(
    resource: Resource[Any],
    done: Change | Literal["reveal"],
    record: Record,
    change: Mapping[str, object] | None = None,
    before: Mapping[str, object] | None = None,
) -> Action:
    method: Method = "GET" if done == "reveal" else resource.changes[done]
    return Action(
        id=new_id(),
        verb=f"{resource.name}_{done}",
        resource=resource.name,
        method=method,
        label=label_of(record),
        key=record_key(record),
        change=change or {},
        before=before or {},
        meeting=record.meeting_number if isinstance(record, Room) else None,
        identity=identity_of(record),
    )
