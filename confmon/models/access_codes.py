"""Changes one access code of a room; a keychain is always sent whole.

No message names a code: the operator has just typed it, and a log would keep it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from confmon.models.rooms import AccessCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROLES: Final[Mapping[int, str]] = {1: "host", 2: "participant", 3: "listener"}
"""The roles that a code can give."""

_CODE: Final = re.compile(r"[0-9*#]{1,32}")


def role_of(text: str | int) -> int:
    """Return the role of a word, its first letter or its number. ValueError: no role.

    >>> role_of("host"), role_of("p"), role_of("3")
    (1, 2, 3)
    """
    wanted = str(text).strip().casefold()
    for number, word in ROLES.items():
        if wanted in (word, word[0], str(number)):
            return number
    raise ValueError("a role is host, participant or listener")


def code_of(text: str) -> str:
    """Return an access code as it is sent. ValueError: not telephone keys."""
    code = text.strip()
    if not _CODE.fullmatch(code):
        raise ValueError("an access code is 1 to 32 telephone keys: digits, * and #")
    return code


def added(keys: Iterable[AccessCode], code: str, role: str | int) -> tuple[AccessCode, ...]:
    """Return the keychain with one more code. ValueError: it has the code already."""
    return whole((*keys, AccessCode(access_code=code, role=role_of(role))))


def removed(keys: Iterable[AccessCode], code: str) -> tuple[AccessCode, ...]:
    """Return the keychain without a code. ValueError: it does not have it."""
    keys, code = tuple(keys), code.strip()
    left = tuple(key for key in keys if key.access_code != code)
    if len(left) == len(keys):
        raise ValueError("the room has no such access code")
    return left


def replaced(
    keys: Iterable[AccessCode], code: str, by: str, role: str | int = ""
) -> tuple[AccessCode, ...]:
    """Return the keychain with `code` replaced by `by`, with the same role unless one is given.

    ValueError: the keychain does not have `code`, or has `by` already.
    """
    keys, code = tuple(keys), code.strip()
    old = next((key.role for key in keys if key.access_code == code), None)
    *_, new = added(removed(keys, code), by, role or old or "")
    return tuple(new if key.access_code == code else key for key in keys)


def whole(keys: Iterable[AccessCode]) -> tuple[AccessCode, ...]:
    """Return a keychain as it is sent. ValueError: a bad code, no role, or one code twice."""
    found: dict[str, AccessCode] = {}
    for key in keys:
        code = code_of(key.access_code)
        if key.role is None:
            raise ValueError("an access code has no role")
        if code in found:
            role = ROLES.get(found[code].role or 0, "another role")
            raise ValueError(f"that access code is there already, for {role}")
        found[code] = AccessCode(access_code=code, id=key.id, role=key.role)
    return tuple(found.values())
