"""The resource table: a row for each kind of record, a line for each of its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.models.resources import directory, mediator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.resources.resource import Resource

RESOURCES: Final[tuple[Resource[Any], ...]] = (*directory.RESOURCES, *mediator.RESOURCES)
BY_NAME: Final[Mapping[str, Resource[Any]]] = {one.name: one for one in RESOURCES}
BY_PLURAL: Final[Mapping[str, Resource[Any]]] = {one.plural: one for one in RESOURCES}
COMMANDS: Final = {one.command: one for one in RESOURCES}
"""By the command that shows one, or has commands for it."""
LIST_COMMANDS: Final = {one.list_command: one for one in RESOURCES}
SECRETS: Final = frozenset(
    row.wire(one.name) for row in RESOURCES for one in row.fields if one.secret
)
"""The wire names of what is never shown or logged unless it is asked for."""
_BY_RECORD: Final = {one.record_name: one for one in RESOURCES}


def resource_of(kind: type[Any]) -> Resource[Any] | None:
    """Return the row of a class of records; None: it is none of the table's."""
    found = (_BY_RECORD.get(one.__name__) for one in kind.__mro__)
    return next((one for one in found if one is not None), None)
