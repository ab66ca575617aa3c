"""Clocks that a test moves, and a loop on which everything has one order."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class HandClock:
    """Time moves only when a test says so, sleeper by sleeper in order."""

    def __init__(self) -> None:
        self.time_s = 1000.0
        self.ahead_s = 1_700_000_000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._turn = itertools.count()

    def now(self) -> float:
        return self.time_s

    def wall(self) -> float:
        return self.time_s + self.ahead_s

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.time_s + seconds, next(self._turn), woken))
        await woken

    def waits(self) -> list[float]:
        """How long each sleeper still sleeps."""
        return sorted(due - self.time_s for due, _, woken in self._sleepers if not woken.done())

    async def settle(self) -> None:
        """Let everything run that can run without time going by."""
        await rest()

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


class WaitingClock:
    """Time that passes only in waits."""

    def __init__(self) -> None:
        self.time = 100.0

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)


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
