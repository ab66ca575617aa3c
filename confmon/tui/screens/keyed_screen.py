"""Whether a key, a click or the palette may do a command here; the registry has the commands.

A command that writes is `action_verb`; each other one is the `action_` method named after its id.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from textual.binding import Binding, BindingType
from textual.keys import _character_to_key

from confmon.commands import BY_ID, COMMANDS, commands_of, is_off, keys_of
from confmon.tui.bars.footer import footer_line
from confmon.tui.keys.need_keys import NeedKeys
from confmon.tui.keys.pace import Kind
from confmon.tui.keys.presses import presses_of
from confmon.tui.screens.table_screen import TableScreen

if TYPE_CHECKING:
    from textual import events

    from confmon.commands import Command, Place
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
_PAST = {"tape", "attendance", "earlier_calls", "marker"}
_AT_CURSOR = {"mark", "enqueue", "claim", "copy", "copy_part", "pin", *_PAST, *_QUIETS}
"""What sends nothing, but is about the row under the cursor."""

_ABOUT_ROW = {"caller", "meeting", "rooms", "forwarding"}
"""The scopes of commands that are about a row."""

NOT_OFFERED = ("palette", "command", "open")
"""What makes no sense to be chosen by name: what is chosen from, and the table's own."""

NOBODY_YET = "too fast: that row was not there yet when the key was pressed; nothing was done"


def pressed_as(key: str) -> str:
    """Return how Textual names a key that may be written as its character."""
    return _character_to_key(key) if len(key) == 1 else key


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
    return command.writes or command.id in ("quit", "room_codes", "enqueue", "claim", *_QUIETS)


class KeyedScreen(TableScreen):
    """A table, with keys that are looked at before they act. A subclass adds what they do."""

    _noted: tuple[Signal, ...] = ()
    """The signals of what was under the cursor when the screen was last drawn."""

    def __init_subclass__(cls, **how: Any) -> None:
        """Give a place its keys."""
        if "PLACE" in cls.__dict__:
            cls.BINDINGS = bindings_of(cls.PLACE)
        super().__init_subclass__(**how)

    # What may be done.

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        raise NotImplementedError

    def disarmed(self) -> str:
        """Return why nothing may be changed now, or an empty string."""
        return self.session.disarmed()

    @property
    def is_in_past(self) -> bool:
        """Whether the past is shown in place of now."""
        return False

    @property
    def escape_does(self) -> str:
        """What escape does to the filter that is typed."""
        return "Clear it"

    def signals_here(self) -> tuple[Signal, ...]:
        """Return the signals of what is under the cursor."""
        return ()

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
                    kinds[pressed_as(key)] = kind
        for id_, keys in _MOVES:
            kinds |= dict.fromkeys(remapped.get(id_, keys).split(","), Kind.MOVE)
        return kinds

    # What is offered by name.

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
