"""The HTTP face: `/conference/v1` over a world, with Basic auth and the vendor's error texts.

Outside the base path and without a login: `/_faults` (see `confmon.simulator.faults`) and
`/_quirks` (GET shows the switches of `Quirks`, PUT sets those that are sent).
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from dataclasses import asdict, fields
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from confmon.simulator import pages, query, writes
from confmon.simulator.entities import MEETING_FIELDS
from confmon.simulator.faults import Faults, fault_of
from confmon.simulator.faulty import BASE, with_faults
from confmon.simulator.quirks import Quirks
from confmon.simulator.refusal import (
    Refused,
    bad_object,
    forbidden,
    no_json,
    no_such_sid,
    not_found,
    wrong_value,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from confmon.simulator.entities import Call, Meeting
    from confmon.simulator.world import World

MAX_ID_DIGITS = 18


def make_app(world: World, *, login: str, password: str, faults: Faults | None = None) -> ASGIApp:
    """Return the ASGI application that serves this world to this one login.

    Every request first lets the world live on to its clock; there is no background task.
    """
    face = Face(world, login, password, faults if faults is not None else Faults())
    app = Starlette(
        routes=face.routes(), exception_handlers={Refused: refuse, HTTPException: refuse_http}
    )
    app.router.redirect_slashes = False
    return with_faults(app, face.faults, world)


def reply(body: bytes, status: int = 200) -> Response:
    """Return a JSON reply."""
    return Response(body, status, media_type="application/json")


async def refuse(_request: Request, error: Exception) -> Response:
    """Answer with an error of the vendor's. The 401 is not even JSON."""
    status = error.status if isinstance(error, Refused) else 500
    message = error.message if isinstance(error, Refused) else "Internal server error"
    if status == 401:
        headers = {"www-authenticate": 'Basic realm="conference"'}
        return Response(message, 401, headers, media_type="text/plain")
    return reply(pages.encode({"error": message, "status": status}), status)


async def refuse_http(request: Request, error: Exception) -> Response:
    """Answer for a path or a method that the API does not have."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        return reply(pages.encode({"error": "Method not allowed", "status": 405}), 405)
    return await refuse(request, not_found())


async def read_json(request: Request) -> Any:
    """Return the body of a PUT or POST. Raises Refused (400)."""
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        raise no_json() from None


def number_in_path(request: Request, name: str) -> int:
    """Return the id in the path. Raises Refused (404) when it is none."""
    text: str = request.path_params[name]
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_ID_DIGITS):
        raise no_such_sid()
    return int(text)


class Face:
    """The endpoints, over one world."""

    def __init__(self, world: World, login: str, password: str, faults: Faults) -> None:
        self.world = world
        self.faults = faults
        self._login = login.encode()
        self._password = password.encode()

    def routes(self) -> list[Route]:
        """Return what is served where."""
        call, meeting = f"{BASE}/calls/{{id}}", f"{BASE}/meetings/{{number}}"
        return [
            Route(f"{BASE}/calls", self.list_calls),
            Route(call, self.get_call),
            Route(call, self.put_call, methods=["PUT"]),
            Route(call, self.delete_call, methods=["DELETE"]),
            Route(f"{BASE}/meetings", self.list_meetings),
            Route(meeting, self.get_meeting),
            Route(meeting, self.put_meeting, methods=["PUT"]),
            Route(meeting, self.delete_meeting, methods=["DELETE"]),
            Route(f"{meeting}/attributes", self.get_attributes),
            Route(f"{meeting}/attributes/{{name}}", self.put_attribute, methods=["PUT"]),
            Route("/_faults", self.control_faults, methods=["GET", "POST", "PUT", "DELETE"]),
            Route("/_quirks", self.control_quirks, methods=["GET", "PUT"]),
        ]

    def admit(self, request: Request) -> World:
        """Check the login, then bring the world up to now."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            login, _, password = b64decode(token, validate=True).partition(b":")
        except binascii.Error:
            login = password = b""
        if scheme.lower() != "basic" or not compare_digest(login, self._login):
            raise Refused(401, "unauthorized")
        if not compare_digest(password, self._password):
            raise Refused(401, "bad credentials")
        self.world.advance()
        if request.method not in ("GET", "HEAD") and self.world.quirks.forbid_writes:
            raise forbidden()
        return self.world

    def find_call(self, request: Request) -> Call:
        """Return the call in the path. Raises Refused."""
        call = self.admit(request).calls.get(number_in_path(request, "id"))
        if call is None:
            raise not_found()
        return call

    def find_meeting(self, request: Request) -> Meeting:
        """Return the meeting in the path. Raises Refused."""
        meeting = self.admit(request).meetings.get(number_in_path(request, "number"))
        if meeting is None:
            raise not_found()
        return meeting

    async def list_calls(self, request: Request) -> Response:
        """GET /calls."""
        world = self.admit(request)
        asked = query.read(request.query_params, query.CALL_QUERY_FIELDS, world.quirks)
        found, total = query.find_calls(world, asked)
        quirks, now_ms = world.quirks, world.now_ms
        items = [pages.call_json(call, asked.selection, quirks, now_ms) for call in found]
        return reply(pages.page("calls", items, total, asked, quirks))

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
        before = self.call_reply(call, request)
        writes.put_call(self.world, call, body)
        return before if self.world.quirks.stale_reply else self.call_reply(call, request)

    async def delete_call(self, request: Request) -> Response:
        """DELETE /calls/{id}."""
        self.world.leave(self.find_call(request))
        return Response(status_code=204)

    async def list_meetings(self, request: Request) -> Response:
        """GET /meetings."""
        world = self.admit(request)
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
        """GET /meetings/{meetingNumber}/attributes: a bare array, whatever `limit` says."""
        return reply(pages.encode(writes.live_attributes(self.find_meeting(request))))

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
