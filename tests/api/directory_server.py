"""The reference's samples, and a server that answers from a table and keeps its requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

ROOM: dict[str, Any] = {
    "attributes": [],
    "created": 1544482680000,
    "didGroupReferences": [{"didGroupId": 219, "state": 0}],
    "keychain": [],
    "meetingNumber": 273751,
    "primaryDidGroupId": 219,
    "subscriberSid": "yIMW9.jKxffi2EyM.afDmeO.gke.9fe0",
}
DIDS: list[dict[str, Any]] = [
    {
        "attributes": [],
        "countryCode": "US",
        "didGroupId": 219,
        "id": number,
        "phoneNumber": phone,
        "state": -1,
    }
    for number, phone in ((220, "15162065319"), (221, "15162065318"))
]
DID_GROUP: dict[str, Any] = {
    "attributes": [],
    "callFlowId": 3,
    "description": "",
    "dids": DIDS,
    "id": 219,
    "name": "sample_conference_008_didGroup",
    "state": -1,
    "subscriberSid": "yIMW9.jKxffi2EyM.afDmeO.gke.9fe0",
}
CALL_FLOWS: list[dict[str, Any]] = [
    {"id": 1, "name": "SPECTEL", "path": "/usr/local/DNCA/callflows/SPECTEL"},
    {"id": 3, "name": "CONF", "path": "/usr/local/DNCA/callflows/CONF"},
]
BINDING: dict[str, Any] = {
    "account_sid": "0a1ba365-71e0-45af-b49c-a7b08e6650c7",
    "attributes": {},
    "binding_sid": "b956ad8c-eadb-4e90-969f-f7ef692cc40d",
    "date_created": "2019-02-19T17:36:33.174Z",
    "destination_did": "15162065586",
    "dtmf": None,
    "maximum_ttl": -1,
    "name": "N/A",
    "origination_did": None,
    "redirect_did": "19166561000",
    "wait_origination_did_ttl": -1,
}
DIALOUT: dict[str, Any] = {
    "account_sid": "0a1ba365-71e0-45af-b49c-a7b08e6650c7",
    "attributes": {"hide_origination_did": "true"},
    "date_created": "2019-02-19T19:56:36.702Z",
    "delay": 0,
    "dialout_sid": "d9ae9fd7-37ff-4e96-910c-8dd2f4959617",
    "redirect_did": "19166561000",
    "stage_one_destination_did": "15162065339",
    "stage_two_destination_did": "15162065338",
}
MEDIATOR_DID: dict[str, Any] = {
    "account_sid": "0a1ba365-71e0-45af-b49c-a7b08e6650c7",
    "country_code": None,
    "did_sid": "d4749db0-41fb-4552-a559-ecfa4091b847",
    "in_country_format": None,
    "international_format": None,
    "phonenumber": "19166561000",
}
ENDPOINTS: list[dict[str, Any]] = [
    {
        "addresses": [
            {"direction": "any", "ip": "10.1.10.69", "port": 5060, "transport": "udp"},
        ],
        "attributes": {},
        "capacity": 0,
        "endpoint_sid": "7fc3e7ea-a0df-4de1-836f-50318ed66466",
        "name": "System Gateway",
        "partner_sid": "ed437757-002d-4ecc-aa5a-efdf5e50dba0",
        "properties": {},
        "transformations": [],
        "type": "system_gateway",
        "voip_token": None,
    },
    {
        "addresses": [],
        "attributes": {},
        "capacity": 0,
        "endpoint_sid": "d4f87d69-4199-4de4-ab60-22348e2bf52a",
        "name": "conference",
        "partner_sid": "ed437757-002d-4ecc-aa5a-efdf5e50dba0",
        "properties": {
            "account_sid": "lkHm962PjvduiUK9LFGvYG.rr0LIhqNH",
            "api_url": "https://api.carrierx.com/conference/v1",
            "container_sid": "ea55039a-3ee4-48cd-a1ff-dfb7751f1cec",
            "login": "sample_conference_123",
            "password": "Kgp7L45erAfz",
        },
        "transformations": [],
        "type": "conference",
        "voip_token": "a-voip-secret",
    },
]


def listed(plural: str, rows: list[Any], **changed: object) -> dict[str, Any]:
    """Return Conference's envelope."""
    return {plural: rows, "last": 0, "offset": 0, "total": len(rows)} | changed


def items(rows: list[Any], **changed: object) -> dict[str, Any]:
    """Return the envelope of Core, and of Mediator's bodies."""
    envelope = {"count": len(rows), "has_more": False, "items": rows, "limit": 10, "offset": 0}
    return envelope | {"pagination": {}, "total": len(rows)} | changed


def wrapped(body: object, status: object = 200) -> dict[str, object]:
    """Return the Mediator's envelope."""
    return {"body": body, "status": status}


Answer = httpx.Response | object | Callable[[httpx.Request], object]


@dataclass
class Server:
    """Answers by ``METHOD path`` below the base; a plain object goes out as JSON with 200."""

    answers: dict[str, Answer]
    root: str = "/v1"
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.get(f"{request.method} {request.url.path.removeprefix(self.root)}")
        if callable(answer):
            answer = answer(request)
        if answer is None:
            return httpx.Response(404, json={"message": "Not found"})
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def asked(self) -> list[str]:
        """Return method, path and query of each request."""
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.requests]

    @property
    def bodies(self) -> list[Any]:
        """Return the bodies of the requests that had one."""
        return [json.loads(request.content) for request in self.requests if request.content]
