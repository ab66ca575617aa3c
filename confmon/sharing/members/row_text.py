"""What others wrote into rows, made safe: the one place where text of the tables is cleaned.

A database is no more to be trusted than a server: who may write there may write anything, and a
file of SQLite keeps whatever type it is given.
"""

from __future__ import annotations

from typing import Any, Final

from confmon.models.text import clean_line
from confmon.sharing.records import Operator

NAME_LENGTH: Final = 64
"""So long the name of an operator or a host may be; no box has a longer one."""
ID_LENGTH: Final = 64
KEY_LENGTH: Final = 400
TEXT_LENGTH: Final = 256
_MOST: Final = 1 << 63


def read_operator(name: object, box: object) -> Operator:
    """Return who wrote a row. ValueError: these are no names."""
    return Operator(read_text(name, NAME_LENGTH), read_text(box, NAME_LENGTH))


def read_text(value: object, limit: int) -> str:
    """Return a text as one clean line. ValueError: it is none."""
    if not isinstance(value, str):
        raise ValueError("not a text")
    return clean_line(value, limit)


def read_number(value: object) -> int:
    """Return a whole number that PostgreSQL could have. ValueError: it is none."""
    if not isinstance(value, int) or isinstance(value, bool) or not -_MOST <= value < _MOST:
        raise ValueError("not a number")
    return value


def read_data(data: Any) -> Any:
    """Return data of a fact with clean texts."""
    if isinstance(data, str):
        return clean_line(data, TEXT_LENGTH)
    if isinstance(data, list):
        return [read_data(item) for item in data]
    if isinstance(data, dict):
        return {clean_line(key, TEXT_LENGTH): read_data(value) for key, value in data.items()}
    return data
