"""Other operators on the same bridge, and the confmon that reads it for all."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from confmon.sharing.bridge import SharedBridge
from confmon.sharing.records import Operator, Scope
from tests.monitor.together.hub import Hub, HubShare

if TYPE_CHECKING:
    from confmon.api.live import ConferenceClient
    from confmon.clock import Clock
    from confmon.models.live_records import Scan
    from confmon.sharing.share import Share

STEP_S: Final = 2.0
"""The time from one read of the collector to the next."""
LISTS: Final = (Scope("meetings"), Scope("calls"))


class FollowedShare(HubShare):
    """The end of one who follows: it gets what a client of the collector reads."""

    client: ConferenceClient

    def start(self) -> None:
        """Let the collector begin."""
        self._scans: dict[Scope, Scan[Any]] = {}
        self._is_there: dict[Scope, asyncio.Event] = {}
        self._tasks = {asyncio.create_task(self._collect())}

    async def _collect(self) -> None:
        while True:
            for scope in LISTS:
                await self._read(scope)
            await self.clock.sleep(STEP_S)

    async def _read(self, scope: Scope) -> None:
        asked_at = self.clock.now()
        scan: Scan[Any] = await (
            self.client.scan_calls(scope.meeting)
            if scope.kind == "calls"
            else self.client.scan_meetings()
        )
        self._scans[scope] = replace(scan, asked_at=asked_at, answered_at=self.clock.now())
        self._event(scope).set()

    def _event(self, scope: Scope) -> asyncio.Event:
        return self._is_there.setdefault(scope, asyncio.Event())

    async def next_scan(self, scope: Scope) -> Scan[Any]:
        """Wait for the next read."""
        event = self._event(scope)
        await event.wait()
        event.clear()
        return self._scans.pop(scope)

    def request_read(self, meeting: int) -> None:
        """Have a meeting read at once."""
        scope = Scope("calls", meeting) if meeting else LISTS[0]
        self._tasks.add(asyncio.create_task(self._read(scope)))

    def set_interval(self, interval_s: float) -> None:
        """Another one reads."""

    async def close(self, waited_s: float = 0.0) -> None:
        """End, and the collector with it."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.client.aclose()
        await super().close(waited_s)

    @property
    def clock(self) -> Clock:
        """That of the stage."""
        return self._hub.clock


class Others:
    """Other operators, at boxes of their own; `me` is the one at the screen."""

    def __init__(self, clock: Clock) -> None:
        self.hub = Hub(clock)
        self.hub.join("confmon", "ops-3", kind="collect")
        self.by_name: dict[str, HubShare] = {}
        self.me = FollowedShare(self.hub, Operator("dana", "ops-1"), "me", "screen")
        self.hub.shares.append(self.me)

    def share(self, inner: ConferenceClient, of_collector: ConferenceClient) -> ConferenceClient:
        """Return the bridge as one who follows has it."""
        self.me.client = of_collector
        share = cast("Share", self.me)
        shared = SharedBridge(inner, share, self.hub.clock, interval_s=STEP_S)
        return cast("ConferenceClient", shared)

    def come(self, name: str, box: str, meeting: int) -> None:
        """Let one of them come and go into a meeting."""
        self.by_name[name] = self.hub.join(name, box)
        self.by_name[name].look_at(meeting)

    def claim(self, name: str, meeting: int) -> None:
        """Let one of them claim it."""
        data = {"since": self.hub.clock.wall()}
        self.hub.put(self.by_name[name], "claim", str(meeting), data, 0)

    def lecture(self, name: str, meeting: int) -> None:
        """Let one of them begin a lecture in it."""
        data = {"since": self.hub.clock.wall(), "kind": "lecture", "meeting": meeting}
        key = f"{meeting}/lecture/{name}"
        self.hub.put(self.by_name[name], "standing_order", key, data, 0)
