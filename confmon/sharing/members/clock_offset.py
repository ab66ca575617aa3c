"""How far the database's clock is ahead of this process's monotonic clock, with bounds.

A proof needs a read that was asked for after the action. So a moment on one clock becomes one on
the other that is never later than it truly was, for `asked`, and never earlier, for `answered`.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

DRIFT: Final = 0.0005
"""So much one clock may run faster than the other: ten times what a bad crystal does."""
DOUBT_S: Final = 15.0
"""So long both bounds are used after a clock was set: others write by the old one meanwhile."""


AHEAD_STEP_MS: Final = 100
"""By so little more or less it is no news: each piece of news is work for a screen."""


class _Bounds(NamedTuple):
    """Milliseconds by which the database is ahead, at a moment of the monotonic clock."""

    low: float
    high: float
    at_s: float

    def at(self, now_s: float) -> _Bounds:
        slack = DRIFT * 1000 * abs(now_s - self.at_s)
        return _Bounds(self.low - slack, self.high + slack, now_s)


class ClockOffset:
    """Bounds of (database clock - monotonic clock), from round trips.

    `began_s` is when this process began. By which clock the frames up to `unsure_to` were written
    it can't know, as it came later. Two limits are left: a moment may be taken for later than it
    was if the clock is set while it is being written and this process connects for the first time
    just then, or if the clock is set twice between `DOUBT_S` before the moment and when it is read.
    """

    def __init__(self, began_s: float = float("inf")) -> None:
        self.began_s, self.unsure_to = began_s, 0
        self._bounds: _Bounds | None = None
        self._before: _Bounds | None = None
        """The bounds of all times before the clock was set."""
        self._set_at_s = float("-inf")
        self.ahead_ms: int | None = None
        """About how far the database is ahead, or None before the first round trip."""

    def add(
        self, sent_s: float, answered_s: float, database_ms: int, newest_frame: int = 0
    ) -> None:
        """Learn of a round trip: the database looked at its clock between two moments."""
        if self._bounds is None:
            self.unsure_to = newest_frame
        # Its clock shows whole milliseconds, so up to one more has passed.
        low, high = database_ms - answered_s * 1000, database_ms + 1 - sent_s * 1000
        self._bounds = self._narrowed(low, high, answered_s)
        ahead_ms = round((self._bounds.low + self._bounds.high) / 2)
        if self.ahead_ms is None or abs(ahead_ms - self.ahead_ms) > AHEAD_STEP_MS:
            self.ahead_ms = ahead_ms

    def _narrowed(self, low: float, high: float, answered_s: float) -> _Bounds:
        """Return what the bounds are after a round trip that gave these ones."""
        if self._bounds is None:
            return _Bounds(low, high, answered_s)
        known = self._bounds.at(answered_s)
        if low > known.high or high < known.low:  # somebody set the clock
            before = self._before or known
            self._before = _Bounds(
                min(known.low, before.low), max(known.high, before.high), answered_s
            )
            self._set_at_s = answered_s
            return _Bounds(low, high, answered_s)
        return _Bounds(max(low, known.low), min(high, known.high), answered_s)

    def asked_to_database(self, mono_s: float) -> int:
        """Return a moment of the monotonic clock on the database's, never later than it was."""
        return math.floor(mono_s * 1000 + self._at(mono_s).low)

    def answered_to_database(self, mono_s: float) -> int:
        """Return a moment of the monotonic clock on the database's, never earlier than it was."""
        return math.ceil(mono_s * 1000 + self._at(mono_s).high)

    def asked_to_monotonic(
        self, database_ms: int, now_s: float, *, since_s: float | None = None
    ) -> float:
        """Return a moment of the database's clock on ours, never later than it was, nor than now.

        `now_s` is when it became known. It was written after `since_s`; None: just now. If the
        clock was set since then, it may be by any clock that there was.
        """
        near = self._at(now_s, since_s)
        mono_s = (database_ms - near.high) / 1000
        return min((database_ms - near.at(mono_s).high) / 1000, now_s)

    def answered_to_monotonic(
        self, database_ms: int, now_s: float, *, since_s: float | None = None
    ) -> float:
        """Return a moment of the database's clock on ours, never earlier, but not after now."""
        near = self._at(now_s, since_s)
        mono_s = (database_ms - near.low) / 1000
        return min((database_ms - near.at(mono_s).low) / 1000, now_s)

    def _at(self, mono_s: float, since_s: float | None = None) -> _Bounds:
        """Return the bounds for a moment, with those before the clock was set if they may count."""
        if self._bounds is None:
            raise RuntimeError("there was no round trip yet")
        bounds, before = self._bounds.at(mono_s), self._before
        written_s = self._bounds.at_s if since_s is None else since_s
        if before is None or written_s - self._set_at_s > DOUBT_S:
            return bounds
        before = before.at(mono_s)
        return _Bounds(min(bounds.low, before.low), max(bounds.high, before.high), mono_s)
