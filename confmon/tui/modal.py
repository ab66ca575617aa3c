"""A screen over the screen that closes once, whatever keys are still on their way to it."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class Modal(ModalScreen[ScreenResultType]):
    """Base of dialogs and the help.

    Textual closes whatever is on top when a screen that is closed already closes again, as it does
    when two keys wait in its queue: the second one would end the program.
    """

    def changed(self) -> None:
        """Take note that what is behind it has changed."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with a result; once closed, do nothing."""
        return super().dismiss(result) if self.is_active else AwaitComplete.nothing()  # type: ignore[no-untyped-call]
