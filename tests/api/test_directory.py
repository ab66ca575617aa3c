"""Rooms, numbers, call flows and subscribers: what is sent, and what comes back."""

import subprocess
import sys
from collections.abc import Awaitable, Callable

import httpx
import pytest

from confmon.api.connect import open_client
from confmon.api.directory import DirectoryClient
from confmon.models.errors import BridgeError, Garbled, Guarded, NotFound, Rejected, ServerTrouble
from confmon.models.lists import ListQuery
from confmon.models.live_records import Attribute
from confmon.models.resources.directory import CALL_FLOWS, DID_GROUPS, DIDS, ROOMS, SUBSCRIBERS
from tests.api import directory_server as sample
from tests.api.conftest import BASE
from tests.api.directory_server import DID_GROUP, ROOM, Answer, Server, listed

ROOT = "/conference/v1"


def opened(answers: dict[str, Answer]) -> tuple[DirectoryClient, Server]:
    server = Server(answers, ROOT)
    client = open_client(BASE, "login", "hunter2", transport=httpx.MockTransport(server))
    return client.directory, server


async def test_rooms_are_created_read_changed_and_deleted() -> None:
    directory, server = opened(
        {
            "POST /meetingRooms": httpx.Response(201, json=ROOM),
            "GET /meetingRooms": listed("meetingRooms", [ROOM]),
            "GET /meetingRooms/273751": {**ROOM, "keychain": [{"accessCode": "111", "role": 1}]},
            "PUT /meetingRooms/273751": {**ROOM, "description": "Another description"},
            "DELETE /meetingRooms/273751": httpx.Response(204),
        }
    )
    made = await directory.create(ROOMS, {"primaryDidGroupId": 219, "callFlowId": 3})
    assert made.meeting_number == 273751
    rooms = await directory.list(ROOMS, ListQuery(exclude=("attributes",)))
    assert [record.meeting_number for record in rooms.records] == [273751]
    room = await directory.get(ROOMS, 273751, exclude=["attributes", "meetingNumber"])
    assert [(key.access_code, key.role) for key in room.keychain] == [("111", 1)]
    await directory.change(ROOMS, "PUT", 273751, {"description": "Another description"})
    await directory.delete(ROOMS, 273751)
    assert server.asked == [
        "POST /conference/v1/meetingRooms",
        "GET /conference/v1/meetingRooms?limit=1000&excludeFields=attributes",
        "GET /conference/v1/meetingRooms/273751?excludeFields=attributes",
        "PUT /conference/v1/meetingRooms/273751",
        "DELETE /conference/v1/meetingRooms/273751",
    ]
    assert server.bodies == [
        {"primaryDidGroupId": 219, "callFlowId": 3},
        {"description": "Another description"},
    ]


async def test_numbers_and_groups() -> None:
    directory, server = opened(
        {
            "GET /dids": listed("dids", sample.DIDS),
            "GET /dids/220": sample.DIDS[0],
            "POST /dids": httpx.Response(201, json=sample.DIDS[0]),
            "PUT /dids/220": sample.DIDS[0],
            "GET /didGroups": listed("didGroups", [DID_GROUP]),
            "GET /didGroups/219": DID_GROUP,
            "POST /didGroups": DID_GROUP,
            "PUT /didGroups/219": DID_GROUP,
        }
    )
    assert [record.id for record in (await directory.list(DIDS)).records] == [220, 221]
    assert (await directory.get(DIDS, 220)).phone_number == "15162065319"
    assert (await directory.create(DIDS, {"phoneNumber": "1", "didGroupId": 219})).id == 220
    await directory.change(DIDS, "PUT", 220, {"didGroupId": 5})
    groups = (await directory.list(DID_GROUPS)).records
    assert [did.id for did in groups[0].dids] == [220, 221]
    assert (await directory.get(DID_GROUPS, 219)).name == "sample_conference_008_didGroup"
    assert (await directory.create(DID_GROUPS, {"name": "x", "callFlowId": 3})).id == 219
    await directory.change(DID_GROUPS, "PUT", 219, {"name": "y"})
    assert [line.partition(" /conference/v1")[::2] for line in server.asked] == [
        ("GET", "/dids?limit=1000"),
        ("GET", "/dids/220"),
        ("POST", "/dids"),
        ("PUT", "/dids/220"),
        ("GET", "/didGroups?limit=1000"),
        ("GET", "/didGroups/219"),
        ("POST", "/didGroups"),
        ("PUT", "/didGroups/219"),
    ]


