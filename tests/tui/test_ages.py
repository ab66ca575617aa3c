"""The ages of counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from confmon.tui.bars.ages import rough_age


@given(seconds=st.floats(0, 10_000_000))
def test_an_age_moves_only_every_five_seconds_and_stays_short(seconds: float) -> None:
    assert len(rough_age(seconds)) <= 6
    begin = seconds // 5 * 5
    assert rough_age(begin) == rough_age(begin + 4.9)


@given(seconds=st.floats(-100, 0))
def test_what_lies_ahead_by_another_clock_has_no_age(seconds: float) -> None:
    assert rough_age(seconds) == "0s"
