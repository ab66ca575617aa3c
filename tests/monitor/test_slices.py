"""Long work is cut into slices: keys are answered meanwhile, and nothing half done is shown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from confmon.clock import PAUSE_S, SLICE_S, run_at_once, run_in_slices
from tests.clock import HandClock

if TYPE_CHECKING:
    from collections.abc import Generator


class BusyClock(HandClock):
    """A clock that moves while work is done, too."""

    worked_s = 0.0

    def now(self) -> float:
        return super().now() + self.worked_s


def work(clock: BusyClock, steps: int, step_s: float) -> Generator[None, None, str]:
    for _ in range(steps):
        clock.worked_s += step_s
        yield
    return "done"


async def test_a_pause_is_made_whenever_a_slice_is_used_up() -> None:
    clock = BusyClock()
    task = asyncio.create_task(run_in_slices(work(clock, 10, 0.6 * SLICE_S), clock))
    pauses = 0
    await clock.settle()
    while not task.done():
        assert clock.waits() == [pytest.approx(PAUSE_S)]
        pauses += 1
        await clock.advance(PAUSE_S)
    assert await task == "done"
    assert pauses == 5


async def test_a_clock_that_does_not_move_makes_no_pause() -> None:
    clock = BusyClock()
    assert await run_in_slices(work(clock, 1000, 0.0), clock) == "done"
    assert clock.waits() == []


def test_all_steps_can_be_run_at_once() -> None:
    clock = BusyClock()
    assert run_at_once(work(clock, 3, 1.0)) == "done"
    assert clock.now() == 1003.0
