"""Every example request of the three APIs' papers, as a command: it sends just that request.

The papers' ids are replaced by those of the simulated world: {call} {meeting} {room} {binding}.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from confmon.cli import exits, main

if TYPE_CHECKING:
    from tests.cli.conftest import Served

CONFERENCE, MEDIATOR = "/conference/v1", "/mediator/v1"

EXAMPLES = [
    # command, method, path, parts of the query, body
    ("discover", "GET", "/core/v2/endpoints", (), None),
    ("dids --offset 2 --limit 4", "GET", f"{CONFERENCE}/dids", ("offset=2", "limit=4"), None),
    ("bindings --exclude name", "GET", f"{MEDIATOR}/bindings", ("exclude_fields=name",), None),
    ("call-flows", "GET", f"{CONFERENCE}/callFlows", ("excludeFields=attributeTemplates",), None),
    ("call-flow 1 --exclude attributeTemplates", "GET", f"{CONFERENCE}/callFlows/1",
     ("excludeFields=attributeTemplates",), None),
    ("calls", "GET", f"{CONFERENCE}/calls", (), None),
    ("call {call}", "GET", f"{CONFERENCE}/calls/{{call}}", (), None),
    ("name {call} name", "PUT", f"{CONFERENCE}/calls/{{call}}", (), {"customName": "name"}),
    ("drop --yes {call}", "DELETE", f"{CONFERENCE}/calls/{{call}}", (), None),
    ("dids", "GET", f"{CONFERENCE}/dids", (), None),
    ("did show 220", "GET", f"{CONFERENCE}/dids/220", (), None),
    ("did-groups", "GET", f"{CONFERENCE}/didGroups", (), None),
    ("did-group show 219", "GET", f"{CONFERENCE}/didGroups/219", (), None),
    ("meetings", "GET", f"{CONFERENCE}/meetings", (), None),
    ("meeting {meeting}", "GET", f"{CONFERENCE}/meetings/{{meeting}}", (), None),
    ("attributes {meeting} --limit 5", "GET", f"{CONFERENCE}/meetings/{{meeting}}/attributes",
     ("limit=5",), None),
    ("poll {meeting}", "PUT", f"{CONFERENCE}/meetings/{{meeting}}", (),
     {"pollingMode": {"status": 2}}),
    ("end --yes {meeting}", "DELETE", f"{CONFERENCE}/meetings/{{meeting}}", (), None),
    ("room create --yes --did-group 219 --call-flow 3", "POST", f"{CONFERENCE}/meetingRooms", (),
     {"primaryDidGroupId": 219, "callFlowId": 3}),
    ("rooms --exclude attributes", "GET", f"{CONFERENCE}/meetingRooms",
     ("excludeFields=attributes",), None),
    ("room show {room} --exclude attributes", "GET", f"{CONFERENCE}/meetingRooms/{{room}}",
     ("excludeFields=attributes",), None),
    ("room update {room} --description 'Another description'", "PUT",
     f"{CONFERENCE}/meetingRooms/{{room}}", (), {"description": "Another description"}),
    ("room delete --yes {room}", "DELETE", f"{CONFERENCE}/meetingRooms/{{room}}", (), None),
    ("binding create --yes --destination-did 15162065586 --maximum-ttl -1"
     " --wait-origination-did-ttl -1", "POST", f"{MEDIATOR}/bindings", (),
     {"destination_did": "15162065586", "maximum_ttl": -1, "wait_origination_did_ttl": -1}),
    ("binding update {binding} --yes --destination-did 15162065587", "PATCH",
     f"{MEDIATOR}/bindings/{{binding}}", (), {"destination_did": "15162065587"}),
    ("dialout create --yes --stage-one-destination-did 15162065339"
     " --stage-two-destination-did 15162065338", "POST", f"{MEDIATOR}/dialouts", (),
     {"stage_one_destination_did": "15162065339", "stage_two_destination_did": "15162065338"}),
    ("mediator-dids", "GET", f"{MEDIATOR}/dids", (), None),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example[0])
def test_a_documented_example_is_a_command(
    served: Served, example: tuple[str, str, str, tuple[str, ...], Any]
) -> None:
    command, method, path, query, body = example
    world = served.world
    ids = {
        "call": served.callers(1)[0].id,
        "meeting": next(iter(world.meetings)),
        "room": next(iter(world.estate.rooms)),
        "binding": next(one.sid for one in world.mediation.live()),
    }
    unproved = exits.NOT_PROVED if command.startswith("poll") else exits.OK
    assert main(shlex.split(command.format(**ids))) == unproved
    wanted = path.format(**ids)
    matching = [
        (target, sent)
        for verb, target, sent in served.requests
        if verb == method and target.partition("?")[0] == wanted
    ]
    assert matching, [one[:2] for one in served.requests]
    target, sent = matching[0]
    parts = target.partition("?")[2].split("&")
    assert set(query) <= set(parts)
    assert json.dumps(sent, sort_keys=True) == json.dumps(body, sort_keys=True)
    writes = [one for one in served.requests if one[0] != "GET"]
    assert len(writes) == (method != "GET")
