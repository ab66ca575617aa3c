"""The picture of one person over time: a sign for each cell; they differ without any colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.monitor.past.timeline.spans import seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.history.records import Gap
    from confmon.monitor.past.timeline.spans import Span, State
    from confmon.monitor.past.timeline.window import Window

SIGNS: Final[dict[State, str]] = {"heard": "█", "muted": "▒", "held": "░", "unknown": "?"}
GAP: Final = "·"
UNSURE: Final = "~"
ABSENT: Final = " "
LEGEND: Final = "█ heard ▒ muted ░ on hold · not seen ~ in or not"


def picture(
    spans: Sequence[Span],
    unsure: Sequence[tuple[int, int]],
    gaps: Sequence[Gap],
    window: Window,
) -> str:
    """Return a sign for each cell of the window.

    A cell in which somebody was surely in for some time shows the state that lasted longest in it;
    else it shows a gap, then what is between two reads in its middle, then nobody.
    """
    cells = [ABSENT] * window.cells
    for start, end in unsure:
        for cell in _cells(start, end, window):
            if start <= window.middle(cell) < end:
                cells[cell] = UNSURE
    for gap in gaps:
        for cell in _cells(gap.from_at, gap.to_at, window):
            cells[cell] = GAP
    longest: dict[int, dict[State, int]] = {}
    for span in spans:
        for part in seen(span, gaps, window.to_at):
            for cell in _cells(part.from_at, part.to_at, window):
                start, end = max(part.from_at, window.edge(cell)), window.edge(cell + 1)
                states = longest.setdefault(cell, {})
                states[part.state] = states.get(part.state, 0) + min(part.to_at, end) - start
    for cell, states in longest.items():
        cells[cell] = SIGNS[max(states, key=lambda state: states[state])]
    return "".join(cells)


def band(gaps: Sequence[Gap], window: Window) -> str:
    """Return a line with a sign in the cells of gaps and, where there is room, why."""
    cells = [ABSENT] * window.cells
    for gap in gaps:
        inside = _cells(gap.from_at, gap.to_at, window)
        words = gap.reason if len(inside) >= len(gap.reason) else ""
        for cell, sign in zip(inside, words.center(len(inside), GAP), strict=True):
            cells[cell] = sign
    return "".join(cells)


def _cells(start: int, end: int | None, window: Window) -> range:
    """Return the cells that a time has a part of; one that has no length has one cell."""
    end = window.to_at if end is None else end
    if end < window.from_at or start >= window.to_at or (end == window.from_at and start < end):
        return range(0)
    first, last = window.cell(start), window.cell(max(start, end - 1))
    return range(max(0, first), min(window.cells - 1, last) + 1)
