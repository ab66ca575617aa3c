"""What becomes of a key before a screen has it: noted, held back, or handed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType

from confmon.tui.dialogs.modal import Modal
from confmon.tui.driver.input.keys import Key
from confmon.tui.keys.presses import ANSWER_REASONS, Presses, is_field, may_run
from confmon.tui.places import Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.actions import ActionParseResult
    from textual.dom import DOMNode
    from textual.widget import Widget

    from confmon.config.settings.model import Settings
    from confmon.tui.keys.pace import Press, Verdict


NO_KEY = "<off>"
"""The key of a command that has none: by an empty one Textual would leave the binding as it is."""

NOTICE_S = 30.0
"""How long the notices of the start are shown: they are read after the first look."""

BLIND = "Keys pressed while the screen could not be drawn did nothing"


def _confirms(widget: Widget | None) -> bool:
    """Whether Enter in a widget confirms something; a filter it only keeps."""
    return widget is not None and is_field(widget) and widget.id != "filter"


class KeyedApp(Places):
    """The part of the app that hears every key first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "app.noop", show=False, system=True, priority=False),
        Binding("ctrl+c", "app.close_open", show=False, system=True, priority=True),
    ]

    def __init__(self, settings: Settings, **how: Any) -> None:
        super().__init__(**how)
        self._settings = settings
        self.presses = Presses(self, self._sleep)

    async def _sleep(self, seconds: float) -> None:
        await self.session.clock.sleep(seconds)

    def on_mount(self) -> None:
        """Take the operator's keys."""
        if not self._settings.keys:
            return
        from confmon.commands import BY_ID, keys_of

        keys = {
            id_: ",".join(keys_of(BY_ID[id_], {id_: text})) or NO_KEY if id_ in BY_ID else text
            for id_, text in self._settings.keys.items()
        }
        if "open" in keys:  # the table's own: it knows what is under its cursor
            keys["table.open"] = keys.pop("open")
        self.set_keymap(keys)

    async def on_event(self, event: events.Event) -> None:
        """Hear every key before any screen does, and hold back the Enter that ends pasted text.

        A key of another alphabet acts by its place, unless it is typed, or is set to something:
        what asks must not be the answer by its place.
        """
        if isinstance(event, Key) and event.place and not self._is_set(event.key):
            field = self.focused
            if field is None or not field.check_consume_key(event.key, event.character):
                event.act_by_place()
        if isinstance(event, events.Key) and not event.is_forwarded:
            press = await self.presses.add_key(event)
            if event.key == "enter" and _confirms(self.focused):
                self._hold_back(event, press)
                return
        elif isinstance(event, events.Paste) and not is_field(self.focused):
            await self.presses.add_paste(event)
        await super().on_event(event)

    def _is_set(self, key: str) -> bool:
        """Whether a key means something itself: here, or on another screen by `[keys]`."""
        return key in self.screen.active_bindings or any(
            key in keys.split(",") for keys in self._settings.keys.values()
        )

    def _hold_back(self, event: events.Key, press: Press) -> None:
        field = self.focused

        async def confirm() -> None:
            if self.focused is field:
                await super(KeyedApp, self).on_event(event)

        def refuse(verdict: Verdict) -> None:
            warn = getattr(self.screen, "warn", None)
            if warn is not None:
                warn(ANSWER_REASONS[verdict])
            else:
                self.notify(ANSWER_REASONS[verdict], markup=False, severity="warning", timeout=4)

        self.presses.run_when_alone(confirm, refuse, press)

    def on_pressed_blindly(self) -> None:
        """Say why keys did nothing."""
        self.notify(BLIND, markup=False, severity="warning", timeout=NOTICE_S)

    def on_key(self, event: events.Key) -> None:
        """Note the key: Textual runs its binding next."""
        self.presses.set_current(event)

    def push_screen(self, *args: Any, **kwargs: Any) -> Any:
        """Open a screen; it closes again where the key that opened it proves to be typing."""
        opened = super().push_screen(*args, **kwargs)
        if isinstance(screen := args[0], Modal) and self.presses.acting is not None:
            self.presses.run_when_alone(lambda: None, lambda _: screen.dismiss(None))
        return opened

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action, unless its key was not pressed alone. Such a key goes no further."""
        press = self.presses.current
        allowed = may_run(default_namespace, str(action), press)
        if allowed is None:
            return await super().run_action(action, default_namespace, namespaces)
        if allowed:
            with self.presses.act_as(press):
                await super().run_action(action, default_namespace, namespaces)
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let ctrl+c close what is open; where nothing is, it is the key of `quit`."""
        if action == "close_open":
            return len(self.screen_stack) > 1 or (
                self.is_nothing_open and self.shown.is_filter_open
            )
        return super().check_action(action, parameters)

    def action_close_open(self) -> None:
        """Close the question, form, help or filter that is open, and do nothing else."""
        if self.is_nothing_open:
            self.shown.clear_filter()
        elif isinstance(self.screen, Modal):
            self.screen.dismiss(None)
        else:
            self.screen.dismiss()  # Textual's own: palette and themes
