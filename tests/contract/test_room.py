"""A room's life on the simulated world: made, changed, read, moved and deleted, edit by edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.api.connect import asgi_transport, open_client
from confmon.clock import SystemClock
from confmon.models import access_codes
from confmon.models.resources.directory import ROOMS
from confmon.monitor.actions.action import Outcome
from confmon.monitor.edits import edit_actions as edits
from confmon.monitor.edits.target import Edited, carry_out_edit
from confmon.simulator.http.app import make_app
from confmon.simulator.simulation import build_world

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from confmon.api.live import ConferenceClient
    from confmon.monitor.actions.action import Action, Result
    from confmon.ports import Directory
    from confmon.simulator.world.world import World

WALL = 1_700_000_000.0


class Silent:
    """An audit log that keeps nothing."""

    def intent(self, action: Action) -> None: ...

    def outcome(self, action: Action, result: Result) -> None: ...


@pytest.fixture
def world() -> World:
    return build_world(3, 6, 40, lambda: WALL, churn=0.0)


@pytest.fixture
async def client(world: World) -> AsyncIterator[ConferenceClient]:
    app = make_app(world, login="op", password="secret")
    base = "http://127.0.0.1/conference/v1"
    opened = open_client(base, "op", "secret", transport=asgi_transport(app))
    yield opened
    await opened.aclose()


async def done(edit: Action, at: Directory) -> Edited:
    result = await carry_out_edit(edit, at, Silent(), SystemClock())
    assert result.outcome is Outcome.DONE, f"{edit.verb}: {result.detail}"
    return result


async def test_a_room_lives_its_life(client: ConferenceClient) -> None:
    directory = client.directory
    made = await done(
        edits.create(
            ROOMS,
            {
                "primaryDidGroupId": 219,
                "callFlowId": 3,
                "description": "New",
                "keychain": [("5550", "host")],
                "attributes": {"conference_maxcalls": "5"},
            },
        ),
        directory,
    )
    room = await directory.get(ROOMS, int(str(made.key)))
    keys = access_codes.added(
        access_codes.replaced(room.keychain, "5550", "5551"), "5552", "listener"
    )
    change = {"keychain": keys, "didGroupReferences": [301], "description": "Déjà vu"}
    await done(edits.update(ROOMS, room, change), directory)
    room = await directory.get(ROOMS, room.meeting_number)
    shown = await done(edits.room_reveal(room), directory)
    assert shown.record == room
    assert {(key.access_code, key.role) for key in room.keychain} == {("5551", 1), ("5552", 3)}
    moved = await done(edits.update(ROOMS, room, {"meetingNumber": 424242}), directory)
    assert moved.key == 424242
    await done(edits.delete(ROOMS, await directory.get(ROOMS, 424242)), directory)


async def test_a_room_goes_on_following_its_group(client: ConferenceClient, world: World) -> None:
    directory, rooms = client.directory, world.directory.rooms
    number = (await directory.list(ROOMS)).records[0].meeting_number
    own = dict(rooms[number].attributes)
    assert not {"conference_lock_dtmf", "conference_qa_policy"} & set(own)
    wanted = {"conference_lock_dtmf": "hp", "conference_qa_policy": "l"}
    change: dict[str, object] = {"attributes": wanted}
    await done(edits.update(ROOMS, await directory.get(ROOMS, number), change), directory)
    assert rooms[number].attributes == {**own, **wanted}
    for name in wanted:
        change = {"attributes": {name: None}}
        await done(edits.update(ROOMS, await directory.get(ROOMS, number), change), directory)
    assert rooms[number].attributes == own
