"""Items off the wire: one by one, field by field, forgiving of all but the key."""

import json
from typing import Any, get_type_hints

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from confmon.api.decoding.json_body import load
from confmon.api.decoding.live_records import CALLS, MEETINGS, read_attributes
from confmon.api.decoding.page_cache import PageCache, Reading
from confmon.models.errors import Garbled
from confmon.models.live_records import Call
from confmon.models.records import wire_name
from confmon.models.text import clean
from tests.api.conftest import call, meeting


def page(*items: object, **envelope: object) -> bytes:
    return json.dumps({"calls": items, "total": len(items)} | envelope).encode()


def read(body: bytes) -> Reading[Call]:
    reading = PageCache(CALLS).reading()
    reading.add(body)
    return reading


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(["7", " 7 ", "0x7", "1_0", "9" * 30, "1e3", "true", "NaN"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner)),
    max_leaves=4,
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(sorted(call(1))), VALUES))
def test_any_field_in_any_shape_leaves_a_sound_record(changed: dict[str, Any]) -> None:
    changed.pop("id", None)
    record = CALLS.read(call(5) | changed)
    assert record.id == 5
    for name, shape in (("mute_mode", int), ("caller", str), ("created", int), ("role", int)):
        value = getattr(record, name)
        assert value is None or type(value) is shape
    for text in (record.caller, record.custom_name, record.node_name):
        assert text is None or text == clean(text)
    for number in (record.mute_mode, record.created, record.gain_level):
        assert number is None or -(2**63) <= number < 2**63


@given(VALUES)
def test_a_key_is_an_exact_number_or_the_item_is_unreadable(key: Any) -> None:
    record = why = None
    try:
        record = CALLS.read(call(5) | {"id": key})
    except ValueError as error:
        why = str(error)
    if record is None:
        assert why in ("has no id", "has an unreadable id")
    else:
        assert type(key) is not bool
        assert record.id == int(key)


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        (2, 2),
        ("2", 2),
        (2.0, 2),
        (False, None),
        (True, None),
        ("two", None),
        (2.5, None),
        (10**30, None),
        (1e300, None),
        ([2], None),
        ({}, None),
        ("", None),
    ],
)
def test_a_mute_mode_in_odd_shapes(wire: object, value: int | None) -> None:
    assert CALLS.read(call(1, muteMode=wire)).mute_mode == value


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        (1544643810000, 1544643810000),
        ("1544643810000", 1544643810000),
        ("2018-12-12T19:43:30Z", 1544643810000),
        ("2018-12-12T19:43:30.500+00:00", 1544643810500),
        ("2018-12-12 19:43:30", 1544643810000),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_as_the_samples_and_as_the_tables_have_them(wire: object, value: int | None) -> None:
    assert CALLS.read(call(1, joined=wire)).joined == value


def test_numbers_where_texts_belong_and_texts_where_numbers_do() -> None:
    record = CALLS.read(call(1, caller=15162065319, meetingNumber="106131"))
    assert (record.caller, record.meeting_number) == ("15162065319", 106131)
    assert CALLS.read(call("6889184")).id == 6889184  # type: ignore[arg-type]
    assert CALLS.read(call(1, caller=True)).caller is None


def test_a_meeting_is_keyed_by_its_number() -> None:
    record = MEETINGS.read(meeting(5, id=None, isRecording="yes", isSecured=1, x=[]))
    assert (record.meeting_number, record.id) == (5, None)
    assert (record.is_recording, record.is_secured) == (True, True)
    with pytest.raises(ValueError, match="has no meetingNumber"):
        MEETINGS.read({"id": 5})


def test_negative_numbers_are_kept() -> None:
    assert CALLS.read(call(-7, gainLevel=-3)) == CALLS.read(call(-7, gainLevel=-3))
    assert CALLS.read(call(-7, gainLevel=-3)).gain_level == -3


def test_one_bad_item_in_a_thousand() -> None:
    items: list[object] = [call(number) for number in range(1000)]
    items[10] = call(10, id=None)
    items[20] = None
    items[30] = {"id": [1]}
    items[40] = "\x1b[31m"
    reading = read(page(*items))
    assert len(reading.records()) == 996
    assert list(reading.unreadable) == [
        "calls item 10: has no id",
        "calls item 20: not an object",
        "calls item 30: has an unreadable id",
        "calls item 40: not an object",
    ]


def test_a_thousand_unknown_fields_are_ignored() -> None:
    extra = {f"x{number}": {"deep": [number]} for number in range(1000)}
    (record,) = read(page(call(1) | extra)).records()
    assert record == CALLS.read(call(1))


def test_wire_text_is_cleaned_in_every_field() -> None:
    names = [wire_name(name) for name, shape in get_type_hints(Call).items() if shape == str | None]
    record = CALLS.read(call(1) | dict.fromkeys(names, "a\x1b]0;x\x07\u202eb" + "n" * 999))
    for name in ("caller", "custom_name", "node_name", "access_code", "address_from", "codec"):
        text = getattr(record, name)
        assert text == clean(text)
        assert text.startswith("a␛]0;x␇\N{REPLACEMENT CHARACTER}b")
        assert len(text) == 256


