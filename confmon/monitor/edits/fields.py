"""How the fields of rooms, numbers and forwarding are checked, read and compared.

Fields are keyed by wire name. Which there are, and what each takes: `confmon.models.resources`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.models.attributes import catalogue
from confmon.models.forwarding import Forwarding
from confmon.models.resources import RESOURCES
from confmon.models.resources.resource import attribute_name
from confmon.models.rooms import Did, DidGroup, Room
from confmon.models.text import ELLIPSIS, LIMIT, SUBSTITUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from confmon.models.attributes.catalogue import Where
    from confmon.models.resources.resource import Check, Field, Resource
    from confmon.models.rooms import AttributeValue

WHOLE: Final = ("attributes", "didGroupReferences", "keychain")
"""Arrays that are sent whole, however little of them changes."""

Record = Room | Did | DidGroup | Forwarding
"""What can be edited."""

PLACED: Final[Mapping[str, Where]] = {
    resource.name: resource.placed for resource in RESOURCES if resource.placed
}
"""What carries attributes of the catalogue."""

CALLED: Final[Mapping[str, str]] = {
    "attribute": "attribute",
    **{resource.name: resource.word for resource in RESOURCES},
}


def check_field(field: Field, check: Check, value: object) -> object:
    """Return a value as it is sent. ValueError: what the field takes."""
    return None if field.nullable and value in (None, "") else check(value)


def check_value(
    resource: Resource[Any],
    given: Mapping[str, object],
    templates: Iterable[AttributeValue] = (),
    *,
    new: bool = False,
) -> dict[str, object]:
    """Return the fields in the form that is sent. ValueError: one sentence on the first bad one.

    `attributes` of a room or number: ``{name: value}``, None takes one away.
    """
    fields = {
        wire: editable
        for wire, editable in resource.by_wire().items()
        if editable.check is not None and (new or not editable.is_for_new_only)
    }
    found: dict[str, object] = {}
    for wire, value in given.items():
        field = fields.get(wire)
        if wire == "attributes" and resource.placed:
            found[wire] = _attributes(resource.placed, value, templates)
        elif field is not None and field.check is not None:
            try:
                found[wire] = check_field(field, field.check, value)
            except ValueError as error:
                raise ValueError(f"{wire}: {error}") from None
        else:
            names = sorted({*fields, *(["attributes"] if resource.placed else [])})
            raise ValueError(
                f"{wire} of a {resource.word} can't be set; what can: {', '.join(names)}"
            )
    missing = [
        wire
        for wire, editable in fields.items()
        if new and editable.is_required and found.get(wire) in (None, "")
    ]
    if missing:
        raise ValueError(f"a new {resource.word} needs {' and '.join(missing)}")
    return found


def _attributes(
    where: Where, value: object, templates: Iterable[AttributeValue]
) -> dict[str, str | None]:
    if not hasattr(value, "items"):
        raise ValueError("attributes: names with values")
    own = tuple(templates)
    return {
        str(name): None if setting is None else catalogue.check(str(name), str(setting), where, own)
        for name, setting in value.items()
    }


def show_value(record: Record, wire: str) -> Any:
    """Return what a record has in a field, in the shape that `check_value` gives."""
    value = getattr(record, attribute_name(wire))
    match wire:
        case "keychain":
            return [{"accessCode": key.access_code, "role": key.role} for key in value]
        case "didGroupReferences":
            return [{"didGroupId": id_} for id_ in sorted(each.did_group_id for each in value)]
        case "attributes":
            return dict(
                attribute if isinstance(attribute, tuple) else (attribute.name, attribute.value)
                for attribute in value
            )
    return value


def are_same(wire: str, one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same: order has no meaning, and "" means null."""
    if wire == "keychain":
        return _codes(one) == _codes(other)
    return one == other or (one in (None, "") and other in (None, ""))


def _codes(value: Any) -> list[tuple[Any, Any]]:
    return sorted(((key["accessCode"], key["role"]) for key in value), key=repr)


def may_differ_on_server(text: str | None) -> bool:
    """Whether a text may be other on the server: cleaned on entry, so not to be sent back."""
    return text is not None and (
        SUBSTITUTE in text
        or (len(text) >= LIMIT and text.endswith(ELLIPSIS))
        or any("\u2400" <= char <= "\u2421" for char in text)
    )
