"""Exact cell arithmetic: text cut and padded to a number of terminal cells.

Textual lays lines out with Rich's width table, and each terminal has its own. Characters on which
these tables disagree are replaced, so that the next column starts in the same cell on every
terminal:

- flags become their two letters, skin tones are dropped, joined emoji become single ones;
- controls, surrogates, line separators and characters unknown to this Python become U+FFFD;
- marks that change the direction of the line are dropped.

An emoji that the tables give one cell is drawn over two by most terminals: a blank follows it, so
that it is drawn whole.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import category

from rich.cells import get_character_cell_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.tui.table.look import Align

UNKNOWN = "\ufffd"
ELLIPSIS = "…"
MAX_MARKS = 8
"""Combining marks kept on one character: more than any script needs."""

_JOINERS = {"\u200d", *map(chr, range(0xFE00, 0xFE10))}
_SKIN_TONES = set(map(chr, range(0x1F3FB, 0x1F400)))
_DIRECTION_MARKS = {
    "\u061c",
    "\u200e",
    "\u200f",
    *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
}
_DROPPED = _JOINERS | _SKIN_TONES | _DIRECTION_MARKS
_FLAG_A = 0x1F1E6
_NARROW_EMOJI = frozenset(
    "ℹ↩↪⌨⏏⏭⏮⏯⏱⏲⏸⏹⏺Ⓜ⤴⤵⬅⬆⬇➡☀☁☂☃☄☎☑☘☝☠☢☣☦☪☮☯☸☹☺♀♂♟♠♣♥♦♨♻♾⚒⚔⚕⚖⚗⚙⚛⚜⚠⚧⚰⚱⛈⛏⛑⛓⛩⛰⛱⛴⛷⛸⛹✂✈✉✌✍✏✒✔✖✝✡✳✴❄❇❣❤"
)
"""Those that are drawn as pictures where the text has a selector, or the font no letter."""
_EMOJI_PLANE = range(0x1F170, 0x1FB00)


@lru_cache(4096)
def _replace(character: str) -> tuple[str, int]:
    """Return what is drawn for one character, and its cells."""
    if character in _DROPPED:
        return "", 0
    if 0 <= (letter := ord(character) - _FLAG_A) < 26:
        return chr(ord("A") + letter), 1
    if category(character) in {"Cc", "Cs", "Cn", "Zl", "Zp"}:
        return UNKNOWN, 1
    cells = get_character_cell_size(character)
    if cells == 1 and (character in _NARROW_EMOJI or ord(character) in _EMOJI_PLANE):
        return character, 2
    return character, cells


def split_clusters(text: str) -> Iterator[tuple[str, int]]:
    """Yield each character with its combining marks, and the cells they take (1 or 2).

    A narrow emoji comes with the blank that it may be drawn over: the one after it, if any.
    """
    base, width, marks = "", 0, 0
    for character in text:
        drawn, cells = _replace(character)
        if character == " " and base and not base.endswith(" ") and _padded(base, width) != base:
            base += " "
        elif cells:
            if base:
                yield _padded(base, width), width
            base, width, marks = drawn, cells, 0
        elif base and drawn and marks < MAX_MARKS:  # a mark without a base would join another text
            base += drawn
            marks += 1
    if base:
        yield _padded(base, width), width


def _padded(base: str, width: int) -> str:
    blank = width > get_character_cell_size(base[0]) and not base.endswith(" ")
    return base + " " if blank else base


def count_cells(text: str) -> int:
    """Return how many cells a text takes where it is drawn."""
    return len(text) if _is_plain(text) else _count_wide(text)


@lru_cache(4096)
def _count_wide(text: str) -> int:
    return sum([cells for _, cells in split_clusters(text)])


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def fit(text: str, width: int, align: Align = "left") -> str:
    """Return `text` in exactly `width` cells: padded, or cut with an ellipsis.

    It never splits a wide character, or a mark from its character. Both `rich.cells.cell_len` of
    the result and the sum over its characters are `width`, also inside of a longer text.
    """
    if width <= 0:
        return ""
    if text.isascii() and (head := text[: width + 1]).isprintable():
        if len(head) > width:
            return head[: width - 1] + ELLIPSIS
        return head.rjust(width) if align == "right" else head.ljust(width)
    return _fit_wide(text, width, align)


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, with an ellipsis if that is less.

    >>> cut("ops-3", 12), cut("control-room-03", 12)
    ('ops-3', 'control-roo…')
    """
    return text if count_cells(text) <= width else fit(text, width)


@lru_cache(4096)
def _fit_wide(text: str, width: int, align: Align) -> str:
    kept: list[tuple[str, int]] = []
    used = 0
    for cluster, cells in split_clusters(text):
        kept.append((cluster, cells))
        used += cells
        if used > width:
            while used > width - 1:
                used -= kept.pop()[1]
            kept.append((ELLIPSIS, 1))
            used += 1
            break
    drawn, pad = "".join([cluster for cluster, _ in kept]), " " * (width - used)
    return pad + drawn if align == "right" else drawn + pad


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of exactly `width` cells, with breaks between words if possible.

    There is at least one line, and only the spaces at the breaks are lost.
    """
    if width <= 0:
        return [""]
    lines: list[str] = []
    if width == 1:  # no room for a wide character
        text = "".join(
            [cluster if cells == 1 else UNKNOWN for cluster, cells in split_clusters(text)]
        )
    for paragraph in text.split("\n"):
        lines.extend(_wrap_paragraph(paragraph, width))
    return lines


def _wrap_paragraph(text: str, width: int) -> list[str]:
    if len(text) <= width and _is_plain(text):
        return [text.ljust(width)]
    lines: list[str] = []
    line, used, after_space, used_to_space = "", 0, 0, 0
    for cluster, cells in split_clusters(text):
        if used + cells > width:
            if cluster == " ":
                lines.append(line + " " * (width - used))
                line, used, after_space = "", 0, 0
                continue
            if after_space:
                lines.append(line[:after_space] + " " * (width - used_to_space))
                line, used, after_space = line[after_space:], used - used_to_space, 0
            if used + cells > width:
                if line:
                    lines.append(line + " " * (width - used))
                line, used = "", 0
        line, used = line + cluster, used + cells
        if cluster == " ":
            after_space, used_to_space = len(line), used
    lines.append(line + " " * (width - used))
    return lines
