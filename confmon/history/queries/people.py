"""Tells people apart by number and name, and finds their reconnects."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from confmon.history.answers import RECONNECT_S
from confmon.models.identity import same_number
from confmon.models.people.folding import fold
from confmon.models.people.numbers import digits_of, number_of, tells_line
from confmon.models.people.phone_numbers import LEAST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confmon.history.records import Leg, Stay

_Key = tuple[str, str]


@dataclass(slots=True)
class Person:
    """A number and a name, and the presences, the first one first."""

    number: str | None
    name: str | None
    stays: list[tuple[Stay, Leg]] = field(default_factory=list)


def tell_apart(stays: Iterable[tuple[Stay, Leg]]) -> list[Person]:
    """Return the people of some stays, which come in the order of joining.

    Legs are of one person if number and name agree and one had left when the next one came: two
    at once are two people behind one number. Without a number the name decides; without both each
    leg is somebody.
    """
    of_leg: dict[int, Person] = {}
    alike: dict[_Key, list[Person]] = {}
    people: list[Person] = []
    for stay, leg in stays:
        person = of_leg.get(stay.leg)
        if person is None:
            number, key = _number(stay, leg), _key(stay, leg)
            known = alike.setdefault(key, []) if any(key) else []
            person = _find(known, number, stay)
            if person is None:
                person = Person(number, leg.name)
                people.append(person)
                known.append(person)
            of_leg[stay.leg] = person
        person.name = leg.name or person.name
        person.stays.append((stay, leg))
    return people


def count_reconnects(
    stays: Sequence[tuple[Stay, Leg]], gaps: Sequence[tuple[int, int]] = ()
) -> int:
    """Count how often a person was back, with another call, after at most two minutes.

    Where the time between was not seen, the longest that it may have been counts.
    """
    count = 0
    for (before, _), (after, _) in pairwise(stays):
        if before.leg == after.leg or before.left_to is None or before.left_from is None:
            continue
        left = before.left_to
        if any(since < after.joined_to and to > before.left_from for since, to in gaps):
            left = before.left_from
        count += after.joined_to - left <= RECONNECT_S * 1000
    return count


def _find(known: list[Person], number: str | None, stay: Stay) -> Person | None:
    """Return the person who left last before this stay."""
    gone = [
        person
        for person in known
        if (left := person.stays[-1][0].left_from) is not None
        and left <= stay.joined_to
        and same_number(person.number, number)
    ]
    return max(gone, key=lambda person: person.stays[-1][0].left_to or 0, default=None)


def _number(stay: Stay, leg: Leg) -> str | None:
    status = stay.changes[-1][1].connection_status if stay.changes else None
    return number_of(status, leg.caller, leg.callee, leg.address_from)


def _key(stay: Stay, leg: Leg) -> _Key:
    return _line(_number(stay, leg)), fold(leg.name or "").strip()


def _line(number: str | None) -> str:
    """Return what tells a line apart: also an extension or a SIP name, but not "anonymous"."""
    if digits := digits_of(number):
        return digits[-LEAST:]
    return fold(number or "").strip() if tells_line(number) else ""
