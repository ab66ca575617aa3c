"""Readable colours on terminals that have only sixteen.

Themes choose among sixteen million colours. A terminal of sixteen replaces letter colour and
background each by the nearest of its own, and both may come out alike: white on bright cyan. Such
letters are drawn in the dark or bright sister of their colour, or in black or white.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color, ColorSystem, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color as TextualColor

READABLE_CONTRAST = 4.5
"""The least contrast at which text of any size is readable, by the W3C."""

XTERM = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205),
    (229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255),
    (255, 0, 255), (0, 255, 255), (255, 255, 255),
)  # fmt: skip
"""The sixteen colours of xterm."""
VGA = (
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170),
    (170, 170, 170), (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255),
    (255, 85, 255), (85, 255, 255), (255, 255, 255),
)  # fmt: skip
"""The sixteen colours of the Linux console."""
BLACK, GREY, BRIGHT, WHITE = 0, 7, 8, 15
"""`BRIGHT` is the bit that makes a colour bright, and bright black: grey on some terminals, almost
black on others, so it is used for no letter and no background."""


def contrast(first: int, second: int) -> float:
    """Return the contrast of two of the sixteen colours, from 1 to 21, in the worse palette.

    >>> contrast(0, 15), round(contrast(15, 14), 1)
    (21.0, 1.2)
    """
    return min(_contrast(first, second, palette) for palette in (XTERM, VGA))


def _contrast(first: int, second: int, palette: tuple[tuple[int, int, int], ...]) -> float:
    low, high = sorted((_luminance(palette[first]), _luminance(palette[second])))
    return (high + 0.05) / (low + 0.05)


@lru_cache(32)
def _luminance(triplet: tuple[int, int, int]) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (byte / 255 for byte in triplet)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(letter: int, ground: int) -> int:
    """Return the readable colour on `ground` that is most like `letter`."""
    letter = GREY if letter == BRIGHT else letter
    for number in (letter, letter ^ BRIGHT):
        if number != BRIGHT and contrast(number, ground) >= READABLE_CONTRAST:
            return number
    return max((BLACK, WHITE), key=lambda number: contrast(number, ground))


@lru_cache(1024)
def to_sixteen_colours(style: Style) -> Style:
    """Return a style in readable colours; it leaves the terminal's own colours as they are."""
    letter, ground = _ansi_number(style.color), _ansi_number(style.bgcolor)
    if letter is None or ground is None:
        # Blanks have only a background, which must match that of the letters beside them.
        return style + Style(bgcolor=_ansi_colour(BLACK)) if ground == BRIGHT else style
    if style.reverse:
        letter, ground = ground, letter
    if ground == BRIGHT:
        ground = GREY if style.reverse else BLACK  # reversed text must stand out
    drawn = readable(letter, ground)
    if contrast(drawn, ground) < READABLE_CONTRAST:  # dark yellow: brown on some terminals
        drawn, ground = readable(ground, BLACK), BLACK
    # Many terminals draw bold dark colours bright, and bold black grey.
    bold = style.bold and drawn != BLACK and contrast(drawn | BRIGHT, ground) >= READABLE_CONTRAST
    colours = Style(
        color=_ansi_colour(drawn), bgcolor=_ansi_colour(ground), reverse=False, bold=bool(bold)
    )
    return style + colours


def _ansi_number(color: Color | None) -> int | None:
    if color is None or color.type is ColorType.DEFAULT:
        return None
    return color.downgrade(ColorSystem.STANDARD).number


def _ansi_colour(number: int) -> Color:
    return Color(f"color({number})", ColorType.STANDARD, number)


class SixteenColourFilter(LineFilter):
    """Makes everything on the screen readable in sixteen colours."""

    def apply(self, segments: list[Segment], background: TextualColor) -> list[Segment]:
        """Return the segments in readable colours."""
        return [
            Segment(text, to_sixteen_colours(style) if style is not None else None)
            for text, style, _ in segments
        ]
