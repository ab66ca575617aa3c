"""The hours of a scheduled meeting.

The reference names `conference_schedule` without its format. This bridge has its own: an ISO 8601
interval in UTC, ``2026-11-22T09:00Z/2026-11-22T10:00Z``, without the end where it is open
(``2026-11-22T09:00Z/``). A text that it cannot read is no schedule.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf


def read_window(settings: dict[str, str]) -> tuple[float, float] | None:
    """Return begin and end in epoch seconds, or None where nothing is scheduled."""
    if settings.get("conference_scheduled") != "on":
        return None
    begin, _, end = settings.get("conference_schedule", "").partition("/")
    try:
        return _moment(begin), _moment(end) if end.strip() else inf
    except ValueError:
        return None


def _moment(text: str) -> float:
    moment = datetime.fromisoformat(text.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
