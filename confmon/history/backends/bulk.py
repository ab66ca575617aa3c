"""One statement for many rows: each statement on its own takes a way to the server and a plan."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INSERT: Final = re.compile(r"(INSERT INTO .+ VALUES )(\(\?(?:, \?)*\))((?: ON CONFLICT .+)?)")
_UPDATE: Final = re.compile(r"UPDATE (\w+) SET (\w+ = \?(?:, \w+ = \?)*) WHERE (\w+) = \?")
_AT_ONCE: Final = 500
"""So many values are looked for by one statement."""


def parts_of(ids: Iterable[int]) -> Iterator[tuple[str, list[int]]]:
    """Yield what follows ``IN``, such as ``(?, ?)``, and as many of the ids."""
    wanted = list(ids)
    for begin in range(0, len(wanted), _AT_ONCE):
        part = wanted[begin : begin + _AT_ONCE]
        yield f"({', '.join('?' * len(part))})", part


@lru_cache(maxsize=512)
def for_many(statement: str, count: int) -> str | None:
    """Return a statement for so many rows, with their values one after another.

    No key may come twice among the rows, nor NULL in an UPDATE. None: it is another kind of
    statement.

    >>> for_many("INSERT INTO gap VALUES (?, ?)", 2)
    'INSERT INTO gap VALUES (?, ?), (?, ?)'
    >>> for_many("UPDATE leg SET last_seen = ? WHERE leg = ?", 1)
    'UPDATE leg SET last_seen = news.last_seen FROM (VALUES (?, ?)) AS news (last_seen, leg) WHERE \
leg.leg = news.leg'
    """
    if insert := _INSERT.fullmatch(statement):
        head, marks, tail = insert.groups()
        return f"{head}{', '.join([marks] * count)}{tail}"
    if update := _UPDATE.fullmatch(statement):
        table, changes, key = update.groups()
        names = re.findall(r"\w+", changes)
        sets = ", ".join(f"{name} = news.{name}" for name in names)
        marks = f"({', '.join('?' * (len(names) + 1))})"
        return (
            f"UPDATE {table} SET {sets} FROM (VALUES {', '.join([marks] * count)})"  # noqa: S608
            f" AS news ({', '.join([*names, key])}) WHERE {table}.{key} = news.{key}"
        )
    return None
