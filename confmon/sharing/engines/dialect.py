"""Statements that are written once, in the words of PostgreSQL's driver."""

from __future__ import annotations

import re
from functools import lru_cache

_PART = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\?|%")


@lru_cache(maxsize=512)
def to_psycopg(statement: str) -> str:
    """Return a statement with `%s` for each `?` outside of quotes, and `%%` for each `%`."""
    return _PART.sub(_convert, statement)


def _convert(found: re.Match[str]) -> str:
    part = found[0]
    return "%s" if part == "?" else part.replace("%", "%%")
