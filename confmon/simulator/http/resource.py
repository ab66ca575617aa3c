"""One kind of record as a table row, and the routes that serve every kind in the same way.

A request's body is checked as a whole before anything changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from operator import attrgetter
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

    from confmon.simulator.http.lists.filters import Getters
    from confmon.simulator.http.lists.query import Query
    from confmon.simulator.world.world import World

    Reader = Callable[[World, Any, Any], Any]
    """Checks a value that is sent for a record, which is None while it is created."""


def reader(read: Callable[[Any], Any]) -> Reader:
    """Return a reader that needs the value alone."""
    return lambda _world, value, _record: read(value)


def constant(value: object) -> Callable[[World, Any], object]:
    """Return the source of a field that is the same in every record."""
    return lambda _world, _record: value


@dataclass(frozen=True)
class Field:
    """One field of a record: where its value comes from, and how a value that is sent is checked.

    `source` is an attribute of the record, or a function of the world and the record. A field
    without `read` cannot be changed. `sets` names the attribute it changes, if `source` does not.
    """

    source: str | Callable[[World, Any], Any]
    read: Reader | None = None
    sets: str = ""
    optional: bool = False
    """A reply does not have the field while its value is None."""
    clears: bool = False
    """A PUT that replaces the record may leave the field out, which sets it to None."""

    @property
    def attribute(self) -> str:
        """The record's attribute that the field changes."""
        return self.sets or str(self.source)

    @cached_property
    def get(self) -> Callable[[World, Any], Any]:
        """Reads the field of a record."""
        if callable(self.source):
            return self.source
        read = attrgetter(self.source)
        return lambda _world, record: read(record)


