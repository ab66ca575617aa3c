"""Asks for a moment of the past. What is typed is shown as a moment before it is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from confmon.monitor.past.timeline.moments import when
from confmon.monitor.past.typed_time import FORMS, moment_of
from confmon.tui.bars.ages import rough_age
from confmon.tui.dialogs.line_dialog import LineDialog
from confmon.tui.dialogs.modal import keys_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.widgets import Input

LONGEST = 40


class MomentDialog(LineDialog[float]):
    """Its result is the moment, epoch seconds; None: none was chosen."""

    def __init__(self, wall: Callable[[], float]) -> None:
        """`wall` is the server's clock, epoch seconds."""
        super().__init__(id="moment", longest=LONGEST)
        self._wall = wall

    def compose(self) -> ComposeResult:
        """Lay out the line, and below it what it means."""
        self._meant = Static(id="meant")
        with Vertical() as box:
            box.border_title = "Show the past at"
            box.border_subtitle = keys_line(("enter", "go there"), ("esc", "close"))
            yield self.line
            yield self._meant

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the moment back, if it is one."""
        event.stop()
        if not event.value.strip():
            self.dismiss(None)
            return
        try:
            self.dismiss(moment_of(event.value, self._wall()))
        except ValueError as error:
            self._say(str(error), "$text-warning")

    def line_changed(self, text: str) -> None:
        """Show which moment the line means now."""
        now_s = self._wall()
        if not text.strip():
            self._say(FORMS, "$text-muted")
            return
        try:
            at_s = moment_of(text, now_s)
        except ValueError as error:
            self._say(str(error), "$text-muted")
        else:
            self._say(f"{when(at_s, now_s)}, {rough_age(now_s - at_s)} ago", "$text-primary")

    def _say(self, text: str, tone: str) -> None:
        self._meant.update(Content.styled(text, tone))
