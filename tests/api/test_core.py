"""Core's list of endpoints, in which passwords stand in clear."""

import logging

import httpx
import pytest

from confmon.api.connect import open_core
from confmon.api.core import CoreClient
from confmon.models.errors import Unauthorized
from confmon.models.lists import ListQuery
from tests.api.directory_server import ENDPOINTS, Answer, Server, items

BASE = "http://127.0.0.1:8080/core/v2"


def opened(answers: dict[str, Answer]) -> tuple[CoreClient, Server]:
    server = Server(answers, "/core/v2")
    return open_core(BASE, "portal", "hunter2", transport=httpx.MockTransport(server)), server


async def test_the_endpoints_of_a_portal_login(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    core, server = opened({"GET /endpoints": items(ENDPOINTS)})
    found = await core.list_endpoints()
    assert [(record.type, record.login, record.password) for record in found.records] == [
        ("system_gateway", None, None),
        ("conference", "sample_conference_123", "Kgp7L45erAfz"),
    ]
    assert server.asked == ["GET /core/v2/endpoints?limit=1000"]
    assert "Kgp7L45erAfz" not in repr(found) + caplog.text
    assert "a-voip-secret" not in repr(found)
    await core.list_endpoints(ListQuery(filter='type eq "conference"', include=("properties",)))
    assert server.asked[1].endswith("&include_fields=endpoint_sid,properties")
    await core.aclose()


async def test_an_endpoints_own_login_is_not_the_portals() -> None:
    core, _ = opened({"GET /endpoints": httpx.Response(401, json={"message": "unauthorized"})})
    with pytest.raises(Unauthorized) as caught:
        await core.list_endpoints()
    assert "portal login" in caught.value.hint


async def test_a_token_takes_the_place_of_login_and_password(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        if len(seen) == 1:
            return httpx.Response(200, json={"items": [], "total": 0})
        return httpx.Response(401, text=f"bad: {request.headers['authorization']}")

    core = open_core(BASE, None, "a.b-c_d~e+f/g==", transport=httpx.MockTransport(answer))
    assert (await core.list_endpoints()).records == ()
    assert seen == ["Bearer a.b-c_d~e+f/g=="]
    with pytest.raises(Unauthorized) as caught:
        await core.list_endpoints()
    assert "token" in caught.value.hint
    assert "a.b-c" not in str(caught.value) + repr(caught.value) + caplog.text


@pytest.mark.parametrize("text", ["", "two words", "x\r\nHost: evil", "é", "a=b", "Bearer x"])
def test_what_is_no_token_is_not_sent(text: str) -> None:
    with pytest.raises(ValueError, match="that is no token") as caught:
        open_core(BASE, None, text)
    assert text == "" or text not in str(caught.value)


async def test_a_password_is_in_no_sentence_about_a_bad_item() -> None:
    bad = {**ENDPOINTS[1], "endpoint_sid": None}
    core, _ = opened({"GET /endpoints": items([bad, ENDPOINTS[1]])})
    found = await core.list_endpoints()
    assert found.unreadable == ("endpoints item 0: has no endpoint_sid",)
    assert len(found.records) == 1
