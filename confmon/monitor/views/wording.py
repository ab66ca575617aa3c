"""How single facts of what is set up read: ids by their names, times to live, counts of codes."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from confmon.models.access_codes import ROLES
from confmon.models.people.phone_numbers import masked
from confmon.monitor.views.live_columns import RenderContext, duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.forwarding import Binding, Dialout
    from confmon.models.rooms import CallFlow, Did, DidGroup, Room, Subscriber
    from confmon.monitor.views.live_columns import Cell


@dataclass(frozen=True, slots=True)
class DirectoryContext(RenderContext):
    """A context that knows neighbours too, to name ids. A plain `RenderContext` will do."""

    call_flows: Mapping[int, CallFlow] = field(default_factory=dict)
    did_groups: Mapping[int, DidGroup] = field(default_factory=dict)
    dids: Mapping[int, Did] = field(default_factory=dict)
    dialled: dict[int | None, list[Did]] = field(default_factory=dict, compare=False)
    """The DIDs by their group, made when first asked for: there may be thousands of rooms."""

    def dids_of(self, group: int) -> list[Did]:
        """Return the DIDs of a group."""
        if not self.dialled and self.dids:
            for did in self.dids.values():
                self.dialled.setdefault(did.did_group_id, []).append(did)
        return self.dialled.get(group, [])


HIDDEN: Final = "••••"
NO_LIMIT: Final = "no limit"
_UNLIMITED: Final = -1

SUBSCRIBER_ROLES: Final[Mapping[int, str]] = {1: "administrator", 2: "operator", 3: "regular user"}


def seconds_left(binding: Binding, wall: float) -> float | None:
    """Return the seconds until a binding ends, never below 0; inf: no limit; None: unknown."""
    ttl = binding.maximum_ttl
    if ttl is not None and ttl <= _UNLIMITED:
        return math.inf
    if ttl is None or binding.date_created is None:
        return None
    return max(0.0, binding.date_created / 1000 + ttl - wall)


def lasting(seconds: int | None) -> str:
    """Return a time to live as people say it.

    >>> lasting(3600), lasting(-1), lasting(None)
    ('1:00:00', 'no limit', '')
    """
    if seconds is None:
        return ""
    return NO_LIMIT if seconds <= _UNLIMITED else duration(seconds)


def codes_of(room: Room) -> str:
    """Return how many access codes a room has for each role, and none of them.

    >>> from confmon.models.rooms import AccessCode, Room
    >>> codes_of(Room(meeting_number=1, keychain=(AccessCode(access_code="12", role=1),)))
    '1 host'
    """
    counted = codes_by_role(room)
    return ", ".join(f"{count} {role or 'of an unknown role'}" for count, role in counted)


def codes_by_role(room: Room) -> list[tuple[int, str]]:
    """Return how many access codes a room has for each role, and its name; "": it is unknown."""
    counted = Counter(key.role for key in room.keychain)
    roles = sorted(counted, key=lambda role: role or 9)
    return [(counted[role], ROLES.get(role or 0, "")) for role in roles]


def numbers_of(room: Room, look: RenderContext) -> tuple[str, ...]:
    """Return the phone numbers that lead to a room, its primary group's first, as far as known."""
    groups = [reference.did_group_id for reference in room.did_group_references]
    if room.primary_did_group_id is not None:
        groups.insert(0, room.primary_did_group_id)
    if not isinstance(look, DirectoryContext):
        return ()
    return tuple(
        masked(did.phone_number, mask=look.mask_numbers)
        for group in dict.fromkeys(groups)
        for did in look.dids_of(group)
        if did.phone_number
    )


def group_name(id_: int | None, look: RenderContext) -> str:
    """Return a DID group's name, or its id."""
    return _named(id_, look.did_groups if isinstance(look, DirectoryContext) else {})


def flow_name(id_: int | None, look: RenderContext) -> str:
    """Return a call flow's name, or its id."""
    return _named(id_, look.call_flows if isinstance(look, DirectoryContext) else {})


def _named(id_: int | None, known: Mapping[int, DidGroup | CallFlow]) -> str:
    if id_ is None:
        return ""
    return (known[id_].name if id_ in known else None) or str(id_)


def left(binding: Binding, look: RenderContext) -> Cell:
    """Return how long a binding lasts from now.

    A binding can be listed after its time is up by its own fields: then only the server knows.
    """
    rest_s = seconds_left(binding, look.wall)
    if rest_s is None:
        return ("", "")
    if rest_s == math.inf:
        return (NO_LIMIT, "dim")
    return (duration(rest_s) if rest_s else "0:00?", "warn" if rest_s < 60 else "")


def dialling(dialout: Dialout, look: RenderContext) -> Cell:
    """Return when a dialout dials: at once, or so long after it was created."""
    if not dialout.delay:
        return ("dialling", "pending")
    if dialout.date_created is None:
        return (f"{dialout.delay} s later", "")
    waits_s = dialout.date_created / 1000 + dialout.delay - look.wall
    return (f"in {duration(waits_s)}", "") if waits_s > 0 else ("dialling", "pending")


def role(subscriber: Subscriber, _look: RenderContext) -> Cell:
    """Return what a subscriber may do."""
    if subscriber.role is None:
        return ("", "")
    return (SUBSCRIBER_ROLES.get(subscriber.role, f"role {subscriber.role}?"), "")
