"""The HTTP application: three APIs over one world, with Basic auth and the vendor's error texts.

`/conference/v1` (live calls and meetings, and the directory), `/mediator/v1` and `/core/v2` have a
login each. `/_faults` (see `confmon.simulator.http.faults.spec`) and `/_quirks` (GET shows the
switches of `Quirks`, PUT sets those that are sent) ask for none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response

from confmon.simulator.http.auth import MEDIATOR, Auth, reply
from confmon.simulator.http.conference import ConferenceRoutes
from confmon.simulator.http.control import ControlRoutes
from confmon.simulator.http.core import CoreRoutes
from confmon.simulator.http.directory import DirectoryRoutes
from confmon.simulator.http.errors import Refused, not_found
from confmon.simulator.http.faults.middleware import with_faults
from confmon.simulator.http.faults.spec import Faults
from confmon.simulator.http.lists import pages
from confmon.simulator.http.mediator import MediatorRoutes, wrap

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from confmon.simulator.world.world import World


def make_app(
    world: World,
    *,
    login: str,
    password: str,
    mediator_login: str = "mediator",
    mediator_password: str = "mediator",  # noqa: S107 - the simulator's, known to all
    portal_password: str = "portal",  # noqa: S107 - the simulator's, known to all
    faults: Faults | None = None,
) -> ASGIApp:
    """Return the ASGI application that serves this world, with a login for each API.

    Every request first brings the world up to its clock; there is no background task.
    """
    conference = Auth(world, login, password)
    mediator = Auth(world, mediator_login, mediator_password)
    portal = Auth(world, "portal", portal_password, "portal-token")
    faults = Faults() if faults is None else faults
    routes = [
        *ConferenceRoutes(conference).routes(),
        *DirectoryRoutes(conference).routes(),
        *MediatorRoutes(mediator).routes(),
        *CoreRoutes(portal, conference, mediator).routes(),
        *ControlRoutes(world, faults).routes(),
    ]
    app = Starlette(routes=routes, exception_handlers={Refused: refuse, HTTPException: refuse_http})
    app.router.redirect_slashes = False
    return with_faults(app, faults, world)


async def refuse(request: Request, error: Exception) -> Response:
    """Answer with one of the vendor's errors. The 401 is plain text, not JSON."""
    status = error.status if isinstance(error, Refused) else 500
    message = error.message if isinstance(error, Refused) else "Internal server error"
    if status == 401:
        headers = {"www-authenticate": 'Basic realm="conference"'}
        return Response(message, 401, headers, media_type="text/plain")
    return error_reply(request, status, message)


def error_reply(request: Request, status: int, message: str) -> Response:
    """Return an error in JSON; the Mediator's is in its envelope."""
    if request.url.path.startswith(MEDIATOR):
        return reply(wrap(pages.encode({"error": message}), status), status)
    return reply(pages.encode({"error": message, "status": status}), status)


async def refuse_http(request: Request, error: Exception) -> Response:
    """Answer a request for a path or a method that the API does not have."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        return error_reply(request, 405, "Method not allowed")
    return await refuse(request, not_found())
