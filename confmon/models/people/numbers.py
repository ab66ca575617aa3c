"""The telephone number of a person, as people are distinguished by it."""

from __future__ import annotations

from functools import lru_cache

from confmon.models.people import folding
from confmon.models.people.phone_numbers import LEAST

OUTBOUND = 1
"""The connectionStatus of a leg that the bridge dialled."""


@lru_cache(maxsize=4096)
def digits_of(text: str | None) -> str:
    """Return the digits of a telephone number; nothing for what is none.

    >>> digits_of("+1 (516) 206-5319"), digits_of("anonymous"), digits_of("4711")
    ('15162065319', '', '')
    """
    if not text:
        return ""
    plain = text.removeprefix("+")
    if plain.isascii() and plain.isdigit():  # as nearly all are
        return plain if len(plain) >= LEAST else ""
    if not any(sign.isdigit() for sign in text):
        return ""
    if text.startswith(("sip:", "sips:", "tel:")):
        text = text.partition(":")[2].partition("@")[0]
    if any(sign.isalpha() for sign in text):
        return ""
    digits = folding.digits_of(text)
    return digits if len(digits) >= LEAST else ""


def number_of(
    connection_status: int | None, caller: str | None, callee: str | None, address: str | None
) -> str | None:
    """Return the number of the person on a leg, as it was sent: dialled, or dialled from."""
    return callee if connection_status == OUTBOUND else caller or address


def line_of(number: str | None) -> str:
    """Return the last seven digits of a number, by which earlier calls are looked up.

    >>> line_of("+1 (516) 206-5319"), line_of("2065319"), line_of("4711"), line_of("anonymous")
    ('2065319', '2065319', '4711', '')
    """
    return folding.digits_of(number or "")[-LEAST:]


def tells_line(number: str | None) -> bool:
    """Whether a number tells its line from others: an extension or a SIP name does, too.

    >>> tells_line("+15162065319"), tells_line("4711"), tells_line("sip:a@b"), tells_line("unknown")
    (True, True, True, False)
    """
    text = (number or "").strip()
    is_name = "@" in text and "anonymous" not in text.casefold()
    return bool(digits_of(text)) or text.isdigit() or is_name
