"""Every curl of the two documents, sent to the simulator, against the response printed there.

Where a sample contradicts itself or another one, `but` says what is answered instead.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from confmon.simulator.face import make_app
from tests.contract.samples import one_binding, other_calls, other_room, sample_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.simulator.world import World

CONFERENCE, MEDIATOR, CORE = "/conference/v1", "/mediator/v1", "/core/v2"
LOGINS = {CONFERENCE: ("op", "secret"), MEDIATOR: ("mediator",) * 2, CORE: ("portal",) * 2}
EITHER = object()
"""Drawn or counted: there, and of the sample's type."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One curl. `answer` is printed there; `but` replaces top-level values of it."""

    request: str
    api: str = CONFERENCE
    body: str = ""
    status: int = 200
    answer: Any = None
    but: dict[str, Any] = field(default_factory=dict)
    now_s: float = 1_544_643_981.0
    before: Callable[[World], None] | None = None
    core_envelope: bool = False


A_CALL = {
    "accessCode": "111",
    "addressFrom": '"+15162065319" ',
    "bridgeName": "MIA-QA-FCC4D",
    "callee": "15162065318",
    "caller": "+15162065319",
    "codec": "PCMU",
    "connectionStatus": 0,
    "created": 1544643810000,
    "customName": "",
    "duration": 171,
    "gainLevel": 0,
    "holdMode": 0,
    "id": 6889184,
    "joined": 1544643810000,
    "meetingNumber": 106131,
    "muteMode": 0,
    "nodeName": "10.2.114.15",
    "presenterMedia": 0,
    "qaMode": 0,
    "role": 1,
    "state": 2,
}
A_DID = {
    "attributes": [],
    "countryCode": "US",
    "didGroupId": 219,
    "id": 220,
    "phoneNumber": "15162065319",
    "state": -1,
}
ANOTHER_DID = A_DID | {"id": 221, "phoneNumber": "15162065318"}
A_GROUP = {
    "attributes": [],
    "callFlowId": 3,
    "description": "",
    # Printed in the other order, and with each other's number than `GET /dids` gives them.
    "dids": [A_DID, ANOTHER_DID],
    "id": 219,
    "name": "sample_conference_008_didGroup",
    "state": -1,
    "subscriberSid": "yIMW9.jKxffi2EyM.afDmeO.gke.9fe0",
}
A_MEETING = {
    "attributes": [],
    "created": 1544729701000,
    "duration": 48,
    "holdMode": 0,
    "id": 196938,
    "isRecording": False,
    "isSecured": False,
    "meetingNumber": 106131,
    "muteMode": 32,
    "participantCount": 1,
    "qaMode": 0,
    "state": 2,
    "subscriberName": "John Smith",
    "type": 1,
}
A_ROOM = {
    "attributes": [],
    "created": 1544482680000,
    "didGroupReferences": [{"didGroupId": 219, "state": 0}],
    "keychain": [],
    "meetingNumber": 273751,
    "primaryDidGroupId": 219,
    "subscriberSid": "yIMW9.jKxffi2EyM.afDmeO.gke.9fe0",
}
SPECTEL = {"id": 1, "name": "SPECTEL", "path": "/usr/local/DNCA/callflows/SPECTEL"}
CONF = {"id": 3, "name": "CONF", "path": "/usr/local/DNCA/callflows/CONF"}
A_BINDING = {
    "account_sid": "0a1ba365-71e0-45af-b49c-a7b08e6650c7",
    "attributes": {},
    "binding_sid": "b956ad8c-eadb-4e90-969f-f7ef692cc40d",
    "date_created": "2019-02-19T18:07:40.000Z",
    "destination_did": "15162065587",
    "maximum_ttl": -1,
    "name": "N/A",
    "origination_did": None,
    "redirect_did": "19166561000",
    "wait_origination_did_ttl": -1,
}
A_DIALOUT = {
    "account_sid": "0a1ba365-71e0-45af-b49c-a7b08e6650c7",
    "attributes": {"hide_origination_did": "true"},
    "date_created": EITHER,
    "delay": 0,
    "dialout_sid": EITHER,
    "redirect_did": "19166561000",
    "stage_one_destination_did": "15162065339",
    "stage_two_destination_did": "15162065338",
}
A_MEDIATOR_DID = {
    "account_sid": "0a1ba365-71e0-45af-b49c-a7b08e6650c7",
    "country_code": None,
    "did_sid": "d4749db0-41fb-4552-a559-ecfa4091b847",
    "in_country_format": None,
    "international_format": None,
    "phonenumber": "19166561000",
}
AN_ENDPOINT = {
    "addresses": [],
    "attributes": {},
    "capacity": 0,
    "endpoint_sid": "d4f87d69-4199-4de4-ab60-22348e2bf52a",
    "name": "conference",
    "partner_sid": "ed437757-002d-4ecc-aa5a-efdf5e50dba0",
    "properties": {
        "account_sid": "lkHm962PjvduiUK9LFGvYG.rr0LIhqNH",
        "api_url": "http://bridge/conference/v1",
        "container_sid": "ea55039a-3ee4-48cd-a1ff-dfb7751f1cec",
        "login": "op",
        "password": "secret",
    },
    "transformations": [],
    "type": "conference",
    "voip_token": None,
}
A_GATEWAY = AN_ENDPOINT | {
    "addresses": [{"direction": "any", "ip": "10.1.10.69", "port": 5060, "transport": "udp"}],
    "endpoint_sid": "7fc3e7ea-a0df-4de1-836f-50318ed66466",
    "name": "System Gateway",
    "properties": {},
    "type": "system_gateway",
}
ATTRIBUTES = {
    "conference_exittones": "on",
    "conference_qa_policy": "p",
    "conf_participants_count": "0",
    "conf_hosts_count": "1",
    "conf_listeners_count": "0",
    "participant_list": "5626245432:15162065310:'2756'",
}


