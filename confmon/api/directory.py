"""What is set up at a conference endpoint, typed: what `confmon.ports.Directory` asks for.

    directory = open_client(base_url, login, password).directory
    rooms = await directory.list(ROOMS, ListQuery(exclude=("attributes",)))
    await directory.change(ROOMS, "PUT", 273751, {"description": "Another description"})

Rooms are reached by meeting number, everything else by id. Every method raises
`confmon.models.errors.BridgeError` and nothing else off the wire; a body or a field name that no
API could take raises ValueError.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from confmon.api.resource import ResourceClient
from confmon.models.errors import BridgeError
from confmon.models.lists import EVERYTHING, ListQuery

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from confmon.api.http.connection import HttpConnection
    from confmon.models.live_records import Attribute
    from confmon.models.resources.resource import Method, R, Resource

_TAKEN: Final = "An access code may be another room's already."


class Live(Protocol):
    """What is asked of the client of live meetings: their run-time attributes."""

    async def get_attributes(
        self, meeting_number: int, listing: ListQuery = ..., /
    ) -> tuple[Attribute, ...]:
        """Read them."""
        ...

    async def put_attribute(self, meeting_number: int, name: str, value: str) -> None:
        """Set one."""
        ...


class DirectoryClient(ResourceClient):
    """What is set up at one endpoint of the Conference API, v1."""

    def __init__(self, wire: HttpConnection, live: Live) -> None:
        super().__init__(wire, "directory")
        self._live = live

    async def create(self, resource: Resource[R], body: Mapping[str, object]) -> R:
        """Create one. The meeting number of a room is the server's choice.

        An error with `lost` says that it may exist all the same.
        """
        with _keeping(body):
            return await super().create(resource, body)

    async def change(
        self, resource: Resource[Any], method: Method, key: int | str, body: Mapping[str, object]
    ) -> None:
        """Change the fields that are sent; `keychain` and `attributes` are sent whole."""
        with _keeping(body):
            await super().change(resource, method, key, body)

    # -- run-time attributes of a live meeting

    async def get_attributes(
        self, meeting_number: int, listing: ListQuery = EVERYTHING
    ) -> tuple[Attribute, ...]:
        """Read the run-time attributes of a live meeting. NotFound: it has ended."""
        return await self._live.get_attributes(meeting_number, listing)

    async def put_attribute(self, meeting_number: int, name: str, value: str) -> None:
        """Set one run-time attribute of a live meeting (doc+)."""
        await self._live.put_attribute(meeting_number, name, value)


_SHORTEST: Final = 3
"""A shorter code is part of many harmless words."""


@contextmanager
def _keeping(body: Mapping[str, object]) -> Iterator[None]:
    """Keep the access codes that are sent out of what the server says, and say what may be wrong.

    Only the codes distinguish callers to the same numbers.
    """
    try:
        yield
    except BridgeError as error:
        message, keys = str(error), body.get("keychain")
        for key in keys if isinstance(keys, (list, tuple)) else ():
            code = str(key.get("accessCode", "")) if isinstance(key, dict) else ""
            if len(code) >= _SHORTEST:
                message = message.replace(code, "****")
        error.args = (message,)
        if keys and error.status == 400:
            error.hint = f"{error.hint} {_TAKEN}"
        raise
