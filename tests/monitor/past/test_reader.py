"""The history is read from where it is now, by one thread at a time, whatever goes wrong."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from confmon.clock import timers_on
from confmon.history.database import HistoryUnavailable, open_to_read
from confmon.history.history import History, open_history
from confmon.history.queries.tables import Tables
from confmon.monitor.past.reader import HistoryReader
from tests.clock import HandClock
from tests.history.town import NOON, Town, small_town

if TYPE_CHECKING:
    from pathlib import Path


def span(history: History) -> tuple[int, int] | None:
    """When it was recorded."""
    return history.span()


async def test_a_history_that_has_begun_anew_is_read_in_place_of_the_old_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "history.db"
    small_town(path).close()
    reader = HistoryReader(partial(open_history, path))
    old = await reader.read(span)
    path.rename(tmp_path / "history.db.broken")
    town = Town(path, began=NOON + 3_600_000)
    town.meets(1)
    town.read()
    new = await reader.read(span)
    assert old is not None
    assert new is not None
    assert new[0] > old[1]
    await reader.close()
    town.close()


async def test_a_fault_of_our_own_is_said_and_the_next_question_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    small_town(path).close()
    reader = HistoryReader(partial(open_history, path))

    def fails(_history: History) -> None:
        raise KeyError("+15162065319")

    with pytest.raises(HistoryUnavailable, match=r"^internal error: KeyError$"):
        await reader.read(fails)
    assert await reader.read(span)
    await reader.close()


async def test_a_fault_when_it_is_looked_for_is_said_too(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    small_town(path).close()
    faults = [OSError("the volume is gone")]

    def is_in_place() -> bool:
        if faults:
            raise faults.pop()
        return True

    reader = HistoryReader(lambda: History(Tables(open_to_read(path)), is_in_place))
    assert await reader.read(span)
    with pytest.raises(HistoryUnavailable, match=r"^internal error: OSError$"):
        await reader.read(span)
    assert await reader.read(span)
    await reader.close()


async def test_nobody_reads_while_a_question_that_was_given_up_is_still_answered(
    tmp_path: Path,
) -> None:
    path = tmp_path / "history.db"
    small_town(path).close()
    reader = HistoryReader(partial(open_history, path))
    may_end, has_begun, order = threading.Event(), threading.Event(), list[str]()

    def slow(_history: History) -> None:
        has_begun.set()
        may_end.wait()
        order.append("slow")

    def quick(_history: History) -> None:
        order.append("quick")

    given_up = asyncio.create_task(reader.read(slow))
    await asyncio.to_thread(has_begun.wait)
    given_up.cancel()
    after = asyncio.create_task(reader.read(quick))
    await asyncio.to_thread(lambda: None)
    may_end.set()
    await after
    assert order == ["slow", "quick"]
    assert given_up.cancelled()
    await reader.close()


async def test_nothing_is_held_open_for_long_after_the_last_question(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    small_town(path).close()
    clock = HandClock()
    opened: list[History] = []

    def open_() -> History:
        opened.append(open_history(path))
        return opened[-1]

    reader = HistoryReader(open_, idle_s=30.0, call_later=timers_on(clock))
    await reader.read(span)
    await clock.advance(20)
    await reader.read(span)
    await clock.advance(29)
    await reader.read(span)
    assert len(opened) == 1
    await clock.advance(31)
    assert await reader.read(span)
    assert len(opened) == 2
    await reader.close()
