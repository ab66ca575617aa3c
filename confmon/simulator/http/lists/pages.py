"""JSON as the vendor sends it: items, pages, envelopes."""

from __future__ import annotations

import json
from json.encoder import encode_basestring as _quoted
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confmon.simulator.http.lists.query import Query, Selection
    from confmon.simulator.world.quirks import Quirks

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(value: object) -> bytes:
    """Return compact JSON in UTF-8."""
    return _encoder.encode(value).encode()


def encode_object(wire: dict[str, Any], selection: Selection) -> bytes:
    """Return one object with the fields that were asked for."""
    texts = [
        f'"{name}":{str(value) if type(value) is int else _text(value)}'
        for name, value in wire.items()
        if selection.keeps(name)
    ]
    return ("{" + ",".join(texts) + "}").encode()


def _text(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else _encoder.encode(value)


def encode_page(
    plural: str, items: Iterable[bytes], total: int, query: Query, quirks: Quirks
) -> bytes:
    """Return a list reply: `{"<plural>": [...], "last": i, "offset": o, "total": n}`."""
    found = list(items)
    if quirks.envelope == "core":
        return encode_core_page(f"/{plural}", found, total, query, quirks)
    count, reported, listed = (
        len(found),
        _reported_total(total, quirks),
        _encode_array(found, quirks),
    )
    rest = _last_index(query.offset, count, quirks) | {"offset": query.offset, "total": reported}
    if quirks.total == "absent":
        del rest["total"]
    return encode({plural: 0})[:-2] + listed + b"," + encode(rest)[1:]


def encode_core_page(
    path: str, found: list[bytes], total: int, query: Query, quirks: Quirks
) -> bytes:
    """Return a list reply in the other envelope, Core's and Mediator's.

    The links of `pagination` lead to another host: a client must not follow them.
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
        "total": _reported_total(total, quirks),
    }
    listed = _encode_array(found, quirks)
    return encode(head)[:-1] + b',"items":' + listed + b"," + encode(tail)[1:]


def _reported_total(total: int, quirks: Quirks) -> int | None:
    if quirks.total == "wrong":
        return total // 2 + 7
    return total if quirks.total == "count" else None


def _encode_array(found: list[bytes], quirks: Quirks) -> bytes:
    shown = [*found, found[-1]] if quirks.duplicates and found else found
    return b"[" + b",".join(shown) + b"]"


def _last_index(offset: int, count: int, quirks: Quirks) -> dict[str, int]:
    style = quirks.last
    if style == "mixed":
        style = ("index", "zero", "absent")[(offset + count) % 3]
    if style == "absent":
        return {}
    return {"last": max(0, offset + count - 1) if style == "index" else 0}
