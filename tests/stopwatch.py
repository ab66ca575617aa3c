"""Measures how long a program takes, without its waits for a processor.

A limit such as "`q` leaves within a second" is a promise about the program. On a busy machine both
the program and its test also wait for a processor, which does not count.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from time import monotonic

PATIENCE_S = float(os.environ.get("PATIENCE_S", "90"))
"""The longest wait for an event; only a failure takes so long, on any machine."""


class Stopwatch:
    """The clock's time, less the time that some processes and this one waited for a processor.

    The kernel counts for each thread how long it was ready but did not run (`schedstat`). If two
    threads wait at once, both waits are subtracted: on a busy machine the result may be too small,
    but never too large.
    """

    def __init__(self, *pids: int) -> None:
        self._pids = (*pids, os.getpid())
        self._queued_ns: dict[str, int] = {}
        self._last = float("-inf")

    def now(self) -> float:
        """Return these seconds since some fixed moment; they never run backwards."""
        self._last = max(self._last, monotonic() - self.queued_s())
        return self._last

    def queued_s(self) -> float:
        """Return how long they have waited for a processor so far.

        It keeps the waits of each thread: the kernel forgets them when the thread ends.
        """
        for pid in self._pids:
            for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                with contextlib.suppress(OSError, IndexError):
                    self._queued_ns[task.parent.name] = int(task.read_text().split()[1])
        return sum(self._queued_ns.values()) / 1e9
