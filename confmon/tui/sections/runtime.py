"""The run-time attributes of a live meeting: shown, changed one at a time, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.api import catalogue
from confmon.api.errors import BridgeError, Forbidden, NotFound
from confmon.monitor.columns import cut_numbers
from confmon.monitor.edits import attribute_set
from confmon.tui.forms import AskEdit
from confmon.tui.sections.attributes import AttributesScreen, Line, attribute_form

if TYPE_CHECKING:
    from confmon.monitor.action import Result
    from confmon.monitor.edit import Edit
    from confmon.monitor.session import Session
    from confmon.tui.app import ConfmonApp


def run_time_screen(app: ConfmonApp, session: Session, number: int) -> AttributesScreen:
    """Return the screen of a live meeting's attributes. It reads them when it opens."""
    return _RunTime(app, session, number).screen


class _RunTime:
    """What the screen of one meeting's attributes knows."""

    def __init__(self, app: ConfmonApp, session: Session, number: int) -> None:
        self._app, self._session, self._number = app, session, number
        meeting = session.picture.meetings.get(number)
        self._owner = meeting.subscriber_name if meeting is not None else None
        self._identity = meeting.id if meeting is not None else None
        self._lines: list[Line] | None = None
        self._trouble = ""
        self._read_at = float("-inf")
        self._room: dict[str, str] | None = None
        """What the room says that the meeting began with; read once."""
        self.screen = AttributesScreen(
            f"Attributes of meeting {number} {self._owner or ''}".rstrip(),
            self._ask, self._change, "the room's", clock=session.clock,
            locked=self._locked, takes_off=False, trouble=lambda: self._trouble,
        )  # fmt: skip

    def _ask(self) -> list[Line] | None:
        if self._session.clock.now() - self._read_at >= max(2.0, self._session.interval_s):
            self._read_at = self._session.clock.now()
            self._app.run_worker(self._read(), exit_on_error=False)
        return self._lines

    async def _read(self) -> None:
        bridge = self._session.bridge
        if bridge is None:
            self._trouble = self._session.trouble or "not connected yet"
            return
        try:
            found = await bridge.get_attributes(self._number)
            if self._room is None:
                self._room = await self._room_says()
        except BridgeError as error:
            self._trouble = str(error)
        else:
            self._trouble = ""
            self._lines = sorted(
                (
                    Line(
                        one.name,
                        self._discreet(one.name, one.value),
                        self._room.get(one.name),
                        fixed=one.name in catalogue.RUN_TIME,
                    )
                    for one in found
                ),
                key=lambda line: (line.fixed, line.name),
            )
        if self.screen.is_mounted:
            self.screen.fill()

    def _discreet(self, name: str, value: str | None) -> str | None:
        """Cut the phone numbers in the list of participants, where the settings say so."""
        counted = name in catalogue.RUN_TIME
        if value is None or not (counted and self._session.settings.mask_numbers):
            return value
        return cut_numbers(value)

    async def _room_says(self) -> dict[str, str]:
        """Return the attributes of the meeting's room; none where there is no such room."""
        directory = self._session.directory
        if directory is None:
            return {}
        try:
            room = await directory.get_room(self._number)
        except (NotFound, Forbidden):
            return {}
        return {one.name: one.value or "" for one in room.attributes}

    def _locked(self) -> str:
        if self._trouble:
            return self._trouble
        meeting = self._session.board.picture.meetings.get(self._number)
        if meeting is None or meeting.id != self._identity:
            return "the meeting has ended"
        return self._session.disarmed()

    def _change(self, name: str, value: str | None) -> None:
        if value is None:
            return
        before = next((one.value for one in self._lines or () if one.name == name), None)

        def make(typed: str) -> Edit:
            return attribute_set(self._number, name, typed, before, self._owner)

        form = attribute_form(f"{name} of meeting {self._number}", name, value, "meeting", make)
        self._app.push_screen(form, self._confirm)

    def _confirm(self, edit: Edit | None) -> None:
        if edit is None:
            return
        lines = [edit.label, f"{edit.before.get(edit.name)} → {edit.change[edit.name]}"]
        dialog = AskEdit("Change this attribute?", lines, self._session.clock)
        self._app.push_screen(dialog, lambda yes: self._send(edit) if yes else None)

    def _send(self, edit: Edit) -> None:
        if reason := self._locked():
            self._app.notify(f"{reason}; nothing was sent", markup=False, timeout=4)
        else:
            self._session.sections.carry_out(edit, self._done)

    def _done(self, result: Result) -> None:
        self._read_at = float("-inf")
        if result.detail:
            self._app.notify(result.detail, markup=False, timeout=6)
