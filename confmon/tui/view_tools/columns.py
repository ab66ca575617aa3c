"""Chooses the columns of a view and what it is sorted by; both show at once behind the list."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from confmon.tui.dialogs.modal import Modal, keys_line

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from confmon.tui.view_tools.shown import ShownView


class ColumnsDialog(Modal[None]):
    """A letter shows or hides a column, with shift it sorts by it. Escape puts all back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "put_back", show=False),
        Binding("space", "toggle_here", show=False),
    ]

    def __init__(self, screen: ShownView) -> None:
        super().__init__()
        self._behind = screen
        self._view = screen.view
        self._columns = self._view.all_columns
        self._before = (self._view.hidden, self._view.sort_id, self._view.descending)

    def compose(self) -> ComposeResult:
        """Lay out a line for each column."""
        with Vertical() as box:
            box.border_title = "Columns"
            box.border_subtitle = keys_line(
                ("a", "on/off"), ("A", "sort by it"), ("enter", "keep"), ("esc", "back")
            )
            yield OptionList(*(Option(line) for line in self._lines()), compact=True)

    def _lines(self) -> list[Content]:
        view = self._view
        placed = self._behind.active.table.placed_ids
        width = max(len(column.title or column.id) for column in self._columns)
        lines = []
        for letter, column in zip(string.ascii_lowercase, self._columns, strict=False):
            sign = " " if column.id in view.hidden else "●"
            order = ""
            if column.id == view.sort_id:
                order = " ▼" if view.descending != column.high_first else " ▲"
            if not order and column.id not in (*view.hidden, *placed):
                order = " no room"
            text = f" {sign} {column.title or column.id:<{width}}{order}"
            tone = "$text-muted" if column.id in view.hidden else ""
            lines.append(Content.assemble((letter, "bold $text-primary"), (text, tone)))
        return lines

    def _show(self) -> None:
        options = self.query_one(OptionList)
        for at, line in enumerate(self._lines()):
            options.replace_option_prompt_at_index(at, line)
        self._behind.changed()

    def on_key(self, event: events.Key) -> None:
        """Take a letter: of the column, small to show or hide it, capital to sort by it."""
        letter = event.character or ""
        at = string.ascii_lowercase.find(letter.lower()) if len(letter) == 1 else -1
        if at < 0 or not event.is_printable:
            return
        event.stop()
        event.prevent_default()
        if at < len(self._columns):
            self._sort(at) if letter.isupper() else self._toggle(at)

    def action_toggle_here(self) -> None:
        """Show or hide the column of the line under the cursor."""
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self._toggle(at)

    def _toggle(self, at: int) -> None:
        self._behind.hide_columns(self._view.hidden ^ {self._columns[at].id})
        self._show()

    def _sort(self, at: int) -> None:
        column = self._columns[at]
        if column.id in self._view.hidden:
            self._behind.hide_columns(self._view.hidden - {column.id})
        self._view.sort_by(column.id)
        self._show()

    def on_option_list_option_selected(self) -> None:
        """Keep what is shown now."""
        self._behind.keep_view()
        self.dismiss(None)

    def action_put_back(self) -> None:
        """Close; columns and order are what they were."""
        hidden, sort_id, descending = self._before
        self._behind.hide_columns(hidden)
        self._view.order_by(sort_id, descending=descending)
        self._behind.changed()
        self.dismiss(None)
