"""The columns of rooms, numbers, subscribers and forwarding, and their words.

Like `confmon.monitor.views.live_columns` for what is live. Access codes are hidden, phone numbers
cut where the settings say so. The text alone says everything, the tone only helps the eye.
"""

from __future__ import annotations

import math
from operator import not_
from typing import TYPE_CHECKING, Any, Final

from confmon.models.moments import LONGEST, minute
from confmon.models.people.folding import natural_key
from confmon.models.people.phone_numbers import masked
from confmon.models.resources import RESOURCES
from confmon.models.rooms import Room
from confmon.monitor.views.live_columns import Column, RenderContext
from confmon.monitor.views.wording import (
    HIDDEN,
    DirectoryContext,
    codes_by_role,
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
    from collections.abc import Callable, Mapping, Sequence

    from confmon.models.forwarding import Binding, Dialout
    from confmon.models.resources.resource import Field, Resource, Shape
    from confmon.models.rooms import Did, DidGroup, Subscriber
    from confmon.monitor.views.live_columns import Cell


def _binding_name(binding: Binding, _look: RenderContext) -> Cell:
    return ("" if binding.name == "N/A" else binding.name or "", "")


def _dials_at(dialout: Dialout, _look: RenderContext) -> float:
    return (dialout.date_created or 0) / 1000 + (dialout.delay or 0)


def _ends(binding: Binding, _look: RenderContext) -> float:
    left = seconds_left(binding, 0.0)
    return math.inf if left is None else left


def _codes(room: Room, _look: RenderContext) -> Cell:
    letters = [f"{count}{role[:1] or '?'}" for count, role in codes_by_role(room)]
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
    dids: Sequence[Did] = group.dids
    if not dids and isinstance(look, DirectoryContext):  # lists leave them out
        dids = look.dids_of(group.id)
    return (str(len(dids)), "") if dids else ("", "")


def _cell(
    name: str, tone: str, words: Callable[[Any], str]
) -> Callable[[Any, RenderContext], Cell]:
    return lambda record, _look: (words(getattr(record, name)), tone)


def _phone(name: str, tone: str) -> Callable[[Any, RenderContext], Cell]:
    return lambda record, look: (masked(getattr(record, name), mask=look.mask_numbers), tone)


def _by(name: str, rank: Callable[[Any], Any]) -> Callable[[Any, RenderContext], Any]:
    return lambda record, _look: rank(getattr(record, name))


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _natural(value: Any) -> Any:
    return natural_key(str(value or ""))


def _number(value: int | None) -> int:
    return value or 0


def _by_cell(cell: Callable[[Any, RenderContext], Cell]) -> Callable[[Any, RenderContext], Any]:
    return lambda record, look: natural_key(cell(record, look)[0])


def _subscriber(subscriber: Subscriber, _look: RenderContext) -> Cell:
    return (" ".join(part for part in (subscriber.first_name, subscriber.last_name) if part), "")


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
                   sort=_by("role", _number))),
    ),
    "bindings": (
        (0, Column(id="left", title="left", width=10, align="right", cell=left, sort=_ends)),
        (1, Column(id="name", title="name", width=12, grow=2, priority=1,
                   cell=_binding_name,
                   sort=_by("name", _natural))),
    ),
    "dialouts": (
        (0, Column(id="when", title="", width=10, fickle=True, cell=dialling,
                   sort=_dials_at)),
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
    name, tone = field.name, shape.tone
    cell, sort = _cell(name, tone, _plain), _by(name, _natural)
    if field.secret:
        cell, sort = _cell(name, tone, lambda code: HIDDEN if code else ""), _by(name, not_)
    elif field.phone is not None:
        cell = _phone(name, tone)
    elif field.show == "moment":
        cell, sort = _cell(name, "dim", minute), _by(name, lambda moment: -_number(moment))
    elif field.show == "lasting":
        cell, sort = _cell(name, tone, lasting), _by(name, _number)
    elif shape.align == "right":
        sort = _by(name, _number)
    return Column(
        id=shape.id, title=shape.title, width=shape.width or LONGEST, cell=cell, sort=sort,
        grow=shape.grow, priority=shape.priority, align=shape.align,
        high_first=field.show == "moment",
    )  # fmt: skip


COLUMNS: Final[Mapping[str, tuple[Column[Any], ...]]] = {
    resource.plural: columns_of(resource) for resource in RESOURCES
}
"""The columns of each list."""
