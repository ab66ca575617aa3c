"""The run-time attributes of a live meeting: shown, changed one at a time, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.monitor.meeting_attributes import RunTime
from confmon.tui.dialogs.form import AskEdit
from confmon.tui.screens.attributes import AttributesScreen, attribute_form

if TYPE_CHECKING:
    from textual.app import App

    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.session import Session
    from confmon.monitor.views.attributes import Line


def run_time_screen(app: App[Any], session: Session, number: int) -> AttributesScreen:
    """Return the screen of a live meeting's attributes. It reads them when it opens."""
    return _Wiring(app, session, RunTime(session, number)).screen


class _Wiring:
    """From what is read of one meeting to its screen, and from its keys to edits."""

    def __init__(self, app: App[Any], session: Session, run_time: RunTime) -> None:
        self._app, self._session, self._run_time = app, session, run_time
        self.screen = AttributesScreen(
            f"Attributes of meeting {run_time.number} {run_time.owner or ''}".rstrip(),
            self._ask, self._change, "the room's",
            locked=run_time.locked, remapped=session.settings.keys, takes_off=False,
            trouble=lambda: run_time.trouble,
        )  # fmt: skip

    def _ask(self) -> list[Line] | None:
        if self._run_time.is_due():
            self._app.run_worker(self._read(), exit_on_error=False)
        return self._run_time.lines

    async def _read(self) -> None:
        await self._run_time.read()
        if self.screen.is_mounted:
            self.screen.fill()

    def _change(self, name: str, value: str | None) -> None:
        if value is None:
            return
        title = f"{name} of meeting {self._run_time.number}"
        make = self._run_time.setting(name)
        self._app.push_screen(attribute_form(title, name, value, "meeting", make), self._confirm)

    def _confirm(self, edit: Action | None) -> None:
        if edit is None:
            return
        lines = [edit.label, f"{edit.before.get(edit.name)} → {edit.change[edit.name]}"]
        dialog = AskEdit("Change this attribute?", lines)
        self._app.push_screen(dialog, lambda yes: self._send(edit) if yes else None)

    def _send(self, edit: Action) -> None:
        if reason := self._run_time.locked():
            self._app.notify(f"{reason}; nothing was sent", markup=False, timeout=4)
        else:
            self._session.sections.start_edit(edit, self._done)

    def _done(self, result: Result) -> None:
        self._run_time.read_soon()
        if result.detail:
            self._app.notify(result.detail, markup=False, timeout=6)
