"""Time, passed in. Nothing but the command line and the screen reads a clock of its own."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

T = TypeVar("T")

SLICE_S = 0.003
"""Work that can be cut pauses after this time, so that a key is answered meanwhile."""
PAUSE_S = 0.001
"""How long it is paused. A key takes several turns of the event loop to get to the screen."""


class Clock(Protocol):
    """A monotonic clock for ages and waits, and a wall clock for running times."""

    def now(self) -> float:
        """Seconds on a clock that never jumps."""
        ...

    def wall(self) -> float:
        """Epoch seconds, as this machine believes."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Timer(Protocol):
    """A call that is still to come."""

    def stop(self) -> None:
        """Let it not come."""
        ...


class CallLater(Protocol):
    """Calls a function after so many seconds."""

    def __call__(self, seconds: float, function: Callable[[], None], /) -> Timer:
        """Return the call that is to come."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> float:
        """Seconds since some fixed moment."""
        return time.monotonic()

    def wall(self) -> float:
        """Epoch seconds."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait on the running event loop."""
        await asyncio.sleep(seconds)


class SleepTimer:
    """A timer on any clock, where no event loop of a screen provides one."""

    def __init__(self, clock: Clock, seconds: float, function: Callable[[], None]) -> None:
        self._task = asyncio.create_task(self._run(clock, seconds, function))

    async def _run(self, clock: Clock, seconds: float, function: Callable[[], None]) -> None:
        await clock.sleep(seconds)
        function()

    def stop(self) -> None:
        """Let the call not come."""
        self._task.cancel()


def timers_on(clock: Clock) -> CallLater:
    """Return what calls a function after a time on this clock."""
    return lambda seconds, function: SleepTimer(clock, seconds, function)


async def run_in_slices(steps: Generator[None, None, T], clock: Clock) -> T:
    """Run steps to their end, pause whenever a slice of time is used up, and return their value.

    A clock that does not move while the steps run makes no pause.
    """
    began = clock.now()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: T = end.value
            return value
        if clock.now() - began >= SLICE_S:
            await clock.sleep(PAUSE_S)
            began = clock.now()


def run_at_once(steps: Generator[None, None, T]) -> T:
    """Run steps to their end without a pause, and return their value."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: T = end.value
            return value
