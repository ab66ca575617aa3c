"""The Mediator API, typed: what `confmon.ports.Mediator` asks for.

    mediator = open_mediator("https://api.carrierx.com/mediator/v1", login, password)
    made = await mediator.create_binding({"destination_did": "15162065586", "maximum_ttl": -1})
    await mediator.delete_binding(made.binding_sid)
    await mediator.aclose()

Source: the Mediator quick start guide. It shows creating, PATCH and the list of DIDs; it names
PUT, and the rest is the vendor's Mediator reference. Every reply is ``{"body": …, "status": 200}``,
also to a create; a `status` in there that is not 2xx counts like one of HTTP. Every method raises
`confmon.models.errors.BridgeError` and nothing else off the wire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.api.decoding.records import RecordDecoder
from confmon.api.resource import Collection
from confmon.models.forwarding import Binding, Dialout, MediatorDid
from confmon.models.lists import EVERYTHING, ListQuery, ListResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from confmon.api.http.connection import HttpConnection


BASE_URL: Final = "https://api.carrierx.com/mediator/v1"

BINDING: Final = RecordDecoder(Binding)
DIALOUT: Final = RecordDecoder(Dialout)
MEDIATOR_DID: Final = RecordDecoder(MediatorDid)

LOGIN: Final = (
    "Use the Mediator endpoint's own login and password, not those of a conference endpoint or "
    "of the portal."
)
_NO_FREE_DID: Final = (
    "No DID of this endpoint is free: name a redirect_did, delete a binding, or give the endpoint "
    "another number in the portal."
)
_REDIRECT: Final = "redirect_did has to be a free number of this endpoint."
_BINDINGS: Final = {404: "There is no such binding, or it has run out.", 409: _NO_FREE_DID}
_WHOLE: Final = {400: "A PUT replaces the whole object: every field has to be sent."}
_DIALOUTS: Final = {404: "Its call has been set up, or it failed, or was deleted."}


class MediatorClient:
    """One Mediator endpoint, v1."""

    def __init__(self, wire: HttpConnection) -> None:
        self._wire = wire
        self._bindings = Collection(
            wire, "bindings", BINDING, hints=_BINDINGS, snake=True, wrapped=True
        )
        self._dialouts = Collection(
            wire, "dialouts", DIALOUT, hints=_DIALOUTS, snake=True, wrapped=True
        )
        self._dids = Collection(
            wire, "dids", MEDIATOR_DID, hints={404: "No such DID."}, snake=True, wrapped=True
        )

    # -- bindings

    async def list_bindings(self, listing: ListQuery = EVERYTHING) -> ListResult[Binding]:
        """Read the bindings."""
        return await self._bindings.list(listing)

    async def get_binding(
        self, sid: str, *, include: Iterable[str] = (), exclude: Iterable[str] = ()
    ) -> Binding:
        """Read one binding. NotFound: there is none, or it has run out."""
        return await self._bindings.get(sid, include=include, exclude=exclude)

    async def create_binding(self, body: Mapping[str, object]) -> Binding:
        """Forward a number; `destination_did` is required.

        Seconds: `maximum_ttl` (3600 if left out), `wait_origination_did_ttl`; -1 never ends.
        Rejected with status 409: `redirect_did` was left out and none is free.
        An error with `lost` says that the binding may exist all the same.
        """
        return await self._bindings.create(
            body, {400: f"destination_did takes E.164 digits; {_REDIRECT}"}
        )

    async def patch_binding(self, sid: str, change: Mapping[str, object]) -> None:
        """Change what is sent."""
        await self._bindings.change("PATCH", sid, change)

    async def put_binding(self, sid: str, body: Mapping[str, object]) -> None:
        """Replace the whole binding: what is left out goes back to its default."""
        await self._bindings.change("PUT", sid, body, _WHOLE)

    async def delete_binding(self, sid: str) -> None:
        """Stop forwarding."""
        await self._bindings.delete(sid)

    # -- dialouts

    async def list_dialouts(self, listing: ListQuery = EVERYTHING) -> ListResult[Dialout]:
        """Read the dialouts that have not been set up yet."""
        return await self._dialouts.list(listing)

    async def get_dialout(
        self, sid: str, *, include: Iterable[str] = (), exclude: Iterable[str] = ()
    ) -> Dialout:
        """Read one dialout. NotFound: its call is set up, or it failed, or was deleted."""
        return await self._dialouts.get(sid, include=include, exclude=exclude)

    async def create_dialout(self, body: Mapping[str, object]) -> Dialout:
        """Dial two parties together, at once unless `delay` (seconds) is sent.

        `stage_one_destination_did` and `stage_two_destination_did` are required.
        An error with `lost` says that telephones may be ringing all the same.
        """
        return await self._dialouts.create(
            body,
            {
                400: f"Both destinations are required, in E.164 digits; {_REDIRECT}",
                409: _NO_FREE_DID,
            },
        )

    async def patch_dialout(self, sid: str, change: Mapping[str, object]) -> None:
        """Change what is sent."""
        await self._dialouts.change("PATCH", sid, change)

    async def put_dialout(self, sid: str, body: Mapping[str, object]) -> None:
        """Replace the whole dialout."""
        await self._dialouts.change("PUT", sid, body, _WHOLE)

    async def delete_dialout(self, sid: str) -> None:
        """Call it off."""
        await self._dialouts.delete(sid)

    # -- DIDs

    async def list_dids(self, listing: ListQuery = EVERYTHING) -> ListResult[MediatorDid]:
        """Read the DIDs that can be a `redirect_did`."""
        return await self._dids.list(listing)

    # -- the connection

    def requests_per_minute(self) -> int:
        """Return how many requests left in the last minute."""
        return self._wire.requests_per_minute()

    @property
    def read_only(self) -> bool:
        """Whether anything but reading is refused."""
        return self._wire.read_only

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()
