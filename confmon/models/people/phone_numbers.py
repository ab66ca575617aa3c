"""Finds telephone numbers in a free text, and cuts them to their last four digits.

A number is seven digits in a row, or as many in groups, as people write them:
``+1 (404) 555-0002``, ``404.555.0002``, ``06 12 34 56 78``. Dates, times, ranges, IP addresses and
UUIDs may have as many digits and are no numbers. A doubtful text counts as a number, since logs are
kept for long.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LEAST: Final = 7
"""Digits of the shortest telephone number; a shorter one is a room, an extension or a count."""
LEFT: Final = 4
"""Digits that stay of a number."""
WHOLE: Final = 10
"""This many digits in a row are a whole number: the digits after them belong to another."""
_MOST: Final = 15
"""Digits of the longest number, by E.164."""

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|\d?\d)"
_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])"
_OTHER = "|".join(
    (
        rf"{_YEAR}(?P<a>[-./]){_MONTH}(?P=a){_DAY}(?!\d)",
        rf"{_DAY}(?P<b>[-./]){_MONTH}(?P=b){_YEAR}(?!\d)",
        rf"{_MONTH}(?P<c>[-./]){_DAY}(?P=c){_YEAR}(?!\d)",
        r"(?:19|20)\d{6}T\d{6}(?!\d)",
        r"\d?\d:[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?!\d)",
        rf"{_OCTET}(?:\.{_OCTET}){{3}}(?![-/.]?\d)",
        r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])",
        r"(?=\d*[A-Fa-f])[0-9A-Fa-f]{20,64}(?![0-9A-Za-z])",
    )
)
_NEXT = re.compile(r"[ ()\[\]._/·\-‐-―−－]{1,3}(?P<digits>\d+)")
_NO_NUMBER = re.compile(rf"{_YEAR} ?[-/‐-―−－] ?{_YEAR}|\d+\.\d+")


@cache
def _others() -> re.Pattern[str]:  # not before the first frame: it takes 10 ms
    return re.compile(_OTHER)


@cache
def _digits() -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z])(?P<other>{_OTHER})|\d+")


def cut(text: str, how: Callable[[str], str], keep: Iterable[int | str | None] = ()) -> str:
    """Return `text` with `how` applied to each telephone number.

    `keep` are numbers that stay, such as ids of the text's subject.

    >>> cut("Anna +1 (404) 555-0002 since 2026-11-27 10:20:07", last)
    'Anna +…0002 since 2026-11-27 10:20:07'
    """
    ids = "|".join(str(id_) for id_ in keep if str(id_).isdigit())
    if not ids:
        return "".join(_pieces(text, how))
    parts = re.split(rf"(?<!\d)({ids})(?!\d)", text)
    return "".join(piece for at, part in enumerate(parts)
                   for piece in ([part] if at % 2 else _pieces(part, how)))  # fmt: skip


def hidden(number: str) -> str:
    """Return a number with all but its last four digits hidden.

    >>> hidden("(404) 555-0002")
    '(•••) •••-0002'
    """
    left, found = sum(sign.isdigit() for sign in number), ""
    for sign in number:
        found += "•" if sign.isdigit() and left > LEFT else sign
        left -= sign.isdigit()
    return found


def last(number: str) -> str:
    """Return the last four digits of a number, after a mark for the others.

    >>> last("(404) 555-00 02")
    '…0002'
    """
    return "…" + "".join(sign for sign in number if sign.isdigit())[-LEFT:]


def _pieces(text: str, how: Callable[[str], str]) -> Iterator[str]:
    at = 0
    while found := _digits().search(text, at):
        start = found.start()
        end = found.end() if found["other"] else _end(text, found)
        if start > at and text[start - 1] == "(" and ")" in text[start:end]:
            start -= 1
        number = text[start:end]
        yield text[at:start]
        yield number if found["other"] or not _is_one(number) else how(number)
        at = end
    yield text[at:]


def _end(text: str, first: re.Match[str]) -> int:
    """Return the ends of the groups of digits that may be one number."""
    end, digits = first.end(), len(first[0])
    while digits < WHOLE or end > first.end():
        following = _NEXT.match(text, end)
        if following is None or _others().match(text, following.start("digits")):
            break
        size = len(following["digits"])
        if digits + size > _MOST or (size >= WHOLE and digits >= LEAST):
            break
        end, digits = following.end(), digits + size
    return end


def _is_one(number: str) -> bool:
    digits = sum(sign.isdigit() for sign in number)
    return digits >= LEAST and not _NO_NUMBER.fullmatch(number)


def masked(number: str | None, *, mask: bool) -> str:
    """Return a number, with all but its last four characters hidden if `mask`.

    In a text that is no number, such as a SIP name, only its long numbers are hidden.

    >>> masked("+15162065319", mask=True), masked("anonymous", mask=True)
    ('••••••••5319', 'anonymous')
    >>> masked("sip:15162065319@10.0.0.1", mask=True), masked("sip:ann@10.0.0.1", mask=True)
    ('sip:•••••••5319@10.0.0.1', 'sip:ann@10.0.0.1')
    """
    if not number or not mask:
        return number or ""
    if any(sign.isalpha() for sign in number) or not any(sign.isdigit() for sign in number):
        return cut_numbers(number)
    return "•" * max(0, len(number) - 4) + number[-4:]


def cut_numbers(text: str) -> str:
    """Return a text with all but the last four digits of its phone numbers hidden.

    >>> cut_numbers("Anna +15162065319, room 4711")
    'Anna +•••••••5319, room 4711'
    """
    return cut(text, hidden)
