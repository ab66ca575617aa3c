"""Whether what is shown is young enough to act on, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from confmon.monitor.polling.feed import FeedState

STALE: Final = "data is stale"
"""Why nothing may be sent, where only the age of what was read forbids it: that may pass."""

LEAST_S = 5.0
"""Data younger than this is never called stale, however short the interval."""
MOST_S = 300.0
"""Data older than this is stale however slow the bridge is, unless it is read more seldom still."""
FRESH_S = 5.0
"""What was read longer ago is read again before it is changed; before a DELETE, always."""


def age_s(state: FeedState, now: float) -> float | None:
    """Return how old the last good read of a feed is, by the moment it was asked for."""
    return None if state.ok_asked_at is None else max(0.0, now - state.ok_asked_at)


def is_stale(state: FeedState, now: float, interval_s: float) -> bool:
    """Whether a feed has missed three of its reads, by the pace at which this bridge answers."""
    age = age_s(state, now)
    return age is None or age > limit_s(state, interval_s)


def limit_s(state: FeedState, interval_s: float) -> float:
    """Return the age from which a feed is stale.

    What takes long to read is old when it arrives, and is read no more often than that: so its
    age when the third read after it is due. Failed reads have no say in it.
    """
    interval_s *= state.factor
    by_pace = state.read_s + 3 * max(interval_s, state.read_s)
    return max(LEAST_S, 3 * interval_s, min(MOST_S, by_pace))


def too_old(age: float | None) -> str:
    """Return why nothing may be done with what is so old; None: it was never read."""
    return "no data yet" if age is None else f"data is {ago(age)} old"


def ago(seconds: float) -> str:
    """Return an age in the fewest cells that are still exact enough.

    >>> ago(0.26), ago(4.2), ago(75), ago(7300)
    ('0.3s', '4.2s', '1m15s', '2h01m')
    """
    if seconds < 10:
        return f"{seconds:.1f}s"
    if seconds < 60:
        return f"{seconds:.0f}s"
    minutes, second = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes}m{second:02d}s"
    return f"{minutes // 60}h{minutes % 60:02d}m"