async def test_call_flows_are_listed_without_templates_unless_they_are_named() -> None:
    whole = {"id": 1, "name": "SPECTEL", "attributeTemplates": [{"name": "call_delay"}]}
    directory, server = opened(
        {
            "GET /callFlows": listed("callFlows", sample.CALL_FLOWS),
            "GET /callFlows/1": whole,
        }
    )
    flows = await directory.list(CALL_FLOWS)
    assert [(record.id, record.name) for record in flows.records] == [(1, "SPECTEL"), (3, "CONF")]
    await directory.list(CALL_FLOWS, ListQuery(include=("attributeTemplates",)))
    assert (await directory.get(CALL_FLOWS, 1)).attribute_templates[0].name == "call_delay"
    assert [line.partition("?")[2] for line in server.asked] == [
        "limit=1000&excludeFields=attributeTemplates",
        "limit=200&includeFields=id,attributeTemplates",
        "",
    ]


async def test_a_subscribers_token_is_never_asked_for_and_never_kept() -> None:
    raw = {"sid": "s.1", "login": "ann", "role": 2, "authenticationToken": "tell-nobody"}
    directory, server = opened(
        {
            "GET /subscribers": listed("subscribers", [raw]),
            "GET /subscribers/s.1": raw,
        }
    )
    found = await directory.list(SUBSCRIBERS)
    await directory.list(SUBSCRIBERS, ListQuery(include=("authenticationToken", "login")))
    await directory.list(SUBSCRIBERS, ListQuery(exclude=("login",)))
    subscriber = await directory.get(SUBSCRIBERS, "s.1")
    assert (subscriber.login, subscriber.role) == ("ann", 2)
    assert "tell-nobody" not in repr(found) + repr(subscriber)
    assert [line.partition("?")[2] for line in server.asked] == [
        "limit=1000&excludeFields=authenticationToken",
        "limit=1000&includeFields=sid,login&excludeFields=authenticationToken",
        "limit=1000&excludeFields=login,authenticationToken",
        "excludeFields=authenticationToken",
    ]


async def test_live_attributes_are_read_and_set_from_here_too() -> None:
    directory, server = opened(
        {
            "GET /meetings/111/attributes": [{"name": "conference_qa_policy", "value": "p"}],
            "PUT /meetings/111/attributes/conference_exittones": {},
        }
    )
    wanted = (Attribute("conference_qa_policy", "p"),)
    assert await directory.get_attributes(111) == wanted
    listing = ListQuery(limit=5, offset=2, order="name", include=("value",), exclude=("name",))
    assert await directory.get_attributes(111, listing) == wanted
    await directory.put_attribute(111, "conference_exittones", "off")
    assert [line.partition("?")[2] for line in server.asked] == [
        "limit=1000",
        "order=name&limit=5&offset=2&includeFields=name,value",
        "",
    ]


Asks = Callable[[DirectoryClient], Awaitable[object]]


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda directory: directory.get(ROOMS, 1), "no such room"),
        (lambda directory: directory.change(ROOMS, "PUT", 1, {}), "no such room"),
        (lambda directory: directory.delete(ROOMS, 1), "no such room"),
        (lambda directory: directory.create(ROOMS, {}), "base URL"),
        (lambda directory: directory.list(ROOMS), "base URL"),
        (lambda directory: directory.get(DIDS, 1), "no such DID"),
        (lambda directory: directory.create(DIDS, {}), "later edition"),
        (lambda directory: directory.get(DID_GROUPS, 1), "no such DID group"),
        (lambda directory: directory.create(DID_GROUPS, {}), "later edition"),
        (lambda directory: directory.get(CALL_FLOWS, 1), "no such call flow"),
        (lambda directory: directory.list(SUBSCRIBERS), "later edition"),
        (lambda directory: directory.get(SUBSCRIBERS, "s"), "no such subscriber"),
        (lambda directory: directory.get_attributes(1), "ended"),
    ],
)
async def test_what_is_not_there_is_named(ask: Asks, words: str) -> None:
    directory, _ = opened({})
    with pytest.raises(NotFound) as caught:
        await ask(directory)
    assert words in caught.value.hint


async def test_a_refused_room_says_what_it_needs() -> None:
    refusal = httpx.Response(400, json={"message": "Object validation error"})
    directory, _ = opened({"POST /meetingRooms": refusal})
    with pytest.raises(Rejected, match="Object validation error") as caught:
        await directory.create(ROOMS, {})
    assert "DID group" in caught.value.hint
    assert not caught.value.lost


