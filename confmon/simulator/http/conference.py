"""The Conference API of what is live: calls and meetings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from confmon.simulator.entities import MEETING_FIELDS
from confmon.simulator.http import writes
from confmon.simulator.http.auth import CONFERENCE, Auth, number_in_path, read_json, reply
from confmon.simulator.http.errors import not_found
from confmon.simulator.http.lists import pages, query

if TYPE_CHECKING:
    from starlette.requests import Request

    from confmon.simulator.entities import Call, Meeting


class ConferenceRoutes:
    """The endpoints, over one world."""

    def __init__(self, auth: Auth) -> None:
        self.auth = auth
        self.world = auth.world

    def routes(self) -> list[Route]:
        """Return what is served where."""
        call, meeting = f"{CONFERENCE}/calls/{{id}}", f"{CONFERENCE}/meetings/{{number}}"
        return [
            Route(f"{CONFERENCE}/calls", self.list_calls),
            Route(f"{CONFERENCE}/calls", self.post_call, methods=["POST"]),
            Route(call, self.get_call),
            Route(call, self.put_call, methods=["PUT"]),
            Route(call, self.delete_call, methods=["DELETE"]),
            Route(f"{CONFERENCE}/meetings", self.list_meetings),
            Route(meeting, self.get_meeting),
            Route(meeting, self.put_meeting, methods=["PUT"]),
            Route(meeting, self.delete_meeting, methods=["DELETE"]),
            Route(f"{meeting}/attributes", self.get_attributes),
            Route(f"{meeting}/attributes/{{name}}", self.put_attribute, methods=["PUT"]),
        ]

    def find_call(self, request: Request) -> Call:
        """Return the call in the path. Raises Refused."""
        call = self.auth.admit(request).calls.get(number_in_path(request, "id"))
        if call is None:
            raise not_found()
        return call

    def find_meeting(self, request: Request) -> Meeting:
        """Return the meeting in the path. Raises Refused."""
        meeting = self.auth.admit(request).meetings.get(number_in_path(request, "number"))
        if meeting is None:
            raise not_found()
        return meeting

    async def list_calls(self, request: Request) -> Response:
        """GET /calls."""
        world = self.auth.admit(request)
        asked = query.read(request.query_params, query.CALL_QUERY_FIELDS, world.quirks)
        found, total = query.find_calls(world, asked)
        quirks, now_ms = world.quirks, world.now_ms
        items = [pages.call_json(call, asked.selection, quirks, now_ms) for call in found]
        return reply(pages.page("calls", items, total, asked, quirks))

    async def post_call(self, request: Request) -> Response:
        """POST /calls: 201, if at all; no document shows it."""
        body = await read_json(request)
        call = writes.create_call(self.auth.admit(request), body)
        answer = self.call_reply(call, request)
        answer.status_code = 201
        return answer

    async def get_call(self, request: Request) -> Response:
        """GET /calls/{id}."""
        return self.call_reply(self.find_call(request), request)

    def call_reply(self, call: Call, request: Request) -> Response:
        """Return one call as it is now."""
        selection = query.selected(request.query_params)
        return reply(pages.call_json(call, selection, self.world.quirks, self.world.now_ms))

    async def put_call(self, request: Request) -> Response:
        """PUT /calls/{id}: by default the reply shows the call as it was before."""
        body = await read_json(request)
        call = self.find_call(request)
        answer = self.listed_reply if self.world.quirks.listed_reply else self.call_reply
        before = answer(call, request)
        writes.put_call(self.world, call, body)
        return before if self.world.quirks.stale_reply else answer(call, request)

    def listed_reply(self, call: Call, request: Request) -> Response:
        """Return one call as it is now, as a list has it."""
        quirks = self.world.quirks
        asked = query.read(request.query_params, query.CALL_QUERY_FIELDS, quirks)
        item = pages.call_json(call, asked.selection, quirks, self.world.now_ms)
        return reply(pages.page("calls", [item], 1, asked, quirks))

    async def delete_call(self, request: Request) -> Response:
        """DELETE /calls/{id}."""
        self.world.leave(self.find_call(request))
        return Response(status_code=204)

    async def list_meetings(self, request: Request) -> Response:
        """GET /meetings."""
        world = self.auth.admit(request)
        asked = query.read(request.query_params, MEETING_FIELDS, world.quirks)
        found, total = query.find_meetings(world, asked)
        items = [pages.meeting_json(one, asked.selection, world.now_ms) for one in found]
        return reply(pages.page("meetings", items, total, asked, world.quirks))

    async def get_meeting(self, request: Request) -> Response:
        """GET /meetings/{meetingNumber}."""
        return self.meeting_reply(self.find_meeting(request), request)

    def meeting_reply(self, meeting: Meeting, request: Request) -> Response:
        """Return one meeting as it is now."""
        selection = query.selected(request.query_params)
        return reply(pages.meeting_json(meeting, selection, self.world.now_ms))

    async def put_meeting(self, request: Request) -> Response:
        """PUT /meetings/{meetingNumber}: 200 whether or not it is carried out."""
        body = await read_json(request)
        meeting = self.find_meeting(request)
        before = self.meeting_reply(meeting, request)
        writes.put_meeting(self.world, meeting, body)
        return before if self.world.quirks.stale_reply else self.meeting_reply(meeting, request)

    async def delete_meeting(self, request: Request) -> Response:
        """DELETE /meetings/{meetingNumber}."""
        self.world.end(self.find_meeting(request))
        return Response(status_code=204)

    async def get_attributes(self, request: Request) -> Response:
        """GET /meetings/{meetingNumber}/attributes: a bare array.

        It can be filtered and ordered; `limit` and `offset` change nothing: the reference's sample
        asks for five and gets six.
        """
        meeting = self.find_meeting(request)
        asked = query.read(request.query_params, ("name", "value"), self.world.quirks)
        whole = replace(asked, offset=0, limit=query.MAX_LIMIT)
        wires = writes.live_attributes(meeting)
        found, _ = query.find_objects(wires, whole, ("name", "value"), self.world.quirks)
        items = [pages.object_json(wire, asked.selection) for wire in found]
        return reply(b"[" + b",".join(items) + b"]")

    async def put_attribute(self, request: Request) -> Response:
        """PUT /meetings/{meetingNumber}/attributes/{name}."""
        body = await read_json(request)
        meeting = self.find_meeting(request)
        answer = writes.put_attribute(meeting, request.path_params["name"], body)
        return reply(pages.encode(answer))
