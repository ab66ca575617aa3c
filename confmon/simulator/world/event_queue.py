"""What is going to happen, in order of time."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_GAP_S = 900.0


class EventQueue:
    """Future events on one line of time. Running them costs by the number of events only."""

    def __init__(self, now: float) -> None:
        self.now = now
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._count = 0

    @property
    def now_ms(self) -> int:
        """Epoch milliseconds of the moment being lived."""
        return int(self.now * 1000)

    def __len__(self) -> int:
        return len(self._due)

    def after(self, delay_s: float, happen: Callable[[], object]) -> None:
        """Let `happen` be called `delay_s` seconds from the moment now being lived."""
        self._count += 1
        heapq.heappush(self._due, (self.now + delay_s, self._count, happen))

    def run(self, until: float) -> None:
        """Live through every event up to `until` (epoch seconds), each at its own time.

        A clock that went back changes nothing. After a gap of more than MAX_GAP_S (a laptop that
        slept) everything planned moves on with the clock, so that waking up costs little.
        """
        if until - self.now > MAX_GAP_S:
            shift = until - self.now - MAX_GAP_S
            self._due = [(at + shift, count, happen) for at, count, happen in self._due]
            self.now += shift
        while self._due and self._due[0][0] <= until:
            at, _, happen = heapq.heappop(self._due)
            self.now = at
            happen()
        self.now = max(self.now, until)
