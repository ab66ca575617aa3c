"""The routes of one kind of record: list, one, create, change and delete, the same for each kind.

What is sent is checked as a whole before anything changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from starlette.responses import Response
from starlette.routing import Route

from confmon.simulator.http.auth import Auth, number_in_path, read_json, reply
from confmon.simulator.http.errors import bad_object, no_such_sid, not_found
from confmon.simulator.http.fields import read_object, require
from confmon.simulator.http.lists import pages, query
from confmon.simulator.http.lists.query import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from confmon.simulator.http.lists.query import Query
    from confmon.simulator.world.world import World

    Reader = Callable[[World, Any, Any], Any]
    """Reads a value sent for a record, which is None while it is created."""


def reader(read: Callable[[Any], Any]) -> Reader:
    """Return a reader that needs the value alone."""
    return lambda _world, value, _record: read(value)


def set_fields(_world: World, record: object, fields: Mapping[str, Any]) -> None:
    """Change the record's attributes."""
    for name, value in fields.items():
        setattr(record, name, value)


def create_nothing(_world: World, _fields: dict[str, Any]) -> object:
    """Take the place of `create` where POST is not served."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of record. What it cannot do is None, False or empty.

    `inputs` are the fields that can be sent, by name: the attribute they set, and their reader.
    `create_inputs` can be sent with POST only, `ignored` always and to no effect.
    """

    path: str
    """Below the API's base, without its slash; also the name of the list."""
    fields: frozenset[str]
    records: Callable[[World], dict[Any, Any]]
    wire: Callable[[World, Any], dict[str, Any]]
    numbered: bool = True
    """The id is a number and not a text."""
    single: bool = True
    """GET of one is served."""
    inputs: Mapping[str, tuple[str, Reader]] = field(default_factory=dict)
    create_inputs: Mapping[str, tuple[str, Reader]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()
    """What POST must have; POST is served where there is any."""
    whole: frozenset[str] = frozenset()
    """What PUT must have; PATCH is served where there is any, and PUT clears the other inputs."""
    create: Callable[[World, dict[str, Any]], object] = create_nothing
    change: Callable[[World, Any, dict[str, Any]], None] = set_fields
    written: Callable[[Any, str], dict[str, Any]] | None = None
    """What the reply to a write has, by its method, where that is not what GET shows."""
    attributes: Callable[[World, dict[str, Any]], list[dict[str, object]]] | None = None
    """What is too long to be made for a record that is not sent."""
    deletes: bool = False

    def read(self, world: World, record: Any, method: str, body: object) -> dict[str, Any]:
        """Check a body and return the attributes it sets. Raises Refused (400)."""
        inputs = self.inputs if record is not None else {**self.inputs, **self.create_inputs}
        given = read_object(body, {*inputs, *self.ignored})
        if record is None:
            require(given, *self.required)
        found = {
            inputs[name][0]: inputs[name][1](world, value, record)
            for name, value in given.items()
            if name in inputs
        }
        if method == "PUT" and self.whole:
            if self.whole - set(given):
                raise bad_object()
            found = dict.fromkeys(set(self.inputs) - self.whole) | found
        return found


class ResourceRoutes:
    """The resources of one API; `answer` and `page` are how this API sends them."""

    base: ClassVar[str]
    resources: ClassVar[tuple[Resource, ...]]
    created: ClassVar[int] = 201

    def __init__(self, auth: Auth) -> None:
        self.auth = auth

    def routes(self) -> list[Route]:
        """Return what is served where."""
        return [
            Route(f"{self.base}/{resource.path}{place}", partial(serve, resource), methods=[method])
            for resource in self.resources
            for method, place, serve, served in (
                ("GET", "", self.list_records, True),
                ("POST", "", self.post, resource.required),
                ("GET", "/{id}", self.get, resource.single),
                ("PUT", "/{id}", self.write, resource.inputs),
                ("PATCH", "/{id}", self.write, resource.whole),
                ("DELETE", "/{id}", self.delete, resource.deletes),
            )
            if served
        ]

    def answer(self, body: bytes, status: int = 200) -> Response:
        """Return a reply."""
        return reply(body, status)

    def page(
        self, request: Request, resource: Resource, items: list[bytes], total: int, asked: Query
    ) -> bytes:
        """Return the body of a list's reply."""
        return pages.page(resource.path, items, total, asked, self.auth.world.quirks)

    def _find(self, resource: Resource, request: Request) -> tuple[dict[Any, Any], Any]:
        """Return all records and the key in the path. Raises Refused (401, 403, 404)."""
        records = resource.records(self.auth.admit(request))
        key = number_in_path(request, "id") if resource.numbered else request.path_params["id"]
        if key not in records:
            raise not_found() if resource.numbered else no_such_sid()
        return records, key

    async def list_records(self, resource: Resource, request: Request) -> Response:
        """GET of a list."""
        world = self.auth.admit(request)
        asked = query.read(request.query_params, resource.fields, world.quirks)
        wires = [resource.wire(world, one) for one in resource.records(world).values()]
        found, total = query.find_objects(wires, asked, resource.fields, world.quirks)
        items = [self._json(resource, wire, asked.selection) for wire in found]
        return self.answer(self.page(request, resource, items, total, asked))

    def _json(self, resource: Resource, wire: dict[str, Any], selection: Selection) -> bytes:
        if resource.attributes and selection.keeps("attributes"):
            wire = wire | {"attributes": resource.attributes(self.auth.world, wire)}
        return pages.object_json(wire, selection)

    async def get(self, resource: Resource, request: Request) -> Response:
        """GET of one.

        With `excludeFields=attributes` a long array is there and empty, as in the reference's
        sample.
        """
        records, key = self._find(resource, request)
        wire, selection = resource.wire(self.auth.world, records[key]), selected(request)
        if resource.attributes and "attributes" in selection.exclude:
            selection = Selection(selection.include, selection.exclude - {"attributes"})
            return self.answer(pages.object_json(wire, selection))
        return self.answer(self._json(resource, wire, selection))

    async def post(self, resource: Resource, request: Request) -> Response:
        """POST."""
        body = await read_json(request)
        world = self.auth.admit(request)
        record = resource.create(world, resource.read(world, None, "POST", body))
        return self._written(resource, request, record, self.created)

    async def write(self, resource: Resource, request: Request) -> Response:
        """PUT and PATCH: they change what is sent."""
        body = await read_json(request)
        records, key = self._find(resource, request)
        world, record = self.auth.world, records[key]
        fields = resource.read(world, record, request.method, body)
        if not world.quirks.ignore_edits:
            resource.change(world, record, fields)
        return self._written(resource, request, record)

    def _written(
        self, resource: Resource, request: Request, record: object, status: int = 200
    ) -> Response:
        if resource.written:
            wire = resource.written(record, request.method)
        else:
            wire = resource.wire(self.auth.world, record)
        return self.answer(pages.object_json(wire, selected(request)), status)

    async def delete(self, resource: Resource, request: Request) -> Response:
        """DELETE: 204."""
        records, key = self._find(resource, request)
        del records[key]
        return Response(status_code=204)


def selected(request: Request) -> Selection:
    """Return the fields that the request asks for."""
    return query.selected(request.query_params)
