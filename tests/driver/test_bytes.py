"""Bytes to the terminal for what a monitor does all day: deterministic, so any growth shows."""

from __future__ import annotations

import pytest

from confmon.tui.driver.output import Output

WIDTH, HEIGHT = 120, 40
TOP, ROWS = 1, 38
GROUND, HERE = "48;2;18;18;18", "48;2;60;60;90"
INK = "38;2;224;224;224;"


def segment(look: str, text: str) -> str:
    return f"\x1b[{look}m{text}\x1b[0m"


def line(number: int, seconds: int, *, here: bool, mark: str = "muted") -> str:
    ground = HERE if here else GROUND
    length_s = seconds + number * 7
    return (
        segment(INK + ground, f" {number:<10}")
        + segment("1;38;2;100;200;255;" + ground, f"caller {number * 7919 % 1000:<25}")
        + segment("38;2;150;150;150;" + ground, f"{length_s // 60:>4}:{length_s % 60:02} ")
        + segment("38;2;255;80;80;" + ground, f"{mark:<10}")
        + segment(INK + ground, " " * (WIDTH - 61))
    )


def table(first: int, here: int, seconds: int = 0) -> str:
    """The frame Textual writes when the whole table is refreshed."""
    rows = (
        f"\x1b[{TOP + row + 1};1H" + line(first + row, seconds, here=first + row == here)
        for row in range(ROWS)
    )
    return "\n".join(rows) + "\x1b[1;1H"


class Sizes:
    """Bytes sent for one frame after another."""

    def __init__(self, *, erase_colours: bool) -> None:
        self.output = Output(lambda: (WIDTH, HEIGHT), erase_colours=erase_colours)
        self.output.feed("\x1b[?1049h")

    def of(self, frame: str) -> int:
        self.output.feed(frame)
        return len(self.output.take().encode())


@pytest.fixture(params=[True, False], ids=["erasing paints", "erasing is plain"])
def sizes(request: pytest.FixtureRequest) -> Sizes:
    sizes = Sizes(erase_colours=request.param)
    sizes.of(table(100, 110))
    return sizes


def test_the_same_again_is_nothing(sizes: Sizes) -> None:
    assert sizes.of(table(100, 110)) == 0


def test_two_rows_with_a_changed_state(sizes: Sizes) -> None:
    frame = "".join(
        f"\x1b[{TOP + row + 1};1H" + line(100 + row, 0, here=False, mark="held") for row in (5, 25)
    )
    assert sizes.of(frame + "\x1b[1;1H") <= 110


def test_every_duration_ticks(sizes: Sizes) -> None:
    assert sizes.of(table(100, 110, seconds=1)) <= 300
    assert sizes.of(table(100, 110, seconds=2)) <= 300


def test_the_cursor_goes_down_a_line(sizes: Sizes) -> None:
    assert sizes.of(table(100, 111)) <= 480


@pytest.mark.parametrize("lines", [1, -1, 3, -3])
def test_the_table_scrolls(sizes: Sizes, lines: int) -> None:
    sizes.of(table(100, 137 if lines > 0 else 100))
    frame = table(100 + lines, 137 + lines if lines > 0 else 100 + lines)
    assert sizes.of(frame) <= 320 + 160 * abs(lines)


def test_a_page_and_back_costs_what_is_different(sizes: Sizes) -> None:
    assert sizes.of(table(138, 148)) <= 1300


def test_a_figure_behind_a_raised_hand_is_sent_alone(sizes: Sizes) -> None:
    row = "\x1b[20;1H" + segment(INK + GROUND, "Ann Lee {:88}✋{} {}s     -2   1:30")
    sizes.of(row.format("+15165550100", 2, 10))
    assert 0 < sizes.of(row.format("+15165550100", 2, 11)) < 70
    assert 0 < sizes.of(row.format("+15165550100", 1, 12)) < 70


def test_a_style_that_was_forgotten_meanwhile_is_still_the_same() -> None:
    output = Output(lambda: (80, 2), erase_colours=True)
    output.feed("\x1b[?1049h")
    output.feed("\x1b[1;1H" + segment("1;31", "a"))
    for shade in range(9000):
        look = f"38;2;{shade // 256};{shade % 256};0"
        output.feed("\x1b[2;1H" + segment(look, "x"))
    output.feed("\x1b[1;2H" + segment("1;31", "b"))
    output.redraw()
    assert "\x1b[0;1;31mab" in output.take()
