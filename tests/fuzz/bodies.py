"""Real bodies, and random changes of them as by a broken or hostile server."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any

import httpx
from hypothesis import strategies as st

from confmon.simulator.http.app import make_app
from confmon.simulator.simulation import build_world
from confmon.simulator.world.quirks import Quirks

BASE = "http://127.0.0.1/conference/v1"
NOW_S = 1_700_000_000.0
LOGIN = {"Authorization": "Basic " + base64.b64encode(b"op:secret").decode()}


@lru_cache(4)
def real(plural: str) -> bytes:
    """Return a page of the simulator, with names in every script and hostile ones."""
    quirks = Quirks(surplus=True, sparse=True)
    world = build_world(7, 4, 24, lambda: NOW_S, hostile=True, quirks=quirks)
    transport = httpx.ASGITransport(make_app(world, login="op", password="secret"))

    async def read() -> bytes:
        async with httpx.AsyncClient(transport=transport, headers=LOGIN) as client:
            return (await client.get(f"{BASE}/{plural}?limit=1000")).content

    return asyncio.run(read())


@lru_cache(4)
def real_items(plural: str) -> list[dict[str, Any]]:
    """Return the items of that page, parsed."""
    found: list[dict[str, Any]] = json.loads(real(plural))[plural]
    return found


@dataclass(frozen=True)
class Digits:
    """A number with exactly these digits, however many."""

    text: str


def nested(depth: int) -> Any:
    """Return lists in lists."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


ODD_VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**400), 10**400),
    st.sampled_from([0, -1, 2**31, 2**53, 2**63 - 1, -(2**63), 2**63, 2**64]),
    st.sampled_from(["9" * 40, "9" * 400, "9" * 5000, "-" + "1" * 6000, "1e400", "-0.0"]).map(
        Digits
    ),
    st.floats(),
    st.text(st.characters(codec=None, categories=None), max_size=40),
    st.sampled_from(["", " ", "0", "-1", "9" * 20, "9" * 400, "1e9", "NaN", "٣", "2024-13-45"]),
    st.sampled_from(["\x1b[2J", "\u202eevil", "[/foo]", "\ud800", "\x00", "x" * 10_000]),
    st.sampled_from(["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+23:59", "2024-01-01"]),
    st.integers(1, 150).map(nested),
    st.just({f"k{n}": [n, {"deep": None}] for n in range(200)}),
    st.lists(st.integers(), max_size=3),
)


@dataclass(frozen=True)
class Action:
    """One change of one item."""

    item: int
    what: str
    field: str
    value: Any

    def apply(self, items: list[Any]) -> None:
        at = self.item % len(items)
        match self.what:
            case "set" if isinstance(items[at], dict):
                items[at][self.field] = self.value
            case "drop" if isinstance(items[at], dict):
                items[at].pop(self.field, None)
            case "surplus" if isinstance(items[at], dict):
                items[at].update({f"x{n}": self.value for n in range(200)})
            case "replace":
                items[at] = self.value
            case _:
                pass


def edits(plural: str) -> st.SearchStrategy[list[Action]]:
    """Draw changes of some items; the others stay as they are."""
    known = sorted({name for item in real_items(plural) for name in item})
    search_strategy = st.builds(
        Action,
        st.integers(0, 30),
        st.sampled_from(["set"] * 6 + ["drop", "surplus", "replace"]),
        st.sampled_from(known),
        ODD_VALUES,
    )
    return st.lists(search_strategy, max_size=8)


ENVELOPES = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("total", "last", "offset", "limit", "count", "has_more", "pagination", "next"), ODD_VALUES
    ),
)


def dump(plural: str, items: list[Any], envelope: dict[str, Any]) -> bytes:
    """Return JSON as a careless server writes it: NaN, any number, half surrogate pairs."""
    return _written({plural: items} | envelope).encode()


def _written(value: Any) -> str:
    match value:
        case dict():
            return "{" + ",".join(f"{_quoted(k)}:{_written(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ",".join(map(_written, value)) + "]"
        case Digits():
            return value.text
        case _:
            return json.dumps(value)
