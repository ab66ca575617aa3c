"""The terminals that the difference output supports. Cheap to import."""

from __future__ import annotations

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
    """Return ``xterm`` for ``xterm-256color``."""
    return term.split("-", 1)[0].split(".", 1)[0]


def is_known(environ: Mapping[str, str]) -> bool:
    """Tell whether the terminal of ``TERM`` is known to have scroll regions and cursor moves."""
    return _family(environ.get("TERM", "")) in _KNOWN


def fills_erased_cells(environ: Mapping[str, str]) -> bool:
    """Tell whether erased cells take the current background colour.

    False for screen and tmux, which differ by version, and for Apple's terminal, which had bugs.
    """
    if environ.get("TERM_PROGRAM") == "Apple_Terminal":
        return False
    term = environ.get("TERM", "")
    return _family(term) in _FILL_ERASED or term.endswith("-bce")
