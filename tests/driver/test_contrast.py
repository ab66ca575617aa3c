"""Any two colours, and what is drawn of them where there are sixteen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem, ColorType
from rich.style import Style

from confmon.tui.driver import contrast
from confmon.tui.driver.contrast import (
    BLACK,
    BRIGHT,
    VGA,
    WHITE,
    XTERM,
    readable,
    to_sixteen_colours,
)

COLOURS = st.one_of(
    st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: Color.from_rgb(*rgb)),
    st.integers(0, 15).map(lambda number: Color(str(number), ColorType.STANDARD, number)),
    st.integers(16, 255).map(lambda number: Color(str(number), ColorType.EIGHT_BIT, number)),
)
STYLES = st.builds(
    Style, color=COLOURS, bgcolor=COLOURS, bold=st.booleans(), italic=st.booleans(),
    reverse=st.booleans(),
)  # fmt: skip


@given(STYLES)
def test_whatever_was_chosen_can_be_read(style: Style) -> None:
    drawn = to_sixteen_colours(style)
    assert drawn.color is not None
    assert drawn.bgcolor is not None
    letter, ground = drawn.color.number, drawn.bgcolor.number
    assert letter is not None
    assert ground is not None
    for ink in {letter, letter | BRIGHT if drawn.bold else letter}:
        # On magenta and on the console's brown nothing does better.
        assert contrast.contrast(ink, ground) >= (4 if ground in (3, 5) else 4.5)
    assert BRIGHT not in (letter, ground)
    assert not drawn.reverse
    assert drawn.italic == style.italic
    assert to_sixteen_colours(drawn) == drawn


def test_white_on_bright_cyan_becomes_black() -> None:
    assert readable(WHITE, 14) == BLACK
    style = Style(color=Color.from_rgb(255, 255, 255), bgcolor=Color.from_rgb(1, 255, 255))
    assert to_sixteen_colours(style).render("x", color_system=ColorSystem.STANDARD) == (
        "\x1b[30;106mx\x1b[0m"
    )


def test_a_colour_that_can_be_read_stays() -> None:
    for letter in (2, 6, 7, 9, 10, 11, 13, 14, 15):
        assert readable(letter, BLACK) == letter
    assert [readable(letter, BLACK) for letter in (1, 3)] == [9, 11]  # their bright sisters
    assert readable(11, WHITE) == BLACK


def test_what_the_terminal_chooses_is_left_to_it() -> None:
    for style in (Style(bold=True), Style(color="default", bgcolor="red"), Style(color="red")):
        assert to_sixteen_colours(style) == style
    assert to_sixteen_colours(Style(bgcolor=Color.from_rgb(120, 120, 120))) == Style(
        bgcolor="color(0)"
    )


def test_both_palettes_have_sixteen() -> None:
    assert len(XTERM) == len(VGA) == 16
