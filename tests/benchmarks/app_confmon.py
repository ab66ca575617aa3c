"""confmon's own screen and session, on a crowd or on a bridge over HTTP, with a control socket.

    app_confmon.py --crowd CALLS [--every S]
    app_confmon.py --url URL [--every S] [--history FILE] [--share PLACE]

A crowd without `--every` does not move until it has to tick.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from confmon.tui.runner.process import Shell, scrub_environment

scrub_environment()

from confmon.cli.composition import bridge_opener  # noqa: E402
from confmon.cli.shared_bridge import shared_opener  # noqa: E402
from confmon.clock import SystemClock  # noqa: E402
from confmon.config.credentials.secret import Secret  # noqa: E402
from confmon.config.settings.model import Settings  # noqa: E402
from confmon.history.place import HistoryPlace  # noqa: E402
from confmon.tui.app import ConfmonApp  # noqa: E402
from confmon.tui.driver.choice import choose_driver  # noqa: E402
from confmon.tui.screens.live.screen import LiveScreen  # noqa: E402
from confmon.tui.setup import Setup  # noqa: E402
from tests.benchmarks.control import SETTLE_S, Control, cpu_s, memory  # noqa: E402
from tests.benchmarks.crowd import Crowd  # noqa: E402
from tests.benchmarks.meter import Meter  # noqa: E402
from tests.benchmarks.stepped import CrowdBridge, SteppedClock, Unwritten  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.models.live_records import Call, Meeting, Scan
    from confmon.ports import Bridge

_TICK_S = 2.5
"""Longer than the interval and its jitter: every feed is read at every tick."""


class Reached:
    """A bridge, with the control socket served once the screen reads from it."""

    def __init__(self, inner: Bridge, measured: Measured) -> None:
        self._inner, self._measured = inner, measured
        self.scans = 0
        self._awaited: list[tuple[int, asyncio.Future[None]]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def scan_meetings(self) -> Scan[Meeting]:
        self._measured.serve()
        return await self._inner.scan_meetings()

    async def scan_calls(self, meeting_number: int | None = None) -> Scan[Call]:
        scan = await self._inner.scan_calls(meeting_number)
        self.scans += 1
        for number, future in self._awaited:
            if number == self.scans and not future.done():
                future.set_result(None)
        return scan

    async def more_scans(self, count: int) -> None:
        """Wait until so many more readings of the calls have come in."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited.append((self.scans + count, future))
        await future


class Ticking(CrowdBridge):
    """A crowd of which some change between any two reads."""

    async def scan_calls(self, meeting_number: int | None = None) -> Scan[Call]:
        self.crowd.step()
        return await super().scan_calls(meeting_number)


class Measured:
    """The app under measure."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.control: Control | None = None
        self.meter = Meter() if given.holds else None
        stepped = given.every is None
        self.clock = SteppedClock() if stepped else SystemClock()
        self.crowd = Crowd(given.crowd or 0, now_s=self.clock.wall())
        settings = Settings(
            profile="bench",
            base_url=given.url or "http://127.0.0.1/conference/v1",
            login="demo",
            interval_s=given.every or 2.0,
            requests_per_s=1000.0,
            share=given.share,
        )
        over_http: Callable[[], Bridge] = bridge_opener(settings, Secret("demo"))
        if given.share:
            over_http = shared_opener(settings, over_http, kind="screen")
        in_process = CrowdBridge(self.crowd) if stepped else Ticking(self.crowd)
        self.bridge: Reached | None = None

        def open_bridge() -> Bridge:
            self.bridge = Reached(over_http() if given.url else in_process, self)
            return self.bridge

        nothing = Unwritten()
        self.app = ConfmonApp(
            Setup(
                settings,
                open_bridge=open_bridge,
                audit=nothing,
                ignored_fields=nothing,
                clock=self.clock,
                history=given.history and HistoryPlace(path=given.history, endpoint="bench"),
            ),
            driver_class=choose_driver("diff", os.environ),
        )

    def serve(self) -> None:
        if self.control is None:
            self.control = Control()
            self.control.serve(asyncio.get_running_loop(), self.obey)

    def _redraw(self) -> None:
        if isinstance(self.app.screen, LiveScreen):
            self.app.screen.changed()

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        if isinstance(self.clock, SteppedClock):
            if order.get("redraw"):  # the screen's own second: no reply, running times move
                before = cpu_s()
                self.clock.advance(0.0, 1.0)
                self.app.call_later(self._redraw)
                await asyncio.sleep(SETTLE_S)
                return {"cpu_s": cpu_s() - before}
            self.crowd.step(order.get("changes"))
            before = cpu_s()
            self.app.session.tick()
            self.clock.advance(_TICK_S, order.get("wall_s", 0.0))
            await asyncio.sleep(SETTLE_S)
            return {"cpu_s": cpu_s() - before, **memory()}
        if self.bridge is not None:
            await self.bridge.more_scans(1)
        if self.meter is not None and self.bridge is not None:
            holds_s = []
            for _ in range(order["scans"]):
                self.meter.take()
                await self.bridge.more_scans(1)
                holds_s.append(self.meter.take())
            return {"holds_s": holds_s}
        before = cpu_s()
        if self.bridge is not None:
            await self.bridge.more_scans(order.get("scans", 1))
        return {"cpu_s": cpu_s() - before, **memory()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--crowd", type=int)
    parser.add_argument("--url")
    parser.add_argument("--every", type=float)
    parser.add_argument("--history", type=Path, help="keep a history in this file")
    parser.add_argument("--share", default="", help="the tables of several confmon")
    parser.add_argument("--holds", action="store_true", help="measure how the loop is held")
    shell = Shell(lambda error: f"{type(error).__name__}: {error}")
    code = shell.run(Measured(parser.parse_args()).app)
    sys.stdout.flush()
    shell.leave(code)
