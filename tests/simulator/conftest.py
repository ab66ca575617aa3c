from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from confmon.simulator.http.app import make_app
from confmon.simulator.simulation import build_world

if TYPE_CHECKING:
    from confmon.simulator.http.faults.spec import Faults
    from confmon.simulator.world.world import World

START = 1_700_000_000.0


Connect = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def now() -> list[float]:
    """Epoch seconds that only the test changes: a list of one."""
    return [START]


@pytest.fixture
def still(now: list[float]) -> World:
    """A world without random events: 12 meetings, 120 calls."""
    return build_world(3, 12, 120, lambda: now[0], churn=0.0)


@pytest.fixture
def connect() -> Connect:
    """Return a function that opens a client of a world's routes, in process."""

    @asynccontextmanager
    async def connected(
        world: World,
        *,
        auth: tuple[str, str] | None = ("op", "secret"),
        faults: Faults | None = None,
    ) -> AsyncIterator[httpx.AsyncClient]:
        app = make_app(world, login="op", password="secret", faults=faults)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://bridge/conference/v1",
            auth=auth,
            trust_env=False,
        ) as client:
            yield client

    return connected
