"""Every curl of the two documents, sent to the simulator, against the response printed there."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from confmon.simulator.http.app import make_app
from tests.contract.examples import EITHER, LOGINS, MEDIATOR, SAMPLES, Sample
from tests.contract.samples import sample_world


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
