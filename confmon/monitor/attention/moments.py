"""Lengths of time in the words of signals."""

from __future__ import annotations


def format_length(seconds: float) -> str:
    """Return a length of time in words.

    >>> format_length(30), format_length(600), format_length(21600), format_length(5400)
    ('30 s', '10 min', '6 h', '90 min')
    """
    if seconds < 60 or seconds % 60:
        return f"{seconds:g} s"
    minutes = int(seconds // 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"
