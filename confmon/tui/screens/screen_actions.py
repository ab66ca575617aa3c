"""From a key, a click or the palette to an action: the registry's commands as actions of Textual.

A command that writes is `action_verb`; each other one is the `action_` method named after its id,
and does what the command's `help` says. Those of one screen are in its own module.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.keys import _character_to_key

from confmon.commands import BY_ID, COMMANDS, commands_of, is_off, keys_of
from confmon.monitor.views.need_columns import key_of
from confmon.tui.bars.footer import footer_line
from confmon.tui.desk.frame import RESIZED_BY
from confmon.tui.keys.need_keys import NeedKeys
from confmon.tui.keys.pace import Kind, Verdict
from confmon.tui.keys.presses import presses_of
from confmon.tui.navigation import Visit
from confmon.tui.screens.table_screen import TableScreen

if TYPE_CHECKING:
    from textual import events

    from confmon.commands import Command, Place
    from confmon.monitor.actions.plan import Plan
    from confmon.monitor.attention.signal import Signal
    from confmon.tui.bars.bar import Bar
    from confmon.tui.keys.pace import Press
    from confmon.tui.keys.presses import Presses

_BLIND = {"quit", "suspend", "refresh", "pause", "slower", "faster"}
"""What can be done on a terminal too small for a table."""

_MOVES = (("table.up", "k"), ("table.down", "j"), ("table.first", "g"), ("table.last", "G"))
"""The letters of the table: an operator presses one right before a verb."""

_MOVING = {"mark", "next_need", "next_asker", "next_meeting", "previous_meeting"}
"""The commands of the same use: a verb right after one of them is meant."""

_QUIETS = {"acknowledge", "snooze"}
_AT_CURSOR = {"mark", "enqueue", "copy", "copy_part", "pin", *_QUIETS}
"""What sends nothing, but is about the row under the cursor."""

_ABOUT_ROW = {"caller", "meeting", "rooms", "forwarding"}
"""The scopes of commands that are about a row."""

NOT_OFFERED = ("palette", "command", "open")
"""What makes no sense to be chosen by name: what is chosen from, and the table's own."""

NO_SHELL = "no shell here that could wake confmon again; q leaves"

NOBODY_YET = "too fast: that row was not there yet when the key was pressed; nothing was done"


def action_of(command: Command) -> str:
    """Return the action that does a command, as a key runs it."""
    return f"verb('{command.id}')" if command.writes else command.id


_BY_ACTION = {action_of(command): command for command in COMMANDS}


def bindings_of(place: Place) -> list[BindingType]:
    """Return the keys of one screen, from the registry. `enter` is the table's own.

    Where there is nothing to undo, the keys for that say so.
    """
    return [
        *(
            Binding(
                command.keys,
                action_of(command),
                command.label,
                show=False,
                id=command.id,
                # What is typed in one burst with the slash belongs into the filter.
                priority=command.id in ("filter", "find"),
            )
            for command in commands_of(place)
            if command.id != "open" and not command.in_past
        ),
        *(
            Binding(BY_ID[id_].keys, f"elsewhere('{id_}')", show=False, id=id_)
            for id_ in ("undo", "redo")
            if place not in BY_ID[id_].where
        ),
    ]


def _acts(command: Command) -> bool:
    """Whether a command needs a key pressed alone: it sends, shows a secret, leaves, and so on."""
    return command.writes or command.id in ("quit", "room_codes", "enqueue", *_QUIETS)


