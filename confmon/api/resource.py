"""One kind of thing that stands at an API: list, get, create, change, delete.

What the bodies look like is in `confmon.api.decoding.records`, how a list goes on in
`confmon.api.lists.one_read`. The pages' own links are never followed.
"""

from __future__ import annotations

import json
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

    Hints = Mapping[int, str]

HEAVY_PAGE: Final = 200
"""Records a page when each brings some seventy attributes along: a reply has its cap."""
NO_HINTS: Final[Hints] = {}
"""Hints say what the operator can do, by HTTP status."""
_WRONG_PATH: Final = "There is no such list at this address: check the path of the base URL."
_OF_A_LIST: Final = {
    400: "Check the filter, the order and the names of the fields.",
    404: _WRONG_PATH,
}


class Collection(Generic[T]):
    """One path and the records below it.

    `wrapped` is Mediator's habit: every body is ``{"body": …, "status": 200}``, and a `status` in
    there counts like one of HTTP. `snake` is its and Core's spelling of the parameters. `hidden`
    is never asked for; `heavy` is what makes a record long. Every method raises BridgeError.
    """

    def __init__(
        self,
        wire: HttpConnection,
        plural: str,
        shape: RecordDecoder[T],
        *,
        hints: Hints,
        snake: bool = False,
        wrapped: bool = False,
        hidden: str = "",
        heavy: str = "",
    ) -> None:
        self._wire = wire
        self._plural = plural
        self._shape = shape
        self._hints = dict(hints)
        self._snake = snake
        self._wrapped = wrapped
        self._hidden = hidden
        self._heavy = heavy

    # -- whole lists

    async def list(self, listing: ListQuery = EVERYTHING, hints: Hints = NO_HINTS) -> ListResult[T]:
        """Read the records that match, in the order sent; without `limit`, all of them."""
        reading = ListReading(self._shape, self._plural, listing)
        while (size := reading.wanted(self._page_size(listing))) > 0:
            query = parameters(
                filter=listing.filter,
                order=listing.order,
                limit=size,
                offset=reading.offset,
                **self._fields(listing.include, listing.exclude),
            )
            with hinting({**self._hints, **_OF_A_LIST, **hints}):
                payload = await self._ask("GET", f"/{self._plural}", query=query)
            await reading.take(payload)
        return reading.listed()

    def _page_size(self, listing: ListQuery) -> int:
        included = not listing.include or self._heavy in listing.include
        heavy = self._heavy and included and self._heavy not in listing.exclude
        return HEAVY_PAGE if heavy else PAGE

    def _fields(self, include: Iterable[str], exclude: Iterable[str]) -> dict[str, Any]:
        """Return the field selection: the key always, what is hidden never."""
        key, hidden = self._shape.key, self._hidden
        wanted, unwanted = list(include), [name for name in exclude if name != key]
        if wanted:
            wanted = [key, *(name for name in wanted if name not in (key, hidden))]
        if hidden and hidden not in unwanted:
            unwanted.append(hidden)
        return {"include": wanted, "exclude": unwanted, "snake": self._snake}

    # -- one record

    async def get(
        self, key: int | str, *, include: Iterable[str] = (), exclude: Iterable[str] = ()
    ) -> T:
        """Read one. NotFound: there is none. Garbled: the answer is about another."""
        path, query = self._path(key), parameters(**self._fields(include, exclude))
        with hinting(self._hints):
            payload = await self._ask("GET", path, query=query, first=True)
        record = self._record(payload, path, write=False)
        if str(self._shape.key_of(record)).casefold() != str(key).casefold():
            raise Garbled(f"{path} answers with another {self._shape.key}")
        return record

    async def create(self, body: Mapping[str, object], hints: Hints = NO_HINTS) -> T:
        """Create one. An error with `lost` says that it may exist all the same."""
        path = f"/{self._plural}"
        with hinting({**self._hints, 404: _WRONG_PATH, **hints}):
            payload = await self._ask("POST", path, body=dict(body), first=True)
        return self._record(payload, path, write=True)

    async def change(
        self, method: str, key: int | str, body: Mapping[str, object], hints: Hints = NO_HINTS
    ) -> None:
        """PUT or PATCH one. The reply proves nothing; read it back."""
        with hinting({**self._hints, **hints}):
            reply = await self._wire.send(method, self._path(key), body=dict(body), first=True)
            self._settled(reply)

    async def delete(self, key: int | str) -> None:
        """Delete one. NotFound: it was gone already."""
        with hinting(self._hints):
            reply = await self._wire.send("DELETE", self._path(key), first=True)
            self._settled(reply)

    # -- the wire

    def _path(self, key: int | str) -> str:
        own = quote_segment(key) if isinstance(key, str) else str(check_number(key))
        return f"/{self._plural}/{own}"

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
            said = json.dumps({**payload, "status": status}).encode()
            raise self._wire.refusal(status, said, write=write)
        return payload.get("body", payload)

    def _record(self, payload: Any, path: str, *, write: bool) -> T:
        try:
            return self._shape.read(payload)
        except ValueError as error:
            raise Garbled(f"{path}: {error}", lost=write) from error
