"""A row of figures as blocks of eight heights."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int) -> str:
    """Return the last figures as blocks, `width` at most; the highest block is the most of them.

    Where there are more figures than cells, each block is the most of some of them. Nothing for
    fewer than two figures: one has no course.

    >>> sparkline([0, 1, 2, 4], 8), sparkline([3, 3], 8), sparkline([1, 9, 1, 1], 2)
    ('▁▃▅█', '██', '█▂')
    """
    if width < 2 or len(values) < 2:
        return ""
    each = -(-len(values) // width)
    first = len(values) % each
    groups = [values[:first]] if first else []
    groups += [values[at : at + each] for at in range(first, len(values), each)]
    heights = [max(group) for group in groups]
    most = max(heights)
    if most <= 0:
        return BLOCKS[0] * len(heights)
    return "".join(BLOCKS[round(max(0, value) / most * (len(BLOCKS) - 1))] for value in heights)
