"""Edits carried out on an endpoint in memory that can ignore, lose, refuse and be changed."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.models import access_codes, errors
from confmon.models.codes import Codes
from confmon.models.forwarding import Binding, Dialout
from confmon.models.live_records import Attribute
from confmon.models.resources.directory import CALL_FLOWS, DID_GROUPS, DIDS, ROOMS
from confmon.models.resources.mediator import BINDINGS, DIALOUTS
from confmon.models.rooms import (
    AccessCode,
    AttributeValue,
    CallFlow,
    Did,
    DidGroup,
    DidGroupReference,
    Room,
)
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.log import LogEntry
from confmon.monitor.actions.pending import PendingActions
from confmon.monitor.edits import edit_actions as edits
from confmon.monitor.edits.target import Edited, carry_out_edit
from confmon.monitor.edits.under_way import EditedApi, EditsUnderWay
from confmon.monitor.polling.live_store import LiveStore
from tests.clock import WaitingClock
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.clock import Clock
    from confmon.models.resources.resource import Resource
    from confmon.monitor.actions.action import Action
    from confmon.ports import Directory, Mediator

GONE = errors.NotFound("not found (404)", status=404)
LOST = errors.TimedOut("bridge did not answer in time", lost=True)


ROOM = Room(
    meeting_number=273751,
    description="Sales weekly",
    created=1544482680000,
    primary_did_group_id=219,
    did_group_references=(DidGroupReference(did_group_id=219, state=0),),
    keychain=(
        AccessCode(access_code="1234", id=1, role=1),
        AccessCode(access_code="5678", id=2, role=2),
    ),
    attributes=(
        AttributeValue(name="conference_mute_policy", value="l"),
        AttributeValue(name="conference_entrytones", value="on"),
        AttributeValue(name="conference_maxcalls", value="100"),
    ),
)
GROUP = DidGroup(
    id=219, name="Main", call_flow_id=3,
    attributes=(AttributeValue(name="conference_entrytones", value="on"),),
)  # fmt: skip
FLOW = CallFlow(
    id=3,
    name="CONF",
    attribute_templates=(AttributeValue(name="conference_maxcalls", value="100"),),
)
DID = Did(id=220, phone_number="15162065319", did_group_id=219)
BINDING = Binding(
    binding_sid="b956", date_created=1550597793174, destination_did="15162065586",
    maximum_ttl=-1, name="N/A", redirect_did="19166561000", wait_origination_did_ttl=-1,
)  # fmt: skip
DIALOUT = Dialout(
    dialout_sid="d9ae", date_created=1550606196702, delay=60,
    stage_one_destination_did="15162065339", stage_two_destination_did="15162065338",
)  # fmt: skip

_KINDS: dict[str, tuple[type[Any], str]] = {
    "room": (Room, "meeting_number"),
    "did": (Did, "id"),
    "did_group": (DidGroup, "id"),
    "binding": (Binding, "binding_sid"),
    "dialout": (Dialout, "dialout_sid"),
}


@dataclass
class FakeDirectory:
    """Directory, Mediator and audit log in one. `log` has what each of them saw, in order."""

    records: dict[tuple[str, Any], Any] = field(default_factory=dict)
    live: dict[int, dict[str, str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    bodies: list[Mapping[str, Any]] = field(default_factory=list)
    ignores: tuple[str, ...] = ()
    """Wire names that are agreed to and not done; ``*`` is all, deletions and creations too."""
    on_write: Callable[[], None] = lambda: None
    answers: Callable[[], None] = lambda: None
    """Called when a write has been carried out, before its answer."""
    on_read: Callable[[], None] = lambda: None
    on_intent: Callable[[], None] = lambda: None
    outcomes: list[Result] = field(default_factory=list)

    # The log.

    def intent(self, action: Action) -> None:
        self.log.append(f"intent {action.verb}")
        self.on_intent()

    def outcome(self, action: Action, result: Result) -> None:
        self.log.append(f"outcome {result.outcome.value}")
        self.outcomes.append(result)

    # Both ports.

    async def get(self, resource: Resource[Any], key: Any) -> Any:
        if resource is CALL_FLOWS:
            self.log.append(f"get call_flow {key}")
            return FLOW
        return await self._get(resource.name, key)

    async def create(self, resource: Resource[Any], body: Mapping[str, Any]) -> Any:
        return await self._create(resource.name, body)

    async def change(
        self, resource: Resource[Any], method: str, key: Any, body: Mapping[str, Any]
    ) -> None:
        verb = "update" if resource.api == "directory" else method.lower()
        await self._change(verb, resource.name, key, body)

    async def delete(self, resource: Resource[Any], key: Any) -> None:
        await self._delete(resource.name, key)

    async def _get(self, kind: str, key: Any) -> Any:
        self.log.append(f"get {kind} {key}")
        self.on_read()
        if (kind, key) not in self.records:
            raise GONE
        return self.records[kind, key]

    async def _create(self, kind: str, body: Mapping[str, Any]) -> Any:
        self._written(f"create {kind}", body)
        record, key_name = _KINDS[kind]
        key = "new" if kind in ("binding", "dialout") else 500
        made = _applied(record(**{key_name: key}), body, self.ignores)
        if "*" not in self.ignores:
            self.records[kind, key] = made
        self.answers()
        return made

    async def _change(self, verb: str, kind: str, key: Any, body: Mapping[str, Any]) -> None:
        self._written(f"{verb} {kind} {key}", body)
        if (kind, key) not in self.records:
            raise GONE
        if "*" not in self.ignores:
            record = _applied(self.records.pop((kind, key)), body, self.ignores)
            self.records[kind, getattr(record, _KINDS[kind][1])] = record
        self.answers()

    async def _delete(self, kind: str, key: Any) -> None:
        self._written(f"delete {kind} {key}", {})
        if (kind, key) not in self.records:
            raise GONE
        if "*" not in self.ignores:
            del self.records[kind, key]
        self.answers()

    def _written(self, what: str, body: Mapping[str, Any]) -> None:
        self.log.append(what)
        self.bodies.append(body)
        self.on_write()

    async def get_attributes(self, number: int) -> tuple[Attribute, ...]:
        self.log.append(f"get attributes {number}")
        self.on_read()
        if number not in self.live:
            raise GONE
        return tuple(Attribute(name, value) for name, value in self.live[number].items())

    async def put_attribute(self, number: int, name: str, value: str) -> None:
        self._written(f"put attribute {number} {name}", {"value": value})
        if "*" not in self.ignores:
            self.live[number][name] = value
        self.answers()


def _applied(record: Any, body: Mapping[str, Any], ignores: tuple[str, ...]) -> Any:
    """Do what a server does with a body: snake case, and records out of arrays."""
    changed: dict[str, Any] = {}
    for wire, value in body.items():
        if wire in ("meetingNumber",) and not record.created:
            continue  # a new one's number is the server's choice
        if wire not in ignores and not (wire == "callFlowId" and isinstance(record, Room)):
            name = "".join(f"_{one.lower()}" if one.isupper() else one for one in wire)
            changed[name] = _held(wire, value)
    return replace(record, **changed)


def _held(wire: str, value: Any) -> Any:
    match wire, value:
        case "keychain", _:
            keys = [
                AccessCode(access_code=one["accessCode"], role=one["role"], id=9) for one in value
            ]
            return tuple(reversed(keys))
        case "didGroupReferences", _:
            return tuple(DidGroupReference(did_group_id=one["didGroupId"]) for one in value)
        case "attributes", list():
            return tuple(AttributeValue(name=one["name"], value=one["value"]) for one in value)
        case "attributes", dict():
            return tuple(value.items())
    return value


@pytest.fixture
def directory() -> FakeDirectory:
    return FakeDirectory(
        records={
            ("room", 273751): ROOM,
            ("did_group", 219): GROUP,
            ("did", 220): DID,
            ("binding", "b956"): BINDING,
            ("dialout", "d9ae"): DIALOUT,
        },
        live={273751: {"conference_exittones": "on", "own_name": "x"}},
    )


async def done(edit: Action, directory: FakeDirectory) -> Edited:
    return await carry_out_edit(
        edit, cast("Directory | Mediator", directory), directory, WaitingClock()
    )


async def test_it_audits_looks_sends_and_reads_back(directory: FakeDirectory) -> None:
    result = await done(edits.update(ROOMS, ROOM, {"description": "Sales daily"}), directory)
    assert (result.outcome, result.detail, result.status) == (Outcome.DONE, "", 200)
    assert directory.log == [
        "intent room_update", "get room 273751", "update room 273751", "get room 273751",
        "outcome done",
    ]  # fmt: skip
    assert directory.bodies == [{"description": "Sales daily"}]
    assert result.key == 273751
    assert isinstance(result.record, Room)
    assert result.record.description == "Sales daily"


async def test_without_an_audit_line_nothing_is_sent_or_read(directory: FakeDirectory) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    directory.on_intent = full
    result = await done(edits.room_reveal(ROOM), directory)
    assert result.outcome is Outcome.REFUSED
    assert "No space left on device" in result.detail
    assert directory.log == ["intent room_reveal"]
    assert result.record is None


async def test_codes_are_revealed_after_the_audit_line(directory: FakeDirectory) -> None:
    result = await done(edits.room_reveal(ROOM), directory)
    assert result.outcome is Outcome.DONE
    assert directory.log == ["intent room_reveal", "get room 273751", "outcome done"]
    assert isinstance(result.record, Room)
    assert result.record.keychain == ROOM.keychain
    assert "1234" not in repr(result)


async def test_what_was_changed_since_it_was_seen_is_not_overwritten(
    directory: FakeDirectory,
) -> None:
    directory.records["room", 273751] = replace(ROOM, description="of another operator")
    result = await done(edits.update(ROOMS, ROOM, {"description": "mine"}), directory)
    assert result.outcome is Outcome.REFUSED
    assert result.detail == "changed meanwhile: description; nothing was sent"
    assert not directory.bodies


async def test_a_change_elsewhere_in_the_record_does_not_matter(directory: FakeDirectory) -> None:
    directory.records["room", 273751] = replace(ROOM, description="of another operator")
    keys = access_codes.removed(ROOM.keychain, "5678")
    result = await done(edits.update(ROOMS, ROOM, {"keychain": keys}), directory)
    assert result.outcome is Outcome.DONE


async def test_a_keychain_changed_meanwhile_is_not_overwritten(directory: FakeDirectory) -> None:
    directory.records["room", 273751] = replace(ROOM, keychain=ROOM.keychain[:1])
    keys = access_codes.added(ROOM.keychain, "999", "listener")
    result = await done(edits.update(ROOMS, ROOM, {"keychain": keys}), directory)
    assert result.detail == "changed meanwhile: keychain; nothing was sent"


async def test_a_keychain_is_proved_in_any_order(directory: FakeDirectory) -> None:
    keys = access_codes.added(ROOM.keychain, "*99#", "l")
    result = await done(edits.update(ROOMS, ROOM, {"keychain": keys}), directory)
    assert result.outcome is Outcome.DONE
    assert directory.bodies[0]["keychain"] == [
        {"accessCode": "1234", "role": 1},
        {"accessCode": "5678", "role": 2},
        {"accessCode": "*99#", "role": 3},
    ]


async def test_another_room_with_the_number_is_left_alone(directory: FakeDirectory) -> None:
    directory.records["room", 273751] = replace(ROOM, created=1)
    for edit in (
        edits.update(ROOMS, ROOM, {"description": "x"}),
        edits.delete(ROOMS, ROOM),
    ):
        result = await done(edit, directory)
        assert result.outcome is Outcome.REFUSED
        assert result.detail == "another room has its number by now; nothing was sent"
    assert not directory.bodies


async def test_attributes_go_with_the_rooms_own_and_without_what_it_inherits(
    directory: FakeDirectory,
) -> None:
    change = {"attributes": {"conference_exittones": "off"}}
    result = await done(edits.update(ROOMS, ROOM, change), directory)
    assert result.outcome is Outcome.DONE
    assert directory.bodies == [
        {
            "attributes": [
                {"name": "conference_mute_policy", "value": "l"},
                {"name": "conference_exittones", "value": "off"},
            ]
        }
    ]
    assert directory.log[1:4] == ["get room 273751", "get did_group 219", "get call_flow 3"]


async def test_what_could_not_be_read_exactly_is_not_sent_back(directory: FakeDirectory) -> None:
    directory.records["room", 273751] = replace(ROOM, inexact=1)
    result = await done(edits.update(ROOMS, ROOM, {"keychain": ()}), directory)
    assert result.outcome is Outcome.REFUSED
    assert "keychain can't be sent back unharmed" in result.detail
    assert not directory.bodies
    result = await done(edits.update(ROOMS, ROOM, {"description": "mine"}), directory)
    assert result.outcome is Outcome.DONE


async def test_an_attribute_taken_away_may_show_what_it_inherits(directory: FakeDirectory) -> None:
    edit = edits.update(ROOMS, ROOM, {"attributes": {"conference_mute_policy": None}})

    def inherit() -> None:
        room = directory.records["room", 273751]
        value = AttributeValue(name="conference_mute_policy", value="hpl")
        directory.records["room", 273751] = replace(room, attributes=(*room.attributes, value))

    directory.answers = inherit
    assert (await done(edit, directory)).outcome is Outcome.DONE
    directory.records["room", 273751], directory.ignores = ROOM, ("*",)
    directory.answers = lambda: None
    result = await done(edit, directory)
    assert result.outcome is Outcome.NOT_APPLIED
    assert result.detail == "the server accepted it; a read shows otherwise: conference_mute_policy"


async def test_taking_away_what_is_inherited_is_done_at_once(directory: FakeDirectory) -> None:
    directory.ignores = ("*",)
    edit = edits.update(ROOMS, ROOM, {"attributes": {"conference_entrytones": None}})
    assert (await done(edit, directory)).outcome is Outcome.DONE


async def test_levels_in_another_order_are_a_proof(directory: FakeDirectory) -> None:
    edit = edits.update(ROOMS, ROOM, {"attributes": {"conference_mute_policy": "hl"}})

    def shuffle() -> None:
        room = directory.records["room", 273751]
        value = AttributeValue(name="conference_mute_policy", value="lh")
        directory.records["room", 273751] = replace(room, attributes=(value,))

    directory.answers = shuffle
    assert (await done(edit, directory)).outcome is Outcome.DONE


async def test_a_server_that_says_yes_and_does_nothing_is_not_believed(
    directory: FakeDirectory,
) -> None:
    directory.ignores = ("*",)
    result = await done(edits.update(ROOMS, ROOM, {"description": "x"}), directory)
    assert result.outcome is Outcome.NOT_APPLIED
    assert result.detail == "the server accepted it; a read shows otherwise: description"
    result = await done(edits.delete(ROOMS, ROOM), directory)
    assert result.outcome is Outcome.NOT_APPLIED
    assert result.detail == "the server accepted it; a read still finds it"
    assert len(directory.bodies) == 2


async def test_a_change_that_shows_late_is_done(directory: FakeDirectory) -> None:
    late: list[Any] = []

    def delay() -> None:
        late.append(directory.records["room", 273751])
        directory.records["room", 273751] = ROOM

    def on_read() -> None:
        if directory.log.count("get room 273751") == 4:
            directory.records["room", 273751] = late[0]

    directory.answers, directory.on_read = delay, on_read
    result = await done(edits.update(ROOMS, ROOM, {"description": "x"}), directory)
    assert result.outcome is Outcome.DONE
    assert directory.log.count("update room 273751") == 1


async def test_a_moved_room_is_looked_for_at_its_new_number(directory: FakeDirectory) -> None:
    result = await done(edits.update(ROOMS, ROOM, {"meetingNumber": "42"}), directory)
    assert (result.outcome, result.key) == (Outcome.DONE, 42)
    assert directory.log[-2] == "get room 42"


async def test_another_room_at_the_new_number_is_no_proof(directory: FakeDirectory) -> None:
    directory.records["room", 42] = Room(meeting_number=42, created=7)
    directory.ignores = ("*",)
    result = await done(edits.update(ROOMS, ROOM, {"meetingNumber": 42}), directory)
    assert (result.outcome, result.key) == (Outcome.NOT_APPLIED, 273751)
    assert result.detail == "the server accepted it; another room has that number"


async def test_a_new_room_is_looked_for_where_the_server_put_it(directory: FakeDirectory) -> None:
    result = await done(edits.create(ROOMS, {**NEW_ROOM, "meetingNumber": "273751"}), directory)
    assert (result.outcome, result.key) == (Outcome.NOT_APPLIED, 500)
    assert "get room 273751" not in directory.log


async def test_references_are_proved_whether_or_not_the_primary_one_is_listed(
    directory: FakeDirectory,
) -> None:
    edit = edits.update(ROOMS, ROOM, {"didGroupReferences": [301]})

    def keep_primary() -> None:
        room = directory.records["room", 273751]
        both = (*room.did_group_references, DidGroupReference(did_group_id=219))
        directory.records["room", 273751] = replace(room, did_group_references=both)

    directory.answers = keep_primary
    assert (await done(edit, directory)).outcome is Outcome.DONE
    many = replace(ROOM, did_group_references=(DidGroupReference(did_group_id=301),))
    directory.records["room", 273751], directory.ignores = many, ("*",)
    directory.answers = lambda: None
    result = await done(edits.update(ROOMS, many, {"didGroupReferences": []}), directory)
    assert result.outcome is Outcome.NOT_APPLIED


async def test_a_record_listed_without_a_field_can_be_deleted(directory: FakeDirectory) -> None:
    bare = Room(meeting_number=273751, created=ROOM.created)
    assert (await done(edits.delete(ROOMS, bare), directory)).outcome is Outcome.DONE


async def test_a_lost_answer_is_settled_by_reading(directory: FakeDirectory) -> None:
    def lose() -> None:
        raise LOST

    directory.answers = lose
    result = await done(edits.update(ROOMS, ROOM, {"description": "x"}), directory)
    assert (result.outcome, result.status) == (Outcome.DONE, None)
    directory.ignores = ("*",)
    result = await done(edits.update(BINDINGS, BINDING, {"name": "x"}), directory)
    assert result.outcome is Outcome.NOT_APPLIED
    assert result.detail.startswith("the answer was lost: bridge did not answer in time; a read")
    assert len(directory.bodies) == 2


NEW_ROOM = {"primaryDidGroupId": "219", "callFlowId": "3", "description": "New"}


async def test_a_new_room_is_read_back_by_the_number_it_was_given(directory: FakeDirectory) -> None:
    wanted = {**NEW_ROOM, "keychain": [("12", "h")], "attributes": {"conference_mute_policy": "LP"}}
    result = await done(edits.create(ROOMS, wanted), directory)
    assert (result.outcome, result.detail, result.key) == (Outcome.DONE, "room 500", 500)
    assert directory.log == [
        "intent room_create", "create room", "get room 500", "outcome done",
    ]  # fmt: skip
    assert directory.bodies == [
        {
            "primaryDidGroupId": 219,
            "callFlowId": 3,
            "description": "New",
            "keychain": [{"accessCode": "12", "role": 1}],
            "attributes": [{"name": "conference_mute_policy", "value": "pl"}],
        }
    ]


async def test_a_new_room_without_what_was_wanted_says_so_and_which_it_is(
    directory: FakeDirectory,
) -> None:
    directory.ignores = ("description",)
    result = await done(edits.create(ROOMS, NEW_ROOM), directory)
    assert (result.outcome, result.key) == (Outcome.NOT_APPLIED, 500)
    assert result.detail == "room 500; the server accepted it; a read shows otherwise: description"


async def test_a_new_room_that_no_read_finds_was_not_created(directory: FakeDirectory) -> None:
    directory.ignores = ("*",)
    result = await done(edits.create(ROOMS, NEW_ROOM), directory)
    assert result.outcome is Outcome.NOT_APPLIED
    assert "a read does not find it" in result.detail


@pytest.mark.parametrize("error", [LOST, errors.Garbled("not the API's JSON", status=201)])
async def test_a_lost_creation_is_unknown_and_never_sent_again(
    directory: FakeDirectory, error: errors.BridgeError
) -> None:
    def lose() -> None:
        raise error

    directory.answers = lose
    result = await done(edits.create(ROOMS, NEW_ROOM), directory)
    assert result.outcome is Outcome.UNKNOWN
    assert result.detail.endswith("look at the list before you try again")
    assert directory.log == ["intent room_create", "create room", "outcome unknown"]


async def test_a_refusal_says_why_and_what_to_do(directory: FakeDirectory) -> None:
    def refuse() -> None:
        raise errors.Rejected("no free DID (409)", status=409, hint="Name a redirect_did.")

    directory.on_write = refuse
    result = await done(edits.create(BINDINGS, {"destination_did": "15162065586"}), directory)
    assert (result.outcome, result.status) == (Outcome.REFUSED, 409)
    assert result.detail == "no free DID (409). Name a redirect_did"


async def test_what_can_not_be_read_first_is_not_sent(directory: FakeDirectory) -> None:
    def refuse() -> None:
        raise errors.Unreachable("bridge refused")

    directory.on_read = refuse
    result = await done(edits.delete(BINDINGS, BINDING), directory)
    assert result.outcome is Outcome.REFUSED
    assert "could not be read first" in result.detail
    assert "nothing was sent" in result.detail
    assert not directory.bodies


async def test_reads_that_fail_leave_it_unknown(directory: FakeDirectory) -> None:
    def fail() -> None:
        if directory.bodies:
            raise errors.ServerTrouble("bridge fails (503)", status=503, retry_after_s=2.0)

    directory.on_read = fail
    result = await done(edits.update(ROOMS, ROOM, {"description": "x"}), directory)
    assert (result.outcome, result.detail) == (Outcome.UNKNOWN, "bridge fails (503)")


@pytest.mark.parametrize(
    ("edit", "outcome", "detail"),
    [
        (edits.delete(ROOMS, ROOM), Outcome.DONE, "it was gone already"),
        (edits.delete(BINDINGS, BINDING), Outcome.DONE, "it was gone already"),
        (edits.delete(DIALOUTS, DIALOUT), Outcome.GONE, "set up, or not answered"),
        (edits.update(ROOMS, ROOM, {"description": "x"}), Outcome.GONE, "does not exist"),
        (edits.room_reveal(ROOM), Outcome.GONE, "does not exist"),
        (
            edits.attribute_set(9, "conference_exittones", "on", None),
            Outcome.GONE,
            "has ended",
        ),
    ],
)
async def test_a_target_that_is_gone(edit: Action, outcome: Outcome, detail: str) -> None:
    directory = FakeDirectory()
    result = await done(edit, directory)
    assert result.outcome is outcome
    assert detail in result.detail
    assert not directory.bodies


async def test_a_deletion_is_done_when_a_read_does_not_find_it(directory: FakeDirectory) -> None:
    for edit in (edits.delete(ROOMS, ROOM), edits.delete(BINDINGS, BINDING)):
        assert (await done(edit, directory)).outcome is Outcome.DONE
    assert directory.log[3] == "get room 273751"


async def test_a_live_attribute_is_read_back_by_name(directory: FakeDirectory) -> None:
    edit = edits.attribute_set(273751, "conference_exittones", "OFF", "on")
    assert edit.path == "/meetings/273751/attributes/conference_exittones"
    result = await done(edit, directory)
    assert result.outcome is Outcome.DONE
    assert directory.bodies == [{"value": "off"}]
    result = await done(edit, directory)
    assert result.detail == "conference_exittones was changed meanwhile; nothing was sent"
    result = await done(edits.attribute_set(273751, "own_name", "y", "x"), directory)
    assert result.outcome is Outcome.DONE


async def test_a_dialout_that_is_listed_is_dialling(directory: FakeDirectory) -> None:
    both = {"stage_one_destination_did": "15162065339", "stage_two_destination_did": "15162065338"}
    result = await done(edits.create(DIALOUTS, both), directory)
    assert (result.outcome, result.detail) == (Outcome.DONE, "dialout new")
    result = await done(edits.create(DIALOUTS, {**both, "delay": "30"}), directory)
    assert result.detail == "dialout new; dials 30 s after it was created"


async def test_a_dialout_that_is_not_listed_any_more_is_not_called_done(
    directory: FakeDirectory,
) -> None:
    directory.ignores = ("*",)
    both = {"stage_one_destination_did": "15162065339", "stage_two_destination_did": "15162065338"}
    result = await done(edits.create(DIALOUTS, both), directory)
    assert result.outcome is Outcome.GONE
    assert result.detail == "dialout new; gone from the list: set up, or not answered"
    assert directory.log.count("create dialout") == 1


async def test_bindings_are_patched_replaced_and_created(directory: FakeDirectory) -> None:
    patch = edits.update(BINDINGS, BINDING, {"destination_did": "+1 516 206 5587"})
    assert (await done(patch, directory)).outcome is Outcome.DONE
    assert directory.bodies[-1] == {"destination_did": "15162065587"}
    now = directory.records["binding", "b956"]
    put = edits.replace(BINDINGS, now, {"name": "Night", "redirect_did": None})
    directory.ignores = ("redirect_did",)  # the server takes a free one, here the same
    assert (await done(put, directory)).outcome is Outcome.DONE
    assert directory.log[-3] == "put binding b956"
    assert set(directory.bodies[-1]) == {
        "attributes", "destination_did", "dtmf", "maximum_ttl", "name", "origination_did",
        "redirect_did", "wait_origination_did_ttl",
    }  # fmt: skip
    new = edits.create(BINDINGS, {"destination_did": "15162065586", "attributes": {"a": "b"}})
    assert (await done(new, directory)).key == "new"


async def test_dids_and_groups_are_created_and_changed(directory: FakeDirectory) -> None:
    for edit in (
        edits.update(DIDS, DID, {"didGroupId": "301"}),
        edits.update(DIDS, DID, {"attributes": {"call_delay": "2"}}),
        edits.update(DID_GROUPS, GROUP, {"name": "Night", "callFlowId": 4}),
        edits.create(DIDS, {"phoneNumber": "+15162065320", "didGroupId": 219}),
        edits.create(DID_GROUPS, {"name": "Day", "callFlowId": "3"}),
        edits.update(DIALOUTS, DIALOUT, {"delay": 90}),
    ):
        result = await done(edit, directory)
        assert (result.outcome, edit.verb) == (Outcome.DONE, edit.verb)
    assert set(edits.EDIT_WORDS) > {
        "did_update",
        "did_group_update",
        "did_create",
        "did_group_create",
    }


@pytest.mark.parametrize("place", ["intent", "read", "write", "proof"])
async def test_an_interruption_leaves_an_outcome_behind(
    directory: FakeDirectory, place: str
) -> None:
    loop, begun, gate = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    task = loop.create_task(done(edits.update(ROOMS, ROOM, {"description": "x"}), directory))

    def on_intent() -> None:
        loop.call_soon_threadsafe(begun.set)
        gate.wait(PATIENCE_S)

    def cancel() -> None:
        task.cancel()

    if place == "intent":
        directory.on_intent = on_intent
        await begun.wait()
        task.cancel()
        await asyncio.sleep(0)
        gate.set()
    elif place == "write":
        directory.on_write = cancel
    else:
        directory.on_read = lambda: (
            cancel() if bool(directory.bodies) == (place == "proof") else None
        )
        directory.ignores = ("*",)
    with pytest.raises(asyncio.CancelledError):
        await task
    [outcome] = directory.outcomes
    assert (directory.log[0], directory.log[-1]) == (
        "intent room_update", f"outcome {outcome.outcome.value}",
    )  # fmt: skip
    assert outcome.outcome is (Outcome.REFUSED if place == "intent" else Outcome.UNKNOWN)
    assert "interrupted" in outcome.detail


class Session:
    """As much of a session as edits need."""

    def __init__(self) -> None:
        self.clock: Clock = WaitingClock()
        self.pending_actions = PendingActions(LiveStore(self.clock, Codes()), self.clock)

    def doubt_audit(self, why: str) -> None:
        assert not why


async def test_a_bug_below_leaves_no_edit_under_way_for_ever(directory: FakeDirectory) -> None:
    def bug() -> None:
        raise RuntimeError("bug")

    directory.on_read = bug
    session, heard = Session(), list[Result]()
    under_way = EditsUnderWay(session, lambda: None)
    api = EditedApi(cast("Any", None), cast("Any", directory), directory)
    under_way.start(edits.update(ROOMS, ROOM, {"description": "x"}), api, heard.append)
    [error] = await asyncio.gather(*under_way._tasks, return_exceptions=True)
    assert isinstance(error, RuntimeError), "it is noted when confmon ends"
    [entry] = session.pending_actions.log
    assert isinstance(entry, LogEntry)
    assert entry.result.outcome is Outcome.UNKNOWN
    assert heard == [entry.result] == directory.outcomes


CODES = st.text("0123456789*#", min_size=1, max_size=3)


@given(st.dictionaries(CODES, st.integers(1, 3)), st.booleans())
def test_any_keychain_is_proved_or_reported_as_not_applied(
    codes: dict[str, int], so_far: bool
) -> None:
    directory = FakeDirectory({("room", 273751): ROOM}, ignores=() if so_far else ("keychain",))
    keys = tuple(AccessCode(access_code=code, role=role) for code, role in codes.items())
    if codes == {"1234": 1, "5678": 2}:
        return
    result = asyncio.run(done(edits.update(ROOMS, ROOM, {"keychain": keys}), directory))
    assert result.outcome is (Outcome.DONE if so_far else Outcome.NOT_APPLIED)
    assert [entry for entry in directory.log if entry.startswith("update")] == [
        "update room 273751"
    ]


EDITS: dict[str, Action] = {
    "update": edits.update(ROOMS, ROOM, {"description": "x", "keychain": ROOM.keychain[:1]}),
    "delete": edits.delete(ROOMS, ROOM),
    "create": edits.create(ROOMS, NEW_ROOM),
}
NO_READ = errors.Unreachable("bridge refused")
TROUBLE = errors.ServerTrouble("bridge fails (500)", status=500, lost=True)
ODD = errors.Garbled("not the API's JSON", status=200)
REJECTED = errors.Rejected("refused (400)", status=400)


@given(
    st.sampled_from(sorted(EDITS)),
    st.sampled_from([None, REJECTED, LOST, TROUBLE]),
    st.sampled_from([None, LOST, TROUBLE, ODD]),
    st.booleans(),
    st.lists(st.sampled_from([None, NO_READ]), max_size=9),
)
def test_an_edit_is_sent_once_at_most_and_its_outcome_is_true(
    wanted: str,
    unsent: errors.BridgeError | None,
    unanswered: errors.BridgeError | None,
    so_far: bool,
    reads: list[errors.BridgeError | None],
) -> None:
    directory, left = FakeDirectory({("room", 273751): ROOM}), list(reads)
    directory.ignores = () if so_far else ("*",)

    def fail(error: errors.BridgeError | None) -> None:
        if error is not None:
            raise error

    directory.on_write = lambda: fail(unsent)
    directory.answers = lambda: fail(unanswered)
    directory.on_read = lambda: fail(left.pop(0) if left else None)
    result = asyncio.run(done(EDITS[wanted], directory))
    truth = {
        "update": directory.records.get(("room", 273751), ROOM).description == "x",
        "delete": ("room", 273751) not in directory.records,
        "create": ("room", 500) in directory.records,
    }[wanted]
    assert len(directory.bodies) <= 1
    assert (directory.log[0], len(directory.outcomes)) == (f"intent room_{wanted}", 1)
    assert directory.outcomes[0].outcome is result.outcome
    assert result.outcome.settled
    assert truth or result.outcome is not Outcome.DONE
    if result.outcome in (Outcome.REFUSED, Outcome.NOT_APPLIED, Outcome.GONE):
        assert not truth
    if not directory.bodies:
        assert result.outcome is Outcome.REFUSED
    if wanted == "create" and (unsent or unanswered) not in (None, REJECTED):
        assert result.outcome is Outcome.UNKNOWN
