"""A row of the table, and the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADINGS = ("what", "confmon", "floor", "alternative", "ratio", "to reach", "met")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured. The texts carry their units; `met` is None where nothing is asked."""

    what: str
    confmon: str
    floor: str = ""
    alternative: str = ""
    ratio: str = ""
    to_reach: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Return its cells in the order of the headings."""
        met = "" if self.met is None else "yes" if self.met else "**no**"
        return (
            self.what, self.confmon, self.floor, self.alternative, self.ratio, self.to_reach, met,
        )  # fmt: skip


def table(rows: Sequence[Row]) -> str:
    """Return rows as a Markdown table, its columns aligned for reading as it is.

    >>> print(table([Row("bytes", "1 B", to_reach="≤ 2 B", met=True)]))
    | what  | confmon | floor | alternative | ratio | to reach | met |
    | ----- | ------- | ----- | ----------- | ----- | -------- | --- |
    | bytes | 1 B     |       |             |       | ≤ 2 B    | yes |
    """
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEADINGS))]
    ruled = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in ruled
    )


def ms(seconds: float) -> str:
    """Return milliseconds.

    >>> ms(0.00061), ms(0.0651), ms(1.8559)
    ('0.61 ms', '65.1 ms', '1,856 ms')
    """
    value = seconds * 1000
    return (
        f"{value:.2f} ms"
        if value < 10
        else f"{value:.1f} ms"
        if value < 100
        else f"{value:,.0f} ms"
    )


def kb(count: float) -> str:
    """Return kilobytes of a thousand bytes.

    >>> kb(187), kb(22619)
    ('0.19 kB', '22.62 kB')
    """
    return f"{count / 1000:.2f} kB"


def times(value: float) -> str:
    """Return a ratio.

    >>> times(1.314)
    '1.31×'
    """
    return f"{value:.2f}×"
