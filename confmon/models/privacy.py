"""Fields of a call with a phone number; attributes with an access code, and how it is hidden."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

CALL_PHONES: Final[Mapping[str, str]] = {
    "caller": "person",
    "address_from": "person",
    "address_to": "person",
    "callee": "rented",
    "custom_name": "in_text",
}
"""The fields of a call with a phone number: a person's, a rented one, or one inside a text."""

_SECRET = re.compile(r"access_?code|keychain|passw|(^|_)(pin|codes?)(_|$)", re.IGNORECASE)
_QUOTED = re.compile(r"'[^']*'?")


def is_secret(name: str) -> bool:
    """Tell whether a value with this name must be hidden. No preset's name is one of these.

    >>> is_secret("host_access_code"), is_secret("accessCode"), is_secret("conference_jobcode_dtmf")
    (True, True, False)
    """
    return _SECRET.search(name) is not None


def shown(name: str, value: str, hidden: str = "****") -> str:
    """Return an attribute's value without access codes.

    `participant_list` has one in quotes after each pair of numbers.

    >>> shown("participant_list", "5626245432:15162065310:'2756'")
    "5626245432:15162065310:'****'"
    """
    if value and is_secret(name):
        return hidden
    if name == "participant_list":
        return _QUOTED.sub(f"'{hidden}'", value)
    return value
