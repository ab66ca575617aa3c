"""Core's list of endpoints: where a conference or Mediator endpoint's own login is found.

    core = open_core(BASE_URL, portal_login, portal_password)  # or None and a Bearer token
    endpoints = (await core.list_endpoints()).records
    await core.aclose()

Used once, at set-up, on request; never while monitoring. The reply has passwords in clear: they
are in `Endpoint.password` and nowhere else, neither in a repr nor in an error. Source: the
Conference API reference, on credentials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.api.decoding.records import RecordDecoder
from confmon.api.resource import Collection
from confmon.models.forwarding import Endpoint
from confmon.models.lists import EVERYTHING, ListQuery, ListResult
from confmon.models.resources.resource import Resource
from confmon.models.text import clean

if TYPE_CHECKING:
    from confmon.api.http.connection import HttpConnection

BASE_URL: Final = "https://api.carrierx.com/core/v2"

LOGIN: Final = (
    "Use the portal login: the one for the CarrierX web site, not an endpoint's own login."
)
RENEW: Final = "The token has run out, or is for something else; make another in the portal."
_EXACT: Final = ("api_url", "login", "password")
_INSIDE: Final = (*_EXACT, "account_sid", "container_sid")


class _EndpointShape(RecordDecoder[Endpoint]):
    """An endpoint with what is inside its `properties`.

    An address, login or password that cleaning would change is left out: it would not work, and
    nobody could see why.
    """

    def read(self, raw: object, lost: list[str] | None = None) -> Endpoint:
        """Return one endpoint. ValueError: not an object, or without a sid."""
        if not isinstance(raw, dict):
            raise ValueError("not an object")
        properties: Any = raw.get("properties")
        inside = properties if isinstance(properties, dict) else {}
        flat = {**raw, **{name: inside.get(name) for name in _INSIDE}}
        for name in _EXACT:
            if type(flat[name]) is not str or clean(flat[name]) != flat[name]:
                flat[name] = None
        return super().read(flat, lost)


ENDPOINT: Final = _EndpointShape(Endpoint)


ENDPOINTS: Final[Resource[Endpoint]] = Resource(
    name="endpoint", plural="endpoints", word="endpoint", title="Endpoints", api="core",
    path="endpoints", record_path="forwarding.Endpoint", key="endpoint_sid", is_snake=True,
    fields=(),
)  # fmt: skip


class CoreClient:
    """The Core API, v2, as far as set-up needs it."""

    def __init__(self, wire: HttpConnection) -> None:
        self._wire = wire
        self._endpoints = Collection(wire, ENDPOINTS, ENDPOINT)

    async def list_endpoints(self, listing: ListQuery = EVERYTHING) -> ListResult[Endpoint]:
        """Read the endpoints of a portal login, of every type, with the logins Core sends."""
        return await self._endpoints.list(listing)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()