def test_half_a_character_in_one_name_does_not_hide_the_others() -> None:
    body = page(call(1, customName="SPLIT"), call(2)).replace(b"SPLIT", rb"\ud83d!")
    first, second = read(body).records()
    assert first.custom_name == "\N{REPLACEMENT CHARACTER}!"
    assert second.id == 2


def test_nan_spoils_one_field_only() -> None:
    (record,) = read(page(call(1, gainLevel=float("nan"), muteMode=float("inf")))).records()
    assert (record.gain_level, record.mute_mode, record.role) == (None, None, 1)


@pytest.mark.parametrize("digits", [21, 400, 4301, 9000])
def test_a_number_nobody_can_hold_spoils_one_field_only(digits: int) -> None:
    huge = "9" * digits
    body = page(call(1, joined=5, created=6), call(2)).replace(b'"joined": 5', b'"joined": %b')
    body = body.replace(b"%b", huge.encode()).replace(
        b'"created": 6', f'"created": -{huge}'.encode()
    )
    first, second = read(body.replace(b"}]", b'}], "total": %b' % huge.encode())).records()
    assert (first.joined, first.created, first.role) == (None, None, 1)
    assert second.id == 2


def test_a_number_in_a_string_is_bounded_as_well() -> None:
    for text in ("9" * 19, "-" + "9" * 19, "9" * 20, "+" + "9" * 19):
        (record,) = read(page(call(1, joined=text, gainLevel=text))).records()
        assert (record.joined, record.gain_level) == (None, None)
    (record,) = read(page(call(1, joined=str(2**63 - 1), gainLevel=str(-(2**63))))).records()
    assert (record.joined, record.gain_level) == (2**63 - 1, -(2**63))


def test_deep_nesting_is_refused_without_a_crash() -> None:
    for depth in (150, 250, 900, 100_000):
        deep = b"[" * depth + b"]" * depth
        body = b'{"calls": [{"id": 1, "x": ' + deep + b', "y": "\\ud83d"}]}'
        try:
            assert len(read(body).records()) == 1
        except Garbled:
            assert depth > 150


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"  ", "empty"),
        (b"<html>502</html>", "HTML"),
        (b"\n <!doctype html>", "HTML"),
        (page(call(1))[:-9], "not JSON"),
        (b'{"calls": ["\xff\xfe"]}', "not JSON"),
        (json.dumps({"calls": []}).encode("utf-16"), "not JSON"),
        (b"\x1b[31m", "not JSON"),
        (b"null", "no list"),
        (b"{}", "no list"),
        (b'{"calls": null}', "no list"),
        (b'{"calls": {"id": 1}}', "no list"),
        (b'"calls"', "no list"),
    ],
)
def test_what_is_no_list_is_dropped_whole(body: bytes, why: str) -> None:
    with pytest.raises(Garbled, match=why) as caught:
        read(body)
    assert str(caught.value).isprintable()


@given(st.binary(max_size=60))
def test_noise_is_garbled_or_json(body: bytes) -> None:
    why = ""
    try:
        load(body)
    except Garbled as error:
        why = str(error)
    assert why == clean(why)


@pytest.mark.parametrize("body", [page(call(1)), b'{"items": [{"id": 1}]}', b'[{"id": 1}]'])
def test_both_envelopes_and_none(body: bytes) -> None:
    assert [record.id for record in read(body).records()] == [1]


def test_attributes_without_a_list() -> None:
    with pytest.raises(Garbled):
        read_attributes(b"{}")
    assert read_attributes(b"[]") == ()


# -- what came last time

ROWS: st.SearchStrategy[list[tuple[int, Any]]] = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from([0, 1, 2, "2", None, [], float("nan")])),
    max_size=12,
)


@settings(max_examples=60)
@example([[(0, []), (0, 0), (0, None)], [(0, [])]], False)  # noqa: FBT003
@example([[(0, []), (0, 0)], [(0, []), (0, None)], [(0, [])]], False)  # noqa: FBT003
@given(st.lists(ROWS, min_size=1, max_size=6), st.booleans())
def test_remembering_never_changes_what_is_read(history: list[Any], heavy: bool) -> None:
    memory = PageCache(CALLS)
    shown: dict[int, Call] = {}
    for rows in history:
        ballast = {"x": "y" * 5000} if heavy else {}
        body = page(*({"id": key, "muteMode": value} | ballast for key, value in rows))
        fresh = read(body).records()
        reading = memory.reading()
        reading.add(body)
        memory.keep(reading, whole=True)
        assert set(reading.records()) == set(fresh)
        for record in reading.records():
            if shown.get(record.id) == record:
                assert shown[record.id] is record
        shown = {record.id: record for record in reading.records()}


def test_a_torn_scan_forgets_nobody() -> None:
    memory = PageCache(CALLS)
    whole, torn = page(call(1), call(2)), page(call(2))
    seen = []
    for body, is_whole in ((whole, True), (torn, False), (whole, True)):
        reading = memory.reading()
        reading.add(body)
        memory.keep(reading, whole=is_whole)
        seen.append({record.id: record for record in reading.records()})
    assert seen[2][1] is seen[0][1]


def test_memory_does_not_grow_with_calls_that_are_gone() -> None:
    memory = PageCache(CALLS)
    for number in range(0, 40_000, 1000):
        reading = memory.reading()
        reading.add(page(*({"id": number + at} for at in range(1000))))
        memory.keep(reading, whole=False)
        assert len(memory.seen) <= 4000
