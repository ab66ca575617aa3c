"""The number of a caller, as callers are compared; and counts in attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.people import numbers
from confmon.models.people.numbers import OUTBOUND, digits_of

if TYPE_CHECKING:
    from confmon.models.live_records import Call


def number_of(call: Call) -> str:
    """Return the digits of the number of the person on a leg; nothing if it is not known."""
    raw = numbers.number_of(call.connection_status, call.caller, call.callee, call.address_from)
    return digits_of(raw)


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
