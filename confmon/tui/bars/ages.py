"""How old the counts in the tabs and on the cards are, where they are older than they should be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS

if TYPE_CHECKING:
    from confmon.monitor.session import Session

Counted = Literal["meetings", "calls"]

LATE_S = 5.0
"""A read may be so much later than its interval, and a quarter of that, before its age is shown."""


def age_of_count(session: Session, counted: Counted) -> str:
    """Return the age of a count that is older than its feed's interval; else an empty string.

    It is the age of the newest whole read, by the moment it was asked for.
    """
    feed = MEETINGS if counted == "meetings" else ALL_CALLS
    seen, poller = session.store.seen.get(feed), session.poller
    if seen is None or poller is None:
        return ""
    age_s = session.clock.now() - seen.asked_at
    interval_s = session.interval_s * poller.state(feed).factor
    return rough_age(age_s) if age_s > 1.25 * interval_s + LATE_S else ""


def rough_age(seconds: float) -> str:
    """Return an age in steps that don't move every second.

    >>> rough_age(3), rough_age(59), rough_age(61), rough_age(7300), rough_age(90000)
    ('0s', '55s', '1m', '2h01m', '1d')
    """
    minutes, second = divmod(max(0, int(seconds)), 60)
    if not minutes:
        return f"{second // 5 * 5}s"
    if minutes < 60:
        return f"{minutes}m"
    hours, minute = divmod(minutes, 60)
    return f"{hours}h{minute:02d}m" if hours < 24 else f"{hours // 24}d"


def about(seconds: float) -> str:
    """Return how long something lasts yet, no more exactly than it is known.

    >>> about(0.2), about(7.1), about(38), about(58), about(100), about(3700)
    ('about 1s', 'about 8s', 'about 40s', 'about 1m', 'about 2m', 'about 1h02m')
    """
    whole = math.ceil(seconds)
    if whole > 10:
        whole = math.ceil(seconds / 5) * 5
    if whole < 60:
        return f"about {max(1, whole)}s"
    minutes = math.ceil(seconds / 60)
    return f"about {minutes}m" if minutes < 60 else f"about {minutes // 60}h{minutes % 60:02d}m"
