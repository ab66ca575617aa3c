"""Time travel on the live screen: the keys that step through the past, and the way back to now."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from confmon.commands import BY_ID, commands_of, keys_of
from confmon.monitor.memory.feed import EventFeed
from confmon.monitor.past.frozen import THE_PAST
from confmon.tui.keys.pace import Kind
from confmon.tui.keys.presses import is_field
from confmon.tui.screens.keyed_screen import action_of, pressed_as
from confmon.tui.screens.live.moving import MovingLive

if TYPE_CHECKING:
    from textual import events

    from confmon.commands import Command
    from confmon.models.identity import Target
    from confmon.monitor.past.travel import PastMoment
    from confmon.tui.keys.pace import Press

EMPTY = EventFeed()
MINUTE_S = 60
JUST_LEFT_S = 2.0
"""A verb on a key that stepped through the past is not meant so soon after it."""

STILL_STEPPING = "that key just stepped through the past; press it again to act now"
OF_NOW = f"{THE_PAST}: esc goes back to now, then this can be done"

_OF_NOW = frozenset(("enqueue", "attributes", "acknowledge", "snooze"))
"""The commands that send nothing and are about what is live now."""


class PastLive(MovingLive):
    """The part of the live screen that shows the past."""

    _stepped_at_s = float("-inf")
    """When a key last led into the past, or back to now."""
    _was_in_past = False
    _was_dropped = False
    """Whether the past was left by itself, as nothing of it could be read."""

    @property
    def is_in_past(self) -> bool:
        """Whether the past is shown, or on its way."""
        return self.session.is_past

    def past_moment(self) -> PastMoment | None:
        """Return the moment that is shown."""
        return self.session.past

    def redraw(self) -> None:
        """Show what there is now; the past in a frame of its own."""
        if self._was_in_past != self.is_in_past:
            self._was_dropped = self._was_in_past
            self._was_in_past = self.is_in_past
        self.set_class(self.is_in_past, "-past")
        super().redraw()

    def replaced(self, target: Target) -> None:
        """Take the cursor off who is another caller now, unless the past is shown."""
        if not self.is_in_past:
            super().replaced(target)

    def event_feed(self) -> EventFeed:
        """Return the events up to the moment that is shown."""
        past = self.session.past
        if past is None:
            return super().event_feed()
        return EMPTY if past.events is None else past.events

    def nothing_happened(self) -> str:
        """Return what is shown where there is no event."""
        past = self.session.past
        if past is None:
            return super().nothing_happened()
        return "Reading…" if past.events is None else "Nothing is recorded of the minutes before"

    # Keys.

    @cached_property
    def _stepping(self) -> dict[str, Command]:
        """The keys that mean something else while the past is shown."""
        remapped = self.session.settings.keys
        return {
            pressed_as(key): command
            for command in commands_of("live")
            if command.in_past
            for key in keys_of(command, remapped)
        }

    def kind_of(self, event: events.Key) -> Kind:
        """Return what a character is here; a step through the past may be pressed fast, or held."""
        if self.is_in_past and (event.key in self._stepping or event.key in self._back_keys):
            return Kind.MOVE
        return super().kind_of(event)

    @cached_property
    def _back_keys(self) -> frozenset[str]:
        """The keys of the step that leads into the past."""
        return frozenset(keys_of(BY_ID["scan_back"], self.session.settings.keys))

    async def on_key(self, event: events.Key) -> None:
        """Take the keys that step through the past, before they mean what they mean now."""
        command = self._stepping.get(event.key)
        if command is None or not self.is_in_past or is_field(self.app.focused):
            return
        event.stop()
        event.prevent_default()
        self.presses.set_current(event)
        await self.run_action(action_of(command))

    def _is_meant(self, command: Command, press: Press) -> bool:
        if command.writes and press.key in self._stepping:
            is_soon = press.at_s - self._stepped_at_s < JUST_LEFT_S
            was_dropped, self._was_dropped = self._was_dropped, False
            if is_soon or was_dropped:
                self.say(STILL_STEPPING)
                return False
        return super()._is_meant(command, press)

    def _note_step(self) -> None:
        """Note that the key that was pressed is about the past."""
        press = self.presses.current
        self._stepped_at_s = press.at_s if press is not None else float("-inf")

    def may_run(self, action: str, press: Press | None) -> bool | None:
        """Whether a key may do what it is bound to; what is about now may not be done to then."""
        may = super().may_run(action, press)
        if may and self.is_in_past and action in _OF_NOW:
            self.say(OF_NOW)
            return False
        return may

    def leave_past(self) -> None:
        """Show what is live again."""
        self._note_step()
        self.session.leave_past()
        self.redraw()
        self._was_dropped = False

    # The commands.

    # ruff: noqa: D102 - the registry documents each command

    def action_time(self) -> None:
        from confmon.tui.dialogs.moment import MomentDialog

        def chosen(at_s: float | None) -> None:
            if at_s is None:
                return
            if at_s >= self.session.store.wall():
                self.leave_past()
            else:
                self.session.go_to_past(at_s)

        self.app.push_screen(MomentDialog(self.session.store.wall), chosen)

    def action_scan_back(self) -> None:
        self._note_step()
        self.session.step_past(-1)

    def action_scan_on(self) -> None:
        self.session.step_past(1)

    def action_minute_back(self) -> None:
        self.session.shift_past(-MINUTE_S)

    def action_minute_on(self) -> None:
        self.session.shift_past(MINUTE_S)

    def action_next_need(self) -> None:
        self._leave_for_now()
        super().action_next_need()

    def action_next_asker(self) -> None:
        self._leave_for_now()
        key: int | None = self.cursor_key if self.view.kind == "call" else None
        self.need_keys.go_to_asker(key)

    def _leave_for_now(self) -> None:
        """Show now, for what is about now."""
        if self.is_in_past:
            self.leave_past()
