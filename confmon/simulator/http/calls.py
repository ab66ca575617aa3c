"""Live calls: their fields, lists by index, JSON that is kept until a call changes, and writes."""

from __future__ import annotations

from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.simulator.http.errors import invalid_field, wrong_value
from confmon.simulator.http.fields import read_number, read_text
from confmon.simulator.http.lists import filters, pages, query
from confmon.simulator.http.resource import Field, Resource, duration_s, reader
from confmon.simulator.world import admission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.simulator.entities import Call
    from confmon.simulator.http.lists.filters import Node
    from confmon.simulator.http.lists.query import Query, Selection
    from confmon.simulator.world.quirks import Quirks
    from confmon.simulator.world.world import World

_CODE = reader(partial(read_number, low=-1000, high=100_000))
_ROLE = reader(partial(read_number, low=0, high=3))
_TEXT = reader(read_text)


def create_call(world: World, fields: dict[str, Any]) -> Call:
    """Let `caller` dial `callee` and enter `access_code`.

    A guess at a request that no document describes: the reference names the three required fields
    and no more. Raises Refused (400) when they lead into no meeting.
    """
    number, code, caller = (fields.pop(name) for name in ("callee", "access_code", "caller"))
    if set(fields) - {"custom_name"}:
        raise invalid_field()
    call = admission.dial(world, number, code, caller, **fields)
    if call is None:
        raise wrong_value()
    return call


def change_call(world: World, call: Call, fields: dict[str, Any]) -> None:
    """Change a call at once or after the bridge's delay."""
    if not fields:
        return
    if "hold_mode" in fields:
        fields["waiting"] = False
    if world.quirks.write_delay_s > 0:
        world.after(world.quirks.write_delay_s, partial(world.change, call, **fields))
    else:
        world.change(call, **fields)


def find_calls(world: World, asked: Query) -> tuple[list[Call], int]:
    """Return one page of calls and how many there are in all.

    `id gt N` is found by bisection and `meetingNumber eq N` by index; only the rest of the filter
    is tried on each call.
    """
    low, meeting_number, rest = _split_filter(asked.filter)
    ids: Sequence[int] = world.call_ids
    if meeting_number is not None:
        meeting = world.meetings.get(meeting_number)
        ids = sorted(meeting.calls) if meeting else ()
    start = 0 if low is None else bisect_right(ids, low)
    by_id = asked.order in (None, ("id", False))
    unsorted = world.quirks.ignore_order
    if rest is None and by_id and not unsorted:
        first = start + asked.offset
        return [world.calls[id_] for id_ in ids[first : first + asked.limit]], len(ids) - start
    getters = CALLS.getters(world)
    found = [world.calls[id_] for id_ in ids[start:]]
    if rest is not None:
        test = filters.predicate(rest, getters)
        found = [call for call in found if test(call)]
    if unsorted:
        found.sort(key=lambda call: (call.id * 2654435761) & 0xFFFFFFFF)
    elif asked.order and not by_id:
        query.sort(found, getters[asked.order[0]], descending=asked.order[1])
    return found[asked.offset : asked.offset + asked.limit], len(found)


def _split_filter(node: Node | None) -> tuple[int | None, int | None, Node | None]:
    """Split a filter: ids above this, in this meeting, and the rest of it."""
    low: int | None = None
    meeting: int | None = None
    rest: list[Node] = []
    joined = isinstance(node, filters.Joined) and node.word == "and"
    parts = node.parts if isinstance(node, filters.Joined) and joined else (node,) if node else ()
    for part in parts:
        number = _number_in(part)
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


def _number_in(node: Node) -> int | None:
    if isinstance(node, filters.Clause) and len(node.values) == 1:
        value = node.values[0]
        if value.isascii() and value.isdigit():
            return int(value)
    return None


def encode_call(world: World, call: Call, selection: Selection) -> bytes:
    """Return one Call object.

    Its bytes are kept until it changes, in two parts: before and after the running `duration`.
    """
    key = (selection, world.quirks.item_quirks)
    parts = call.parts.get(key)
    if parts is None:
        parts = call.parts[key] = _encode_parts(world, call, selection)
    head, tail = parts
    return b"%b%d%b" % (head, duration_s(world, call), tail) if tail else head


def _encode_parts(world: World, call: Call, selection: Selection) -> tuple[bytes, bytes]:
    wire = _distort(CALLS.wire(world, call), world.quirks) | {"duration": 0}
    # A quote inside a text is escaped, so this is found at the field only.
    head, mark, tail = pages.encode_object(wire, selection).partition(b'"duration":0')
    return head + mark[:-1], tail


def _distort(wire: dict[str, Any], quirks: Quirks) -> dict[str, Any]:
    id_ = wire["id"]
    if quirks.sparse:
        gone = ("customName", "presenterMedia", "qaMode", "codec", "joined", "gainLevel")
        wire = {name: wire[name] for name in wire if name not in gone or (id_ + len(name)) % 3}
    if quirks.surplus:
        wire = wire | {f"x{nth}Ext": [{"deep": {"er": nth}}] for nth in range(id_ % 7)}
    if quirks.unreadable_every and not id_ % quirks.unreadable_every:
        worse: tuple[dict[str, Any], ...] = ({"id": None}, {"id": {}}, {"id": "a call"})
        wire = wire | worse[id_ // quirks.unreadable_every % 3]
    return wire


CALLS = Resource(
    path="calls",
    records=lambda world: world.calls,
    fields={
        "accessCode": Field("access_code", _TEXT),
        "addressFrom": Field("address_from", _TEXT),
        "addressTo": Field("address_to", _TEXT, optional=True),
        "bridgeName": Field("bridge_name"),
        "callee": Field("callee", _TEXT),
        "caller": Field("caller", _TEXT),
        "codec": Field("codec", _TEXT),
        "connectionStatus": Field("connection_status", _CODE),
        "created": Field("created"),
        "customName": Field("custom_name", _TEXT),
        "duration": Field(duration_s),
        "gainLevel": Field("gain_level", _CODE),
        "holdMode": Field("hold_mode", _CODE),
        "id": Field("id"),
        "joined": Field("joined", optional=True),
        "meetingNumber": Field("meeting.number"),
        "muteMode": Field("mute_mode", _CODE),
        "nodeName": Field("node_name", _TEXT),
        "operatorMode": Field("operator_mode", optional=True),
        "presenterMedia": Field("presenter_media", _CODE),
        "qaMode": Field("qa_mode"),
        "role": Field("role", _ROLE),
        "state": Field("state", _CODE),
    },
    required=("accessCode", "callee", "caller"),
    find=find_calls,
    encode=encode_call,
    create=create_call,
    change=change_call,
    remove=lambda world, call: world.leave(call),
)
