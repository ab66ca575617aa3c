"""Every curl of the two documents: its request, the printed answer, and the command for it.

Where a sample contradicts itself or another one, `but` has the simulator's values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from confmon.process import exits
from tests.contract.samples import one_binding, other_calls, other_room

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.simulator.world.world import World

CONFERENCE, MEDIATOR, CORE = "/conference/v1", "/mediator/v1", "/core/v2"
LOGINS = {CONFERENCE: ("op", "secret"), MEDIATOR: ("mediator",) * 2, CORE: ("portal",) * 2}
EITHER = object()
"""A random or counted value: it must exist, with the sample's type."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One curl. `answer` is printed there; `but` replaces top-level values of it.

    `command` sends it, and ends with `code`. Where it prints no record, `then` shows what became of
    it: of a target that is gone, nothing. `shown` is what has to be printed where the document has
    no answer; `unprinted` are the answer's fields that the command leaves out, or the duration,
    which lists of live records count from the start on, so that scans of a still bridge are equal.
    """

    request: str
    command: str
    then: str = ""
    code: int = exits.OK
    shown: Any = None
    unprinted: tuple[str, ...] = ()
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
        command="discover",
        unprinted=("voip_token", "password"),
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
        command="dids --offset 2 --limit 4",
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
        command="bindings --exclude name --reveal-numbers",
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
        command="call-flows",
        answer=a_list("callFlows", SPECTEL, CONF, last=0),
        but={"last": 1},
    ),
    Sample(
        request="GET /callFlows/1?excludeFields=attributeTemplates",
        command="call-flow 1 --exclude attributeTemplates",
        answer=SPECTEL,
    ),
    Sample(
        request="GET /calls",
        command="calls --reveal-codes --reveal-numbers",
        unprinted=("duration",),
        answer=a_list("calls", A_CALL, last=0),
    ),
    Sample(
        request="GET /calls/6889184",
        command="call 6889184 --reveal-codes --reveal-numbers",
        answer=A_CALL | {"duration": 238},
        now_s=1_544_644_048.0,
    ),
    # No response is printed: the simulator answers with the call as it was.
    Sample(
        request="PUT /calls/144",
        command="name 144 name",
        then="call 144",
        shown={"id": 144, "customName": "name"},
        body='{"customName": "name"}',
        before=other_calls,
        answer=EITHER,
    ),
    Sample(
        request="DELETE /calls/174",
        command="drop --yes 174",
        then="call 174",
        before=other_calls,
        status=204,
    ),
    Sample(
        request="GET /dids",
        command="dids",
        unprinted=("attributes",),
        answer=a_list("dids", A_DID, ANOTHER_DID, last=1),
    ),
    Sample(request="GET /dids/220", command="did show 220", answer=A_DID),
    Sample(
        request="GET /didGroups",
        command="did-groups",
        unprinted=("attributes",),
        answer=a_list("didGroups", A_GROUP, last=0),
    ),
    Sample(request="GET /didGroups/219", command="did-group show 219", answer=A_GROUP),
    Sample(
        request="GET /meetings",
        command="meetings",
        unprinted=("attributes", "duration"),
        answer=a_list("meetings", A_MEETING, last=0),
        now_s=1_544_729_749.0,
    ),
    # Printed with the start, id and duration of a later session.
    Sample(
        request="GET /meetings/106131",
        command="meeting 106131",
        unprinted=("attributes",),
        answer=A_MEETING,
        now_s=1_544_729_749.0,
    ),
    Sample(
        request="GET /meetings/111/attributes?limit=5",
        command="attributes 111 --limit 5 --reveal-codes --reveal-numbers",
        before=other_calls,
        answer=[{"name": name, "value": value} for name, value in ATTRIBUTES.items()],
    ),
    Sample(
        request="PUT /meetings/106131",
        command="poll 106131",
        then="meeting 106131",
        unprinted=("attributes",),
        code=exits.NOT_PROVED,
        body='{"pollingMode": {"status": 2}}',
        answer=A_MEETING,
        now_s=1_544_729_749.0,
    ),
    Sample(
        request="DELETE /meetings/106131",
        command="end --yes 106131",
        then="meeting 106131",
        status=204,
    ),
    Sample(
        request="POST /meetingRooms",
        command="room create --yes --did-group 219 --call-flow 3",
        # A room read back has those in effect; printed is the answer to a room that set none.
        unprinted=("attributes",),
        body='{"primaryDidGroupId": 219, "callFlowId": 3}',
        status=201,
        answer=A_ROOM,
        but={"created": EITHER, "meetingNumber": EITHER},
    ),
    Sample(
        request="GET /meetingRooms?excludeFields=attributes",
        command="rooms --exclude attributes",
        answer=a_list(
            "meetingRooms",
            {name: value for name, value in A_ROOM.items() if name != "attributes"},
            last=0,
        ),
    ),
    Sample(
        request="GET /meetingRooms/273751?excludeFields=attributes",
        command="room show 273751 --exclude attributes",
        unprinted=("attributes",),
        answer=A_ROOM,
    ),
    Sample(
        request="PUT /meetingRooms/273751",
        command="room update 273751 --description 'Another description'",
        then="room show 273751 --exclude attributes",
        unprinted=("attributes",),
        body='{"description":"Another description"}',
        answer=A_ROOM | {"description": "Another description"},
    ),
    Sample(
        request="DELETE /meetingRooms/452650",
        command="room delete --yes 452650",
        then="room show 452650",
        before=other_room,
        status=204,
    ),
    Sample(
        request="POST /bindings",
        command=(
            "binding create --yes --destination-did 15162065586 --maximum-ttl -1"
            " --wait-origination-did-ttl -1 --reveal-numbers"
        ),
        api=MEDIATOR,
        body='{"destination_did":"15162065586", "maximum_ttl": -1, "wait_origination_did_ttl": -1}',
        answer=A_BINDING | {"dtmf": None, "destination_did": "15162065586"},
        but={"binding_sid": EITHER, "date_created": EITHER},
    ),
    Sample(
        request="PATCH /bindings/b956ad8c-eadb-4e90-969f-f7ef692cc40d",
        command=(
            "binding update b956ad8c-eadb-4e90-969f-f7ef692cc40d --yes"
            " --destination-did 15162065587"
        ),
        then="binding show b956ad8c-eadb-4e90-969f-f7ef692cc40d --reveal-numbers",
        api=MEDIATOR,
        body='{"destination_did": "15162065587"}',
        before=one_binding,
        answer=A_BINDING,
    ),
    Sample(
        request="POST /dialouts",
        command=(
            "dialout create --yes --stage-one-destination-did 15162065339"
            " --stage-two-destination-did 15162065338 --reveal-numbers"
        ),
        api=MEDIATOR,
        body=(
            '{"stage_one_destination_did":"15162065339", "stage_two_destination_did":"15162065338"}'
        ),
        answer=A_DIALOUT,
    ),
    Sample(
        request="GET /dids",
        command="mediator-dids",
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
