"""The base of tables and panes: lines are values, and only their differences are repainted.

The canvas keeps each visible line as last drawn. To repaint, it asks for all lines, compares them,
and sends only the differences to the terminal, at most one region for each line.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region, Size, Spacing
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from confmon.tui.table.bar import THUMB, thumb_lines, top_line_at
from confmon.tui.table.palette import PALETTE, tone_style
from confmon.tui.table.rows import FixedLine

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from rich.color import Color as RichColor
    from textual import events

    from confmon.tui.table.look import TextSegment

NO_GUTTER = Spacing()
_HUES = {
    "bad": "bright_red",
    "asks": "bright_yellow",
    "warn": "bright_yellow",
    "good": "bright_green",
    **dict.fromkeys(("accent", "pending", "key", "sorted", "sign", "graph"), "bright_cyan"),
}
"""The tones on a terminal of sixteen colours; the filter takes care of the ground."""


class _DrawnLine(NamedTuple):
    line: tuple[Hashable, bool]  # with True if the thumb of the scroll bar is on it
    segments: tuple[TextSegment, ...]
    strip: Strip


class Canvas(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolling widget; a subclass supplies its lines."""

    MAX_CACHED: ClassVar[int] = 1024
    """How many drawn lines are kept for when they are shown again."""
    FIXED: ClassVar[int] = 0
    """How many lines at the top do not scroll. They count as visible lines."""
    ALLOW_SELECT = False  # a selection would put marks of its own into the styles
    DEFAULT_CSS = """
    Canvas {
        overflow: hidden hidden;
        &.-stale { text-opacity: 60%; }
    }
    """

    # Textual would lay the whole screen out again for each row that comes or goes.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        """Make one that holds nothing."""
        super().__init__(id=id, classes=classes)
        self.view = Size(0, 0)
        """The cells for lines at the last fit; the column right of them is the scroll bar."""
        self._drawn_lines: list[_DrawnLine] = []
        self._line_cache: dict[tuple[Hashable, bool], _DrawnLine] = {}
        self._style_cache: dict[tuple[str, ...], Style] = {}
        self._view_moves = False
        self._dragging = False

    # Supplied by a subclass.

    def visible_lines(self) -> list[Hashable]:
        """Return every line of the view, scrolled as it is now, as values that can be compared."""
        raise NotImplementedError

    def segments(self, line: Hashable) -> tuple[TextSegment, ...]:
        """Return the segments of a line, together at most as wide as the widget."""
        return line.segments if isinstance(line, FixedLine) else ()

    def fit_to_size(self) -> None:
        """Lay the content out for a new size."""

    def handle_scroll(self) -> None:
        """React to scrolling by the operator."""

    # Drawing.

    def redraw_all(self) -> None:
        """Draw every line again, for another size, other styles or other columns."""
        self._line_cache.clear()
        self._drawn_lines = [self._draw_line(line) for line in self._lines_with_thumb()]
        self.refresh()

    def repaint_changed(self) -> None:
        """Repaint where the visible lines differ from the drawn ones."""
        self._check_size()
        drawn, regions = self._drawn_lines, []
        for y, line in enumerate(self._lines_with_thumb()):
            was = drawn[y]
            if line != was.line:
                drawn[y] = now = self._draw_line(line)
                first, end = _find_difference(was.segments, now.segments)
                if end > first:
                    regions.append(Region(first, y, end - first, 1))
        if regions:
            self.refresh(*regions)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw some lines, without Textual's own cache if there is no border."""
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
        drawn = self._drawn_lines
        return (
            drawn[y].strip if y < len(drawn) else Strip.blank(self.view.width + 1, self.rich_style)
        )

    def notify_style_update(self) -> None:
        """Draw again in the new styles."""
        super().notify_style_update()
        self._style_cache.clear()
        self.redraw_all()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Repaint only differences after a scroll."""
        if not self._view_moves and round(old_value) != round(new_value):
            self._check_size()  # Textual scrolls back by itself if there is more room now
            self.handle_scroll()
            self.repaint_changed()

    @contextmanager
    def moving_view(self) -> Iterator[None]:
        """Scroll without `handle_scroll`; the caller repaints afterwards."""
        was, self._view_moves = self._view_moves, True
        try:
            yield
        finally:
            self._view_moves = was

    def on_resize(self, event: events.Resize) -> None:
        """Fit the content to the new size."""
        self._check_size()

    def set_line_count(self, count: int) -> None:
        """Set how many lines can be scrolled."""
        size = Size(self.view.width, count)
        if size == self.virtual_size:
            return
        self.virtual_size = size
        self.scroll_to_line(self.scroll_offset.y)

    def scroll_to_line(self, y: int) -> None:
        """Scroll at once to a line, or to the last one."""
        y = max(0, min(y, self.virtual_size.height - self.view.height))
        self.scroll_target_y = self.scroll_y = y

    @property
    def allow_vertical_scroll(self) -> bool:
        """Whether there are more lines than fit; Textual asks this for the mouse wheel."""
        return self.virtual_size.height > self.view.height

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to drag the scroll bar."""
        if event.button == 1 and self._on_bar(event) and self.allow_vertical_scroll:
            self._dragging = True
            self.capture_mouse()
            self._drag(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the scroll bar, if the button went down on it."""
        if self._dragging:
            self._drag(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Stop dragging the scroll bar."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def _on_bar(self, event: events.MouseEvent) -> bool:
        offset = event.get_content_offset(self)
        return offset is not None and offset.x == self.view.width and offset.y >= self.FIXED

    def _drag(self, event: events.MouseEvent) -> None:
        y = event.screen_y - self.content_region.y - self.FIXED
        total = self.virtual_size.height - self.FIXED
        self.scroll_to_line(top_line_at(self.view.height - self.FIXED, total, y))

    def _lines_with_thumb(self) -> list[tuple[Hashable, bool]]:
        lines, fixed = self.visible_lines(), self.FIXED
        total = self.virtual_size.height - fixed
        covered = thumb_lines(self.view.height - fixed, total, self.scroll_offset.y)
        return [(line, y - fixed in covered) for y, line in enumerate(lines)]

    def _check_size(self) -> None:
        width, height = self.size
        if (size := Size(max(0, width - 1), height)) != self.view:
            self.view = size
            with self.moving_view():
                self.fit_to_size()
            self.redraw_all()

    def _draw_line(self, line: tuple[Hashable, bool]) -> _DrawnLine:
        drawn = self._line_cache.get(line)
        if drawn is None:
            if len(self._line_cache) >= self.MAX_CACHED:
                self._line_cache.clear()
            segments = self._add_bar(self.segments(line[0]), covered=line[1])
            drawn = self._line_cache[line] = _DrawnLine(line, segments, self._make_strip(segments))
        return drawn

    def _add_bar(
        self, segments: tuple[TextSegment, ...], *, covered: bool
    ) -> tuple[TextSegment, ...]:
        bar: TextSegment = (THUMB, 1, ("bar",)) if covered else (" ", 1, ())
        room = self.view.width - _count_cells(segments)
        return (*segments, (" " * room, room, ()), bar) if room > 0 else (*segments, bar)

    def _make_strip(self, segments: tuple[TextSegment, ...]) -> Strip:
        """Join neighbours of equal tones: the terminal gets a style for each part."""
        joined: list[Segment] = []
        texts: list[str] = []
        last: tuple[str, ...] = ()
        for text, _, tones in segments:
            if tones != last:
                if texts:
                    joined.append(Segment("".join(texts), self._style_for(last)))
                texts, last = [], tones
            texts.append(text)
        joined.append(Segment("".join(texts), self._style_for(last)))
        return Strip(joined, _count_cells(segments))

    def _style_for(self, tones: tuple[str, ...]) -> Style:
        style = self._style_cache.get(tones)
        if style is None:
            style = self._style_cache[tones] = self._combine_styles(tones)
        return style

    def _combine_styles(self, tones: tuple[str, ...]) -> Style:
        """Return the colour of the last tone and the attributes of all, tinted by the cursor."""
        plain, variables = self.rich_style, self.app.theme_variables
        style = plain
        known = [tone for tone in tones if tone in PALETTE and tone != "cursor"]
        for tone in known[-1:]:
            style = tone_style(tone, plain, variables)
        for tone in known[:-1]:
            style += Style(bold=PALETTE[tone].bold, italic=PALETTE[tone].italic)
        if self._has_sixteen_colours and (hue := _HUES.get(tones[-1] if tones else "")):
            style += Style(color=hue)  # the nearest of sixteen to a theme's pale red is grey
        if "cursor" not in tones:
            return style
        if self._has_few_colours and self.has_focus and not self.has_class("-stale"):
            # a tint would not be seen
            return style + Style(color=plain.color, bgcolor=plain.bgcolor, reverse=True)
        cursor = "cursor focused" if self.has_focus else "cursor"
        tint = tone_style(cursor, plain, variables).bgcolor
        return style + Style(color=_strengthen(style.color, plain.color), bgcolor=tint)

    @property
    def _has_sixteen_colours(self) -> bool:
        return self.app.console.color_system == "standard" and not self.app.no_color

    @property
    def _has_few_colours(self) -> bool:
        return self.app.no_color or self.app.console.color_system in (None, "standard", "windows")


def _strengthen(color: RichColor | None, plain: RichColor | None) -> RichColor | None:
    """Return a colour nearer to that of plain text, for a tinted ground; themes' own hues stay."""
    if color is None or plain is None or color.triplet is None or plain.triplet is None:
        return color
    return Color.from_rich_color(color).blend(Color.from_rich_color(plain), 0.3).rich_color


def _count_cells(segments: Iterable[TextSegment]) -> int:
    return sum([cells for _, cells, _ in segments])


def _find_difference(old: Sequence[TextSegment], new: Sequence[TextSegment]) -> tuple[int, int]:
    """Return the first cell that differs, and the one after the last."""
    first = start = 0
    for mine, theirs in zip(new, old, strict=False):
        if mine != theirs:
            break
        first += mine[1]
        start += 1
    end = _count_cells(new)
    if end != (old_end := _count_cells(old)):
        return first, max(end, old_end)
    for i in range(1, min(len(new), len(old)) - start + 1):
        if new[-i] != old[-i]:
            break
        end -= new[-i][1]
    return first, end
