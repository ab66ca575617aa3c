"""The real app over the seeded simulator, on a clock that moves only when it is moved."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import httpx
from film import Frame, film
from others import Others
from svg import svg
from textual import events

from confmon.api.connect import asgi_transport, open_client, open_mediator
from confmon.config.settings.model import Settings
from confmon.history.place import HistoryPlace
from confmon.simulator.demo import demo_app
from confmon.tui.app import ConfmonApp
from confmon.tui.keys.pace import WORD_S
from confmon.tui.setup import Setup
from tests.clock import HandClock, rest
from tests.history.conftest import until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rich.segment import Segment

    from confmon.api.live import ConferenceClient
    from confmon.api.mediator import MediatorClient
    from confmon.monitor.actions.action import Action, Result

URL = "http://127.0.0.1/conference/v1"
MEDIATOR_URL = "http://127.0.0.1/mediator/v1"
STEP_S = 2.0
"""The time from one read to the next."""


class StillClock(HandClock):
    """Half past nine on a Tuesday, until it is moved."""

    def __init__(self) -> None:
        super().__init__()
        self.time_s = 0.0

    def wall(self) -> float:
        """Epoch seconds."""
        return 1_772_530_200.0 + self.time_s


class NoAudit:
    """The demo's actions are not written down."""

    def intent(self, action: Action) -> None:
        """Nothing."""

    def outcome(self, action: Action, result: Result) -> None:
        """Nothing."""


class NoIgnoredFields:
    """Nothing is remembered."""

    def known(self) -> frozenset[str]:
        """Return none."""
        return frozenset()

    def add(self, field: str) -> None:
        """Nothing."""

    def forget(self, field: str) -> None:
        """Nothing."""


class Line(httpx.AsyncBaseTransport):
    """A line to the simulator that takes a moment, and can be cut."""

    def __init__(self, clock: StillClock) -> None:
        self.clock = clock
        self.is_cut = False
        self._end = asgi_transport(demo_app(7, 18, 200, clock.wall))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the simulator does."""
        if self.is_cut:
            raise httpx.ConnectError("[Errno 111] Connection refused", request=request)
        await self.clock.sleep(0.018)
        return await self._end.handle_async_request(request)


class Stage:
    """The app, and a hand on its keys and its clock."""

    def __init__(
        self,
        size: tuple[int, int],
        *,
        keeps: bool = False,
        shares: bool = False,
        **given: Any,
    ) -> None:
        """`keeps`: what happens is kept in a history, which goes with the stage.

        `shares`: other operators are there, and one of their boxes reads the bridge.
        """
        random.seed(7)
        self.size = size
        self._folder = TemporaryDirectory() if keeps else None
        self.clock = StillClock()
        self.line = Line(self.clock)
        self.others = Others(self.clock) if shares else None
        self._read_at_s = 0.0
        self._frames: list[Frame] = []
        self.settings = Settings(
            profile="demo",
            base_url=URL,
            login="demo",
            mediator_base_url=MEDIATOR_URL,
            **given,
        )
        self.app = ConfmonApp(
            Setup(
                self.settings,
                open_bridge=self._open_shared if shares else self._open,
                audit=NoAudit(),
                ignored_fields=NoIgnoredFields(),
                open_mediator=self._open_mediator,
                mediator_audit=NoAudit(),
                history=self._place(),
                clock=self.clock,
            )
        )

    def _place(self) -> HistoryPlace | None:
        if self._folder is None:
            return None
        return HistoryPlace(path=Path(self._folder.name) / "history.db", endpoint="demo at demo")

    def _open_shared(self) -> ConferenceClient:
        assert self.others is not None  # noqa: S101  it is asked for only then
        return self.others.share(self._open(), self._open())

    def _open(self) -> ConferenceClient:
        return open_client(
            URL,
            "demo",
            "demo",
            requests_per_s=self.settings.requests_per_s,
            clock=self.clock,
            transport=self.line,
        )

    def _open_mediator(self) -> MediatorClient:
        return open_mediator(
            MEDIATOR_URL, "mediator", "mediator", clock=self.clock, transport=self.line
        )

    async def play(self, scene: Callable[[Stage], Awaitable[None]], title: str) -> str:
        """Play a scene and return its picture; of one that takes frames, the film."""
        async with self.app.run_test(size=self.size, notifications=True) as pilot:
            while self.app.session.poller is None:
                await pilot.pause()
            await self.wait(0.1)
            await scene(self)
            background = self.app.get_css_variables()["background"].lower()
            if self._frames:
                return film(self._frames, self.size[0], title, background)
            return svg(await self._lines(), self.size[0], title, background)

    async def take(self, seconds: float, key: str, words: str) -> None:
        """Take a frame for a film: how long it is shown, the key before it, what it shows."""
        self._frames.append(Frame(await self._lines(), seconds, key, words))

    async def _lines(self) -> list[list[Segment]]:
        """Return what is on the screen."""
        await self.wait(0)
        update: Any = self.app.screen._compositor.render_update(
            full=True, screen_stack=self.app._background_screens
        )
        return [[cell for strip in strips for cell in strip] for strips in update.strips]

    async def watch(self, seconds: float) -> None:
        """Let time go by in steps, each of which is written into the history."""
        for _ in range(round(seconds / STEP_S)):
            await self.clock.advance(STEP_S)
            self.app.session.tick()
            await rest()
            self._wait_until_written()
        await self.wait(0)

    def _wait_until_written(self) -> None:
        if (history := self.app.session.history) is not None:
            until(lambda: not history.writer._items, 60.0)

    async def wait(self, seconds: float) -> None:
        """Let time go by."""
        await self.clock.advance(seconds)
        self._wait_until_written()
        self.app.session.tick()
        self.app.shown.changed()
        await rest()
        for screen in self.app.screen_stack:  # one under a dialog is seen as well
            screen._on_timer_update()
        await rest()

    async def press(self, *keys: str) -> None:
        """Press keys, each long after the last."""
        for key in keys:
            character = {"slash": "/", "space": " "}.get(key, key if len(key) == 1 else None)
            event = events.Key(key, character)
            event.time = self._read_at_s = max(event.time + 1.0, self._read_at_s + 1.1)
            self.app.post_message(event)
            await rest()
            if self.app.presses.has_waiting:
                await self.wait(WORD_S)
