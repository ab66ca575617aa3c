"""What is shown for a letter that a terminal cannot show: the one table of it.

Each form takes as many cells as its letter, so that nothing moves. The Linux console has the
letters of the first PC besides ASCII; where the locale is not UTF-8 there is ASCII alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.color import Color

ASCII_FORMS: Mapping[str, str] = {
    **dict(zip("●▌▯▐▲▼▸−–—…·•‼◆", "*>-|^v>---.~*!*", strict=True)),
    **dict(zip("█▉▊▋▍▎▏", "####==-", strict=True)),
    **dict(zip("▁▂▃▄▅▆▇", "__..-=+", strict=True)),
    **dict(zip("▒░", "mh", strict=True)),  # muted, on hold
    **dict(zip("─━═│┃║", "---|||", strict=True)),
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝", "+"),
    **dict(zip("←→↑↓", "<>^v", strict=True)),
    "✋": "o/",
}
"""The form of each letter that confmon itself draws. What is not here is left to the encoding."""

_ON_THE_CONSOLE = frozenset("▌▐█▄▒░▲▼─═│║┌┐└┘├┤┬┴┼╔╗╚╝←→↑↓·")
_CONSOLE_FORMS: Mapping[str, str] = {
    **{letter: form for letter, form in ASCII_FORMS.items() if letter not in _ON_THE_CONSOLE},
    **dict(zip("╭╮╰╯", "┌┐└┘", strict=True)),
}


def forms_for(environ: Mapping[str, str], encoding: str) -> Mapping[str, str]:
    """Return the forms that a terminal needs; none where it shows every letter."""
    if encoding.replace("-", "").lower() not in ("utf8", "utf16", "utf32"):
        return ASCII_FORMS
    return _CONSOLE_FORMS if environ.get("TERM", "").partition("-")[0] == "linux" else {}


class GlyphFilter(LineFilter):
    """Puts the forms in place of the letters, on the whole screen."""

    def __init__(self, forms: Mapping[str, str]) -> None:
        super().__init__()
        self._forms = str.maketrans(dict(forms))

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with letters that the terminal can show."""
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(self._forms), segment.style, segment.control)
            for segment in segments
        ]
