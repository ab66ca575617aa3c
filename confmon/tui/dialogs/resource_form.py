"""The form of a resource, made from its fields in the resource table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from confmon.monitor.edits.edit_actions import create, update
from confmon.monitor.edits.fields import check_field
from confmon.tui.dialogs.form import Field, FormScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.models.resources.resource import Field as FieldRow
    from confmon.models.resources.resource import Resource
    from confmon.monitor.actions.action import Action

Options = Mapping[str, Sequence[tuple[str, str]]]
"""Of each list that a field refers to: the ids that it may have, with their names."""
NO_OPTIONS: Options = {}


def resource_form(
    resource: Resource[Any],
    record: Any,
    options: Options = NO_OPTIONS,
    *,
    title: str = "",
    more: Sequence[Field] = (),
    add: Callable[[Mapping[str, str], dict[str, object]], None] = lambda _, __: None,
) -> FormScreen:
    """Return the form that changes a record, or (None) makes a new one.

    `more` are fields of its own, which `add` puts into the body.
    """
    new = record is None
    fields = form_fields(resource, record, options)

    def make(values: Mapping[str, str]) -> Action:
        body = typed_values(resource, fields, values, new=new)
        add(values, body)
        return create(resource, body) if new else update(resource, record, body)

    title = title or f"{'New' if new else 'Change'} {resource.word}"
    return FormScreen(title, [*fields, *more], make)


def form_fields(resource: Resource[Any], record: Any, options: Options) -> list[Field]:
    """Return the fields of a form that changes a record, or (None) makes a new one.

    Where there is only one value to choose, a new one has it.
    """
    new = record is None
    fields = []
    for field in resource.form(new=new):
        choices = tuple(options.get(field.refers_to, ()))
        value = choices[0][0] if new and len(choices) == 1 else getattr(record, field.name, None)
        fields.append(
            Field(
                field.name,
                field.label,
                "" if value is None else str(value),
                (new and field.new_help) or field.help,
                (new and field.new_empty) or field.empty,
                options=choices,
                check=_check_id if field.refers_to else _checked(field),
            )
        )
    return fields


def typed_values(
    resource: Resource[Any], fields: Sequence[Field], values: Mapping[str, str], *, new: bool
) -> dict[str, object]:
    """Return the texts of the fields, by wire name: of a `new` one all, else what differs."""
    found: dict[str, object] = {}
    for field in fields:
        typed = values[field.name].strip()
        if typed if new else typed != field.value:
            found[resource.wire(field.name)] = typed
    return found


def name_of_field(resource: Resource[Any], wire: str) -> str:
    """Return how a field is called within a sentence; one that is in no form by its wire name."""
    field = resource.by_wire().get(wire)
    if field is None or not field.label:
        return wire
    return field.label if field.label[:2].isupper() else field.label.lower()


def _checked(field: FieldRow) -> Callable[[str], object]:
    def check(text: str) -> object:
        if field.check is None or not (text.strip() or field.is_required):
            return None
        try:
            return check_field(field, field.check, text.strip())
        except ValueError as error:
            raise ValueError(f"It takes {error}.") from None

    return check


def _check_id(text: str) -> None:
    if not text.strip().isascii() or not text.strip().isdigit():
        raise ValueError("the id of one, a whole number")
