"""What the cells of the past are drawn with, and how a person of the past reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.models.people.numbers import number_of
from confmon.models.phone_numbers import cut_numbers, masked
from confmon.monitor.views.live_columns import RenderContext

if TYPE_CHECKING:
    from confmon.history.records import Leg, Stay
    from confmon.models.codes import Codes
    from confmon.monitor.past.timeline.tape import DrawnTape
    from confmon.monitor.past.timeline.window import Window
    from confmon.monitor.views.live_columns import Cell

NOBODY = "unknown number"
UNSEEN_MS = 60_000
"""After so long without a read nobody knows whether what was live still is."""

ROLES: dict[str, Cell] = {
    "host": ("host", "host"),
    "participant": ("part", ""),
    "listener": ("list", "dim"),
    "recording": ("rec", "dim"),
}


@dataclass(frozen=True, slots=True)
class PastLook(RenderContext):
    """A context that knows a tape, what of the time is shown of it, and the newest read (ms)."""

    drawn: DrawnTape | None = None
    window: Window | None = None
    newest: int | None = None


def newest_of(look: RenderContext) -> int:
    """Return when the newest read was that is recorded, epoch ms; now where nobody knows."""
    newest = look.newest if isinstance(look, PastLook) else None
    return round(look.wall * 1000) if newest is None else newest


def lasting(word: str, look: RenderContext) -> Cell:
    """Return how what was not seen to end is called: with a mark where it is not seen any more.

    >>> from confmon.models.codes import Codes
    >>> from confmon.monitor.polling.live_state import LiveState
    >>> lasting("live", PastLook(LiveState(Codes({})), 100.0, newest=99_000))
    ('live', 'good')
    >>> lasting("live", PastLook(LiveState(Codes({})), 100.0, newest=9_000))
    ('live?', 'warn')
    """
    is_seen = look.wall * 1000 - newest_of(look) <= UNSEEN_MS
    return (word, "good") if is_seen else (f"{word}?", "warn")


def who(number: str | None, name: str | None, *, mask: bool) -> str:
    """Return a name, else a number, cut where numbers are masked.

    >>> who("+15162065319", None, mask=True), who(None, "Anna 15162065319", mask=True)
    ('••••••••5319', 'Anna •••••••5319')
    """
    shown = cut_numbers(name) if name and mask else name
    return shown or masked(number, mask=mask) or NOBODY


def phone_of(leg: Leg, stay: Stay) -> str | None:
    """Return the person's number: of one whom the bridge has dialled the number it dialled."""
    status = stay.changes[-1][1].connection_status if stay.changes else None
    return number_of(status, leg.caller, leg.callee, leg.address_from)


def who_called(leg: Leg, stay: Stay, *, mask: bool) -> str:
    """Return whom a leg belongs to."""
    return who(phone_of(leg, stay), leg.name, mask=mask)


def role_cell(role: int | None, codes: Codes) -> Cell:
    """Return a role as it reads in a column; a code that nobody knows is shown raw."""
    if (known := codes.role(role)) in ROLES:
        return ROLES[known]
    return ("" if role is None else codes.label("call.role", role).removeprefix("role "), "warn")
