"""JSON as the vendor sends it: items, pages, envelopes.

The bytes of a call are kept until it changes, cut in two where the running `duration` goes.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring as _quoted
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confmon.simulator.entities import Call, Meeting
    from confmon.simulator.http.lists.query import Query, Selection
    from confmon.simulator.world.quirks import Quirks

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
PLAIN = (False, False, 0)


def encode(value: object) -> bytes:
    """Return compact JSON in UTF-8."""
    return _encoder.encode(value).encode()


def call_json(call: Call, selection: Selection, quirks: Quirks, now_ms: int) -> bytes:
    """Return one Call object."""
    key = (selection, quirks.dress)
    parts = call.parts.get(key)
    if parts is None:
        parts = call.parts[key] = _cut(call, selection, quirks)
    head, tail = parts
    if not tail:
        return head
    return b"%b%d%b" % (head, max(0, (now_ms - call.created) // 1000), tail)


def _cut(call: Call, selection: Selection, quirks: Quirks) -> tuple[bytes, bytes]:
    wire = call.wire(0)
    if quirks.dress != PLAIN:
        wire = _dressed(wire, call.id, quirks)
    before: list[str] = []
    after: list[str] | None = None
    for name, value in wire.items():
        if not selection.keeps(name):
            continue
        if name == "duration":
            after = []
            continue
        text = str(value) if type(value) is int else _encoded(value)
        (before if after is None else after).append(f'"{name}":{text}')
    if after is None:
        return ("{" + ",".join(before) + "}").encode(), b""
    head = "{" + ",".join([*before, '"duration":'])
    return head.encode(), (",".join(["", *after]) + "}").encode()


def _encoded(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else _encoder.encode(value)


def _dressed(wire: dict[str, Any], id_: int, quirks: Quirks) -> dict[str, Any]:
    if quirks.sparse:
        gone = ("customName", "presenterMedia", "qaMode", "codec", "joined", "gainLevel")
        wire = {name: wire[name] for name in wire if name not in gone or (id_ + len(name)) % 3}
    if quirks.surplus:
        wire = wire | {f"x{nth}Ext": [{"deep": {"er": nth}}] for nth in range(id_ % 7)}
    if quirks.unreadable_every and not id_ % quirks.unreadable_every:
        worse: tuple[dict[str, Any], ...] = ({"id": None}, {"id": {}}, {"id": "a call"})
        wire = wire | worse[id_ // quirks.unreadable_every % 3]
    return wire


def meeting_json(meeting: Meeting, selection: Selection, now_ms: int) -> bytes:
    """Return one Meeting object."""
    wire = meeting.wire(now_ms)
    return encode({name: value for name, value in wire.items() if selection.keeps(name)})


def object_json(wire: dict[str, Any], selection: Selection) -> bytes:
    """Return one object of the directory or the Mediator."""
    return encode({name: value for name, value in wire.items() if selection.keeps(name)})


def page(plural: str, items: Iterable[bytes], total: int, query: Query, quirks: Quirks) -> bytes:
    """Return a list reply: `{"<plural>": [...], "last": i, "offset": o, "total": n}`."""
    found = list(items)
    if quirks.envelope == "core":
        return core_page(f"/{plural}", found, total, query, quirks)
    count, told, listed = len(found), _told(total, quirks), _array(found, quirks)
    rest = _last(query.offset, count, quirks) | {"offset": query.offset, "total": told}
    if quirks.total == "absent":
        del rest["total"]
    return encode({plural: 0})[:-2] + listed + b"," + encode(rest)[1:]


def core_page(path: str, found: list[bytes], total: int, query: Query, quirks: Quirks) -> bytes:
    """Return a list reply in the other envelope, Core's and Mediator's.

    The links of `pagination` lead to a host that is not ours: nobody may follow them.
    """
    count, offset = len(found), query.offset
    more = offset + count < total
    links: dict[str, int] = {"next": offset + query.limit} if more else {}
    if offset:
        links["previous"] = max(0, offset - query.limit)
    head = {"count": count, "has_more": more}
    tail = {
        "limit": query.limit,
        "offset": offset,
        "pagination": {
            name: f"https://elsewhere.invalid{path}?limit={query.limit}&offset={at}"
            for name, at in links.items()
        },
        "total": _told(total, quirks),
    }
    listed = _array(found, quirks)
    return encode(head)[:-1] + b',"items":' + listed + b"," + encode(tail)[1:]


def _told(total: int, quirks: Quirks) -> int | None:
    if quirks.total == "wrong":
        return total // 2 + 7
    return total if quirks.total == "count" else None


def _array(found: list[bytes], quirks: Quirks) -> bytes:
    shown = [*found, found[-1]] if quirks.duplicates and found else found
    return b"[" + b",".join(shown) + b"]"


def _last(offset: int, count: int, quirks: Quirks) -> dict[str, int]:
    style = quirks.last
    if style == "mixed":
        style = ("index", "zero", "absent")[(offset + count) % 3]
    if style == "absent":
        return {}
    return {"last": max(0, offset + count - 1) if style == "index" else 0}