def duration_s(world: World, record: Any) -> int:
    """Return how long a call or a meeting has lasted."""
    created_ms: int = record.created
    return max(0, (world.now_ms - created_ms) // 1000)


def set_fields(_world: World, record: object, fields: Mapping[str, Any]) -> None:
    """Change the record's attributes."""
    for name, value in fields.items():
        setattr(record, name, value)


def leave_it(_world: World, _record: object) -> None:
    """Take the place of `remove` where DELETE is not served."""
    raise NotImplementedError


def create_nothing(_world: World, _fields: dict[str, Any]) -> object:
    """Take the place of `create` where POST is not served."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of record. What it cannot do is None, False or empty."""

    path: str
    """Below the API's base, without its slash; also the name of the list."""
    fields: Mapping[str, Field]
    """By name, in the order of a reply. PUT is served where any of them can be changed."""
    records: Callable[[World], dict[Any, Any]]
    numbered: bool = True
    """The id is a number and not a text."""
    single: bool = True
    """GET of one is served."""
    create_fields: Mapping[str, Field] = field(default_factory=dict)
    """Fields that only POST takes; no reply has them."""
    change_fields: Mapping[str, Field] = field(default_factory=dict)
    """Fields that only PUT takes; no reply has them."""
    required: tuple[str, ...] = ()
    """What POST must have; POST is served where there is any."""
    replaces: bool = False
    """PUT must have every field that can be changed, PATCH is served, and read-only fields may be
    sent to no effect."""
    create: Callable[[World, dict[str, Any]], object] = create_nothing
    change: Callable[[World, Any, dict[str, Any]], None] = set_fields
    remove: Callable[[World, Any], object] = leave_it
    """DELETE is served where this is set."""
    find: Callable[[World, Query], tuple[list[Any], int]] | None = None
    """Returns one page of a list and the length of the list, where an index makes that faster."""
    encode: Callable[[World, Any, Selection], bytes] | None = None
    """Returns the JSON of a record, where that is not simply its fields."""
    change_reply: Callable[[World, Any, str], dict[str, Any]] | None = None
    """What the reply to a change has, by its method, where that is not what GET shows."""
    attributes: Callable[[World, Any], list[dict[str, object]]] | None = None
    """A long `attributes` array, made only for a record that is sent with it."""

    @property
    def inputs(self) -> dict[str, Field]:
        """The fields that can be changed."""
        return {name: wire_field for name, wire_field in self.fields.items() if wire_field.read}

    def getters(self, world: World) -> Getters:
        """Return how to read each field of a record."""
        return {name: partial(wire_field.get, world) for name, wire_field in self.fields.items()}

    def find_page(self, world: World, asked: Query) -> tuple[list[Any], int]:
        """Return one page of the records, and how many of them fit the filter."""
        if self.find:
            return self.find(world, asked)
        return query.find(
            list(self.records(world).values()), asked, self.getters(world), world.quirks
        )

    def wire(self, world: World, record: Any) -> dict[str, Any]:
        """Return the record as a reply has it."""
        wire: dict[str, Any] = {}
        for name, wire_field in self.fields.items():
            value = wire_field.get(world, record)
            if value is not None or not wire_field.optional:
                wire[name] = value
        return wire

    def read(self, world: World, record: Any, method: str, body: object) -> dict[str, Any]:
        """Check a body and return the attributes it sets. Raises Refused (400)."""
        hidden = self.create_fields if record is None else self.change_fields
        inputs = self.inputs | dict(hidden)
        known = set(inputs) | set(self.fields if self.replaces else ())
        given = read_object(body, known)
        if record is None:
            require(given, *self.required)
        found = {
            inputs[name].attribute: read(world, value, record)
            for name, value in given.items()
            if name in inputs and (read := inputs[name].read)
        }
        if method == "PUT" and self.replaces:
            if any(
                name not in given and not wire_field.clears for name, wire_field in inputs.items()
            ):
                raise bad_object()
            found = {
                wire_field.attribute: None for wire_field in inputs.values() if wire_field.clears
            } | found
        return found


class ResourceRoutes:
    """The resources of one API; `answer` and `page` are how this API sends them."""

    base: ClassVar[str]
    resources: ClassVar[tuple[Resource, ...]]
    created: ClassVar[int] = 201

    def __init__(self, auth: Auth) -> None:
        self.auth = auth
        self.world = auth.world

    def routes(self) -> list[Route]:
        """Return what is served where."""
        return [
            Route(f"{self.base}/{resource.path}{place}", partial(serve, resource), methods=[method])
            for resource in self.resources
            for method, place, serve, served in (
                ("GET", "", self.list_records, True),
                ("POST", "", self.post, resource.required),
                ("GET", "/{id}", self.get, resource.single),
                ("PUT", "/{id}", self.put, resource.inputs),
                ("PATCH", "/{id}", self.put, resource.replaces),
                ("DELETE", "/{id}", self.delete, resource.remove is not leave_it),
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
        return pages.encode_page(resource.path, items, total, asked, self.world.quirks)

    def find(self, resource: Resource, request: Request) -> Any:
        """Return the record in the path. Raises Refused (401, 403, 404)."""
        records = resource.records(self.auth.admit(request))
        key = number_in_path(request, "id") if resource.numbered else request.path_params["id"]
        if key not in records:
            raise not_found() if resource.numbered else no_such_sid()
        return records[key]

    def json(self, resource: Resource, record: Any, selection: Selection) -> bytes:
        """Return one record."""
        if resource.encode:
            return resource.encode(self.world, record, selection)
        wire = resource.wire(self.world, record)
        if resource.attributes and selection.keeps("attributes"):
            wire["attributes"] = resource.attributes(self.world, record)
        return pages.encode_object(wire, selection)

    async def list_records(self, resource: Resource, request: Request) -> Response:
        """GET of a list."""
        world = self.auth.admit(request)
        asked = query.read_query(request.query_params, resource.fields, world.quirks)
        found, total = resource.find_page(world, asked)
        items = [self.json(resource, record, asked.selection) for record in found]
        return self.answer(self.page(request, resource, items, total, asked))

    async def get(self, resource: Resource, request: Request) -> Response:
        """GET of one.

        With `excludeFields=attributes` a long array is there and empty, as in the reference's
        sample.
        """
        record, selection = self.find(resource, request), query.read_selection(request.query_params)
        if resource.attributes and "attributes" in selection.exclude:
            selection = Selection(selection.include, selection.exclude - {"attributes"})
            return self.answer(pages.encode_object(resource.wire(self.world, record), selection))
        return self.answer(self.json(resource, record, selection))

    async def post(self, resource: Resource, request: Request) -> Response:
        """POST."""
        body = await read_json(request)
        world = self.auth.admit(request)
        record = resource.create(world, resource.read(world, None, "POST", body))
        return self.change_reply(resource, request, record, self.created)

    async def put(self, resource: Resource, request: Request) -> Response:
        """PUT and PATCH: they change what is sent."""
        body = await read_json(request)
        record = self.find(resource, request)
        fields = resource.read(self.world, record, request.method, body)
        if not self.world.quirks.ignore_edits:
            resource.change(self.world, record, fields)
        return self.change_reply(resource, request, record)

    def change_reply(
        self, resource: Resource, request: Request, record: object, status: int = 200
    ) -> Response:
        """Return the reply to a change."""
        selection = query.read_selection(request.query_params)
        if resource.change_reply:
            wire = resource.change_reply(self.world, record, request.method)
            return self.answer(pages.encode_object(wire, selection), status)
        return self.answer(self.json(resource, record, selection), status)

    async def delete(self, resource: Resource, request: Request) -> Response:
        """DELETE: 204."""
        resource.remove(self.world, self.find(resource, request))
        return Response(status_code=204)
