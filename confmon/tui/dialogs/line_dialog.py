"""A dialog with one line to type in, which loses nothing that is typed before it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ScreenResultType
from textual.widgets import Input

from confmon.tui.dialogs.modal import Modal

if TYPE_CHECKING:
    from textual import events


class LineDialog(Modal[ScreenResultType]):
    """Base of what asks for one line. The subclass lays `line` out, and says what it means."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", show=False)]

    def __init__(self, *, id: str, longest: int, placeholder: str = "") -> None:  # noqa: A002
        super().__init__()
        self.line = Input(
            id=id, placeholder=placeholder, compact=True, max_length=longest,
            select_on_focus=False,
        )  # fmt: skip
        self.line.cursor_blink = False
        self._early = ""
        """What was typed before the line was there."""

    def line_changed(self, text: str) -> None:
        """Show what the line means now."""
        raise NotImplementedError

    def fill(self, text: str) -> None:
        """Put a text into the line, the cursor behind it."""
        self.line.value = text
        self.line.cursor_position = len(text)

    def on_mount(self) -> None:
        """Take what was typed meanwhile."""
        self.line.focus()
        self.fill(self._early)
        self.line_changed(self._early)

    def on_key(self, event: events.Key) -> None:
        """Keep what is typed before the line has the focus."""
        if event.is_printable and event.character and not self.line.has_focus:
            event.stop()
            if self.line.is_mounted:
                self.line.insert_text_at_cursor(event.character)
            else:
                self._early += event.character

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what the line means now."""
        event.stop()
        self.line_changed(event.value)
