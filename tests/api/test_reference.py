"""Every field of the documents' object tables and samples has its place in a record."""

from dataclasses import fields
from typing import Any, Final

import pytest

from confmon.api.core import ENDPOINT
from confmon.api.decoding.records import RecordDecoder
from confmon.api.resource import decoder_of
from confmon.models.forwarding import Address, Binding, Dialout, Endpoint, MediatorDid
from confmon.models.live_records import Attribute, Call, Meeting
from confmon.models.records import wire_name
from confmon.models.resources.directory import CALL_FLOWS, DID_GROUPS, DIDS, ROOMS, SUBSCRIBERS
from confmon.models.resources.mediator import BINDINGS, DIALOUTS, MEDIATOR_DIDS
from confmon.models.rooms import (
    AccessCode,
    AttributeValue,
    CallFlow,
    Did,
    DidGroup,
    DidGroupReference,
    Room,
    Subscriber,
)

TABLES: Final[dict[type[Any], str]] = {
    Call: (
        "accessCode addressFrom addressTo bridgeName callee caller codec connectionStatus "
        "created customName duration gainLevel holdMode id joined meetingNumber muteMode "
        "nodeName operatorMode presenterMedia qaMode role state"
    ),
    Meeting: (
        "created duration holdMode id isRecording isSecured meetingNumber muteMode "
        "participantCount qaMode state subscriberName type"
    ),
    Attribute: "name value",
    Room: (
        "attributes didGroupReferences keychain meetingNumber primaryDidGroupId subscriberSid "
        "callFlowId created description"
    ),
    DidGroupReference: "didGroupId state",
    AccessCode: "accessCode id role",
    Did: "attributes countryCode description didGroupId id phoneNumber state",
    DidGroup: "attributes callFlowId description dids id name state subscriberSid",
    CallFlow: "attributeTemplates id name path",
    AttributeValue: "name description type enumValues value group",
    Subscriber: (
        "callback created details didGroupReferences email ext externalId firstName lastName "
        "login meetingRooms parentSid phoneNumber role sid"
    ),
    Binding: (
        "account_sid attributes binding_sid date_created destination_did dtmf maximum_ttl "
        "name origination_did redirect_did wait_origination_did_ttl"
    ),
    Dialout: (
        "account_sid attributes date_created delay dialout_sid redirect_did "
        "stage_one_destination_did stage_two_destination_did"
    ),
    MediatorDid: (
        "account_sid country_code did_sid in_country_format international_format phonenumber"
    ),
    Endpoint: (
        "addresses attributes capacity endpoint_sid name partner_sid transformations type "
        "account_sid api_url container_sid login password"
    ),
    Address: "direction ip port transport",
}
"""Left out on purpose: a meeting's `attributes` (a request of their own), a subscriber's
`authenticationToken` and an endpoint's `voip_token` (secrets nobody here needs)."""

OURS: Final = {"inexact"}
SNAKE: Final = {Binding, Dialout, MediatorDid, Endpoint, Address}
ROOM, DID, DID_GROUP = decoder_of(ROOMS), decoder_of(DIDS), decoder_of(DID_GROUPS)
CALL_FLOW, SUBSCRIBER = decoder_of(CALL_FLOWS), decoder_of(SUBSCRIBERS)
BINDING, DIALOUT = decoder_of(BINDINGS), decoder_of(DIALOUTS)
MEDIATOR_DID = decoder_of(MEDIATOR_DIDS)
SHAPES: Final[list[RecordDecoder[Any]]] = [
    ROOM, DID, DID_GROUP, CALL_FLOW, SUBSCRIBER, BINDING, DIALOUT, MEDIATOR_DID, ENDPOINT,
]  # fmt: skip


@pytest.mark.parametrize("record", TABLES, ids=lambda record: record.__name__)
def test_a_record_has_what_the_table_has_and_nothing_more(record: type[Any]) -> None:
    names = {field.name for field in fields(record)} - OURS
    spelled = names if record in SNAKE else {wire_name(name) for name in names}
    assert spelled == set(TABLES[record].split())


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.record.__name__)
def test_each_field_of_the_table_is_read(shape: RecordDecoder[Any]) -> None:
    """Send each field by its wire name in the samples' form: nothing stays at its default."""
    raw: dict[str, Any] = {}
    for name in TABLES[shape.record].split():
        raw[name] = _SAMPLES.get(name, "2019")
    if shape.record in SNAKE:
        raw["attributes"] = {"hide_origination_did": "true"}
    raw["properties"] = dict.fromkeys(
        ("account_sid", "api_url", "container_sid", "login", "password"), "x"
    )
    record = shape.read(raw)
    empty = shape.read({shape.key: raw[shape.key]})
    for field in fields(shape.record):
        if field.name not in {*OURS, *_key(shape)}:
            assert getattr(record, field.name) != getattr(empty, field.name), field.name


def _key(shape: RecordDecoder[Any]) -> set[str]:
    return {
        field.name
        for field in fields(shape.record)
        if shape.key in (field.name, wire_name(field.name))
    }


_SAMPLES: Final[dict[str, Any]] = {
    "addresses": [{"direction": "any", "ip": "10.1.10.69", "port": 5060, "transport": "udp"}],
    "attributes": [{"name": "call_delay", "value": "3", "type": 2, "group": 3}],
    "attributeTemplates": [{"name": "call_delay", "value": "3"}],
    "didGroupReferences": [{"didGroupId": 219, "state": 0}],
    "dids": [{"id": 220, "phoneNumber": "15162065319"}],
    "keychain": [{"accessCode": "111", "id": 1, "role": 1}],
    "meetingRooms": [273751],
    "transformations": [{"from": "+"}],
}
