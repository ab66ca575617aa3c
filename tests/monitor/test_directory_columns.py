"""How rooms, numbers, subscribers, bindings and dialouts read, on the screen and in a table."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.models.codes import Codes
from confmon.models.forwarding import Binding, Dialout, MediatorDid
from confmon.models.live_records import Meeting
from confmon.models.rooms import (
    AccessCode,
    AttributeValue,
    CallFlow,
    Did,
    DidGroup,
    DidGroupReference,
    Room,
    Subscriber,
)
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.directory_columns import COLUMNS
from confmon.monitor.views.directory_details import details_of
from confmon.monitor.views.live_columns import RenderContext
from confmon.monitor.views.wording import DirectoryContext, seconds_left

WALL = 1_700_000_000.0
MS = int(WALL * 1000)

ROOM = Room(
    meeting_number=273751, description="Sales weekly", created=1544482680000,
    primary_did_group_id=219,
    did_group_references=(
        DidGroupReference(did_group_id=219), DidGroupReference(did_group_id=301),
    ),
    keychain=(
        AccessCode(access_code="445566", role=1), AccessCode(access_code="778899", role=2),
        AccessCode(access_code="990011", role=2), AccessCode(access_code="112233", role=7),
    ),
    attributes=(
        AttributeValue(name="conference_mute_policy", value="pl"),
        AttributeValue(name="conference_schedule"),
        AttributeValue(name="host_access_code", value="556677"),
    ),
    subscriber_sid="yIMW9",
)  # fmt: skip
DIDS = (
    Did(id=220, phone_number="15162065319", did_group_id=219, country_code="US", state=-1),
    Did(id=221, phone_number="442071234567", did_group_id=301),
    Did(id=222, phone_number="4930123456", did_group_id=9),
)
GROUP = DidGroup(id=219, name="Main", call_flow_id=3)
FLOW = CallFlow(id=3, name="CONF", path="/conf", attribute_templates=(AttributeValue(name="a"),))
SUBSCRIBER = Subscriber(sid="s1", first_name="John", last_name="Smith", role=2)
BINDING = Binding(
    binding_sid="b956", date_created=MS - 600_000, destination_did="15162065586",
    maximum_ttl=3600, name="N/A", redirect_did="19166561000", dtmf="445566",
    wait_origination_did_ttl=-1,
)  # fmt: skip
DIALOUT = Dialout(
    dialout_sid="d9ae", date_created=MS, delay=60, stage_one_destination_did="15162065339",
    stage_two_destination_did="15162065338",
)  # fmt: skip
MEDIATOR_DID = MediatorDid(did_sid="m1", phonenumber="19166561000")

RECORDS: dict[str, Any] = {
    "rooms": ROOM, "dids": DIDS[0], "did_groups": GROUP, "call_flows": FLOW,
    "subscribers": SUBSCRIBER, "bindings": BINDING, "dialouts": DIALOUT,
    "mediator_dids": MEDIATOR_DID,
}  # fmt: skip


BARE: dict[str, Any] = {
    "rooms": Room(meeting_number=1), "dids": Did(id=1), "did_groups": DidGroup(id=1),
    "call_flows": CallFlow(id=1), "subscribers": Subscriber(sid="s"),
    "bindings": Binding(binding_sid="b"), "dialouts": Dialout(dialout_sid="d"),
    "mediator_dids": MediatorDid(did_sid="m"),
}  # fmt: skip
"""What a server that leaves everything out sends."""


def look(*, mask: bool = False, wall: float = WALL) -> DirectoryContext:
    live_state = LiveState(codes=Codes(), meetings={273751: Meeting(meeting_number=273751)})
    return DirectoryContext(
        live_state, wall, mask,
        call_flows={3: FLOW}, did_groups={219: GROUP}, dids={did.id: did for did in DIDS},
    )  # fmt: skip


def plain() -> RenderContext:
    return RenderContext(LiveState(codes=Codes()), WALL)


def row(name: str, at: RenderContext, record: Any = None) -> dict[str, str]:
    one = RECORDS[name] if record is None else record
    return {column.id: column.cell(one, at)[0] for column in COLUMNS[name]}


def details(record: Any, at: RenderContext) -> str:
    return "\n".join(" ".join(text for text, _ in line) for line in details_of(record, at))


def test_every_list_has_columns_that_read_and_sort_any_record() -> None:
    assert set(COLUMNS) == set(RECORDS)
    for name, columns in COLUMNS.items():
        assert len({column.id for column in columns}) == len(columns)
        assert any(column.priority == 0 for column in columns)
        bare = BARE[name]
        for at in (look(), plain()):
            assert details(bare, at)
            for column in columns:
                cells = [column.cell(one, at) for one in (RECORDS[name], bare)]
                assert all(isinstance(text, str) for text, _ in cells)
                sorted([RECORDS[name], bare], key=lambda one: column.sort(one, at))


def test_a_room_tells_its_group_numbers_and_codes_but_no_code() -> None:
    cells = row("rooms", look())
    assert (cells["number"], cells["live"], cells["group"]) == ("273751", "live", "Main")
    assert cells["codes"] == "1h 2p 1?"
    assert cells["dial"] == "15162065319 +1"
    assert cells["created"] == "2018-12-10 22:58Z"
    assert row("rooms", plain())["group"] == "219"
    assert row("rooms", plain())["live"] == ""
    assert row("rooms", look(), replace(ROOM, keychain=()))["codes"] == "none"


def test_names_replace_ids_where_they_are_known() -> None:
    assert row("dids", look())["group"] == "Main"
    assert row("dids", look())["state"] == "-1"
    groups = row("did_groups", look())
    assert (groups["flow"], groups["dids"]) == ("CONF", "1")
    assert row("did_groups", plain())["flow"] == "3"
    assert row("did_groups", plain(), replace(GROUP, dids=DIDS))["dids"] == "3"
    assert row("subscribers", look())["role"] == "operator"
    assert row("subscribers", look(), replace(SUBSCRIBER, role=9))["role"] == "role 9?"


def test_a_binding_counts_its_time_down() -> None:
    assert row("bindings", look())["left"] == "50:00"
    assert row("bindings", look(wall=WALL + 2999))["left"] == "0:01"
    assert row("bindings", look(wall=WALL + 3000))["left"] == "0:00?", "it is listed all the same"
    assert "should have ended" in details(BINDING, look(wall=WALL + 3000))
    assert "should have ended" not in details(BINDING, look(wall=WALL + 2999))
    for_ever = replace(BINDING, maximum_ttl=-1)
    assert row("bindings", look(), for_ever)["left"] == "no limit"
    assert row("bindings", look(), replace(BINDING, maximum_ttl=None))["left"] == ""
    assert row("bindings", look(), replace(BINDING, date_created=None))["left"] == ""
    cells = row("bindings", look())
    assert (cells["wait"], cells["name"], cells["dtmf"]) == ("no limit", "", "••••")


def test_a_listed_binding_with_a_changed_time_to_live_has_not_run_out() -> None:
    """An old creation and a new, short time: when the server ends it is the server's to say."""
    changed = replace(BINDING, date_created=MS - 864_000_000, maximum_ttl=300)
    assert row("bindings", look(), changed)["left"] == "0:00?"
    assert "run out" not in details(changed, look())


