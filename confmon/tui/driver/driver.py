"""A Textual driver that sends the terminal only what differs from what it shows.

Use as ``App(driver_class=DiffDriver)``. The event loop never waits for the terminal: what a slow
line has no room for melts into the next frame.
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

_LAST_WORDS_S = 0.5
"""How long leaving waits for a terminal that does not take our last bytes."""


class DiffDriver(InputDriver):
    """A driver for Unix terminals with another output than Textual's.

    Ctrl+L draws the whole screen afresh (the key reaches the app as well). Hyperlinks of
    Textual's are shown as plain text.
    """

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._lock = RLock()
        self._output = Output(self._get_terminal_size, erase_colours=fills_erased_cells(os.environ))
        self._line: TtyWriter | None = None
        # Textual's handlers stop and restart the terminal wherever the program happens to be,
        # which may be halfway through a frame: let the event loop do it between two.
        signal.signal(signal.SIGTSTP, self._soon(self._stop_process))
        signal.signal(signal.SIGCONT, self._soon(self._continued))

    def _soon(self, action: Any) -> Any:
        def handler(*_: object) -> None:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(action)

        return handler

    def _stop_process(self) -> None:
        self._sigtstp_application()

    def _continued(self) -> None:
        """After ``fg``; or after a SIGSTOP that gave no warning, or a SIGCONT without a stop."""
        if self._auto_restart and self._line is not None:
            self.suspend_application_mode()
            self._must_signal_resume = True
        self._sigcont_application()

    def write(self, data: str) -> None:
        """Take what Textual wants written; returns at once."""
        line = self._line
        if line is None:
            return  # a bell or a title after the terminal was handed back
        with self._lock:
            self._output.feed(data)
            if not self._output.is_frame_open:
                line.kick()

    def _take(self) -> bytes:
        return self._output.take().encode("utf-8", "replace")

    def redraw(self) -> None:
        """Send the whole screen: something else has written on the terminal."""
        with self._lock:
            self._output.redraw()
            if self._line is not None:
                self._line.kick()

    def process_message(self, message: Message) -> None:
        """Pass input on; ctrl+l also redraws."""
        if isinstance(message, events.Key) and message.key == "ctrl+l":
            self.redraw()
        super().process_message(message)

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        if self._line is None:
            out = sys.__stdout__.fileno() if sys.__stdout__ is not None else 1
            self._line = TtyWriter(out, self._take, self._lock)
            super().start_application_mode()

    @property
    def is_blind(self) -> bool:
        """True if the terminal does not take what it should show."""
        return self._line is not None and self._line.is_blind

    def close(self) -> None:
        """Let the last bytes go out, and let go of the terminal."""
        line, self._line = self._line, None
        if line is not None and not line.close(_LAST_WORDS_S):
            give_back(self.fileno)
        super().close()
