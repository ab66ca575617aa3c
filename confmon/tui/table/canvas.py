"""The ground of our tables and panes: lines drawn by value, repainted by difference.

A line is a value. It is kept as it was last drawn; when asked, each visible line is made again and
compared, and only what differs is sent to the terminal, at most one region a line.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from confmon.tui.table.look import TONES, Piece

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from textual import events

MOST_DRAWN = 1024
_CLASSES = {tone: f"live-table--{tone}" for tone in (*TONES, "header", "sorted", "sign", "cursor")}


class _Drawn(NamedTuple):
    pieces: tuple[Piece, ...]
    strip: Strip


class Canvas(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolling widget whose subclass says what each line of the screen is."""

    ALLOW_SELECT = False  # a selection would put marks of its own into the styles
    COMPONENT_CLASSES: ClassVar[set[str]] = set(_CLASSES.values())
    DEFAULT_CSS = """
    Canvas {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .live-table--dim { color: $text-muted; }
        & > .live-table--good { color: $text-success; }
        & > .live-table--warn { color: $text-warning; }
        & > .live-table--bad { color: $text-error; text-style: bold; }
        & > .live-table--accent { color: $text-accent; }
        & > .live-table--pending { color: $text-warning; text-style: italic; }
        & > .live-table--held { color: $text-secondary; }
        & > .live-table--muted { color: $text-error; }
        & > .live-table--new { color: $text-success; text-style: bold; }
        & > .live-table--changed { color: $text-accent; text-style: bold; }
        & > .live-table--gone { color: $text-muted; text-style: strike; }
        & > .live-table--title { text-style: bold; }
        & > .live-table--header { color: $text-muted; text-style: bold; }
        & > .live-table--sorted { color: $text-accent; text-style: bold; }
        & > .live-table--sign { color: $text-accent; text-style: bold; }
        & > .live-table--cursor {
            color: $block-cursor-blurred-foreground;
            background: $block-cursor-blurred-background;
            text-style: $block-cursor-blurred-text-style;
        }
        &:focus > .live-table--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
        &.-stale { text-opacity: 60%; }
    }
    """

    # Textual would lay the whole screen out again for each row that comes or goes.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        """Make one that holds nothing."""
        super().__init__(id=id, classes=classes)
        self._shown: list[Hashable] = []
        self._drawn: dict[Hashable, _Drawn] = {}
        self._inks: dict[tuple[str, ...], Style] = {}
        self._fitted_size = Size(0, 0)
        self._following = False

    # What a subclass says.

    def line(self, y: int) -> Hashable:
        """Return line `y` of the widget, scrolled as it is now, as a value that can be compared."""
        raise NotImplementedError

    def pieces(self, line: Hashable) -> tuple[Piece, ...]:
        """Return what to draw for a line; together as wide as the widget, or less."""
        raise NotImplementedError

    def fitted(self) -> None:
        """Fit what is held to a new size."""

    def scrolled(self) -> None:
        """Take note that the operator scrolled."""

    # What it does with that.

    @property
    def view(self) -> Size:
        """The cells to draw in, without border and scrollbar."""
        return self.scrollable_size

    def repaint_changed(self) -> None:
        """Make every visible line again and repaint what differs from what was drawn."""
        self._check_size()
        shown, regions = self._shown, []
        for y, was in enumerate(shown):
            now = self.line(y)
            if now != was:
                shown[y] = now
                first, end = self._difference(was, now)
                if end > first:
                    regions.append(Region(first, y, end - first, 1))
        if regions:
            self.refresh(*regions)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw some lines, after a look at whether the size is still the one fitted to."""
        self._check_size()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one line as it was last made."""
        return self._draw(self._shown[y]).strip if y < len(self._shown) else Strip.blank(0)

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old styles."""
        super().notify_style_update()
        self._drawn.clear()
        self._inks.clear()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Repaint by difference instead of all of it."""
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = new_value
        if not self._following and round(old_value) != round(new_value):
            self.scrolled()
            self.repaint_changed()

    @contextmanager
    def following(self) -> Iterator[None]:
        """Scroll because the lines moved, not the operator; whoever does repaints afterwards."""
        was, self._following = self._following, True
        try:
            yield
        finally:
            self._following = was

    def on_resize(self, event: events.Resize) -> None:
        """Fit to the new size."""
        self._check_size()

    def hold_lines(self, count: int) -> None:
        """Say how many lines there are to scroll over."""
        size = Size(self.view.width, count)
        if size == self.virtual_size:
            return
        self.virtual_size = size
        if (count > self.view.height) != self.show_vertical_scrollbar:
            self.refresh(layout=True)
        elif self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = count
        self.scroll_to_line(self.scroll_offset.y)

    def scroll_to_line(self, y: int) -> None:
        """Scroll at once, as far as there are lines."""
        y = max(0, min(y, self.virtual_size.height - self.view.height))
        self.scroll_target_y = self.scroll_y = y

    def _check_size(self) -> None:
        if (size := self.view) != self._fitted_size:
            self._fitted_size = size
            self._drawn.clear()
            with self.following():
                self.fitted()
            self._shown = [self.line(y) for y in range(size.height)]
            self.refresh()

    def _difference(self, was: Hashable, now: Hashable) -> tuple[int, int]:
        """Return the cells from the first that differs to the last, and one."""
        old, new = self._draw(was).pieces, self._draw(now).pieces
        first, start = 0, 0
        for mine, theirs in zip(new, old, strict=False):
            if mine != theirs:
                break
            first, start = first + cell_len(mine[0]), start + 1
        end = max(_cells(new), _cells(old))
        if _cells(new) == _cells(old):
            for mine, theirs in zip(reversed(new[start:]), reversed(old[start:]), strict=False):
                if mine != theirs:
                    break
                end -= cell_len(mine[0])
        return first, end

    def _draw(self, line: Hashable) -> _Drawn:
        drawn = self._drawn.get(line)
        if drawn is None:
            if len(self._drawn) >= MOST_DRAWN:
                self._drawn.clear()
            pieces = self.pieces(line)
            drawn = self._drawn[line] = _Drawn(pieces, self._strip(pieces))
        return drawn

    def _strip(self, pieces: tuple[Piece, ...]) -> Strip:
        """Join neighbours of equal style: the terminal is sent a style for each segment."""
        segments: list[Segment] = []
        texts: list[str] = []
        last = self._ink(())
        for text, tones in pieces:
            style = self._ink(tones)
            if style is not last and style != last:
                if texts:
                    segments.append(Segment("".join(texts), last))
                texts, last = [], style
            texts.append(text)
        width = self.view.width
        pad = width - _cells(pieces)
        if pad > 0:
            if last != self._ink(()):
                segments.append(Segment("".join(texts), last))
                texts, last = [], self._ink(())
            texts.append(" " * pad)
        if texts:
            segments.append(Segment("".join(texts), last))
        return Strip(segments, max(width, width - pad))

    def _ink(self, tones: tuple[str, ...]) -> Style:
        ink = self._inks.get(tones)
        if ink is None:
            ink = self._inks[tones] = self._mix(tones)
        return ink

    def _mix(self, tones: tuple[str, ...]) -> Style:
        style = self.rich_style
        names = [_CLASSES[tone] for tone in tones if tone in _CLASSES]
        for name in names[-1:]:
            style = self.get_component_rich_style(name)
            if name == _CLASSES["cursor"] and self.has_focus:  # seen where there is no colour
                style += Style(color=style.bgcolor, bgcolor=style.color, reverse=True)
        for name in names[:-1]:
            other = self.get_component_rich_style(name, partial=True)
            style += Style(bold=other.bold, italic=other.italic, strike=other.strike)
        return style


def _cells(pieces: Iterable[Piece]) -> int:
    return sum([cell_len(text) for text, _ in pieces])
