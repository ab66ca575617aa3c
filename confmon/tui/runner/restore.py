"""Gives the terminal back when nothing else can: without waiting, from any thread."""

from __future__ import annotations

import contextlib
import os
import signal
import termios
from typing import Any

_RESET_SEQUENCE = (
    b"\x18"  # CAN: cancels a sequence that was cut short
    b"\x1b[?2026l\x1b[r\x1b[m"  # frame shown, whole screen scrolls, plain text
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse off
    b"\x1b[?1004l\x1b[?2004l\x1b[?2048l"  # no focus, paste or size reports
    b"\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h"  # plain keys, line wrap, main screen, cursor shown
)

_LOCAL_FLAGS = 3


def terminal_modes(fd: int) -> list[Any] | None:
    """Return the line settings of a terminal, None if `fd` is none."""
    try:
        return termios.tcgetattr(fd)
    except termios.error:
        return None


def give_back(fd: int, modes: list[Any] | None = None) -> None:
    """Undo everything a screen program does to a terminal; `modes` as `terminal_modes` gave them.

    Output that the terminal has not taken yet is discarded, so that a stalled terminal has room for
    these last bytes. Never blocks, never raises.
    """
    with contextlib.suppress(OSError, termios.error):
        termios.tcflush(fd, termios.TCOFLUSH)
    with contextlib.suppress(OSError):
        own = os.open(os.ttyname(fd), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        with contextlib.suppress(OSError):
            os.write(own, _RESET_SEQUENCE)
        os.close(own)
    if modes is not None:
        _set_modes(fd, modes)


def give_back_modes(fd: int, modes: list[Any] | None) -> None:
    """Set the line settings to `modes` if they are still those of a screen program.

    Textual can't do it while another job has the foreground. That job may have changed them since:
    every shell first makes ctrl+c and its like send signals again.
    """
    now = terminal_modes(fd)
    if now and modes and not now[_LOCAL_FLAGS] & termios.ISIG:
        _set_modes(fd, modes)


def _set_modes(fd: int, modes: list[Any]) -> None:
    # A background process may do this only while it blocks SIGTTOU.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    with contextlib.suppress(OSError, termios.error):
        termios.tcsetattr(fd, termios.TCSANOW, modes)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
