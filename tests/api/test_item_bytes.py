"""A page cut by its bytes means exactly what it means when parsed."""

import json
import math
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from confmon.api.decoding.item_bytes import cut_items
from confmon.api.decoding.json_body import load, open_page
from confmon.api.decoding.live_records import CALLS
from confmon.api.decoding.page_cache import PageCache
from confmon.models.errors import Garbled
from confmon.models.live_records import Call
from tests.api.conftest import call

TEXTS = st.one_of(
    st.text(max_size=8),
    st.lists(
        st.sampled_from(['"', "\\", "}", "{", ",", "[", "]", '"},{"', '"id":7', "},{", ":", "\n"]),
        max_size=8,
    ).map("".join),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=5,
)
FIELDS = st.sampled_from(["id", "customName", "caller", "muteMode", "duration", "x", "calls"])
ITEMS = st.lists(st.dictionaries(FIELDS, VALUES, max_size=5), max_size=5)
LAYOUT = st.sampled_from([(None, (",", ":")), (None, None), (2, None), (None, (" , ", " : "))])
ENVELOPES: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(["last", "offset", "total", "count", "pagination", "odd"]),
    st.one_of(VALUES, st.integers(0, 9)),
    max_size=4,
)


def oracle(body: bytes) -> dict[int, Call]:
    """Read a page the plain way."""
    found: dict[int, Call] = {}
    for raw in open_page("calls", load(body)).items:
        if isinstance(raw, dict):
            raw.pop("duration", None)
        try:
            record = CALLS.read(raw)
        except ValueError:
            continue
        found[record.id] = record
    return found


def both_ways(memory: PageCache[Call], body: bytes) -> None:
    reading = memory.reading()
    taken = reading.add(body)
    wanted = oracle(body)
    assert {record.id: record for record in reading.records()} == wanted
    assert all(record.duration is None for record in reading.records())
    page = open_page("calls", load(body))
    assert taken.size == len(page.items)
    assert len(reading.unreadable) == taken.size - len(taken.keys)
    assert list(dict.fromkeys(taken.keys)) == list(wanted)
    memory.keep(reading, whole=True)


@settings(max_examples=40)
@given(st.lists(st.tuples(ITEMS, ENVELOPES, ENVELOPES), max_size=3), LAYOUT, st.booleans())
def test_cutting_never_changes_the_meaning(
    pages: list[tuple[list[Any], dict[str, Any], dict[str, Any]]],
    layout: tuple[int | None, tuple[str, str] | None],
    ascii_only: bool,
) -> None:
    memory = PageCache(CALLS)
    indent, separators = layout
    for items, before, after in pages:
        payload = before | {"calls": items} | after
        text = json.dumps(payload, indent=indent, separators=separators, ensure_ascii=ascii_only)
        both_ways(memory, text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode())


@settings(max_examples=40)
@given(ITEMS, st.integers(0, 400), st.binary(max_size=3), st.integers(0, 6))
@example([{"id": 1}], 8, b"", 4)
def test_damage_is_seen_as_the_parser_sees_it(
    items: list[Any], at: int, put: bytes, gone: int
) -> None:
    memory = PageCache(CALLS)
    sound = json.dumps({"calls": items, "total": 5}).encode()
    both_ways(memory, sound)
    body = sound[:at] + put + sound[at + gone :]
    try:
        wanted = oracle(body)
    except Garbled:
        with pytest.raises(Garbled):
            memory.reading().add(body)
        return
    reading = memory.reading()
    reading.add(body)
    assert {record.id: record for record in reading.records()} == wanted


def test_a_name_that_looks_like_two_calls_is_one_name() -> None:
    memory = PageCache(CALLS)
    victim = json.dumps(call(5))[1:-1]
    name = "x},{" + victim + "},{y"
    both_ways(memory, json.dumps({"calls": [call(5)], "total": 1}).encode())
    both_ways(memory, json.dumps({"calls": [call(1, customName=name)], "total": 1}).encode())


@pytest.mark.parametrize("indent", [None, 4])
@pytest.mark.parametrize("plural", ["calls", "items"])
def test_the_vendors_forms_are_cut(plural: str, indent: int | None) -> None:
    payload = {
        "count": 2,
        "has_more": False,
        plural: [call(1), call(2)],
        "last": 0,
        "limit": 4,
        "pagination": {"next": "https://h/v1/calls?limit=4&offset=0"},
        "total": None,
    }
    done = cut_items("calls", json.dumps(payload, indent=indent).encode(), drop_duration=True)
    assert done is not None
    assert len(done.pieces) == 2
    assert not any(b"duration" in piece for piece in done.pieces)
    assert done.envelope["has_more"] is False


@pytest.mark.parametrize(
    "body",
    [
        b'{"x": {"calls": [{"id": 1}]}, "calls": []}',
        b'{"foo": [{"id": 1}], "calls": []}',
        b'{"calls": []}',
        b'[{"id": 1}]',
        b"",
        b'{"calls": [{"id": 1}',
        b'{"calls": [{"id": 1}] "total": 1}',
    ],
)
def test_other_forms_are_left_to_the_parser(body: bytes) -> None:
    assert cut_items("calls", body, drop_duration=True) is None


def test_a_moving_duration_does_not_make_an_item_new() -> None:
    memory = PageCache(CALLS)
    records = []
    for seconds in (1, 20.5, 300):
        rows = [call(number, duration=seconds) for number in range(3)]
        rows.append({"id": 9, "codec": '"duration":5,', "duration": seconds})
        reading = memory.reading()
        reading.add(json.dumps({"calls": rows, "total": math.inf}).encode())
        memory.keep(reading, whole=True)
        records.append(reading.records())
        assert len(memory.pieces) == 4
    assert all(one is two is three for one, two, three in zip(*records, strict=True))
    assert records[0][3].codec == '"duration":5,'
