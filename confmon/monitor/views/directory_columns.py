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
from confmon.models.people.folding import natural_key
from confmon.models.people.phone_numbers import masked
from confmon.models.resources import RESOURCES
from confmon.models.rooms import Room
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

    from confmon.models.forwarding import Binding
    from confmon.models.resources.resource import Field, Resource, Shape
    from confmon.models.rooms import DidGroup, Subscriber
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
    meeting = look.live_state.meetings.get(room.meeting_number)
    if meeting is None:
        return ("", "")
    count = meeting.participant_count
    return ("live" if count is None else f"live {count}", "good")


def _by_live(room: Room, look: RenderContext) -> int:
    meeting = look.live_state.meetings.get(room.meeting_number)
    return 1 if meeting is None else -(meeting.participant_count or 0)


def _dids(group: DidGroup, look: RenderContext) -> Cell:
    found = len(group.dids)
    if not found and isinstance(look, DirectoryContext):  # lists leave them out
        found = sum(did.did_group_id == group.id for did in look.dids.values())
    return (str(found), "") if found else ("", "")


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
    return lambda record, _look: natural_key(str(getattr(record, name) or ""))


def _hidden(name: str, tone: str) -> Callable[[Any, RenderContext], Cell]:
    return lambda record, _look: (HIDDEN if getattr(record, name) else "", tone)


def _lasting(name: str, tone: str) -> Callable[[Any, RenderContext], Cell]:
    return lambda record, _look: (lasting(getattr(record, name)), tone)


def _by_absence(name: str) -> Callable[[Any, RenderContext], Any]:
    return lambda record, _look: not getattr(record, name)


def _by_latest(name: str) -> Callable[[Any, RenderContext], Any]:
    return lambda record, _look: -(getattr(record, name) or 0)


def _by_number(name: str) -> Callable[[Any, RenderContext], Any]:
    return lambda record, _look: getattr(record, name) or 0


def _by_cell(cell: Callable[[Any, RenderContext], Cell]) -> Callable[[Any, RenderContext], Any]:
    return lambda record, look: natural_key(cell(record, look)[0])


def _subscriber(one: Subscriber, _look: RenderContext) -> Cell:
    return (" ".join(part for part in (one.first_name, one.last_name) if part), "")


def _group(record: Any, look: RenderContext) -> Cell:
    id_ = record.primary_did_group_id if isinstance(record, Room) else record.did_group_id
    return (group_name(id_, look), "")


def _flow(group: DidGroup, look: RenderContext) -> Cell:
    return (flow_name(group.call_flow_id, look), "")


_MORE: Final[Mapping[str, tuple[tuple[int, Column[Any]], ...]]] = {
    "rooms": (
        (0, Column(id="number", title="room", width=9, align="right",
                   cell=lambda room, _look: (str(room.meeting_number), "strong"),
                   sort=lambda room, _look: room.meeting_number)),
        (1, Column(id="live", title="", width=9, fickle=True, cell=_live, sort=_by_live,
                   high_first=True)),
        (3, Column(id="codes", title="codes", width=9, priority=3, cell=_codes,
                   sort=lambda room, _look: -len(room.keychain), high_first=True)),
        (4, Column(id="group", title="DID group", width=14, grow=1, priority=2, fickle=True,
                   cell=_group, sort=_by_cell(_group))),
        (5, Column(id="dial", title="dial", width=15, priority=1, fickle=True, cell=_dial,
                   sort=_by_cell(_dial))),
    ),
    "dids": (
        (2, Column(id="group", title="DID group", width=14, grow=1, fickle=True, cell=_group,
                   sort=_by_cell(_group))),
    ),
    "did_groups": (
        (1, Column(id="dids", title="DIDs", width=4, align="right", priority=1, fickle=True,
                   cell=_dids, sort=lambda group, look: -int(_dids(group, look)[0] or 0),
                   high_first=True)),
        (2, Column(id="flow", title="call flow", width=10, priority=2, fickle=True, cell=_flow,
                   sort=_by_cell(_flow))),
    ),
    "subscribers": (
        (0, Column(id="name", title="subscriber", width=18, grow=2, cell=_subscriber,
                   sort=_by_cell(_subscriber))),
        (2, Column(id="role", title="role", width=13, priority=2, cell=role,
                   sort=_by_number("role"))),
    ),
    "bindings": (
        (0, Column(id="left", title="left", width=10, align="right", cell=left, sort=_ends)),
        (1, Column(id="name", title="name", width=12, grow=2, priority=1,
                   cell=lambda one, _look: ("" if one.name == "N/A" else one.name or "", ""),
                   sort=_by("name"))),
    ),
    "dialouts": (
        (0, Column(id="when", title="", width=10, fickle=True, cell=dialling,
                   sort=lambda one, _look: (one.date_created or 0) / 1000 + (one.delay or 0))),
    ),
}  # fmt: skip
"""The columns that show more than one field, or show it in a manner of their own."""


def columns_of(resource: Resource[Any]) -> tuple[Column[Any], ...]:
    """Return the columns of a list: those of the resource table, and those of more than a field."""
    placed = [
        (field.column.place, _column(field, field.column))
        for field in resource.fields
        if field.column is not None
    ]
    placed += _MORE.get(resource.plural, ())
    return tuple(column for _, column in sorted(placed, key=lambda pair: pair[0]))


def _column(field: Field, shape: Shape) -> Column[Any]:
    name = field.name
    cell, sort = _text(name, shape.tone), _by(name)
    if field.secret:
        cell, sort = _hidden(name, shape.tone), _by_absence(name)
    elif field.phone is not None:
        cell = _phone(name, shape.tone)
    elif field.show == "moment":
        cell, sort = _day(name), _by_latest(name)
    elif field.show == "lasting":
        cell, sort = _lasting(name, shape.tone), _by_number(name)
    elif shape.align == "right":
        sort = _by_number(name)
    return Column(
        id=shape.id, title=shape.title, width=shape.width or LONGEST, cell=cell, sort=sort,
        grow=shape.grow, priority=shape.priority, align=shape.align,
        high_first=field.show == "moment",
    )  # fmt: skip


COLUMNS: Final[Mapping[str, tuple[Column[Any], ...]]] = {
    one.plural: columns_of(one) for one in RESOURCES
}
"""The columns of each list."""
