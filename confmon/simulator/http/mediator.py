"""The Mediator API over the world's bindings and dialouts, and Core's list of endpoints.

Every Mediator reply, an error too, is `{"body": …, "status": …}`; lists inside are in the other
envelope. Only DELETE has no body: 204, as elsewhere, since no document shows it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from confmon.simulator.http.auth import CONFERENCE, CORE, MEDIATOR, Auth, read_json, reply
from confmon.simulator.http.directory_writes import phone_number
from confmon.simulator.http.errors import (
    Refused,
    bad_object,
    invalid_field,
    no_such_sid,
    wrong_value,
)
from confmon.simulator.http.lists import pages, query
from confmon.simulator.world.mediator import (
    ACCOUNT,
    BINDING_FIELDS,
    DIALOUT_FIELDS,
    DID_FIELDS,
    MAXIMUM_TTL_S,
    WAIT_TTL_S,
    Binding,
    Dialout,
    Mediator,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from starlette.requests import Request

MAX_SECONDS = 10**9
SAMPLE_DIALOUT_ATTRIBUTES = {"hide_origination_did": "true"}
"""What a dialout gets when none are sent, as in the quick start's sample."""
_KEYS = re.compile("[0-9A-D*#,]*")
_SYSTEM_FIELDS = {"account_sid", "binding_sid", "dialout_sid", "date_created"}


