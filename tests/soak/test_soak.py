"""Minutes of a soak, with the churn of hours. The hours: ``python tests/soak/run.py --hours 8``."""

from __future__ import annotations

import asyncio
import gc
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import ref

from textual.widget import Widget

from confmon.api.connect import open_client
from confmon.models.errors import BridgeError, TimedOut
from confmon.monitor.attention.past.windows import MOST, Visit, Visits
from confmon.simulator.http.app import make_app
from confmon.simulator.http.faults.spec import Fault, Faults
from confmon.simulator.http.server import serve
from confmon.simulator.simulation import build_world
from confmon.tui.garbage import forget_closed
from tests.soak.scales import drift, growing
from tests.soak.soak import opened
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from confmon.models.live_records import Call, Scan


async def test_minutes_of_churn_and_faults_leave_nothing_behind(tmp_path: Path) -> None:
    async with opened(tmp_path, 1, meetings=8, calls=40, churn=3.0, without_caches=True) as soak:
        soak.road.good_s, soak.road.bad_s = 40.0, 15.0
        await soak.warm_up()
        await soak.watch(360, step_s=2.0, weigh_every_s=24)
        assert len(soak.seen_meetings) > 2 * 8
        assert sum(soak.road.failed.values()) > 10
        assert growing(soak.weights, least=10) == {}
        assert drift(soak.weights, "reached") < 0.15
        assert drift(soak.weights, "descriptors") == 0
        assert drift(soak.weights, "tasks") < 0.2  # of some 25 a few are timers that come and go
        await soak.end()


def test_what_the_short_soak_leaves_out_forgets_by_itself() -> None:
    visits = Visits(600.0, 3)
    for call in range(MOST + 1):
        visits.add(str(call), Visit(1000.0 + call / MOST, call, None))
    assert (len(visits.of("0")), len(visits.of("1"))) == (0, 1)
    visits.prune(1700.0)
    assert not visits.of(str(MOST))


async def test_what_was_closed_is_forgotten_with_all_it_drew(tmp_path: Path) -> None:
    async with opened(tmp_path, 2, meetings=4, calls=20, churn=0.0) as soak:
        await soak.warm_up()
        drawn: list[ref[object]] = []
        for key in ("question_mark", "E", "M"):
            await soak.press(key)
            assert soak.stage.app.screen is not soak.stage.watch
            inside = soak.stage.app.screen.walk_children(Widget, with_self=True)
            drawn += [ref(widget._styles_cache) for widget in inside]
            inside.clear()
            await soak.rest()
        forget_closed()
        gc.unfreeze()  # what was open when start-up ended
        gc.collect()
        assert len(drawn) > 10
        assert [reference_type() for reference_type in drawn if reference_type() is not None] == []


async def test_connections_do_not_pile_up_over_real_sockets() -> None:
    began = time.time()
    world = build_world(3, 2, 20, lambda: began, churn=0)
    faults = Faults()
    done, ready = asyncio.Event(), asyncio.Event()
    ports: list[int] = []

    def on_ready(port: int) -> None:
        ports.append(port)
        ready.set()

    app = make_app(world, login="op", password="secret", faults=faults)
    server = asyncio.create_task(serve(app, "127.0.0.1", 0, on_ready, until=done.wait))
    await asyncio.wait_for(ready.wait(), PATIENCE_S)
    base = f"http://127.0.0.1:{ports[0]}/conference/v1"
    client = open_client(base, "op", "secret", requests_per_s=1000.0, deadline_s=0.3)
    good = len((await within_deadline(client.scan_calls)).records)
    before = descriptors()
    errors = 0
    for rule in ROUGH:
        faults.clear()
        faults.add(Fault(share=0.5, **rule))
        for _ in range(8):
            answers = await asyncio.gather(
                client.scan_calls(),
                client.scan_meetings(),
                client.put_call(next(iter(world.calls)), {"muteMode": 2}),
                return_exceptions=True,
            )
            wrong = [answer for answer in answers if isinstance(answer, BaseException)]
            assert all(isinstance(error, BridgeError) for error in wrong), wrong
            errors += len(wrong)
    faults.clear()
    assert errors > 20
    assert len((await within_deadline(client.scan_calls)).records) == good
    assert descriptors() <= before + 2 * 8  # both ends of what is kept open
    await client.aclose()
    done.set()
    await asyncio.wait_for(server, PATIENCE_S)
    assert len(asyncio.all_tasks()) <= 2


async def within_deadline(scan: Callable[[], Awaitable[Scan[Call]]]) -> Scan[Call]:
    """Read, some times if need be: a busy machine may take longer than the short deadline."""
    for _ in range(20):
        with suppress(TimedOut):
            return await scan()
    raise AssertionError("no read was within the deadline")


ROUGH: tuple[dict[str, Any], ...] = (
    {"reset": True},
    {"lost": True},
    {"cut": 7},
    {"cut": 7, "reset": True},
    {"status": 503},
    {"status": 302, "location": "http://127.0.0.1:9/"},
    {"body": "html"},
    {"body": "binary"},
    {"delay_s": 0.5, "times": 6},
)


def descriptors() -> int:
    """How many are open in this process."""
    return len(list(Path("/proc/self/fd").iterdir()))
