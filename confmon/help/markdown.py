"""Reads the Markdown of the topics: headings, paragraphs, lists, code, tables; nothing else.

Comments and pictures are left out. What has a mark inside a line stays as it is written;
`plain` takes the marks away, `spans` tells what is code, bold or a link.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["heading", "paragraph", "item", "code", "table"]
Mark = Literal["", "code", "bold", "link"]


class Block(NamedTuple):
    """One block. `text` is its text in one line; of code with its line breaks.

    `level` is that of a heading. `sign` is the bullet or number of an item. `rows` are those of a
    table, its titles first.
    """

    kind: Kind
    text: str
    level: int = 0
    sign: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


_DROPPED = r"<!--.*?-->\n?|^!\[.*?\]\(.*?\)\n"
_ITEM = r"(-|\d+\.) +(.*)"
_MARKED = r"`([^`]+)`|\*\*(.+?)\*\*|\[([^\]]+)\]\([^)]+\)"


def parse(text: str) -> Iterator[Block]:
    """Yield the blocks of a topic."""
    text = re.sub(_DROPPED, "", text, flags=re.DOTALL | re.MULTILINE)
    lines = iter([*text.splitlines(), ""])
    kind: Kind = "paragraph"
    sign, held = "", list[str]()
    for line in lines:
        item = re.fullmatch(_ITEM, line)
        heading = re.fullmatch(r"(#+) (.*)", line)
        starts = bool(item or heading) or line.startswith("```")
        is_row = line.startswith("|")
        if held and (starts or not line or is_row != (kind == "table")):
            yield _block(kind, sign, held)
            kind, sign, held = "paragraph", "", []
        if heading:
            yield Block("heading", heading[2], level=len(heading[1]))
        elif line.startswith("```"):
            yield Block("code", "\n".join(iter(lambda: next(lines, "```"), "```")))
        elif item:
            kind, sign, held = "item", item[1], [item[2]]
        elif line:
            kind = "table" if is_row else kind
            held.append(line.strip())


def _block(kind: Kind, sign: str, lines: list[str]) -> Block:
    if kind == "table":
        rows = [_cells(line) for line in lines]
        return Block(kind, "", rows=(rows[0], *rows[2:]))
    return Block(kind, " ".join(lines), sign=sign)


def _cells(line: str) -> tuple[str, ...]:
    parts = re.split(r"(?<!\\)\|", line.strip("|"))
    return tuple(part.strip().replace("\\|", "|") for part in parts)


def spans(text: str) -> Iterator[tuple[str, Mark]]:
    """Yield the parts of a line, each with its mark. Of a link it yields the words."""
    at = 0
    for found in re.finditer(_MARKED, text):
        if found.start() > at:
            yield text[at : found.start()], ""
        code, bold, link = found.groups()
        if code is not None:
            yield code, "code"
        elif bold is not None:
            yield plain(bold), "bold"
        else:
            yield plain(link), "link"
        at = found.end()
    if at < len(text):
        yield text[at:], ""


def plain(text: str) -> str:
    """Return a line without marks. Among words a link and a short piece of code get quotes.

    >>> plain("`m` mutes; see **the** topic [keys](keys.md), `--help`")
    "'m' mutes; see the topic 'keys', --help"
    """
    parts = list(spans(text))
    if all(mark == "code" or not part.strip() for part, mark in parts):
        return "".join(part for part, _ in parts)
    return "".join(f"'{part}'" if _needs_quotes(part, mark) else part for part, mark in parts)


def _needs_quotes(part: str, mark: Mark) -> bool:
    if mark == "code":
        return (len(part) < 3 or " " in part) and "'" not in part
    return mark == "link"
