"""The commands that lead from a meeting or a caller to what the history has of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.people.numbers import tells_line
from confmon.tui.navigation import Past
from confmon.tui.screens.screen_actions import CommandScreen

if TYPE_CHECKING:
    from confmon.commands import PastPlace

NO_MEETING = "no meeting under the cursor"
NO_NUMBER = "no number under the cursor"
NOT_ONES = "{}: that may be anybody, so nobody's earlier calls are known"


class PastCommands(CommandScreen):
    """A table of meetings or callers, which the history may know."""

    def past_at_cursor(self) -> Past | None:
        """Return the meeting that what is under the cursor is about; None: there is none."""
        raise NotImplementedError

    def open_past(self, place: PastPlace) -> None:
        """Show the meeting under the cursor in another way."""
        if (past := self.past_at_cursor()) is None:
            self.say(NO_MEETING)
        else:
            self.navigator.show_recorded(place, past)

    def show_earlier_calls(self, phone: str | None, name: str | None) -> None:
        """Show the calls of a number, if it is one that tells people apart."""
        if not phone:
            self.say(NO_NUMBER)
        elif not tells_line(phone):
            self.say(NOT_ONES.format(phone))
        else:
            self.navigator.show_recorded("earlier", Past(phone=phone, name=name))

    def note_written(self) -> None:
        """Take note that a note is in the history now."""

    # ruff: noqa: D102 - the registry documents each command

    def action_tape(self) -> None:
        self.open_past("tape")

    def action_attendance(self) -> None:
        self.open_past("attendance")

    def action_marker(self) -> None:
        from confmon.tui.screens.past.marker import ask_marker

        if (past := self.past_at_cursor()) is None:
            self.say(NO_MEETING)
        else:
            ask_marker(self, past, self.note_written)
