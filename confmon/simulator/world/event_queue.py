"""Future events, in order of time."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_GAP_S = 900.0


class EventQueue:
    """Events and the current moment. The cost of a run depends on the number of events only."""

    def __init__(self, now: float) -> None:
        self.now = now
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._count = 0

    @property
    def now_ms(self) -> int:
        """The current moment in epoch milliseconds."""
        return int(self.now * 1000)

    def __len__(self) -> int:
        return len(self._due)

    def after(self, delay_s: float, happen: Callable[[], object]) -> None:
        """Call `happen` `delay_s` seconds after the current moment."""
        self._count += 1
        heapq.heappush(self._due, (self.now + delay_s, self._count, happen))

    def run(self, until: float) -> None:
        """Run every event up to `until` (epoch seconds), each at its own time.

        A clock that goes back changes nothing. After a gap of more than MAX_GAP_S (a laptop that
        slept) all events are put off by the rest of the gap, so that waking up costs little.
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
