"""The resources of an API: list, get, create, change, delete. Which there are says the table.

What the bodies look like is in `confmon.api.decoding.records`, how a list goes on in
`confmon.api.lists.one_read`. The pages' own links are never followed.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Generic

from confmon.api.decoding.json_body import load
from confmon.api.decoding.records import RecordDecoder, T
from confmon.api.http.paths import check_number, quote_segment
from confmon.api.lists.one_read import ListReading
from confmon.api.lists.query import PAGE, parameters
from confmon.models.errors import Garbled, hinting
from confmon.models.lists import EVERYTHING, ListQuery, ListResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from confmon.api.http.connection import HttpConnection, Reply
    from confmon.models.resources.resource import ApiName, Hints, Method, R, Resource

HEAVY_PAGE: Final = 200
"""Records a page when each brings some seventy attributes along: a reply has its cap."""
_WRONG_PATH: Final = "There is no such list at this address: check the path of the base URL."
_OF_A_LIST: Final = {
    400: "Check the filter, the order and the names of the fields.",
    404: _WRONG_PATH,
}


class Collection(Generic[T]):
    """One resource of an API: the path, and the records below it. Every method raises BridgeError.

    Mediator wraps every body: ``{"body": …, "status": 200}``; a `status` in there counts like one
    of HTTP.
    """

    def __init__(
        self, wire: HttpConnection, resource: Resource[T], shape: RecordDecoder[T]
    ) -> None:
        self._wire = wire
        self._resource = resource
        self._shape = shape
        self._wrapped = resource.api == "mediator"

    # -- whole lists

    async def list(self, listing: ListQuery = EVERYTHING) -> ListResult[T]:
        """Read the records that match, in the order sent; without `limit`, all of them."""
        resource = self._resource
        unasked = set(resource.on_request).difference(listing.include, listing.exclude)
        listing = replace(listing, exclude=(*listing.exclude, *sorted(unasked)))
        hints = {**resource.hints, **_OF_A_LIST, **resource.method_hints.get("LIST", {})}
        reading = ListReading(self._shape, resource.path, listing)
        while (size := reading.wanted(self._page_size(listing))) > 0:
            query = parameters(
                filter=listing.filter,
                order=listing.order,
                limit=size,
                offset=reading.offset,
                **self._fields(listing.include, listing.exclude),
            )
            with hinting(hints):
                payload = await self._ask("GET", f"/{resource.path}", query=query)
            await reading.take(payload)
        return reading.listed()

    def _page_size(self, listing: ListQuery) -> int:
        if self._resource.long_page:
            return PAGE
        long = {self._resource.wire(name) for name in self._resource.long_fields()}
        wanted = long.intersection(listing.include) if listing.include else long
        return HEAVY_PAGE if wanted.difference(listing.exclude) else PAGE

    def _fields(self, include: Iterable[str], exclude: Iterable[str]) -> dict[str, Any]:
        """Return the field selection: the key always, what is never asked for not at all."""
        key, never = self._shape.key, self._resource.never
        wanted, unwanted = list(include), [name for name in exclude if name != key]
        if wanted:
            wanted = [key, *(name for name in wanted if name not in (key, never))]
        if never and never not in unwanted:
            unwanted.append(never)
        return {"include": wanted, "exclude": unwanted, "snake": self._resource.is_snake}

    # -- one record

    async def get(
        self, key: int | str, *, include: Iterable[str] = (), exclude: Iterable[str] = ()
    ) -> T:
        """Read one. NotFound: there is none. Garbled: the answer is about another."""
        path, query = self._path(key), parameters(**self._fields(include, exclude))
        with hinting(self._resource.hints):
            payload = await self._ask("GET", path, query=query, first=True)
        record = self._record(payload, path, write=False)
        if str(self._shape.key_of(record)).casefold() != str(key).casefold():
            raise Garbled(f"{path} answers with another {self._shape.key}")
        return record

    async def create(self, body: Mapping[str, object]) -> T:
        """Create one. An error with `lost` says that it may exist all the same."""
        path = f"/{self._resource.path}"
        with hinting({**self._resource.hints, 404: _WRONG_PATH, **self._hints("POST")}):
            payload = await self._ask("POST", path, body=dict(body), first=True)
        return self._record(payload, path, write=True)

    async def change(self, method: Method, key: int | str, body: Mapping[str, object]) -> None:
        """PUT or PATCH one. The reply proves nothing; read it back."""
        with hinting({**self._resource.hints, **self._hints(method)}):
            reply = await self._wire.send(method, self._path(key), body=dict(body), first=True)
            self._settled(reply)

    async def delete(self, key: int | str) -> None:
        """Delete one. NotFound: it was gone already."""
        with hinting(self._resource.hints):
            reply = await self._wire.send("DELETE", self._path(key), first=True)
            self._settled(reply)

    def _hints(self, method: Method) -> Hints:
        return self._resource.method_hints.get(method, {})

    # -- the wire

    def _path(self, key: int | str) -> str:
        own = quote_segment(key) if isinstance(key, str) else str(check_number(key))
        return f"/{self._resource.path}/{own}"

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        first: bool = False,
    ) -> Any:
        """Send one request and return what its reply holds, out of the envelope."""
        reply = await self._wire.send(method, path, query=query, body=body, first=first)
        write = method != "GET"
        try:
            payload = load(reply.body)
        except Garbled as error:
            error.lost = write  # it was accepted, and nobody knows as what
            raise
        return self._inside(payload, write=write)

    def _settled(self, reply: Reply) -> None:
        """See to it that a status inside the body is heard. Of a write nothing else counts."""
        if not self._wrapped:
            return
        try:
            payload = load(reply.body)
        except Garbled:
            return
        self._inside(payload, write=True)

    def _inside(self, payload: Any, *, write: bool) -> Any:
        if not self._wrapped or not isinstance(payload, dict):
            return payload
        status = payload.get("status")
        if type(status) is str and status.isdecimal() and len(status) == len("200"):
            status = int(status)
        if type(status) is int and not 200 <= status < 300:
            message = json.dumps({**payload, "status": status}).encode()
            raise self._wire.refusal(status, message, write=write)
        return payload.get("body", payload)

    def _record(self, payload: Any, path: str, *, write: bool) -> T:
        try:
            return self._shape.read(payload)
        except ValueError as error:
            raise Garbled(f"{path}: {error}", lost=write) from error


class ResourceClient:
    """Reads and writes the resources of one API: what `confmon.ports.ResourceClient` asks for."""

    def __init__(self, wire: HttpConnection, api: ApiName) -> None:
        self._wire = wire
        self._api = api
        self._collections: dict[str, Collection[Any]] = {}

    def _at(self, resource: Resource[R]) -> Collection[R]:
        if resource.api != self._api:
            raise ValueError(f"{resource.title} are not in this API")
        if resource.name not in self._collections:
            shape = decoder_of(resource)
            self._collections[resource.name] = Collection(self._wire, resource, shape)
        return self._collections[resource.name]

    async def list(self, resource: Resource[R], query: ListQuery = EVERYTHING) -> ListResult[R]:
        """Read the records that match, in the order sent; without `limit`, all of them."""
        return await self._at(resource).list(query)

    async def get(
        self,
        resource: Resource[R],
        key: int | str,
        *,
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
    ) -> R:
        """Read one record. NotFound: there is none. Garbled: the answer is about another."""
        return await self._at(resource).get(key, include=include, exclude=exclude)

    async def create(self, resource: Resource[R], body: Mapping[str, object]) -> R:
        """Create one. An error with `lost` says that it may exist all the same."""
        return await self._at(resource).create(body)

    async def change(
        self, resource: Resource[Any], method: Method, key: int | str, body: Mapping[str, object]
    ) -> None:
        """Change the fields that are sent; a PUT of Mediator replaces the whole record."""
        await self._at(resource).change(method, key, body)

    async def delete(self, resource: Resource[Any], key: int | str) -> None:
        """Delete one. NotFound: it was gone already."""
        await self._at(resource).delete(key)


@cache
def decoder_of(resource: Resource[R]) -> RecordDecoder[R]:
    """Return what decodes the records of a resource."""
    return RecordDecoder(resource.record)
