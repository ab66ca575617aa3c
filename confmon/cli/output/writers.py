"""Tables for eyes on stdout. What programs read is in `confmon.monitor.exports.formats`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDEST = 40
"""Cells of a table's column; JSON and CSV have everything."""


def write_table(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[bool] | None = None,
    uncut: Sequence[bool] | None = None,
) -> None:
    """Write aligned columns, as wide as their widest cell. `right` marks those flush right.

    A cell over `WIDEST` is cut, but for the columns of `uncut`: one caller's name must not push the
    rest off the screen.
    """
    flush = right or [False] * len(titles)
    kept = uncut or [False] * len(titles)
    rows = [
        [text if keep else shorten(text) for text, keep in zip(row, kept, strict=True)]
        for row in rows
    ]
    widths = [max(map(cell_width, column)) for column in zip(titles, *rows, strict=True)]
    for row in (titles, *rows):
        padded = [_pad(*cell) for cell in zip(row, widths, flush, strict=True)]
        print("  ".join(padded).rstrip())


def _pad(text: str, width: int, to_right: bool) -> str:
    blanks = " " * (width - cell_width(text))
    return blanks + text if to_right else text + blanks


def write_lines(lines: Sequence[tuple[str, str]]) -> None:
    """Write names and texts, a line each, the texts aligned."""
    width = max((len(name) for name, _ in lines), default=0)
    for name, text in lines:
        print(f"{name:<{width}}  {text}".rstrip())


def shorten(text: str) -> str:
    """Return `text` within `WIDEST` cells."""
    if cell_width(text) <= WIDEST:
        return text
    while cell_width(text) >= WIDEST:
        text = text[: min(len(text) - 1, WIDEST)]
    return text + "…"


def cell_width(text: str) -> int:
    """Return how many terminal cells `text` takes."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    return max(0, wcswidth(text))
