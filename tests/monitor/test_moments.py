"""A moment says in which zone it is shown, in any zone, through a night in which it changes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confmon.models.moments import LONGEST, local, minute, moment, time_of_day, zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    In = Callable[[str], None]

WINTER = 1_700_000_000
"""2023-11-14 22:13:20 in UTC."""
SUMMER = 1_690_000_000
"""2023-07-22 04:26:40 in UTC."""

ZONES = ["UTC", "Europe/Berlin", "Europe/London", "Asia/Kolkata", "America/St_Johns",
         "Pacific/Chatham", "Asia/Kathmandu", "America/New_York"]  # fmt: skip


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[In]:
    def go(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield go
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("name", "winter", "called"),
    [
        ("UTC", "2023-11-14 22:13:20Z", "UTC"),
        ("Europe/Berlin", "2023-11-14 23:13:20+01", "UTC+1"),
        ("America/New_York", "2023-11-14 17:13:20-05", "UTC-5"),
        ("Asia/Kolkata", "2023-11-15 03:43:20+0530", "UTC+5:30"),
        ("America/St_Johns", "2023-11-14 18:43:20-0330", "UTC-3:30"),
    ],
)
def test_a_moment_is_shown_in_this_machines_time(
    in_zone: In, name: str, winter: str, called: str
) -> None:
    in_zone(name)
    assert moment(WINTER * 1000) == winter
    assert local(datetime.fromtimestamp(WINTER, UTC)) == winter
    assert minute(WINTER * 1000) == winter[:16] + winter[19:]
    assert winter[11:].startswith(time_of_day(WINTER))
    assert zone(WINTER) == called


def test_summer_time_is_shown(in_zone: In) -> None:
    in_zone("Europe/London")
    assert moment(WINTER * 1000).endswith("20Z")
    assert moment(SUMMER * 1000) == "2023-07-22 05:26:40+01"
    assert (zone(WINTER), zone(SUMMER)) == ("UTC", "UTC+1")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ZONES), st.integers(0, 4_000_000_000))
def test_a_shown_moment_can_be_read_back(in_zone: In, name: str, second: int) -> None:
    in_zone(name)
    shown = moment(second * 1000)
    assert datetime.fromisoformat(shown).timestamp() == second
    assert len(minute(second * 1000)) <= LONGEST


@pytest.mark.parametrize("value", [10**18, -(10**18), 2**63])
def test_what_is_no_moment_is_shown_raw(value: int) -> None:
    assert moment(value) == minute(value) == str(value)


def test_nothing_is_nothing() -> None:
    assert moment(None) == minute(None) == ""
