"""Hours at one screen in minutes: people come and go, the road is rough, the operator works."""

from __future__ import annotations

import asyncio
import gc
import random as module_random
from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING, Any, cast

import httpx
from textual.cache import FIFOCache, LRUCache
from textual.geometry import Region
from textual.strip import Strip

from confmon.api.connect import open_client
from confmon.audit.ignored_fields import IgnoredFields
from confmon.audit.log import AuditLog
from confmon.monitor.attention.past.windows import Visits
from confmon.monitor.memory.feed import EventFeed
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS
from confmon.simulator.http.app import make_app
from confmon.simulator.simulation import build_world
from confmon.simulator.world.event_queue import EventQueue
from confmon.simulator.world.world import World
from confmon.tui.app import ConfmonApp
from confmon.tui.setup import Setup
from confmon.tui.table.canvas import _DrawnLine
from confmon.tui.table.rows import FixedLine, Row
from tests.clock import HandClock, InlineExecutor
from tests.screens.conftest import BASE_URL, settings
from tests.screens.stage import Stage
from tests.soak.rough import Rough
from tests.soak.scales import Weight, weigh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

KEYS = (
    *("j", "k", "g", "G", "pagedown", "enter", "enter", "enter", "escape", "1", "2"),
    *("m", "h", "[", "]", "L", "R", "M", "H", "u", "space", "space", "v", "asterisk", "U", "d"),
    *("s", "o", "i", "l", "question_mark", "p", "r", "tab", "T"),
)
LONGEST_WAIT_S = 300
"""Simulated seconds: more than a bulk of all, a 429, patience and a backoff add up to."""
FILTERS = ("muted", "anna", "-held 4", "node:10", "x")
_SIMULATED = (World, EventQueue, Rough)
_DRAWN = (Strip, LRUCache, FIFOCache, _DrawnLine, FixedLine, Row, Region, asyncio.TimerHandle)
"""What drawing keeps, up to a thousand lines a pane."""
_REMEMBERED = (EventFeed, Visits)
"""5,000 events, and who came in the last minutes, with the calls as they were."""
_BOUNDED = (*_DRAWN, *_REMEMBERED)
"""What fills for an hour, and is level then."""


