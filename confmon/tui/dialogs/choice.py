"""A short list: a letter chooses, or Enter on the line under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from confmon.tui.dialogs.modal import Modal, keys_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult


class Choice(NamedTuple):
    """One line: the letter that chooses it, what it is, and what there is of it."""

    letter: str
    label: str
    text: str = ""
    is_off: bool = False
    """Whether it cannot be chosen."""


class ChoiceDialog(Modal[str]):
    """Choose one of a few things; the result is its letter."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", show=False)]

    def __init__(self, title: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)

    def compose(self) -> ComposeResult:
        """Lay out the lines."""
        width = max(len(one.label) for one in self._choices)
        with Vertical() as box:
            box.border_title = self._title
            box.border_subtitle = keys_line(("letter", "choose"), ("esc", "back"))
            yield OptionList(
                *(
                    Option(
                        Content.assemble(
                            (one.letter, "bold $text-primary"),
                            f" {one.label:<{width}}  ",
                            (one.text, "$text-muted" if one.is_off else ""),
                        ),
                        id=one.letter,
                        disabled=one.is_off,
                    )
                    for one in self._choices
                ),
                compact=True,
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose the line under the cursor."""
        self.dismiss(event.option_id)

    def on_key(self, event: events.Key) -> None:
        """Choose by letter; other letters do nothing."""
        if event.character is None or not event.is_printable:
            return
        event.stop()
        event.prevent_default()
        for one in self._choices:
            if one.letter == event.character and not one.is_off:
                self.dismiss(one.letter)

    def action_cancel(self) -> None:
        """Close; nothing is chosen."""
        self.dismiss(None)
