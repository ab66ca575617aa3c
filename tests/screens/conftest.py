"""The real screen over the real client and the simulator's HTTP face, on a clock moved by hand.

Nothing waits: keys are posted as a terminal's driver posts them, time goes by when a test says so.
"""

from __future__ import annotations

import asyncio
import heapq
import io
import itertools
import json
import unicodedata
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from rich.console import Console
from textual import events
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key

from confmon.api.client import asgi_transport, open_client
from confmon.settings import Settings
from confmon.simulator.face import make_app
from confmon.simulator.faults import Fault, Faults
from confmon.simulator.plant import NODES
from confmon.simulator.world import World
from confmon.tui.app import ConfmonApp
from confmon.tui.table import LiveTable
from confmon.tui.watch import WatchScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot

    from confmon.api.client import ConferenceClient
    from confmon.monitor.action import Action, Result
    from confmon.monitor.session import Session
    from confmon.simulator.entities import Call, Meeting
    from confmon.tui.watch import WatchScreen

T = TypeVar("T")

BASE_URL = "http://127.0.0.1:8080/conference/v1"
SWALLOWED_S = 0.5
"""Later than keys are swallowed for after a dialog has opened."""


class HandClock:
    """Time moves only when a test says so, sleeper by sleeper in order."""

    def __init__(self) -> None:
        self.time_s = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._turn = itertools.count()

    def now(self) -> float:
        return self.time_s

    def wall(self) -> float:
        return 1_700_000_000.0 + self.time_s

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.time_s + seconds, next(self._turn), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        until = self.time_s + seconds
        await rest()
        while self._sleepers and self._sleepers[0][0] <= until:
            due, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                self.time_s = max(self.time_s, due)
                woken.set_result(None)
                await rest()
        self.time_s = until
        await rest()


async def rest() -> None:
    """Let everything run that can run without time going by."""
    loop: Any = asyncio.get_running_loop()
    for _ in range(100_000):
        await asyncio.sleep(0)
        if not loop._ready:
            return
    raise AssertionError("the event loop never comes to rest")


