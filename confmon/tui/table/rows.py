"""The lines of a table: rows, the title line, the notice of an empty table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confmon.tui.table.cells import fit, split_clusters, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.tui.table.columns import Place
    from confmon.tui.table.look import Cell, ColumnLook, RowLook, TextSegment

GUTTER = 2
"""Cells at the left: one for the mark, one for the cursor."""


class Signs(NamedTuple):
    """The signs of the gutter, and beside the title of the sorted column."""

    mark: str
    here: str
    hollow: str
    up: str
    down: str


SIGNS = Signs("●", "▌", "▯", "▲", "▼")


class Row(NamedTuple):
    """A row and the cursor on it: "", "here" or "hollow"."""

    look: RowLook
    cursor: str


class FixedLine(NamedTuple):
    """A line with ready segments."""

    segments: tuple[TextSegment, ...]


def row_segments(
    row: Row, places: Sequence[Place], width: int, signs: Signs
) -> tuple[TextSegment, ...]:
    """Return a row's gutter and cells, each of its column's width, `width` cells in all."""
    (cells, row_tone, marked), at = row
    over = ("cursor",) if at == "here" else ()
    sign = signs.here if at == "here" else signs.hollow if at else " "
    segments: list[TextSegment] = [
        (signs.mark if marked else " ", 1, ("sign", *over)),
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


def title_line(
    columns: Sequence[ColumnLook],
    places: Sequence[Place],
    width: int,
    sort: tuple[str | None, bool],
    signs: Signs,
) -> FixedLine:
    """Return the titles; `sort` (id, descending) gives one column an arrow."""
    sort_id, descending = sort
    segments: list[TextSegment] = []
    tones: tuple[str, ...]
    x = 0
    for index, start, cell_width, align in places:
        title, tones = columns[index].title, ("header",)
        if columns[index].id == sort_id:
            arrow = signs.down if descending else signs.up
            title = title[: cell_width - 1] + arrow
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
            cells = sum(size for _, size in split_clusters(shown))
            left = (width - cells) // 2
            text_width = max(0, width - left)
            made.append(
                FixedLine(((" " * left, left, ()), (fit(shown, text_width), text_width, (tone,))))
            )
    return tuple(made)