def test_bindings_that_end_first_come_first() -> None:
    left = next(column for column in COLUMNS["bindings"] if column.id == "left")
    many = [replace(BINDING, maximum_ttl=ttl) for ttl in (-1, 3600, None, 10)]
    ordered = sorted(many, key=lambda binding: left.sort(binding, look()))
    assert [binding.maximum_ttl for binding in ordered[:2]] == [10, 3600]


@given(
    st.none() | st.integers(-5, 1 << 40), st.none() | st.integers(0, 1 << 45), st.floats(0, 1e11)
)
def test_the_time_left_is_never_negative(ttl: int | None, created: int | None, wall: float) -> None:
    rest = seconds_left(replace(BINDING, maximum_ttl=ttl, date_created=created), wall)
    assert rest is None or rest >= 0
    assert (rest == math.inf) == (ttl is not None and ttl < 0)


def test_a_dialout_says_when_it_dials() -> None:
    assert row("dialouts", look())["when"] == "in 1:00"
    assert row("dialouts", look(wall=WALL + 60))["when"] == "dialling"
    assert row("dialouts", look(), replace(DIALOUT, delay=0))["when"] == "dialling"
    assert row("dialouts", look(), replace(DIALOUT, date_created=None))["when"] == "60 s later"


PHONES = (
    "15162065319", "442071234567", "15162065586", "19166561000", "15162065339", "15162065338",
)  # fmt: skip
SECRETS = ("445566", "778899", "990011", "112233", "556677")


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_secrets_are_hidden_and_numbers_cut_where_it_is_set(name: str) -> None:
    record = RECORDS[name]
    text = details(record, look(mask=True)) + " ".join(row(name, look(mask=True)).values())
    assert not [number for number in PHONES if number in text]
    text = details(record, look()) + " ".join(row(name, look()).values())
    assert not [code for code in SECRETS if code in text]


def test_the_details_of_a_room() -> None:
    text = details(ROOM, look())
    assert text.startswith("Room 273751\n")
    for line in (
        "meeting live", "dial 15162065319", "dial 442071234567", "primaryDidGroupId Main (219)",
        "didGroupReferences Main (219), 301", "created 2018-12-10 22:58:00Z", "callFlowId –",
        "keychain 1 host, 2 participant, 1 of an unknown role", "host ••••", "3 attributes",
        "conference_mute_policy = pl", "conference_schedule is empty", "host_access_code = ••••",
    ):  # fmt: skip
        assert line in text.split("\n"), line
    assert "4930123456" not in text
    assert {"host ••••", "participant ••••", "role 7? ••••"} <= set(text.split("\n"))
    assert "parts could not be read" in details(replace(ROOM, inexact=2), look())
    assert "keychain no access code" in details(replace(ROOM, keychain=()), look())


def test_the_details_of_numbers_and_forwarders() -> None:
    assert "DID 15162065319" in details(GROUP, look()).split("\n")
    assert "callFlowId CONF (3)" in details(GROUP, look())
    assert "dids 15162065319, 442071234567, 4930123456" in details(
        replace(GROUP, dids=DIDS), look()
    )
    assert "a is empty" in details(FLOW, look())
    assert "role operator" in details(SUBSCRIBER, look())
    text = details(replace(BINDING, attributes=(("a", "b"),)), look()).split("\n")
    assert {"left 50:00", "maximum_ttl 1:00:00", "wait_origination_did_ttl no limit",
            "dtmf ••••", "a = b"} <= set(text)  # fmt: skip
    assert "delay 60 s" in details(DIALOUT, look())
    assert details(MEDIATOR_DID, look()).startswith("DID m1\n")


def test_every_field_of_a_record_is_shown() -> None:
    for record in RECORDS.values():
        labels = {line[0][0] for line in details_of(record, look())}
        for name in (field.name for field in fields(record)):
            if name not in ("inexact", "attributes", "attribute_templates"):
                head, *rest = name.split("_")
                assert {name, head + "".join(part.title() for part in rest)} & labels, name
