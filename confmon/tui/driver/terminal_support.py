"""On which terminals the difference output may be used. Costs nothing to import."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.driver import Driver

_FILL_ERASED = frozenset(
    {"alacritty", "contour", "foot", "ghostty", "konsole", "kitty", "linux"}
    | {"mintty", "putty", "rxvt", "st", "vte", "wezterm", "xterm"}
)
"""Terminals that fill erased cells with the current background (terminfo's ``bce``)."""
_KNOWN = _FILL_ERASED | {"gnome", "iterm", "iterm2", "mlterm", "rio", "screen", "tmux", "vt220"}


def _family(term: str) -> str:
    """``xterm`` of ``xterm-256color``."""
    return term.split("-", 1)[0].split(".", 1)[0]


def is_known(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """True if the terminal named by ``TERM`` surely has scroll regions and cursor addressing."""
    return platform != "win32" and _family(environ.get("TERM", "")) in _KNOWN


def fills_erased_cells(environ: Mapping[str, str]) -> bool:
    """True if erasing with a background colour paints it.

    Left out: screen and tmux, which may or may not, and Apple's terminal, which has had trouble.
    """
    if environ.get("TERM_PROGRAM") == "Apple_Terminal":
        return False
    term = environ.get("TERM", "")
    return _family(term) in _FILL_ERASED or term.endswith("-bce")


def choose_driver(output: str, environ: Mapping[str, str]) -> type[Driver] | None:
    """The driver class for ``App(driver_class=…)``; None, on Windows: Textual's own.

    `output` is ``auto`` (differences where the terminal is known to do it), ``diff`` (where letters
    are sent as UTF-8) or ``plain``: as Textual writes. The input is read by our grammar always.
    """
    if sys.platform == "win32":
        return None
    encoding = (getattr(sys.__stdout__, "encoding", None) or "").lower().replace("-", "")
    if output == "plain" or encoding != "utf8" or (output == "auto" and not is_known(environ)):
        from confmon.tui.driver.plain import PlainDriver

        return PlainDriver
    from confmon.tui.driver.driver import DiffDriver

    return DiffDriver
