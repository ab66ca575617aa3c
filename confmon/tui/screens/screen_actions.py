"""What each key does that sends nothing: a method for each such command of the registry.

`ScreenActions` has those that every screen has; those of one screen are in its own module. What a
method does, its command's `help` says.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

    from confmon.tui.screens.table_screen import TableScreen

LEAVING = "What has not been sent will not be; what became of the rest will not be known."

NO_SHELL = "no shell here that could wake confmon again; q leaves"

# ruff: noqa: D102 - the registry documents each command


class ScreenActions:
    """The commands of every screen that change only what is looked at."""

    def __init__(self, screen: TableScreen) -> None:
        self._frame = screen

    @property
    def _app(self) -> App[Any]:
        return self._frame.app

    def methods(self) -> dict[str, Callable[[], object]]:
        """Return what does each command, by the command's id."""
        return {
            "meetings": self.meetings,
            "calls": self.calls,
            "rooms": self.rooms,
            "numbers": self.numbers,
            "forwarding": self.forwarding,
            "next_pane": self.next_pane,
            "previous_pane": self.previous_pane,
            "details": self.details,
            "log": self.log,
            "filter": self.filter,
            "sort": self.sort,
            "sort_back": self.sort_back,
            "reverse": self.reverse,
            "theme": self.theme,
            "help": self.help,
            "palette": self.palette,
            "suspend": self.suspend,
            "quit": self.quit,
        }

    def meetings(self) -> None:
        self._frame.navigator.show_live("meetings")

    def calls(self) -> None:
        self._frame.navigator.show_live("calls")

    def rooms(self) -> None:
        self._frame.navigator.show_section("rooms")

    def numbers(self) -> None:
        self._frame.navigator.show_section("numbers")

    def forwarding(self) -> None:
        self._frame.navigator.show_section("forwarding")

    def next_pane(self) -> None:
        self._frame.focus_next("LiveTable, LinesPane")

    def previous_pane(self) -> None:
        self._frame.focus_previous("LiveTable, LinesPane")

    def details(self) -> None:
        self._frame.toggle_details()

    def log(self) -> None:
        self._frame.toggle_log()

    def sort(self) -> None:
        self._frame.view.sort_next(1)
        self._frame.changed()

    def sort_back(self) -> None:
        self._frame.view.sort_next(-1)
        self._frame.changed()

    def reverse(self) -> None:
        self._frame.view.sort_by(self._frame.view.sort_id)
        self._frame.changed()

    def theme(self) -> None:
        self._app.action_change_theme()

    def help(self) -> None:
        from confmon.tui.screens.help import HelpScreen

        self._app.push_screen(HelpScreen(self._frame.session.settings, self._frame.PLACE))

    def palette(self) -> None:
        self._app.action_command_palette()

    def suspend(self) -> None:
        if _has_shell():
            self._app.action_suspend_process()
        else:
            self._app.notify(NO_SHELL, markup=False, timeout=4)

    def quit(self) -> None:
        under_way = self._frame.session.under_way()
        if not under_way:
            self._app.exit(0)
            return
        from confmon.monitor.actions.plan import Plan
        from confmon.tui.dialogs.confirm import ConfirmDialog

        are = "action is" if under_way == 1 else "actions are"
        plan = Plan(title=f"{under_way} {are} under way; leave?", warns=LEAVING)

        def answered(confirmed: Plan | str | None) -> None:
            if confirmed is not None:
                self._app.exit(0)

        self._app.push_screen(ConfirmDialog(plan), answered)

    def filter(self) -> None:
        self._frame.open_filter()


def _has_shell() -> bool:
    """Whether a shell with job control is over us: it puts its jobs into groups of their own.

    ``ssh -t host confmon`` and ``xterm -e confmon`` have none, and nobody to say `fg`.
    """
    return os.getpgrp() != os.getsid(0)
