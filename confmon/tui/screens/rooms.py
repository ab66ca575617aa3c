"""Rooms: what a meeting begins with. List, codes, attributes, forms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from confmon.models.access_codes import ROLES
from confmon.models.attributes.catalogue import BY_NAME, offered
from confmon.models.resources.directory import ROOMS
from confmon.models.rooms import Room
from confmon.monitor.actions.action import Outcome
from confmon.monitor.edits.edit_actions import delete, label_of, room_reveal, update
from confmon.monitor.views.attributes import Line, describe_value
from confmon.tui.dialogs.form import TypedEdit
from confmon.tui.dialogs.room_forms import edit_form, lines_of_room_edit, new_form
from confmon.tui.keys.pace import Verdict
from confmon.tui.screens.attributes import AttributesScreen, attribute_form
from confmon.tui.screens.section import SectionScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.commands import Command
    from confmon.models.rooms import AccessCode, AttributeValue
    from confmon.monitor.actions.action import Action, Result
    from confmon.tui.dialogs.resource_form import Options
    from confmon.tui.table import Cell, LiveTable

REVEALED_S = 30.0
"""So long access codes stay on the screen."""


class RoomsScreen(SectionScreen):
    """Show the rooms, and change them."""

    PLACE = "rooms"
    SECTION = "rooms"
    LABELS = 18

    _revealed: tuple[int, tuple[AccessCode, ...], float] | None = None
    """The room with its access codes shown, which they are, and until when."""
    _revealing: int | None = None

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        if command.id == "open":
            return self.meeting_of(self.record()) is not None
        if command.id.startswith("room_") and command.id != "room_new":
            return self.cursor_key is not None
        return True

    def meeting_of(self, room: Room | None) -> int | None:
        """Return the number of the room's live meeting, if there is one."""
        if room is None:
            return None
        live = self.session.store.live_state.meetings
        return room.meeting_number if room.meeting_number in live else None

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        """Go into the live meeting of the room."""
        message.prevent_default()
        room = self.record()
        number = self.meeting_of(room)
        if number is not None:
            self.navigator.show_live("meeting", number)
        elif room is not None:
            self.say(f"no meeting is live in room {room.meeting_number}")

    # Access codes.

    def action_room_codes(self) -> None:
        """Read the access codes of the room again and show them; the audit log says who asked."""
        if (room := self._room_here()) is None:
            return
        if self._shown_codes(room) is not None:
            self.hide()
        else:
            self.presses.run_when_alone(lambda: self._ask_codes(room))

    def _room_here(self) -> Room | None:
        """Return the room under the cursor, or say that there is none."""
        room: Room | None = self.record()
        if room is None:
            self.say("no room under the cursor")
        return room

    def _ask_codes(self, room: Room) -> None:
        if self.record() is None or room.meeting_number != self.cursor_key:
            return
        self.show_details()
        number = self._revealing = room.meeting_number
        self.sections.start_edit(room_reveal(room), lambda result: self._reveal(number, result))

    def _reveal(self, number: int, result: Result) -> None:
        record = getattr(result, "record", None)
        if result.outcome is not Outcome.DONE or not isinstance(record, Room):
            self.say(result.detail or "the access codes could not be read")
        elif self._revealing == number == self.cursor_key and self.is_shown:
            until = self.session.clock.now() + REVEALED_S
            self._revealed = (number, record.keychain, until)
            self.changed()
        self._revealing = None

    def hide(self) -> None:
        """Hide access codes again."""
        self._revealing = None
        if self._revealed is not None:
            self._revealed = None
            self.changed()

    def _shown_codes(self, room: Room) -> tuple[tuple[AccessCode, ...], float] | None:
        if self._revealed is None:
            return None
        number, codes, until = self._revealed
        left_s = until - self.session.clock.now()
        return (codes, left_s) if number == room.meeting_number and left_s > 0 else None

    def cursor_moved(self) -> None:
        """Hide the access codes of a room that is left."""
        if self.cursor_key not in (self._revealing, self._revealed and self._revealed[0]):
            self.hide()

    def on_screen_suspend(self) -> None:
        """Hide access codes when something else is looked at."""
        self.hide()

    def detail_lines(self, record: Any) -> list[tuple[Cell, ...]]:
        """Return the room's details, its access codes as long as they are revealed."""
        lines = super().detail_lines(replace(record, attributes=()))
        lines += setting_lines(record, self.defaults(record))
        shown = self._shown_codes(record)
        if shown is None:
            self._revealed = None
            return lines
        codes, left_s = shown
        secret: list[tuple[Cell, ...]] = [((f"Access codes, for {left_s:.0f} s", "title"),)]
        secret += [
            ((ROLES.get(key.role or 0, f"role {key.role}"), "dim"), (key.access_code, "strong"))
            for key in sorted(codes, key=lambda key: (key.role or 0, key.access_code))
        ]
        return [*lines[:1], *secret, *lines[1:]]

    # Changes.

    def action_verb(self, command_id: str) -> None:
        """Ask for what a command needs to know."""
        if command_id == "room_new":
            self.ask(new_form(self.options()), "Create this room?")
        elif (room := self._room_here()) is None:
            return
        elif command_id == "room_delete":
            self.ask_delete(room)
        else:
            self.with_whole(room, self.ask_edit)

    def with_whole(self, room: Room, then: Callable[[Room], None], *, flow: bool = False) -> None:
        """Read a room again with all that lists leave out, and go on with that.

        With `flow` the templates of its call flow too, unless they are known.
        """

        async def work() -> None:
            found = await self.sections.read_now("rooms", room.meeting_number)
            if found is None:
                error = self.sections.shelf("rooms").errors.get(room.meeting_number)
                self.say(str(error) if error else f"{label_of(room)} is gone")
                return
            if (
                flow
                and not self.templates(found)
                and (call_flow := self.sections.call_flow_of(found))
            ):
                await self.sections.read_now("call_flows", call_flow.id)
            if press is not None and press.verdict is not Verdict.ALONE:
                return  # meanwhile it has proved to be a letter of a word
            if self.app.screen is self and not self.is_typing:
                with self.presses.act_as(press):
                    then(found)

        press = self.presses.acting
        self.run_worker(work(), exclusive=True)

    def options(self) -> Options:
        """Return the DID groups and call flows that a room may have: their ids and names."""
        return {
            name: [
                (str(id_), record.name or "")
                for id_, record in sorted(self.sections.records(name).items())
            ]
            for name in ("did_groups", "call_flows")
        }

    def ask_edit(self, room: Room) -> None:
        """Ask what to change of a room."""
        form = edit_form(room, self.options())
        self.ask(form, f"Change room {room.meeting_number}?", room)

    def ask_delete(self, room: Room) -> None:
        """Ask for the room number before the room is deleted."""
        number = str(room.meeting_number)
        lines = [label_of(room)]
        if self.meeting_of(room) is not None:
            lines.append("a meeting is live in it")
        dialog = TypedEdit(f"Delete room {number}?", lines, number, "the room number")
        self.send_after(dialog, delete(ROOMS, room), room)

    def lines_of(self, edit: Action, record: Any) -> list[str]:
        """Return what an edit changes, with the names of what it refers to."""
        return lines_of_room_edit(edit, self.options())

    # Attributes.

    def action_room_attributes(self) -> None:
        """Read the room as it is now, and show its attributes."""
        if (room := self._room_here()) is not None:
            self.with_whole(room, self.ask_attributes, flow=True)

    def ask_attributes(self, room: Room) -> None:
        """Show the attributes of a room, to be changed."""

        def lines() -> list[Line]:
            now = self.sections.record("rooms", room.meeting_number) or room
            return attribute_lines(now, self.defaults(now))

        def change(name: str, value: str | None) -> None:
            now = self.sections.record("rooms", room.meeting_number)
            if now is None or not self.still("rooms", room):
                self.say(f"{label_of(room)} is gone")
            else:
                self._ask_attribute(now, name, value)

        title = f"Attributes of room {room.meeting_number}"
        screen = AttributesScreen(
            title, lines, change, "default",
            locked=lambda: self.sections.disarmed("rooms"), remapped=self.session.settings.keys,
        )  # fmt: skip
        self.app.push_screen(screen)

    def _ask_attribute(self, room: Room, name: str, value: str | None) -> None:
        templates = self.templates(room)
        if value is None:  # back to what the room inherits
            try:
                edit = update(ROOMS, room, {"attributes": {name: None}}, templates)
            except ValueError as error:
                self.say(str(error))
                return
            self.confirm(f"Take {name} off room {room.meeting_number}?", edit, room)
            return

        def make(typed: str) -> Action:
            return update(ROOMS, room, {"attributes": {name: typed}}, templates)

        form = attribute_form(
            f"{name} of room {room.meeting_number}", name, value, "room", make, templates=templates
        )
        self.ask(form, f"Change room {room.meeting_number}?", room)

    def templates(self, room: Room) -> tuple[AttributeValue, ...]:
        """Return the attribute templates of the call flow that leads to a room, if known."""
        flow = self.sections.call_flow_of(room)
        return flow.attribute_templates if flow is not None else ()

    def defaults(self, room: Room) -> dict[str, str]:
        """Return what a room inherits, by attribute."""
        return {template.name: template.value or "" for template in self.templates(room)}


