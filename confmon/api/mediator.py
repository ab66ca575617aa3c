"""The Mediator API, typed: what `confmon.ports.Mediator` asks for.

    mediator = open_mediator("https://api.carrierx.com/mediator/v1", login, password)
    made = await mediator.create(DIALOUTS, {"stage_one_destination_did": …})
    await mediator.delete(DIALOUTS, made.dialout_sid)
    await mediator.aclose()

Source: the Mediator quick start guide. Every reply is ``{"body": …, "status": 200}``, also to a
create; a `status` in there that is not 2xx counts like one of HTTP. Every method raises
`confmon.models.errors.BridgeError` and nothing else off the wire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.api.resource import ResourceClient

if TYPE_CHECKING:
    from confmon.api.http.connection import HttpConnection

BASE_URL: Final = "https://api.carrierx.com/mediator/v1"

LOGIN: Final = (
    "Use the Mediator endpoint's own login and password, not those of a conference endpoint or "
    "of the portal."
)


class MediatorClient(ResourceClient):
    """One Mediator endpoint, v1."""

    def __init__(self, wire: HttpConnection) -> None:
        super().__init__(wire, "mediator")
        self._wire = wire

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