class MediatorRoutes:
    """The endpoints, over one world's mediator."""

    def __init__(self, auth: Auth) -> None:
        self.auth = auth

    def routes(self) -> list[Route]:
        """Return what is served where."""
        found: list[Route] = []
        for path, methods in (
            ("/bindings", {"GET": self.list_bindings, "POST": self.post_binding}),
            (
                "/bindings/{sid}",
                {
                    "GET": self.get_binding,
                    "PATCH": self.write_binding,
                    "PUT": self.write_binding,
                    "DELETE": self.delete_binding,
                },
            ),
            ("/dialouts", {"GET": self.list_dialouts, "POST": self.post_dialout}),
            (
                "/dialouts/{sid}",
                {
                    "GET": self.get_dialout,
                    "PATCH": self.write_dialout,
                    "PUT": self.write_dialout,
                    "DELETE": self.delete_dialout,
                },
            ),
            ("/dids", {"GET": self.list_dids}),
        ):
            found += [
                Route(MEDIATOR + path, endpoint, methods=[method])
                for method, endpoint in methods.items()
            ]
        return found

    def _mediation(self, request: Request) -> Mediator:
        mediator = self.auth.admit(request).mediator
        mediator.live()
        return mediator

    def _list(
        self,
        request: Request,
        fields: Collection[str],
        things: Callable[[Mediator], Iterable[dict[str, Any]]],
    ) -> Response:
        mediator = self._mediation(request)
        return reply(wrapped(listed(request, list(things(mediator)), fields, self.auth)))

    def _one(self, request: Request, wire: dict[str, Any]) -> Response:
        return reply(wrapped(pages.object_json(wire, query.selected(request.query_params))))

    # -- bindings

    def _binding(self, request: Request) -> Binding:
        found = self._mediation(request).bindings.get(request.path_params["sid"])
        if found is None:
            raise no_such_sid()
        return found

    async def list_bindings(self, request: Request) -> Response:
        """GET /bindings."""
        return self._list(request, BINDING_FIELDS, lambda all_: [b.wire() for b in all_.live()])

    async def get_binding(self, request: Request) -> Response:
        """GET /bindings/{binding_sid}."""
        return self._one(request, self._binding(request).wire())

    async def post_binding(self, request: Request) -> Response:
        """POST /bindings: 200. Without `redirect_did` it takes a free one; 409 when none is."""
        body = await read_json(request)
        mediator = self._mediation(request)
        given = _fields(mediator, body, BINDING_FIELDS, _BINDING)
        if not given.get("destination_did"):
            raise bad_object()
        given = {name: value for name, value in given.items() if value is not None}
        if "redirect_did" not in given:
            free = mediator.free_phone()
            if free is None:
                raise Refused(409, "No redirect_did could be found")
            given["redirect_did"] = free
        _unique(mediator, given["redirect_did"], given.get("origination_did"), None)
        return self._one(request, mediator.bind(given).wire())

    async def write_binding(self, request: Request) -> Response:
        """PATCH changes what is sent, PUT needs every field but `dtmf`, which replies leave out."""
        body = await read_json(request)
        binding = self._binding(request)
        mediator = self.auth.world.mediator
        given = _fields(mediator, body, BINDING_FIELDS, _BINDING)
        if request.method == "PUT":
            _whole(given, _BINDING - {"dtmf"})
            given.setdefault("dtmf", None)
        if "destination_did" in given and not given["destination_did"]:
            raise wrong_value()
        if self.auth.world.quirks.ignore_edits:
            return self._one(request, binding.wire())
        redirect = given.get("redirect_did") or binding.redirect_did
        origin = given.get("origination_did", binding.origination_did)
        _unique(mediator, redirect, origin, binding)
        defaults = {
            "redirect_did": binding.redirect_did,
            "maximum_ttl": MAXIMUM_TTL_S,
            "wait_origination_did_ttl": WAIT_TTL_S,
            "name": "N/A",
            "attributes": {},
        }
        for name, value in given.items():
            setattr(binding, name, defaults.get(name) if value is None else value)
        wire = binding.wire()
        if request.method == "PATCH" and wire["dtmf"] is None:
            del wire["dtmf"]
        return self._one(request, wire)

    async def delete_binding(self, request: Request) -> Response:
        """DELETE /bindings/{binding_sid}."""
        binding = self._binding(request)
        del self.auth.world.mediator.bindings[binding.sid]
        return Response(status_code=204)

    # -- dialouts

    def _dialout(self, request: Request) -> Dialout:
        found = self._mediation(request).dialouts.get(request.path_params["sid"])
        if found is None:
            raise no_such_sid()
        return found

    async def list_dialouts(self, request: Request) -> Response:
        """GET /dialouts: those whose call is not set up yet."""
        return self._list(
            request, DIALOUT_FIELDS, lambda all_: [one.wire() for one in all_.dialouts.values()]
        )

    async def get_dialout(self, request: Request) -> Response:
        """GET /dialouts/{dialout_sid}."""
        return self._one(request, self._dialout(request).wire())

    async def post_dialout(self, request: Request) -> Response:
        """POST /dialouts: 200, and stage one rings at once or after `delay` seconds."""
        body = await read_json(request)
        mediator = self._mediation(request)
        given = _fields(mediator, body, DIALOUT_FIELDS, _DIALOUT)
        if not (given.get("stage_one_destination_did") and given.get("stage_two_destination_did")):
            raise bad_object()
        given = {name: value for name, value in given.items() if value is not None}
        given.setdefault("redirect_did", next(iter(mediator.phones)))
        given.setdefault("attributes", dict(SAMPLE_DIALOUT_ATTRIBUTES))
        return self._one(request, mediator.dial_out(given).wire())

    async def write_dialout(self, request: Request) -> Response:
        """PATCH and PUT: a new `delay` counts from the creation, and only before it rings."""
        body = await read_json(request)
        dialout = self._dialout(request)
        given = _fields(self.auth.world.mediator, body, DIALOUT_FIELDS, _DIALOUT)
        if request.method == "PUT":
            _whole(given, _DIALOUT)
        if any(value is None for value in given.values()):
            raise wrong_value()
        if self.auth.world.quirks.ignore_edits:
            return self._one(request, dialout.wire())
        before = dialout.delay
        for name, value in given.items():
            setattr(dialout, name, value)
        if dialout.delay != before and not dialout.stage:
            self.auth.world.mediator.wait(dialout)
        return self._one(request, dialout.wire())

    async def delete_dialout(self, request: Request) -> Response:
        """DELETE /dialouts/{dialout_sid}: nobody is dialled any more."""
        dialout = self._dialout(request)
        del self.auth.world.mediator.dialouts[dialout.sid]
        return Response(status_code=204)

    # -- DIDs

    async def list_dids(self, request: Request) -> Response:
        """GET /dids."""
        return self._list(request, DID_FIELDS, lambda all_: map(_did, all_.phones.items()))


