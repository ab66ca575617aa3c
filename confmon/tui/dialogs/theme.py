"""The list of themes: each is shown while the cursor is on it, one is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from confmon.config.settings.checks import THEMES
from confmon.tui.dialogs.modal import Modal, keys_line

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ThemeDialog(Modal[str]):
    """Choose a theme; closed without one, the theme is again the one that it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, now: str) -> None:
        super().__init__()
        self._now = now

    def compose(self) -> ComposeResult:
        """Lay out the list, with the cursor on the theme that is used."""
        themes = OptionList(*(Option(name, id=name) for name in THEMES), compact=True)
        if self._now in THEMES:
            themes.highlighted = THEMES.index(self._now)
        with Vertical() as box:
            box.border_title = "Theme"
            box.border_subtitle = keys_line(("enter", "keep"), ("esc", "back"))
            yield themes

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the theme under the cursor, on the whole screen."""
        if event.option_id is not None and self.is_active:
            self.app.theme = event.option_id

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Keep the theme under the cursor."""
        self.dismiss(event.option_id)

    def action_move(self, by: int) -> None:
        """Move as in a table. The list may have no focus: an action of what has it would fail."""
        themes = self.query_one(OptionList)
        themes.action_cursor_down() if by > 0 else themes.action_cursor_up()
