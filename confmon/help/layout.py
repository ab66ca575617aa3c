"""Lays topics out in lines of a given width for a terminal: plain text, a tone for each line."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from confmon.help.markdown import plain, spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from confmon.help.markdown import Block

GAP = 2
LEAST = 8
"""No column of a table is made narrower than this, whatever the width."""


class Line(NamedTuple):
    """A line: its text, and ``title``, ``code``, ``dim`` or nothing."""

    text: str
    tone: str = ""


def lay_out(blocks: Iterable[Block], width: int) -> list[Line]:
    """Return blocks as lines of at most `width` characters, but for code, which stays as it is."""
    lines: list[Line] = []
    before = ""
    for block in blocks:
        if lines and not before == block.kind == "item":
            lines.append(Line(""))
        lines += _lines(block, width)
        before = block.kind
    return lines


def _lines(block: Block, width: int) -> Iterator[Line]:
    if block.kind == "table":
        yield from _table([tuple(map(plain, row)) for row in block.rows], width)
    elif block.kind == "code":
        yield from (Line(f"    {line}", "code") for line in block.text.splitlines())
    elif block.kind == "heading":
        text = plain(block.text)
        yield Line(text.upper() if block.level == 1 else text, "title")
    else:
        sign = "• " if block.sign == "-" else f"{block.sign} " if block.sign else ""
        below = " " * len(sign)
        tone = "title" if [mark for _, mark in spans(block.text)] == ["bold"] else ""
        for nth, line in enumerate(_wrapped(plain(block.text), width - len(sign))):
            yield Line(f"{below if nth else sign}{line}", tone)


def _table(rows: Sequence[tuple[str, ...]], width: int) -> Iterator[Line]:
    """Yield a table. Its widest columns give way where the width is not enough for all."""
    sizes = [max(1, *map(len, column)) for column in zip(*rows, strict=True)]
    words = [max(_longest_word(cell) for cell in column) for column in zip(*rows, strict=True)]
    spare = width - GAP * (len(sizes) - 1) - sum(sizes)
    while spare < 0:
        wide = [at for at, size in enumerate(sizes) if size > max(words[at], LEAST)]
        wide = wide or [at for at, size in enumerate(sizes) if size > LEAST]
        if not wide:
            break
        widest = max(wide, key=lambda at: sizes[at])
        sizes[widest] -= 1
        spare += 1
    for nth, row in enumerate(rows):
        if nth or any(row):
            cells = [_wrapped(cell, size) for cell, size in zip(row, sizes, strict=True)]
            for line in range(max(map(len, cells))):
                parts = (cell[line] if line < len(cell) else "" for cell in cells)
                text = (" " * GAP).join(
                    part.ljust(size) for part, size in zip(parts, sizes, strict=True)
                )
                yield Line(text.rstrip(), "" if nth else "dim")


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines; ``--read-only`` stays in one."""
    return textwrap.wrap(text, max(1, width), break_on_hyphens=False) or [""]


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)
