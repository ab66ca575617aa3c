"""The ground of our tables and panes: lines drawn by value, repainted by difference.

A line is a value. It is kept as it was last drawn; when asked, each visible line is made again and
compared, and only what differs is sent to the terminal, at most one region a line.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size, Spacing
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from confmon.tui.table.bar import THUMB, thumb, top_at
from confmon.tui.table.look import TONES, Piece

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from textual import events

NO_GUTTER = Spacing()
_CLASSES = {
    tone: f"live-table--{tone}" for tone in (*TONES, "header", "sorted", "sign", "cursor", "bar")
}


class _Drawn(NamedTuple):
    line: tuple[Hashable, bool]  # and whether the thumb of the scroll bar is on it
    pieces: tuple[Piece, ...]
    strip: Strip


class Canvas(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolling widget whose subclass says what each line of the screen is."""

    MOST_DRAWN: ClassVar[int] = 1024
    """So many lines are kept as they were drawn, in case they are shown again."""
    FIXED: ClassVar[int] = 0
    """How many lines at the top do not scroll. They count among those held."""
    ALLOW_SELECT = False  # a selection would put marks of its own into the styles
    COMPONENT_CLASSES: ClassVar[set[str]] = set(_CLASSES.values())
    DEFAULT_CSS = """
    Canvas {
        overflow: hidden hidden;
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
        & > .live-table--gone { color: $text-muted; text-style: italic; }
        & > .live-table--title { text-style: bold; }
        & > .live-table--header { color: $text-muted; text-style: bold; }
        & > .live-table--sorted { color: $text-accent; text-style: bold; }
        & > .live-table--bar { color: $scrollbar; }
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
        self.view = Size(0, 0)
        """The cells to draw in as last fitted to: one column at the right is the scroll bar's."""
        self._held: list[_Drawn] = []
        self._drawn: dict[tuple[Hashable, bool], _Drawn] = {}
        self._inks: dict[tuple[str, ...], Style] = {}
        self._following = False
        self._dragging = False

    # What a subclass says.

    def visible_lines(self) -> list[Hashable]:
        """Return every line of the view, scrolled as it is now, as values that can be compared."""
        raise NotImplementedError

    def pieces(self, line: Hashable) -> tuple[Piece, ...]:
        """Return what to draw for a line; together as wide as the widget, or less."""
        raise NotImplementedError

    def fitted(self) -> None:
        """Fit what is held to a new size."""

    def scrolled(self) -> None:
        """Take note that the operator scrolled."""

    # What it does with that.

    def draw_again(self) -> None:
        """Draw every line anew: in another size, in other styles, or from other columns."""
        self._drawn.clear()
        self._held = [self._draw(line) for line in self._lines_and_bar()]
        self.refresh()

    def repaint_changed(self) -> None:
        """Make every visible line again and repaint what differs from what was drawn."""
        self._check_size()
        held, regions = self._held, []
        for y, line in enumerate(self._lines_and_bar()):
            was = held[y]
            if line != was.line:
                held[y] = now = self._draw(line)
                first, end = _difference(was.pieces, now.pieces)
                if end > first:
                    regions.append(Region(first, y, end - first, 1))
        if regions:
            self.refresh(*regions)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw some lines, past Textual's own cache of them where there is no border to draw."""
        self._check_size()
        styles = self.styles
        if styles.gutter != NO_GUTTER or styles.text_opacity != 1 or styles.tint.a:
            return super().render_lines(crop)
        background = self.background_colors[1]
        filters = self.get_line_filters()
        strips: list[Strip] = []
        for y in crop.line_range:
            strip = self.render_line(y)
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip.crop(*crop.column_span))
        return strips

    def render_line(self, y: int) -> Strip:
        """Draw one line as it was last made."""
        held = self._held
        return held[y].strip if y < len(held) else Strip.blank(self.view.width + 1, self.rich_style)

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old styles."""
        super().notify_style_update()
        self._in_new_ink()
        if self.is_running:
            # Textual tells before it has worked out the styles of our parts, whose names the
            # tones are; what is mixed until then is of the old ones.
            self.call_later(self._in_new_ink)

    def _in_new_ink(self) -> None:
        self._inks.clear()
        self.draw_again()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Repaint by difference instead of all of it."""
        if not self._following and round(old_value) != round(new_value):
            self._check_size()  # Textual scrolls back by itself where there is more room now
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
        self.scroll_to_line(self.scroll_offset.y)

    def scroll_to_line(self, y: int) -> None:
        """Scroll at once, as far as there are lines."""
        y = max(0, min(y, self.virtual_size.height - self.view.height))
        self.scroll_target_y = self.scroll_y = y

    @property
    def allow_vertical_scroll(self) -> bool:
        """Whether there is more than fits, also for Textual's own handling of the wheel."""
        return self.virtual_size.height > self.view.height

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the scroll bar."""
        if event.button == 1 and self._on_bar(event) and self.allow_vertical_scroll:
            self._dragging = True
            self.capture_mouse()
            self._drag(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the scroll bar; a pointer that only passes changes nothing."""
        if self._dragging:
            self._drag(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go of the scroll bar."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def _on_bar(self, event: events.MouseEvent) -> bool:
        offset = event.get_content_offset(self)
        return offset is not None and offset.x == self.view.width and offset.y >= self.FIXED

    def _drag(self, event: events.MouseEvent) -> None:
        y = event.screen_y - self.content_region.y - self.FIXED
        total = self.virtual_size.height - self.FIXED
        self.scroll_to_line(top_at(self.view.height - self.FIXED, total, y))

    def _lines_and_bar(self) -> list[tuple[Hashable, bool]]:
        lines, fixed = self.visible_lines(), self.FIXED
        total = self.virtual_size.height - fixed
        covered = thumb(self.view.height - fixed, total, self.scroll_offset.y)
        return [(line, y - fixed in covered) for y, line in enumerate(lines)]

    def _check_size(self) -> None:
        width, height = self.size
        if (size := Size(max(0, width - 1), height)) != self.view:
            self.view = size
            with self.following():
                self.fitted()
            self.draw_again()

    def _draw(self, line: tuple[Hashable, bool]) -> _Drawn:
        drawn = self._drawn.get(line)
        if drawn is None:
            if len(self._drawn) >= self.MOST_DRAWN:
                self._drawn.clear()
            pieces = self._with_bar(self.pieces(line[0]), covered=line[1])
            drawn = self._drawn[line] = _Drawn(line, pieces, self._strip(pieces))
        return drawn

    def _with_bar(self, pieces: tuple[Piece, ...], *, covered: bool) -> tuple[Piece, ...]:
        bar: Piece = (THUMB, 1, ("bar",)) if covered else (" ", 1, ())
        room = self.view.width - _cells(pieces)
        return (*pieces, (" " * room, room, ()), bar) if room > 0 else (*pieces, bar)

    def _strip(self, pieces: tuple[Piece, ...]) -> Strip:
        """Join neighbours of equal tones: the terminal is sent a style for each segment."""
        segments: list[Segment] = []
        texts: list[str] = []
        last: tuple[str, ...] = ()
        for text, _, tones in pieces:
            if tones != last:
                if texts:
                    segments.append(Segment("".join(texts), self._ink(last)))
                texts, last = [], tones
            texts.append(text)
        segments.append(Segment("".join(texts), self._ink(last)))
        return Strip(segments, _cells(pieces))

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
            focused = self.has_focus and not self.has_class("-stale")
            if name == _CLASSES["cursor"] and focused:  # seen where there is no colour
                style += Style(color=style.bgcolor, bgcolor=style.color, reverse=True)
        for name in names[:-1]:
            other = self.get_component_rich_style(name, partial=True)
            style += Style(bold=other.bold, italic=other.italic, strike=other.strike)
        return style


def _cells(pieces: Iterable[Piece]) -> int:
    return sum([cells for _, cells, _ in pieces])


def _difference(old: Sequence[Piece], new: Sequence[Piece]) -> tuple[int, int]:
    """Return the cells from the first that differs to the last, and one."""
    first = start = 0
    for mine, theirs in zip(new, old, strict=False):
        if mine != theirs:
            break
        first += mine[1]
        start += 1
    end = _cells(new)
    if end != (old_end := _cells(old)):
        return first, max(end, old_end)
    for i in range(1, min(len(new), len(old)) - start + 1):
        if new[-i] != old[-i]:
            break
        end -= new[-i][1]
    return first, end
