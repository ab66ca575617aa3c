"""The simulator's own switches, outside the APIs: `/_faults` and `/_quirks`."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from starlette.routing import Route

from confmon.simulator.http.auth import read_json, reply
from confmon.simulator.http.errors import bad_object, wrong_value
from confmon.simulator.http.faults.spec import Faults, read_fault
from confmon.simulator.http.lists import pages
from confmon.simulator.world.quirks import Quirks

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from confmon.simulator.world.world import World


class ControlRoutes:
    """The switches of one world. They need no login."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.world = world
        self.faults = faults

    def routes(self) -> list[Route]:
        """Return what is served where."""
        return [
            Route("/_faults", self.control_faults, methods=["GET", "POST", "PUT", "DELETE"]),
            Route("/_quirks", self.control_quirks, methods=["GET", "PUT"]),
        ]

    async def control_faults(self, request: Request) -> Response:
        """/_faults."""
        if request.method in ("POST", "PUT"):
            body = await read_json(request)
            given = body if isinstance(body, list) else [body]
            try:
                rules = [read_fault(rule) for rule in given]
            except (ValueError, TypeError, AttributeError):
                raise wrong_value() from None
            if request.method == "PUT":
                self.faults.clear()
            self.faults.add(*rules)
        elif request.method == "DELETE":
            self.faults.clear()
        return reply(pages.encode(self.faults.to_json()))

    async def control_quirks(self, request: Request) -> Response:
        """/_quirks."""
        quirks = self.world.quirks
        if request.method == "PUT":
            body = await read_json(request)
            if not isinstance(body, dict) or set(body) - {field.name for field in fields(Quirks)}:
                raise bad_object()
            for name, value in body.items():
                old = getattr(quirks, name)
                if not isinstance(value, list if name == "honoured" else type(old) | int):
                    raise wrong_value()
                setattr(quirks, name, frozenset(value) if name == "honoured" else value)
        shown = asdict(quirks) | {"honoured": sorted(quirks.honoured)}
        return reply(pages.encode(shown))
