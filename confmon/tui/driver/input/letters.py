"""Decodes bytes that are not UTF-8. Cheap to import."""

from __future__ import annotations

import codecs

_LENGTHS = ((0xC2, 0xDF, 2), (0xE0, 0xEF, 3), (0xF0, 0xF4, 4))
"""First and last lead byte, and the length of the character in bytes."""


def character_length(lead: int) -> int:
    """Return the length in bytes of the character with this lead byte; 1 if it is none."""
    return next((length for first, last, length in _LENGTHS if first <= lead <= last), 1)


def decode_latin_letter(byte: int) -> str:
    """Return the letter of a byte in Latin-1, or an empty string if it is none."""
    char = chr(byte)
    return char if char.isalpha() else ""


def _replace_by_latin(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return decode_latin_letter(error.object[error.start]), error.start + 1


codecs.register_error("confmon.latin", _replace_by_latin)


def clean_paste(data: bytes) -> str:
    """Return pasted text without control characters, but with line ends and tabs."""
    text = data.decode("utf-8", "confmon.latin")
    return "".join(char for char in text if char in "\t\n\r" or not _is_control(char))


def _is_control(char: str) -> bool:
    return char < " " or "\x7f" <= char <= "\x9f"
