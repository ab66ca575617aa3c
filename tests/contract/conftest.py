from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.api.connect import asgi_transport
from confmon.simulator.http.app import make_app
from confmon.simulator.simulation import build_world
from tests.contract.apis import START, Apis, closed, opened, served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(params=["in process", "socket"])
async def apis(request: pytest.FixtureRequest) -> AsyncIterator[Apis]:
    now_s = [START]
    world = build_world(5, 3, 40, lambda: now_s[0], churn=0)
    app = make_app(world, login="op", password="secret")
    if request.param == "socket":
        async with served(app) as origin:
            yield (found := opened(origin, world, now_s))
            await closed(found)
    else:
        yield (found := opened("http://127.0.0.1", world, now_s, asgi_transport(app)))
        await closed(found)
