"""The key of a call or a meeting, and whether two reads under one key show the same one.

Servers repeat `created` inexactly: a millisecond off, in seconds in a list and in milliseconds
alone, or not at all. So moments and telephone numbers are compared with a tolerance, and a value
that one read does not have contradicts nothing.
"""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import Any, Final, TypeVar

from confmon.models.live_records import Call, LiveResource, Meeting

Target = tuple[LiveResource, int]
"""The target of a key press or an action: ("call", id) or ("meeting", number)."""

TOLERANCE_MS: Final = 2000
"""Two reads of one moment differ by at most this, also if one is cut to whole seconds."""

_LEAST_MS: Final = 10**11
"""A smaller time is in seconds: as milliseconds it would lie before March 1973."""
_MOST_MS: Final = 10**14
"""A larger time is in microseconds or nanoseconds: it would lie after the year 5000."""
_WHOLE_NUMBER: Final = 7
"""This many last digits identify a telephone number, with or without its prefix."""

call_identity = attrgetter("id", "created", "joined", "caller", "callee", "address_from")
"""All fields that identify a call. Two reads that agree in all of them are of the same call."""

Record = TypeVar("Record", bound=Call | Meeting)


def key_of(record: Call | Meeting) -> int:
    """Return the record's key: a call's id, a meeting's number."""
    return record.id if isinstance(record, Call) else record.meeting_number


def target_of(record: Call | Meeting) -> Target:
    """Return the target of a key pressed on this record."""
    if isinstance(record, Call):
        return ("call", record.id)
    return ("meeting", record.meeting_number)


def identity_of(record: Call | Meeting) -> int | None:
    """Return what identifies one record of a key in the audit log: creation, or session id."""
    return record.created if isinstance(record, Call) else record.id


def in_ms(moment: int) -> int:
    """Return an epoch time of any unit in milliseconds.

    >>> in_ms(1544643810), in_ms(1544643810000), in_ms(1544643810000123)
    (1544643810000, 1544643810000, 1544643810000)
    """
    if abs(moment) < _LEAST_MS:
        return moment * 1000
    while abs(moment) > _MOST_MS:
        moment //= 1000
    return moment


def same(one: Call | Meeting, other: Call | Meeting) -> bool:
    """Tell whether two records of one kind and key are of the same call or session."""
    if isinstance(one, Call):
        return isinstance(other, Call) and same_call(one, other)
    return isinstance(other, Meeting) and same_meeting(one, other)


def same_call(one: Call, other: Call) -> bool:
    """Tell whether two reads under one id show the same call, by all fields that both have."""
    if one is other:
        return True
    if one.id != other.id or not same_moment(one.created, other.created):
        return False
    if one.caller and other.caller:
        numbers = same_number(one.caller, other.caller)
    else:
        numbers = same_number(one.address_from, other.address_from)
    return numbers and same_number(one.callee, other.callee)


def same_meeting(one: Meeting, other: Meeting) -> bool:
    """Tell whether two reads under one number show the same session: by id, else by start."""
    if one.meeting_number != other.meeting_number:
        return False
    if one.id is not None and other.id is not None:
        return one.id == other.id
    return same_moment(one.created, other.created)


def anchored(record: Record, before: Record) -> Record:
    """Return a later read of the same record, with its identity as first seen.

    Otherwise a time that varies would count as a change at every read, and could drift in small
    steps.
    """
    kept: dict[str, Any] = {}
    if before.created is not None and record.created != before.created:
        kept["created"] = before.created
    if isinstance(record, Call) and isinstance(before, Call):
        joined = record.joined, before.joined
        if None not in joined and joined[0] != joined[1] and same_moment(*joined):
            kept["joined"] = before.joined
        for name in ("caller", "callee", "address_from"):
            if not getattr(record, name) and getattr(before, name):
                kept[name] = getattr(before, name)
    elif isinstance(record, Meeting) and isinstance(before, Meeting) and record.id is None:
        kept["id"] = before.id
    return replace(record, **kept) if kept else record


def same_moment(one: int | None, other: int | None) -> bool:
    """Tell whether two epoch times, each of any unit, may be the same moment."""
    if one is None or other is None or one == other:
        return True
    return abs(in_ms(one) - in_ms(other)) <= TOLERANCE_MS


def same_number(one: str | None, other: str | None) -> bool:
    """Tell whether two telephone numbers may be the same: without punctuation and prefix."""
    if not one or not other or one == other:
        return True
    short, long = sorted((_digits(one), _digits(other)), key=len)
    if len(short) >= _WHOLE_NUMBER:
        return long.endswith(short)
    return short == long and (bool(short) or one.casefold() == other.casefold())


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())
