"""Moments of the past in words, with what is not known of them."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from confmon.models.moments import time_of_day, zone

if TYPE_CHECKING:
    from confmon.history.answers import Attendee
    from confmon.history.records import Gap

NEVER_ENDED = "not yet"


def between(from_ms: int, to_ms: int) -> str:
    """Return when something happened: the second, or the two it was between.

    >>> between(1000, 1400) == between(1000, 1000), "–" in between(1000, 3000)
    (True, True)
    """
    first, last = time_of_day(from_ms // 1000), time_of_day(to_ms // 1000)
    return first if first == last else f"{first}–{last}"


def about(at_ms: int, uncertainty_s: float) -> str:
    """Return the second in the middle of when it happened, and how far off it may be.

    >>> about(20_000, 0.0)[-2:], about(20_000, 4.0)[-6:]
    ('20', '18 ±2s')
    """
    off_s = math.ceil(uncertainty_s / 2)
    if uncertainty_s < 1:
        return time_of_day(at_ms // 1000)
    return f"{time_of_day((at_ms / 1000) - uncertainty_s / 2)} ±{off_s}s"


def joined(attendee: Attendee) -> str:
    """Return when somebody joined first."""
    return between(attendee.joined - int(attendee.joined_uncertainty_s * 1000), attendee.joined)


def left(attendee: Attendee) -> str:
    """Return when somebody left for the last time; empty while they are in."""
    if attendee.left is None:
        return ""
    return between(attendee.left - int(attendee.left_uncertainty_s * 1000), attendee.left)


def day_and_time(at_ms: int) -> str:
    """Return a day and the minute, as wide for every day: ``Nov 28 14:03``."""
    at = datetime.fromtimestamp(at_ms // 1000)
    return f"{at:%b} {at.day:2d} {at:%H:%M}"


def when_it_was(at_ms: int) -> str:
    """Return a day and the minute for a line of text: ``Nov 8 14:03``."""
    at = datetime.fromtimestamp(at_ms // 1000)
    return f"{at:%b} {at.day} {at:%H:%M}"


def whole_moment(at_ms: int) -> str:
    """Return a moment to the second, with its day and the name of this machine's time."""
    at = datetime.fromtimestamp(at_ms // 1000)
    return f"{at:%Y-%m-%d %H:%M:%S} {zone(at_ms // 1000)}"


def gap_words(gap: Gap) -> str:
    """Return from when to when nothing was seen, and why."""
    until = "now" if gap.to_at is None else time_of_day(gap.to_at // 1000)
    return f"not seen {time_of_day(gap.from_at // 1000)}–{until}: {gap.reason}"
