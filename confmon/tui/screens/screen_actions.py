"""What each key does that sends nothing: a method for each such command of the registry.

`Doing` has those that every screen has, `LiveDoing` those of meetings and calls.

What a method does, its command's `help` says.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from confmon.tui.app import ConfmonApp
    from confmon.tui.screens.live import WatchScreen
    from confmon.tui.screens.table_screen import Frame

_INTERVALS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0)

LEAVING = "What has not been sent will not be; what became of the rest will not be known."

NO_SHELL = "no shell here that could wake confmon again; q leaves"

# ruff: noqa: D102 - the registry documents each command


class Doing:
    """The commands of every screen that change only what is looked at, by their ids."""

    def __init__(self, screen: Frame) -> None:
        self._frame = screen

    @property
    def _app(self) -> ConfmonApp:
        return cast("ConfmonApp", self._frame.app)

    def meetings(self) -> None:
        self._app.show_live("meetings")

    def calls(self) -> None:
        self._app.show_live("calls")

    def rooms(self) -> None:
        self._app.show_section("rooms")

    def numbers(self) -> None:
        self._app.show_section("numbers")

    def forwarding(self) -> None:
        self._app.show_section("forwarding")

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

        self._app.push_screen(ConfirmDialog(plan, self._frame.session.clock), answered)

    def filter(self) -> None:
        self._frame.open_filter()


class LiveDoing(Doing):
    """The commands of meetings and calls."""

    def __init__(self, screen: WatchScreen) -> None:
        super().__init__(screen)
        self._screen = screen

    def back(self) -> None:
        view = self._screen.session.view
        if self._screen.is_typing:
            self._screen.clear_filter()
        elif self._screen.asking.stop_bulks():
            return
        elif view.filter:
            self._screen.clear_filter()
        elif view.marks:
            self.unmark()
        elif view.subject != "meetings":
            self._app.go_out()

    def attributes(self) -> None:
        self._screen.ask_attributes()

    def room(self) -> None:
        self._screen.show_room()

    def whose(self) -> None:
        self._screen.show_owner()

    def mark(self) -> None:
        key = self._screen.cursor_key
        if key is not None:
            self._screen.session.view.toggle_mark(key, self._screen.session.picture)
            self._screen.table.action_step(1)
            self._screen.changed()

    def mark_range(self) -> None:
        key = self._screen.cursor_key
        if key is not None:
            self._screen.session.view.mark_range(key, self._screen.session.picture)
            self._screen.changed()

    def mark_all(self) -> None:
        self._screen.session.view.mark_shown(self._screen.session.picture)
        self._screen.changed()

    def unmark(self) -> None:
        self._screen.session.view.unmark()
        self._screen.changed()

    def pause(self) -> None:
        self._screen.session.pause()
        self._screen.changed()

    def refresh(self) -> None:
        if self._screen.session.poller is not None:
            self._screen.session.poller.retry()
        self._screen.changed()

    def slower(self) -> None:
        self._step_interval(1)

    def faster(self) -> None:
        self._step_interval(-1)

    def _step_interval(self, step: int) -> None:
        now = self._screen.session.interval_s
        further = [s for s in _INTERVALS if (s > now if step > 0 else s < now)]
        if further:
            self._screen.session.set_interval(further[0] if step > 0 else further[-1])
            self._screen.changed()

    def find(self) -> None:
        if self._screen.session.view.subject != "calls":
            self._screen.go("calls")
        self.filter()


def _has_shell() -> bool:
    """Whether a shell with job control is over us: it puts its jobs into groups of their own.

    ``ssh -t host confmon`` and ``xterm -e confmon`` have none, and nobody to say `fg`.
    """
    return os.getpgrp() != os.getsid(0)
