"""Draws on a screen what Textual writes.

Textual's frames are cursor positions, SGR, text and line feeds. Any other sequence inside a frame
can only come from data, and is dropped. Outside a frame it is the driver's (modes, queries, title,
clipboard, bell), and `draw` returns it to be sent on in order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from confmon.tui.driver.style import PLAIN, apply_sgr

if TYPE_CHECKING:
    from confmon.tui.driver.screen import Screen

_TEXT = "[^\x00-\x1f\x7f-\x9f]"
_SGR, _SGR_THEN_RESET, _MOVE, _RUN, _OTHER = 2, 3, 5, 6, 7
"""The last group that matched, which tells the kind of token."""
_tokens = re.compile(
    rf"\x1b\[([0-9;]*)m({_TEXT}*)(\x1b\[0?m)?"
    r"|\x1b\[([0-9]*);?([0-9]*)H"
    rf"|({_TEXT}+)"
    r"|(\x1b\[[0-?]*[ -/]*[@-~]"  # any other control sequence
    r"|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)?"  # title, clipboard, hyperlink and their like
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x1f\x7f-\x9f])"
).finditer
_is_frame = re.compile(r"\x1b\[[0-9]*;?[0-9]*H").match


def draw(data: str, screen: Screen) -> str:
    """Draw `data` on `screen`; return the sequences that are not screen content."""
    passed: list[str] = []
    for token in _tokens(data):
        kind = token.lastindex
        if kind in {_SGR, _SGR_THEN_RESET}:
            screen.pen = apply_sgr(screen.pen, token[1])
            if token[2]:
                screen.put(token[2])
            if kind == _SGR_THEN_RESET:
                screen.pen = PLAIN
        elif kind == _MOVE:
            screen.move(int(token[5] or 1) - 1, int(token[4] or 1) - 1)
        elif kind == _RUN:
            screen.put(token[6])
        elif kind == _OTHER and not _draw_other(token[7], screen):
            passed.append(token[7])
    return "" if _is_frame(data) else "".join(passed)


def _draw_other(sequence: str, screen: Screen) -> bool:
    """Obey a rarer screen sequence; return False if this is none."""
    if sequence == "\n":
        screen.move(0, screen.y + 1)  # the tty makes it CR LF
    elif sequence == "\r":
        screen.move(0, screen.y)
    elif sequence == "\x1b[2J":
        screen.clear()
    elif not sequence.startswith("\x1b]8;"):  # a hyperlink: the text stays, the link is dropped
        return False
    return True
