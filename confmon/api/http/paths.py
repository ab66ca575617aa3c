"""Ids and names as one segment of a path: what could climb out of it is refused."""

from __future__ import annotations

from urllib.parse import quote

from confmon.models.errors import Guarded


def check_number(number: int) -> int:
    """Return a number fit for a path. Guarded: it is something else, such as True or text."""
    if type(number) is not int:
        raise Guarded("an id or meeting number must be a whole number")
    return number


def quote_segment(name: str) -> str:
    """Return a name or sid as one segment of a path. Guarded: it would climb out of it."""
    if type(name) is not str or name in ("", ".", ".."):
        raise Guarded("that is not a name or sid")
    return quote(name, safe="", errors="replace")
