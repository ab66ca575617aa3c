"""The figures of the last half hour: what was not read is a gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from confmon.models.live_records import Meeting
from confmon.monitor.memory.series import FINE_SLOTS, SLOT_S, SLOTS, Ring
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of
from confmon.monitor.views.graphs import BARS, sparkline
from tests.monitor.memory.conftest import Desk, calls

if TYPE_CHECKING:
    from confmon.monitor.memory.series import Values


def known(values: Values) -> list[int]:
    return [value for value in values if value is not None]


def at_full_minute(desk: Desk) -> Desk:
    desk.clock.ahead_s = 60.0 * 1_000_000 - desk.clock.time_s
    return desk


def test_nothing_is_known_before_the_first_read(desk: Desk) -> None:
    series = desk.memory.series
    for figure in ("calls", "joins", "leaves"):
        assert series.values(figure) == (None,) * SLOTS
        assert series.values(figure, fine=True) == (None,) * FINE_SLOTS
    assert series.callers_in(100) == (None,) * SLOTS
    assert series.last_minute("joins") is None


def test_joins_and_leaves_are_counted_by_the_minute(desk: Desk) -> None:
    at_full_minute(desk)
    for count in (*range(1, 31), *range(31, 1, -1)):  # a minute of joins, a minute of leaves
        desk.show(ALL_CALLS, [*calls(*range(1, count + 1)), *calls(999, role=0)])
    series = desk.memory.series
    assert known(series.values("calls")) == [29, 3, 2]
    desk.clock.time_s += 59
    desk.show(ALL_CALLS, calls(1, 2))
    assert known(series.values("joins")) == [28, 2, 0]
    assert known(series.values("leaves")) == [0, 28, 1]
    assert series.totals == {"joins": 30, "leaves": 29}


def test_the_totals_have_what_a_gap_shows_and_not_who_was_there_at_first(desk: Desk) -> None:
    series = desk.memory.series
    desk.show(ALL_CALLS, [*calls(1, 2, 3), *calls(999, role=0)])
    assert series.totals == {"joins": 0, "leaves": 0}
    desk.clock.time_s += 3600
    desk.show(ALL_CALLS, calls(3, 4))
    assert series.totals == {"joins": 1, "leaves": 2}
    assert series.last_minute("joins") is None


def test_a_meeting_has_a_history_of_finer_steps_at_first(desk: Desk) -> None:
    at_full_minute(desk)
    series = desk.memory.series
    for count in range(1, 32):  # a minute, read every 2 s
        desk.show(ALL_CALLS, calls(*range(1, count + 1)))
    assert len(known(series.callers_in(100))) == 5
    for _ in range(300):
        desk.show(ALL_CALLS, calls(1, 2))
    assert known(series.callers_in(100))[0] > 2
    assert 10 <= len(known(series.callers_in(100))) <= 12, "by the minute again"


def test_it_shows_when_a_whole_minute_will_be_known(desk: Desk) -> None:
    series = desk.memory.series
    assert series.minute_known_in_s() is None
    desk.show(ALL_CALLS, calls(1))
    first = series.minute_known_in_s()
    assert first is not None
    assert 50 <= first <= 60
    for _ in range(31):
        desk.show(ALL_CALLS, calls(1))
    assert series.minute_known_in_s() == 0
    assert series.last_minute("joins") is not None


def test_a_minute_of_which_only_seconds_were_read_has_no_figure(desk: Desk) -> None:
    series = desk.memory.series
    for count in range(1, 8):
        desk.show(ALL_CALLS, calls(*range(1, count + 1)))
    desk.clock.time_s += 50
    assert series.last_minute("joins") is None
    assert series.minute_known_in_s() is None


def test_the_last_minute_slides(desk: Desk) -> None:
    series = desk.memory.series
    for count in range(1, 41):
        desk.show(ALL_CALLS, calls(*range(1, count + 1)))
        is_known = (count - 1) * 2 >= 60
        assert series.last_minute("joins") == (30 if is_known else None)
    desk.clock.time_s += 40
    assert series.last_minute("joins") == 10
    desk.clock.time_s += 40
    assert series.last_minute("joins") is None


def test_who_came_while_nobody_looked_came_nobody_knows_when(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1))
    desk.clock.time_s += 300
    desk.show(ALL_CALLS, calls(*range(1, 50)))
    series = desk.memory.series
    assert known(series.values("calls")) == [1, 49]
    assert known(series.values("joins")) == []
    desk.show(ALL_CALLS, calls(*range(1, 52)))
    assert known(series._rates["joins"].slots.values(desk.clock.wall())) == [2]


def test_torn_reads_make_no_figure(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1, 2))
    desk.clock.time_s += 60
    desk.show(ALL_CALLS, calls(1), clean=False)
    desk.show(calls_of(100), calls(1, 2, 3))
    assert known(desk.memory.series.values("calls")) == [2]


def test_a_meeting_has_its_callers_and_is_dropped_with_it(desk: Desk) -> None:
    both = [Meeting(meeting_number=n, id=n) for n in (100, 200)]
    desk.show(MEETINGS, both)
    for count in (3, 5):
        people = calls(*range(1, count + 1))
        desk.show(ALL_CALLS, [*people, *calls(90, 91, meeting_number=200)])
        desk.clock.time_s += 58
    series = desk.memory.series
    assert known(series.callers_in(100)) == [3, 5]
    assert known(series.callers_in(200)) == [2, 2]
    desk.show(MEETINGS, both[:1])
    desk.clock.time_s += 10
    desk.store.expire()
    for _ in range(3):
        desk.show(ALL_CALLS, calls(1))
        desk.clock.time_s += 58
    assert known(series.callers_in(200)) == []
    assert known(series.callers_in(100)) == [3, 5, 1, 1, 1]
    assert set(series._meetings) == {100}


STEPS = st.lists(
    st.tuples(st.sampled_from([2, 9, 55, 70, 400]), st.booleans(), st.sets(st.integers(1, 9))),
    max_size=60,
)


@given(STEPS)
def test_slots_have_what_whole_reads_showed_and_nothing_else(
    steps: list[tuple[int, bool, set[int]]],
) -> None:
    desk = at_full_minute(Desk())
    series = desk.memory.series
    here: set[int] = set()
    totals: dict[int, int] = {}
    joins: dict[int, int] = {}
    read_at, waiting = None, 0
    for pause, clean, keys in steps:
        desk.clock.time_s += pause
        shown = keys | here if not clean else keys | {99}  # never empty, and nobody leaves unseen
        desk.show(ALL_CALLS, calls(*sorted(shown)), clean=clean)
        now, slot = desk.clock.now(), int(desk.clock.wall() // SLOT_S)
        if read_at is not None:
            waiting += len(shown - here)
        here = shown
        if not clean:
            continue
        totals[slot] = len(shown)
        if read_at is not None and now - read_at <= 60:
            joins[slot] = joins.get(slot, 0) + waiting
        read_at, waiting = now, 0
    last = int(desk.clock.wall() // SLOT_S)
    slots = range(last - SLOTS + 1, last + 1)
    assert series.values("calls") == tuple(totals.get(slot) for slot in slots)
    assert series.values("joins")[:-1] == tuple(joins.get(slot) for slot in slots)[:-1]


@given(st.lists(st.integers(-90, 200), max_size=30))
def test_a_ring_survives_any_clock(moves: list[int]) -> None:
    ring, wall = Ring(60, 5), 1e6
    for move in moves:
        wall += move
        ring.put(wall, 1)
        values = ring.values(wall)
        assert len(values) == 5
        assert 1 in values


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=50), st.integers(0, 40))
def test_a_sparkline_fits_and_shows_gaps(values: list[float | None], width: int) -> None:
    line = sparkline(values, width)
    assert len(line) == width
    assert set(line) <= {" ", *BARS}
    if width >= len(values):
        shown = line[width - len(values) :]
        assert [sign == " " for sign in shown] == [value is None for value in values]
        assert [sign == BARS[0] for sign in shown] == [value == 0 for value in values]
        most = max(known_floats(values), default=0)
        assert all(
            sign == BARS[-1]
            for sign, value in zip(shown, values, strict=True)
            if value == most and most > 0
        )


def known_floats(values: list[float | None]) -> list[float]:
    return [value for value in values if value is not None]
