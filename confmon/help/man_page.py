"""Writes the topics as one man page, confmon(1), in roff.

It is plain ASCII, and a hyphen is a hyphen: ``--read-only`` can be copied out of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from confmon import __version__
from confmon.help.markdown import plain, spans
from confmon.help.topic import TOPICS, read_topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.help.markdown import Block

_HEAD = r"""
.TH CONFMON 1 "" "confmon {version}" "User Commands"
.nh
.ad l
.SH NAME
confmon \- watch live telephone conferences from a terminal, and act on them
.SH SYNOPSIS
.B confmon
.RI [ SETTINGS ]
.RI [ COMMAND\~ .\|.\|.]
.SH DESCRIPTION
Without a command confmon shows the screen.
.B confmon demo
tries it without a login,
.B confmon help
lists the topics that this page is made of, and
.B confmon \-\-help
every command.
"""


def man_page() -> str:
    """Return the whole page."""
    lines = [_HEAD.strip().format(version=_escaped(__version__))]
    for name in TOPICS:
        for block in read_topic(name).blocks:
            lines += _lines(block)
    return "\n".join(lines) + "\n"


def _lines(block: Block) -> Iterator[str]:
    if block.kind == "heading":
        text = plain(block.text)
        yield f".SH {_quoted(text.upper())}" if block.level == 1 else f".SS {_quoted(text)}"
    elif block.kind == "code":
        yield from (".PP", ".RS 4", ".nf")
        yield from (_line(_escaped(line)) for line in block.text.splitlines())
        yield from (".fi", ".RE")
    elif block.kind == "table":
        titles, *rows = block.rows
        for row in rows:
            yield ".TP"
            yield _line(_bold(plain(row[0])))
            yield _line(_marked(_row_text(titles, row)))
    elif block.kind == "item":
        yield f'.IP "{_escaped("*" if block.sign == "-" else block.sign)}" 4'
        yield _line(_marked(block.text))
    else:
        yield ".PP"
        yield _line(_marked(block.text))


def _row_text(titles: tuple[str, ...], row: tuple[str, ...]) -> str:
    """Return the cells behind the first, as sentences."""
    parts = [
        f"{title}: {cell}" if title else cell
        for title, cell in zip(titles[1:], row[1:], strict=True)
        if cell
    ]
    return " ".join(part if part.endswith((".", "?", "!", ":")) else f"{part}." for part in parts)


def _marked(text: str) -> str:
    return "".join(_bold(part) if mark else _escaped(part) for part, mark in spans(text))


def _bold(text: str) -> str:
    return rf"\fB{_escaped(text)}\fP" if text else ""


def _quoted(text: str) -> str:
    return f'"{_escaped(text).replace(chr(34), chr(92) + "(dq")}"'


def _escaped(text: str) -> str:
    r"""Return a text as roff that says exactly that.

    >>> print(_escaped("-o 'x' …"))
    \-o \(aqx\(aq \[u2026]
    """
    signs = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
    text = "".join(signs.get(sign, sign) for sign in text)
    return re.sub(r"[^\x00-\x7f]", lambda found: rf"\[u{ord(found[0]):04X}]", text)


def _line(text: str) -> str:
    """Return a line that is no request, whatever it begins with."""
    return rf"\&{text}" if text[:1] in (".", "'") or not text else text
