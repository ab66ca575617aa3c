"""From a time that somebody types to a moment: `14:03`, `-10m`, `yesterday 9:30`.

A time of day is the last one that has been: typed in the morning, `22:10` is that of yesterday. In
the hour that a clock goes through twice it is the later one that has been.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo

FORMS: Final = "14:03 · 14:03:20 · -10m · -1h30 · yesterday 9:30 · 2026-11-27 9:30"
"""What may be typed, for the prompt."""

_AGO = re.compile(r"-\s*(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)(?:m|$))?\s*(?:(\d+)s)?", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_ISO = re.compile(r"^(\s*\d{4}-\d{2}-\d{2})t", re.ASCII)
_DAYS = {"today": 0, "yesterday": 1}
_TOO_OLD = "that is too long ago"


def moment_of(text: str, now_s: float, zone: tzinfo | None = None) -> float:
    """Return the moment that was typed, epoch seconds. ValueError: why it is none, in words.

    `zone` is the operator's; None: this machine's. A moment is never later than `now_s`.

    >>> from datetime import UTC
    >>> moment_of("-1h30", 10_000.0, UTC), moment_of("0:20", 10_000.0, UTC)
    (4600.0, 1200.0)
    """
    typed = " ".join(_ISO.sub(r"\1 ", text.lower()).split())
    if not typed:
        raise ValueError(f"a time: {FORMS}")
    if typed == "now":
        return now_s
    if typed.startswith("-"):
        return _ago(typed, now_s)
    day, _, rest = typed.rpartition(" ")
    at_time = _TIME.fullmatch(rest)
    if at_time is None:
        raise ValueError(_hint(typed))
    hour, minute, second = (int(part or 0) for part in at_time.groups())
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"there is no {rest}")
    try:
        today = datetime.fromtimestamp(now_s, zone).date()
        days = [_day(day, today)] if day else [today, today - timedelta(1), today - timedelta(2)]
        found = [
            at
            for day in days
            for at in _moments(datetime(day.year, day.month, day.day, hour, minute, second), zone)
        ]
    except (OverflowError, OSError):
        raise ValueError(_TOO_OLD) from None
    if not found:
        raise ValueError(f"there was no {rest} on {days[0]}: the clocks were put forward")
    been = [at for at in found if at <= now_s]
    if not been:
        raise ValueError("that is still to come")
    return max(been)


def _ago(typed: str, now_s: float) -> float:
    """Return the moment so long before now: a number without a unit is minutes."""
    found = _AGO.fullmatch(typed)
    if found is None or not any(found.groups()):
        raise ValueError(_hint(typed))
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    ago_s = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if ago_s > now_s:
        raise ValueError(_TOO_OLD)
    return now_s - ago_s


def _day(typed: str, today: date) -> date:
    if typed in _DAYS:
        return today - timedelta(_DAYS[typed])
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise ValueError(_hint(typed)) from None


def _moments(local: datetime, zone: tzinfo | None) -> list[float]:
    """Return when a clock on the wall shows this: never, once or twice."""
    found = {local.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1)}
    return [at for at in found if datetime.fromtimestamp(at, zone).replace(tzinfo=None) == local]


def _hint(typed: str) -> str:
    return f"{typed!r} is no time; it takes {FORMS}"
