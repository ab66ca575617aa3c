"""Reads the history in a thread, one question at a time: the event loop waits for no disk."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final, TypeVar

from confmon.clock import PAUSE_S, SLICE_S, run_resting

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.clock import CallLater, Steps, Timer
    from confmon.history.history import History

T = TypeVar("T")

IDLE_S: Final = 30.0
"""So long the connection to a shared history is kept after the last question."""


class HistoryReader:
    """The history, opened when it is first asked, and again after a failure."""

    def __init__(
        self,
        open_history: Callable[[], History],
        *,
        idle_s: float | None = None,
        call_later: CallLater | None = None,
    ) -> None:
        """`open_history` is called in the thread. HistoryUnavailable: why there is none.

        After `idle_s` seconds without a question it is closed, by a timer of `call_later`: a
        connection to a shared database is not held for nothing.
        """
        self._open = open_history
        self._idle_s, self._call_later = idle_s, call_later
        self._timer: Timer | None = None
        self._closing: asyncio.Task[None] | None = None
        self._history: History | None = None
        self._turn = asyncio.Lock()
        self._is_closed = False

    async def read(self, work: Callable[[History], T]) -> T:
        """Return what `work` finds, which runs in the thread. HistoryUnavailable: why not."""
        async with self._turn:
            self._stop_timer()
            reading = asyncio.ensure_future(asyncio.to_thread(self._read, work))
            try:
                return await asyncio.shield(reading)
            except asyncio.CancelledError:
                # A thread can't be stopped: the next one must not meet it in the database.
                await asyncio.gather(reading, return_exceptions=True)
                raise
            finally:
                self._start_timer()

    def _start_timer(self) -> None:
        if self._idle_s is not None and self._call_later is not None and not self._is_closed:
            self._timer = self._call_later(self._idle_s, self._close_idle)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _close_idle(self) -> None:
        self._timer = None
        self._closing = asyncio.ensure_future(self._drop_in_turn())

    async def _drop_in_turn(self) -> None:
        async with self._turn:
            await asyncio.to_thread(self._drop)

    def _read(self, work: Callable[[History], T]) -> T:
        from sqlite3 import Error

        from confmon.history.database import HistoryUnavailable

        if self._is_closed:
            raise HistoryUnavailable("the history is closed")
        try:
            if self._history is not None and not self._history.is_in_place():
                self._drop()  # it was set aside as damaged, or removed; another one has begun
            if self._history is None:
                self._history = self._open()
            return work(self._history)
        except HistoryUnavailable:
            self._drop()
            raise
        except (Error, ValueError) as error:
            self._drop()
            raise HistoryUnavailable(f"the history can't be read: {error}") from error
        except Exception as error:
            self._drop()
            raise HistoryUnavailable(f"internal error: {type(error).__name__}") from error

    def _drop(self) -> None:
        history, self._history = self._history, None
        if history is not None:
            history.close()

    async def close(self) -> None:
        """Close it, behind what is being read."""
        self._is_closed = True
        self._stop_timer()
        await self._drop_in_turn()


def run_with_pauses(steps: Steps[T]) -> T:
    """Run steps to their end in this thread, with pauses in which the event loop can go on."""
    began = time.perf_counter()

    def rest() -> None:
        nonlocal began
        if time.perf_counter() - began >= SLICE_S:
            time.sleep(PAUSE_S)
            began = time.perf_counter()

    return run_resting(steps, rest)
