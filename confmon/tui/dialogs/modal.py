"""A screen over the screen that closes once, whatever keys are still on their way to it."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType

SHORT = 16
"""On fewer lines than this a box has no blank lines, and a question no names."""


def keys_line(*keys: tuple[str, str]) -> Content:
    """Return keys and what they do, for the lower edge of a box: there no size hides them."""
    return Content("  ").join(
        [Content.assemble((sign, "bold $text-primary"), f" {does}") for sign, does in keys]
    )


class Modal(ModalScreen[ScreenResultType]):
    """Base of dialogs and the help.

    Textual closes whatever is on top when a screen that is closed already closes again, as it does
    when two keys wait in its queue: the second one would end the program.
    """

    VERTICAL_BREAKPOINTS = [(0, "-short"), (SHORT, "-tall")]  # noqa: RUF012

    def changed(self) -> None:
        """Take note that what is behind it has changed."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with a result; once closed, do nothing."""
        return super().dismiss(result) if self.is_active else AwaitComplete.nothing()  # type: ignore[no-untyped-call]
