"""The three clients on one simulated world, in process or over a socket."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confmon.api.connect import open_client, open_core, open_mediator
from confmon.clock import SystemClock
from confmon.simulator.http.server import serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp

    from confmon.api.core import CoreClient
    from confmon.api.directory import DirectoryClient
    from confmon.api.live import ConferenceClient
    from confmon.api.mediator import MediatorClient
    from confmon.simulator.world.world import World

START = 1_700_000_000.0


@dataclass
class Apis:
    """The three clients, and their world."""

    live: ConferenceClient
    mediator: MediatorClient
    core: CoreClient
    world: World
    now_s: list[float]

    @property
    def rooms(self) -> DirectoryClient:
        return self.live.directory

    @property
    def number(self) -> int:
        """A live meeting's."""
        return self.world.meeting_numbers[0]


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    server = asyncio.create_task(serve(app, "127.0.0.1", 0, ready.set_result, until=stop.wait))
    try:
        yield f"http://127.0.0.1:{await ready}"
    finally:
        stop.set()
        await server


def opened(origin: str, world: World, now_s: list[float], transport: Any = None) -> Apis:
    shared: dict[str, Any] = {
        "clock": SystemClock(), "requests_per_s": 10_000, "transport": transport,
    }  # fmt: skip
    return Apis(
        live=open_client(f"{origin}/conference/v1", "op", "secret", **shared),
        mediator=open_mediator(f"{origin}/mediator/v1", "mediator", "mediator", **shared),
        core=open_core(f"{origin}/core/v2", "portal", "portal", **shared),
        world=world,
        now_s=now_s,
    )


async def closed(apis: Apis) -> None:
    for client in (apis.live, apis.mediator, apis.core):
        await client.aclose()
