"""The HTTP side: login, reads, writes, the vendor's error texts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from confmon.simulator.entities import Call
    from confmon.simulator.world.world import World

Connect = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]

START = 1_700_000_000.0


def somebody(world: World, place: int = 5) -> Call:
    return world.calls[world.call_ids[place]]


async def test_lists(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        calls = (await client.get("/calls")).json()
        assert len(calls["calls"]) == 10
        assert (calls["offset"], calls["total"]) == (0, 120)
        everyone = (await client.get("/calls", params={"limit": 1000})).json()["calls"]
        assert [call["id"] for call in everyone] == still.call_ids
        meetings = (await client.get("/meetings", params={"limit": 1000})).json()
        counts = {
            meeting["meetingNumber"]: meeting["participantCount"]
            for meeting in meetings["meetings"]
        }
        assert sum(counts.values()) == 120
        number = max(counts, key=lambda n: counts[n])
        parameters = {"filter": f"meetingNumber eq {number}", "limit": "1000"}
        of_one = (await client.get("/calls", params=parameters)).json()
        assert len(of_one["calls"]) == of_one["total"] == counts[number]


async def test_a_new_role_is_counted(still: World, connect: Connect) -> None:
    call = next(call for call in still.calls.values() if call.role == 2 and call.joined)
    number = call.meeting.number

    async with connect(still) as client:

        async def hosts() -> int:
            attributes = (await client.get(f"/meetings/{number}/attributes")).json()
            [count] = [
                attribute["value"]
                for attribute in attributes
                if attribute["name"] == "conf_hosts_count"
            ]
            return int(count)

        before = await hosts()
        for role, more in ((1, 1), (3, 0), (2, 0)):
            reply = await client.put(f"/calls/{call.id}", json={"role": role})
            assert reply.status_code == 200
            assert (await client.get(f"/calls/{call.id}")).json()["role"] == role
            assert await hosts() == before + more
        assert (await client.put(f"/calls/{call.id}", json={"role": 4})).status_code == 400


async def test_objects_look_like_those_of_the_reference(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        reply = await client.get(f"/calls/{somebody(still).id}")
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"
        call = reply.json()
        sample = (
            "accessCode addressFrom bridgeName callee caller codec connectionStatus created "
            "customName duration gainLevel holdMode id joined meetingNumber muteMode nodeName "
            "presenterMedia qaMode role state"
        )
        names = set(sample.split())
        assert call.keys() - {"addressTo", "operatorMode"} == names
        assert call["created"] > 1e12, "epoch milliseconds"
        number = still.meeting_numbers[0]
        meeting = (await client.get(f"/meetings/{number}")).json()
        sample = (
            "attributes created duration holdMode id isRecording isSecured meetingNumber "
            "muteMode participantCount qaMode state subscriberName type"
        )
        assert meeting.keys() == set(sample.split())
        assert (meeting["attributes"], meeting["state"]) == ([], 2)
        short = (await client.get(f"/meetings/{number}?includeFields=id")).json()
        assert short == {"id": meeting["id"]}


@pytest.mark.parametrize(
    ("auth", "text"),
    [
        (None, "unauthorized"),
        (("someone@portal", "secret"), "unauthorized"),
        (("op", "wrong"), "bad credentials"),
    ],
)
async def test_logins(
    still: World, connect: Connect, auth: tuple[str, str] | None, text: str
) -> None:
    async with connect(still, auth=auth) as client:
        for reply in (await client.get("/calls"), await client.delete("/calls/1")):
            assert (reply.status_code, reply.text) == (401, text)
            assert reply.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("header", ["Basic", "Basic ???", "Bearer b3A6c2VjcmV0", "Basic b3A="])
async def test_broken_authorization_headers(still: World, connect: Connect, header: str) -> None:
    async with connect(still, auth=None) as client:
        reply = await client.get("/calls", headers={"authorization": header})
        assert reply.status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body", "answer"),
    [
        ("GET", "/calls?limit=x", None, (400, "Bad request")),
        ("GET", "/calls?filter=id", None, (400, "Bad request")),
        ("GET", "/calls?filter=color eq 1", None, (400, "Invalid field specific")),
        ("GET", "/calls/1", None, (404, "Not found")),
        ("GET", "/calls/abc", None, (404, "Cannot find object by SID")),
        ("GET", "/meetings/1", None, (404, "Not found")),
        ("GET", "/meetings/-1", None, (404, "Cannot find object by SID")),
        ("GET", "/meetings/1/attributes", None, (404, "Not found")),
        ("GET", "/nothing", None, (404, "Not found")),
        ("GET", "/calls/", None, (404, "Not found")),
        ("POST", "/meetings", b"{}", (405, "Method not allowed")),
        ("PUT", "/calls/{call}", b"", (400, "No JSON object could be decoded")),
        ("PUT", "/calls/{call}", b"{'a': 1}", (400, "No JSON object could be decoded")),
        ("PUT", "/calls/{call}", b"\xff", (400, "No JSON object could be decoded")),
        ("PUT", "/calls/{call}", b"[" * 100_000, (400, "No JSON object could be decoded")),
        ("PUT", "/calls/{call}", b"[1]", (400, "Object validation error")),
        ("PUT", "/calls/{call}", b'{"muted": 1}', (400, "Invalid field specific")),
        ("PUT", "/calls/{call}", b'{"id": 1}', (400, "Invalid field specific")),
        ("PUT", "/calls/{call}", b'{"meetingNumber": 1}', (400, "Invalid field specific")),
        ("PUT", "/calls/{call}", b'{"muteMode": "2"}', (400, "Wrong value")),
        ("PUT", "/calls/{call}", b'{"muteMode": true}', (400, "Wrong value")),
        ("PUT", "/calls/{call}", b'{"role": 4}', (400, "Wrong value")),
        ("PUT", "/calls/{call}", b'{"customName": null}', (400, "Wrong value")),
        ("PUT", "/calls/{call}", b'{"customName": "\\ud800"}', (400, "Wrong value")),
        ("PUT", "/calls/1", b'{"muteMode": 2}', (404, "Not found")),
        ("PUT", "/meetings/{meeting}", b'{"created": 1}', (400, "Invalid field specific")),
        ("PUT", "/meetings/{meeting}", b'{"isSecured": 1}', (400, "Wrong value")),
        ("PUT", "/meetings/{meeting}", b'"x"', (400, "Object validation error")),
        ("PUT", "/meetings/{meeting}/attributes/nope", b'{"value": "x"}', (404, "Not found")),
        (
            "PUT",
            "/meetings/{meeting}/attributes/conference_exittones",
            b'{"value": 1}',
            (400, "Wrong value"),
        ),
        ("DELETE", "/calls/1", None, (404, "Not found")),
        ("DELETE", "/meetings/1", None, (404, "Not found")),
    ],
)
async def test_errors(  # noqa: PLR0917 - one argument a column
    still: World,
    connect: Connect,
    method: str,
    path: str,
    body: bytes | None,
    answer: tuple[int, str],
) -> None:
    path = path.format(call=somebody(still).id, meeting=still.meeting_numbers[0])
    async with connect(still) as client:
        reply = await client.request(method, path, content=body)
        assert (reply.status_code, reply.json()["error"]) == answer


@pytest.mark.parametrize(
    "change",
    [
        {"customName": "Ada [/b] \u202e 田中"},
        {"gainLevel": -3},
        {"holdMode": 1},
        {"muteMode": 2, "role": 1},
        {"accessCode": "1", "addressFrom": "a", "addressTo": "b", "callee": "c", "caller": "d"},
        {"codec": "opus", "connectionStatus": 1, "nodeName": "n", "presenterMedia": 3, "state": 4},
        {},
    ],
)
async def test_put_call(still: World, connect: Connect, change: dict[str, Any]) -> None:
    path = f"/calls/{somebody(still).id}"
    async with connect(still) as client:
        before = (await client.get(path)).json()
        reply = await client.put(path, json=change)
        assert (reply.status_code, reply.json()) == (200, before), "the reply is stale"
        assert (await client.get(path)).json() == before | change


async def test_a_bad_field_leaves_the_good_ones_alone(still: World, connect: Connect) -> None:
    call = somebody(still)
    async with connect(still) as client:
        body = {"customName": "new", "muteMode": "x"}
        assert (await client.put(f"/calls/{call.id}", json=body)).status_code == 400
    assert call.custom_name != "new"


async def test_delete_call(still: World, connect: Connect) -> None:
    call = somebody(still)
    async with connect(still) as client:
        reply = await client.delete(f"/calls/{call.id}")
        assert (reply.status_code, reply.content) == (204, b"")
        assert (await client.delete(f"/calls/{call.id}")).status_code == 404
        assert (await client.get(f"/calls/{call.id}")).status_code == 404
        assert (await client.put(f"/calls/{call.id}", json={"muteMode": 2})).status_code == 404
        total = (await client.get("/calls")).json()["total"]
        assert total == 119


async def test_delete_meeting_and_the_trap_beside_it(still: World, connect: Connect) -> None:
    number = next(number for number in still.meetings if number in still.calls)
    stranger = still.calls[number]
    members = list(still.meetings[number].calls)
    async with connect(still) as client:
        assert (await client.delete(f"/meetings/{number}")).status_code == 204
        for path in (f"/meetings/{number}", *(f"/calls/{id_}" for id_ in members)):
            assert (await client.get(path)).status_code == 404
        assert still.is_live(stranger)
        assert (await client.delete(f"/calls/{number}")).status_code == 204
        assert not still.is_live(stranger), "that path hangs up whoever has this number as id"


async def test_attributes(still: World, connect: Connect) -> None:
    meeting = max(still.meetings.values(), key=lambda one: one.participant_count)
    path = f"/meetings/{meeting.number}/attributes"

    async def read(client: httpx.AsyncClient) -> dict[str, str]:
        found = (await client.get(path, params={"limit": 5})).json()
        assert isinstance(found, list)
        assert all(one.keys() == {"name", "value"} for one in found)
        return {one["name"]: one["value"] for one in found}

    async with connect(still) as client:
        before = await read(client)
        assert all(isinstance(value, str) for value in before.values())
        assert before["conf_listeners_count"] == str(meeting.heads[3])
        assert before["participant_list"].count(":'") == meeting.participant_count
        still.leave(next(c for c in meeting.calls.values() if c.role == 2))
        after = await read(client)
        assert int(after["conf_participants_count"]) == int(before["conf_participants_count"]) - 1
        new = "off" if before["conference_exittones"] == "on" else "on"
        for name in ("conference_exittones", "conf_hosts_count"):
            reply = await client.put(f"{path}/{name}", json={"value": new})
            assert reply.json() == {"name": name, "value": new}
        after = await read(client)
        assert after["conference_exittones"] == new
        assert after["conf_hosts_count"] == before["conf_hosts_count"], "counted, not set"


async def test_every_request_sees_the_world_as_it_is_now(
    now: list[float], still: World, connect: Connect
) -> None:
    async with connect(still) as client:
        call = somebody(still)
        still.after(5, lambda: still.leave(call))
        assert (await client.get(f"/calls/{call.id}")).status_code == 200
        now[0] += 5
        assert (await client.get(f"/calls/{call.id}")).status_code == 404


async def test_many_at_once(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        replies = await asyncio.gather(
            *(client.put(f"/calls/{id_}", json={"muteMode": 2}) for id_ in still.call_ids)
        )
    assert {reply.status_code for reply in replies} == {200}
    assert {call.mute_mode for call in still.calls.values()} == {2}
