"""How long a program takes, without what a busy machine lets it wait.

A limit such as "`q` leaves within a second" is a promise about the program. Beside other load it
also waits for a processor, and so does the test that looks on; neither is the program's doing.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from time import monotonic

PATIENCE_S = float(os.environ.get("PATIENCE_S", "90"))
"""A wait that ends by itself ends long before, on any machine; only a failure takes so long."""


class Stopwatch:
    """Time of some processes' own: the clock's, less what they and this one were kept waiting.

    The kernel counts for each thread how long it was ready to run and did not (`schedstat`). Where
    two of them wait at once both waits are taken off: on a busy machine the result may be too
    small and is never too large, on a quiet one there is next to nothing to take off.
    """

    def __init__(self, *pids: int) -> None:
        self._pids = (*pids, os.getpid())
        self._queued_ns: dict[str, int] = {}
        self._last = float("-inf")

    def now(self) -> float:
        """Return seconds of their own since some fixed moment; they never run backwards."""
        self._last = max(self._last, monotonic() - self.queued_s())
        return self._last

    def queued_s(self) -> float:
        """Return how long they have waited for a processor so far.

        What a thread has waited is remembered: the kernel forgets it when the thread ends.
        """
        for pid in self._pids:
            for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                with contextlib.suppress(OSError, IndexError):
                    self._queued_ns[task.parent.name] = int(task.read_text().split()[1])
        return sum(self._queued_ns.values()) / 1e9
