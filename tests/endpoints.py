"""Every request that the papers of the three APIs describe, and what of confmon reaches it.

`tests/test_papers.py` prints it into the topic of the API and holds it to the client, the command
line, the screen and the simulator.
"""

from __future__ import annotations

from typing import NamedTuple


class Endpoint(NamedTuple):
    """One request. `command` is a command line with its values as capitals.

    `source`: ``doc`` for the papers at hand, ``doc+`` for the vendor's later edition, ``unknown``
    where neither describes it. `screen` has the ids of the commands that reach it.
    """

    request: str
    source: str
    client: str
    command: str
    screen: tuple[str, ...] = ()


LIVE, STANDING = "live.ConferenceClient", "directory.DirectoryClient"
MEDIATOR, CORE = "mediator.MediatorClient", "core.CoreClient"

CONFERENCE_REQUESTS = (
    Endpoint("GET /calls", "doc", f"{LIVE}.list_calls", "calls", ("calls", "open", "find")),
    Endpoint("GET /calls/ID", "doc", f"{LIVE}.get_call", "call ID", ("drop",)),
    Endpoint("PUT /calls/ID", "doc", f"{LIVE}.put_call", "name ID TEXT",
             ("mute", "hold", "name", "gain_up", "promote", "demote", "podium")),
    Endpoint("DELETE /calls/ID", "doc", f"{LIVE}.delete_call", "drop ID", ("drop",)),
    Endpoint("POST /calls", "unknown", f"{LIVE}.create_call", ""),
    Endpoint("GET /meetings", "doc", f"{LIVE}.list_meetings", "meetings", ("meetings",)),
    Endpoint("GET /meetings/NUMBER", "doc", f"{LIVE}.get_meeting", "meeting NUMBER", ("end",)),
    Endpoint("PUT /meetings/NUMBER", "doc", f"{LIVE}.put_meeting", "poll NUMBER",
             ("lock", "record")),
    Endpoint("DELETE /meetings/NUMBER", "doc", f"{LIVE}.delete_meeting", "end NUMBER", ("end",)),
    Endpoint("GET /meetings/NUMBER/attributes", "doc", f"{LIVE}.get_attributes",
             "attributes NUMBER", ("attributes",)),
    Endpoint("PUT /meetings/NUMBER/attributes/NAME", "doc+", f"{LIVE}.put_attribute",
             "attribute set NUMBER NAME VALUE", ("attributes",)),
    Endpoint("GET /meetingRooms", "doc", f"{STANDING}.list", "rooms", ("rooms",)),
    Endpoint("POST /meetingRooms", "doc", f"{STANDING}.create",
             "room create --did-group ID --call-flow ID", ("room_new",)),
    Endpoint("GET /meetingRooms/NUMBER", "doc", f"{STANDING}.get", "room show NUMBER",
             ("room", "room_codes", "details")),
    Endpoint("PUT /meetingRooms/NUMBER", "doc", f"{STANDING}.change",
             "room update NUMBER --description TEXT", ("room_edit", "room_attributes")),
    Endpoint("DELETE /meetingRooms/NUMBER", "doc", f"{STANDING}.delete",
             "room delete NUMBER", ("room_delete",)),
    Endpoint("GET /dids", "doc", f"{STANDING}.list", "dids", ("numbers", "dialled_number")),
    Endpoint("POST /dids", "doc+", f"{STANDING}.create",
             "did create --did-group ID --phone-number NUMBER"),
    Endpoint("GET /dids/ID", "doc", f"{STANDING}.get", "did show ID", ("numbers",)),
    Endpoint("PUT /dids/ID", "doc+", f"{STANDING}.change", "did update ID --did-group ID"),
    Endpoint("GET /didGroups", "doc", f"{STANDING}.list", "did-groups", ("numbers",)),
    Endpoint("POST /didGroups", "doc+", f"{STANDING}.create",
             "did-group create --call-flow ID --name TEXT"),
    Endpoint("GET /didGroups/ID", "doc", f"{STANDING}.get", "did-group show ID",
             ("numbers",)),
    Endpoint("PUT /didGroups/ID", "doc+", f"{STANDING}.change",
             "did-group update ID --name TEXT"),
    Endpoint("GET /callFlows", "doc", f"{STANDING}.list", "call-flows", ("numbers",)),
    Endpoint("GET /callFlows/ID", "doc", f"{STANDING}.get", "call-flow ID",
             ("numbers",)),
    Endpoint("GET /subscribers", "doc+", f"{STANDING}.list", "subscribers"),
    Endpoint("GET /subscribers/SID", "doc+", f"{STANDING}.get", "subscriber SID"),
)  # fmt: skip
MEDIATOR_REQUESTS = (
    Endpoint("GET /bindings", "doc", f"{MEDIATOR}.list", "bindings", ("forwarding",)),
    Endpoint("POST /bindings", "doc", f"{MEDIATOR}.create",
             "binding create --destination-did NUMBER", ("forward_new",)),
    Endpoint("GET /bindings/SID", "doc+", f"{MEDIATOR}.get", "binding show SID",
             ("forwarding",)),
    Endpoint("PATCH /bindings/SID", "doc", f"{MEDIATOR}.change",
             "binding update SID --destination-did NUMBER", ("forward_edit",)),
    Endpoint("PUT /bindings/SID", "doc", f"{MEDIATOR}.change",
             "binding update SID --whole --destination-did NUMBER"),
    Endpoint("DELETE /bindings/SID", "doc+", f"{MEDIATOR}.delete", "binding delete SID",
             ("forward_delete",)),
    Endpoint("GET /dialouts", "doc+", f"{MEDIATOR}.list", "dialouts", ("forwarding",)),
    Endpoint("POST /dialouts", "doc", f"{MEDIATOR}.create",
             "dialout create --stage-one-destination-did NUMBER --stage-two-destination-did NUMBER",
             ("forward_new",)),
    Endpoint("GET /dialouts/SID", "doc+", f"{MEDIATOR}.get", "dialout show SID",
             ("forwarding",)),
    Endpoint("PATCH /dialouts/SID", "doc+", f"{MEDIATOR}.change",
             "dialout update SID --delay SECONDS", ("forward_edit",)),
    Endpoint("PUT /dialouts/SID", "doc+", f"{MEDIATOR}.change",
             "dialout update SID --whole --delay SECONDS"),
    Endpoint("DELETE /dialouts/SID", "doc+", f"{MEDIATOR}.delete", "dialout delete SID",
             ("forward_delete",)),
    Endpoint("GET /dids", "doc", f"{MEDIATOR}.list", "mediator-dids", ("forwarding",)),
)  # fmt: skip
CORE_REQUESTS = (Endpoint("GET /endpoints", "doc", f"{CORE}.list_endpoints", "discover"),)

ENDPOINTS = {
    "/conference/v1": CONFERENCE_REQUESTS,
    "/mediator/v1": MEDIATOR_REQUESTS,
    "/core/v2": CORE_REQUESTS,
}
"""By the base path of the API."""
TITLES = {
    "/conference/v1": "Conference API, v1", "/mediator/v1": "Mediator API, v1",
    "/core/v2": "Core API, v2",
}  # fmt: skip