class Soak:
    """One long watch. `without_caches` leaves out of the scales what is full only after hours."""

    def __init__(
        self, stage: Stage, world: World, road: Rough, random: Random, *, without_caches: bool
    ) -> None:
        self.stage = stage
        self.world = world
        self.road = road
        self.random = random
        self.without_caches = without_caches
        self.weights: list[Weight] = []
        self.seen_meetings: set[int] = set()
        self.keys = 0

    async def watch(self, seconds: float, *, step_s: float, weigh_every_s: float) -> None:
        """Watch and work for so long, and weigh now and then."""
        clock = self.stage.clock
        until, next_weighing = clock.now() + seconds, clock.now()
        while clock.now() < until:
            await self.stage.advance(step_s)
            self.seen_meetings.update(self.world.meetings)
            if self.random.random() < 0.35:
                await self.work()
            if clock.now() >= next_weighing:
                next_weighing += weigh_every_s
                await self.rest()
                self.weights.append(self.weigh())

    async def warm_up(self) -> None:
        """Open everything once: what Textual loads for a screen it keeps."""
        await self.stage.advance(5)
        for keys in (("question_mark",), ("ctrl+p",), ("T",), ("slash", "x", "enter")):
            await self.press(*keys)
            await self.rest()
        await self.press("enter")
        await self.stage.advance(3)
        for keys in (("d",), ("n",), ("E",), ("i",), ("i",)):
            await self.press(*keys)
            await self.press("escape")
            if self.stage.subject != "meeting":
                await self.press("enter")
                await self.stage.advance(3)
        await self.rest()

    async def press(self, *keys: str) -> None:
        """Press keys, later than any dialog is deaf."""
        await self.stage.press(*keys)

    async def work(self) -> None:
        """Do what an operator does: look here and there, filter, mark, act, confirm or not."""
        if self.stage.app.screen is not self.stage.watch:
            await self.answer()
        elif self.random.random() < 0.1:
            await self.press("slash", *self.random.choice(FILTERS), "enter")
        elif self.stage.session.is_paused and self.random.random() < 0.7:
            await self.press("p")
        else:
            await self.press(self.random.choice(KEYS))

    async def answer(self) -> None:
        """Answer what is asked, one way or the other."""
        plan = getattr(self.stage.app.screen, "plan", None)
        if plan is not None and plan.typed and self.random.random() < 0.3:
            await self.press(*plan.typed, "enter")
        elif self.random.random() < 0.5:
            await self.press("y")
        await self.press("escape")

    async def rest(self) -> None:
        """Go back to where every weighing is made: the list of meetings, nothing else open.

        By way of the calls, for other columns let the lines drawn so far go: none to a thousand.
        """
        for _ in range(6):
            await self.press("escape")
        if self.stage.session.is_paused:
            await self.press("p")
        await self.press("2", "1", "U")
        await self.press("escape", "g")
        self.stage.app.clear_notifications()
        await self.stage.settle()

    def weigh(self) -> Weight:
        """Weigh the program, without the bridge and the road to it."""
        return weigh(
            self.stage.app,
            at_s=self.stage.clock.now(),
            population=len(self.world.calls),
            leave_out=(*_SIMULATED, *(_BOUNDED if self.without_caches else ())),
        )

    async def end(self) -> None:
        """The road is good again: one whole read of each list, and the screen is the bridge's.

        They are compared at rest: every action is settled, and then nothing happens at the bridge
        any more.
        """
        self.road.heal()
        await self.rest()
        await self.press("2")
        session = self.stage.session
        await self.until(lambda: not session.pending_actions.under_way(), "no action is under way")
        self.world.events._due.clear()  # nothing happens any more
        rests_at = session.clock.now()
        await self.until(lambda: self.read_since(rests_at), "both lists are read")
        live_state = session.store.live_state
        shown = {call.id: (call.mute_mode, call.hold_mode) for call in live_state.calls.values()}
        true = {call.id: (call.mute_mode, call.hold_mode) for call in self.world.calls.values()}
        assert shown == true, (len(shown), len(true))
        assert set(live_state.meetings) == set(self.world.meetings)
        await self.stage.advance(60)
        assert not session.pending_actions.under_way()
        assert set(self.stage.table._keys) == set(self.world.calls)

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Let simulated time go by until it holds: what a 429 asked for is waited out."""
        for _ in range(LONGEST_WAIT_S):
            if holds():
                return
            await self.stage.advance(1)
        raise AssertionError(f"not within {LONGEST_WAIT_S} simulated seconds: {what}")

    def read_since(self, at_s: float) -> bool:
        """Whether every list that is looked at was asked for after this moment, and came whole."""
        poller = self.stage.session.poller
        asked = [poller.state(feed).ok_asked_at for feed in (MEETINGS, ALL_CALLS)] if poller else []
        return bool(asked) and all(at is not None and at > at_s for at in asked)


@asynccontextmanager
async def opened(
    folder: Path,
    seed: int,
    *,
    meetings: int,
    calls: int,
    churn: float,
    without_caches: bool = False,
) -> AsyncIterator[Soak]:
    """The real screen, client, audit log and simulator, on a clock moved by hand.

    The bridge, the road and the operator have dice of their own: what one of them does once more
    on a slow machine changes nothing for the others.
    """
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    module_random.seed(seed)  # of which the poller's jitter comes
    clock = HandClock()
    world = build_world(seed, meetings, calls, clock.wall, churn=churn, hostile=True)
    bridge = httpx.ASGITransport(make_app(world, login="op", password="secret"))
    road = Rough(bridge, clock, Random(f"road {seed}"))  # noqa: S311 - repeatable, not secret
    app = ConfmonApp(
        Setup(
            settings(),
            open_bridge=lambda: open_client(BASE_URL, "op", "secret", clock=clock, transport=road),
            audit=AuditLog(folder / "audit.jsonl", "lab", BASE_URL, "screen"),
            ignored_fields=IgnoredFields(folder / "refusals.json", "lab"),
            clock=clock,
        )
    )
    async with app.run_test(size=(120, 40)) as pilot:
        stage = Stage(app, pilot, cast("Any", road))
        stage.clock = clock
        await stage.until(lambda: app.session.poller is not None)
        await stage.advance(0.1)
        operator = Random(f"operator {seed}")  # noqa: S311
        yield Soak(stage, world, road, operator, without_caches=without_caches)
    gc.unfreeze()
