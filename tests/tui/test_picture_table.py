"""A table with a picture: every line is as wide as the table, whatever names are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from confmon.tui.table.look import ColumnLook, Columns, RowLook
from confmon.tui.table.picture_table import LINE, Picture, PictureRow, PictureTable
from confmon.tui.table.rows import GUTTER, FixedLine, Row

if TYPE_CHECKING:
    from textual.geometry import Size

SIGNS = "█▒░·~ ?"
COLUMNS = Columns(
    (
        ColumnLook("who", "who", 8, 1),
        ColumnLook("total", "total", 6, 0, 2, align="right"),
        ColumnLook("tape", "joined", 12, 4),
    ),
    "tape",
)
names = st.text(st.sampled_from("aZ 会議é👩‍👩🇩🇪☀️\u0301\u202e\x1b"), max_size=20)


class Laid(PictureTable):
    """A table laid out for a width, without a screen."""

    def __init__(self, width: int) -> None:
        super().__init__()
        from textual.geometry import Size

        self.view: Size = Size(width, 10)
        self.set_reactive(PictureTable.columns, COLUMNS)
        self._place_columns()


@given(names, st.integers(30, 200), st.data(), st.sampled_from(["", "here", "hollow"]))
def test_every_line_is_as_wide_as_the_table_and_the_picture_in_its_cells(
    name: str, width: int, data: st.DataObject, cursor: str
) -> None:
    table = Laid(width)
    cells = table.cells_of(COLUMNS, "tape")
    signs = st.text(st.sampled_from(SIGNS), min_size=cells, max_size=cells)
    drawn = data.draw(signs)
    at = data.draw(st.integers(-1, cells))
    above, axis = data.draw(signs), data.draw(signs)
    table.set_reactive(PictureTable.picture, Picture("tape", above, axis, at, {"█": "graph"}, "x"))
    row = Row(RowLook(((name, ""), ("1:00", ""), (drawn, ""))), cursor)
    segments = table.segments(PictureRow(row, at))
    assert sum(count for _, count, _ in segments) == width
    assert all(cell_len(text) == count for text, count, _ in segments)
    text = "".join(text for text, _, _ in segments)
    picture = [*drawn]
    if 0 <= at < cells and picture[at] == " ":
        picture[at] = LINE
    assert text.endswith("".join(picture))
    for line in table.title_lines():
        assert isinstance(line, FixedLine)
        assert sum(count for _, count, _ in line.segments) in (width, 0)
        assert all(len(text) == count for text, count, _ in line.segments)
    assert cells > 0
    assert GUTTER + cells < width
