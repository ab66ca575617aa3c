"""A line of small bars: one sign for each figure."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

BARS: Final = "▁▂▃▄▅▆▇█"
ASCII_BARS: Final = "_.-:=+*#"
"""For terminals without block signs: the font of a Linux console lacks most of them."""


def sparkline(values: Sequence[float | None], width: int, *, ascii_only: bool = False) -> str:
    """Return `width` signs: the highest figure is a full bar, None a space, 0 the lowest bar.

    What is more than 0 is higher than 0. The newest figure is at the right. Where there are more
    figures than signs, a sign is the highest of several.

    >>> sparkline([0, None, 4, 8], 6), sparkline([1, 8, None, None, 0, 2], 3)
    ('  ▁ ▅█', '█ ▃')
    """
    if width <= 0:
        return ""
    shown = _narrowed(values, width)
    most = max((value for value in shown if value is not None), default=0)
    bars = ASCII_BARS if ascii_only else BARS
    signs = [" " if value is None else bars[_level(value, most)] for value in shown]
    return "".join(signs).rjust(width)


def _level(value: float, most: float) -> int:
    if value <= 0:
        return 0
    top = len(BARS) - 1
    return min(top, max(1, ceil(top * (value / most))))


def _narrowed(values: Sequence[float | None], width: int) -> list[float | None]:
    count = len(values)
    if count <= width:
        return list(values)
    cuts = [count * at // width for at in range(width + 1)]
    parts = [values[begin:end] for begin, end in pairwise(cuts)]
    return [max((v for v in part if v is not None), default=None) for part in parts]
