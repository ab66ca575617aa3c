"""The rate limit: never exceeded, actions first, polling never starved."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.api.http.rate_limit import RateLimit
from confmon.ports import AT_ONCE, LAST


class HandClock:
    """A clock that does not move until it is moved."""

    def __init__(self) -> None:
        self.time = 1000.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.time + seconds, waiting))
        await waiting

    async def run(self, seconds: float, each: Callable[[], None] = lambda: None) -> None:
        """Let time pass, waking each sleeper at its moment."""
        end = self.time + seconds
        while True:
            for _ in range(3):
                await asyncio.sleep(0)
            due = [at for at, waiting in self._sleepers if not waiting.done()]
            self.time = min([*due, end])
            each()
            ripe = [waiting for at, waiting in self._sleepers if at <= self.time]
            self._sleepers = [entry for entry in self._sleepers if entry[0] > self.time]
            for waiting in ripe:
                if not waiting.done():
                    waiting.set_result(None)
            if not ripe and self.time >= end:
                return


async def crowd(limit: RateLimit, log: list[str], name: str, count: int, *, priority: bool) -> None:
    for _ in range(count):
        await limit.acquire(priority=priority)
        log.append(name)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 50), st.integers(0, 60), st.integers(0, 60))
def test_the_rate_holds_and_everybody_is_served(per_s: int, actions: int, polls: int) -> None:
    async def play() -> None:
        clock, log = HandClock(), list[tuple[float, str]]()
        limit = RateLimit(per_s, clock)

        async def one(name: str, *, priority: bool) -> None:
            await limit.acquire(priority=priority)
            log.append((clock.now(), name))

        async with asyncio.TaskGroup() as group:
            for _ in range(polls):
                group.create_task(one("poll", priority=False))
            for _ in range(actions):
                group.create_task(one("action", priority=True))
            await clock.run(2 + 2 * (actions + polls) / per_s)
        assert len(log) == actions + polls
        for start, _ in log:
            assert sum(start <= at < start + 1 for at, _ in log) <= 2 * per_s + 2

    asyncio.run(play())


async def test_actions_overtake_waiting_polls() -> None:
    clock, log = HandClock(), list[str]()
    limit = RateLimit(10, clock)
    async with asyncio.TaskGroup() as group:
        for _ in range(30):
            group.create_task(crowd(limit, log, "poll", 1, priority=False))
        await clock.run(0.001)
        polls = len(log)
        assert polls == 7  # a quarter of the bucket is kept for actions
        for _ in range(5):
            group.create_task(crowd(limit, log, "action", 1, priority=True))
        await clock.run(0.001)
        assert log[polls:].count("action") == 3  # at once, out of what polling may not touch
        await clock.run(0.35)
        assert log[polls:] == ["action"] * 5
        await clock.run(10)
    assert len(log) == 35


async def test_polling_goes_on_under_a_flood_of_actions() -> None:
    clock, log = HandClock(), list[str]()
    limit = RateLimit(10, clock)
    async with asyncio.TaskGroup() as group:
        for _ in range(100):
            group.create_task(crowd(limit, log, "action", 1, priority=True))
        group.create_task(crowd(limit, log, "poll", 5, priority=False))
        await clock.run(5)
        assert log.count("poll") >= 3
        assert log.count("action") >= 40
        await clock.run(20)
    assert len(log) == 105


async def test_who_gives_up_waiting_makes_room() -> None:
    clock, log = HandClock(), list[str]()
    limit = RateLimit(2, clock)
    async with asyncio.TaskGroup() as group:
        gone = [group.create_task(crowd(limit, log, "gone", 1, priority=True)) for _ in range(50)]
        await clock.run(0.001)
        for task in gone:
            task.cancel()
        group.create_task(crowd(limit, log, "here", 1, priority=True))
        await clock.run(1)
        assert "here" in log


async def test_the_last_minute_is_counted() -> None:
    clock = HandClock()
    limit = RateLimit(100, clock)
    for _ in range(7):
        await limit.acquire()
    clock.time += 30
    await limit.acquire(priority=True)
    assert limit.per_minute() == 8
    clock.time += 31
    assert limit.per_minute() == 1
    clock.time += 30
    assert limit.per_minute() == 0


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        RateLimit(0, HandClock())


async def test_what_is_asked_at_once_overtakes_the_actions_of_a_bulk() -> None:
    clock, log = HandClock(), list[str]()
    limit = RateLimit(4, clock)

    async def single() -> None:
        AT_ONCE.set(True)
        await crowd(limit, log, "single", 1, priority=True)

    async with asyncio.TaskGroup() as group:
        for _ in range(12):
            group.create_task(crowd(limit, log, "bulk", 1, priority=True))
        await clock.run(0.2)
        assert log == ["bulk"] * 4
        group.create_task(single())
        await clock.run(0.4)
        assert log == ["bulk"] * 4 + ["single", "bulk"]
        await clock.run(4)
    assert log.count("bulk") == 12


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 50), st.integers(0, 30), st.integers(0, 30))
def test_what_comes_last_waits_for_everybody_and_leaves_half(
    per_s: int, actions: int, polls: int
) -> None:
    async def play() -> None:
        clock, log = HandClock(), list[str]()
        limit = RateLimit(per_s, clock)

        async def last() -> None:
            LAST.set(True)
            await crowd(limit, log, "last", 1, priority=False)

        async with asyncio.TaskGroup() as group:
            for _ in range(actions):
                group.create_task(crowd(limit, log, "action", 1, priority=True))
            for _ in range(polls):
                group.create_task(crowd(limit, log, "poll", 1, priority=False))
            group.create_task(last())
            await clock.run(2.0 * (actions + polls) / per_s + 5)
        assert log[-1] == "last"
        assert limit._tokens >= limit._size / 2

    asyncio.run(play())


async def test_an_action_goes_at_once_after_what_came_last() -> None:
    clock, log = HandClock(), list[str]()
    limit = RateLimit(2, clock)

    async def last() -> None:
        LAST.set(True)
        await crowd(limit, log, "last", 3, priority=False)

    async with asyncio.TaskGroup() as group:
        group.create_task(last())
        await clock.run(0.01)
        group.create_task(crowd(limit, log, "action", 1, priority=True))
        await clock.run(0.01)
        assert log == ["last", "action"]
        await clock.run(5)
    assert log.count("last") == 3
