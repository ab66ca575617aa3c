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
from math import ceil
from typing import TYPE_CHECKING, Any

from textual.await_complete import AwaitComplete

from confmon.models.errors import BridgeError
from confmon.process.bugs import report_bug
from confmon.tui.app_keys import NOTICE_S, KeyedApp
from confmon.tui.garbage import (
    COLLECT_S,
    FORGET_S,
    SETTLED_S,
    Garbage,
    forget_closed,
)
from confmon.tui.glyphs import GlyphFilter, forms_for
from confmon.tui.screens.splash import SplashScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.command import Provider
    from textual.driver import Driver
    from textual.filter import LineFilter
    from textual.notifications import Notification
    from textual.screen import Screen

    from confmon.monitor.session import Session
    from confmon.tui.setup import Setup


def notification(words: str) -> str:
    r"""Return what makes a terminal tell something (OSC 9), without any character that ends it.

    >>> notification("no host left\x07")
    '\x1b]9;confmon: no host left\x07'
    """
    return f"\x1b]9;confmon: {''.join(filter(str.isprintable, words))}\x07"


FIRST_THEME = "textual-dark"
"""The theme before one is set or chosen."""

LEFT_FILTERED = "filter of last time"

TOAST_EDGES = 3
"""The cells of a line that a toast has no words in."""

NO_MOUSE = "the mouse of this terminal can't be left to it"
MOUSE_TAKEN = "the mouse is confmon's again: clicks select rows"
MOUSE_LEFT = "the mouse is left to the terminal: select text with it; the same key takes it again"


def without_room(
    new: str, shown: Sequence[Notification], *, width: int, lines: int
) -> list[Notification]:
    """Return the oldest of what is shown that `lines` of `width` cells have no room for."""
    words = max(1, width - TOAST_EDGES)
    room = lines - ceil(len(new) / words)
    dropped = []
    for notice in reversed(shown):
        room -= ceil(len(notice.message) / words)
        if room < 0:
            dropped.append(notice)
    return dropped


def _finder() -> type[Provider]:
    """Return what the palette finds; it is loaded when the palette is opened."""
    from confmon.tui.prompt.palette import Finder

    return Finder


class ConfmonApp(KeyedApp):
    """confmon on a terminal."""

    TITLE = "confmon"
    ENABLE_COMMAND_PALETTE = True
    CSS_PATH = "confmon.tcss"

    def __init__(self, setup: Setup, *, driver_class: type[Driver] | None = None) -> None:
        super().__init__(setup.settings, driver_class=driver_class)
        self._setup = setup
        self._last_notice = ""
        self._garbage = Garbage()
        self.left_open: Sequence[str] = ()
        """What stays as it is at the end, a line each."""
        settings, choices = setup.settings, setup.choices
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

        setup = self._setup
        session = Session(
            setup.settings,
            audit=setup.audit,
            ignored_fields=setup.ignored_fields,
            clock=setup.clock or SystemClock(),
            on_change=self._changed,
            call_later=self.set_timer if setup.clock is None else None,
            open_mediator=setup.open_mediator,
            mediator_audit=setup.mediator_audit,
            choices=setup.choices,
            start=setup.start,
            order_file=setup.order_file,
            outlets=setup.outlets,
            history=setup.history,
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

    COMMANDS = {_finder}  # noqa: RUF012 - Textual's name and kind for it
    """What the palette finds."""

    def get_default_screen(self) -> Screen[None]:
        """Return the screen of the first frame."""
        return SplashScreen(self._settings, self._begin)

    _terminal_filters: tuple[LineFilter, ...] = ()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what each line goes through before it is written."""
        return [*super().get_line_filters(), *self._terminal_filters]

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
            bridge = await asyncio.to_thread(self._setup.open_bridge)
        except BridgeError as error:
            self.session.trouble = str(error)
            self._changed()
        except Exception as error:  # noqa: BLE001 - whatever it was, the operator must know
            # Not its words: an unexpected error may quote what it was given, a password too.
            self.session.trouble = f"internal error: {type(error).__name__}"
            report_bug(error)
            self._changed()
        else:
            self.session.connect(bridge)
        self.set_timer(SETTLED_S, self._garbage.settle)
        self.set_interval(COLLECT_S, self._garbage.collect_when_quiet)
        self.set_interval(FORGET_S, forget_closed)

    async def _tell(self) -> None:
        if trouble := await asyncio.to_thread(self._setup.audit_trouble):
            self.session.doubt_audit(trouble)
            self._changed()
        for line in await asyncio.to_thread(self._setup.notices):
            self.notify(line, markup=False, severity="warning", timeout=NOTICE_S)

    def _changed(self) -> None:
        self._garbage.set_aside()
        if self.current_mode in self._screens:
            self.shown.changed()

    def say_anew(self, text: str) -> None:
        """Say something for a moment, in the place of the last notice of this kind."""
        self._take_back(
            [notice for notice in self._notifications if notice.message == self._last_notice]
        )
        self._last_notice = text
        self.notify(text, markup=False, timeout=4)

    def notify(self, message: str, **how: Any) -> None:
        """Say something for a moment; the oldest notice gives way where room is short."""
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
            if not any(toast._notification in self._notifications for toast in holder.query(Toast)):
                holder.remove()

    def toggle_mouse(self) -> str:
        """Leave the mouse to the terminal, or take it again. Return what to say."""
        from confmon.tui.driver.input.reader import InputDriver

        driver = self._driver
        if not isinstance(driver, InputDriver):
            return NO_MOUSE
        driver.report_mouse(on=not driver.reports_mouse)
        return MOUSE_TAKEN if driver.reports_mouse else MOUSE_LEFT

    def keep_theme(self, theme: str) -> None:
        """Remember a theme that was chosen, for the next run."""
        if self._setup.choices is not None:
            self._setup.choices.keep_theme(theme)

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
