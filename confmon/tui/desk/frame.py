"""Where everything is on a screen: lines, cards, the table and what is beside and below it.

Nothing here knows what is shown. The sizes follow the terminal and what the table has rows for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from textual.containers import Horizontal
from textual.screen import Screen

from confmon.tui.bars.bar import Bar
from confmon.tui.bars.header import LEAST_HEIGHT, LEAST_WIDTH
from confmon.tui.bars.live_details import LABEL_WIDTH
from confmon.tui.desk.bottom_pane import BottomPane
from confmon.tui.desk.card_row import CardRow
from confmon.tui.desk.heights import LEAST_TABLE, card_height, pane_height, resized
from confmon.tui.table import LinesPane, LiveTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

WIDE_FROM = 160
"""From so many columns on there is room beside the table."""
TALL_FROM = 30
"""From so many lines on there are cards, and every panel has an edge all around."""
BRIEF_FROM = 20
"""From so many lines on, one of them says what the cards would."""
LEAST_PANE, LEAST_SHORT_PANE = 7, 4
RESIZED_BY = 2

Zoom = Literal["", "table", "pane"]


class Frame(Screen[None]):
    """The parts around and including one table, and their sizes."""

    LABELS: ClassVar[int] = LABEL_WIDTH
    """The cells of the details pane's labels."""

    _details: bool | None = None
    """Whether the operator wants the details; None: they are shown where there is room."""
    _zoom: Zoom = ""
    _pane_height: int | None = None
    """The lines of the pane below, as the operator set them; None: as the table leaves."""
    _height_of_pane = 0
    toast_lines = 1
    """The lines that toasts may lie over."""

    def compose(self) -> ComposeResult:
        """Lay out the screen; the filter line comes when it is first asked for.

        The parts are kept: while the screen is closed a query would no longer find them.
        """
        ids = ("top", "tabs", "lists", "banner", "brief", "bottom")
        self._top, self._tabs, self._lists, self._banner, self._brief, self._bottom = (
            Bar(id=id_) for id_ in ids
        )
        self.cards = CardRow(id="cards")
        self.table = self.make_table()
        self.details = LinesPane(id="details", widths=(self.LABELS,))
        self.details.border_title = "details"
        self.pane = BottomPane(id="pane")
        yield from (self._top, self._tabs, self._lists, self._banner, self.cards, self._brief)
        with Horizontal(id="middle"):
            yield self.table
            yield from self.beside()
            yield self.details
        yield from self.lines_below
        yield self.pane
        yield self._bottom

    def make_table(self) -> LiveTable:
        """Return the table."""
        return LiveTable(id="table")

    lines_below: Sequence[Bar] = ()
    """The lines between the table and the pane."""

    def beside(self) -> Iterable[Widget]:
        """Return what is beside the table, where there is room and the details are not shown."""
        return ()

    def has_beside(self) -> bool:
        """Whether what is beside the table is wanted, where there is room for it."""
        return False

    def changed(self) -> None:
        """Draw soon."""
        raise NotImplementedError

    def close_filter(self) -> None:
        """Take the filter line away."""
        raise NotImplementedError

    def on_resize(self, event: events.Resize) -> None:
        """Open or close what there is or is no room for."""
        width, height = event.size.width, event.size.height
        small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        if small != self.is_small:
            self.close_filter()
            self.set_class(small, "-small")
            self.set_focus(None if small else self.table)
        self.set_class(height < TALL_FROM, "-short")
        self.set_class(height < BRIEF_FROM, "-low")
        self.pane.fit_width(width)
        self.fit_beside()
        self.changed()

    @property
    def is_small(self) -> bool:
        """Whether the terminal is too small for a table."""
        return self.has_class("-small")

    @property
    def is_tall(self) -> bool:
        """Whether there is room for cards and for edges all around."""
        return self.size.height >= TALL_FROM

    @property
    def has_details(self) -> bool:
        """Whether the details pane is open."""
        return self.details.has_class("-on")

    def fit_beside(self) -> None:
        """Show the details beside the table, or what else is wanted there."""
        wide = self.size.width >= WIDE_FROM
        other = wide and not self._details and self.has_beside()
        details = wide and not other if self._details is None else self._details
        if self.details.has_focus and not details:
            self.set_focus(self.table)
        self.details.set_class(details, "-on")
        self.set_class(other, "-beside")

    def show_details(self, *, on: bool = True) -> None:
        """Open or close the details pane for good, however wide the terminal is."""
        self._details = on
        self.fit_beside()
        self.changed()

    # Heights.

    def fit_heights(self) -> None:
        """Give each part its lines, as there are rows to show now."""
        height = self.size.height
        zoomed = self._zoom == "table"
        cards = 0 if zoomed else card_height(height)
        self.set_class(zoomed, "-zoomed")
        self.cards.set_class(bool(cards and self.cards.cards), "-on")
        set_height(self.cards, cards)
        edges = 2 if self.is_tall else 0
        bars = [self._top, self._tabs, self._lists, self._banner, self._bottom, *self.lines_below]
        lines = sum(bar.has_class("-on") for bar in bars) + cards * self.cards.has_class("-on")
        lines += self._brief.display and self._brief.has_class("-on")
        self._keep_toasts_above(lines - self._bottom.has_class("-on"))
        room = height - lines
        least = LEAST_PANE if self.is_tall else LEAST_SHORT_PANE
        before = self._height_of_pane
        asked = height if self._zoom == "pane" else self._pane_height
        if asked is not None:
            wanted = resized(asked, room=room, least=least)
        else:
            rows = len(self.table.rows.keys) or LEAST_TABLE
            if self.has_class("-beside"):
                rows = max(rows, room // 2)
            elif self.has_details:
                rows = max(rows, len(self.details.lines))
            wanted = pane_height(room, rows + 1 + edges, before=before, least=least)
        self._height_of_pane = wanted
        set_height(self.pane, wanted)

    def _keep_toasts_above(self, lines: int) -> None:
        """Let toasts lie over so many lines, which are those above the table, but for the first.

        That one has the age of all that is shown.
        """
        self.toast_lines = max(1, lines - 1)
        self.set_class(self.toast_lines == 1, "-one-line-toasts")
        for rack in self.query_children("ToastRack"):
            set_height(rack, self.toast_lines)

    def _show_toasts(self, *, on: bool) -> None:
        """Show toasts, or leave that to the dialog above: it shows the same ones."""
        for rack in self.query_children("ToastRack"):
            rack.display = on

    def resize_pane(self, by: int) -> None:
        """Make the pane below higher or lower."""
        if self.pane.display:
            self._zoom = ""
            self._pane_height = max(1, self._height_of_pane + by)
            self.fit_heights()
            self._pane_height = self._height_of_pane

    def toggle_zoom(self) -> None:
        """Give the panel that has the focus all there is, or put everything back."""
        if self._zoom:
            self._zoom = ""
        else:
            self._zoom = "pane" if self.pane.has(self.focused) else "table"
        self.fit_heights()


def set_height(widget: Widget, height: int) -> None:
    """Set the lines of a widget, if they are others: each time all is laid out again."""
    now = widget.styles.height
    if now is None or now.is_auto or now.value != height:
        widget.styles.height = height
