"""Asks before confmon is left while actions are under way: wait for them, leave now, or stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from confmon.monitor.actions.plan import Plan
from confmon.tui.dialogs.confirm import ConfirmDialog
from confmon.tui.keys.pace import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

LEAVING = "What has not been sent will not be; what became of the rest will not be known."


class LeaveDialog(ConfirmDialog):
    """Closes with a plan to leave, with None to stay; on `w` once nothing is under way."""

    keys: tuple[tuple[str, str], ...] = (
        ("w", "wait, then leave"),
        ("y", "leave now"),
        ("n, esc", "stay"),
    )

    def __init__(self, under_way: Callable[[], int], stays: Sequence[str]) -> None:
        """`under_way` returns how many actions are not settled yet; `stays` as `leave_dialog`."""
        warns = "\n".join([LEAVING, *stays])
        super().__init__(Plan(_title(under_way(), waits=False), warns=warns))
        self._under_way = under_way
        self._waits = False

    def kind_of(self, event: events.Key) -> Kind:
        """Return what a character is here; `w` takes nothing away, like `n`."""
        return Kind.MOVE if event.character == "w" else super().kind_of(event)

    def on_key(self, event: events.Key) -> None:
        """Begin to wait on `w`; the other keys are those of every question."""
        if event.character != "w":
            return
        event.stop()
        event.prevent_default()
        press = self.presses.press_of(event)
        if self.too_early(event):
            return
        if press.verdict is not Verdict.ALONE:
            self.refuse(press.verdict)
            return
        self._waits = True
        self.changed()

    def changed(self) -> None:
        """Count anew what is under way; leave if nothing is and that was waited for."""
        if not self.is_active:
            return
        count = self._under_way()
        if self._waits and not count:
            self.dismiss(self.plan)
        else:
            self._title.update(Content(_title(count, waits=self._waits)))


def leave_dialog(under_way: Callable[[], int], stays: Sequence[str]) -> ConfirmDialog:
    """Return the question for now; `stays` has a line for each order that would stay as it is."""
    if under_way():
        return LeaveDialog(under_way, stays)
    return ConfirmDialog(Plan("Leave confmon?", warns="\n".join(stays)))


def _title(count: int, *, waits: bool) -> str:
    are = f"{count} action is" if count == 1 else f"{count} actions are"
    if waits:
        return f"{are} under way; leaving as soon as their outcome is known"
    return f"{are} under way; leave?" if count else "Nothing is under way any more; leave?"
