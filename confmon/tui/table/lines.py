"""A scrolling pane of lines: the details of one record, or the log of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from confmon.tui.table.canvas import Canvas
from confmon.tui.table.cells import count_cells, fit, wrap
from confmon.tui.table.columns import GAP
from confmon.tui.table.rows import EMPTY_LINE, FixedLine

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from confmon.tui.table.look import Cell, TextSegment

    Line = tuple[Cell, ...]

LEAST_START = 6
"""The cells that the start of a cut text needs, to be worth keeping its end."""


class LinesPane(Canvas):
    """Lines of cells. All cells but the last have the pane's fixed `widths`, in order.

    The last cell has the rest of the line, and wraps under itself, or is cut if `wraps` is False:
    at its end, or before the last place where it says `ends`.
    A line of one cell is a heading over the whole width. A pane that `follows` stays at its
    end as lines are added, unless it is scrolled away.
    """

    lines: reactive[Sequence[Line]] = reactive((), repaint=False, init=False)
    """What is shown. Of lines that are not wrapped only those in sight are asked for."""
    pinned: Line | None = None
    """One of lines that wrap, kept in sight at the top while the pane follows; None: none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_lines(-1)", "Up", show=False, id="lines.up"),
        Binding("down,j", "scroll_lines(1)", "Down", show=False, id="lines.down"),
        Binding("pageup", "scroll_pages(-1)", "Page up", show=False, id="lines.page_up"),
        Binding("pagedown", "scroll_pages(1)", "Page down", show=False, id="lines.page_down"),
        Binding("home,g", "scroll_to_first", "First line", show=False, id="lines.first"),
        Binding("end,G", "scroll_to_last", "Last line", show=False, id="lines.last"),
    ]

    def __init__(
        self,
        *,
        widths: Sequence[int] = (),
        wraps: bool = True,
        follows: bool = False,
        ends: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Make an empty pane."""
        super().__init__(id=id, classes=classes)
        self._widths = tuple(widths)
        self._wraps = wraps
        self._follows = follows
        self._ends = ends
        self._at_end = True
        self._laid_out: list[FixedLine] = []
        self._pinned_at: int | None = None
        self._cache: dict[Line, tuple[FixedLine, ...]] = {}

    def watch_lines(self) -> None:
        """Lay the lines out, and repaint what differs."""
        with self.moving_view():
            self._lay_out_all()
        self.repaint_changed()

    def handle_scroll(self) -> None:
        """Leave the end, or come back to it."""
        self._at_end = self.scroll_offset.y >= self.virtual_size.height - self.view.height

    def action_scroll_lines(self, by: int) -> None:
        """Scroll by some lines."""
        self.scroll_to_line(self.scroll_offset.y + by)

    def action_scroll_pages(self, by: int) -> None:
        """Scroll by some screens."""
        self.scroll_to_line(self.scroll_offset.y + by * max(1, self.view.height - 1))

    def action_scroll_to_first(self) -> None:
        """Scroll to the first line."""
        self.scroll_to_line(0)

    def action_scroll_to_last(self) -> None:
        """Scroll to the last line."""
        self.scroll_to_line(self.virtual_size.height)

    def visible_lines(self) -> list[Hashable]:
        """Return the lines in view."""
        top, height = self.scroll_offset.y, self.view.height
        end = top + height
        made = self._laid_out[top:end] if self._wraps else self._lay_out_some(top, end)
        if made and self._at_end and self._pinned_at is not None and self._pinned_at < top:
            made[0] = self._laid_out[self._pinned_at]
        return [*made, *[EMPTY_LINE] * (height - len(made))]

    def fit_to_size(self) -> None:
        """Wrap again."""
        self._cache.clear()
        self._lay_out_all()

    def _lay_out_all(self) -> None:
        self._laid_out = self._lay_out_some(0, len(self.lines)) if self._wraps else []
        count = len(self._laid_out) if self._wraps else len(self.lines)
        self.set_line_count(count)
        if self._follows and self._at_end:
            self.scroll_to_line(count)

    def _lay_out_some(self, start: int, end: int) -> list[FixedLine]:
        """Lay some of the lines out; those of last time are kept."""
        cache, self._cache = self._cache, {}
        found: list[FixedLine] = []
        self._pinned_at = None
        for line in self.lines[start:end]:
            if self._wraps and line is self.pinned:
                self._pinned_at = len(found)
            made = cache.get(line) or self._lay_out(line)
            self._cache[line] = made
            found.extend(made)
        return found

    def _lay_out(self, line: Line) -> tuple[FixedLine, ...]:
        if not line:
            return (EMPTY_LINE,)
        width = self.view.width
        head: list[TextSegment] = []
        indent = 0
        for (text, tone), cells in zip(line[:-1], self._widths, strict=False):
            head += [(fit(text, cells), cells, (tone,)), (" " * GAP, GAP, ())]
            indent += cells + GAP
        text, tone = line[-1]
        rest = max(1, width - indent)
        parts = wrap(text, rest) if self._wraps else [self._cut(text, rest)]
        under: list[TextSegment] = [(" " * indent, indent, ())]
        return tuple(
            FixedLine((*(under if i else head), (part, rest, (tone,))))
            for i, part in enumerate(parts)
        )

    def _cut(self, text: str, width: int) -> str:
        """Return a text of exactly `width` cells; what it ends with is kept if there is room."""
        start, sign, end = text.rpartition(self._ends) if self._ends else ("", "", "")
        room = width - count_cells(sign + end)
        if not sign or count_cells(start) <= room or room < LEAST_START:
            return fit(text, width)
        return fit(start, room) + sign + end
