"""Which values the fields of rooms, numbers and forwarding take, in the form that is sent.

Each check returns the value, or raises ValueError with what the field takes. Source: the Conference
API reference, its later edition where the one at hand lost its list, and the Mediator guide.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from confmon.models.text import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from confmon.models.rooms import AccessCode

LONGEST: Final = 4000
"""Characters of a description; readings keep a little more."""


def whole(low: int) -> Callable[[object], int]:
    """Return the check of a whole number from `low`, of 31 bits."""

    def check(value: object) -> int:
        try:
            number = int(str(value).strip())  # True is none: its text has no digits
        except ValueError:
            number = low - 1
        if not low <= number < 1 << 31:
            raise ValueError(f"a whole number from {low}")
        return number

    return check


def text(value: object, longest: int = LIMIT) -> str:
    """Return a text on one line."""
    found = str(value)
    if not found.isprintable() or len(found) > longest:
        raise ValueError(f"up to {longest} characters on one line")
    return found


def long_text(value: object) -> str:
    """Return a long text on one line."""
    return text(value, LONGEST)


def phone_number(value: object) -> str:
    """Return a phone number as the APIs want it: E.164 digits without the plus. ValueError.

    >>> phone_number("+1 (516) 206-5319")
    '15162065319'
    """
    digits = re.sub(r"[\s().-]", "", str(value)).removeprefix("+")
    if not re.fullmatch(r"[1-9][0-9]{6,14}", digits):
        raise ValueError("a phone number in full: country code and number, 7 to 15 digits")
    return digits


def phone_or_meeting(value: object) -> str:
    """Return a phone number as `phone_number` does, or the number of a meeting. ValueError.

    >>> phone_or_meeting("173248"), phone_or_meeting("+1 (516) 206-5319")
    ('173248', '15162065319')
    """
    number = str(value).strip()
    if re.fullmatch(r"[1-9][0-9]{3,6}", number):
        return number
    try:
        return phone_number(value)
    except ValueError as error:
        raise ValueError(f"{error}; or the number of a meeting") from None


def telephone_keys(value: object) -> str:
    """Return telephone keys."""
    found = str(value).strip()
    if not re.fullmatch(r"[0-9*#,]{1,64}", found):
        raise ValueError("telephone keys: digits, * and #; a comma is a pause")
    return found


def keychain(value: object) -> list[dict[str, object]]:
    """Return the access codes of a room, all of them."""
    from confmon.models import access_codes

    found = [_access_code(item) for item in _items(value)]
    return [{"accessCode": key.access_code, "role": key.role} for key in access_codes.whole(found)]


def _access_code(value: object) -> AccessCode:
    from confmon.models.access_codes import role_of
    from confmon.models.rooms import AccessCode

    match value:
        case AccessCode():
            return value
        case {"accessCode": code, "role": role} | (code, role):
            return AccessCode(access_code=str(code), role=role_of(str(role)))
    raise ValueError("each access code has a role: CODE=ROLE")


def did_group_references(value: object) -> list[dict[str, object]]:
    """Return the DID groups through which a room can be dialled, all of them."""
    ids = []
    for item in _items(value):
        inner = item.get("didGroupId") if isinstance(item, dict) else item
        ids.append(whole(0)(getattr(inner, "did_group_id", inner)))
    return [{"didGroupId": id_} for id_ in sorted(set(ids))]


def pairs(value: object) -> dict[str, str]:
    """Return names with values."""
    if not hasattr(value, "items"):
        raise ValueError("names with values")
    return {text(name): text(setting) for name, setting in value.items()}


def _items(value: object) -> Iterable[Any]:
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        raise ValueError("a list")
    return list(value)
