"""The Conference API of what is live: calls, meetings and the attributes of a meeting."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

from starlette.routing import Route

from confmon.simulator.http.auth import CONFERENCE, read_json
from confmon.simulator.http.calls import CALLS
from confmon.simulator.http.lists import pages, query
from confmon.simulator.http.meetings import MEETINGS, live_attributes, put_attribute
from confmon.simulator.http.resource import Resource, ResourceRoutes

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

ATTRIBUTE_FIELDS = {"name": itemgetter("name"), "value": itemgetter("value")}


class ConferenceRoutes(ResourceRoutes):
    """The endpoints, over one world."""

    base = CONFERENCE
    resources = (CALLS, MEETINGS)

    def routes(self) -> list[Route]:
        """Return what is served where."""
        attributes = f"{CONFERENCE}/meetings/{{id}}/attributes"
        return [
            *super().routes(),
            Route(attributes, self.list_attributes),
            Route(f"{attributes}/{{name}}", self.put_attribute, methods=["PUT"]),
        ]

    async def put(self, resource: Resource, request: Request) -> Response:
        """PUT: by default the reply shows the record as it was before.

        200 whether or not the bridge carries the change out.
        """
        body = await read_json(request)
        record = self.find(resource, request)
        before = self.change_reply(resource, request, record)
        fields = resource.read(self.world, record, request.method, body)
        resource.change(self.world, record, fields)
        if self.world.quirks.stale_reply:
            return before
        return self.change_reply(resource, request, record)

    def change_reply(
        self, resource: Resource, request: Request, record: object, status: int = 200
    ) -> Response:
        """Return the record as it is now; on some bridges a changed call comes as a list of one."""
        quirks = self.world.quirks
        if not quirks.listed_reply or resource is not CALLS or request.method != "PUT":
            return super().change_reply(resource, request, record, status)
        asked = query.read_query(request.query_params, resource.fields, quirks)
        item = self.json(resource, record, asked.selection)
        return self.answer(self.page(request, resource, [item], 1, asked))

    async def list_attributes(self, request: Request) -> Response:
        """GET /meetings/{meetingNumber}/attributes: a bare array.

        It can be filtered and ordered. `limit` and `offset` change nothing: the reference's sample
        asks for five and gets six.
        """
        meeting = self.find(MEETINGS, request)
        quirks = self.world.quirks
        asked = query.read_query(request.query_params, ATTRIBUTE_FIELDS, quirks)
        everything = replace(asked, offset=0, limit=query.MAX_LIMIT)
        found, _ = query.find(live_attributes(meeting), everything, ATTRIBUTE_FIELDS, quirks)
        items = [pages.encode_object(wire, asked.selection) for wire in found]
        return self.answer(b"[" + b",".join(items) + b"]")

    async def put_attribute(self, request: Request) -> Response:
        """PUT /meetings/{meetingNumber}/attributes/{name}."""
        body = await read_json(request)
        meeting = self.find(MEETINGS, request)
        answer = put_attribute(meeting, request.path_params["name"], body)
        return self.answer(pages.encode(answer))
