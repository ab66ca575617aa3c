"""How long the event loop was held: the CPU time of its steps. No key interrupts one."""

from __future__ import annotations

import asyncio
from time import thread_time


class Meter:
    """Keeps the longest step of every event loop of this process."""

    def __init__(self) -> None:
        self._longest_s = 0.0
        run = asyncio.Handle._run

        def timed(handle: asyncio.Handle) -> None:
            began_s = thread_time()
            try:
                run(handle)
            finally:
                self._longest_s = max(self._longest_s, thread_time() - began_s)

        asyncio.Handle._run = timed  # type: ignore[method-assign, assignment]

    def take(self) -> float:
        """Return the seconds of the longest step since the last time."""
        longest_s, self._longest_s = self._longest_s, 0.0
        return longest_s
