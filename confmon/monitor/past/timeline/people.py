"""How a person of the past reads: a name, else a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.people.numbers import OUTBOUND, number_of
from confmon.models.people.phone_numbers import cut_numbers, masked

if TYPE_CHECKING:
    from confmon.history.answers import Attendee
    from confmon.history.records import Leg, Stay

NOBODY = "unknown number"


def who(number: str | None, name: str | None, *, mask: bool) -> str:
    """Return a name, else a number, cut where numbers are masked.

    >>> who("+15162065319", None, mask=True), who(None, "Anna 15162065319", mask=True)
    ('••••••••5319', 'Anna •••••••5319')
    """
    shown = cut_numbers(name) if name and mask else name
    return shown or masked(number, mask=mask) or NOBODY


def was_dialled(stay: Stay) -> bool:
    """Whether the bridge has dialled the person."""
    return bool(stay.changes) and stay.changes[-1][1].connection_status == OUTBOUND


def phone_of(leg: Leg, stay: Stay) -> str | None:
    """Return the person's number: of somebody the bridge has dialled, the number it dialled."""
    status = stay.changes[-1][1].connection_status if stay.changes else None
    return number_of(status, leg.caller, leg.callee, leg.address_from)


def who_called(leg: Leg, stay: Stay, *, mask: bool) -> str:
    """Return the name or the number of the caller of a leg."""
    return who(phone_of(leg, stay), leg.name, mask=mask)


def times_back(attendee: Attendee) -> int:
    """Return how often somebody came back after having left, be it soon or later."""
    count, left = 0, attendee.stays[0][0].left_to if attendee.stays else None
    for stay, _ in attendee.stays[1:]:
        if left is not None and stay.joined_to >= left:
            count += 1
        left = None if left is None or stay.left_to is None else max(left, stay.left_to)
    return count
