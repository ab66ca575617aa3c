"""A screen as a grid: text and style of every cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.tui.driver.cells import cells_of, is_narrow
from confmon.tui.driver.style import PLAIN

if TYPE_CHECKING:
    from confmon.tui.driver.style import Style


class Screen:
    """`height` rows of `width` cells, a cursor and a pen.

    `chars[y][x]` is the text of a cell with its combining marks, "" under the right half of a wide
    character; `styles[y][x]` is its style. `touched` collects the rows written to.
    """

    __slots__ = ("chars", "height", "pen", "styles", "touched", "width", "x", "y")

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.chars: list[list[str]] = [[" "] * width for _ in range(height)]
        self.styles: list[list[Style]] = [[PLAIN] * width for _ in range(height)]
        self.touched: set[int] = set(range(height))
        self.x = 0
        self.y = 0
        self.pen = PLAIN

    def resize(self, width: int, height: int) -> None:
        """Keep what fits, blank the rest."""
        wider = width - self.width
        for chars, styles in zip(self.chars, self.styles, strict=True):
            if chars[width : width + 1] == [""] and width:
                chars[width - 1] = " "  # half of a wide character
            chars[width:] = [" "] * wider
            styles[width:] = [PLAIN] * wider
        del self.chars[height:], self.styles[height:]
        more = range(height - self.height)
        self.chars += [[" "] * width for _ in more]
        self.styles += [[PLAIN] * width for _ in more]
        self.width = width
        self.height = height
        self.touched = set(range(height))
        self.move(self.x, self.y)

    def clear(self) -> None:
        """Blank everything, as a terminal does on ``ESC [ 2 J``."""
        self.erase(0, self.height)

    def erase(self, top: int, bottom: int) -> None:
        """Blank the rows from `top` up to, not including, `bottom`."""
        for y in range(top, bottom):
            self.chars[y] = [" "] * self.width
            self.styles[y] = [PLAIN] * self.width
            self.touched.add(y)

    def move(self, x: int, y: int) -> None:
        """Move the cursor; it stays inside the screen."""
        self.x = max(0, min(x, self.width - 1))
        self.y = max(0, min(y, self.height - 1))

    def put(self, text: str) -> None:
        """Write text without control characters at the cursor, up to the right edge."""
        if not is_narrow(text):
            self._put_measured(text)
            return
        x = self.x
        end = x + len(text)
        if end > self.width:
            end = self.width
            text = text[: end - x]
        if x < end:
            self._place(x, end, text)

    def _put_measured(self, text: str) -> None:
        joins, cells = cells_of(text)
        x = self.x
        if joins and x:
            row = self.chars[self.y]
            lead = x - 1
            while lead and row[lead] == "":
                lead -= 1
            row[lead] += joins
            self.touched.add(self.y)
        end = x + len(cells)
        if end > self.width:
            room = self.width - x
            while room and cells[room] == "":
                room -= 1  # half a wide character cannot be shown
            end = x + room
            cells = cells[:room]
        if x < end:
            self._place(x, end, cells)

    def _place(self, x: int, end: int, cells: str | tuple[str, ...]) -> None:
        y = self.y
        row = self.chars[y]
        if row[x] == "":
            row[x - 1] = " "  # the other half of an overwritten wide character goes blank
        if end < self.width and row[end] == "":
            row[end] = " "
        row[x:end] = cells
        self.styles[y][x:end] = [self.pen] * (end - x)
        self.touched.add(y)
        self.x = end

    def scroll(self, top: int, bottom: int, lines: int) -> None:
        """Move rows `top` to `bottom` (both included) up by `lines`, or down if negative."""
        count = min(abs(lines), bottom - top + 1)
        low = bottom + 1 - count
        gone, new = (top, low) if lines > 0 else (low, top)
        del self.chars[gone : gone + count], self.styles[gone : gone + count]
        self.chars[new:new] = [[" "] * self.width for _ in range(count)]
        self.styles[new:new] = [[PLAIN] * self.width for _ in range(count)]

    def copy(self) -> Screen:
        """Return the same screen with rows of its own."""
        other = Screen(0, 0)
        other.width, other.height = self.width, self.height
        other.chars = [row[:] for row in self.chars]
        other.styles = [row[:] for row in self.styles]
        return other
