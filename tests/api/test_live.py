"""The typed calls of the live part: what is sent, and what comes back."""

import json

import httpx
import pytest

from confmon.api.connect import asgi_transport, open_client
from confmon.api.lists.query import by, where
from confmon.api.live import ConferenceClient
from confmon.models.errors import Garbled, Guarded, NotFound, Rejected, Unreachable
from confmon.models.lists import ListQuery
from confmon.models.live_records import Attribute
from tests.api.conftest import BASE, Bridge, call, meeting


def sent(bridge: Bridge) -> list[tuple[str, str]]:
    return [(request.method, request.url.raw_path.decode()) for request in bridge.requests]


async def test_the_sample_call_is_read_whole(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.calls = [call(6889184)]
    got = await client.get_call(6889184)
    assert (got.id, got.meeting_number, got.caller) == (6889184, 106131, "+15162065319")
    assert (got.role, got.mute_mode, got.hold_mode, got.state) == (1, 0, 0, 2)
    assert (got.created, got.duration, got.address_to) == (1544643810000, 171, None)


async def test_the_sample_meeting_is_read_whole(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.meetings = [meeting(106131)]
    got = await client.get_meeting(106131)
    assert (got.meeting_number, got.id, got.subscriber_name) == (106131, 196938, "John Smith")
    assert (got.is_recording, got.is_secured, got.type, got.duration) == (False, False, 1, 48)


async def test_changes_go_out_as_absolute_values(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.calls, bridge.meetings = [call(144)], [meeting(106131)]
    await client.put_call(144, {"customName": "name", "muteMode": 2})
    await client.put_meeting(106131, {"pollingMode": {"status": 2}})
    assert sent(bridge) == [
        ("PUT", "/conference/v1/calls/144"),
        ("PUT", "/conference/v1/meetings/106131"),
    ]
    assert json.loads(bridge.requests[0].content) == {"customName": "name", "muteMode": 2}
    assert bridge.requests[0].headers["content-type"] == "application/json"
    assert bridge.calls[0]["muteMode"] == 2


async def test_ending_a_meeting_spares_the_call_with_the_same_number(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.calls, bridge.meetings = [call(106131)], [meeting(106131)]
    await client.delete_meeting(106131)
    assert sent(bridge) == [("DELETE", "/conference/v1/meetings/106131")]
    assert bridge.meetings == []
    assert len(bridge.calls) == 1


async def test_dropping_a_call(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.calls = [call(174)]
    await client.delete_call(174)
    assert sent(bridge) == [("DELETE", "/conference/v1/calls/174")]
    with pytest.raises(NotFound) as caught:
        await client.delete_call(174)
    assert (caught.value.status, caught.value.lost) == (404, False)
    assert "already left" in caught.value.hint


async def test_a_meeting_that_is_gone_has_ended(client: ConferenceClient) -> None:
    for gone in (
        client.get_meeting(5),
        client.delete_meeting(5),
        client.put_meeting(5, {}),
        client.put_attribute(5, "x", "on"),
    ):
        with pytest.raises(NotFound) as caught:
            await gone
        assert "ended" in caught.value.hint


async def test_attributes_are_read_beyond_the_first_ten() -> None:
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        rows: list[object] = [
            {"name": "conf_hosts_count", "value": "1"},
            {"name": "participant_list", "value": "5626245432:15162065310:'2756'"},
            {"name": "odd\x1b", "value": 7},
            {"name": "unset", "value": None},
            {"value": "nameless"},
            "noise",
        ]
        return httpx.Response(200, json=rows)

    client = open_client(BASE, "l", "p", transport=httpx.MockTransport(answer))
    assert await client.get_attributes(111) == (
        Attribute("conf_hosts_count", "1"),
        Attribute("participant_list", "5626245432:15162065310:'2756'"),
        Attribute("odd␛", "7"),
        Attribute("unset", ""),
    )
    assert asked[0].raw_path == b"/conference/v1/meetings/111/attributes?limit=1000"


async def test_an_attribute_is_set_by_its_quoted_name(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.meetings = [meeting(5)]
    await client.put_attribute(5, "a/../b ?#é", "off")
    assert sent(bridge) == [
        ("PUT", "/conference/v1/meetings/5/attributes/a%2F..%2Fb%20%3F%23%C3%A9")
    ]
    assert json.loads(bridge.requests[0].content) == {"value": "off"}


@pytest.mark.parametrize("name", ["", ".", ".."])
async def test_an_attribute_name_cannot_climb_to_the_meeting(
    name: str, bridge: Bridge, client: ConferenceClient
) -> None:
    with pytest.raises(Guarded):
        await client.put_attribute(5, name, "off")
    assert bridge.requests == []


async def test_only_whole_numbers_make_a_path(bridge: Bridge, client: ConferenceClient) -> None:
    odd: list[object] = [True, "5/../../meetings/7", 5.0, None]
    for target in odd:
        with pytest.raises(Guarded):
            await client.delete_call(target)  # type: ignore[arg-type]
        with pytest.raises(Guarded):
            await client.delete_meeting(target)  # type: ignore[arg-type]
    assert bridge.requests == []


@pytest.mark.parametrize(
    "answer", [{"id": 6, "muteMode": 0}, {"calls": []}, [], {}, {"id": None}, "text"]
)
async def test_an_answer_about_something_else_is_no_answer(answer: object) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answer))
    client = open_client(BASE, "l", "p", transport=transport)
    with pytest.raises(Garbled):
        await client.get_call(5)


async def test_lists_take_filter_order_limit_offset_and_fields(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.calls = [call(number) for number in range(1, 31)]
    scan = await client.list_calls(
        ListQuery(
            filter=str(where("id").gt(3)),
            order=by("id"),
            limit=5,
            offset=2,
            exclude=("codec", "id"),
        )
    )
    assert [record.id for record in scan.records] == [6, 7, 8, 9, 10]
    assert scan.records[0].codec is None
    assert scan.records[0].duration == 171
    assert dict(bridge.requests[0].url.params) == {
        "filter": "id gt 3",
        "order": "id",
        "limit": "5",
        "offset": "2",
        "excludeFields": "codec",
    }
    assert b"filter=id%20gt%203" in bridge.requests[0].url.query
    await client.list_calls(ListQuery(include=("caller",), limit=1))
    assert bridge.requests[1].url.params["includeFields"] == "id,caller"


async def test_a_list_without_a_limit_is_read_to_its_end(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.calls = [call(number) for number in range(2500)]
    bridge.meetings = [meeting(number) for number in range(12)]
    scan = await client.list_calls(ListQuery(filter="id gt 99"))
    assert [record.id for record in scan.records] == list(range(100, 2500))
    assert scan.clean
    assert len((await client.list_meetings()).records) == 12
    assert len((await client.list_calls(ListQuery(limit=1500))).records) == 1500


async def test_read_only_sends_nothing_but_reads(bridge: Bridge) -> None:
    bridge.calls, bridge.meetings = [call(1)], [meeting(1)]
    client = open_client(BASE, "l", "p", read_only=True, transport=httpx.MockTransport(bridge))
    assert client.read_only
    for refused in (
        client.put_call(1, {"muteMode": 2}),
        client.delete_call(1),
        client.put_meeting(1, {"isSecured": True}),
        client.delete_meeting(1),
        client.put_attribute(1, "x", "on"),
        client.create_call({"accessCode": "1", "callee": "2", "caller": "3"}, experimental=True),
    ):
        with pytest.raises(Guarded, match="read-only"):
            await refused
    assert (await client.get_call(1)).id == 1
    assert [request.method for request in bridge.requests] == ["GET"]


async def test_one_meeting_may_be_asked_for_without_some_fields(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.meetings = [meeting(5)]
    await client.get_meeting(5, include=["state"], exclude=["meetingNumber", "attributes"])
    assert sent(bridge) == [
        (
            "GET",
            "/conference/v1/meetings/5?includeFields=meetingNumber,state&excludeFields=attributes",
        )
    ]


async def test_a_call_is_only_created_when_the_experiment_is_wanted() -> None:
    asked: list[httpx.Request] = []
    answers = [httpx.Response(201, json=call(7)), httpx.Response(200), httpx.Response(405)]

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answers[len(asked) - 1]

    client = open_client(BASE, "l", "p", transport=httpx.MockTransport(answer))
    body = {"accessCode": "111", "callee": "15162065318", "caller": "15162065319"}
    with pytest.raises(Guarded, match="not documented"):
        await client.create_call(body)
    with pytest.raises(Guarded, match="accessCode and caller"):
        await client.create_call({"callee": "1"}, experimental=True)
    assert asked == []
    made = await client.create_call(body, experimental=True)
    assert made is not None
    assert made.id == 7
    assert (asked[0].method, asked[0].url.path) == ("POST", "/conference/v1/calls")
    assert json.loads(asked[0].content) == body
    assert await client.create_call(body, experimental=True) is None
    with pytest.raises(Rejected) as caught:
        await client.create_call(body, experimental=True)
    assert "does not create calls" in caught.value.hint


async def test_requests_are_counted(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.calls = [call(1)]
    await client.scan_calls()
    await client.get_call(1)
    assert client.requests_per_minute() == 2
    with pytest.raises(NotFound):
        await client.get_call(2)
    assert client.count_answers() == {("GET", "200"): 2, ("GET", "404"): 1}


async def test_a_request_without_an_answer_is_counted_as_such() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    client = open_client(BASE, "l", "p", transport=httpx.MockTransport(answer))
    with pytest.raises(Unreachable):
        await client.get_call(1)
    assert client.count_answers() == {("GET", "none"): 1}


async def test_an_application_in_this_process_goes_through_the_same_guards() -> None:
    seen: dict[str, object] = {}

    async def app(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        seen.update(path=scope["path"], headers=dict(scope["headers"]))
        await send({"type": "http.response.start", "status": 302, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    client = open_client(BASE, "l", "p", transport=asgi_transport(app))
    with pytest.raises(Exception, match="not followed"):
        await client.scan_meetings()
    assert seen["path"] == "/conference/v1/meetings"
    assert seen["headers"][b"authorization"] == b"Basic bDpw"  # type: ignore[index]
