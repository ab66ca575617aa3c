"""Formats moments for people: in this machine's time, with its distance from UTC.

Not for exported data, which stays as the API sends it, or is ISO 8601 in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import localtime

LONGEST = 21
"""Cells of `minute` in a zone that is not a whole number of hours from UTC."""


def moment(epoch_ms: int | None) -> str:
    """Return a moment to the second: ``2026-03-28 23:59:59+01``, with ``Z`` for UTC itself."""
    return _written(epoch_ms, "%Y-%m-%d %H:%M:%S")


def minute(epoch_ms: int | None) -> str:
    """Return a moment to the minute: ``2026-03-28 23:59+01``."""
    return _written(epoch_ms, "%Y-%m-%d %H:%M")


def time_of_day(epoch_s: float) -> str:
    """Return hour, minute and second; show `zone` next to it."""
    return f"{datetime.fromtimestamp(epoch_s):%H:%M:%S}"


def zone(epoch_s: float) -> str:
    """Return the name of this machine's time at a moment: ``UTC``, ``UTC+1``, ``UTC+5:30``."""
    offset_s = localtime(epoch_s).tm_gmtoff
    hours, minutes = divmod(abs(offset_s) // 60, 60)
    if (hours, minutes) == (0, 0):
        return "UTC"
    return f"UTC{'-' if offset_s < 0 else '+'}{hours}" + (f":{minutes:02d}" if minutes else "")


def local(at: datetime) -> str:
    """Return a moment in its own zone to the second, in the form of `moment`."""
    return _with_zone(at.astimezone(), "%Y-%m-%d %H:%M:%S")


def _written(epoch_ms: int | None, form: str) -> str:
    if epoch_ms is None:
        return ""
    try:
        return _with_zone(datetime.fromtimestamp(epoch_ms / 1000, UTC).astimezone(), form)
    except (OverflowError, ValueError, OSError):
        return str(epoch_ms)


def _with_zone(at: datetime, form: str) -> str:
    offset = at.strftime("%z")
    return at.strftime(form) + ("Z" if not int(offset[1:5]) else offset[:5].removesuffix("00"))