def a_list(plural: str, *items: object, last: int) -> dict[str, Any]:
    return {plural: list(items), "last": last, "offset": 0, "total": len(items)}


SAMPLES = [
    Sample(
        request="GET /endpoints",
        api=CORE,
        answer={
            "count": 2,
            "has_more": False,
            "items": [A_GATEWAY, AN_ENDPOINT],
            "limit": 1000,
            "offset": 0,
            "pagination": {},
            "total": 2,
        },
        # A third one: the Mediator's, so that its login can be found as well.
        but={"count": 3, "total": 3, "items": [A_GATEWAY, AN_ENDPOINT, EITHER]},
    ),
    Sample(
        request="GET /dids?offset=2&limit=4",
        core_envelope=True,
        answer={
            "count": 0,
            "has_more": False,
            "items": [],
            "limit": 4,
            "offset": 2,
            "pagination": {
                "previous": "https://api.carrierx.com/conference/v1/dids?limit=4&offset=0"
            },
            "total": 0,
        },
        # A total of none cannot have a page before; and links that nobody follows lead nowhere.
        but={
            "total": 2,
            "pagination": {"previous": "https://elsewhere.invalid/dids?limit=4&offset=0"},
        },
    ),
    Sample(
        request='GET /bindings?exclude_fields="name"',
        api=MEDIATOR,
        before=one_binding,
        # No response is printed.
        answer={
            "count": 1,
            "has_more": False,
            "items": [
                {name: value for name, value in A_BINDING.items() if name != "name"}
                | {"dtmf": None, "destination_did": "15162065586"}
            ],
            "limit": 10,
            "offset": 0,
            "pagination": {},
            "total": 1,
        },
    ),
    Sample(
        request="GET /callFlows?excludeFields=attributeTemplates",
        answer=a_list("callFlows", SPECTEL, CONF, last=0),
        but={"last": 1},
    ),
    Sample(request="GET /callFlows/1?excludeFields=attributeTemplates", answer=SPECTEL),
    Sample(request="GET /calls", answer=a_list("calls", A_CALL, last=0)),
    Sample(request="GET /calls/6889184", answer=A_CALL | {"duration": 238}, now_s=1_544_644_048.0),
    # No response is printed: the simulator answers with the call as it was.
    Sample(
        request="PUT /calls/144", body='{"customName": "name"}', before=other_calls, answer=EITHER
    ),
    Sample(request="DELETE /calls/174", before=other_calls, status=204),
    Sample(request="GET /dids", answer=a_list("dids", A_DID, ANOTHER_DID, last=1)),
    Sample(request="GET /dids/220", answer=A_DID),
    Sample(request="GET /didGroups", answer=a_list("didGroups", A_GROUP, last=0)),
    Sample(request="GET /didGroups/219", answer=A_GROUP),
    Sample(
        request="GET /meetings", answer=a_list("meetings", A_MEETING, last=0), now_s=1_544_729_749.0
    ),
    # Printed with the start, id and duration of a later session.
    Sample(request="GET /meetings/106131", answer=A_MEETING, now_s=1_544_729_749.0),
    Sample(
        request="GET /meetings/111/attributes?limit=5",
        before=other_calls,
        answer=[{"name": name, "value": value} for name, value in ATTRIBUTES.items()],
    ),
    Sample(
        request="PUT /meetings/106131",
        body='{"pollingMode": {"status": 2}}',
        answer=A_MEETING,
        now_s=1_544_729_749.0,
    ),
    Sample(request="DELETE /meetings/106131", status=204),
    Sample(
        request="POST /meetingRooms",
        body='{"primaryDidGroupId": 219, "callFlowId": 3}',
        status=201,
        answer=A_ROOM,
        but={"created": EITHER, "meetingNumber": EITHER},
    ),
    Sample(
        request="GET /meetingRooms?excludeFields=attributes",
        answer=a_list(
            "meetingRooms",
            {name: value for name, value in A_ROOM.items() if name != "attributes"},
            last=0,
        ),
    ),
    Sample(request="GET /meetingRooms/273751?excludeFields=attributes", answer=A_ROOM),
    Sample(
        request="PUT /meetingRooms/273751",
        body='{"description":"Another description"}',
        answer=A_ROOM | {"description": "Another description"},
    ),
    Sample(request="DELETE /meetingRooms/452650", before=other_room, status=204),
    Sample(
        request="POST /bindings",
        api=MEDIATOR,
        body='{"destination_did":"15162065586", "maximum_ttl": -1, "wait_origination_did_ttl": -1}',
        answer=A_BINDING | {"dtmf": None, "destination_did": "15162065586"},
        but={"binding_sid": EITHER, "date_created": EITHER},
    ),
    Sample(
        request="PATCH /bindings/b956ad8c-eadb-4e90-969f-f7ef692cc40d",
        api=MEDIATOR,
        body='{"destination_did": "15162065587"}',
        before=one_binding,
        answer=A_BINDING,
    ),
    Sample(
        request="POST /dialouts",
        api=MEDIATOR,
        body=(
            '{"stage_one_destination_did":"15162065339", "stage_two_destination_did":"15162065338"}'
        ),
        answer=A_DIALOUT,
    ),
    Sample(
        request="GET /dids",
        api=MEDIATOR,
        answer={
            "count": 1,
            "has_more": False,
            "items": [A_MEDIATOR_DID],
            "limit": 10,
            "offset": 0,
            "pagination": {},
            "total": 1,
        },
    ),
]


