"""What is set up: it takes what it should, shows it, and says no in the vendor's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from confmon.simulator.demo import demo_world
from confmon.simulator.directory.presets import CHOICE, PRESETS
from confmon.simulator.http.app import make_app
from confmon.simulator.http.faults.spec import Fault, Faults
from confmon.simulator.sample.names import HOSTILE
from confmon.simulator.world.admission import dial

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from confmon.simulator.world.world import World
    from tests.simulator.conftest import Connect

START = 1_700_000_000.0
NEW_ROOM = {"primaryDidGroupId": 219, "callFlowId": 3}


@pytest.fixture
async def mediator(still: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=make_app(still, login="op", password="secret"))
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://bridge/mediator/v1",
        auth=("mediator", "mediator"),
        trust_env=False,
    ) as client:
        yield client


def words(reply: httpx.Response) -> tuple[int, str]:
    output = reply.json()
    return reply.status_code, (output.get("body") or output)["error"]


def test_the_presets_take_their_own_defaults_and_nothing_else() -> None:
    assert len(PRESETS) == 70
    for preset in PRESETS.values():
        assert preset.accepts(preset.value), preset.name
        assert preset.type != CHOICE or not preset.accepts("perhaps"), preset.name
    assert PRESETS["conference_mute_policy"].accepts("lp")
    assert not PRESETS["conference_mute_policy"].accepts("pp")
    assert not PRESETS["conference_maxcallsperrole"].accepts("1:2")
    assert PRESETS["conference_maxcallsperrole"].accepts("-1:5:100")


@pytest.mark.parametrize("seed", [7, 8])
def test_every_live_meeting_and_every_dialled_number_has_its_place(seed: int) -> None:
    world = demo_world(lambda: START, seed=seed)
    directory = world.directory
    for number, meeting in world.meetings.items():
        room = directory.rooms[number]
        assert room.created < meeting.created
        settings = directory.resolve_settings(None, room)
        assert {name: settings[name] for name in meeting.attributes} == meeting.attributes
        for call in meeting.calls.values():
            did = directory.find_did(call.callee)
            assert did is not None
            assert did.group_id in room.group_ids
    idle = set(directory.rooms) - set(world.meetings)
    assert len(idle) > 5
    assert {directory.rooms[number].call_flow_id for number in idle} == {1, 3}
    assert any(not room.keychain for room in directory.rooms.values())


async def test_a_room_from_birth_to_death(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        made = await client.post("/meetingRooms", json=NEW_ROOM)
        room = made.json()
        assert made.status_code == 201
        assert (room["attributes"], room["keychain"]) == ([], [])
        assert "description" not in room
        assert "callFlowId" not in room
        path = f"/meetingRooms/{room['meetingNumber']}"
        keys = [{"accessCode": "111", "role": 1}, {"accessCode": "112", "role": 1}]
        change: dict[str, Any] = {
            "description": "Another",
            "keychain": keys,
            "attributes": [{"name": "conference_maxcalls", "value": "3"}],
            "didGroupReferences": [{"didGroupId": 301}],
        }
        assert (await client.put(path, json=change)).json()["description"] == "Another"
        read = (await client.get(path)).json()
        assert [(key["accessCode"], key["role"]) for key in read["keychain"]] == [
            ("111", 1),
            ("112", 1),
        ]
        assert [one["didGroupId"] for one in read["didGroupReferences"]] == [219, 301]
        values = {one["name"]: one["value"] for one in read["attributes"]}
        assert values["conference_maxcalls"] == "3"
        assert len(values) == sum(preset.group & 4 > 0 for preset in PRESETS.values())
        assert dial(still, "15162065318", "112") is not None
        assert (await client.put(path, json={"meetingNumber": 990_099})).status_code == 200
        assert (await client.get(path)).status_code == 404
        assert (await client.delete("/meetingRooms/990099")).status_code == 204
        assert words(await client.delete("/meetingRooms/990099")) == (404, "Not found")


async def test_a_live_meeting_goes_on_without_its_room(still: World, connect: Connect) -> None:
    number = still.meeting_numbers[0]
    async with connect(still) as client:
        await client.delete(f"/meetingRooms/{number}")
        assert (await client.get(f"/meetings/{number}")).status_code == 200


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Object validation error"),
        ([], "Object validation error"),
        ({"primaryDidGroupId": 219}, "Object validation error"),
        (NEW_ROOM | {"callFlowId": 2}, "Wrong value"),
        (NEW_ROOM | {"primaryDidGroupId": True}, "Wrong value"),
        (NEW_ROOM | {"colour": "red"}, "Invalid field specific"),
        (NEW_ROOM | {"created": 1}, "Invalid field specific"),
        (NEW_ROOM | {"description": 5}, "Wrong value"),
        (NEW_ROOM | {"meetingNumber": 273751}, "Wrong value"),
        (NEW_ROOM | {"keychain": {"accessCode": "1"}}, "Wrong value"),
        (NEW_ROOM | {"keychain": [{"accessCode": "1"}]}, "Object validation error"),
        (NEW_ROOM | {"keychain": [{"accessCode": "one", "role": 1}]}, "Wrong value"),
        (NEW_ROOM | {"keychain": [{"accessCode": "1", "role": 4}]}, "Wrong value"),
        (NEW_ROOM | {"keychain": [{"accessCode": "1", "role": 1}] * 2}, "Wrong value"),
        (NEW_ROOM | {"attributes": [{"name": "colour", "value": "red"}]}, "Wrong value"),
        (
            NEW_ROOM | {"attributes": [{"name": "conference_recording", "value": "maybe"}]},
            "Wrong value",
        ),
        (NEW_ROOM | {"attributes": [{"name": "recording_addr", "value": "here"}]}, "Wrong value"),
    ],
)
async def test_a_room_that_cannot_be(
    still: World, connect: Connect, body: object, message: str
) -> None:
    before = set(still.directory.rooms)
    async with connect(still) as client:
        assert words(await client.post("/meetingRooms", json=body)) == (400, message)
        broken = await client.post("/meetingRooms", content=b"{")
        assert words(broken) == (400, "No JSON object could be decoded")
    assert set(still.directory.rooms) == before


async def test_a_refused_change_changes_nothing(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        before = (await client.get("/meetingRooms/273751")).json()
        bad = {"description": "new", "keychain": [{"accessCode": "x", "role": 1}]}
        assert words(await client.put("/meetingRooms/273751", json=bad)) == (400, "Wrong value")
        assert (await client.get("/meetingRooms/273751")).json() == before


async def test_lists_are_filtered_ordered_paged_and_cut_to_fields(
    still: World, connect: Connect
) -> None:
    async with connect(still) as client:

        async def rooms(**asked: object) -> dict[str, Any]:
            reply = await client.get("/meetingRooms", params=asked)  # type: ignore[arg-type]
            assert reply.status_code == 200, reply.text
            found: dict[str, Any] = reply.json()
            return found

        first = await rooms()
        assert (len(first["meetingRooms"]), first["total"]) == (10, len(still.directory.rooms))
        assert len(first["meetingRooms"][0]["attributes"]) == 48
        asked = {"includeFields": "meetingNumber,description", "order": "meetingNumber desc"}
        found = (await rooms(limit=3, offset=1, **asked))["meetingRooms"]
        numbers = sorted(still.directory.rooms, reverse=True)
        assert [one["meetingNumber"] for one in found] == numbers[1:4]
        assert all(one.keys() <= {"meetingNumber", "description"} for one in found)
        found = (await rooms(filter='description ilike "%SMALL TALK%"'))["meetingRooms"]
        assert [one["description"] for one in found] == ["Small talk, four at most"]
        assert words(await client.get("/dids", params={"order": "colour"}))[0] == 400
        found = (await client.get("/dids", params={"filter": "didGroupId eq 219"})).json()["dids"]
        assert {one["phoneNumber"] for one in found} == {
            did.phone_number for did in still.directory.find_dids(219)
        }


async def test_numbers_can_be_added_and_moved(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        group = await client.post("/didGroups", json={"callFlowId": 1, "name": "night"})
        id_ = group.json()["id"]
        assert (group.status_code, group.json()["dids"]) == (201, [])
        body = {"didGroupId": id_, "phoneNumber": "+15162065777"}
        did = await client.post("/dids", json=body)
        assert (did.status_code, did.json()["phoneNumber"]) == (201, "15162065777")
        assert words(await client.post("/dids", json=body)) == (400, "Wrong value")
        await client.put(f"/dids/{did.json()['id']}", json={"didGroupId": 219})
        assert (await client.get(f"/didGroups/{id_}")).json()["dids"] == []
        await client.put(f"/didGroups/{id_}", json={"name": "day"})
        assert (await client.get(f"/didGroups/{id_}")).json()["name"] == "day"
        assert dial(still, "15162065777", "4242") is not None, "CONF makes a meeting of it"
        assert words(await client.post("/dids", json={})) == (400, "Object validation error")
        assert words(await client.put("/dids/220", json={"state": 1}))[1] == (
            "Invalid field specific"
        )


async def test_each_api_has_its_own_login(still: World) -> None:
    bases = ("/conference/v1/dids", "/mediator/v1/dids", "/core/v2/endpoints")
    logins = (("op", "secret"), ("mediator", "mediator"), ("portal", "portal"))
    transport = httpx.ASGITransport(app=make_app(still, login="op", password="secret"))
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge") as client:
        for at, base in enumerate(bases):
            replies = [await client.get(base, auth=login) for login in logins]
            assert [reply.status_code for reply in replies] == [
                200 if at == nth else 401 for nth in range(3)
            ]
            assert {response.text for response in replies if response.status_code == 401} == {
                "unauthorized"
            }
            wrong = await client.get(base, auth=(logins[at][0], "wrong"))
            assert (wrong.status_code, wrong.text) == (401, "bad credentials")
        found = (await client.get(bases[2], auth=logins[2])).json()
        assert (found["limit"], found["total"]) == (1000, 3)
        for one in found["items"][1:]:
            properties = one["properties"]
            login = (properties["login"], properties["password"])
            assert (await client.get(f"{properties['api_url']}/dids", auth=login)).is_success


async def test_a_binding_from_birth_to_death(still: World, mediator: httpx.AsyncClient) -> None:
    made = await mediator.post("/bindings", json={"destination_did": "15162065586"})
    assert made.status_code == made.json()["status"] == 200
    binding = made.json()["body"]
    assert (binding["maximum_ttl"], binding["name"], binding["dtmf"]) == (3600, "N/A", None)
    assert re.fullmatch(r"2023-11-14T22:13:20\.000Z", binding["date_created"])
    path = f"/bindings/{binding['binding_sid']}"
    patched = (await mediator.patch(path, json={"destination_did": "15162065587"})).json()["body"]
    assert "dtmf" not in patched
    assert patched["destination_did"] == "15162065587"
    half = await mediator.put(path, json={"destination_did": "15162065588"})
    assert words(half) == (400, "Object validation error")
    assert half.json()["status"] == 400
    whole = await mediator.put(path, json=patched | {"name": "Night", "dtmf": ",,12#"})
    assert whole.status_code == 200
    read = (await mediator.get(path)).json()["body"]
    assert read == patched | {"name": "Night", "dtmf": ",,12#"}
    assert (await mediator.delete(path)).status_code == 204
    assert words(await mediator.get(path)) == (404, "Cannot find object by SID")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Object validation error"),
        ([], "Object validation error"),
        ({"destination_did": "soon"}, "Wrong value"),
        ({"destination_did": "15162065586", "maximum_ttl": -2}, "Wrong value"),
        ({"destination_did": "15162065586", "maximum_ttl": "1h"}, "Wrong value"),
        ({"destination_did": "15162065586", "redirect_did": "15162065586"}, "Wrong value"),
        ({"destination_did": "15162065586", "dtmf": "press"}, "Wrong value"),
        ({"destination_did": "15162065586", "colour": "red"}, "Invalid field specific"),
    ],
)
async def test_a_binding_that_cannot_be(
    mediator: httpx.AsyncClient, body: object, message: str
) -> None:
    assert words(await mediator.post("/bindings", json=body)) == (400, message)


async def test_no_free_did_is_a_409_until_one_runs_out(
    now: list[float], mediator: httpx.AsyncClient
) -> None:
    body = {"destination_did": "15162065586", "maximum_ttl": 60}
    statuses = [(await mediator.post("/bindings", json=body)).status_code for _ in range(3)]
    assert statuses == [200, 200, 409]
    now[0] += 60
    assert (await mediator.post("/bindings", json=body)).status_code == 200
    used = {"redirect_did": "19166561000"} | body
    assert (await mediator.post("/bindings", json=used)).status_code == 409


async def test_a_dialout_over_http(now: list[float], mediator: httpx.AsyncClient) -> None:
    body = {"stage_one_destination_did": "15162065339"}
    assert words(await mediator.post("/dialouts", json=body)) == (400, "Object validation error")
    body |= {"stage_two_destination_did": "15162065338"}
    made = (await mediator.post("/dialouts", json=body | {"delay": 30})).json()["body"]
    path = f"/dialouts/{made['dialout_sid']}"
    assert (await mediator.patch(path, json={"delay": 10})).json()["body"]["delay"] == 10
    assert (await mediator.put(path, json={"delay": 10})).status_code == 400
    assert (await mediator.put(path, json=made | {"delay": 10})).status_code == 200
    assert (await mediator.get("/dialouts")).json()["body"]["count"] == 1
    now[0] += 10 + 13
    assert words(await mediator.get(path)) == (404, "Cannot find object by SID")
    assert (await mediator.get("/dialouts")).json()["body"]["items"] == []


async def test_mediator_lists(mediator: httpx.AsyncClient) -> None:
    async def bindings(**asked: object) -> Any:
        reply = await mediator.get("/bindings", params=asked)  # type: ignore[arg-type]
        return reply.json()["body"]

    everything = await bindings(exclude_fields='"name"')
    assert all("name" not in one for one in everything["items"])
    assert everything.keys() == {
        *("count", "has_more", "items", "limit", "offset", "pagination", "total"),
    }
    page = await bindings(limit=1, offset=1, order="maximum_ttl desc")
    assert (page["count"], page["has_more"], page["total"]) == (1, True, 3)
    assert page["pagination"].keys() == {"next", "previous"}
    assert all("elsewhere.invalid" in link for link in page["pagination"].values())
    assert [
        one["maximum_ttl"] for one in (await bindings(filter="maximum_ttl eq -1"))["items"]
    ] == [-1]
    assert (await mediator.get("/bindings", params={"filter": "colour eq 1"})).status_code == 400


async def test_post_calls_is_a_guess_that_dials(still: World, connect: Connect) -> None:
    code = still.directory.rooms[still.meeting_numbers[0]].keychain[1].access_code
    body = {"accessCode": code, "callee": "15162065318", "caller": "+15555550100"}
    async with connect(still) as client:
        made = await client.post("/calls", json=body)
        assert made.status_code == 201
        assert made.json()["meetingNumber"] in still.meeting_numbers
        nowhere = body | {"callee": "15162060000"}
        assert words(await client.post("/calls", json=nowhere)) == (400, "Wrong value")
        assert words(await client.post("/calls", json={})) == (400, "Object validation error")


async def test_edits_can_be_ignored_with_a_smile(
    still: World, connect: Connect, mediator: httpx.AsyncClient
) -> None:
    still.quirks.ignore_edits = True
    paths = {
        "/meetingRooms/273751": {"description": "new"},
        "/dids/220": {"description": "new"},
        "/didGroups/219": {"name": "new"},
    }
    async with connect(still) as client:
        for path, body in paths.items():
            before = (await client.get(path)).json()
            assert (await client.put(path, json=body)).status_code == 200
            assert (await client.get(path)).json() == before
    sid = next(iter(still.mediator.bindings))
    assert (await mediator.patch(f"/bindings/{sid}", json={"name": "new"})).status_code == 200
    assert still.mediator.bindings[sid].name == "N/A"


async def test_faults_strike_every_api(still: World) -> None:
    faults = Faults(Fault(path="/bindings", status=503), Fault(path="/endpoints", status=429))
    app = make_app(still, login="op", password="secret", faults=faults)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge") as client:
        statuses = [
            (await client.get(path, auth=login)).status_code
            for path, login in (
                ("/mediator/v1/bindings", ("mediator", "mediator")),
                ("/mediator/v1/dids", ("mediator", "mediator")),
                ("/core/v2/endpoints", ("portal", "portal")),
            )
        ]
    assert statuses == [503, 200, 429]


def test_hostile_texts_stand_too() -> None:
    world = demo_world(lambda: START, hostile=True)
    shown = [binding.name for binding in world.mediator.bindings.values()]
    shown += [group.description for group in world.directory.groups.values()]
    shown += [subscriber.last_name for subscriber in world.directory.subscribers.values()]
    assert set(shown) <= set(HOSTILE)
