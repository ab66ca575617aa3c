"""The cards above the table: boxes drawn on one canvas, repainted only where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.reactive import reactive

from confmon.tui.bars.bar import Bar
from confmon.tui.desk.box import Card, draw_cards, place_cards
from confmon.tui.table.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Hashable

    from textual import events

    from confmon.tui.table.look import TextSegment
    from confmon.tui.table.rows import FixedLine


class CardRow(Canvas, can_focus=False):
    """Cards side by side. Without any it takes no room."""

    MAX_CACHED: ClassVar[int] = 32
    DEFAULT_CSS = """
    CardRow { height: auto; display: none; overflow: hidden hidden; }
    CardRow.-on { display: block; }
    """

    cards: reactive[tuple[Card, ...]] = reactive((), repaint=False, init=False)
    """What is shown."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        """Make an empty one."""
        super().__init__(id=id)
        self._laid_out: list[FixedLine] = []

    def watch_cards(self) -> None:
        """Repaint what differs."""
        self.fit_to_size()
        self.repaint_changed()

    def fit_to_size(self) -> None:
        """Lay the cards out in the room there is."""
        self._laid_out = draw_cards(self.cards, self.size.width, self.view.height)

    def visible_lines(self) -> list[Hashable]:
        """Return the lines of the cards."""
        return [*self._laid_out]

    def _add_bar(
        self, segments: tuple[TextSegment, ...], *, covered: bool
    ) -> tuple[TextSegment, ...]:
        return segments  # nothing is scrolled: the last column is the edge of the last card

    def on_click(self, event: events.Click) -> None:
        """Say which card was clicked, if a click on it means something."""
        for start, width, command in place_cards(self.cards, self.size.width):
            if command and start <= event.x < start + width:
                self.post_message(Bar.Pressed(command))
