"""How long to wait before asking again. Never gives up, never storms."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from confmon.models.errors import Throttled, TimedOut, Unreachable


@dataclass(slots=True)
class Backoff:
    """Waits of one feed. After failures they grow to `cap_s`.

    A bridge that answers, and has read well before, is never asked sooner than after the interval.
    One that cannot be reached, or that nothing has been read from yet, is probed after a second.
    Jitter keeps monitors apart; it comes from the module's generator, so a seed repeats it.
    """

    cap_s: float = 30.0
    jitter: float = 0.1
    random: random.Random = field(default_factory=lambda: random.Random(random.getrandbits(64)))  # noqa: S311
    failures: int = 0
    has_read: bool = False

    def after_success(self, interval_s: float, took_s: float) -> float:
        """Return the rest of the interval, at least a quarter of it so that slow is not busy."""
        self.failures, self.has_read = 0, True
        return max(interval_s - took_s, interval_s / 4) * self._spread()

    def after_failure(self, interval_s: float, error: Exception) -> float:
        """Return a wait that doubles from a second to the cap, or what a 429 asked for."""
        self.failures += 1
        if isinstance(error, Throttled) and error.retry_after_s is not None:
            return error.retry_after_s
        grown = min(self.cap_s, 2.0 ** min(self.failures - 1, 10))
        is_probe = isinstance(error, Unreachable | TimedOut) or not self.has_read
        if is_probe and not isinstance(error, Throttled):
            return grown * self._spread()
        return max(interval_s, grown) * self._spread()

    def _spread(self) -> float:
        return 1 + self.random.uniform(-self.jitter, self.jitter)
