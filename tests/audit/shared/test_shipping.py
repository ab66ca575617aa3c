"""When lines are copied: at the start, after each line, at the end; and how trouble is reported."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TYPE_CHECKING, cast

import pytest

from confmon.audit.shared.shipper import AuditChanged
from confmon.audit.shared.shipping import Shipping
from confmon.sharing.engine import Connection, Denied, ShareUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOBODY = cast("Connection", None)


class Thread:
    """Runs jobs at once, and counts them. `batches` are what the jobs return, or raise."""

    def __init__(self, *batches: int | Exception) -> None:
        self.batches = list(batches)
        self.copied = 0

    def ship(self, connection: Connection) -> int:
        """Copy the next batch."""
        found = self.batches.pop(0) if self.batches else 0
        if isinstance(found, Exception):
            raise found
        self.copied += found
        return found

    def run(self, job: Callable[[Connection], int]) -> Future[int]:
        """Run a job."""
        future: Future[int] = Future()
        try:
            future.set_result(job(NOBODY))
        except Exception as error:  # noqa: BLE001  as the share's thread does
            future.set_exception(error)
        return future


async def until_idle() -> None:
    """Let the event loop do what it has to do."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_it_copies_at_the_start_and_after_each_line() -> None:
    thread = Thread(100, 5)
    shipping = Shipping(thread.ship, pytest.fail)
    shipping.wake(b"before the start")
    shipping.start(thread)
    await until_idle()
    assert thread.copied == 105
    thread.batches = [1]
    await asyncio.to_thread(shipping.wake, b"line")
    await until_idle()
    assert thread.copied == 106


async def test_without_a_database_it_says_nothing_and_copies_later() -> None:
    thread = Thread(ShareUnavailable("away"))
    shipping = Shipping(thread.ship, pytest.fail)
    shipping.start(thread)
    await until_idle()
    thread.batches = [3]
    shipping.wake(b"line")
    await until_idle()
    assert thread.copied == 3


async def test_each_trouble_is_said_once(tmp_path: Path) -> None:
    notices: list[str] = []
    denied, full = Denied("the role may not write"), OSError(28, "No space left on device")
    thread = Thread(denied)
    shipping = Shipping(thread.ship, notices.append)
    shipping.start(thread)
    await until_idle()
    for error in (denied, full, full, AuditChanged("box", tmp_path), AuditChanged("box", tmp_path)):
        thread.batches = [error]
        shipping.wake(b"line")
        await until_idle()
    assert [line.split(";")[0].split(" (")[0] for line in notices] == [
        "audit lines are not shared: the role may not write",
        "audit lines are not shared: No space left on device",
        "the shared audit of this box",
    ]
    assert thread.batches  # nothing was asked any more after the last
