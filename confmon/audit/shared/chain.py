"""How the shared lines of a box hang together: each has a hash of itself and the line before.

Whoever changes, removes or inserts a line would have to write all later ones of the box anew, and
the box itself remembers the last hash.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from confmon.sharing.engine import Connection

PAGE = 500
"""Rows that are read at a time: some 300 kB."""

_BOXES = "SELECT DISTINCT box FROM audit ORDER BY box"
_ROWS = (
    "SELECT n, previous, hash, line, at FROM audit"
    " WHERE box = ? AND n > ? AND at >= ? ORDER BY n LIMIT ?"
)
_LEAST = -(1 << 62)


class ChainedLine(NamedTuple):
    """One line as it is in the table; `n` counts from 1."""

    n: int
    previous: str
    hash: str
    line: str


class AuditRow(NamedTuple):
    """One row of the table, where anybody may have written; `at` is when it came (epoch ms)."""

    n: int
    previous: str
    hash: str
    line: str
    at: int


def first_previous(box: str) -> str:
    """Return what the first line of a box comes after: no chain can pass for another box's."""
    return hashlib.sha256(box.encode()).hexdigest()


def next_hash(previous: str, line: str) -> str:
    """Return the hash of a line, in hex."""
    return hashlib.sha256(f"{previous}\n{line}".encode()).hexdigest()


def chain_lines(n: int, previous: str, lines: Iterable[str]) -> Iterator[ChainedLine]:
    """Yield lines as they follow on line `n`, which has the hash `previous`."""
    for number, line in enumerate(lines, n + 1):
        hash_ = next_hash(previous, line)
        yield ChainedLine(number, previous, hash_, line)
        previous = hash_


def read_boxes(connection: Connection) -> list[str]:
    """Return the boxes that have lines. ShareUnavailable."""
    return [str(box) for (box,) in connection.query(_BOXES)]


def read_rows(connection: Connection, box: str, since: int | None = None) -> Iterator[AuditRow]:
    """Yield the rows of a box in order, a page at a time, all or those that came `since` then."""
    n, start = _LEAST, _LEAST if since is None else since
    while page := connection.query(_ROWS, (box, n, start, PAGE)):
        yield from (AuditRow(*row) for row in page)
        n = page[-1][0]
