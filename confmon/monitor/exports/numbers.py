"""Which telephone numbers leave in full, and which are cut to their last four digits."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from confmon.models.live_records import Attribute, Call
from confmon.models.people.numbers import OUTBOUND
from confmon.models.people.phone_numbers import cut_numbers, masked
from confmon.models.privacy import CALL_PHONES
from confmon.models.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping


class NumberVisibility(Enum):
    """What leaves in full."""

    ALL = "all numbers"
    OWN = "those rented to be dialled, which their owner publishes"
    NONE = "none"


def visibility(*, reveal: bool, mask: bool, is_export: bool) -> NumberVisibility:
    """Return what leaves in full. `reveal` is `--reveal-numbers`: it beats the profile's `mask`.

    `is_export`: it leaves as data, and is not only looked at.
    """
    if reveal:
        return NumberVisibility.ALL
    if mask:
        return NumberVisibility.NONE
    return NumberVisibility.OWN if is_export else NumberVisibility.ALL


_PHONES: Final[Mapping[str, Mapping[str, str]]] = {
    "Call": CALL_PHONES,
    "Attendee": {"number": "person", "name": "in_text"},
    "EarlierCall": {"caller": "person", "callee": "rented", "name": "in_text"},
    **{resource.record_name: resource.phones() for resource in RESOURCES},
}
"""The kind of phone number in each field of a record, as `Phone` of the resource table has it."""
_QUOTED: Final = re.compile(r"('[^']*'?)")
_SHORT: Final = re.compile(r"\d{5,}")
"""In a list of callers, shorter numbers are telephone numbers too."""


def cut_number(record: Any, what: NumberVisibility) -> Any:
    """Return a record in which the numbers that are not `what` have their last four digits left."""
    if what is NumberVisibility.ALL:
        return record
    kind = type(record)
    if kind is Attribute:
        listed = record.name == "participant_list"
        return replace(record, value=_cut_list(record.value)) if listed else record
    change: dict[str, Any] = {}
    phones = _PHONES.get(kind.__name__, {})
    if kind is Call and record.connection_status == OUTBOUND:
        phones = {**phones, "callee": "person"}  # the bridge has dialled it
    for name, kind_of_number in phones.items():
        value = getattr(record, name)
        if kind_of_number == "dids":
            change[name] = tuple(cut_number(did, what) for did in value)
        elif value and kind_of_number == "in_text":
            change[name] = cut_numbers(value)
        elif value and (kind_of_number == "person" or what is NumberVisibility.NONE):
            change[name] = masked(value, mask=True)
    return replace(record, **change)


def _cut_list(value: str) -> str:
    """Return a list of callers with its numbers cut, but for the access codes, which are quoted.

    >>> _cut_list("5626245432:15162065310:'112233'")
    "••••••5432:•••••••5310:'112233'"
    """
    parts = _QUOTED.split(value)
    return "".join(
        part if at % 2 else _SHORT.sub(lambda found: masked(found[0], mask=True), cut_numbers(part))
        for at, part in enumerate(parts)
    )
