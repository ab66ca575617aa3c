"""The columns of rooms, numbers, subscribers and forwarding, and their words.

Like `confmon.monitor.views.live_columns` for what is live. Access codes are hidden, phone numbers
cut where the settings say so. The text alone says everything, the tone only helps the eye.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from confmon.models.access_codes import ROLES
from confmon.models.moments import LONGEST, minute
from confmon.models.phone_numbers import masked
from confmon.models.rooms import CallFlow, Did, DidGroup, Room, Subscriber
from confmon.monitor.views.directory_details import details_of
from confmon.monitor.views.live_columns import Column, RenderContext
from confmon.monitor.views.wording import (
    HIDDEN,
    DirectoryContext,
    dialling,
    flow_name,
    group_name,
    lasting,
    left,
    numbers_of,
    role,
    seconds_left,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.models.forwarding import Binding, Dialout, MediatorDid
    from confmon.monitor.views.live_columns import Cell

    Line = tuple[Cell, ...]

__all__ = ["COLUMNS", "DirectoryContext", "details_of", "seconds_left"]


def _ends(binding: Binding, _look: RenderContext) -> float:
    left = seconds_left(binding, 0.0)
    return math.inf if left is None else left


def _codes(room: Room, _look: RenderContext) -> Cell:
    counted = Counter(key.role for key in room.keychain)
    letters = [
        f"{counted[role]}{ROLES.get(role or 0, '?')[0]}"
        for role in sorted(counted, key=lambda role: role or 9)
    ]
    return (" ".join(letters), "") if letters else ("none", "dim")


def _dial(room: Room, look: RenderContext) -> Cell:
    found = numbers_of(room, look)
    more = f" +{len(found) - 1}" if len(found) > 1 else ""
    return (found[0] + more, "") if found else ("", "")


def _live(room: Room, look: RenderContext) -> Cell:
    return ("live", "good") if room.meeting_number in look.live_state.meetings else ("", "")


def _dids(group: DidGroup, look: RenderContext) -> Cell:
    found = len(group.dids)
    if not found and isinstance(look, DirectoryContext):  # lists leave them out
        found = sum(did.did_group_id == group.id for did in look.dids.values())
    return (str(found), "") if found else ("", "")


def _state(record: Did | DidGroup, _look: RenderContext) -> Cell:
    return ("" if record.state is None else str(record.state), "dim")


def _text(name: str, tone: str = "") -> Callable[[Any, RenderContext], Cell]:
    def cell(record: Any, _look: RenderContext) -> Cell:
        value = getattr(record, name)
        return ("" if value is None else str(value), tone)

    return cell


def _phone(name: str, tone: str = "") -> Callable[[Any, RenderContext], Cell]:
    return lambda record, look: (masked(getattr(record, name), mask=look.mask_numbers), tone)


def _day(name: str) -> Callable[[Any, RenderContext], Cell]:
    return lambda record, _look: (minute(getattr(record, name)), "dim")


def _by(name: str) -> Callable[[Any, RenderContext], Any]:
    return lambda record, _look: str(getattr(record, name) or "").casefold()


def _by_number(name: str) -> Callable[[Any, RenderContext], Any]:
    return lambda record, _look: getattr(record, name) or 0


def _by_cell(cell: Callable[[Any, RenderContext], Cell]) -> Callable[[Any, RenderContext], Any]:
    return lambda record, look: cell(record, look)[0].casefold()


def _subscriber(one: Subscriber, _look: RenderContext) -> Cell:
    return (" ".join(part for part in (one.first_name, one.last_name) if part), "")


def _group(record: Any, look: RenderContext) -> Cell:
    id_ = record.primary_did_group_id if isinstance(record, Room) else record.did_group_id
    return (group_name(id_, look), "")


def _flow(group: DidGroup, look: RenderContext) -> Cell:
    return (flow_name(group.call_flow_id, look), "")


ROOM_COLUMNS: Final[tuple[Column[Room], ...]] = (
    Column(id="number", title="room", width=9, align="right",
           cell=lambda room, _look: (str(room.meeting_number), "strong"),
           sort=lambda room, _look: room.meeting_number),
    Column(id="live", title="", width=4, fickle=True, cell=_live, sort=_by_cell(_live),
           high_first=True),
    Column(id="description", title="description", width=16, grow=3, cell=_text("description"),
           sort=_by("description")),
    Column(id="codes", title="codes", width=9, priority=3, cell=_codes,
           sort=lambda room, _look: -len(room.keychain), high_first=True),
    Column(id="group", title="DID group", width=14, grow=1, priority=2, fickle=True, cell=_group,
           sort=_by_cell(_group)),
    Column(id="dial", title="dial", width=15, priority=1, fickle=True, cell=_dial,
           sort=_by_cell(_dial)),
    Column(id="created", title="created", width=LONGEST, priority=4, cell=_day("created"),
           sort=lambda room, _look: -(room.created or 0), high_first=True),
    Column(id="owner", title="subscriber", width=12, grow=1, priority=5,
           cell=_text("subscriber_sid", "dim"), sort=_by("subscriber_sid")),
)  # fmt: skip

DID_COLUMNS: Final[tuple[Column[Did], ...]] = (
    Column(id="number", title="number", width=15, cell=_phone("phone_number", "strong"),
           sort=_by("phone_number")),
    Column(id="country", title="country", width=7, priority=3, cell=_text("country_code"),
           sort=_by("country_code")),
    Column(id="group", title="DID group", width=14, grow=1, fickle=True, cell=_group,
           sort=_by_cell(_group)),
    Column(id="description", title="description", width=16, grow=2, priority=2,
           cell=_text("description"), sort=_by("description")),
    Column(id="state", title="state", width=5, priority=5, align="right", cell=_state,
           sort=_by_number("state")),
    Column(id="id", title="id", width=7, priority=4, align="right", cell=_text("id", "dim"),
           sort=_by_number("id")),
)  # fmt: skip

DID_GROUP_COLUMNS: Final[tuple[Column[DidGroup], ...]] = (
    Column(id="name", title="DID group", width=18, grow=2, cell=_text("name", "strong"),
           sort=_by("name")),
    Column(id="dids", title="DIDs", width=4, align="right", priority=1, fickle=True, cell=_dids,
           sort=lambda group, look: -int(_dids(group, look)[0] or 0), high_first=True),
    Column(id="flow", title="call flow", width=10, priority=2, fickle=True, cell=_flow,
           sort=_by_cell(_flow)),
    Column(id="description", title="description", width=16, grow=2, priority=3,
           cell=_text("description"), sort=_by("description")),
    Column(id="state", title="state", width=5, priority=5, align="right", cell=_state,
           sort=_by_number("state")),
    Column(id="id", title="id", width=7, align="right", cell=_text("id", "dim"),
           sort=_by_number("id")),
    Column(id="owner", title="subscriber", width=12, grow=1, priority=6,
           cell=_text("subscriber_sid", "dim"), sort=_by("subscriber_sid")),
)  # fmt: skip

CALL_FLOW_COLUMNS: Final[tuple[Column[CallFlow], ...]] = (
    Column(id="name", title="call flow", width=14, grow=1, cell=_text("name", "strong"),
           sort=_by("name")),
    Column(id="path", title="path", width=14, grow=2, priority=1, cell=_text("path"),
           sort=_by("path")),
    Column(id="id", title="id", width=7, align="right", cell=_text("id", "dim"),
           sort=_by_number("id")),
)  # fmt: skip

SUBSCRIBER_COLUMNS: Final[tuple[Column[Subscriber], ...]] = (
    Column(id="name", title="subscriber", width=18, grow=2, cell=_subscriber,
           sort=_by_cell(_subscriber)),
    Column(id="login", title="login", width=12, grow=1, priority=1, cell=_text("login"),
           sort=_by("login")),
    Column(id="role", title="role", width=13, priority=2, cell=role, sort=_by_number("role")),
    Column(id="email", title="e-mail", width=18, grow=1, priority=3, cell=_text("email"),
           sort=_by("email")),
    Column(id="phone", title="phone", width=15, priority=4, cell=_phone("phone_number"),
           sort=_by("phone_number")),
    Column(id="sid", title="sid", width=12, grow=1, priority=5, cell=_text("sid", "dim"),
           sort=_by("sid")),
)  # fmt: skip

BINDING_COLUMNS: Final[tuple[Column[Binding], ...]] = (
    Column(id="left", title="left", width=10, align="right", cell=left, sort=_ends),
    Column(id="name", title="name", width=12, grow=2, priority=1,
           cell=lambda one, _look: ("" if one.name == "N/A" else one.name or "", ""),
           sort=_by("name")),
    Column(id="redirect", title="calls to", width=15, cell=_phone("redirect_did", "strong"),
           sort=_by("redirect_did")),
    Column(id="destination", title="ring at", width=15, cell=_phone("destination_did", "strong"),
           sort=_by("destination_did")),
    Column(id="origination", title="from", width=15, priority=2, cell=_phone("origination_did"),
           sort=_by("origination_did")),
    Column(id="wait", title="waits", width=10, align="right", priority=3,
           cell=lambda one, _look: (lasting(one.wait_origination_did_ttl), "dim"),
           sort=_by_number("wait_origination_did_ttl")),
    Column(id="dtmf", title="keys", width=4, priority=4,
           cell=lambda one, _look: (HIDDEN if one.dtmf else "", "dim"),
           sort=lambda one, _look: not one.dtmf),
    Column(id="created", title="created", width=LONGEST, priority=5, cell=_day("date_created"),
           sort=lambda one, _look: -(one.date_created or 0), high_first=True),
    Column(id="sid", title="sid", width=12, grow=1, priority=6, cell=_text("binding_sid", "dim"),
           sort=_by("binding_sid")),
)  # fmt: skip

DIALOUT_COLUMNS: Final[tuple[Column[Dialout], ...]] = (
    Column(id="when", title="", width=10, fickle=True, cell=dialling,
           sort=lambda one, _look: (one.date_created or 0) / 1000 + (one.delay or 0)),
    Column(id="one", title="first", width=15,
           cell=_phone("stage_one_destination_did", "strong"),
           sort=_by("stage_one_destination_did")),
    Column(id="two", title="then", width=15, cell=_phone("stage_two_destination_did", "strong"),
           sort=_by("stage_two_destination_did")),
    Column(id="redirect", title="caller id", width=15, priority=1, cell=_phone("redirect_did"),
           sort=_by("redirect_did")),
    Column(id="created", title="created", width=LONGEST, priority=2, cell=_day("date_created"),
           sort=lambda one, _look: -(one.date_created or 0), high_first=True),
    Column(id="sid", title="sid", width=12, grow=1, priority=3, cell=_text("dialout_sid", "dim"),
           sort=_by("dialout_sid")),
)  # fmt: skip

MEDIATOR_DID_COLUMNS: Final[tuple[Column[MediatorDid], ...]] = (
    Column(id="number", title="number", width=15, cell=_phone("phonenumber", "strong"),
           sort=_by("phonenumber")),
    Column(id="country", title="country", width=7, priority=1, cell=_text("country_code"),
           sort=_by("country_code")),
    Column(id="international", title="international", width=18, grow=1, priority=2,
           cell=_phone("international_format"), sort=_by("international_format")),
    Column(id="sid", title="sid", width=12, grow=1, priority=3, cell=_text("did_sid", "dim"),
           sort=_by("did_sid")),
)  # fmt: skip

COLUMNS: Final[Mapping[str, tuple[Column[Any], ...]]] = {
    "rooms": ROOM_COLUMNS,
    "dids": DID_COLUMNS,
    "did_groups": DID_GROUP_COLUMNS,
    "call_flows": CALL_FLOW_COLUMNS,
    "subscribers": SUBSCRIBER_COLUMNS,
    "bindings": BINDING_COLUMNS,
    "dialouts": DIALOUT_COLUMNS,
    "mediator_dids": MEDIATOR_DID_COLUMNS,
}
"""The columns of each list."""
