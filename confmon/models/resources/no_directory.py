"""A directory that refuses everything, in words of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.models.errors import Guarded
from confmon.models.lists import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.lists import ListQuery, ListResult
    from confmon.models.live_records import Attribute
    from confmon.models.resources.resource import Method, Resource


class NoDirectory:
    """Where what is set up can't be read. Fulfils `confmon.ports.Directory`.

    `why` has braces, which are replaced by what was asked for.
    """

    def __init__(self, why: str) -> None:
        self._why = why

    def refusal(self, what: str) -> Guarded:
        """Return the error that says why."""
        return Guarded(self._why.format(what.replace("_", " ")), hint="")

    async def list(
        self, resource: Resource[Any], query: ListQuery = EVERYTHING, /
    ) -> ListResult[Any]:
        """Refuse, as everything here does."""
        raise self.refusal(resource.plural)

    async def get(self, resource: Resource[Any], key: int | str) -> Any:
        """Refuse."""
        raise self.refusal(resource.plural)

    async def create(self, resource: Resource[Any], body: Mapping[str, object]) -> Any:
        """Refuse."""
        raise self.refusal(resource.plural)

    async def change(
        self, resource: Resource[Any], method: Method, key: int | str, body: Mapping[str, object]
    ) -> None:
        """Refuse."""
        raise self.refusal(resource.plural)

    async def delete(self, resource: Resource[Any], key: int | str) -> None:
        """Refuse."""
        raise self.refusal(resource.plural)

    async def get_attributes(self, meeting_number: int) -> tuple[Attribute, ...]:
        """Refuse."""
        raise self.refusal("attributes")

    async def put_attribute(self, meeting_number: int, name: str, value: str) -> None:
        """Refuse."""
        raise self.refusal("attributes")
