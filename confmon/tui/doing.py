"""What each key does that sends nothing: a method for each such command of the registry.

What a method does, its command's `help` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confmon.tui.watch import WatchScreen

_INTERVALS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0)


class Doing:
    """The commands of the screen that change only what is looked at, by their ids."""

    # ruff: noqa: D102 - the registry documents each command

    def __init__(self, screen: WatchScreen) -> None:
        self._screen = screen

    def back(self) -> None:
        view = self._screen.session.view
        if self._screen.is_typing or view.filter:
            self._screen.clear_filter()
        elif view.marks:
            self.unmark()
        elif view.subject != "meetings":
            self._screen.go("meetings")

    def meetings(self) -> None:
        self._screen.go("meetings")

    def calls(self) -> None:
        self._screen.go("calls")

    def next_pane(self) -> None:
        self._screen.focus_next("LiveTable, LinesPane")

    def previous_pane(self) -> None:
        self._screen.focus_previous("LiveTable, LinesPane")

    def details(self) -> None:
        self._screen.toggle_details()

    def log(self) -> None:
        self._screen.toggle_log()

    def sort(self) -> None:
        self._screen.session.view.sort_next(1)
        self._screen.changed()

    def sort_back(self) -> None:
        self._screen.session.view.sort_next(-1)
        self._screen.changed()

    def reverse(self) -> None:
        self._screen.session.view.sort_by(self._screen.session.view.sort_id)
        self._screen.changed()

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
        self._screen.session.view.marks.clear()
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

    def theme(self) -> None:
        self._screen.app.action_change_theme()

    def help(self) -> None:
        from confmon.tui.help import HelpScreen

        self._screen.app.push_screen(HelpScreen(self._screen.session.settings))

    def palette(self) -> None:
        self._screen.app.action_command_palette()

    def suspend(self) -> None:
        self._screen.app.action_suspend_process()

    def quit(self) -> None:
        self._screen.app.exit(0)

    def find(self) -> None:
        if self._screen.session.view.subject != "calls":
            self._screen.go("calls")
        self.filter()

    def filter(self) -> None:
        self._screen.open_filter()
