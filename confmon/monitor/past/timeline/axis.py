"""A time axis: round moments of this machine's time, each with a label that has room."""

from __future__ import annotations

from datetime import datetime
from time import localtime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.monitor.past.timeline.window import Window

_DAY = 86_400
STEPS_S: Final = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
    _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY, 84 * _DAY, 364 * _DAY,
)  # fmt: skip
"""From one round moment to the next, seconds."""
TICK: Final = "│"
_ROOM = 2
"""Blank cells between two labels, at least."""


def axis(window: Window) -> str:
    """Return the line of the axis: at each round moment a tick and the time."""
    step_s = step_of(window)
    line = [" "] * window.cells
    for at in ticks(window, step_s):
        text = TICK + label(at, step_s)
        cell = window.cell(at)
        if cell + len(text) <= window.cells:
            line[cell : cell + len(text)] = text
        else:
            line[cell] = TICK
    return "".join(line)


def step_of(window: Window) -> int:
    """Return how far apart the ticks are, seconds: as near as their labels have room."""
    for step_s in STEPS_S:
        cells = step_s * 1000 * window.cells // window.length
        if cells >= 1 + len(label(window.from_at, step_s)) + _ROOM:
            return step_s
    return STEPS_S[-1]


def ticks(window: Window, step_s: int) -> Iterator[int]:
    """Yield the round moments of a window, epoch milliseconds."""
    at = _round_down(window.from_at // 1000, step_s)
    while at * 1000 < window.to_at:
        if at * 1000 >= window.from_at:
            yield at * 1000
        # Where the clocks change, the next round moment is nearer or further.
        following = _round_down(at + step_s, step_s)
        at = following if following > at else at + step_s


def _round_down(at_s: int, step_s: int) -> int:
    offset = localtime(at_s).tm_gmtoff
    return (at_s + offset) // step_s * step_s - offset


def label(at_ms: int, step_s: int) -> str:
    """Return a moment as precise as the ticks are apart; midnight is a date."""
    at = datetime.fromtimestamp(at_ms // 1000)
    if step_s >= _DAY or (at.hour == at.minute == at.second == 0):
        return f"{at:%b} {at.day:2d}"
    return f"{at:%H:%M}" if step_s >= 60 else f"{at:%H:%M:%S}"