class CommandScreen(TableScreen):
    """A table, and the commands of every screen. A subclass adds its own."""

    _noted: tuple[Signal, ...] = ()
    """The signals of what was under the cursor when the screen was last drawn."""

    # What may be done.

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        raise NotImplementedError

    def disarmed(self) -> str:
        """Return why nothing may be changed now, or an empty string."""
        raise NotImplementedError

    @property
    def is_in_past(self) -> bool:
        """Whether the past is shown in place of now."""
        return False

    @property
    def escape_does(self) -> str:
        """What escape does to the filter that is typed."""
        return "Clear it"

    def here(self) -> Visit:
        """Return what leads back to what is looked at."""
        key, record = self.listing.at_cursor()
        return Visit(
            place=self.PLACE,
            name=self.crumb(),
            filter_text=self.main_view.filter_text,
            cursor=key,
            record=record,
            top=self.table.scroll_offset.y,
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
        now = None if visit.cursor is None else self.record_in(self.main_view, visit.cursor)
        if now is not None and (visit.record is None or self.is_same(visit.record, now)):
            self.table.move_to(visit.cursor)
            self.table.show_from(visit.top)
        self._note_under_cursor()

    def signals_here(self) -> tuple[Signal, ...]:
        """Return the signals of what is under the cursor."""
        return ()

    def quiet(self, command_id: str) -> bool:
        """Keep what is under the cursor quiet, or take that back. Return whether it is now.

        What has just come there was not meant by the key.
        """
        noted = {key_of(signal) for signal in self._noted}
        here = tuple(signal for signal in self.signals_here() if key_of(signal) in noted)
        is_quiet = self.need_keys.quiet(command_id, here)
        self.changed()
        return is_quiet

    def _note_under_cursor(self) -> None:
        super()._note_under_cursor()
        self._noted = self.signals_here()

    @cached_property
    def need_keys(self) -> NeedKeys:
        """The keys for what needs somebody."""
        return NeedKeys(self.session, self.navigator)

    def _means(self, command: Command) -> bool:
        if command.scope == "needs":
            return self.need_keys.mean(command, self._noted)
        return self.means(command)

    def show_footer(self) -> None:
        """Show what the keys do now."""
        reason = self.disarmed()  # once for all of them: each key that moves the cursor is here
        self._bottom.parts = footer_line(
            self.session,
            self.PLACE,
            typing=self.is_filter_open,
            words=self.filter_words,
            escape=self.escape_does,
            under=self.cursor_key,
            means=self._means,
            check=lambda command: self._check(command, reason),
            reason=reason,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Answer for a command as `check_command` does."""
        command = BY_ID.get(str(parameters[0]) if action == "verb" and parameters else action)
        if command is None:
            return super().check_action(action, parameters)
        return self.check_command(command)

    def check_command(self, command: Command) -> bool | None:
        """Whether a command can be done, for footer, palette and key alike.

        False: not on this screen or by these settings. None: not now; `disarmed` says why.
        """
        return self._check(command, self.disarmed() if command.writes else "")

    def _check(self, command: Command, reason: str) -> bool | None:
        settings = self.session.settings
        if self.PLACE not in command.where or is_off(command, settings.keys):
            return False
        if command.in_past and not self.is_in_past:
            return False
        if not command.writes:
            return True
        return False if settings.read_only else None if reason else True

    def may_run(self, action: str, press: Press | None) -> bool | None:
        """Whether a key may do what it is bound to; None: it is no command. Says why it may not.

        Without a press it is a click, or the palette.
        """
        command = _BY_ACTION.get(action)
        if command is None:
            return None
        if self.app.screen is not self:
            return False  # of one burst with the key that opened what is over this screen now
        if press is not None and not self._is_meant(command, press):
            return False
        if self.is_small and command.id not in _BLIND:
            return False  # nothing acts on what cannot be seen; the screen says that it is small
        if self.check_command(command):
            return True
        if reason := self.disarmed():
            self.refuse(command, reason)
        return False

    def _is_meant(self, command: Command, press: Press) -> bool:
        """Whether a key was pressed alone, and on what it would act on now."""
        presses = self.presses
        if self._filter is not None and self.focused is self._filter and presses.current_character:
            # Typed right after the slash, before the filter had the focus: text, not a verb.
            self._filter.insert_text_at_cursor(presses.current_character)
            return False
        by_ctrl = press.kind is Kind.OTHER and command.id == "quit"
        if not by_ctrl and not presses.may_act(press, verb=_acts(command)):
            return False
        at_cursor = command.id in _AT_CURSOR or (command.writes and command.scope != "app")
        if at_cursor and self.active.table.row_changed_at_s > press.at_s:
            self.say(NOBODY_YET)
            return False
        return True

    def refuse(self, command: Command, reason: str) -> None:
        """Say why a command that writes is not done."""
        self.say(f"{reason}; nothing was sent")

    async def run_command(self, command_id: str) -> None:
        """Do what a click or the palette asks for."""
        self.presses.clear_current()
        await self.run_action(action_of(BY_ID[command_id]))

    async def on_bar_pressed(self, message: Bar.Pressed) -> None:
        """Do what was clicked; of a verb's two clicks only the first."""
        command = BY_ID[message.command]
        if self.presses.is_own_click(command.id, message.time) or not _acts(command):
            await self.run_command(command.id)

    # What keys are.

    @property
    def presses(self) -> Presses:
        """What is known of the keys."""
        return presses_of(self.app)

    def kind_of(self, event: events.Key) -> Kind:
        """Return what a character is here: a verb, a move, or neither."""
        return self._kinds.get(event.key, Kind.VIEW)

    @cached_property
    def _kinds(self) -> dict[str, Kind]:
        kinds = {}
        remapped = self.session.settings.keys
        for command in commands_of(self.PLACE):
            if command.id in _MOVING or _acts(command):
                kind = Kind.VERB if _acts(command) else Kind.MOVE
                for key in keys_of(command, remapped):
                    kinds[_character_to_key(key) if len(key) == 1 else key] = kind
        for id_, keys in _MOVES:
            kinds |= dict.fromkeys(remapped.get(id_, keys).split(","), Kind.MOVE)
        return kinds

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

    def action_rooms(self) -> None:
        self.navigator.show_section("rooms")

    def action_numbers(self) -> None:
        self.navigator.show_section("numbers")

    def action_forwarding(self) -> None:
        self.navigator.show_section("forwarding")

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

    def is_about_row(self, command: Command) -> bool:
        """Whether a command is about what is under the cursor, or the meeting of it."""
        return command.scope in _ABOUT_ROW or command.id in _AT_CURSOR

    def offered(self) -> list[Command]:
        """Return the commands that the prompt and the palette offer here."""
        return [
            command
            for command in commands_of(self.PLACE)
            if command.id not in NOT_OFFERED and self.check_command(command) is not False
        ]

    def action_palette(self) -> None:
        self.app.action_command_palette()

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
