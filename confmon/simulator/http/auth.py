"""The first steps of every request (login, current moment, body), and the JSON reply."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from confmon.simulator.http.errors import Refused, forbidden, no_json, no_such_sid

if TYPE_CHECKING:
    from starlette.requests import Request

    from confmon.simulator.world.world import World

CONFERENCE, MEDIATOR, CORE = "/conference/v1", "/mediator/v1", "/core/v2"
BASES = (CONFERENCE, MEDIATOR, CORE)
MAX_ID_DIGITS = 18


class Auth:
    """Admits one login, and one Bearer token if set, to one API."""

    def __init__(self, world: World, login: str, password: str, token: str = "") -> None:
        self.world = world
        self.token = token
        self.login = login
        self.password = password

    def admit(self, request: Request) -> World:
        """Check the login, then bring the world up to now. Raises Refused (401, 403)."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.token:
            if not compare_digest(token.encode(), self.token.encode()):
                raise Refused(401, "bad credentials")
            return self._advance(request)
        try:
            login, _, password = b64decode(token, validate=True).partition(b":")
        except binascii.Error:
            login = password = b""
        if scheme.lower() != "basic" or not compare_digest(login, self.login.encode()):
            raise Refused(401, "unauthorized")
        if not compare_digest(password, self.password.encode()):
            raise Refused(401, "bad credentials")
        return self._advance(request)

    def _advance(self, request: Request) -> World:
        self.world.advance()
        if request.method not in ("GET", "HEAD") and self.world.quirks.forbid_writes:
            raise forbidden()
        return self.world


def reply(body: bytes, status: int = 200) -> Response:
    """Return a JSON reply."""
    return Response(body, status, media_type="application/json")


async def read_json(request: Request) -> Any:
    """Return the body of a PUT, PATCH or POST. Raises Refused (400)."""
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        raise no_json() from None


def number_in_path(request: Request, name: str) -> int:
    """Return the id in the path. Raises Refused (404) if it is no number."""
    text: str = request.path_params[name]
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_ID_DIGITS):
        raise no_such_sid()
    return int(text)
