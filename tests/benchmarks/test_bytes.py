"""How much a tick may send: the real screen in a real pseudo-terminal. Bytes do not depend on
the machine; the times beside them are measured by run.py and asserted nowhere."""

from __future__ import annotations

from tests.benchmarks.programs import confmon
from tests.benchmarks.screens import shown
from tests.benchmarks.shape import TABLE_LINES
from tests.benchmarks.ticks import MOVING_S, STILL_S, bytes_of

TICKS = 12


def test_a_tick_that_changes_one_row_in_twenty_sends_less_than_900_bytes() -> None:
    assert 0 < bytes_of(1000, TICKS, STILL_S) <= 900


def test_a_tick_that_moves_every_visible_duration_too_sends_less_than_1800_bytes() -> None:
    assert 0 < bytes_of(1000, TICKS, MOVING_S) <= 1800


def test_ten_times_as_many_rows_and_changes_send_less_than_1300_bytes() -> None:
    # 500 changes: every line of the events is new. Whether meetings and calls come in one frame or
    # in two depends on the machine: 730 to 1,020 bytes were seen.
    assert 0 < bytes_of(10_000, 6, STILL_S) <= 1300


def test_the_tables_beside_confmon_have_as_many_lines() -> None:
    with confmon(100) as terminal:
        assert shown(terminal.chunks).count("+1516") == TABLE_LINES - 1