class InlineExecutor(ThreadPoolExecutor):
    """Runs what is handed to a thread at once, so that a test has one order only."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - as an executor does
            future.set_exception(error)
        return future


class MemoryAudit:
    """An audit log in memory; `broken` as when the disk is full."""

    def __init__(self) -> None:
        self.intents: list[Action] = []
        self.outcomes: list[tuple[Action, Result]] = []
        self.broken = False

    def intent(self, action: Action) -> None:
        if self.broken:
            raise OSError(28, "No space left on device")
        self.intents.append(action)

    def outcome(self, action: Action, result: Result) -> None:
        self.outcomes.append((action, result))


class MemoryRefusals:
    """What the endpoint was seen to ignore."""

    def __init__(self) -> None:
        self.fields: set[str] = set()

    def known(self) -> frozenset[str]:
        return frozenset(self.fields)

    def add(self, field: str) -> None:
        self.fields.add(field)

    def forget(self, field: str) -> None:
        self.fields.discard(field)


class Bridge:
    """A bridge in memory on which nothing happens by itself, and its HTTP face."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.world = World(1, 0, 0, clock.wall, churn=0.0)
        self.quirks = self.world.quirks
        self.faults = Faults()
        self._face = make_app(self.world, login="op", password="secret", faults=self.faults)
        self.writes: list[tuple[str, str, Any]] = []
        """Every PUT and DELETE that reached it: method, path below the base, body."""
        self.reads = 0

    def meeting(self, number: int, owner: str | None = "Grace Hopper", **details: Any) -> Meeting:
        """Begin a meeting."""
        details.setdefault("created", int((self.clock.wall() - 600) * 1000))
        return self.world.open(
            number,
            owner=owner,
            codes=("111111", "22222", "3333333"),
            attributes={"conference_maxduration": "-1"},
            wanted=10,
            **details,
        )

    def call(
        self, number: int, call_id: int, name: str = "", *, role: int = 2, **details: Any
    ) -> Call:
        """Put a call into a meeting; the later its id, the later it came."""
        details.setdefault("created", int((self.clock.wall() - 500) * 1000) + call_id * 1000)
        details.setdefault("caller", f"+1516555{call_id:04d}")
        details.setdefault("callee", "15162065318")
        details.setdefault("codec", "PCMU")
        details.setdefault("node", NODES[0])
        return self.world.place(
            self.world.meetings[number], role, id=call_id, custom_name=name, **details
        )

    def people(self, number: int, *names: str, first: int = 1) -> list[Call]:
        """Fill a meeting with participants, ids from `first` on."""
        return [self.call(number, first + nth, name) for nth, name in enumerate(names)]

    def of(self, call_id: int) -> Call:
        """The call as the bridge has it now."""
        self.world.advance()
        return self.world.calls[call_id]

    def fail(self, **rule: Any) -> None:
        """Let requests go wrong from now on."""
        self.faults.add(Fault(**rule))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as an ASGI application, and note what was asked."""
        if scope["method"] in ("GET", "HEAD"):
            self.reads += 1
            await self._face(scope, receive, send)
            return
        body = bytearray()

        async def heard() -> Any:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        path = scope["path"].removeprefix("/conference/v1")
        try:
            await self._face(scope, heard, send)
        finally:
            self.writes.append((scope["method"], path, json.loads(body) if body else None))


class Stage:
    """The app on a screen, with the bridge it watches."""

    def __init__(self, app: ConfmonApp, pilot: Pilot[int], bridge: Bridge) -> None:
        self.app = app
        self.pilot = pilot
        self.bridge = bridge
        self.clock = bridge.clock

    @property
    def session(self) -> Session:
        return self.app.session

    @property
    def watch(self) -> WatchScreen:
        """The screen under every dialog."""
        return self.app._watch

    @property
    def screen(self) -> WatchScreen:
        """The screen that watches, below any dialog."""
        return self.app._watch

    @property
    def table(self) -> LiveTable:
        return self.watch.query_one("#table", LiveTable)

    @property
    def subject(self) -> str:
        """What is looked at: meetings, meeting or calls."""
        return self.session.view.subject

    @property
    def cursor(self) -> object:
        """The key under the cursor."""
        return self.table.cursor_key

    async def settle(self) -> None:
        """Let the screen catch up with what has happened."""
        await rest()
        self.app.screen._on_timer_update()
        await rest()

    async def press(self, *keys: str, after_s: float = 0.0) -> None:
        """Press keys, as read from the terminal `after_s` seconds from now."""
        for key in keys:
            event = key_event(key)
            event.time += after_s
            self.app.post_message(event)
            await self.settle()

    async def type(self, text: str, *, after_s: float = 0.0) -> None:
        """Press the keys of a text."""
        await self.press(*text, after_s=after_s)

    async def confirm(self, *keys: str) -> None:
        """Press keys when a dialog has been up for long enough."""
        await self.press(*keys, after_s=SWALLOWED_S)

    async def advance(self, seconds: float) -> None:
        """Let time go by: polls, answers, and the second hand of the screen."""
        await self.clock.advance(seconds)
        self.session.tick()
        self.watch.changed()
        await self.settle()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what only real time brings about, no longer than some seconds."""
        for _ in range(200):
            if holds():
                return
            await self.pilot.pause()
        raise AssertionError("it never came about:\n" + self.text)

    async def go_in(self, number: int) -> None:
        """Go into a meeting by key press."""
        await self.press("1")
        self.table.move_to(number)
        await self.press("enter")
        await self.advance(0.1)
        assert self.session.view.meeting == number

    @property
    def lines(self) -> list[str]:
        """What the screen shows, line by line."""
        console = Console(
            width=self.app.size.width, file=io.StringIO(), record=True, legacy_windows=False
        )
        console.print(
            self.app.screen._compositor.render_update(
                full=True, screen_stack=self.app._background_screens
            )
        )
        return [line.rstrip() for line in console.export_text().split("\n")]

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self.lines)

    def line(self, words: str) -> str:
        """The one line that has these words."""
        found = [line for line in self.lines if words in line]
        assert found, f"{words!r} is not on the screen:\n{self.text}"
        return found[0]

    def row(self, words: str) -> str:
        """The line of the table that has these words, title line excluded."""
        top = self.table.region.y + 1
        rows = self.lines[top : self.table.region.bottom]
        found = [line for line in rows if words in line]
        assert found, f"{words!r} is not in the table:\n{self.text}"
        return found[0]

    @property
    def rows(self) -> list[object]:
        """The keys that are shown, in order."""
        return list(self.table.visible_keys)

    @property
    def log(self) -> str:
        """The log pane."""
        region = self.watch.query_one("#log").region
        return "\n".join(self.lines[region.y : region.bottom])

    @property
    def details(self) -> dict[str, str]:
        """The details pane: label to value; the heading has no value."""
        region = self.watch.query_one("#details").region
        found = {}
        for line in self.lines[region.y : region.bottom]:
            label, _, value = line[region.x + 2 :].partition(" ")
            found[label] = value.strip()
        return found

    @property
    def footer(self) -> str:
        """The last line."""
        return self.lines[self.app.size.height - 1]

    @property
    def dialog(self) -> str:
        """The name of the dialog that is up, or an empty string."""
        screen = self.app.screen
        return "" if screen is self.watch else type(screen).__name__

    @property
    def said(self) -> str:
        """What was last told in a toast."""
        notices = list(self.app._notifications)
        return notices[-1].message if notices else ""


