"""A line of the screen made of parts: header, tabs, footer. Parts can be clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.message import Message
from textual.reactive import reactive

from confmon.tui.table.canvas import Canvas
from confmon.tui.table.cells import count_cells, fit
from confmon.tui.table.rows import FixedLine

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from textual import events

    from confmon.tui.table.look import TextSegment


NARROWED = -1
"""The priority of what is shortened before what has none, and is never left out either."""


class Part(NamedTuple):
    """A text with a tone. Where the line is too short, the highest `priority` gives way first.

    It is shortened, and if that is not enough left out. `NARROWED` and then 0 are shortened last,
    from the right one by one, and never left out.
    One that `yields` is cut after all that to the cells the others leave, with an ellipsis.
    `command` is what a click on it does. Wire text is fine: it is drawn as it is.
    """

    text: str
    tone: str = ""
    command: str = ""
    priority: int = 0
    short: str = ""
    yields: bool = False


class Parts(NamedTuple):
    """What a line shows at its left and at its right end."""

    left: tuple[Part, ...] = ()
    right: tuple[Part, ...] = ()


NO_PARTS = Parts()


def fit_parts(left: Sequence[Part], right: Sequence[Part], width: int) -> list[Part]:
    """Return the parts that fit, with a blank one between left and right."""
    parts = [(part, at_left) for at_left, side in ((True, left), (False, right)) for part in side]

    def spare() -> int:
        return width - sum(count_cells(part.text) for part, _ in parts)

    for worst in sorted({part.priority for part, _ in parts if part.priority > 0}, reverse=True):
        if spare() >= 0:
            break
        parts = [
            (part._replace(text=part.short) if part.short and part.priority == worst else part, at)
            for part, at in parts
        ]
        if spare() < 0:
            # A key and its label share a priority, and go together.
            parts = [(part, at) for part, at in parts if part.priority != worst]
    for kept in (NARROWED, 0):
        for at in reversed(range(len(parts))):
            part, side = parts[at]
            if part.short and part.priority == kept and spare() < 0:
                parts[at] = part._replace(text=part.short), side
    if (lacking := -spare()) > 0:
        parts = [(_shorten(part, lacking) if part.yields else part, at) for part, at in parts]
    gap = Part(" " * max(0, spare()))
    at_left = [part for part, is_left in parts if is_left]
    return [*at_left, gap, *(part for part, is_left in parts if not is_left)]


def _shorten(part: Part, lacking: int) -> Part:
    """Return a part shorter by so many cells; a blank at its end stays there."""
    end = " " if part.text.endswith(" ") else ""
    width = count_cells(part.text) - lacking - len(end)
    return part._replace(text=fit(part.text.rstrip(), width, "left") + end if width > 0 else "")


class Bar(Canvas, can_focus=False):
    """One line of parts, repainted only where it changes."""

    MAX_CACHED: ClassVar[int] = 16  # the age of the data makes another line of it every second
    DEFAULT_CSS = """
    Bar { height: 1; overflow: hidden hidden; }
    """

    parts: reactive[Parts] = reactive(Parts(), repaint=False, init=False)
    """What is shown."""

    class Pressed(Message):
        """A click on a part that has a command."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        """Make an empty one."""
        super().__init__(id=id)
        self._line = FixedLine(())
        self._spans: list[tuple[int, int, str]] = []

    def watch_parts(self, parts: Parts) -> None:
        """Repaint what differs. A line that shows something has the class `-on`."""
        self.set_class(any(parts), "-on")
        self.fit_to_size()
        self.repaint_changed()

    def fit_to_size(self) -> None:
        """Lay the parts out in the width there is."""
        width = self.view.width
        segments: list[TextSegment] = []
        self._spans = []
        x = 0
        for part in fit_parts(*self.parts, width):
            cells = min(count_cells(part.text), width - x)
            if cells <= 0:
                continue
            tones = (part.tone,) if part.tone else ()
            segments.append((fit(part.text, cells, "left"), cells, tones))
            self._spans.append((x, x + cells, part.command))
            x += cells
        self._line = FixedLine(tuple(segments))

    def visible_lines(self) -> list[Hashable]:
        """Return the one line."""
        return [self._line] * self.view.height

    def on_click(self, event: events.Click) -> None:
        """Say which command was clicked."""
        for start, end, command in self._spans:
            if command and start <= event.x < end:
                self.post_message(self.Pressed(command))
