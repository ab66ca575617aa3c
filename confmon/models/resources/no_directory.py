"""A directory that refuses everything, in words of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.models.errors import Guarded

if TYPE_CHECKING:
    from confmon.models.resources.resource import Resource


class NoDirectory:
    """Where what is set up can't be read. Fulfils `confmon.ports.Directory`.

    `why` has braces, which are replaced by what was asked for.
    """

    def __init__(self, why: str) -> None:
        self._why = why

    def refusal(self, what: str) -> Guarded:
        """Return the error that says why."""
        return Guarded(self._why.format(what.replace("_", " ")), hint="")

    async def _refuse(self, resource: Resource[Any], *_: Any, **__: Any) -> Any:
        raise self.refusal(resource.plural)

    async def _refuse_attributes(self, *_: Any, **__: Any) -> Any:
        raise self.refusal("attributes")

    list = get = create = change = delete = _refuse
    get_attributes = put_attribute = _refuse_attributes
