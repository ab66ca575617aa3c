"""The lines of a table: rows, the title line, the notice of an empty table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confmon.tui.table.cells import count_cells, fit, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.tui.table.columns import Place
    from confmon.tui.table.look import Cell, Columns, RowLook, TextSegment

GUTTER = 2
"""Cells at the left: one for the mark, one for the cursor."""


MARK, HERE, HOLLOW, UP, DOWN = SIGNS = "●▌▯▲▼"
"""The signs of the gutter, and beside the title of the sorted column."""


class Row(NamedTuple):
    """A row and the cursor on it: "", "here" or "hollow"."""

    look: RowLook
    cursor: str


class FixedLine(NamedTuple):
    """A line with ready segments."""

    segments: tuple[TextSegment, ...]


EMPTY_LINE = FixedLine(())


def row_segments(row: Row, places: Sequence[Place], width: int) -> tuple[TextSegment, ...]:
    """Return a row's gutter and cells, each of its column's width, `width` cells in all."""
    (cells, row_tone, marked), at = row
    over = ("cursor",) if at == "here" else ()
    sign = HERE if at == "here" else HOLLOW if at else " "
    segments: list[TextSegment] = [
        (MARK if marked else " ", 1, ("sign", *over)),
        (sign, 1, ("sign", *over)),
    ]
    plain = (row_tone, *over)
    x = GUTTER
    for index, start, cell_width, align in places:
        text, tone = cells[index] if index < len(cells) else ("", "")
        tones = (row_tone, tone, *over) if tone and text else plain
        drawn = " " * (start - x) + fit(text, cell_width, align)
        segments.append((drawn, start - x + cell_width, tones))
        x = start + cell_width
    if x < width:
        segments.append((" " * (width - x), width - x, plain))
    return tuple(segments)


def title_line(columns: Columns, places: Sequence[Place], width: int) -> FixedLine:
    """Return the titles, with an arrow on the column that the rows are sorted by."""
    looks, sort_id, descending = columns
    segments: list[TextSegment] = []
    tones: tuple[str, ...]
    x = 0
    for index, start, cell_width, align in places:
        title, tones = looks[index].title, ("header",)
        if looks[index].id == sort_id:
            title = title[: cell_width - 1] + (DOWN if descending else UP)
            tones = ("header", "sorted")
        segments.append((" " * (start - x), start - x, ("header",)))
        segments.append((fit(title, cell_width, align), cell_width, tones))
        x = start + cell_width
    if x < width:
        segments.append((" " * (width - x), width - x, ("header",)))
    return FixedLine(tuple(segments))


def notice_lines(lines: Sequence[Cell], width: int) -> tuple[FixedLine, ...]:
    """Return lines of text centred in `width`, and wrapped if they are longer."""
    made: list[FixedLine] = []
    for text, tone in lines:
        for part in wrap(text, max(1, width - 2 * GUTTER)):
            shown = part.rstrip()
            left = (width - count_cells(shown)) // 2
            text_width = max(0, width - left)
            made.append(
                FixedLine(((" " * left, left, ()), (fit(shown, text_width), text_width, (tone,))))
            )
    return tuple(made)
