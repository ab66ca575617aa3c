"""On which terminals the difference output may be used. Costs nothing to import."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
