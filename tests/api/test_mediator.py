"""Bindings, dialouts and DIDs of the Mediator, in and out of its envelope."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx
import pytest
from hypothesis import given, settings

from confmon.api.connect import open_mediator
from confmon.api.mediator import MediatorClient
from confmon.models import errors
from confmon.models.lists import ListQuery
from confmon.models.resources.mediator import BINDINGS, DIALOUTS, MEDIATOR_DIDS
from tests.api.directory_server import (
    BINDING,
    DIALOUT,
    MEDIATOR_DID,
    Answer,
    Server,
    items,
    wrapped,
)
from tests.api.test_records import KNOWN

BASE = "http://127.0.0.1:8080/mediator/v1"
ROOT = "/mediator/v1"
SID = BINDING["binding_sid"]
OUT = DIALOUT["dialout_sid"]


def opened(answers: dict[str, Answer], *, read_only: bool = False) -> tuple[MediatorClient, Server]:
    server = Server(answers, ROOT)
    transport = httpx.MockTransport(server)
    mediator = open_mediator(BASE, "mediator", "hunter2", transport=transport, read_only=read_only)
    return mediator, server


async def test_the_guides_own_requests() -> None:
    mediator, server = opened(
        {
            "POST /bindings": wrapped(BINDING),
            f"PATCH /bindings/{SID}": wrapped({**BINDING, "destination_did": "15162065587"}),
            "POST /dialouts": wrapped(DIALOUT),
            "GET /dids": wrapped(items([MEDIATOR_DID])),
        }
    )
    forward = {
        "destination_did": "15162065586",
        "maximum_ttl": -1,
        "wait_origination_did_ttl": -1,
    }
    binding = await mediator.create(BINDINGS, forward)
    assert (binding.binding_sid, binding.redirect_did) == (SID, "19166561000")
    await mediator.change(BINDINGS, "PATCH", SID, {"destination_did": "15162065587"})
    both = {
        "stage_one_destination_did": "15162065339",
        "stage_two_destination_did": "15162065338",
    }
    dialout = await mediator.create(DIALOUTS, both)
    assert (dialout.dialout_sid, dialout.delay) == (OUT, 0)
    dids = await mediator.list(MEDIATOR_DIDS)
    assert [record.phonenumber for record in dids.records] == ["19166561000"]
    assert (dids.total, dids.whole) == (1, True)
    assert server.asked == [
        "POST /mediator/v1/bindings",
        f"PATCH /mediator/v1/bindings/{SID}",
        "POST /mediator/v1/dialouts",
        "GET /mediator/v1/dids?limit=1000",
    ]
    assert server.bodies == [forward, {"destination_did": "15162065587"}, both]


async def test_the_rest_of_bindings_and_dialouts() -> None:
    mediator, server = opened(
        {
            "GET /bindings": wrapped(items([BINDING])),
            f"GET /bindings/{SID}": wrapped(BINDING),
            f"PUT /bindings/{SID}": wrapped(BINDING),
            f"DELETE /bindings/{SID}": wrapped({}),
            "GET /dialouts": wrapped(items([DIALOUT])),
            f"GET /dialouts/{OUT}": wrapped(DIALOUT),
            f"PATCH /dialouts/{OUT}": wrapped(DIALOUT),
            f"PUT /dialouts/{OUT}": wrapped(DIALOUT),
            f"DELETE /dialouts/{OUT}": httpx.Response(204),
        }
    )
    listing = ListQuery(
        filter="maximum_ttl gt 40000", order="binding_sid desc", exclude=("name", "binding_sid")
    )
    assert len((await mediator.list(BINDINGS, listing)).records) == 1
    assert (await mediator.get(BINDINGS, SID, include=["dtmf"])).destination_did == "15162065586"
    await mediator.change(BINDINGS, "PUT", SID, BINDING)
    await mediator.delete(BINDINGS, SID)
    assert len((await mediator.list(DIALOUTS, ListQuery(include=("delay",)))).records) == 1
    assert (await mediator.get(DIALOUTS, OUT)).attributes == (("hide_origination_did", "true"),)
    await mediator.change(DIALOUTS, "PATCH", OUT, {"delay": 5})
    await mediator.change(DIALOUTS, "PUT", OUT, DIALOUT)
    await mediator.delete(DIALOUTS, OUT)
    assert [line.replace(" /mediator/v1", " ") for line in server.asked] == [
        "GET /bindings?filter=maximum_ttl%20gt%2040000&order=binding_sid%20desc&limit=1000"
        "&exclude_fields=name",
        f"GET /bindings/{SID}?include_fields=binding_sid,dtmf",
        f"PUT /bindings/{SID}",
        f"DELETE /bindings/{SID}",
        "GET /dialouts?limit=1000&include_fields=dialout_sid,delay",
        f"GET /dialouts/{OUT}",
        f"PATCH /dialouts/{OUT}",
        f"PUT /dialouts/{OUT}",
        f"DELETE /dialouts/{OUT}",
    ]
    assert mediator.requests_per_minute() == 9


Asks = Callable[[MediatorClient], Awaitable[object]]


@pytest.mark.parametrize(
    "ask",
    [
        lambda mediator: mediator.list(BINDINGS),
        lambda mediator: mediator.get(BINDINGS, SID),
        lambda mediator: mediator.create(BINDINGS, {}),
        lambda mediator: mediator.change(BINDINGS, "PATCH", SID, {}),
        lambda mediator: mediator.change(BINDINGS, "PUT", SID, {}),
        lambda mediator: mediator.delete(BINDINGS, SID),
    ],
)
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.Rejected),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (409, errors.Rejected),
        (429, errors.Throttled),
        (500, errors.ServerTrouble),
        ("404", errors.NotFound),
        (0, errors.Garbled),
    ],
)
async def test_an_error_inside_a_200_is_that_error(
    ask: Asks, status: int | str, kind: type[errors.BridgeError]
) -> None:
    reply = wrapped({"message": "hunter2 did not work"}, status)

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=reply)

    mediator = open_mediator(BASE, "m", "hunter2", transport=httpx.MockTransport(answer))
    with pytest.raises(errors.BridgeError) as caught:
        await ask(mediator)
    assert type(caught.value) is kind
    assert caught.value.status == int(status)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "Mediator endpoint's own login"), (404, "run out"), (409, "redirect_did")],
)
async def test_hints_suit_bindings(inside: bool, status: int, words: str) -> None:
    body = {"message": "no"}
    answer = wrapped(body, status) if inside else httpx.Response(status, json=wrapped(body, status))
    mediator, _ = opened({f"GET /bindings/{SID}": answer})
    with pytest.raises(errors.BridgeError, match=r": no$") as caught:
        await mediator.get(BINDINGS, SID)
    assert words in caught.value.hint


async def test_the_error_says_that_no_did_is_free() -> None:
    mediator, _ = opened({"POST /bindings": httpx.Response(409, json={"message": "conflict"})})
    with pytest.raises(errors.Rejected) as caught:
        await mediator.create(BINDINGS, {"destination_did": "1"})
    assert "No DID of this endpoint is free" in caught.value.hint
    assert (caught.value.status, caught.value.lost) == (409, False)


async def test_a_put_wants_the_whole_object() -> None:
    reply = wrapped({"message": "Object validation error"}, 400)
    mediator, _ = opened(dict.fromkeys((f"PUT /bindings/{SID}", f"PUT /dialouts/{OUT}"), reply))
    for ask in (
        mediator.change(BINDINGS, "PUT", SID, {}),
        mediator.change(DIALOUTS, "PUT", OUT, {}),
    ):
        with pytest.raises(errors.Rejected) as caught:
            await ask
        assert "every field" in caught.value.hint


async def test_a_dialout_that_is_set_up_is_gone() -> None:
    mediator, _ = opened({})
    with pytest.raises(errors.NotFound) as caught:
        await mediator.get(DIALOUTS, OUT)
    assert "set up" in caught.value.hint


async def test_a_server_error_inside_the_answer_to_a_write_may_be_lost() -> None:
    mediator, server = opened({"POST /dialouts": wrapped(None, 500)})
    with pytest.raises(errors.ServerTrouble) as caught:
        await mediator.create(DIALOUTS, {})
    assert (caught.value.lost, len(server.requests)) == (True, 1)


async def test_bodies_without_an_envelope_are_read_as_well() -> None:
    mediator, _ = opened({"GET /bindings": items([BINDING]), f"GET /bindings/{SID}": BINDING})
    assert len((await mediator.list(BINDINGS)).records) == 1
    assert (await mediator.get(BINDINGS, SID)).binding_sid == SID


async def test_a_sid_in_capitals_is_the_same_sid() -> None:
    mediator, _ = opened({f"GET /bindings/{SID.upper()}": wrapped(BINDING)})
    assert (await mediator.get(BINDINGS, SID.upper())).binding_sid == SID
    mediator, _ = opened({"GET /bindings/another": wrapped(BINDING)})
    with pytest.raises(errors.Garbled, match="another binding_sid"):
        await mediator.get(BINDINGS, "another")


async def test_read_only_dials_nobody() -> None:
    mediator, server = opened({}, read_only=True)
    assert mediator.read_only
    for refused in (
        mediator.create(BINDINGS, {}),
        mediator.change(BINDINGS, "PATCH", SID, {}),
        mediator.change(BINDINGS, "PUT", SID, {}),
        mediator.delete(BINDINGS, SID),
        mediator.create(DIALOUTS, {}),
        mediator.change(DIALOUTS, "PATCH", OUT, {}),
        mediator.change(DIALOUTS, "PUT", OUT, {}),
        mediator.delete(DIALOUTS, OUT),
    ):
        with pytest.raises(errors.Guarded, match="read-only"):
            await refused
    assert server.requests == []


@settings(max_examples=60)
@given(KNOWN, KNOWN)
async def test_any_reply_is_read_or_is_a_bridge_error(body: object, status: object) -> None:
    raw = httpx.Response(200, content=json.dumps({"body": body, "status": status}))
    paths = (f"GET /bindings/{SID}", "POST /dialouts", "GET /bindings", f"PATCH /bindings/{SID}")
    mediator, _ = opened(dict.fromkeys(paths, raw))
    with suppress(errors.BridgeError):
        assert (await mediator.get(BINDINGS, SID)).binding_sid == SID
    with suppress(errors.BridgeError):
        assert (await mediator.create(DIALOUTS, {})).dialout_sid
    with suppress(errors.BridgeError):
        assert len((await mediator.list(BINDINGS, ListQuery(limit=50))).records) <= 50
    with suppress(errors.BridgeError):
        await mediator.change(BINDINGS, "PATCH", SID, {})
