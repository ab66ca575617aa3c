"""Moments of the past in words, with what is not known of them."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from confmon.models.moments import time_of_day, zone

if TYPE_CHECKING:
    from confmon.history.answers import Attendee
    from confmon.history.records import Gap


def is_one_day(one_s: float, other_s: float) -> bool:
    """Whether two moments are of one day here."""
    return datetime.fromtimestamp(one_s).date() == datetime.fromtimestamp(other_s).date()


def when(at_s: float, of_s: float) -> str:
    """Return a moment to the second, with its date if that is another day than that of `of_s`."""
    if is_one_day(at_s, of_s):
        return time_of_day(at_s)
    return f"{datetime.fromtimestamp(at_s):%Y-%m-%d %H:%M:%S}"


def between(from_ms: int, to_ms: int, of_ms: int) -> str:
    """Return when something happened: the second, or the two it was between.

    A date is in it where that is another day than that of `of_ms`.

    >>> between(1000, 1400, 0) == between(1000, 1000, 0), "–" in between(1000, 3000, 0)
    (True, True)
    """
    first, last = when(from_ms // 1000, of_ms // 1000), when(to_ms // 1000, from_ms // 1000)
    is_one = from_ms // 1000 == to_ms // 1000
    return first if is_one else f"{first}–{last}"


def about(at_ms: int, uncertainty_s: float, of_ms: int) -> str:
    """Return the second in the middle of when it happened, and how far off it may be.

    Of another day than that of `of_ms` it is the day and the minute, for there is no more room.

    >>> about(20_000, 0.0, 0)[-2:], about(20_000, 4.0, 0)[-6:], about(86_420_000, 0.0, 0)[:3]
    ('20', '18 ±2s', 'Jan')
    """
    if not is_one_day(at_ms / 1000, of_ms / 1000):
        return day_and_time(at_ms)
    off_s = math.ceil(uncertainty_s / 2)
    if uncertainty_s < 1:
        return time_of_day(at_ms // 1000)
    return f"{time_of_day((at_ms / 1000) - uncertainty_s / 2)} ±{off_s}s"


def joined(attendee: Attendee, of_ms: int) -> str:
    """Return when somebody joined first."""
    since = attendee.joined - int(attendee.joined_uncertainty_s * 1000)
    return between(since, attendee.joined, of_ms)


def left(attendee: Attendee, of_ms: int) -> str:
    """Return when somebody left for the last time; empty while they are in."""
    if attendee.left is None:
        return ""
    since = attendee.left - int(attendee.left_uncertainty_s * 1000)
    return between(since, attendee.left, of_ms)


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


def gap_words(gap: Gap, of_ms: int) -> str:
    """Return from when to when nothing was seen, and why, in few words."""
    start = gap.from_at // 1000
    until = "now" if gap.to_at is None else when(gap.to_at // 1000, start)
    return f"not seen {when(start, of_ms // 1000)}–{until}: {gap.reason}"
