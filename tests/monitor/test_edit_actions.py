"""What edits are made of: checked values, labels, what was there before, and keychains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.audit.append_file import LONGEST_LINE
from confmon.audit.log import AuditLog
from confmon.models import access_codes
from confmon.models.forwarding import Binding, Dialout
from confmon.models.resources.checks import phone_number
from confmon.models.resources.directory import DID_GROUPS, DIDS, ROOMS
from confmon.models.resources.mediator import BINDINGS, DIALOUTS
from confmon.models.rooms import AccessCode, AttributeValue, Did, DidGroup, DidGroupReference, Room
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.edits import edit_actions as edits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confmon.monitor.actions.action import Action

KEYS = (
    AccessCode(access_code="445566", id=1, role=1),
    AccessCode(access_code="778899", id=2, role=2),
)
ROOM = Room(
    meeting_number=273751, description="Sales weekly", created=1544482680000,
    primary_did_group_id=219, did_group_references=(DidGroupReference(did_group_id=219),),
    keychain=KEYS, attributes=(AttributeValue(name="conference_mute_policy", value="pl"),),
)  # fmt: skip
DID = Did(id=220, phone_number="15162065319", did_group_id=219)
GROUP = DidGroup(id=219, name="Main", call_flow_id=3)
BINDING = Binding(
    binding_sid="b956", date_created=1550597793174, destination_did="15162065586",
    maximum_ttl=-1, name="N/A", redirect_did="19166561000",
)  # fmt: skip
DIALOUT = Dialout(
    dialout_sid="d9ae", stage_one_destination_did="15162065339",
    stage_two_destination_did="15162065338",
)  # fmt: skip


def refused(make: Callable[[], object]) -> str:
    with pytest.raises(ValueError, match=r"\w") as caught:
        make()
    return str(caught.value)


def test_an_update_has_only_what_differs_and_what_it_was() -> None:
    edit = edits.update(ROOMS, ROOM, {"description": "Daily", "primaryDidGroupId": "219"})
    assert (edit.method, edit.path) == ("PUT", "/meetingRooms/273751")
    assert edit.label == 'room 273751 "Sales weekly"'
    assert (edit.change, edit.before) == ({"description": "Daily"}, {"description": "Sales weekly"})
    assert (edit.meeting, edit.identity) == (273751, 1544482680000)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"description": "Sales weekly"},
        {"primaryDidGroupId": 219, "didGroupReferences": [219, "219"]},
        {"keychain": tuple(reversed(KEYS))},
        {"attributes": {"conference_mute_policy": "LP"}},
        {"attributes": {"conference_exittones": None}},
    ],
)
def test_a_change_that_changes_nothing_is_none(change: dict[str, Any]) -> None:
    assert refused(lambda: edits.update(ROOMS, ROOM, change)) == "nothing would change"


def test_attributes_are_changed_by_name() -> None:
    wanted = {"conference_mute_policy": "h", "conference_entrytones": "ON"}
    edit = edits.update(ROOMS, ROOM, {"attributes": wanted})
    assert edit.change == {
        "attributes": {"conference_mute_policy": "h", "conference_entrytones": "on"}
    }
    assert edit.before == {
        "attributes": {"conference_mute_policy": "pl", "conference_entrytones": None}
    }


def test_a_room_listed_without_attributes_says_nothing_of_what_they_were() -> None:
    bare = replace(ROOM, attributes=())
    edit = edits.update(ROOMS, bare, {"attributes": {"conference_mute_policy": "h"}})
    assert edit.before == {"attributes": {}}


def test_a_value_of_the_servers_own_is_no_mistake_of_the_operators() -> None:
    odd = replace(ROOM, attributes=(AttributeValue(name="conference_maxcalls", value="many"),))
    wanted: dict[str, object] = {
        "attributes": {"conference_maxcalls": "many"},
        "description": "Daily",
    }
    assert edits.update(ROOMS, odd, wanted).change == {"description": "Daily"}
    wanted["attributes"] = {"conference_maxcalls": "few"}
    assert "whole number" in refused(lambda: edits.update(ROOMS, odd, wanted))


def test_attributes_are_checked_for_their_place() -> None:
    wanted = {"attributes": {"recording_addr": "10.0.0.1"}}
    assert "DID group, not on a room" in refused(lambda: edits.update(ROOMS, ROOM, wanted))
    assert edits.update(DID_GROUPS, GROUP, wanted).change == wanted
    assert "room or DID group, not on a DID" in refused(
        lambda: edits.update(DIDS, DID, {"attributes": {"conference_maxcalls": "1"}})
    )
    own = (AttributeValue(name="of_its_own", type=2),)
    edit = edits.update(ROOMS, ROOM, {"attributes": {"of_its_own": "07"}}, own)
    assert edit.change == {"attributes": {"of_its_own": "7"}}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: edits.create(ROOMS, {"callFlowId": 3}), "a new room needs primaryDidGroupId"),
        (lambda: edits.update(ROOMS, ROOM, {"callFlowId": 3}), "callFlowId of a room can't be"),
        (lambda: edits.update(ROOMS, ROOM, {"description": "a\x1bb"}), "on one line"),
        (lambda: edits.update(ROOMS, ROOM, {"meetingNumber": "0"}), "a whole number from 1"),
        (lambda: edits.update(ROOMS, ROOM, {"meetingNumber": True}), "a whole number from 1"),
        (lambda: edits.update(ROOMS, ROOM, {"didGroupReferences": "219"}), "a list"),
        (lambda: edits.update(ROOMS, ROOM, {"keychain": [("1", "boss")]}), "host, participant"),
        (lambda: edits.create(ROOMS, {"primaryDidGroupId": 1, "callFlowId": 3,
                                    "attributes": {"conference_maxcalls": None}}), "taken away"),
        (lambda: edits.create(BINDINGS, {}), "a new binding needs destination_did"),
        (lambda: edits.create(BINDINGS, {"destination_did": "911"}), "7 to 15 digits"),
        (lambda: edits.create(BINDINGS, {"destination_did": None}), "7 to 15 digits"),
        (lambda: edits.update(BINDINGS, BINDING, {"maximum_ttl": "-2"}), "a whole number from -1"),
        (lambda: edits.update(BINDINGS, BINDING, {"dtmf": "12a"}), "telephone keys"),
        (lambda: edits.update(BINDINGS, BINDING, {"date_created": "1"}), "can't be set; what can"),
        (lambda: edits.replace(BINDINGS, BINDING, {}), "nothing would change"),
        (lambda: edits.create(DIALOUTS, {"stage_one_destination_did": "15162065339"}),
         "needs stage_two_destination_did"),
        (lambda: edits.create(DIALOUTS, {"stage_one_destination_did": "15162065339",
                                       "stage_two_destination_did": "+1 516 206 5339"}),
         "the same number"),
        (lambda: edits.update(DIALOUTS, DIALOUT, {"delay": -1}), "a whole number from 0"),
        (lambda: edits.create(DIDS, {"phoneNumber": "15162065320"}), "needs didGroupId"),
        (lambda: edits.create(DID_GROUPS, {"name": "", "callFlowId": 3}), "needs name"),
        (lambda: edits.attribute_set(1, "conference_exittones", "on", "on"), "value already"),
        (lambda: edits.attribute_set(1, "conf_hosts_count", "3", "2"), "counted by the bridge"),
        (lambda: edits.attribute_set(1, "not_there", "3", None), "no attribute is called"),
        (lambda: edits.attribute_set(1, "own_name", "a\nb", "x"), "on one line"),
    ],
)  # fmt: skip
def test_a_bad_change_is_refused_in_one_sentence(make: Callable[[], object], message: str) -> None:
    sentence = refused(make)
    assert message in sentence
    assert sentence.isprintable()


@pytest.mark.parametrize(
    ("edit", "label", "path", "method"),
    [
        (edits.create(ROOMS, {"primaryDidGroupId": 219, "callFlowId": 3, "description": "New"}),
         'new room in DID group 219 "New"', "/meetingRooms", "POST"),
        (edits.delete(ROOMS, ROOM), 'room 273751 "Sales weekly"', "/meetingRooms/273751", "DELETE"),
        (edits.room_reveal(ROOM), 'room 273751 "Sales weekly"', "/meetingRooms/273751", "GET"),
        (edits.update(DIDS, DID, {"didGroupId": 301}), "DID 220 15162065319", "/dids/220", "PUT"),
        (edits.create(DIDS, {"phoneNumber": "+15162065320", "didGroupId": 219}),
         "new DID 15162065320", "/dids", "POST"),
        (edits.update(DID_GROUPS, GROUP, {"name": "Night"}), 'DID group 219 "Main"',
         "/didGroups/219", "PUT"),
        (edits.create(BINDINGS, {"destination_did": "15162065586", "name": "Night"}),
         'new binding to 15162065586 "Night"', "/bindings", "POST"),
        (edits.update(BINDINGS, BINDING, {"maximum_ttl": "60"}),
         "binding 19166561000→15162065586", "/bindings/b956", "PATCH"),
        (edits.replace(BINDINGS, BINDING, {"name": "Night"}),
         "binding 19166561000→15162065586", "/bindings/b956", "PUT"),
        (edits.delete(DIALOUTS, DIALOUT), "dialout 15162065339 to 15162065338",
         "/dialouts/d9ae", "DELETE"),
        (edits.attribute_set(7, "conference_exittones", "on", "off", "Ann"),
         "conference_exittones of meeting 7 Ann", "/meetings/7/attributes/conference_exittones",
         "PUT"),
    ],
)  # fmt: skip
def test_edits_name_their_target(edit: Action, label: str, path: str, method: str) -> None:
    assert (edit.label, edit.path, edit.method) == (label, path, method)
    assert edit.verb in edits.EDIT_WORDS
    assert edit.verb.startswith(edit.resource)


def test_numbers_are_cut_where_it_is_asked() -> None:
    assert edits.label_of(BINDING, mask=True) == "binding •••••••1000→•••••••5586"
    assert edits.label_of(DID, mask=True) == "DID 220 •••••••5319"
    assert "5339" in edits.label_of(DIALOUT, mask=True)
    assert "15162065339" not in edits.label_of(DIALOUT, mask=True)


def test_a_replacement_is_whole_and_nothing_spoiled_goes_back() -> None:
    edit = edits.replace(BINDINGS, BINDING, {"origination_did": "", "name": "Night"})
    assert set(edit.change) == {field.name for field in BINDINGS.fields if field.check}
    assert edit.change["origination_did"] is None
    cut = replace(BINDING, name="x" * 255 + "…")
    assert "cut or cleaned" in refused(lambda: edits.replace(BINDINGS, cut, {"maximum_ttl": 60}))
    assert edits.replace(BINDINGS, cut, {"name": "Night"}).change["name"] == "Night"


def test_a_keychain_is_changed_code_by_code() -> None:
    more = access_codes.added(KEYS, " 12#* ", "listener")
    assert [(key.access_code, key.role) for key in more] == [
        ("445566", 1), ("778899", 2), ("12#*", 3),
    ]  # fmt: skip
    twice = access_codes.added(more, "77", "h")
    assert sum(key.role == 1 for key in twice) == 2
    assert access_codes.removed(more, "12#*") == KEYS
    changed = access_codes.replaced(KEYS, "445566", "1")
    assert [(key.access_code, key.role) for key in changed] == [("1", 1), ("778899", 2)]
    assert access_codes.replaced(KEYS, "445566", "445566", "l")[0].role == 3


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: access_codes.added(KEYS, "445566", "l"), "there already, for host"),
        (lambda: access_codes.replaced(KEYS, "445566", "778899"), "there already, for participant"),
        (lambda: access_codes.removed(KEYS, "445567"), "no such access code"),
        (lambda: access_codes.replaced(KEYS, "445567", "1"), "no such access code"),
        (lambda: access_codes.added(KEYS, "44a", "l"), "telephone keys"),
        (lambda: access_codes.added(KEYS, "", "l"), "telephone keys"),
        (lambda: access_codes.added(KEYS, "44", "boss"), "host, participant or listener"),
    ],
)
def test_a_bad_code_is_refused_and_never_named(make: Callable[[], object], message: str) -> None:
    sentence = refused(make)
    assert message in sentence
    assert "4455" not in sentence
    assert "7788" not in sentence


@given(st.lists(st.tuples(st.text("0123456789*#", min_size=1, max_size=2), st.integers(1, 3))))
def test_no_keychain_has_a_code_twice(wanted: list[tuple[str, int]]) -> None:
    keys: tuple[AccessCode, ...] = ()
    for code, role in wanted:
        if code in {key.access_code for key in keys}:
            assert "already" in refused(lambda: access_codes.added(keys, code, role))  # noqa: B023
            keys = access_codes.removed(keys, code)
        keys = access_codes.added(keys, code, role)
    assert {key.access_code: key.role for key in keys} == dict(wanted)
    assert len(keys) == len(dict(wanted))


@given(st.integers(1_000_000, 999_999_999_999_999), st.sampled_from(["{}", "+{}", " +{} "]))
def test_numbers_lose_their_plus(number: int, shape: str) -> None:
    assert phone_number(shape.format(number)) == str(number)


def test_no_code_is_in_a_repr_or_in_the_audit_log(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", "prod", "https://bridge.example", "cli")
    keyed = {"keychain": access_codes.added(KEYS, "990011", "l")}
    new = {"primaryDidGroupId": 219, "callFlowId": 3, "keychain": access_codes.whole(KEYS)}
    all_edits = [
        edits.update(ROOMS, ROOM, keyed),
        edits.create(ROOMS, new),
        edits.delete(ROOMS, ROOM),
        edits.room_reveal(ROOM),
        edits.create(BINDINGS, {"destination_did": "15162065586", "dtmf": "445566#"}),
        edits.replace(BINDINGS, replace(BINDING, dtmf="778899"), {"name": "x"}),
        edits.attribute_set(7, "host_access_code", "990011", "445566"),
    ]
    for edit in all_edits:
        log.intent(edit)
        log.outcome(edit, Result(outcome=Outcome.DONE))
    written = (tmp_path / "audit.jsonl").read_text() + repr(all_edits)
    for secret in ("445566", "778899", "990011"):
        assert secret not in written
    assert "15162065586" not in (tmp_path / "audit.jsonl").read_text()
    assert "**** (2)" in written


def test_a_line_of_many_long_attributes_still_fits(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log = AuditLog(path, "prod", "https://bridge.example", "cli")
    own = tuple(AttributeValue(name=f"own_{n:03d}_{'x' * 40}", type=0) for n in range(200))
    wanted = {attribute_value.name: "a\u00e9" * 500 for attribute_value in own}
    log.intent(edits.update(ROOMS, ROOM, {"attributes": wanted}, own))
    [line] = path.read_bytes().splitlines(keepends=True)
    assert len(line) < LONGEST_LINE
    assert b"more" in line
