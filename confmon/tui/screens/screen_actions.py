"""The commands of every screen, as actions of Textual.

Each is the `action_` method named after its id, and does what the command's `help` says. Those of
one screen are in its own module.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confmon.commands import BY_ID
from confmon.monitor.views.need_columns import signal_key
from confmon.tui.desk.frame import RESIZED_BY
from confmon.tui.keys.pace import Verdict
from confmon.tui.navigation import Visit
from confmon.tui.screens.keyed_screen import KeyedScreen
from confmon.tui.table.listing import LeftCursor

if TYPE_CHECKING:
    from confmon.monitor.actions.plan import Plan

NO_SHELL = "no shell here that could wake confmon again; q leaves"

NOTHING_SHARED = "nothing is shared with other operators here: see the help topic sharing"
STARTING = "who else is here is not known yet"


class CommandScreen(KeyedScreen):
    """A table, and the commands of every screen. A subclass adds its own."""

    # Where one is, and the way back.

    def here(self) -> Visit:
        """Return what leads back to what is looked at."""
        key, record = self.listing.at_cursor()
        return Visit(
            place=self.PLACE,
            name=self.crumb(),
            filter_text=self.main_view.filter_text,
            cursor=LeftCursor(key, record, top=self.table.scroll_offset.y),
        )

    def crumb(self) -> str:
        """Return what a crumb calls what is looked at."""
        return self.PLACE

    def come_back(self, visit: Visit) -> None:
        """Look at what was looked at before, as it was left."""
        if self.main_view.filter_text != visit.filter_text:
            self.main_view.set_filter(visit.filter_text)
        self.close_filter()
        self.redraw()
        if not self.is_small:
            self.set_focus(self.table)
        self.listing.put_cursor_back(visit.cursor)
        self._note_under_cursor()

    # What needs somebody.

    def quiet(self, command_id: str) -> bool:
        """Keep what is under the cursor quiet, or take that back. Return whether it is now.

        What has just come there was not meant by the key.
        """
        noted = {signal_key(signal) for signal in self._noted}
        here = tuple(signal for signal in self.signals_here() if signal_key(signal) in noted)
        is_quiet = self.need_keys.quiet(command_id, here)
        self.changed()
        return is_quiet

    # The commands.

    def action_verb(self, command_id: str) -> None:
        """Do a command that writes."""
        raise NotImplementedError

    def action_elsewhere(self, command_id: str) -> None:
        """Say that a command is for the live screen, once for a key that is held down."""
        press = self.presses.current
        if not self.is_small and (press is None or press.verdict is Verdict.ALONE):
            label = BY_ID[command_id].label.lower()
            self.say(f"{label} is for calls and meetings; nothing was sent")

    # ruff: noqa: D102 - the registry documents each command

    def action_meetings(self) -> None:
        self.navigator.show_live("meetings")

    def action_calls(self) -> None:
        self.navigator.show_live("calls")

    def action_needs_you(self) -> None:
        self.navigator.show_needs()

    def action_next_need(self) -> None:
        self.need_keys.go_to_next()

    def action_next_asker(self) -> None:
        self.need_keys.go_to_asker(None)

    def action_acknowledge(self) -> None:
        self.quiet("acknowledge")

    def action_snooze(self) -> None:
        self.quiet("snooze")

    def action_refresh(self) -> None:
        self.session.retry()
        self.changed()

    def action_rooms(self) -> None:
        self.navigator.show_section("rooms")

    def action_numbers(self) -> None:
        self.navigator.show_section("numbers")

    def action_forwarding(self) -> None:
        self.navigator.show_section("forwarding")

    def action_history(self) -> None:
        self.navigator.show_recorded("history")

    def action_next_pane(self) -> None:
        if self.is_typing and self.complete_filter():
            return
        self.focus_next("LiveTable, LinesPane")

    def action_previous_pane(self) -> None:
        self.focus_previous("LiveTable, LinesPane")

    def action_details(self) -> None:
        self.show_details(on=not self.has_details)

    def action_log(self) -> None:
        if self.pane.has(self.focused):
            self.set_focus(self.table)
        self.pane.cycle()
        self.changed()

    def action_zoom(self) -> None:
        self.toggle_zoom()

    def action_taller(self) -> None:
        self.resize_pane(RESIZED_BY)

    def action_shorter(self) -> None:
        self.resize_pane(-RESIZED_BY)

    def action_back(self) -> None:
        if self.is_typing or self.view.filter_text:
            self.clear_filter()
        else:
            self.navigator.go_back()

    def action_filter(self) -> None:
        self.open_filter()

    def action_sort(self) -> None:
        self.view.sort_next(1, self.table.placed_ids)
        self.keep_view()

    def action_sort_back(self) -> None:
        self.view.sort_next(-1, self.table.placed_ids)
        self.keep_view()

    def action_reverse(self) -> None:
        self.view.sort_by(self.view.sort_id)
        self.keep_view()

    def action_copy(self) -> None:
        from confmon.tui.view_tools.copying import copy_number

        copy_number(self)

    def action_copy_part(self) -> None:
        from confmon.tui.view_tools.copying import ask_what_to_copy

        ask_what_to_copy(self)

    def action_columns(self) -> None:
        from confmon.tui.view_tools.columns import ColumnsDialog

        self.app.push_screen(ColumnsDialog(self))

    def action_filters(self) -> None:
        from confmon.tui.view_tools.saved_filters import choose_filter

        choose_filter(self)

    def action_export(self) -> None:
        from confmon.tui.view_tools.exporting import ask_where_to_export

        ask_where_to_export(self)

    def action_mouse(self) -> None:
        self.say(self.navigator.toggle_mouse())

    def action_theme(self) -> None:
        from confmon.tui.dialogs.theme import ThemeDialog

        before = self.app.theme

        def chosen(theme: str | None) -> None:
            self.app.theme = theme or before
            if theme:
                self.navigator.keep_theme(theme)

        self.app.push_screen(ThemeDialog(before), chosen)

    def action_help(self) -> None:
        from confmon.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.session.settings, self.PLACE))

    def action_command(self) -> None:
        from confmon.tui.prompt.typed import ask_command

        ask_command(self)

    def action_palette(self) -> None:
        self.app.action_command_palette()

    def action_here(self) -> None:
        from confmon.tui.dialogs.here import HereDialog

        if self.session.together is None:
            self.say_nobody_is_known()
        else:
            self.app.push_screen(HereDialog(self.session, self.session.together))

    def say_nobody_is_known(self) -> None:
        """Say why other operators can't be shown."""
        self.say(STARTING if self.session.settings.share else NOTHING_SHARED)

    def action_suspend(self) -> None:
        if _has_shell():
            self.app.action_suspend_process()
        else:
            self.say(NO_SHELL)

    def action_quit(self) -> None:
        self.presses.run_when_alone(self._leave)

    def _leave(self) -> None:
        stays = self.session.keeping.left_open()
        if not (self.session.under_way() or stays):
            self.app.exit(0)
            return
        from confmon.tui.dialogs.leave import leave_dialog

        def answered(confirmed: Plan | str | None) -> None:
            if confirmed is not None:
                self.app.exit(0)

        self.app.push_screen(leave_dialog(self.session.under_way, stays), answered)


def _has_shell() -> bool:
    """Whether a shell with job control is over us: it puts its jobs into groups of their own.

    ``ssh -t host confmon`` and ``xterm -e confmon`` have none, and nobody to say `fg`.
    """
    return os.getpgrp() != os.getsid(0)
