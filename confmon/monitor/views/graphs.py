"""Small pictures made of letters: bars and sparklines of a few cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
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


def sparkline(values: Sequence[float], cells: int) -> str:
    """Return how the last `cells` values went, between 0 and a round number above the highest.

    >>> sparkline([0, 5, 10, 2], 3), sparkline([], 8)
    ('▅█▂', '')
    """
    shown = values[-cells:] if cells > 0 else ()
    scale = scale_for(max(shown, default=0))
    highest = len(_LEVELS) - 1
    return "".join([_LEVELS[max(0, min(highest, round(v * highest / scale)))] for v in shown])
