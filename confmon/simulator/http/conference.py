"""The HTTP face: three APIs over one world, with Basic auth and the vendor's error texts.

`/conference/v1` (calls and meetings here, what stands in `confmon.simulator.http.directory`),
`/mediator/v1` and `/core/v2` (`confmon.simulator.http.mediator`), each with a login of its own;
another API's is `unauthorized`. Outside the base paths and without a login: `/_faults` (see
`confmon.simulator.http.server.fault_spec`) and `/_quirks` (GET shows the switches of `Quirks`, PUT
sets those that are sent).
"""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from confmon.simulator.http import writes
from confmon.simulator.http.auth import CONFERENCE, MEDIATOR, Gate, number_in_path, read_json, reply
from confmon.simulator.http.directory import StandingFace
from confmon.simulator.http.errors import Refused, bad_object, not_found, wrong_value
from confmon.simulator.http.lists import pages, query
from confmon.simulator.http.mediator import CoreFace, MediatorFace, wrapped
from confmon.simulator.http.server.fault_spec import Faults, fault_of
from confmon.simulator.http.server.faults import with_faults
from confmon.simulator.world.entities import MEETING_FIELDS
from confmon.simulator.world.quirks import Quirks

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from confmon.simulator.world.entities import Call, Meeting
    from confmon.simulator.world.world import World


def make_app(
    world: World,
    *,
    login: str,
    password: str,
    mediator_login: str = "mediator",
    mediator_password: str = "mediator",  # noqa: S107 - the simulator's, known to all
    portal_login: str = "portal",
    portal_password: str = "portal",  # noqa: S107 - the simulator's, known to all
    portal_token: str = "portal-token",  # noqa: S107
    faults: Faults | None = None,
) -> ASGIApp:
    """Return the ASGI application that serves this world, one login an API.

    Every request first lets the world live on to its clock; there is no background task.
    """
    conference = Gate(world, login, password)
    mediator = Gate(world, mediator_login, mediator_password)
    portal = Gate(world, portal_login, portal_password, portal_token)
    face = Face(conference, faults if faults is not None else Faults())
    routes = [
        *face.routes(),
        *StandingFace(conference).routes(),
        *MediatorFace(mediator).routes(),
        *CoreFace(portal, conference, mediator).routes(),
    ]
    app = Starlette(routes=routes, exception_handlers={Refused: refuse, HTTPException: refuse_http})
    app.router.redirect_slashes = False
    return with_faults(app, face.faults, world)


async def refuse(request: Request, error: Exception) -> Response:
    """Answer with an error of the vendor's. The 401 is not even JSON."""
    status = error.status if isinstance(error, Refused) else 500
    message = error.message if isinstance(error, Refused) else "Internal server error"
    if status == 401:
        headers = {"www-authenticate": 'Basic realm="conference"'}
        return Response(message, 401, headers, media_type="text/plain")
    return refusal(request, status, message)


def refusal(request: Request, status: int, message: str) -> Response:
    """Answer with an error in JSON, inside the Mediator's envelope where it is the Mediator."""
    if request.url.path.startswith(MEDIATOR):
        return reply(wrapped(pages.encode({"error": message}), status), status)
    return reply(pages.encode({"error": message, "status": status}), status)


async def refuse_http(request: Request, error: Exception) -> Response:
    """Answer for a path or a method that the API does not have."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        return refusal(request, 405, "Method not allowed")
    return await refuse(request, not_found())


class Face:
    """Calls and meetings of the Conference API, and the simulator's own switches."""

    def __init__(self, gate: Gate, faults: Faults) -> None:
        self.gate = gate
        self.world = gate.world
        self.faults = faults

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
            Route("/_faults", self.control_faults, methods=["GET", "POST", "PUT", "DELETE"]),
            Route("/_quirks", self.control_quirks, methods=["GET", "PUT"]),
        ]

    def find_call(self, request: Request) -> Call:
        """Return the call in the path. Raises Refused."""
        call = self.gate.admit(request).calls.get(number_in_path(request, "id"))
        if call is None:
            raise not_found()
        return call

    def find_meeting(self, request: Request) -> Meeting:
        """Return the meeting in the path. Raises Refused."""
        meeting = self.gate.admit(request).meetings.get(number_in_path(request, "number"))
        if meeting is None:
            raise not_found()
        return meeting

    async def list_calls(self, request: Request) -> Response:
        """GET /calls."""
        world = self.gate.admit(request)
        asked = query.read(request.query_params, query.CALL_QUERY_FIELDS, world.quirks)
        found, total = query.find_calls(world, asked)
        quirks, now_ms = world.quirks, world.now_ms
        items = [pages.call_json(call, asked.selection, quirks, now_ms) for call in found]
        return reply(pages.page("calls", items, total, asked, quirks))

    async def post_call(self, request: Request) -> Response:
        """POST /calls: 201, if at all; no document shows it."""
        body = await read_json(request)
        call = writes.create_call(self.gate.admit(request), body)
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
        world = self.gate.admit(request)
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

    async def control_faults(self, request: Request) -> Response:
        """/_faults."""
        if request.method in ("POST", "PUT"):
            body = await read_json(request)
            given = body if isinstance(body, list) else [body]
            try:
                rules = [fault_of(one) for one in given]
            except (ValueError, TypeError, AttributeError):
                raise wrong_value() from None
            if request.method == "PUT":
                self.faults.clear()
            self.faults.add(*rules)
        elif request.method == "DELETE":
            self.faults.clear()
        return reply(pages.encode(self.faults.listed()))

    async def control_quirks(self, request: Request) -> Response:
        """/_quirks."""
        quirks = self.world.quirks
        if request.method == "PUT":
            body = await read_json(request)
            if not isinstance(body, dict) or set(body) - {one.name for one in fields(Quirks)}:
                raise bad_object()
            for name, value in body.items():
                old = getattr(quirks, name)
                if not isinstance(value, list if name == "honoured" else type(old) | int):
                    raise wrong_value()
                setattr(quirks, name, frozenset(value) if name == "honoured" else value)
        shown = asdict(quirks) | {"honoured": sorted(quirks.honoured)}
        return reply(pages.encode(shown))