def same(wanted: Any, got: Any) -> bool:
    if wanted is EITHER:
        return got is not None
    if isinstance(wanted, dict):
        return (
            isinstance(got, dict)
            and wanted.keys() == got.keys()
            and all(same(value, got[name]) for name, value in wanted.items())
        )
    if isinstance(wanted, list):
        return isinstance(got, list) and len(wanted) == len(got) and all(map(same, wanted, got))
    return type(wanted) is type(got) and bool(wanted == got)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.api} {one.request}"[1:])
async def test_a_documented_request_gets_the_documented_answer(sample: Sample) -> None:
    world = sample_world(lambda: sample.now_s)
    if sample.before:
        sample.before(world)
    if sample.core_envelope:
        world.quirks.envelope = "core"
    method, _, path = sample.request.partition(" ")
    transport = httpx.ASGITransport(app=make_app(world, login="op", password="secret"))
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge") as client:
        reply = await client.request(
            method,
            sample.api + path,
            content=sample.body or None,
            headers={"content-type": "application/json"} if sample.body else None,
            auth=httpx.BasicAuth(*LOGINS[sample.api]),
        )
    assert reply.status_code == sample.status, reply.text
    if sample.status == 204:
        assert reply.content == b""
        return
    got = reply.json()
    if sample.api == MEDIATOR:
        assert got["status"] == 200
        got = got["body"]
    wanted = sample.answer
    if sample.but:
        wanted = wanted | sample.but
    assert same(wanted, got), json.dumps(got, indent=1)
