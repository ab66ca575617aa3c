"""The search for a noisy line, question by question, in one box."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from confmon.monitor.orders.search import Phase
from confmon.tui.dialogs.confirm import SWALLOW_S
from confmon.tui.dialogs.question import Answer, QuestionDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events

    from confmon.monitor.orders.search import Search

STILL_THERE = (Answer("y", "Still there"), Answer("n", "Gone"))
OFFERS = (
    Answer("k", "Keep muted", "this line stays muted; u opens it again"),
    Answer("d", "Drop", "hang this caller up, after asking"),
    Answer("r", "Restore", "this line too gets back what it had"),
)


class NoisyLineDialog(QuestionDialog):
    """Asks until one caller is left. However it closes, the search is over then."""

    escape_does = "stop and restore"

    def __init__(self, search: Search, go_to: Callable[[int], object]) -> None:
        """`go_to` puts the cursor on a caller, below the box."""
        self._search = search
        self._go_to = go_to
        self._shown: tuple[object, ...] = ()
        super().__init__(*self._asked())

    def on_mount(self, event: events.Mount) -> None:
        """Show how far the search is: there may be one suspect only."""
        super().on_mount(event)
        self.changed()

    def changed(self) -> None:
        """Show what reads have shown meanwhile."""
        search = self._search
        search.go_on()
        shown = (search.phase, search.suspects, search.muted)
        if shown == self._shown or not self.is_active:
            return
        self._shown = shown
        if search.phase is Phase.OVER:
            self.dismiss(None)
            return
        self.show(*self._asked())
        # What is pressed right now was an answer to something else.
        self._deaf_until = max(self._deaf_until, monotonic() + SWALLOW_S)
        if (found := search.found) is not None:
            self._go_to(found.id)

    def _asked(self) -> tuple[str, list[str], tuple[Answer, ...]]:
        search = self._search
        if (found := search.found) is not None:
            title = f"The noise is on the line of {search.label(found)}"
            return title, ["everybody else gets back what they had"], OFFERS
        count = len(search.suspects)
        title = f"Noisy line: one of {count} callers"
        if search.phase is Phase.ASKING:
            return (
                title,
                [f"{search.muted} of them are muted now", "Is it still there?"],
                STILL_THERE,
            )
        return title, ["muting half of them…"], ()

    def take(self, key: str) -> None:
        """Take an answer: the next question, or what to do with who was found."""
        if self._search.phase is Phase.ASKING:
            self._search.answer(still_there=key == "y")
            self.changed()
        elif self._search.phase is Phase.FOUND:
            self.dismiss(key)
