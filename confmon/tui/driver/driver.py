"""A Textual driver that sends the terminal only what differs from what it shows.

Use as ``App(driver_class=DiffDriver)``. The event loop never waits for the terminal: output that a
slow line has no room for merges into the next frame.
"""

from __future__ import annotations

import os
import signal
import sys
from threading import RLock
from typing import TYPE_CHECKING, Any

from textual import events

from confmon.tui.driver.input.reader import InputDriver
from confmon.tui.driver.output import Output
from confmon.tui.driver.terminal_support import fills_erased_cells
from confmon.tui.driver.tty_writer import TtyWriter
from confmon.tui.runner.restore import give_back

if TYPE_CHECKING:
    from textual.app import App
    from textual.message import Message

_CLOSE_TIMEOUT_S = 0.5
"""How long `close` waits for a terminal that does not take the last bytes."""


class DiffDriver(InputDriver):
    """A driver for Unix terminals with its own output.

    Ctrl+L draws the whole screen again (the app gets the key as well). Textual's hyperlinks are
    shown as plain text.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._lock = RLock()
        self._output = Output(self._get_terminal_size, erase_colours=fills_erased_cells(os.environ))
        self._tty_writer: TtyWriter | None = None
        # Textual's handlers stop and restart the terminal at once, which may be in the middle of a
        # frame. The event loop does it between two frames.
        signal.signal(signal.SIGTSTP, self._call_on_loop(self._sigtstp_application))
        signal.signal(signal.SIGCONT, self._call_on_loop(self._resume_after_stop))

    def _call_on_loop(self, action: Any) -> Any:
        def handler(*_: object) -> None:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(action)

        return handler

    def _resume_after_stop(self) -> None:
        """Take the terminal again after ``fg``, a SIGSTOP, or a SIGCONT without a stop."""
        if self._auto_restart and self._tty_writer is not None:
            self.suspend_application_mode()
            self._must_signal_resume = True
        self._sigcont_application()

    def write(self, data: str) -> None:
        """Take output of Textual; return at once."""
        writer = self._tty_writer
        if writer is None:
            return  # a bell or a title after the terminal was given back
        with self._lock:
            self._output.feed(data)
            if not self._output.is_frame_open:
                writer.send_pending()

    def _take(self) -> bytes:
        return self._output.take().encode("utf-8", "replace")

    def redraw(self) -> None:
        """Send the whole screen, as another program has written on the terminal."""
        with self._lock:
            self._output.redraw()
            if self._tty_writer is not None:
                self._tty_writer.send_pending()

    def process_message(self, message: Message) -> None:
        """Pass input on; redraw on ctrl+l."""
        if isinstance(message, events.Key) and message.key == "ctrl+l":
            self.redraw()
        super().process_message(message)

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        if self._tty_writer is None:
            out = sys.__stdout__.fileno() if sys.__stdout__ is not None else 1
            self._tty_writer = TtyWriter(out, self._take, self._lock)
            super().start_application_mode()

    @property
    def is_blind(self) -> bool:
        """True if the terminal does not take the output."""
        return self._tty_writer is not None and self._tty_writer.is_blind

    def close(self) -> None:
        """Send the last bytes, and release the terminal."""
        writer, self._tty_writer = self._tty_writer, None
        if writer is not None and not writer.close(_CLOSE_TIMEOUT_S):
            give_back(self.fileno)
        super().close()
