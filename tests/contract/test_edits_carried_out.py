"""Every edit on the simulated world, through the real clients: sent, and shown by a later read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.api.client import asgi_transport, open_client
from confmon.api.mediator import open_mediator
from confmon.clock import SystemClock
from confmon.monitor import edits, keychain
from confmon.monitor.action import Outcome
from confmon.monitor.editing import Edited, carry_out
from confmon.simulator.face import make_app
from confmon.simulator.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from confmon.api.client import ConferenceClient
    from confmon.api.mediator import MediatorClient
    from confmon.monitor.action import Result
    from confmon.monitor.edit import Edit
    from confmon.monitor.port import Directory, Mediator

WALL = 1_700_000_000.0


class Silent:
    """An audit log that keeps nothing."""

    def intent(self, action: Edit) -> None: ...

    def outcome(self, action: Edit, result: Result) -> None: ...


@pytest.fixture
def world() -> World:
    return World(3, 6, 40, lambda: WALL, churn=0.0)


@pytest.fixture
async def client(world: World) -> AsyncIterator[ConferenceClient]:
    app = make_app(world, login="op", password="secret")
    base = "http://127.0.0.1/conference/v1"
    opened = open_client(base, "op", "secret", transport=asgi_transport(app))
    yield opened
    await opened.aclose()


@pytest.fixture
async def mediator(world: World) -> AsyncIterator[MediatorClient]:
    app = make_app(world, login="op", password="secret")
    base = "http://127.0.0.1/mediator/v1"
    opened = open_mediator(base, "mediator", "mediator", transport=asgi_transport(app))
    yield opened
    await opened.aclose()


async def done(edit: Edit, at: Directory | Mediator) -> Edited:
    result = await carry_out(edit, at, Silent(), SystemClock())
    assert result.outcome is Outcome.DONE, f"{edit.verb}: {result.detail}"
    return result


async def test_a_room_lives_its_life(client: ConferenceClient) -> None:
    directory = client.directory
    made = await done(
        edits.room_create(
            {
                "primaryDidGroupId": 219,
                "callFlowId": 3,
                "description": "New",
                "keychain": [("5550", "host")],
                "attributes": {"conference_maxcalls": "5"},
            }
        ),
        directory,
    )
    room = await directory.get_room(int(str(made.key)))
    keys = keychain.added(keychain.replaced(room.keychain, "5550", "5551"), "5552", "listener")
    change = {"keychain": keys, "didGroupReferences": [301], "description": "Déjà vu"}
    await done(edits.room_update(room, change), directory)
    room = await directory.get_room(room.meeting_number)
    shown = await done(edits.room_reveal(room), directory)
    assert shown.record == room
    assert {(key.access_code, key.role) for key in room.keychain} == {("5551", 1), ("5552", 3)}
    moved = await done(edits.room_update(room, {"meetingNumber": 424242}), directory)
    assert moved.key == 424242
    await done(edits.room_delete(await directory.get_room(424242)), directory)


async def test_a_room_goes_on_following_its_group(client: ConferenceClient, world: World) -> None:
    directory, rooms = client.directory, world.estate.rooms
    number = (await directory.list_rooms()).records[0].meeting_number
    own = dict(rooms[number].attributes)
    assert not {"conference_lock_dtmf", "conference_qa_policy"} & set(own)
    wish = {"conference_lock_dtmf": "hp", "conference_qa_policy": "l"}
    change: dict[str, object] = {"attributes": wish}
    await done(edits.room_update(await directory.get_room(number), change), directory)
    assert rooms[number].attributes == {**own, **wish}
    for name in wish:
        change = {"attributes": {name: None}}
        await done(edits.room_update(await directory.get_room(number), change), directory)
    assert rooms[number].attributes == own


async def test_numbers_are_made_and_changed(client: ConferenceClient) -> None:
    directory = client.directory
    [did, *_] = (await directory.list_dids()).records
    group = await directory.get_did_group(219)
    for edit in (
        edits.did_update(did, {"attributes": {"call_delay": "2"}, "didGroupId": 301}),
        edits.did_create({"phoneNumber": "+1 516 206 5999", "didGroupId": 219}),
        edits.did_group_update(group, {"name": "Night", "attributes": {"recording_addr": "a"}}),
        edits.did_group_create({"name": "Day", "callFlowId": 3}),
    ):
        await done(edit, directory)


async def test_a_live_attribute_is_set(client: ConferenceClient) -> None:
    number = (await client.scan_meetings()).records[0].meeting_number
    live = {one.name: one.value for one in await client.get_attributes(number)}
    before = live.get("conference_exittones")
    value = "off" if before == "on" else "on"
    edit = edits.attribute_set(number, "conference_exittones", value, before)
    await done(edit, client.directory)


async def test_bindings_and_dialouts_live_their_lives(mediator: MediatorClient) -> None:
    made = await done(edits.binding_create({"destination_did": "15162065586"}), mediator)
    binding = await mediator.get_binding(str(made.key))
    await done(edits.binding_update(binding, {"destination_did": "15162065587"}), mediator)
    binding = await mediator.get_binding(binding.binding_sid)
    await done(edits.binding_replace(binding, {"name": "Night", "dtmf": "12#"}), mediator)
    await done(edits.binding_delete(await mediator.get_binding(binding.binding_sid)), mediator)
    both = {"stage_one_destination_did": "15162065339", "stage_two_destination_did": "15162065338"}
    made = await done(edits.dialout_create({**both, "delay": 60}), mediator)
    dialout = await mediator.get_dialout(str(made.key))
    await done(edits.dialout_update(dialout, {"delay": 90}), mediator)
    dialout = await mediator.get_dialout(dialout.dialout_sid)
    await done(edits.dialout_replace(dialout, {"delay": 95}), mediator)
    await done(edits.dialout_delete(await mediator.get_dialout(dialout.dialout_sid)), mediator)
