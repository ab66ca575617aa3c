"""The number of a caller, as callers are compared; and counts in attributes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from confmon.models.phone_numbers import LEAST

if TYPE_CHECKING:
    from confmon.models.live_records import Call

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
    digits = re.sub(r"[^0-9]", "", text)
    return digits if len(digits) >= LEAST else ""


def number_of(call: Call) -> str:
    """Return the digits of the number of the person on a leg; nothing if it is not known."""
    if call.connection_status == OUTBOUND:
        return digits_of(call.callee)
    return digits_of(call.caller or call.address_from)


def did_of(call: Call) -> str:
    """Return the digits of the number that was dialled; nothing for a leg dialled out."""
    return "" if call.connection_status == OUTBOUND else digits_of(call.callee)


def block_of(number: str) -> str:
    """Return the first seven digits of a number, without the country code 1.

    >>> block_of("15162065319"), block_of("4930123456"), block_of("5552368")
    ('5162065', '4930123', '')
    """
    national = number[1:] if len(number) == 11 and number.startswith("1") else number
    return national[:7] if len(national) >= 10 else ""


def count_of(text: str) -> int:
    """Return a count that an attribute has; 0 for what is none, or has no limit.

    >>> count_of("1000"), count_of("-1"), count_of(""), count_of("9" * 5000)
    (1000, 0, 0, 0)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