def key_event(key: str) -> events.Key:
    """The event a terminal's driver would make of a key, by Textual's name or as a character."""
    if len(key) == 1 and not key.isalnum():
        key = _character_to_key(key)
    name = REPLACED_KEYS.get(key, key)
    try:
        character: str | None = unicodedata.lookup(_get_unicode_name_from_key(name))
    except KeyError:
        character = key if len(key) == 1 else None
    return events.Key(key, character)


def settings(**given: Any) -> Settings:
    """Settings of a test's profile."""
    return Settings(**({"profile": "lab", "base_url": BASE_URL, "login": "op"} | given))


Open = AbstractAsyncContextManager[Stage]
Staged = "Callable[..., Open]"


@pytest.fixture
async def clock() -> HandClock:
    """A clock, on a loop whose threads run at once."""
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    return HandClock()


@pytest.fixture
def bridge(clock: HandClock) -> Bridge:
    """A bridge without a meeting."""
    return Bridge(clock)


@pytest.fixture
def audit() -> MemoryAudit:
    """An audit log."""
    return MemoryAudit()


@pytest.fixture
def refusals() -> MemoryRefusals:
    """What is remembered of the endpoint."""
    return MemoryRefusals()


class Staging:
    """Opens the screen on the bridge."""

    def __init__(self, bridge: Bridge, audit: MemoryAudit, refusals: MemoryRefusals) -> None:
        self._bridge, self._audit, self._refusals = bridge, audit, refusals

    @asynccontextmanager
    async def __call__(
        self,
        size: tuple[int, int] = (120, 40),
        *,
        password: str = "secret",  # noqa: S107 - the face asks for one
        open_bridge: Callable[[], ConferenceClient] | None = None,
        **given: Any,
    ) -> AsyncIterator[Stage]:
        """Show the screen at a size, with these settings, until the first answers are in."""
        chosen = settings(**given)

        def connect() -> ConferenceClient:
            return open_client(
                chosen.base_url,
                chosen.login,
                password,
                read_only=chosen.read_only,
                requests_per_s=chosen.requests_per_s,
                clock=self._bridge.clock,
                transport=asgi_transport(self._bridge),
            )

        app = ConfmonApp(
            chosen,
            open_bridge=open_bridge or connect,
            audit=self._audit,
            refusals=self._refusals,
            clock=self._bridge.clock,
        )
        async with app.run_test(size=size, notifications=True) as pilot:
            stage = Stage(app, pilot, self._bridge)
            await stage.until(lambda: app.session.poller is not None or bool(app.session.trouble))
            await stage.advance(0.1)
            yield stage


@pytest.fixture
def staged(bridge: Bridge, audit: MemoryAudit, refusals: MemoryRefusals) -> Staging:
    """Open the screen: ``async with staged(size=(80, 24), read_only=True) as stage``."""
    return Staging(bridge, audit, refusals)