@pytest.mark.parametrize("status", [400, 500])
async def test_access_codes_are_in_no_error(status: int) -> None:
    reply = httpx.Response(status, json={"message": "access code 314159 is taken; 12 is short"})
    directory, _ = opened({"POST /meetingRooms": reply, "PUT /meetingRooms/5": reply})
    body = {"keychain": [{"accessCode": "314159", "role": 1}, {"accessCode": "12"}, None]}
    for ask in (directory.create(ROOMS, body), directory.change(ROOMS, "PUT", 5, body)):
        with pytest.raises(BridgeError) as caught:
            await ask
        assert "314159" not in str(caught.value) + repr(caught.value)
        assert "**** is taken" in str(caught.value)
        assert ("another room's" in caught.value.hint) == (status == 400)


@pytest.mark.parametrize("answer", [b"", b"{}", b"<html>", b'{"meetingNumber": "?"}', b"[]", b"5"])
async def test_a_creation_with_an_odd_answer_is_lost(answer: bytes) -> None:
    directory, server = opened({"POST /meetingRooms": httpx.Response(201, content=answer)})
    with pytest.raises(Garbled) as caught:
        await directory.create(ROOMS, {"primaryDidGroupId": 1, "callFlowId": 1})
    assert caught.value.lost
    assert len(server.requests) == 1


async def test_a_failing_server_may_have_created_it() -> None:
    directory, server = opened({"POST /meetingRooms": httpx.Response(503)})
    with pytest.raises(ServerTrouble) as caught:
        await directory.create(ROOMS, {})
    assert (caught.value.lost, len(server.requests)) == (True, 1)


async def test_the_reply_to_a_change_proves_nothing() -> None:
    directory, _ = opened(
        {
            "PUT /meetingRooms/1": httpx.Response(200, content=b"<html>"),
            "DELETE /meetingRooms/1": httpx.Response(200, json={"status": 500}),
        }
    )
    await directory.change(ROOMS, "PUT", 1, {"description": "x"})
    await directory.delete(ROOMS, 1)


@pytest.mark.parametrize("answer", [{**ROOM, "meetingNumber": 5}, {}, [], listed("rooms", [ROOM])])
async def test_an_answer_about_another_room_is_no_answer(answer: object) -> None:
    directory, _ = opened({"GET /meetingRooms/273751": answer})
    with pytest.raises(Garbled):
        await directory.get(ROOMS, 273751)


async def test_nothing_climbs_out_of_its_path() -> None:
    directory, server = opened({})
    odd: list[object] = [True, 5.0, None, "", ".", ".."]
    for target in odd:
        with pytest.raises(Guarded):
            await directory.delete(ROOMS, target)  # type: ignore[arg-type]
    for sid in ("../meetingRooms/5", "a?b#c", "é\udc80"):
        with pytest.raises(NotFound):
            await directory.get(SUBSCRIBERS, sid)
    paths = [request.url.raw_path.partition(b"?")[0] for request in server.requests]
    assert paths == [
        b"/conference/v1/subscribers/..%2FmeetingRooms%2F5",
        b"/conference/v1/subscribers/a%3Fb%23c",
        b"/conference/v1/subscribers/%C3%A9%3F",
    ]


async def test_read_only_creates_changes_and_deletes_nothing() -> None:
    server = Server({"GET /dids": listed("dids", [])}, ROOT)
    client = open_client(BASE, "l", "p", read_only=True, transport=httpx.MockTransport(server))
    directory = client.directory
    assert client.directory is directory
    for refused in (
        directory.create(ROOMS, {}),
        directory.change(ROOMS, "PUT", 1, {}),
        directory.delete(ROOMS, 1),
        directory.create(DIDS, {}),
        directory.change(DIDS, "PUT", 1, {}),
        directory.create(DID_GROUPS, {}),
        directory.change(DID_GROUPS, "PUT", 1, {}),
        directory.put_attribute(1, "x", "on"),
    ):
        with pytest.raises(Guarded, match="read-only"):
            await refused
    await directory.list(DIDS)
    assert [request.method for request in server.requests] == ["GET"]


def test_live_polling_does_not_load_the_directory() -> None:
    probe = (
        "import sys, confmon.api.live;"
        "heavy = ('api.directory', 'models.rooms', 'api.resource',"
        " 'api.lists.one_read');"
        "print([name for name in heavy if 'confmon.' + name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
