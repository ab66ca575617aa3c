"""A list request: filter, order, page and field selection, answered from the world's indexes."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from confmon.simulator.entities import CALL_FIELDS, MEETING_FIELDS, Call, Meeting
from confmon.simulator.http.errors import bad_request, invalid_field
from confmon.simulator.http.lists import filters

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from confmon.simulator.http.lists.filters import Getters, Node
    from confmon.simulator.world.quirks import Quirks
    from confmon.simulator.world.world import World

DEFAULT_LIMIT, MAX_LIMIT = 10, 1000


@dataclass(frozen=True, slots=True)
class Selection:
    """Which fields to send; `include` None means all of them."""

    include: frozenset[str] | None = None
    exclude: frozenset[str] = frozenset()

    def keeps(self, name: str) -> bool:
        """Tell whether the field is sent."""
        return name not in self.exclude and (self.include is None or name in self.include)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a list request asks for. `order` is a field and whether it descends."""

    offset: int = 0
    limit: int = DEFAULT_LIMIT
    order: tuple[str, bool] | None = None
    filter: Node | None = None
    selection: Selection = Selection()


def read(
    parameters: Mapping[str, str],
    fields: Collection[str],
    quirks: Quirks,
    default_limit: int = DEFAULT_LIMIT,
) -> Query:
    """Read the query string. Raises Refused (400) for what the vendor would not take.

    A limit above 1,000 is taken as 1,000.
    """
    limit = _count(parameters, "limit", default_limit)
    filter_text = "" if quirks.ignore_filter else parameters.get("filter", "").strip()
    return Query(
        offset=0 if quirks.ignore_offset else _count(parameters, "offset", 0),
        limit=DEFAULT_LIMIT if quirks.ignore_limit else min(limit, MAX_LIMIT),
        order=_order(parameters.get("order", ""), fields),
        filter=filters.parse(filter_text, fields) if filter_text else None,
        selection=selected(parameters),
    )


def selected(parameters: Mapping[str, str]) -> Selection:
    """Read the field selection, in either spelling, with or without quotes."""
    include = parameters.get("includeFields", parameters.get("include_fields", ""))
    exclude = parameters.get("excludeFields", parameters.get("exclude_fields", ""))
    return _selection(include, exclude)


@lru_cache(64)
def _selection(include: str, exclude: str) -> Selection:
    return Selection(_names(include) or None, _names(exclude))


def _names(text: str) -> frozenset[str]:
    names = (name.strip().strip("\"'").strip() for name in text.split(","))
    return frozenset(name for name in names if name)


def _count(parameters: Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise bad_request()
    return int(text)


def _order(text: str, fields: Collection[str]) -> tuple[str, bool] | None:
    words = text.split()
    if not words:
        return None
    if len(words) > 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
        raise bad_request()
    if words[0] not in fields:
        raise invalid_field()
    return words[0], len(words) == 2 and words[1].lower() == "desc"


def call_getters(now_ms: int) -> Getters:
    """Return how to read each field of a call; `duration` depends on the moment."""
    return _CALL_GETTERS | {"duration": lambda call: max(0, (now_ms - call.created) // 1000)}


_CALL_GETTERS: Getters = {name: attrgetter(path) for name, path in CALL_FIELDS.items()}
CALL_QUERY_FIELDS = frozenset(_CALL_GETTERS) | {"duration"}


def meeting_getters(now_ms: int) -> Getters:
    """Return how to read each field of a meeting."""

    def getter(name: str) -> Callable[[Meeting], Any]:
        return lambda meeting: meeting.wire(now_ms).get(name)

    return {name: getter(name) for name in MEETING_FIELDS}


def find_calls(world: World, query: Query) -> tuple[list[Call], int]:
    """Return one page of calls and how many there are in all.

    `id gt N` is found by bisection and `meetingNumber eq N` by index; only what is left of the
    filter is tried on each call.
    """
    low, meeting_number, rest = _plan(query.filter)
    ids: Sequence[int] = world.call_ids
    if meeting_number is not None:
        meeting = world.meetings.get(meeting_number)
        ids = sorted(meeting.calls) if meeting else ()
    start = 0 if low is None else bisect_right(ids, low)
    order = query.order or ("id", False)
    unsorted = world.quirks.ignore_order
    if rest is None and order == ("id", False) and not unsorted:
        total = len(ids) - start
        first = start + query.offset
        return [world.calls[id_] for id_ in ids[first : first + query.limit]], total
    getters = call_getters(world.now_ms)
    found = [world.calls[id_] for id_ in ids[start:]]
    if rest is not None:
        test = filters.predicate(rest, getters)
        found = [call for call in found if test(call)]
    if unsorted:
        found.sort(key=lambda call: (call.id * 2654435761) & 0xFFFFFFFF)
    elif order != ("id", False):
        _sort(found, getters[order[0]], descending=order[1])
    return found[query.offset : query.offset + query.limit], len(found)


def find_meetings(world: World, query: Query) -> tuple[list[Meeting], int]:
    """Return one page of meetings, by number unless asked otherwise, and how many there are."""
    found = [world.meetings[number] for number in world.meeting_numbers]
    getters = meeting_getters(world.now_ms)
    if query.filter is not None:
        test = filters.predicate(query.filter, getters)
        found = [meeting for meeting in found if test(meeting)]
    if query.order and not world.quirks.ignore_order:
        _sort(found, getters[query.order[0]], descending=query.order[1])
    return found[query.offset : query.offset + query.limit], len(found)


def find_objects(
    wires: list[dict[str, Any]], query: Query, fields: Collection[str], quirks: Quirks
) -> tuple[list[dict[str, Any]], int]:
    """Return one page of objects as they are sent, and how many there are in all."""

    def getter(name: str) -> Callable[[dict[str, Any]], Any]:
        return lambda wire: wire.get(name)

    found, getters = wires, {name: getter(name) for name in fields}
    if query.filter is not None:
        test = filters.predicate(query.filter, getters)
        found = [wire for wire in wires if test(wire)]
    if query.order and not quirks.ignore_order:
        _sort(found, getters[query.order[0]], descending=query.order[1])
    return found[query.offset : query.offset + query.limit], len(found)


def _sort(rows: list[Any], get: Callable[[Any], Any], *, descending: bool) -> None:
    def key(row: Any) -> tuple[int, Any]:
        value = get(row)
        if value is None or isinstance(value, list | dict):
            return (0, 0)
        return (1, value)

    rows.sort(key=key, reverse=descending)


def _plan(node: Node | None) -> tuple[int | None, int | None, Node | None]:
    """Split a filter: ids above this, in this meeting, and what else must hold."""
    low: int | None = None
    meeting: int | None = None
    rest: list[Node] = []
    joined = isinstance(node, filters.Joined) and node.word == "and"
    parts = node.parts if isinstance(node, filters.Joined) and joined else (node,) if node else ()
    for part in parts:
        number = _number(part)
        if isinstance(part, filters.Clause) and number is not None:
            if part.field == "id" and part.op in ("gt", "ge"):
                bound = number - (part.op == "ge")
                low = bound if low is None else max(low, bound)
                continue
            if part.field == "meetingNumber" and part.op == "eq" and meeting is None:
                meeting = number
                continue
        rest.append(part)
    if len(rest) > 1:
        return low, meeting, filters.Joined("and", tuple(rest))
    return low, meeting, rest[0] if rest else None


def _number(node: Node) -> int | None:
    if isinstance(node, filters.Clause) and len(node.values) == 1:
        value = node.values[0]
        if value.isascii() and value.isdigit():
            return int(value)
    return None
