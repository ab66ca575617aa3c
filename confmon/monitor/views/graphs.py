"""Small pictures made of letters: bars and sparklines of a few cells."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉█"
BARS = "▁▂▃▄▅▆▇█"
_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0)
_LEAST_SCALE = 10


def scale_for(most: float) -> float:
    """Return a round number not below `most`: a scale that seldom moves as `most` does.

    >>> [scale_for(most) for most in (0, 9, 51, 80, 200, 201)]
    [10.0, 10.0, 75.0, 100.0, 200.0, 300.0]
    """
    power = float(_LEAST_SCALE)
    while power * 10 < most:
        power *= 10
    return next(step * power for step in _STEPS if step * power >= most)


def bar(value: float, scale: float, cells: int) -> str:
    """Return a bar in eighths of a cell; `scale` fills all `cells`, and any value shows.

    >>> bar(51, 100, 10), bar(1, 1000, 10), bar(0, 10, 10), bar(999, 10, 3)
    ('█████▏', '▏', '', '███')
    """
    if value <= 0:
        return ""
    eighths = max(1, min(round(value * cells * 8 / scale), cells * 8))
    whole, rest = divmod(eighths, 8)
    return _EIGHTHS[8] * whole + _EIGHTHS[rest].strip()


def sparkline(values: Sequence[float | None], width: int, *, top: float = 0.0) -> str:
    """Return `width` signs: `top` or the highest figure is a full bar, None a space, 0 the lowest.

    What is more than 0 is higher than 0. The newest figure is at the right. Where there are more
    figures than signs, a sign is the highest of several.

    >>> sparkline([0, None, 4, 8], 6), sparkline([1, 8, None, None, 0, 2], 3)
    ('  ▁ ▅█', '█ ▃')
    """
    if width <= 0:
        return ""
    shown = _narrowed(values, width)
    most = max((value for value in shown if value is not None), default=0)
    signs = [" " if value is None else BARS[_level(value, top or most)] for value in shown]
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
