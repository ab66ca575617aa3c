"""Time, passed in. Nothing but the command line and the screen reads a clock of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Steps = Generator[None, None, T]
"""Work that can be cut: it may pause at each yield, and returns a value."""

SLICE_S = 0.003
"""Work that can be cut pauses after this time, so that a key is answered meanwhile."""
PAUSE_S = 0.001
"""How long it is paused. A key takes several turns of the event loop to get to the screen."""
LONGEST_REST_S = 0.05
"""A thread waits no longer for keys, however fast they come."""
KEY_S = 0.012
"""How long work that can be cut waits after a key: so long it is on its way to the screen."""


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


class Keys:
    """When the last key came. A process has one keyboard, and one monotonic clock."""

    def __init__(self) -> None:
        self.last_at_s = float("-inf")

    def add(self, at_s: float) -> None:
        """Note a key, on any thread."""
        self.last_at_s = at_s

    def is_on_its_way(self, now_s: float) -> bool:
        """Whether a key came so lately that the screen may not show it yet."""
        return 0.0 <= now_s - self.last_at_s < KEY_S

    def give_way(self) -> None:
        """Let other threads run, and a key get to the screen. Blocks a thread for 50 ms at most."""
        until = time.monotonic() + LONGEST_REST_S
        time.sleep(PAUSE_S)
        while self.is_on_its_way(now := time.monotonic()) and now < until:
            time.sleep(PAUSE_S)


KEYS = Keys()


async def run_in_slices(steps: Steps[T], clock: Clock, keys: Keys = KEYS) -> T:
    """Run steps to their end and return their value; give way to keys.

    It pauses whenever a slice of time is used up, and while a key is on its way to the screen. A
    clock that does not move while the steps run makes no pause.
    """
    began = clock.now()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: T = end.value
            return value
        now = clock.now()
        if now - began >= SLICE_S or (now > began and keys.is_on_its_way(now)):
            await clock.sleep(PAUSE_S)
            while keys.is_on_its_way(clock.now()):
                await clock.sleep(PAUSE_S)
            began = clock.now()


def run_resting(steps: Steps[T], rest: Callable[[], None]) -> T:
    """Run steps to their end and return their value. `rest` is called between two steps."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: T = end.value
            return value
        rest()


def run_at_once(steps: Steps[T]) -> T:
    """Run steps to their end without a pause, and return their value."""
    return run_resting(steps, lambda: None)
