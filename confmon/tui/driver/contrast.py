"""Colours that can be read where there are only sixteen.

Themes choose among sixteen million. On a terminal of sixteen each colour becomes the nearest one
there is, letter and ground by themselves, and both may end next to each other: white on bright
cyan. What can't be read is drawn in a sister colour, or in black or white.
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

LEAST = 4.5
"""The contrast, by the rule of the W3C, that text of any size can be read at."""

XTERM = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205),
    (229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255),
    (255, 0, 255), (0, 255, 255), (255, 255, 255),
)  # fmt: skip
"""xterm's sixteen."""
VGA = (
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170),
    (170, 170, 170), (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255),
    (255, 85, 255), (85, 255, 255), (255, 255, 255),
)  # fmt: skip
"""Those of the Linux console."""
BLACK, GREY, BRIGHT, WHITE = 0, 7, 8, 15
"""`BRIGHT` is the bit, and the colour, of bright black: a grey here, as good as black there. So it
is neither written in nor written on."""


def contrast(one: int, other: int) -> float:
    """Return the contrast of two of the sixteen colours, from 1 to 21, where it is the least.

    >>> contrast(0, 15), round(contrast(15, 14), 1)
    (21.0, 1.2)
    """
    return min(_contrast(one, other, palette) for palette in (XTERM, VGA))


def _contrast(one: int, other: int, palette: tuple[tuple[int, int, int], ...]) -> float:
    low, high = sorted((_luminance(palette[one]), _luminance(palette[other])))
    return (high + 0.05) / (low + 0.05)


@lru_cache(32)
def _luminance(triplet: tuple[int, int, int]) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (byte / 255 for byte in triplet)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(letter: int, ground: int) -> int:
    """Return a colour in which letters can be read on `ground`, as like `letter` as may be."""
    letter = GREY if letter == BRIGHT else letter
    for number in (letter, letter ^ BRIGHT):
        if number != BRIGHT and contrast(number, ground) >= LEAST:
            return number
    return max((BLACK, WHITE), key=lambda number: contrast(number, ground))


@lru_cache(1024)
def of_sixteen(style: Style) -> Style:
    """Return a style in colours of the sixteen that can be read; none it leaves to the terminal."""
    letter, ground = _number(style.color), _number(style.bgcolor)
    if letter is None or ground is None:
        # Blanks have a ground alone, which has to be as that of the letters beside them.
        return style + Style(bgcolor=_colour(BLACK)) if ground == BRIGHT else style
    if style.reverse:
        letter, ground = ground, letter
    if ground == BRIGHT:
        ground = GREY if style.reverse else BLACK  # what is reversed is to be set off
    drawn = readable(letter, ground)
    # Many terminals make a dark colour that is bold bright, and black that is bold a grey.
    bold = style.bold and drawn != BLACK and contrast(drawn | BRIGHT, ground) >= LEAST
    colours = Style(color=_colour(drawn), bgcolor=_colour(ground), reverse=False, bold=bool(bold))
    return style + colours


def _number(color: Color | None) -> int | None:
    if color is None or color.type is ColorType.DEFAULT:
        return None
    return color.downgrade(ColorSystem.STANDARD).number


def _colour(number: int) -> Color:
    return Color(f"color({number})", ColorType.STANDARD, number)


class OfSixteen(LineFilter):
    """Draws whatever is on the screen so that it can be read in sixteen colours."""

    def apply(self, segments: list[Segment], background: TextualColor) -> list[Segment]:
        """Return the segments in colours that can be read."""
        return [
            Segment(text, of_sixteen(style) if style is not None else None)
            for text, style, _ in segments
        ]
