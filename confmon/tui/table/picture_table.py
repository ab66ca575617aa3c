"""A table with a picture in its last column: a sign for each cell, and a cursor across the rows."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from textual.reactive import reactive

from confmon.tui.table.columns import Place, place_columns
from confmon.tui.table.live_table import LiveTable
from confmon.tui.table.rows import DOWN, EMPTY_LINE, GUTTER, UP, FixedLine, Row, row_segments

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from textual import events

    from confmon.tui.table.look import Columns, TextSegment

POINTER = "▼"
LINE = "│"
"""What the cursor draws where the picture is blank."""


class Picture(NamedTuple):
    """What belongs to the picture of all rows: two lines above it, and the cell of the cursor.

    `above` and `axis` have a sign for each cell. `tones` are those of the signs of rows and of the
    line above; a sign that is not in it is plain.
    """

    column_id: str = ""
    above: str = ""
    axis: str = ""
    at: int = -1
    tones: Mapping[str, str] = {}
    caption: str = ""


class PictureRow(NamedTuple):
    """A row and the cell of the cursor that goes across all rows."""

    row: Row
    at: int


class PictureTable(LiveTable):
    """A table of keys; the cells of one column are pictures, one sign a cell.

    A picture is as wide as `cells_of` says, which follows the size of the table.
    """

    FIXED = 2

    picture: reactive[Picture] = reactive(Picture(), repaint=False, init=False)

    class Pointed(LiveTable.TableMessage):
        """A click on a cell of the picture."""

        def __init__(self, table: LiveTable, cell: int) -> None:
            super().__init__(table)
            self.cell = cell

    def cells_of(self, columns: Columns, column_id: str) -> int:
        """Return how wide a column would be drawn now."""
        looks, sort_id, _ = columns
        places = place_columns(looks, self.view.width, GUTTER, sort_id)
        return next((place.width for place in places if looks[place.column].id == column_id), 0)

    def watch_picture(self) -> None:
        """Draw the lines above, and the cursor in every row."""
        self.repaint_changed()

    def title_lines(self) -> list[Hashable]:
        """Return what is above the picture, and the titles with the axis."""
        place = self._place()
        if place is None:
            return [EMPTY_LINE, self._titles]
        picture = self.picture
        left = picture.caption.rjust(place.x - 1)[: place.x - 1] + " "
        above: list[TextSegment] = [
            (left, place.x, ("dim",)),
            *self._signs(picture.above, place.width, ("header",), ()),
        ]
        axis = picture.axis[: place.width].ljust(place.width)
        at = picture.at
        titles = [title for title, x in _placed(self._titles.segments) if x < place.x]
        if self.columns.sort_id == picture.column_id:  # the axis has no room for it
            sign = DOWN if self.columns.descending else UP
            text, cells, _ = titles.pop()
            titles += [(text[:-1], cells - 1, ("header",)), (sign, 1, ("header", "sorted"))]
        if 0 <= at < place.width:
            titles += [
                (axis[:at], at, ("header",)),
                (POINTER, 1, ("sorted",)),
                (axis[at + 1 :], place.width - at - 1, ("header",)),
            ]
        else:
            titles.append((axis, place.width, ("header",)))
        return [FixedLine(_some(above)), FixedLine(_some(titles))]

    def visible_lines(self) -> list[Hashable]:
        """Return the lines above and the rows in view, each with the cell of the cursor."""
        at = self.picture.at
        return [
            PictureRow(line, at) if isinstance(line, Row) else line
            for line in super().visible_lines()
        ]

    def segments(self, line: Hashable) -> tuple[TextSegment, ...]:
        """Return the cells of a row, its picture sign by sign."""
        if not isinstance(line, PictureRow):
            return super().segments(line)
        row, at = line
        segments = row_segments(row, self._places, self.view.width)
        place = self._place()
        if place is None:
            return segments
        found: list[TextSegment] = []
        over = ("cursor",) if row.cursor == "here" else ()
        for segment, x in _placed(segments):
            text, cells, _ = segment
            if not x <= place.x < x + cells or not row.look.cells:
                found.append(segment)
                continue
            # The blank before the column is drawn with it.
            blank = place.x - x
            if blank:
                found.append((text[:blank], blank, over))
            found += self._signs(text[blank:], place.width, (row.look.tone,), over, at)
        return _some(found)

    def on_click(self, event: events.Click) -> None:
        """Report which cell of the picture was clicked."""
        offset, place = event.get_content_offset(self), self._place()
        if offset is None or place is None or event.button != 1:
            return
        if place.x <= offset.x < place.x + place.width:
            self.post_message(self.Pointed(self, offset.x - place.x))
            if offset.y < self.FIXED:
                event.prevent_default()

    # Inside.

    def _place(self) -> Place | None:
        looks = self.columns.looks
        return next(
            (place for place in self._places if looks[place.column].id == self.picture.column_id),
            None,
        )

    def _signs(
        self, text: str, width: int, plain: tuple[str, ...], over: tuple[str, ...], at: int = -1
    ) -> list[TextSegment]:
        """Return signs, those of one tone together; the cursor is drawn across them."""
        tones = self.picture.tones
        text = text[:width].ljust(width)

        def tone_of(cell: int) -> tuple[str, ...]:
            own = tones.get(text[cell], "")
            if cell != at:
                return (*plain, own, *over) if own else (*plain, *over)
            return ("here",) if over else (*plain, own or "dim", "cursor")

        found: list[TextSegment] = []
        for tone, cells in groupby(range(width), tone_of):
            some = list(cells)
            drawn = text[some[0] : some[-1] + 1]
            if some[0] <= at <= some[-1]:
                drawn = drawn.replace(" ", LINE)
            found.append((drawn, len(some), tone))
        return found


def _placed(segments: Sequence[TextSegment]) -> list[tuple[TextSegment, int]]:
    """Return segments with the cell that each begins at."""
    found: list[tuple[TextSegment, int]] = []
    x = 0
    for segment in segments:
        found.append((segment, x))
        x += segment[1]
    return found


def _some(segments: Sequence[TextSegment]) -> tuple[TextSegment, ...]:
    """Return the segments that have cells."""
    return tuple(segment for segment in segments if segment[1] > 0)
