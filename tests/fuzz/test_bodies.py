"""JSON bodies mutated from real ones, through decode and live store to every row that is drawn."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confmon.api.decoding.live_records import CALLS, MEETINGS, Kind
from confmon.api.decoding.page_cache import PageCache
from confmon.models.errors import Garbled
from confmon.models.live_records import Call, Meeting, Scan
from tests.fuzz.bodies import ENVELOPES, ODD_VALUES, Action, dump, edits, real, real_items
from tests.fuzz.drawing import desk, draw, take

KINDS: dict[str, Kind[Any]] = {"calls": CALLS, "meetings": MEETINGS}
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def decode(kind: Kind[Any], body: bytes) -> Scan[Any]:
    """Read one page as a scan."""
    reading = PageCache(kind).reading()
    reading.add(body)
    return Scan(records=reading.records(), unreadable=tuple(reading.unreadable))


def shown(plural: str, scan: Scan[Any]) -> None:
    """Draw a bridge of which this has been read, after a good reading and before another."""
    session = desk()
    good = {name: decode(kind, real(name)) for name, kind in KINDS.items()}
    calls: Scan[Call] = good["calls"]
    meetings: Scan[Meeting] = good["meetings"]
    take(session, calls=calls, meetings=meetings)
    if plural == "calls":
        take(session, calls=scan, meetings=None)
    else:
        take(session, calls=None, meetings=scan)
    draw(session)
    take(session, calls=calls, meetings=meetings)
    draw(session)
    assert session.live_state.calls == {call.id: call for call in calls.records}
    assert set(session.live_state.meetings.values()) == set(meetings.records)


@SLOW
@given(st.sampled_from(["calls", "meetings"]).flatmap(lambda p: st.tuples(st.just(p), edits(p))))
def test_odd_items_spoil_themselves_only(case: tuple[str, list[Action]]) -> None:
    plural, changes = case
    kind, items = KINDS[plural], copy.deepcopy(real_items(plural))
    whole: list[Any] = list(items)
    for edit in changes:
        edit.apply(whole)
    odd = {edit.item % len(whole) for edit in changes}
    scan = decode(kind, dump(plural, whole, {}))
    found = {kind.key_of(record): record for record in scan.records}
    claimed = {str(item.get(kind.key)) for at in odd if isinstance(item := whole[at], dict)}
    for at, item in enumerate(real_items(plural)):
        key = item.get(kind.key)
        if at in odd or str(key) in claimed:
            continue
        clean = {name: value for name, value in item.items() if name not in kind.left_out}
        try:
            wanted = kind.read(clean)
        except ValueError:
            continue
        assert found[kind.key_of(wanted)] == wanted
    assert len(scan.records) + len(scan.unreadable) >= len(whole) - len(odd)
    shown(plural, scan)


@SLOW
@given(st.sampled_from(["calls", "meetings"]), ENVELOPES, st.data())
def test_odd_envelopes_are_read_or_garbled(
    plural: str, envelope: dict[str, Any], data: st.DataObject
) -> None:
    listed = data.draw(st.sampled_from([plural, "items", "call", "PLURAL", ""]))
    body = dump(listed, real_items(plural), envelope)
    if listed not in (plural, "items"):
        with pytest.raises(Garbled) as caught:
            decode(KINDS[plural], body)
        assert str(caught.value).isprintable()
        return
    scan = decode(KINDS[plural], body)
    assert len(scan.records) == len(decode(KINDS[plural], real(plural)).records)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["calls", "meetings"]), st.integers(min_value=0), st.binary(max_size=4))
def test_cut_at_any_byte_it_is_garbled_whole(plural: str, at: int, tail: bytes) -> None:
    body = real(plural)
    cut = body[: at % len(body)] + tail
    if cut == body:
        return
    with pytest.raises(Garbled) as caught:
        decode(KINDS[plural], cut)
    assert str(caught.value).isprintable()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["calls", "meetings"]), st.integers(min_value=0), st.integers(0, 255))
def test_any_byte_changed_is_read_or_garbled(plural: str, at: int, byte: int) -> None:
    body = bytearray(real(plural))
    body[at % len(body)] = byte
    try:
        scan = decode(KINDS[plural], bytes(body))
    except Garbled:
        return
    assert len(scan.records) + len(scan.unreadable) <= len(real_items(plural))
    shown(plural, scan)


@pytest.mark.parametrize("plural", ["calls", "meetings"])
def test_every_item_twice_is_one_row(plural: str) -> None:
    kind = KINDS[plural]
    once = decode(kind, real(plural))
    twice = decode(kind, dump(plural, real_items(plural) * 2, {}))
    assert twice.records == once.records


@given(ODD_VALUES)
def test_a_page_that_is_anything_else_is_garbled(value: Any) -> None:
    body = dump("x", [value], {})
    inner = body[body.index(b"[") + 1 : -2]
    try:
        scan = decode(CALLS, inner)
    except Garbled:
        return
    assert isinstance(json.loads(inner, parse_int=float), list)
    assert not scan.records
