"""A time that is typed is the moment that the operator's own clock showed it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.monitor.past.typed_time import moment_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 28, 15, 10, 30, tzinfo=BERLIN)


def typed(text: str, now: datetime = NOW) -> datetime:
    """The moment of what is typed, on the clock of Berlin."""
    return datetime.fromtimestamp(moment_of(text, now.timestamp(), BERLIN), BERLIN)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("14:03", "2026-11-28 14:03:00"),
        ("14:03:20", "2026-11-28 14:03:20"),
        ("9:30", "2026-11-28 09:30:00"),
        ("15:11", "2026-11-27 15:11:00"),
        ("today 9:30", "2026-11-28 09:30:00"),
        ("Yesterday  9:30", "2026-11-27 09:30:00"),
        ("2026-11-27 9:30", "2026-11-27 09:30:00"),
        ("2026-10-01 09:30:05", "2026-10-01 09:30:05"),
        ("2026-11-27T09:30", "2026-11-27 09:30:00"),
        ("-10m", "2026-11-28 15:00:30"),
        ("-10", "2026-11-28 15:00:30"),
        ("-90s", "2026-11-28 15:09:00"),
        ("-1h30", "2026-11-28 13:40:30"),
        ("-1h30m", "2026-11-28 13:40:30"),
        ("- 1h 30m 5s", "2026-11-28 13:40:25"),
        ("-2d", "2026-11-26 15:10:30"),
        ("now", "2026-11-28 15:10:30"),
    ],
)
def test_each_form_means_a_moment(text: str, local: str) -> None:
    assert typed(text).strftime("%Y-%m-%d %H:%M:%S") == local


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a time"),
        ("-", "is no time"),
        ("-m", "is no time"),
        ("-10x", "is no time"),
        ("noon", "is no time"),
        ("14", "is no time"),
        ("tomorrow 9:30", "is no time"),
        ("2026-02-30 9:30", "is no time"),
        ("24:00", "there is no 24:00"),
        ("14:60", "there is no 14:60"),
        ("today 15:11", "still to come"),
        ("2026-12-01 9:30", "still to come"),
        ("-99999999999d", "too long ago"),
        ("١٤:٠٣", "is no time"),
    ],
)
def test_what_means_none_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        moment_of(text, NOW.timestamp(), BERLIN)


def test_what_an_hour_skips_is_reported() -> None:
    now = datetime(2026, 3, 29, 12, 0, tzinfo=BERLIN)
    with pytest.raises(ValueError, match="no 2:30 on 2026-03-29: the clocks were put forward"):
        typed("2026-03-29 2:30", now)
    assert typed("2:30", now).date().isoformat() == "2026-03-28"  # the last one that has been
    assert typed("3:00", now) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_an_hour_that_comes_twice_means_the_later_one_that_has_been() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()
    second = first + 3600
    assert moment_of("2026-10-25 2:30", second + 36_000, BERLIN) == second
    assert moment_of("2:30", second - 60, BERLIN) == first
    assert moment_of("2:30", second, BERLIN) == second


def test_how_long_ago_is_by_time_that_goes_by() -> None:
    now = datetime(2026, 3, 29, 3, 10, tzinfo=BERLIN)  # ten minutes after 2:00 became 3:00
    assert typed("-20m", now).strftime("%H:%M") == "01:50"


def test_a_day_is_that_of_the_operator() -> None:
    now = datetime(2026, 11, 28, 0, 30, tzinfo=BERLIN)
    assert typed("yesterday 23:50", now) == datetime(2026, 11, 27, 22, 50, tzinfo=UTC)
    assert typed("23:50", now) == datetime(2026, 11, 27, 22, 50, tzinfo=UTC)


WHOLE_SECONDS = st.datetimes(datetime(1990, 1, 1), datetime(2026, 11, 28)).map(
    lambda at: at.replace(microsecond=0)
)


@given(WHOLE_SECONDS)
def test_a_whole_date_is_read_as_it_is_written(local: datetime) -> None:
    text = f"{local:%Y-%m-%d %H:%M:%S}"
    if _is_skipped(local):
        with pytest.raises(ValueError, match="put forward"):
            typed(text)
    else:
        assert typed(text).replace(tzinfo=None, fold=0) == local


def _is_skipped(local: datetime) -> bool:
    """Whether no clock in Berlin has shown it: there its offset is that of before or after."""
    there = local.replace(tzinfo=BERLIN)
    return there.astimezone(UTC).astimezone(BERLIN).replace(tzinfo=None) != local


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_moment_that_has_been_or_refused(text: str) -> None:
    now_s = NOW.timestamp()
    try:
        found = moment_of(text, now_s, BERLIN)
    except ValueError:
        return
    assert found <= now_s