def setting_lines(room: Room, defaults: dict[str, str]) -> list[tuple[Cell, ...]]:
    """Return the attributes of a room: first those that differ from what the call flow says."""
    lines = [line for line in attribute_lines(room, defaults) if line.value is not None]
    own = [line for line in lines if line.differs and line.otherwise is not None]
    rest = [line for line in lines if line not in own]
    shown: list[tuple[Cell, ...]] = []
    if own:
        shown += [(("", ""),), (("Settings of its own", "title"),)]
    for line in own:
        shown.append(((f"{line.name} = {describe_value(line.name, line.value)}", "strong"),))
        shown.append((("", ""), (f"else {describe_value(line.name, line.otherwise)}", "dim")))
        if line.name in BY_NAME:
            shown.append((("", ""), (BY_NAME[line.name].meaning, "dim")))
    if rest:
        title = "Settings as the call flow has them" if defaults else "Settings"
        shown += [(("", ""),), ((title, "title"),)]
        shown += [
            ((f"{line.name} = {describe_value(line.name, line.value)}", ""),) for line in rest
        ]
    return shown


def attribute_lines(room: Room, defaults: dict[str, str]) -> list[Line]:
    """Return a line for each attribute a room may have, those that it sets first."""
    has = {attribute.name: attribute.value or "" for attribute in room.attributes}
    names = {preset.name for preset in offered("room")} | has.keys()
    lines = [Line(name, has.get(name), defaults.get(name)) for name in names]
    return sorted(lines, key=lambda line: (not line.differs, line.value is None, line.name))
