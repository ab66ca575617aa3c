"""The Textual application: it wires. No state here.

The first frame is drawn before anything of ours but this is loaded; the screen itself, and then
HTTP and validation, come on a thread behind it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType

from confmon.models.errors import BridgeError
from confmon.tui.bars.toasts import without_room
from confmon.tui.dialogs.modal import Modal
from confmon.tui.driver.input.keys import Key
from confmon.tui.garbage import (
    COLLECT_S,
    FORGET_S,
    SETTLED_S,
    collect_when_quiet,
    forget_closed,
    settle_garbage,
)
from confmon.tui.glyphs import GlyphFilter, forms_for
from confmon.tui.keys.presses import ANSWER_REASONS, Presses, is_field, may_run
from confmon.tui.places import Places
from confmon.tui.screens.splash import SplashScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.actions import ActionParseResult
    from textual.command import Provider
    from textual.dom import DOMNode
    from textual.driver import Driver
    from textual.filter import LineFilter
    from textual.notifications import Notification
    from textual.screen import Screen
    from textual.widget import Widget

    from confmon.clock import Clock
    from confmon.config.choices import Choices
    from confmon.config.settings.model import Settings
    from confmon.config.start import Start
    from confmon.history.place import HistoryPlace
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.link.ignored_fields import IgnoredFields
    from confmon.monitor.orders.order_file import OrderFile
    from confmon.monitor.session import Session
    from confmon.ports import Bridge, Mediator
    from confmon.tui.keys.pace import Press, Verdict


def notification(words: str) -> str:
    r"""Return what makes a terminal tell something (OSC 9), without any character that ends it.

    >>> notification("no host left\x07")
    '\x1b]9;confmon: no host left\x07'
    """
    return f"\x1b]9;confmon: {''.join(filter(str.isprintable, words))}\x07"


FIRST_THEME = "textual-dark"
"""The theme before one is set or chosen."""

NO_KEY = "<off>"
"""The key of a command that has none: by an empty one Textual would leave the binding as it is."""

NOTICE_S = 30.0
"""How long the notices of the start are shown: they are read after the first look."""

LEFT_FILTERED = "filter of last time"

NO_MOUSE = "the mouse of this terminal can't be left to it"
MOUSE_TAKEN = "the mouse is confmon's again: clicks select rows"
MOUSE_LEFT = "the mouse is left to the terminal: select text with it; the same key takes it again"

BLIND = "Keys pressed while the screen could not be drawn did nothing"


def _finder() -> type[Provider]:
    """Return what the palette finds; it is loaded when the palette is opened."""
    from confmon.tui.prompt.palette import Finder

    return Finder


def _confirms(widget: Widget | None) -> bool:
    """Whether Enter in a widget confirms something; a filter it only keeps."""
    return widget is not None and is_field(widget) and widget.id != "filter"


class ConfmonApp(Places):
    """confmon on a terminal."""

    TITLE = "confmon"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "app.noop", show=False, system=True, priority=False),
        Binding("ctrl+c", "app.close_open", show=False, system=True, priority=True),
    ]
    CSS_PATH = "confmon.tcss"

    def __init__(
        self,
        settings: Settings,
        *,
        open_bridge: Callable[[], Bridge],
        audit: Audit,
        ignored_fields: IgnoredFields,
        notices: Callable[[], Sequence[str]] = tuple,
        audit_trouble: Callable[[], str] = str,
        open_mediator: Callable[[], Mediator] | None = None,
        mediator_audit: Audit | None = None,
        choices: Choices | None = None,
        start: Start | None = None,
        order_file: OrderFile | None = None,
        history: HistoryPlace | None = None,
        clock: Clock | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        """`open_bridge`, `notices`, `audit_trouble`: called on threads after the first frame."""
        super().__init__(driver_class=driver_class)
        self._settings = settings
        self._open_bridge = open_bridge
        self._audit = audit
        self._ignored_fields = ignored_fields
        self._notices = notices
        self._open_mediator = open_mediator
        self._mediator_audit = mediator_audit
        self._audit_trouble = audit_trouble
        self.presses = Presses(self, self._sleep)
        self._said_anew = ""
        self._clock = clock
        self._choices = choices
        self._start = start
        self._order_file = order_file
        self._history = history
        self.left_open: Sequence[str] = ()
        """What stays as it is at the end, a line each."""
        self.theme = settings.theme or (choices.theme if choices else "") or FIRST_THEME
        if self.console.color_system == "standard" and not self.no_color:
            from confmon.tui.driver.contrast import SixteenColourFilter

            self._terminal_filters += (SixteenColourFilter(),)
        if forms := forms_for(os.environ, getattr(sys.__stdout__, "encoding", None) or "utf-8"):
            self._terminal_filters += (GlyphFilter(forms),)

    @cached_property
    def session(self) -> Session:
        """What is behind the screen; made when first asked for, which is after the first frame."""
        from confmon.clock import SystemClock
        from confmon.monitor.session import Session

        session = Session(
            self._settings,
            audit=self._audit,
            ignored_fields=self._ignored_fields,
            clock=self._clock or SystemClock(),
            on_change=self._changed,
            call_later=self.set_timer if self._clock is None else None,
            open_mediator=self._open_mediator,
            mediator_audit=self._mediator_audit,
            choices=self._choices,
            start=self._start,
            order_file=self._order_file,
            history=self._history,
        )
        attention = self._settings.attention
        if attention.bell or attention.osc9:
            session.call_operator = self._call_operator
        return session

    def _call_operator(self, words: str) -> None:
        """Ring the bell, and let the terminal tell why, where this is wanted."""
        if self._settings.attention.bell:
            self.bell()
        if self._settings.attention.osc9 and self._driver is not None:
            self._driver.write(notification(words))

    async def _sleep(self, seconds: float) -> None:
        await self.session.clock.sleep(seconds)

    COMMANDS = {_finder}  # noqa: RUF012 - Textual's name and kind for it
    """What the palette finds."""

    def get_default_screen(self) -> Screen[None]:
        """Return the screen of the first frame."""
        return SplashScreen(self._settings, self._begin)

    _terminal_filters: tuple[LineFilter, ...] = ()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what each line goes through before it is written."""
        return [*super().get_line_filters(), *self._terminal_filters]

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
                await super(ConfmonApp, self).on_event(event)

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
        if isinstance(screen := args[0], Modal) and self.presses.acting_press is not None:
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

    def _begin(self) -> None:
        self.run_worker(self._connect())

    async def _connect(self) -> None:
        for module in ("confmon.monitor.session", "confmon.tui.screens.live.screen"):
            await asyncio.to_thread(import_module, module)
        from confmon.commands import EVERYWHERE

        for place in EVERYWHERE:
            self.add_mode(place, partial(self._open_screen, place))
        await self.switch_mode("live")
        if (text := self.session.view.filter_text) and not self.session.start.filter:
            self.notify(f"{LEFT_FILTERED}: {text} · esc clears it", markup=False, timeout=NOTICE_S)
        self.run_worker(self._tell(), exit_on_error=False)
        try:
            bridge = await asyncio.to_thread(self._open_bridge)
        except BridgeError as error:
            self.session.trouble = str(error)
            self._changed()
        except Exception as error:  # noqa: BLE001 - whatever it was, the operator must know
            # Not its words: an unexpected error may quote what it was given, a password too.
            self.session.trouble = f"internal error: {type(error).__name__}"
            asyncio.get_running_loop().call_exception_handler({"exception": error})
            self._changed()
        else:
            self.session.connect(bridge)
        self.set_timer(SETTLED_S, settle_garbage)
        self.set_interval(COLLECT_S, collect_when_quiet)
        self.set_interval(FORGET_S, forget_closed)

    async def _tell(self) -> None:
        if trouble := await asyncio.to_thread(self._audit_trouble):
            self.session.doubt_audit(trouble)
            self._changed()
        for line in await asyncio.to_thread(self._notices):
            self.notify(line, markup=False, severity="warning", timeout=NOTICE_S)

    def _changed(self) -> None:
        if self.current_mode in self._screens:
            self.shown.changed()

    def say_anew(self, text: str) -> None:
        """Say something for a moment, in the place of what was last said in this way."""
        self._take_back([one for one in self._notifications if one.message == self._said_anew])
        self._said_anew = text
        self.notify(text, markup=False, timeout=4)

    def notify(self, message: str, **how: Any) -> None:
        """Say something for a moment; the oldest of what is said gives way where room is short."""
        if self.current_mode in self._screens:
            shown, lines = [*self._notifications], self.shown.toast_lines
            self._take_back(without_room(message, shown, width=self.size.width, lines=lines))
        super().notify(message, **how)

    def _take_back(self, notices: Sequence[Notification]) -> None:
        """Take toasts away before their time."""
        if not notices:
            return
        from textual.widgets._toast import Toast, ToastHolder

        for notice in notices:
            self._unnotify(notice, refresh=False)
        for holder in self.screen.query(ToastHolder):
            # Textual takes the toast away and leaves its holder, a line of nothing.
            if not any(one._notification in self._notifications for one in holder.query(Toast)):
                holder.remove()

    def toggle_mouse(self) -> str:
        """Leave the mouse to the terminal, or take it again. Return what is to be said."""
        from confmon.tui.driver.input.reader import InputDriver

        driver = self._driver
        if not isinstance(driver, InputDriver):
            return NO_MOUSE
        driver.report_mouse(on=not driver.reports_mouse)
        return MOUSE_TAKEN if driver.reports_mouse else MOUSE_LEFT

    def keep_theme(self, theme: str) -> None:
        """Remember a theme that was chosen, for the next run."""
        if self._choices is not None:
            self._choices.keep_theme(theme)

    def delay_update(self, delay: float = 0.05) -> None:
        """Hold drawing back while the palette closes, but not for another mode: a key asked."""
        if len(self.screen_stack) > 1:
            super().delay_update(delay)

    async def on_unmount(self) -> None:
        """Close the connections."""
        await self.session.close()
        self.left_open = self.session.keeping.left_open()

    def pop_screen(self) -> AwaitComplete:
        """Close what is over the screen that is looked at, never that screen itself.

        Textual's own palette closes twice when two Enters wait in its queue.
        """
        if len(self.screen_stack) < 2:
            done: AwaitComplete = AwaitComplete.nothing()  # type: ignore[no-untyped-call]
            return done
        return super().pop_screen()

    def action_command_palette(self) -> None:
        """Open the palette, but not over a dialog or on a terminal too small for it."""
        if self.is_nothing_open and not self.shown.is_small:
            super().action_command_palette()
