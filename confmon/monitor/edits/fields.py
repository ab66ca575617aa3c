"""Which fields of what stands can be written, with what in them, and how a record shows them.

Keyed by wire name. Source: the Conference API reference, its later edition where the one at hand
lost its list, and the Mediator guide.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from confmon.models import access_codes
from confmon.models.attributes import catalogue
from confmon.models.forwarding import Binding, Dialout
from confmon.models.records import wire_name
from confmon.models.rooms import AccessCode, Did, DidGroup, Room
from confmon.models.text import ELLIPSIS, LIMIT, SUBSTITUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from confmon.models.attributes.catalogue import Where
    from confmon.models.rooms import AttributeValue

LONGEST: Final = 4000
"""Characters of a description; readings keep a little more."""
WHOLE: Final = ("attributes", "didGroupReferences", "keychain")
"""Arrays that are sent whole, however little of them changes."""

Record = Room | Did | DidGroup | Binding | Dialout
"""What can be edited."""


def _whole(low: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        try:
            number = -1 << 40 if isinstance(value, bool) else int(str(value).strip())
        except ValueError:
            number = -1 << 40
        if not low <= number < 1 << 31:
            raise ValueError(f"a whole number from {low}")
        return number

    return read


def _text(value: object, longest: int = LIMIT) -> str:
    text = str(value)
    if not text.isprintable() or len(text) > longest:
        raise ValueError(f"up to {longest} characters on one line")
    return text


def _description(value: object) -> str:
    return _text(value, LONGEST)


def number_of(value: object) -> str:
    """Return a phone number as the APIs want it: E.164 digits without the plus. ValueError.

    >>> number_of("+1 (516) 206-5319")
    '15162065319'
    """
    digits = re.sub(r"[\s().-]", "", str(value)).removeprefix("+")
    if not re.fullmatch(r"[1-9][0-9]{6,14}", digits):
        raise ValueError("a phone number in full: country code and number, 7 to 15 digits")
    return digits


def _keys(value: object) -> str:
    text = str(value).strip()
    if not re.fullmatch(r"[0-9*#,]{1,64}", text):
        raise ValueError("telephone keys: digits, * and #; a comma is a pause")
    return text


def _optional(rule: Callable[[object], object]) -> Callable[[object], object]:
    """Return the rule of a field that can be emptied: None or nothing is null."""
    return lambda value: None if value is None or value == "" else rule(value)


def _keychain(value: object) -> list[dict[str, object]]:
    found = [one if isinstance(one, AccessCode) else _key(one) for one in _items(value)]
    return [{"accessCode": key.access_code, "role": key.role} for key in access_codes.whole(found)]


def _key(value: object) -> AccessCode:
    match value:
        case {"accessCode": code, "role": role} | (code, role):
            return AccessCode(access_code=str(code), role=access_codes.role_of(str(role)))
    raise ValueError("each access code has a role: CODE=ROLE")


def _references(value: object) -> list[dict[str, object]]:
    ids = []
    for one in _items(value):
        inner = one.get("didGroupId") if isinstance(one, dict) else one
        ids.append(_whole(0)(getattr(inner, "did_group_id", inner)))
    return [{"didGroupId": one} for one in sorted(set(ids))]


def _pairs(value: object) -> dict[str, str]:
    if not hasattr(value, "items"):
        raise ValueError("names with values")
    return {_text(name): _text(one) for name, one in value.items()}


def _items(value: object) -> Iterable[Any]:
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        raise ValueError("a list")
    return list(value)


_ID: Final = _whole(0)
_ROOM: Final[dict[str, Callable[[object], object]]] = {
    "description": _description,
    "didGroupReferences": _references,
    "keychain": _keychain,
    "meetingNumber": _whole(1),
    "primaryDidGroupId": _ID,
}
_BINDING: Final[dict[str, Callable[[object], object]]] = {
    "attributes": _pairs,
    "destination_did": number_of,
    "dtmf": _optional(_keys),
    "maximum_ttl": _whole(-1),
    "name": _text,
    "origination_did": _optional(number_of),
    "redirect_did": _optional(number_of),
    "wait_origination_did_ttl": _whole(-1),
}
_DIALOUT: Final[dict[str, Callable[[object], object]]] = {
    "attributes": _pairs,
    "delay": _whole(0),
    "redirect_did": _optional(number_of),
    "stage_one_destination_did": number_of,
    "stage_two_destination_did": number_of,
}
FIELDS: Final[Mapping[str, Mapping[str, Callable[[object], object]]]] = {
    "room": _ROOM,
    "did": {"didGroupId": _ID, "phoneNumber": number_of},
    "did_group": {"callFlowId": _ID, "name": _text},
    "binding": _BINDING,
    "dialout": _DIALOUT,
}
"""What may be changed. Rooms, DIDs and DID groups have `attributes` beside."""
ONLY_NEW: Final[Mapping[str, Mapping[str, Callable[[object], object]]]] = {
    "room": {"callFlowId": _ID},
}
"""What can be said when one is created, and never changed."""
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "room": ("primaryDidGroupId", "callFlowId"),
    "did": ("phoneNumber", "didGroupId"),
    "did_group": ("name", "callFlowId"),
    "binding": ("destination_did",),
    "dialout": ("stage_one_destination_did", "stage_two_destination_did"),
}
PLACED: Final[Mapping[str, Where]] = {
    "room": "room",
    "did": "did",
    "did_group": "did_group",
}
"""What carries attributes of the catalogue."""

CALLED: Final[Mapping[str, str]] = {
    "room": "room",
    "attribute": "attribute",
    "did": "DID",
    "did_group": "DID group",
    "binding": "binding",
    "dialout": "dialout",
}


def check_value(
    thing: str,
    given: Mapping[str, object],
    templates: Iterable[AttributeValue] = (),
    *,
    new: bool = False,
) -> dict[str, object]:
    """Return the fields as they are to be sent. ValueError: one sentence on the first bad one.

    `attributes` of a room or number: ``{name: value}``, None takes one away.
    """
    rules = {**FIELDS[thing], **(ONLY_NEW.get(thing, {}) if new else {})}
    found: dict[str, object] = {}
    for wire, value in given.items():
        if wire == "attributes" and thing in PLACED:
            found[wire] = _attributes(thing, value, templates)
        elif rule := rules.get(wire):
            try:
                found[wire] = rule(value)
            except ValueError as error:
                raise ValueError(f"{wire}: {error}") from None
        else:
            names = sorted({*rules, *(["attributes"] if thing in PLACED else [])})
            raise ValueError(
                f"{wire} of a {CALLED[thing]} can't be set; what can: {', '.join(names)}"
            )
    if new and (missing := [wire for wire in REQUIRED[thing] if found.get(wire) in (None, "")]):
        raise ValueError(f"a new {CALLED[thing]} needs {' and '.join(missing)}")
    return found


def _attributes(
    thing: str, value: object, templates: Iterable[AttributeValue]
) -> dict[str, str | None]:
    if not hasattr(value, "items"):
        raise ValueError("attributes: names with values")
    own = tuple(templates)
    return {
        str(name): None if one is None else catalogue.check(str(name), str(one), PLACED[thing], own)
        for name, one in value.items()
    }


_SPELLED: Final[Mapping[type, Mapping[str, str]]] = {
    kind: {wire_name(one.name): one.name for one in fields(kind)} for kind in (Room, Did, DidGroup)
}


def show_value(record: Record, wire: str) -> Any:
    """Return what a record has in a field, in the shape that `check_value` gives."""
    value = getattr(record, _SPELLED.get(type(record), {}).get(wire, wire))
    match wire:
        case "keychain":
            return [{"accessCode": key.access_code, "role": key.role} for key in value]
        case "didGroupReferences":
            return [{"didGroupId": one} for one in sorted(each.did_group_id for each in value)]
        case "attributes" if isinstance(record, Binding | Dialout):
            return dict(value)
        case "attributes":
            return {one.name: one.value for one in value}
    return value


def are_same(wire: str, one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same: an order has no meaning, nor has "" or null."""
    if wire == "keychain":
        return _codes(one) == _codes(other)
    return one == other or (one in (None, "") and other in (None, ""))


def _codes(value: Any) -> list[tuple[Any, Any]]:
    return sorted(((key["accessCode"], key["role"]) for key in value), key=repr)


def spoiled(text: str | None) -> bool:
    """Whether a text may be other on the server: cleaned on entry, so not to be sent back."""
    return text is not None and (
        SUBSTITUTE in text
        or (len(text) >= LIMIT and text.endswith(ELLIPSIS))
        or any("\u2400" <= char <= "\u2421" for char in text)
    )
