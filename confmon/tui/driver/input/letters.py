"""Bytes that are not UTF-8. Costs nothing to import."""

from __future__ import annotations

import codecs

_LENGTHS = ((0xC2, 0xDF, 2), (0xE0, 0xEF, 3), (0xF0, 0xF4, 4))
"""First and last lead byte, and how many bytes the character has."""


def length_of(lead: int) -> int:
    """Return how many bytes a character has that begins so; 1 if no UTF-8 begins so."""
    return next((length for first, last, length in _LENGTHS if first <= lead <= last), 1)


def latin_letter(byte: int) -> str:
    """Return the letter that a byte is in Latin-1, or an empty string if it is none."""
    char = chr(byte)
    return char if char.isalpha() else ""


def _latin(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return latin_letter(error.object[error.start]), error.start + 1


codecs.register_error("confmon.latin", _latin)


def pasted_text(data: bytes) -> str:
    """Return pasted text without its control characters; line ends and tabs stay."""
    text = data.decode("utf-8", "confmon.latin")
    return "".join(char for char in text if char in "\t\n\r" or not _is_control(char))


def _is_control(char: str) -> bool:
    return char < " " or "\x7f" <= char <= "\x9f"
