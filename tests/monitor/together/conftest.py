"""Several sessions on one bridge in memory, each with its own reads, sharing a hub."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from confmon.config.settings.model import Settings
from confmon.models.live_records import Meeting
from confmon.monitor.plans.command_plans import plan_for
from confmon.monitor.session import Session
from tests.clock import HandClock, InlineExecutor
from tests.monitor.conftest import MemoryAudit, MemoryBridge, a_call
from tests.monitor.test_session import Remembered
from tests.monitor.together.hub import Hub, HubShare

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from confmon.monitor.actions.plan import Plan
    from confmon.monitor.together.together import Together


class SharedMemoryBridge(MemoryBridge):
    """A bridge that is shared."""

    share: HubShare


class Desk:
    """One operator's session."""

    def __init__(self, room: Room, share: HubShare) -> None:
        self.share = share
        self.notices: list[str] = []
        first = room.bridge
        self.bridge = SharedMemoryBridge(room.clock, calls=first.calls, meetings=first.meetings)
        self.bridge.share = share
        self.session = Session(
            Settings(profile="test", base_url="http://127.0.0.1", login="x"),
            audit=MemoryAudit(self.bridge.journal),
            ignored_fields=Remembered(),
            clock=room.clock,
            on_change=lambda: None,
        )
        self.session.tell = self.notices.append

    @property
    def together(self) -> Together:
        assert self.session.together is not None
        return self.session.together

    @property
    def queue(self) -> list[int]:
        return [asker.call for asker in self.session.memory.asking]

    def plan(self, command: str, key: int | None = None) -> Plan:
        shown = frozenset(self.session.view.keys(self.session.look(), self.session.clock.now()))
        return plan_for(self.session, command, key, shown)

    def do(self, command: str, key: int | None = None) -> None:
        plan = self.plan(command, key)
        assert not plan.refusal, plan.refusal
        self.session.send(plan.actions, plan.own)


class Room:
    """The bridge, and those who watch it."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.hub = Hub(self.clock)
        self.bridge = MemoryBridge(self.clock)
        self.desks: list[Desk] = []

    async def sit(self, name: str, box: str = "") -> Desk:
        """Open one more session, in meeting 100."""
        desk = Desk(self, self.hub.join(name, box))
        self.desks.append(desk)
        desk.session.connect(desk.bridge)
        desk.session.go("meeting", 100)
        await self.clock.settle()
        desk.session.tick()
        return desk

    def change(self, key: int, **fields: Any) -> None:
        self.bridge.calls[key] = replace(self.bridge.calls[key], **fields)

    async def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            await self.clock.advance(1)
            self.hub.renew()
            for desk in self.desks:
                if desk.share.is_here:
                    desk.session.tick()

    async def leave(self, desk: Desk) -> None:
        """Let one end without taking back what it had put."""
        desk.session.share = None
        await desk.session.close()
        desk.share.is_here = False


def furnish(room: Room) -> None:
    """Put two meetings on the bridge, with five muted callers in one and one in the other."""
    for number in (100, 200):
        room.bridge.meetings[number] = Meeting(
            meeting_number=number,
            id=9000 + number,
            is_secured=False,
            created=int(1000 * room.clock.wall()) - number,
        )
    for key in range(1, 6):
        room.bridge.calls[key] = a_call(key, mute_mode=2)
    room.bridge.calls[6] = a_call(6, meeting_number=200)


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    made = Room()
    furnish(made)
    yield made
    for desk in made.desks:
        if desk.share.is_here:
            await desk.session.close()
