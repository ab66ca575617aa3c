"""How the lines of the screen are shared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from confmon.tui.desk.heights import (
    LEAST_TABLE,
    MOST,
    STEP,
    card_height,
    pane_height,
    resized,
)

ROOMS = st.integers(10, 80)
ROWS = st.integers(0, 200)
LEAST = 7


def test_a_low_terminal_has_no_cards_and_a_high_one_has_more_lines_in_them() -> None:
    assert [card_height(height) for height in (24, 29, 30, 40, 60)] == [0, 0, 3, 4, 5]


@given(room=ROOMS, rows=ROWS, before=st.integers(0, 80))
def test_the_pane_has_its_least_and_takes_no_more_than_its_part(
    room: int, rows: int, before: int
) -> None:
    height = pane_height(room, rows, before=before, least=LEAST)
    assert LEAST <= height <= max(LEAST, int(room * MOST))


@given(room=ROOMS, rows=ROWS, before=st.integers(0, 80))
def test_no_row_is_hidden_by_lines_that_the_pane_could_do_without(
    room: int, rows: int, before: int
) -> None:
    height = pane_height(room, rows, before=before, least=LEAST)
    assert height == LEAST or room - height >= min(rows, room - int(room * MOST))


@given(room=ROOMS, rows=ROWS)
def test_a_row_that_goes_or_comes_back_moves_nothing(room: int, rows: int) -> None:
    height = pane_height(room, rows + 1, before=0, least=LEAST)
    fewer = pane_height(room, rows, before=height, least=LEAST)
    assert fewer == height
    assert pane_height(room, rows + 1, before=fewer, least=LEAST) == height


@given(room=ROOMS, rows=ROWS, before=st.integers(0, 80))
def test_asked_twice_it_is_the_same(room: int, rows: int, before: int) -> None:
    height = pane_height(room, rows, before=before, least=LEAST)
    assert pane_height(room, rows, before=height, least=LEAST) == height


def test_many_lines_that_become_free_go_to_the_pane() -> None:
    assert pane_height(40, 30, before=0, least=LEAST) == 8
    assert pane_height(40, 30 - STEP, before=8, least=LEAST) == 8 + STEP


@given(room=st.integers(20, 80), height=st.integers(1, 80), by=st.sampled_from([-2, 2]))
def test_the_operator_cannot_take_the_rows_around_the_cursor_away(
    room: int, height: int, by: int
) -> None:
    assert LEAST <= resized(height + by, room=room, least=LEAST) <= room - LEAST_TABLE
