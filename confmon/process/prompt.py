"""Questions to a person at a terminal, and whether there is one."""

from __future__ import annotations

import os
import sys

from confmon.process import exits


def can_ask() -> bool:
    """Tell whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def require_answers(command: str) -> None:
    """Check that there is somebody to ask. CliExit: 64, there is nobody."""
    if not can_ask():
        raise exits.CliExit(
            exits.USAGE,
            f"confmon: {command} asks first and there is no terminal; --yes goes without",
        )


def ask(question: str) -> str:
    """Ask on stderr and return the typed line. Keys typed before the question do not count.

    A line that is no text in the terminal's encoding is an answer to nothing, and so is a terminal
    that goes away.
    """
    import termios

    from confmon.process.signals import raise_on_signals

    termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
    with raise_on_signals():
        print(question, end=" ", file=sys.stderr, flush=True)
        try:
            return sys.stdin.readline().strip()
        except (UnicodeDecodeError, OSError):
            return ""


def require_terminal() -> None:
    """Check that a screen can be drawn. CliExit: 64, it can't; what works instead is named."""
    if why := missing_for_screen():
        raise exits.CliExit(
            exits.USAGE,
            f"confmon: {why}",
            "Without one: confmon meetings, calls, attributes, mute, hold, drop … (confmon --help)",
        )


def missing_for_screen() -> str:
    """Return why no screen can be drawn, or an empty string."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "the screen needs a terminal on stdin and stdout"
    if os.environ.get("TERM", "dumb") in ("", "dumb"):
        return "the screen needs a terminal that can be drawn on (TERM is dumb)"
    return ""
