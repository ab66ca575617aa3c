"""Records of what is set up: read field by field, whatever comes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from confmon.api.core import ENDPOINT
from confmon.api.decoding.live_records import CALLS
from confmon.api.resource import decoder_of
from confmon.models.records import LONG, epoch_ms, long_text, number, text
from confmon.models.resources.directory import CALL_FLOWS, DID_GROUPS, DIDS, ROOMS, SUBSCRIBERS
from confmon.models.resources.mediator import BINDINGS, DIALOUTS, MEDIATOR_DIDS
from confmon.models.text import clean
from tests.api import directory_server as samples

if TYPE_CHECKING:
    from confmon.api.decoding.records import RecordDecoder

ROOM, DID, DID_GROUP = decoder_of(ROOMS), decoder_of(DIDS), decoder_of(DID_GROUPS)
CALL_FLOW, SUBSCRIBER = decoder_of(CALL_FLOWS), decoder_of(SUBSCRIBERS)
BINDING, DIALOUT = decoder_of(BINDINGS), decoder_of(DIALOUTS)
MEDIATOR_DID = decoder_of(MEDIATOR_DIDS)
SHAPES: list[RecordDecoder[Any]] = [
    ROOM, DID, DID_GROUP, CALL_FLOW, SUBSCRIBER, BINDING, DIALOUT, MEDIATOR_DID, ENDPOINT,
]  # fmt: skip

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = sorted({
    "accessCode", "addresses", "attributes", "attributeTemplates", "binding_sid", "created",
    "date_created", "delay", "description", "dialout_sid", "did_sid", "didGroupId",
    "didGroupReferences", "dids", "endpoint_sid", "enumValues", "id", "ip", "keychain",
    "maximum_ttl", "meetingNumber", "meetingRooms", "name", "password", "properties", "role",
    "sid", "state", "transformations", "type", "value",
})  # fmt: skip
KNOWN = st.recursive(
    ANY_JSON,
    lambda inner: (
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=6) | st.lists(inner, max_size=3)
    ),
    max_leaves=20,
)


def texts_of(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [one for part in value for one in texts_of(part)]
    if dataclasses.is_dataclass(value):
        return [
            one for part in dataclasses.fields(value) for one in texts_of(getattr(value, part.name))
        ]
    return []


@settings(max_examples=150)
@given(st.sampled_from(SHAPES), KNOWN)
@example(ROOM, {"meetingNumber": "5", "keychain": [{"accessCode": "\x1b[31m"}], "created": "Ω"})
@example(BINDING, {"binding_sid": "\udc80", "attributes": {"\x00": [[[]]]}})
@example(CALL_FLOW, {"id": "٣"})
def test_any_json_is_a_sound_record_or_a_value_error(
    shape: RecordDecoder[Any], raw: object
) -> None:
    lost: list[str] = []
    try:
        record = shape.read(raw, lost)
    except ValueError as error:
        lost.append(str(error))
    else:
        _is_sound(shape, record)
    for sentence in lost:
        assert sentence == clean(sentence)


def _is_sound(shape: RecordDecoder[Any], record: Any) -> None:
    assert shape.key_of(record) not in (None, "")
    for found in texts_of(record):
        assert found == clean(found, LONG)
    hash(record)


@given(st.lists(KNOWN, max_size=6))
def test_nested_items_are_read_one_by_one(junk: list[Any]) -> None:
    lost: list[str] = []
    good = [{"accessCode": "111", "id": 1, "role": 1}, {"accessCode": "222", "role": 3}]
    room = ROOM.read({"meetingNumber": 5, "keychain": [good[0], *junk, good[1]]}, lost)
    assert (room.keychain[0].access_code, room.keychain[-1].access_code) == ("111", "222")
    assert len(room.keychain) + len(lost) >= len(junk) + 2
    assert room.inexact >= len(lost)


def test_the_samples_are_read_whole() -> None:
    room = ROOM.read(samples.ROOM)
    assert (room.meeting_number, room.created, room.primary_did_group_id) == (
        273751,
        1544482680000,
        219,
    )
    assert [
        (reference.did_group_id, reference.state) for reference in room.did_group_references
    ] == [(219, 0)]
    group = DID_GROUP.read(samples.DID_GROUP)
    assert [did.phone_number for did in group.dids] == ["15162065319", "15162065318"]
    assert (group.call_flow_id, group.description, group.state) == (3, "", -1)
    binding = BINDING.read(samples.BINDING)
    assert (binding.date_created, binding.maximum_ttl, binding.dtmf) == (1550597793174, -1, None)
    dialout = DIALOUT.read(samples.DIALOUT)
    assert (dialout.attributes, dialout.delay) == ((("hide_origination_did", "true"),), 0)
    gateway, conference = map(ENDPOINT.read, samples.ENDPOINTS)
    assert [(address.ip, address.port, address.transport) for address in gateway.addresses] == [
        ("10.1.10.69", 5060, "udp")
    ]
    assert (conference.api_url, conference.login, conference.password) == (
        "https://api.carrierx.com/conference/v1",
        "sample_conference_123",
        "Kgp7L45erAfz",
    )
    assert conference.account_sid == "lkHm962PjvduiUK9LFGvYG.rr0LIhqNH"
    assert gateway.password is None


@pytest.mark.parametrize(
    ("wire", "read"),
    [
        (7, 7),
        ("7", 7),
        (" -1 ", -1),
        (7.0, 7),
        (7.5, None),
        (True, None),
        ("0x7", None),
        ("seven", None),
        (float("nan"), None),
        (float("inf"), None),
        (1 << 63, None),
        ("9" * 5000, None),
        ([7], None),
    ],
)
def test_numbers_come_in_many_forms(wire: object, read: int | None) -> None:
    assert number(wire) == read


@pytest.mark.parametrize(
    ("wire", "read"),
    [
        (1544482680000, 1544482680000),
        ("1544482680000", 1544482680000),
        ("2019-02-19T17:36:33.174Z", 1550597793174),
        ("2019-02-19T18:36:33.174+01:00", 1550597793174),
        ("2019-02-19T17:36:33", 1550597793000),
        ("yesterday", None),
        ({}, None),
    ],
)
def test_times_are_iso_or_epoch_milliseconds(wire: object, read: int | None) -> None:
    assert epoch_ms(wire) == read


@pytest.mark.parametrize(
    ("wire", "read"),
    [("US", "US"), (1, "1"), (1.5, "1.5"), (True, None), (1 << 80, None), ({}, None), ([], None)],
)
def test_texts_may_be_numbers(wire: object, read: str | None) -> None:
    assert text(wire) == read
    assert long_text(wire) == ("true" if wire is True else read)


@given(
    ANY_JSON
    | st.text("0123456789+-. _e", max_size=22)
    | st.integers(-(2**64), 2**64)
    | st.text(st.characters(codec="ascii"), min_size=250, max_size=300)
)
def test_what_pydantic_takes_by_itself_is_what_python_would_read(value: Any) -> None:
    call = CALLS.read({"id": 1, "muteMode": value, "joined": value, "customName": value})
    assert (call.mute_mode, call.joined, call.custom_name) == (
        number(value),
        epoch_ms(value),
        text(value),
    )
    attribute = {"name": "x", "value": value}
    room = ROOM.read({"meetingNumber": 1, "attributes": [attribute]})
    assert room.attributes[0].value == long_text(value)


def test_only_the_key_is_indispensable() -> None:
    assert (
        ROOM.read({"meetingNumber": "106131", "created": {}, "keychain": "secret"}).created is None
    )
    for raw, why in (
        ({}, "has no meetingNumber"),
        ({"meetingNumber": None}, "has no meetingNumber"),
        ({"meetingNumber": "ten"}, "has an unreadable meetingNumber"),
        ({"meetingNumber": True}, "has an unreadable meetingNumber"),
        (5, "not an object"),
    ):
        with pytest.raises(ValueError, match=f"^{why}$"):
            ROOM.read(raw)


def test_what_is_lost_is_reported_without_its_value() -> None:
    lost: list[str] = []
    raw = {
        "id": 219,
        "dids": [
            {
                "id": 1,
                "attributes": [{"name": "call_delay", "value": "3"}, {"value": "hunter2"}, 5],
            },
            {"id": "hunter2"},
        ],
        "attributes": {"hunter2": 1},
    }
    group = DID_GROUP.read(raw, lost)
    assert lost == [
        "attributes is not an array",
        "dids item 0: attributes item 1: has no name",
        "dids item 0: attributes item 2: not an object",
        "dids item 1: has an unreadable id",
    ]
    assert [did.id for did in group.dids] == [1]
    assert group.inexact == 4


@pytest.mark.parametrize(
    ("keychain", "exact"),
    [
        ([{"accessCode": "111", "role": 1}, {"accessCode": 222, "role": "2"}], True),
        ([{"accessCode": "111", "role": None}], True),
        ([{"accessCode": "111", "role": "host"}], False),
        ([{"accessCode": "1\u200b11", "role": 1}], False),
        ([{"accessCode": "", "role": 1}], False),
        ([{"role": 1}], False),
        ({"111": 1}, False),
    ],
)
def test_a_keychain_that_could_not_be_sent_back_is_inexact(keychain: object, exact: bool) -> None:
    room = ROOM.read({"meetingNumber": 1, "keychain": keychain, "description": "\x00" * 999})
    assert (room.inexact == 0) == exact


def test_choices_are_a_list_or_a_text_that_lists_them() -> None:
    for wire in (["on", "off", 1], "on,off,1", "on; off |1,"):
        flow = CALL_FLOW.read(
            {"id": 1, "attributeTemplates": [{"name": "x", "type": 5, "enumValues": wire}]}
        )
        assert flow.attribute_templates[0].enum_values == ("on", "off", "1")


def test_the_rooms_of_a_subscriber_are_numbers_or_rooms() -> None:
    raw = {"sid": "s", "meetingRooms": [1, "2", {"meetingNumber": 3}, {}, "x"]}
    lost: list[str] = []
    assert SUBSCRIBER.read(raw, lost).meeting_rooms == (1, 2, 3)
    assert lost == ["meetingRooms item 3: not a number", "meetingRooms item 4: not a number"]


def test_a_login_that_cleaning_would_change_is_left_out() -> None:
    inside = {"login": "l\u202e", "password": "p" * 300, "api_url": 5}
    endpoint = ENDPOINT.read({"endpoint_sid": "e", "password": "outside", "properties": inside})
    assert (endpoint.login, endpoint.password, endpoint.api_url) == (None, None, None)


def test_long_values_are_kept_long() -> None:
    long = "x" * 3000
    room = ROOM.read({"meetingNumber": 1, "attributes": [{"name": "a", "value": long}]})
    assert room.attributes[0].value == long
    assert room.inexact == 0


def test_secrets_are_in_no_repr() -> None:
    raw = {
        "meetingNumber": 1,
        "keychain": [{"accessCode": "314159", "role": 1}],
        "authenticationToken": "314159",
        "sid": "s",
        "endpoint_sid": "e",
        "properties": {"password": "314159"},
        "voip_token": "314159",
    }
    for shape in (ROOM, SUBSCRIBER, ENDPOINT):
        record = shape.read(raw)
        assert "314159" not in repr(record)
    assert "314159" not in repr(ROOM.read(raw).keychain)
    assert "314159" not in "".join(texts_of(SUBSCRIBER.read(raw)))
