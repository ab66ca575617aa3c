"""Every edit that an operator can make, carried out over HTTP and proved by reading it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.models.resources.directory import DID_GROUPS, DIDS, ROOMS
from confmon.models.resources.mediator import BINDINGS, DIALOUTS
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.edits import edit_actions as edits
from confmon.monitor.edits.target import Edited, carry_out_edit
from tests.clock import WaitingClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from confmon.monitor.actions.action import Action
    from tests.contract.apis import Apis

    Plan = Callable[[Apis], Awaitable[Action]]


class Log:
    """An audit log in memory."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def intent(self, action: Action) -> None:
        self.lines.append(action.verb)

    def outcome(self, action: Action, result: Result) -> None:
        self.lines.append(f"{action.verb} {result.outcome}")


async def done(apis: Apis, edit: Action) -> Edited:
    log = Log()
    at = apis.mediator if edit.resource in ("binding", "dialout") else apis.rooms
    result = await carry_out_edit(edit, at, log, WaitingClock())
    assert log.lines == [edit.verb, f"{edit.verb} {result.outcome}"]
    return result


PLANS: dict[str, Plan] = {}


def plan(make: Plan) -> Plan:
    PLANS[make.__name__] = make
    return make


@plan
async def room_create(_apis: Apis) -> Action:
    keys = [{"accessCode": "4711", "role": 1}]
    attributes = {"conference_mute_policy": "pl", "conference_maxcalls": "5"}
    return edits.create(
        ROOMS,
        {
            "primaryDidGroupId": 219,
            "callFlowId": 3,
            "description": "Ána",
            "keychain": keys,
            "attributes": attributes,
        },
    )


@plan
async def room_update(apis: Apis) -> Action:
    room = await apis.rooms.get(ROOMS, apis.number)
    return edits.update(
        ROOMS, room, {"description": "Another", "attributes": {"conference_recording": "auto"}}
    )


@plan
async def room_delete(apis: Apis) -> Action:
    return edits.delete(ROOMS, await apis.rooms.get(ROOMS, 452650))


@plan
async def attribute_set(apis: Apis) -> Action:
    found = {
        attribute.name: attribute.value
        for attribute in await apis.rooms.get_attributes(apis.number)
    }
    name = "conference_language"
    return edits.attribute_set(apis.number, name, "KO", found[name])


@plan
async def did_create(_apis: Apis) -> Action:
    return edits.create(DIDS, {"phoneNumber": "442080994500", "didGroupId": 301})


@plan
async def did_update(apis: Apis) -> Action:
    return edits.update(DIDS, await apis.rooms.get(DIDS, 220), {"didGroupId": 301})


@plan
async def did_group_create(_apis: Apis) -> Action:
    return edits.create(DID_GROUPS, {"name": "night", "callFlowId": 1})


@plan
async def did_group_update(apis: Apis) -> Action:
    group = await apis.rooms.get(DID_GROUPS, 219)
    return edits.update(
        DID_GROUPS, group, {"name": "day", "attributes": {"call_mute_dtmf_binding": "*1"}}
    )


@plan
async def binding_create(_apis: Apis) -> Action:
    return edits.create(BINDINGS, {"destination_did": "15162065586", "maximum_ttl": -1})


@plan
async def binding_update(apis: Apis) -> Action:
    binding = (await apis.mediator.list(BINDINGS)).records[0]
    return edits.update(BINDINGS, binding, {"destination_did": "15162065587"})


@plan
async def binding_replace(apis: Apis) -> Action:
    binding = (await apis.mediator.list(BINDINGS)).records[0]
    return edits.replace(BINDINGS, binding, {"name": "Night", "dtmf": ",,1357#"})


@plan
async def binding_delete(apis: Apis) -> Action:
    return edits.delete(BINDINGS, (await apis.mediator.list(BINDINGS)).records[0])


TWO_PARTIES = {
    "stage_one_destination_did": "15162065339",
    "stage_two_destination_did": "15162065338",
}


@plan
async def dialout_create(_apis: Apis) -> Action:
    return edits.create(DIALOUTS, TWO_PARTIES)


@plan
async def dialout_update(apis: Apis) -> Action:
    waiting = await apis.mediator.create(DIALOUTS, TWO_PARTIES | {"delay": 60})
    return edits.update(DIALOUTS, waiting, {"delay": 90})


@plan
async def dialout_replace(apis: Apis) -> Action:
    waiting = await apis.mediator.create(DIALOUTS, TWO_PARTIES | {"delay": 60})
    return edits.replace(DIALOUTS, waiting, {"stage_two_destination_did": "15162065337"})


@plan
async def dialout_delete(apis: Apis) -> Action:
    waiting = await apis.mediator.create(DIALOUTS, TWO_PARTIES | {"delay": 60})
    return edits.delete(DIALOUTS, waiting)


def test_every_verb_is_tried() -> None:
    assert PLANS.keys() | {"room_reveal"} == set(edits.EDIT_WORDS)


@pytest.mark.parametrize("verb", sorted(PLANS))
async def test_it_is_done_and_seen(apis: Apis, verb: str) -> None:
    result = await done(apis, await PLANS[verb](apis))
    assert result.outcome is Outcome.DONE, result.detail


@pytest.mark.parametrize("verb", sorted(verb for verb in PLANS if "update" in verb))
async def test_what_is_ignored_is_not_believed(apis: Apis, verb: str) -> None:
    apis.world.quirks.ignore_edits = True
    result = await done(apis, await PLANS[verb](apis))
    assert result.outcome is Outcome.NOT_APPLIED, result.detail


async def test_access_codes_are_read_behind_an_audit_line(apis: Apis) -> None:
    room = await apis.rooms.get(ROOMS, apis.number, exclude=("keychain",))
    result = await done(apis, edits.room_reveal(room))
    assert result.outcome is Outcome.DONE
    shown = {key.access_code for key in getattr(result.record, "keychain", ())}
    assert shown == set(apis.world.meetings[apis.number].codes)


async def test_what_somebody_else_changed_is_not_overwritten(apis: Apis) -> None:
    edit = edits.update(ROOMS, await apis.rooms.get(ROOMS, apis.number), {"description": "Mine"})
    await apis.rooms.change(ROOMS, "PUT", apis.number, {"description": "Theirs"})
    result = await done(apis, edit)
    assert result.outcome is Outcome.REFUSED
    assert (await apis.rooms.get(ROOMS, apis.number)).description == "Theirs"
