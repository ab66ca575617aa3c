"""Every field of a record that is set up, for the details pane and the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from confmon.models import privacy
from confmon.models.access_codes import ROLES
from confmon.models.forwarding import Binding, Dialout
from confmon.models.moments import moment
from confmon.models.people.phone_numbers import masked
from confmon.models.resources import resource_of
from confmon.models.rooms import DidGroup, Room
from confmon.monitor.views.wording import (
    HIDDEN,
    DirectoryContext,
    codes_of,
    dialling,
    flow_name,
    group_name,
    lasting,
    left,
    numbers_of,
    role,
    seconds_left,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.models.resources.resource import Field, Resource
    from confmon.models.rooms import AttributeValue
    from confmon.monitor.views.live_columns import Cell, Line, RenderContext


def details_of(record: Any, look: RenderContext) -> list[Line]:
    """Return a line for each field, and what follows from several; then the attributes.

    A line is a label and a value, or one cell. Access codes are hidden.
    """
    resource = cast("Resource[Any]", resource_of(type(record)))
    title = resource.word[0].upper() + resource.word[1:]
    lines: list[Line] = [((f"{title} {getattr(record, resource.key)}", "title"),)]
    lines += [((label, "dim"), cell) for label, cell in _gathered(record, look)]
    for field in sorted(resource.fields, key=lambda known: known.name):
        if field.name not in ("keychain", "attributes", "attribute_templates"):
            label = resource.wire(field.name)
            lines.append(((label, "dim"), _value(record, field, look)))
    if isinstance(record, Room):
        lines += _keychain(record)
    if getattr(record, "inexact", 0):
        lines.append(((f"{record.inexact} parts could not be read exactly", "warn"),))
    settings = getattr(record, "attribute_templates", getattr(record, "attributes", ()))
    if settings:
        lines += [(("", ""),), ((f"{len(settings)} attributes", "title"),)]
        lines += [((_setting(setting), ""),) for setting in settings]
    return lines


def _gathered(record: Any, look: RenderContext) -> Iterator[tuple[str, Cell]]:
    match record:
        case Room():
            if record.meeting_number in look.live_state.meetings:
                yield "meeting", ("live", "good")
            for number in numbers_of(record, look):
                yield "dial", (number, "strong")
        case Binding():
            yield "left", left(record, look)
            if seconds_left(record, look.wall) == 0:
                yield "", ("should have ended; still listed", "warn")
        case Dialout():
            yield "", dialling(record, look)
        case DidGroup() if not record.dids and isinstance(look, DirectoryContext):
            for did in look.dids_of(record.id):
                yield "DID", (masked(did.phone_number, mask=look.mask_numbers), "strong")


def _keychain(room: Room) -> Iterator[Line]:
    yield (("keychain", "dim"), (codes_of(room) or "no access code", ""))
    for key in room.keychain:
        word = ROLES.get(key.role or 0, f"role {key.role}?")
        yield ((word, "dim"), (HIDDEN, "strong"))


def _setting(setting: AttributeValue | tuple[str, str]) -> str:
    name, value = setting if isinstance(setting, tuple) else (setting.name, setting.value)
    return f"{name} = {privacy.shown(name, value, HIDDEN)}" if value else f"{name} is empty"


def _value(record: Any, field: Field, look: RenderContext) -> Cell:
    value = getattr(record, field.name)
    if value is None or value == ():
        return ("–", "dim")
    if field.phone in ("person", "rented"):
        return (masked(value, mask=look.mask_numbers), "")
    if field.secret:
        return (HIDDEN, "")
    if field.refers_to:
        ids = (
            [reference.did_group_id for reference in value] if isinstance(value, tuple) else [value]
        )
        name_of = flow_name if field.refers_to == "call_flows" else group_name
        return (", ".join(_both(name_of(id_, look), id_) for id_ in ids), "")
    match field.show:
        case "lasting":
            return (lasting(value), "")
        case "moment":
            return (moment(value), "")
        case "dids":
            numbers = (masked(did.phone_number, mask=look.mask_numbers) for did in value)
            return (", ".join(number or "?" for number in numbers), "")
        case "role":
            return role(record, look)
        case "seconds":
            return (f"{value} s", "")
    if isinstance(value, tuple):
        return (", ".join(str(item) for item in value), "")
    return (str(value), "") if value != "" else ("empty", "dim")


def _both(name: str, id_: int) -> str:
    return name if name == str(id_) else f"{name} ({id_})"
