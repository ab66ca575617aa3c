"""The part of a driver that reads the terminal by our own grammar, on Textual's input thread."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from confmon.clock import KEYS
from confmon.tui.driver.input.grammar import Grammar
from confmon.tui.driver.input.translate import Translator

if TYPE_CHECKING:
    from textual.app import App

    from confmon.tui.driver.input.grammar import Token

_READ_SIZE = 4096
_RETRY_S = 0.5
"""How long to wait after a failed read."""
_BLIND_CHECK_S = 0.2
"""After keys were pressed blindly, how often to check whether the screen is drawn again."""
_REPORT_PLACES = "\x1b[=4;2u"
"""Ask a terminal with kitty's protocol for the place of keys on an English keyboard."""
_USER_INPUT = (events.Key, events.Paste, events.MouseEvent)


class Wake(threading.Event):
    """An event that makes the descriptor `fd` readable while it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.fd, self._writer = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(self._writer, False)

    def set(self) -> None:
        """Set it, and wake the threads that wait for `fd`."""
        super().set()
        with contextlib.suppress(OSError):
            os.write(self._writer, b"\0")

    def clear(self) -> None:
        """Clear it, so that `fd` is no longer readable."""
        with contextlib.suppress(OSError):
            os.read(self.fd, 64)
        super().clear()


class PressedBlindly(Message):
    """Keys pressed while the screen could not be drawn did nothing; now it is drawn again."""


class InputDriver(LinuxDriver):
    """Textual's driver for Unix terminals with its own input.

    Only whole sequences become events. Keys pressed while the screen can't be drawn do nothing. An
    error here ends nothing; it goes to `threading.excepthook`.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self.exit_event: Wake = Wake()
        self._read_blindly = self._pressed_blindly = False

    @property
    def is_blind(self) -> bool:
        """True if the terminal has not taken output for too long."""
        return False

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(_REPORT_PLACES)

    def _sigtstp_application(self, *_: object) -> None:
        """Give the terminal back and stop the whole job, a script that waits for us too."""
        if self._auto_restart:
            self.suspend_application_mode()
            self._must_signal_resume = True
        os.killpg(0, signal.SIGSTOP)

    @property
    def reports_mouse(self) -> bool:
        """Whether the terminal tells of the mouse, and does not select text with it."""
        return self._mouse

    def report_mouse(self, *, on: bool) -> None:
        """Let the terminal tell of the mouse, or leave the mouse to it."""
        if on == self._mouse:
            return
        if not on:
            self._disable_mouse_support()
        self._mouse = on  # what Textual asks when it starts, stops and resumes
        if on:
            self._enable_mouse_support()
            if self._in_band_window_resize:
                self._enable_mouse_pixels()

    def _disable_mouse_support(self) -> None:
        super()._disable_mouse_support()
        if self._mouse_pixels:  # Textual leaves this mode on
            self.write("\x1b[?1016l")
            self._mouse_pixels = False

    def process_message(self, message: Message) -> None:
        """Pass input on, unless it was pressed blindly. Other work gives way to it."""
        if isinstance(message, _USER_INPUT):
            KEYS.add(monotonic())
        if isinstance(message, _USER_INPUT) and self._read_blindly:
            self._pressed_blindly |= not isinstance(message, events.MouseMove)
        else:
            super().process_message(message)

    def _run_input_thread(self) -> None:
        """Read until the end, or until the terminal is gone."""
        grammar, translator = Grammar(), Translator()
        while not self.exit_event.is_set():
            try:
                tokens = self._read(grammar)
            except Exception:  # noqa: BLE001 - the next key must work
                if os.isatty(self.fileno):
                    _report_error()
                tokens = None
            if tokens is None:
                if not os.isatty(self.fileno):
                    return
                self.exit_event.wait(_RETRY_S)
            for token in tokens or ():
                self._send_events(token, translator)

    def _read(self, grammar: Grammar) -> list[Token] | None:
        """Wait for input and return whole tokens; None if the terminal cannot be read."""
        wait_s = grammar.wait_s(monotonic())
        if self._pressed_blindly:
            self._announce_blind_keys()
            wait_s = _BLIND_CHECK_S if wait_s is None else min(wait_s, _BLIND_CHECK_S)
        ready = select.select([self.fileno, self.exit_event.fd], [], [], wait_s)[0]
        if self.fileno in ready:
            # For all bytes of this read: the screen may be drawn before the last is handled.
            self._read_blindly = self.is_blind
            data = os.read(self.fileno, _READ_SIZE)
            return grammar.feed(data, monotonic()) if data else None
        return [] if ready else grammar.expire(monotonic())

    def _send_events(self, token: Token, translator: Translator) -> None:
        try:
            for event in translator.events(token):
                self.process_message(event)
        except Exception:  # noqa: BLE001 - whatever a terminal sends, the next key works
            _report_error()

    def _announce_blind_keys(self) -> None:
        if not self.is_blind:
            self._pressed_blindly = False
            self.process_message(PressedBlindly())


def _report_error() -> None:
    threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))
