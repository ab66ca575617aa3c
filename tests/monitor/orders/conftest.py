"""A session on a bridge in memory with one meeting, for orders that hold."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from confmon.config.settings.model import Settings
from confmon.models.live_records import Meeting
from confmon.monitor.session import Session
from tests.bugs import Bugs
from tests.clock import HandClock, InlineExecutor
from tests.monitor.conftest import MemoryAudit, MemoryBridge, a_call

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.orders.order import Order
    from confmon.monitor.orders.order_file import OrderFile


class Remembered:
    """What the endpoint ignores: nothing."""

    def known(self) -> frozenset[str]:
        return frozenset()

    def add(self, field: str) -> None:
        pass

    def forget(self, field: str) -> None:
        pass


class Desk:
    """A session, the bridge it watches, and every notice and every outcome."""

    def __init__(
        self, order_file: OrderFile | None = None, bridge: MemoryBridge | None = None
    ) -> None:
        self.clock = bridge.clock if bridge is not None else HandClock()
        self.bridge = bridge or MemoryBridge(self.clock)
        self.audit = MemoryAudit(self.bridge.journal)
        self.notices: list[str] = []
        self.results: list[tuple[Action, Result]] = []
        self.session = Session(
            Settings(profile="test", base_url="http://127.0.0.1", login="x"),
            audit=self.audit,
            ignored_fields=Remembered(),
            clock=self.clock,
            on_change=lambda: None,
            order_file=order_file,
        )
        self.session.tell = self.notices.append
        self.session.pending_actions.on_settled(lambda *both: self.results.append(both))

    async def open(self, *, host: int = 1, others: int = 4) -> Session:
        """Begin to poll a meeting of so many."""
        self.bugs = Bugs()
        asyncio.get_running_loop().set_default_executor(InlineExecutor())
        self.bridge.meetings.setdefault(100, Meeting(meeting_number=100, id=9000, is_secured=False))
        for key in range(1, host + others + 1):
            self.bridge.calls.setdefault(key, a_call(key, role=1 if key <= host else 2))
        self.session.connect(self.bridge)
        await self.clock.settle()
        return self.session

    async def go_on(self, seconds: float) -> None:
        """Let time go by, with the second hand of the screen."""
        whole, rest = divmod(seconds, 2.0)
        for _ in range(int(whole)):
            await self.clock.advance(2.0)
            self.session.tick()
        await self.clock.advance(rest)
        self.session.tick()

    def join(self, key: int, **fields: Any) -> None:
        """Let somebody join."""
        self.bridge.calls[key] = a_call(key, **fields)

    def change(self, key: int, **fields: Any) -> None:
        """Somebody else changes a call."""
        self.bridge.calls[key] = replace(self.bridge.calls[key], **fields)

    def begin(self, id_: str = "lecture") -> Order:
        """Begin a standing order."""
        meeting = self.session.live_state.meetings[100]
        self.session.orders.begin(id_, meeting)
        order = self.session.orders.find(id_, 100)
        assert order is not None
        return order

    @property
    def muted(self) -> list[int]:
        """Who is muted on the bridge."""
        return [key for key, call in sorted(self.bridge.calls.items()) if call.mute_mode]

    @property
    def held(self) -> list[int]:
        """Who is on hold on the bridge."""
        return [key for key, call in sorted(self.bridge.calls.items()) if call.hold_mode]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A desk with a host and four others."""
    made = Desk()
    await made.open()
    yield made
    await made.session.close()
