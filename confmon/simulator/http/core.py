"""Core's list of endpoints."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from confmon.simulator.http.auth import CONFERENCE, CORE, MEDIATOR, Auth, reply
from confmon.simulator.http.lists import pages, query
from confmon.simulator.world.mediator import ACCOUNT

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class CoreRoutes:
    """`GET /endpoints` with the portal's login: it lists the other two logins."""

    def __init__(self, auth: Auth, conference: Auth, mediator: Auth) -> None:
        self.auth = auth
        self.conference = conference
        self.mediator = mediator

    def routes(self) -> list[Route]:
        """Return what is served where."""
        return [Route(f"{CORE}/endpoints", self.list_endpoints)]

    async def list_endpoints(self, request: Request) -> Response:
        """GET /endpoints: passwords in clear, and addresses of this server."""
        self.auth.admit(request)
        here = f"{request.url.scheme}://{request.url.netloc}"
        items = [
            _endpoint("7fc3e7ea-a0df-4de1-836f-50318ed66466", "System Gateway", "system_gateway"),
            _endpoint(
                "d4f87d69-4199-4de4-ab60-22348e2bf52a",
                "conference",
                "conference",
                account_sid="lkHm962PjvduiUK9LFGvYG.rr0LIhqNH",
                api_url=here + CONFERENCE,
                container_sid="ea55039a-3ee4-48cd-a1ff-dfb7751f1cec",
                login=self.conference.login,
                password=self.conference.password,
            ),
            _endpoint(
                "0f6d9a3e-5b52-4d0e-9a57-6c1f0a7d9b21",
                "mediator",
                "mediator",
                account_sid=ACCOUNT,
                api_url=here + MEDIATOR,
                login=self.mediator.login,
                password=self.mediator.password,
            ),
        ]
        getters = {name: itemgetter(name) for name in items[0]}
        quirks = self.auth.world.quirks
        asked = query.read_query(request.query_params, getters, quirks, query.MAX_LIMIT)
        found, total = query.find(items, asked, getters, quirks)
        shown = [pages.encode_object(wire, asked.selection) for wire in found]
        return reply(pages.encode_core_page(request.url.path, shown, total, asked, quirks))


def _endpoint(sid: str, name: str, kind: str, **properties: str) -> dict[str, Any]:
    address = {"direction": "any", "ip": "10.1.10.69", "port": 5060, "transport": "udp"}
    return {
        "addresses": [] if properties else [address],
        "attributes": {},
        "capacity": 0,
        "endpoint_sid": sid,
        "name": name,
        "partner_sid": "ed437757-002d-4ecc-aa5a-efdf5e50dba0",
        "properties": properties,
        "transformations": [],
        "type": kind,
        "voip_token": None,
    }
