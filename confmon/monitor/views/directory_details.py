"""Every field of a record of what stands, for the details pane and the editor."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from confmon.models import privacy
from confmon.models.access_codes import ROLES
from confmon.models.forwarding import Binding, Dialout, MediatorDid
from confmon.models.moments import moment
from confmon.models.phone_numbers import masked
from confmon.models.records import wire_name
from confmon.models.rooms import CallFlow, Did, DidGroup, Room, Subscriber
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
    from collections.abc import Iterator, Mapping

    from confmon.models.rooms import AttributeValue
    from confmon.monitor.views.live_columns import Cell, RenderContext

    Line = tuple[Cell, ...]

_HEADINGS: Final[Mapping[type, tuple[str, str]]] = {
    Room: ("Room", "meeting_number"),
    Did: ("DID", "id"),
    DidGroup: ("DID group", "id"),
    CallFlow: ("Call flow", "id"),
    Subscriber: ("Subscriber", "sid"),
    Binding: ("Binding", "binding_sid"),
    Dialout: ("Dialout", "dialout_sid"),
    MediatorDid: ("DID", "did_sid"),
}
_PHONES: Final = {
    "destination_did", "origination_did", "redirect_did", "stage_one_destination_did",
    "stage_two_destination_did", "phone_number", "phonenumber", "international_format",
    "in_country_format",
}  # fmt: skip
_LASTING: Final = {"maximum_ttl", "wait_origination_did_ttl"}


def details_of(record: Any, look: RenderContext, *, revealed: bool = False) -> list[Line]:
    """Return a line for each field, and what follows from several; then the attributes.

    A line is a label and a value, or one cell. Access codes are shown where they were `revealed`,
    which is audited: `confmon.monitor.edits.plan.room_reveal`.
    """
    kind = type(record)
    title, key = _HEADINGS[kind]
    lines: list[Line] = [((f"{title} {getattr(record, key)}", "title"),)]
    lines += [((label, "dim"), cell) for label, cell in _gathered(record, look)]
    in_snake = kind in (Binding, Dialout, MediatorDid)
    for name in sorted(one.name for one in fields(kind)):
        if name not in ("inexact", "keychain", "attributes", "attribute_templates"):
            label = name if in_snake else wire_name(name)
            lines.append(((label, "dim"), _value(record, name, look, revealed=revealed)))
    if isinstance(record, Room):
        lines += _keychain(record, revealed=revealed)
    if getattr(record, "inexact", 0):
        lines.append(((f"{record.inexact} parts could not be read exactly", "warn"),))
    settings = getattr(record, "attribute_templates", getattr(record, "attributes", ()))
    if settings:
        lines += [(("", ""),), ((f"{len(settings)} attributes", "title"),)]
        lines += [((_setting(one, revealed=revealed), ""),) for one in settings]
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
            for did in look.dids.values():
                if did.did_group_id == record.id:
                    yield "DID", (masked(did.phone_number, mask=look.mask_numbers), "strong")


def _keychain(room: Room, *, revealed: bool) -> Iterator[Line]:
    yield (("keychain", "dim"), (codes_of(room) or "no access code", ""))
    for key in room.keychain:
        word = ROLES.get(key.role or 0, f"role {key.role}?")
        yield ((word, "dim"), (key.access_code if revealed else HIDDEN, "strong"))


def _setting(one: AttributeValue | tuple[str, str], *, revealed: bool) -> str:
    name, value = one if isinstance(one, tuple) else (one.name, one.value)
    if value and not revealed:
        value = privacy.shown(name, value, HIDDEN)
    return f"{name} = {value}" if value else f"{name} is empty"


def _value(record: Any, name: str, look: RenderContext, *, revealed: bool) -> Cell:
    value = getattr(record, name)
    if value is None or value == ():
        return ("–", "dim")
    if name in _PHONES:
        return (masked(value, mask=look.mask_numbers), "")
    if name in _LASTING:
        return (lasting(value), "")
    match name:
        case "created" | "date_created":
            return (moment(value), "")
        case "dtmf":
            return (value if revealed else HIDDEN, "")
        case "primary_did_group_id" | "did_group_id":
            return (_both(group_name(value, look), value), "")
        case "call_flow_id":
            return (_both(flow_name(value, look), value), "")
        case "did_group_references":
            named = [_both(group_name(one.did_group_id, look), one.did_group_id) for one in value]
            return (", ".join(named), "")
        case "dids":
            numbers = (masked(did.phone_number, mask=look.mask_numbers) for did in value)
            return (", ".join(number or "?" for number in numbers), "")
        case "role":
            return role(record, look)
        case "delay":
            return (f"{value} s", "")
    if isinstance(value, tuple):
        return (", ".join(str(getattr(one, "did_group_id", one)) for one in value), "")
    return (str(value), "") if value != "" else ("empty", "dim")


def _both(name: str, id_: int) -> str:
    return name if name == str(id_) else f"{name} ({id_})"
