"""What is typed to find meetings of the past, and which of them are asked for."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from confmon.history.answers import SessionQuery

if TYPE_CHECKING:
    from datetime import tzinfo

HINT: Final = "find: number, owner, caller, 14:03, yesterday, 2026-11-27, live, ended"
FIRST: Final = 200
"""So many meetings are asked for at first; twice as many when the last of them is reached."""

_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAYS: Final = {"today": 0, "yesterday": 1}
_LIVE: Final = {"live": True, "ended": False}


def query_of(text: str, now_s: float, limit: int, zone: tzinfo | None = None) -> SessionQuery:
    """Return which meetings are meant: those that have all words, live at the day and time typed.

    A time without a day is the last one that has been. What is no time is a word.

    >>> from datetime import UTC
    >>> query_of("anna ended", 0, 5).words, query_of("anna ended", 0, 5).live
    (('anna',), False)
    >>> found = query_of("1970-01-02 1:00", 200_000, 5, UTC)
    >>> found.since == found.until == 90_000_000
    True
    """
    words: list[str] = []
    day: date | None = None
    time: tuple[int, int] | None = None
    live: bool | None = None
    today = datetime.fromtimestamp(now_s, zone).date()
    for word in text.split():
        known = word.casefold()
        if known in _LIVE:
            live = _LIVE[known]
        elif known in _DAYS:
            day = today - timedelta(_DAYS[known])
        elif (found := _date(word)) is not None:
            day = found
        elif (at := _TIME.fullmatch(word)) and int(at[1]) < 24 and int(at[2]) < 60:
            time = int(at[1]), int(at[2])
        else:
            words.append(word)
    since, until = _between(day, time, today, now_s, zone)
    return SessionQuery(words=tuple(words), since=since, until=until, live=live, limit=limit)


def _date(word: str) -> date | None:
    if not _DATE.fullmatch(word):
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def _between(
    day: date | None,
    time: tuple[int, int] | None,
    today: date,
    now_s: float,
    zone: tzinfo | None,
) -> tuple[int | None, int | None]:
    try:
        if time is not None:
            at = _moment(day or today, time, zone)
            if day is None and at > now_s * 1000:
                at = _moment(today - timedelta(1), time, zone)
            return at, at
        if day is not None:
            return _moment(day, (0, 0), zone), _moment(day + timedelta(1), (0, 0), zone) - 1
    except (OverflowError, OSError, ValueError):
        return 0, 0  # a day that no clock can show: nothing was live then
    return None, None


def _moment(day: date, time: tuple[int, int], zone: tzinfo | None) -> int:
    return int(datetime(day.year, day.month, day.day, *time, tzinfo=zone).timestamp() * 1000)
