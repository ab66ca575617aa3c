"""Writes cells, with the shortest sequences that move the cursor and change the style."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from confmon.tui.driver.style import PLAIN, find_change

if TYPE_CHECKING:
    from confmon.tui.driver.style import Style

_BLANKS_WORTH_ERASING = 12
"""Erasing with ECH, and the move over it, cost up to 11 bytes."""
_long_blanks = re.compile(f" {{{_BLANKS_WORTH_ERASING},}}").finditer


class CursorWriter:
    """The terminal's cursor and style (`pen`) while differences are written to `out`.

    `x` is None where terminals may disagree about the column: behind the last column, and behind a
    cluster of doubtful width. `y` and `pen` are None until they are set: another program may have
    written to the terminal, so each difference begins with an absolute position and a full style.
    `erase_colours`: the terminal fills erased cells with the current background.
    """

    __slots__ = ("erase_colours", "out", "pen", "width", "x", "y")

    def __init__(self, width: int, *, erase_colours: bool) -> None:
        self.width = width
        self.erase_colours = erase_colours
        self.out: list[str] = []
        self.x: int | None = None
        self.y: int | None = None
        self.pen: Style | None = None

    def move(self, x: int, y: int) -> None:
        """Move the cursor with the fewest bytes."""
        if y == self.y:
            if x != self.x:
                self.out.append(self._move_in_row(x))
        elif self.y is not None and y == self.y + 1:
            down = "\x1b[B" + self._move_in_row(x) if self.x is not None else ""
            ways = ["\r\n" if x == 0 else "", down, _encode_move(x, y)]
            self.out.append(min(filter(None, ways), key=len))
        else:
            self.out.append(_encode_move(x, y))
        self.x, self.y = x, y

    def _move_in_row(self, x: int) -> str:
        """Return the sequence that moves within the row."""
        if x == 0:
            return "" if self.x == 0 else "\r"
        if self.x is None:
            return f"\x1b[{x + 1}G"
        step = x - self.x
        if step == 0:
            return ""
        if step > 0:
            return f"\x1b[{step}C" if step > 1 else "\x1b[C"
        return "\b" * -step if step > -5 else f"\x1b[{x + 1}G"

    def set_style(self, style: Style) -> None:
        """Change the style."""
        if self.pen is not style:
            self.out.append(find_change(self.pen, style))
            self.pen = style

    def write_run(self, y: int, start: int, end: int, text: str, style: Style) -> None:
        """Write a run of one style that fills row `y` from `start` up to, not including, `end`."""
        self.move(start, y)
        pen = self.pen
        if pen is None or pen.blank is not style or text.strip(" "):
            self.set_style(style)  # a blank run looks the same in the present style
        self._write_text(text, start, end)

    def _write_text(self, text: str, start: int, end: int) -> None:
        """Write text that fills the columns up to `end`; erase long blanks instead."""
        if "    " in text and len(text) == end - start and self._can_erase():
            kept = text.rstrip(" ") if end == self.width else text
            done = 0
            for blanks in _long_blanks(kept):
                self._write_at(kept[done : blanks.start()], start + done)
                done = blanks.end()
                self.move(start + blanks.start(), self.y or 0)
                self.out.append(f"\x1b[{done - blanks.start()}X")
            self._write_at(kept[done:], start + done)
            if len(text) - len(kept) > 3:
                self.move(start + len(kept), self.y or 0)
                self.out.append("\x1b[K")
            else:
                self._write_at(text[len(kept) :], start + len(kept))
        else:
            self.out.append(text)
            self.x = end if end < self.width else None

    def _write_at(self, text: str, x: int) -> None:
        if text:
            self.move(x, self.y or 0)
            self.out.append(text)
            self.x = x + len(text) if x + len(text) < self.width else None

    def _can_erase(self) -> bool:
        """Tell whether erased cells look like blanks in the present style."""
        pen = self.pen or PLAIN
        return not pen.blank.attrs and (self.erase_colours or not pen.bg)

    def write_doubtful(self, y: int, x: int, cluster: str, cells: int, style: Style) -> None:
        """Blank the cells of a cluster of doubtful width, then write it there."""
        self.move(x, y)
        self.set_style(style)
        self.out.append(" " * cells)
        self.x = None
        self.move(x, y)
        self.out.append(cluster)
        self.x = None


def _encode_move(x: int, y: int) -> str:
    if x:
        return f"\x1b[{y + 1};{x + 1}H"
    return f"\x1b[{y + 1}H" if y else "\x1b[H"
