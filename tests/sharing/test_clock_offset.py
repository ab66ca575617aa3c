"""Moments on two clocks: never claimed later than they were, whatever the round trips are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from confmon.sharing.members.clock_offset import DOUBT_S, ClockOffset

TRIPS = st.lists(
    st.tuples(st.floats(0.01, 30), st.floats(0, 2), st.floats(0, 1)), min_size=1, max_size=20
)
SPEEDS = st.floats(-1e-4, 1e-4)


@given(trips=TRIPS, speed=SPEEDS, age_s=st.floats(0, 30))
def test_an_asked_moment_is_never_later(
    trips: list[tuple[float, float, float]], speed: float, age_s: float
) -> None:
    def shown(mono_s: float) -> int:
        return int(5_000_000 + mono_s * 1000 * (1 + speed))

    offset, now = ClockOffset(), 100.0
    for wait_s, trip_s, part in trips:
        sent = now + wait_s
        now = sent + trip_s
        offset.add(sent, now, shown(sent + part * trip_s))
    asked = now - age_s

    assert offset.asked_to_database(asked) <= shown(asked)
    assert offset.answered_to_database(asked) >= shown(asked)
    assert offset.asked_to_monotonic(shown(asked), now) <= asked
    answered = offset.answered_to_database(asked)
    assert offset.answered_to_monotonic(answered, now) >= asked - 1e-6
    assert offset.asked_to_monotonic(shown(now + 50), now) <= now


def test_short_round_trips_make_it_exact() -> None:
    offset = ClockOffset()
    offset.add(10.0, 12.0, 5_011_000)
    assert offset.asked_to_database(10.0) < 5_009_500
    offset.add(12.0, 12.002, 5_012_001)
    assert 5_009_990 < offset.asked_to_database(10.0) <= 5_010_000
    assert offset.ahead_ms is not None
    assert abs(offset.ahead_ms - 5_000_000) < 5


def test_after_the_clock_was_set_back_nothing_old_seems_new() -> None:
    offset = ClockOffset()
    offset.add(10.0, 10.0, 5_010_000)
    asked_before = offset.asked_to_database(10.0)
    offset.add(20.0, 20.0, 5_010_000)  # ten seconds back

    assert offset.asked_to_monotonic(asked_before, 20.0) <= 10.0
    now = 20.0 + DOUBT_S + 1
    offset.add(now, now, 5_010_000 + round((now - 20.0) * 1000))
    assert now - 0.2 < offset.asked_to_monotonic(offset.asked_to_database(now), now) <= now
    assert offset.asked_to_monotonic(asked_before, now, since_s=9.0) <= 10.0
