"""How many joins a minute are usual at this time of the hour, as far as this run has seen."""

from __future__ import annotations

from math import sqrt

SLOTS = 12
"""The hour in slots of five minutes: conferences begin at the full and half hour."""
LEAST_MINUTES = 10
"""So many minutes are needed before anything is called unusual."""


class Spread:
    """Mean and standard deviation of what was counted (Welford)."""

    def __init__(self) -> None:
        self.count = 0
        self.mean = 0.0
        self._squares = 0.0

    def add(self, value: float) -> None:
        """Take a count in."""
        self.count += 1
        less = value - self.mean
        self.mean += less / self.count
        self._squares += less * (value - self.mean)

    @property
    def sigma(self) -> float:
        """The standard deviation."""
        return sqrt(self._squares / self.count) if self.count else 0.0


class UsualJoins:
    """Joins of each minute, by the slot of the hour. Minutes are of the server's clock."""

    def __init__(self) -> None:
        self._slots = [Spread() for _ in range(SLOTS)]
        self._all = Spread()
        self._minute: int | None = None
        self._joins = 0

    def add(self, joins: int, wall: float) -> None:
        """Take in the joins that a read showed. The first minute is not whole and not counted."""
        minute = int(wall // 60)
        if self._minute is None:
            self._minute = minute + 1
        elif minute > self._minute:
            for at in range(self._minute, min(minute, self._minute + 60)):
                for spread in (self._slots[slot_of(at)], self._all):
                    spread.add(self._joins)
                self._joins = 0
            self._minute = minute
        if minute == self._minute:
            self._joins += joins

    def limit(self, wall: float, sigmas: float) -> float | None:
        """Return how many joins in a minute are still usual; None: not known yet."""
        slot = self._slots[slot_of(int(wall // 60))]
        spread = slot if slot.count >= LEAST_MINUTES else self._all
        return spread.mean + sigmas * spread.sigma if spread.count >= LEAST_MINUTES else None


def slot_of(minute: int) -> int:
    """Return the slot of a minute.

    >>> [slot_of(minute) for minute in (0, 4, 5, 59, 60)]
    [0, 0, 1, 11, 0]
    """
    return minute % 60 * SLOTS // 60
