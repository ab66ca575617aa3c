"""Asks for a moment of the past. What is typed is shown as a moment before it is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from confmon.monitor.past.timeline.moments import when
from confmon.monitor.past.typed_time import FORMS, moment_of
from confmon.tui.bars.ages import rough_age
from confmon.tui.dialogs.modal import Modal, keys_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

LONGEST = 40


class MomentDialog(Modal[float]):
    """Its result is the moment, epoch seconds; None: none was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(self, wall: Callable[[], float]) -> None:
        """`wall` is the server's clock, epoch seconds."""
        super().__init__()
        self._wall = wall
        self._early = ""
        """What was typed before the line was there."""

    def compose(self) -> ComposeResult:
        """Lay out the line, and below it what it means."""
        self._line = Input(id="moment", compact=True, max_length=LONGEST, select_on_focus=False)
        self._line.cursor_blink = False
        self._meant = Static(id="meant")
        with Vertical() as box:
            box.border_title = "Show the past at"
            box.border_subtitle = keys_line(("enter", "go there"), ("esc", "close"))
            yield self._line
            yield self._meant

    def on_mount(self) -> None:
        """Take what was typed meanwhile."""
        self._line.focus()
        self._line.value = self._early
        self._line.cursor_position = len(self._early)
        self._show(self._early)

    def on_key(self, event: events.Key) -> None:
        """Keep what is typed before the line has the focus."""
        if event.is_printable and event.character and not self._line.has_focus:
            event.stop()
            if self._line.is_mounted:
                self._line.insert_text_at_cursor(event.character)
            else:
                self._early += event.character

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what the line means now."""
        event.stop()
        self._show(event.value)

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

    def _show(self, text: str) -> None:
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

    def action_leave(self) -> None:
        """Close; now or the moment that was shown stays."""
        self.dismiss(None)
