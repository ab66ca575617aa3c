"""The resource table: a row for each kind of record, a line for each of its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.models.resources import directory, mediator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.resources.resource import Resource

RESOURCES: Final[tuple[Resource[Any], ...]] = (*directory.RESOURCES, *mediator.RESOURCES)
BY_NAME: Final[Mapping[str, Resource[Any]]] = {resource.name: resource for resource in RESOURCES}
BY_PLURAL: Final[Mapping[str, Resource[Any]]] = {
    resource.plural: resource for resource in RESOURCES
}
COMMANDS: Final = {resource.command: resource for resource in RESOURCES}
"""By the command that shows one, or has commands for it."""
LIST_COMMANDS: Final = {resource.list_command: resource for resource in RESOURCES}
SECRETS: Final = frozenset(
    row.wire(field.name) for row in RESOURCES for field in row.fields if field.secret
)
"""The wire names of what is never shown or logged unless it is asked for."""
_BY_RECORD: Final = {resource.record_name: resource for resource in RESOURCES}


def resource_of(kind: type[Any]) -> Resource[Any] | None:
    """Return the row of a class of records; None: it is none of the table's."""
    found = (_BY_RECORD.get(base.__name__) for base in kind.__mro__)
    return next((resource for resource in found if resource is not None), None)
