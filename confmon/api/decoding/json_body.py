"""From the bytes of a reply to JSON, and to the items of a page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import from_json

from confmon.models.errors import Garbled
from confmon.models.text import clean_line

_DIGITS: Final = 20
"""More digits than any 64-bit number has, with its sign."""
_MOST: Final = 1 << 63


def load(body: bytes) -> Any:
    """Read a JSON body. Garbled: empty, HTML, cut, not UTF-8, nested too deep."""
    try:
        return from_json(body)
    except ValueError as error:
        why = str(error)
    try:
        # Half a character in one name, or a number of 5,000 digits, must not hide the others.
        if "hex escape" in why or "number out of range" in why:
            return json.loads(body, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        why = str(error)
    head = body[:64].lstrip()
    if not head:
        raise Garbled("the reply is empty")
    if head.startswith(b"<"):
        raise Garbled("the reply is an HTML page")
    raise Garbled(f"the reply is not JSON: {clean_line(why, 80)}")


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS else None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, parsed: items not yet validated, and the envelope they came in."""

    items: list[Any]
    envelope: dict[str, Any]


def open_page(plural: str, payload: object) -> Page:
    """Open either envelope (the plural key, or `items`) or a bare array. Garbled: it is neither."""
    envelope = payload if isinstance(payload, dict) else {}
    items = envelope.get(plural, envelope.get("items")) if envelope else payload
    if not isinstance(items, list):
        raise Garbled(f"the reply has no list of {plural}")
    return Page(items, envelope)


def counts(envelope: dict[str, Any]) -> tuple[int | None, bool | None]:
    """Return an envelope's `total` and `has_more`, each None unless it is what it should be."""
    total, more = envelope.get("total"), envelope.get("has_more")
    return (
        total if type(total) is int and 0 <= total < _MOST else None,
        more if type(more) is bool else None,
    )