class CoreRoutes:
    """`GET /endpoints` with the portal's login: where the other two logins are found."""

    FIELDS = frozenset(
        (
            *("addresses", "attributes", "capacity", "endpoint_sid", "name", "partner_sid"),
            *("properties", "transformations", "type", "voip_token"),
        )
    )

    def __init__(self, auth: Auth, conference: Auth, mediator: Auth) -> None:
        self.auth = auth
        self.conference = conference
        self.mediator = mediator

    def routes(self) -> list[Route]:
        """Return what is served where."""
        return [Route(f"{CORE}/endpoints", self.list_endpoints)]

    async def list_endpoints(self, request: Request) -> Response:
        """GET /endpoints, passwords in clear, the addresses those of this very server."""
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
        return reply(listed(request, items, self.FIELDS, self.auth, limit=query.MAX_LIMIT))


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


def wrapped(body: bytes, status: int = 200) -> bytes:
    """Return the Mediator's envelope."""
    return b'{"body":%b,"status":%d}' % (body, status)


def listed(
    request: Request,
    things: list[dict[str, Any]],
    fields: Collection[str],
    auth: Auth,
    *,
    limit: int = query.DEFAULT_LIMIT,
) -> bytes:
    """Return a page in Mediator's and Core's list envelope."""
    quirks = auth.world.quirks
    asked = query.read(request.query_params, fields, quirks, limit)
    found, total = query.find_objects(things, asked, fields, quirks)
    items = [pages.object_json(wire, asked.selection) for wire in found]
    return pages.core_page(request.url.path, items, total, asked, quirks)


def _did(phone_and_sid: tuple[str, str]) -> dict[str, Any]:
    return {
        "account_sid": ACCOUNT,
        "country_code": None,
        "did_sid": phone_and_sid[1],
        "in_country_format": None,
        "international_format": None,
        "phonenumber": phone_and_sid[0],
    }


_BINDING = set(BINDING_FIELDS) - _SYSTEM_FIELDS
_DIALOUT = set(DIALOUT_FIELDS) - _SYSTEM_FIELDS


def _fields(
    mediator: Mediator, body: object, known: Collection[str], writable: set[str]
) -> dict[str, Any]:
    """Check a body; what the system sets by itself may be sent along and changes nothing."""
    if not isinstance(body, dict):
        raise bad_object()
    if set(body) - set(known):
        raise invalid_field()
    return {name: _value(mediator, name, body[name]) for name in body if name in writable}


def _value(mediator: Mediator, name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "redirect_did":
        value = phone_number(value)
        if value not in mediator.phones:
            raise wrong_value()
    elif name.endswith("_did"):
        value = phone_number(value)
    elif name.endswith("_ttl") or name == "delay":
        low = 0 if name == "delay" else -1
        if type(value) is not int or not low <= value <= MAX_SECONDS:
            raise wrong_value()
    elif name == "attributes":
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise wrong_value()
    elif not isinstance(value, str) or (name == "dtmf" and not _KEYS.fullmatch(value)):
        raise wrong_value()
    return value


def _whole(given: dict[str, Any], names: set[str]) -> None:
    if names - set(given):
        raise bad_object()


def _unique(
    mediator: Mediator, redirect: str, origination: str | None, own: Binding | None
) -> None:
    """409 when another binding takes the same calls: the same DID, and the same caller or any."""
    for other in mediator.bindings.values():
        same = other.redirect_did == redirect and other.origination_did == origination
        if same and other is not own:
            raise Refused(409, "This redirect_did is already in use")
