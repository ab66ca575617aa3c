"""Lengths of time in the words of signals, and the server's moments as far as they are true."""

from __future__ import annotations

from typing import Final

from confmon.models.identity import in_ms

NEVER: Final = float("inf")
"""As long as it takes until something that is not to happen."""
AHEAD_S: Final = 60.0
"""A moment so far in the future comes from a clock that is wrong."""
OFF_S: Final = 86_400.0
"""A server's clock that is so far ahead makes everything look old."""


def seconds_of(moment: int | None, wall: float, skew_s: float = 0.0) -> float | None:
    """Return a moment of a record in epoch seconds; None: not known, or not to be believed.

    `wall` is now by the server's clock, which is `skew_s` ahead of ours. What lies in the future is
    not believed; nor is what is as old as a clock is ahead that is days ahead: then only the clock
    of its answers is wrong, not that of its records.

    >>> seconds_of(1_700_000_000, 1_700_000_090.0), seconds_of(1_700_000_000, 1_600_000_000.0)
    (1700000000.0, None)
    >>> year_s = 365 * 86_400.0
    >>> seconds_of(1_700_000_000_000, 1_700_000_090 + year_s, year_s)
    """
    if not moment:
        return None
    seconds = in_ms(moment) / 1000
    age_s = wall - seconds
    is_as_old_as_wrong = skew_s >= OFF_S and age_s >= skew_s - AHEAD_S
    return None if age_s < -AHEAD_S or is_as_old_as_wrong else seconds


def format_length(seconds: float) -> str:
    """Return a length of time in words.

    >>> format_length(30), format_length(600), format_length(21600), format_length(5400)
    ('30 s', '10 min', '6 h', '90 min')
    """
    if seconds < 60 or seconds % 60:
        return f"{seconds:g} s"
    minutes = int(seconds // 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"
