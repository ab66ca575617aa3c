"""Every public method of the three clients, against the simulator: in process and on a socket.

A method that is added to a client and not tried here fails the first test.
"""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from confmon.api.connect import asgi_transport, open_client, open_core, open_mediator
from confmon.api.core import CoreClient
from confmon.api.directory import DirectoryClient
from confmon.api.live import ConferenceClient
from confmon.api.mediator import MediatorClient
from confmon.api.resource import ResourceClient
from confmon.clock import SystemClock
from confmon.models.errors import NotFound, Rejected, Unauthorized
from confmon.models.lists import ListQuery, ListResult
from confmon.models.resources import RESOURCES
from confmon.models.resources.directory import CALL_FLOWS, DID_GROUPS, DIDS, ROOMS, SUBSCRIBERS
from confmon.models.resources.mediator import BINDINGS, DIALOUTS, MEDIATOR_DIDS
from confmon.simulator.http.app import make_app
from confmon.simulator.world.admission import dial
from confmon.simulator.world.mediator import RING_S
from tests.contract.apis import START, Apis

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

NEW_ROOM = {"primaryDidGroupId": 219, "callFlowId": 3}
TO_OUTSIDE = {"destination_did": "15162065586", "maximum_ttl": 600}
TWO_PARTIES = {
    "stage_one_destination_did": "15162065339",
    "stage_two_destination_did": "15162065338",
}


TRIALS: dict[str, Callable[[Apis], Awaitable[None]]] = {}
CLIENTS = (ConferenceClient, DirectoryClient, MediatorClient, CoreClient)


def trial(
    method: Callable[..., Any] | str,
) -> Callable[[Callable[[Apis], Awaitable[None]]], None]:
    """Enter what follows as the trial of a client's method, or of what is done to a resource."""
    name = method if isinstance(method, str) else method.__qualname__

    def enter(try_it: Callable[[Apis], Awaitable[None]]) -> None:
        assert name not in TRIALS
        TRIALS[name] = try_it

    return enter


# -- calls and meetings


@trial(ConferenceClient.scan_calls)
async def _(apis: Apis) -> None:
    scan = await apis.live.scan_calls()
    assert {call.id for call in scan.records} == set(apis.world.calls)
    own = await apis.live.scan_calls(apis.number)
    assert {call.id for call in own.records} == set(apis.world.meetings[apis.number].calls)


@trial(ConferenceClient.scan_meetings)
async def _(apis: Apis) -> None:
    scan = await apis.live.scan_meetings()
    assert {record.meeting_number for record in scan.records} == set(apis.world.meetings)


@trial(ConferenceClient.list_calls)
async def _(apis: Apis) -> None:
    scan = await apis.live.list_calls(
        ListQuery(
            filter=f"meetingNumber eq {apis.number}",
            order="id desc",
            limit=2,
            include=("caller",),
        )
    )
    wanted = sorted(apis.world.meetings[apis.number].calls, reverse=True)[:2]
    assert [call.id for call in scan.records] == wanted
    assert all(call.caller and call.codec is None for call in scan.records)


@trial(ConferenceClient.list_meetings)
async def _(apis: Apis) -> None:
    scan = await apis.live.list_meetings(
        ListQuery(order="meetingNumber", offset=1, exclude=("state",))
    )
    assert [record.meeting_number for record in scan.records] == apis.world.meeting_numbers[1:]
    assert all(meeting.state is None for meeting in scan.records)


@trial(ConferenceClient.get_call)
async def _(apis: Apis) -> None:
    id_ = apis.world.call_ids[0]
    assert (await apis.live.get_call(id_)).callee == apis.world.calls[id_].callee


@trial(ConferenceClient.put_call)
async def _(apis: Apis) -> None:
    id_ = apis.world.call_ids[0]
    await apis.live.put_call(id_, {"customName": "name", "muteMode": 2})
    read = await apis.live.get_call(id_)
    assert (read.custom_name, read.mute_mode) == ("name", 2)
    apis.world.quirks.listed_reply = True  # neither form of the answer is believed
    await apis.live.put_call(id_, {"muteMode": 0})
    assert (await apis.live.get_call(id_)).mute_mode == 0


@trial(ConferenceClient.delete_call)
async def _(apis: Apis) -> None:
    id_ = apis.world.call_ids[0]
    await apis.live.delete_call(id_)
    assert id_ not in apis.world.calls
    with pytest.raises(NotFound):
        await apis.live.delete_call(id_)


@trial(ConferenceClient.create_call)
async def _(apis: Apis) -> None:
    code = apis.world.directory.rooms[apis.number].keychain[1].access_code
    body = {"accessCode": code, "callee": "15162065318", "caller": "+15555550100"}
    made = await apis.live.create_call(body, experimental=True)
    assert made is not None
    assert made.id in apis.world.calls


@trial(ConferenceClient.get_meeting)
async def _(apis: Apis) -> None:
    read = await apis.live.get_meeting(apis.number)
    assert read.id == apis.world.meetings[apis.number].id


@trial(ConferenceClient.put_meeting)
async def _(apis: Apis) -> None:
    await apis.live.put_meeting(apis.number, {"isSecured": True})
    assert (await apis.live.get_meeting(apis.number)).is_secured
    await apis.live.put_meeting(apis.number, {"pollingMode": {"status": 2}})
    assert apis.world.meetings[apis.number].polling_mode == {"status": 2}


@trial(ConferenceClient.delete_meeting)
async def _(apis: Apis) -> None:
    number = apis.number
    await apis.live.delete_meeting(number)
    assert number not in apis.world.meetings
    with pytest.raises(NotFound):
        await apis.live.get_meeting(number)


async def attributes(apis: Apis, client: ConferenceClient | DirectoryClient) -> None:
    found = {one.name: one.value for one in await client.get_attributes(apis.number)}
    meeting = apis.world.meetings[apis.number]
    assert found["conf_hosts_count"] == str(meeting.heads[1])
    assert meeting.attributes.items() <= found.items()
    only = await client.get_attributes(apis.number, ListQuery(filter="name like conf_%_count"))
    assert len(only) == 3


async def attribute(apis: Apis, client: ConferenceClient | DirectoryClient) -> None:
    await client.put_attribute(apis.number, "conference_maxcalls", "7")
    assert apis.world.meetings[apis.number].attributes["conference_maxcalls"] == "7"
    with pytest.raises(Rejected, match="Wrong value"):
        await client.put_attribute(apis.number, "conference_recording", "perhaps")
    with pytest.raises(NotFound):
        await client.put_attribute(apis.number, "no_such_attribute", "7")


@trial(ConferenceClient.get_attributes)
async def _(apis: Apis) -> None:
    await attributes(apis, apis.live)


@trial(DirectoryClient.get_attributes)
async def _(apis: Apis) -> None:
    await attributes(apis, apis.rooms)


@trial(ConferenceClient.put_attribute)
async def _(apis: Apis) -> None:
    await attribute(apis, apis.live)


@trial(DirectoryClient.put_attribute)
async def _(apis: Apis) -> None:
    await attribute(apis, apis.rooms)


@trial(ConferenceClient.aclose)
async def _(apis: Apis) -> None:
    await apis.live.get_meeting(apis.number)
    await apis.live.aclose()


# -- what is set up


async def a_list(
    ask: Callable[[ListQuery], Awaitable[ListResult[Any]]], key: str, wire: str, keys: list[Any]
) -> None:
    """Every part of a listing is honoured: filter, order, limit, offset, include, exclude."""
    everything = await ask(ListQuery())
    assert (everything.whole, everything.unreadable) == (True, ())
    assert [getattr(record, key) for record in everything.records] == keys
    down = sorted(keys, reverse=True)
    some = await ask(ListQuery(order=f"{wire} desc", limit=2, offset=1, include=(wire,)))
    assert [getattr(one, key) for one in some.records] == down[1:3]
    own = await ask(ListQuery(filter=f'{wire} eq "{keys[0]}"'))
    assert [getattr(one, key) for one in own.records] == [keys[0]]
    none = await ask(ListQuery(filter=f'{wire} eq "{keys[0]}" and {wire} ne "{keys[0]}"'))
    assert none.records == ()
    with pytest.raises(Rejected):
        await ask(ListQuery(filter="no_such_field eq 1"))
    with pytest.raises(Rejected):
        await ask(ListQuery(order="no_such_field"))


@trial("list room")
async def _(apis: Apis) -> None:
    await a_list(
        partial(apis.rooms.list, ROOMS),
        "meeting_number",
        "meetingNumber",
        list(apis.world.directory.rooms),
    )
    short = await apis.rooms.list(ROOMS, ListQuery(exclude=("attributes",)))
    assert all(record.attributes == () and record.did_group_references for record in short.records)
    assert any(room.keychain for room in short.records)


@trial("get room")
async def _(apis: Apis) -> None:
    room = await apis.rooms.get(ROOMS, apis.number)
    simulated = apis.world.directory.rooms[apis.number]
    assert [(key.access_code, key.role) for key in room.keychain] == [
        (key.access_code, key.role) for key in simulated.keychain
    ]
    assert len(room.attributes) == 48
    assert (await apis.rooms.get(ROOMS, apis.number, exclude=("attributes",))).attributes == ()
    with pytest.raises(NotFound):
        await apis.rooms.get(ROOMS, 1)


@trial("create room")
async def _(apis: Apis) -> None:
    made = await apis.rooms.create(
        ROOMS, NEW_ROOM | {"description": "Ána", "keychain": [{"accessCode": "1234", "role": 2}]}
    )
    read = await apis.rooms.get(ROOMS, made.meeting_number)
    assert (read.description, read.primary_did_group_id) == ("Ána", 219)
    assert [(key.access_code, key.role) for key in read.keychain] == [("1234", 2)]
    with pytest.raises(Rejected, match="Object validation error"):
        await apis.rooms.create(ROOMS, {})
    with pytest.raises(Rejected, match="Wrong value"):
        await apis.rooms.create(ROOMS, NEW_ROOM | {"callFlowId": 77})


@trial("update room")
async def _(apis: Apis) -> None:
    wanted = [{"name": "conference_mute_policy", "value": "pl"}]
    await apis.rooms.change(ROOMS, "PUT", 273751, {"description": "Another", "attributes": wanted})
    read = await apis.rooms.get(ROOMS, 273751)
    assert read.description == "Another"
    assert {attribute_value.name: attribute_value.value for attribute_value in read.attributes}[
        "conference_mute_policy"
    ] == "pl"
    with pytest.raises(Rejected, match="Invalid field specific"):
        await apis.rooms.change(ROOMS, "PUT", 273751, {"colour": "red"})


@trial("delete room")
async def _(apis: Apis) -> None:
    await apis.rooms.delete(ROOMS, 452650)
    with pytest.raises(NotFound):
        await apis.rooms.delete(ROOMS, 452650)


@trial("list did")
async def _(apis: Apis) -> None:
    await a_list(partial(apis.rooms.list, DIDS), "id", "id", list(apis.world.directory.dids))


@trial("get did")
async def _(apis: Apis) -> None:
    did = await apis.rooms.get(DIDS, 220)
    assert (did.phone_number, did.did_group_id, did.country_code) == ("15162065319", 219, "US")
    assert (await apis.rooms.get(DIDS, 220, include=("state",))).phone_number is None


@trial("create did")
async def _(apis: Apis) -> None:
    made = await apis.rooms.create(DIDS, {"didGroupId": 301, "phoneNumber": "442080994500"})
    assert (await apis.rooms.get(DIDS, made.id)).did_group_id == 301


@trial("update did")
async def _(apis: Apis) -> None:
    await apis.rooms.change(DIDS, "PUT", 220, {"didGroupId": 301})
    assert (await apis.rooms.get(DIDS, 220)).did_group_id == 301


@trial("list did_group")
async def _(apis: Apis) -> None:
    await a_list(
        partial(apis.rooms.list, DID_GROUPS), "id", "id", list(apis.world.directory.groups)
    )


@trial("get did_group")
async def _(apis: Apis) -> None:
    group = await apis.rooms.get(DID_GROUPS, 219)
    assert group.name == "sample_conference_008_didGroup"
    assert {did.phone_number for did in group.dids} >= {"15162065318", "15162065319"}


@trial("create did_group")
async def _(apis: Apis) -> None:
    made = await apis.rooms.create(DID_GROUPS, {"callFlowId": 1, "name": "night"})
    assert (await apis.rooms.get(DID_GROUPS, made.id)).call_flow_id == 1


@trial("update did_group")
async def _(apis: Apis) -> None:
    await apis.rooms.change(DID_GROUPS, "PUT", 219, {"name": "day", "callFlowId": 1})
    group = await apis.rooms.get(DID_GROUPS, 219)
    assert (group.name, group.call_flow_id) == ("day", 1)


@trial("list call_flow")
async def _(apis: Apis) -> None:
    await a_list(partial(apis.rooms.list, CALL_FLOWS), "id", "id", [1, 3])
    wanted = ListQuery(include=("attributeTemplates",))
    full = (await apis.rooms.list(CALL_FLOWS, wanted)).records
    assert [len(flow.attribute_templates) for flow in full] == [70, 70]


@trial("get call_flow")
async def _(apis: Apis) -> None:
    flow = await apis.rooms.get(CALL_FLOWS, 1)
    assert (flow.name, len(flow.attribute_templates)) == ("SPECTEL", 70)
    languages = next(
        template for template in flow.attribute_templates if template.name == "conference_language"
    )
    assert (languages.value, len(languages.enum_values)) == ("EN", 20)


@trial("list subscriber")
async def _(apis: Apis) -> None:
    await a_list(
        partial(apis.rooms.list, SUBSCRIBERS), "sid", "sid", list(apis.world.directory.subscribers)
    )


@trial("get subscriber")
async def _(apis: Apis) -> None:
    subscriber = await apis.rooms.get(SUBSCRIBERS, "yIMW9.jKxffi2EyM.afDmeO.gke.9fe0")
    assert (subscriber.first_name, subscriber.role) == ("John", 1)
    assert 273751 in subscriber.meeting_rooms
    with pytest.raises(NotFound, match="SID"):
        await apis.rooms.get(SUBSCRIBERS, "nobody")


# -- the Mediator


@trial("list binding")
async def _(apis: Apis) -> None:
    keys = list(apis.world.mediator.bindings)
    await a_list(partial(apis.mediator.list, BINDINGS), "binding_sid", "binding_sid", keys)
    named = await apis.mediator.list(BINDINGS, ListQuery(exclude=("name",)))
    assert all(record.name is None for record in named.records)


@trial("get binding")
async def _(apis: Apis) -> None:
    made = await apis.mediator.create(BINDINGS, TO_OUTSIDE)
    read = await apis.mediator.get(BINDINGS, made.binding_sid)
    assert read == made
    apis.now_s[0] += 600
    with pytest.raises(NotFound):
        await apis.mediator.get(BINDINGS, made.binding_sid)


@trial("create binding")
async def _(apis: Apis) -> None:
    made = await apis.mediator.create(BINDINGS, {"destination_did": "15162065586"})
    assert (made.maximum_ttl, made.name, made.date_created) == (3600, "N/A", START * 1000)
    assert made.redirect_did in apis.world.mediator.phones
    assert dial(apis.world, made.redirect_did, "", "+15555550100") is None
    assert apis.world.mediator.forwards[-1][2] == "15162065586"
    await apis.mediator.create(BINDINGS, {"destination_did": "15162065586"})
    with pytest.raises(Rejected) as refused:
        await apis.mediator.create(BINDINGS, {"destination_did": "15162065586"})
    assert refused.value.status == 409
    with pytest.raises(Rejected, match="Object validation error"):
        await apis.mediator.create(BINDINGS, {"name": "nowhere"})


@trial("update binding")
async def _(apis: Apis) -> None:
    made = await apis.mediator.create(BINDINGS, TO_OUTSIDE)
    await apis.mediator.change(
        BINDINGS, "PATCH", made.binding_sid, {"name": "Night", "dtmf": ",,1#"}
    )
    read = await apis.mediator.get(BINDINGS, made.binding_sid)
    assert (read.name, read.dtmf, read.maximum_ttl) == ("Night", ",,1#", 600)


@trial("replace binding")
async def _(apis: Apis) -> None:
    made = await apis.mediator.create(BINDINGS, TO_OUTSIDE)
    assert made.redirect_did is not None
    whole: dict[str, object] = {
        "attributes": {}, "destination_did": "15162065587", "dtmf": None, "maximum_ttl": -1,
        "name": "Night", "origination_did": None, "redirect_did": made.redirect_did,
        "wait_origination_did_ttl": -1,
    }  # fmt: skip
    await apis.mediator.change(BINDINGS, "PUT", made.binding_sid, whole)
    read = await apis.mediator.get(BINDINGS, made.binding_sid)
    assert (read.name, read.maximum_ttl, read.destination_did) == ("Night", -1, "15162065587")
    with pytest.raises(Rejected, match="Object validation error"):
        await apis.mediator.change(BINDINGS, "PUT", made.binding_sid, {"name": "only this"})


@trial("delete binding")
async def _(apis: Apis) -> None:
    sid = next(iter(apis.world.mediator.bindings))
    await apis.mediator.delete(BINDINGS, sid)
    with pytest.raises(NotFound):
        await apis.mediator.delete(BINDINGS, sid)


@trial("list dialout")
async def _(apis: Apis) -> None:
    for delay in (60, 70, 80, 90):
        await apis.mediator.create(DIALOUTS, TWO_PARTIES | {"delay": delay})
    keys = list(apis.world.mediator.dialouts)
    await a_list(partial(apis.mediator.list, DIALOUTS), "dialout_sid", "dialout_sid", keys)


@trial("get dialout")
async def _(apis: Apis) -> None:
    made = await apis.mediator.create(DIALOUTS, TWO_PARTIES)
    assert await apis.mediator.get(DIALOUTS, made.dialout_sid) == made
    apis.now_s[0] += 2 * RING_S
    with pytest.raises(NotFound):
        await apis.mediator.get(DIALOUTS, made.dialout_sid)
    assert apis.world.mediator.talks[-1] == tuple(TWO_PARTIES.values())


@trial("create dialout")
async def _(apis: Apis) -> None:
    made = await apis.mediator.create(DIALOUTS, TWO_PARTIES | {"delay": 30})
    assert (made.delay, made.attributes) == (30, (("hide_origination_did", "true"),))
    apis.now_s[0] += 29
    assert (await apis.mediator.list(DIALOUTS)).records == (made,)
    with pytest.raises(Rejected, match="Object validation error"):
        await apis.mediator.create(DIALOUTS, {"delay": 30})


@trial("update dialout")
async def _(apis: Apis) -> None:
    made = await apis.mediator.create(DIALOUTS, TWO_PARTIES | {"delay": 30})
    await apis.mediator.change(DIALOUTS, "PATCH", made.dialout_sid, {"delay": 90})
    apis.now_s[0] += 60
    assert (await apis.mediator.get(DIALOUTS, made.dialout_sid)).delay == 90
    assert apis.world.happened["dialled stage 1"] == 0


@trial("replace dialout")
async def _(apis: Apis) -> None:
    made = await apis.mediator.create(DIALOUTS, TWO_PARTIES | {"delay": 30})
    whole = {**TWO_PARTIES, "delay": 40, "attributes": {}, "redirect_did": "19166561002"}
    await apis.mediator.change(DIALOUTS, "PUT", made.dialout_sid, whole)
    read = await apis.mediator.get(DIALOUTS, made.dialout_sid)
    assert (read.delay, read.redirect_did, read.attributes) == (40, "19166561002", ())


@trial("delete dialout")
async def _(apis: Apis) -> None:
    made = await apis.mediator.create(DIALOUTS, TWO_PARTIES | {"delay": 30})
    await apis.mediator.delete(DIALOUTS, made.dialout_sid)
    apis.now_s[0] += 60
    assert (await apis.mediator.list(DIALOUTS)).records == ()
    assert apis.world.happened["dialled stage 1"] == 0


@trial("list mediator_did")
async def _(apis: Apis) -> None:
    phones = list(apis.world.mediator.phones.values())
    await a_list(partial(apis.mediator.list, MEDIATOR_DIDS), "did_sid", "did_sid", phones)


@trial(MediatorClient.aclose)
async def _(apis: Apis) -> None:
    await apis.mediator.list(MEDIATOR_DIDS)
    await apis.mediator.aclose()


# -- Core


@trial(CoreClient.list_endpoints)
async def _(apis: Apis) -> None:
    found = (await apis.core.list_endpoints()).records
    by_type = {endpoint.type: endpoint for endpoint in found}
    assert by_type.keys() == {"system_gateway", "conference", "mediator"}
    assert (by_type["conference"].login, by_type["conference"].password) == ("op", "secret")
    assert (by_type["mediator"].api_url or "").endswith("/mediator/v1")
    some = await apis.core.list_endpoints(ListQuery(filter='type eq "mediator"'))
    assert [record.name for record in some.records] == ["mediator"]


@trial(CoreClient.aclose)
async def _(apis: Apis) -> None:
    await apis.core.list_endpoints()
    await apis.core.aclose()


def test_no_method_of_a_client_is_left_out() -> None:
    public = {
        member.__qualname__
        for client in CLIENTS
        for name, member in inspect.getmembers(client, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    of_resources = {
        f"{done} {resource.name}"
        for resource in RESOURCES
        for done in ("list", *(["get"] if "show" in resource.commands else []), *resource.changes)
    }
    generic = {
        f"{client.__name__}.{method}"
        for client in (ResourceClient, DirectoryClient)
        for method in ("list", "get", "create", "change", "delete")
    }
    assert (public - generic) | of_resources == set(TRIALS)


@pytest.mark.parametrize("method", sorted(TRIALS))
async def test_it_does_what_it_says(apis: Apis, method: str) -> None:
    await TRIALS[method](apis)


async def test_a_login_of_another_api_is_named_as_such(apis: Apis) -> None:
    app = make_app(apis.world, login="op", password="secret")
    shared: dict[str, Any] = {"clock": SystemClock(), "transport": asgi_transport(app)}
    origin = "http://127.0.0.1"
    portal = open_client(f"{origin}/conference/v1", "portal", "portal", **shared)
    conference = open_mediator(f"{origin}/mediator/v1", "op", "secret", **shared)
    mediator = open_core(f"{origin}/core/v2", "mediator", "mediator", **shared)
    for ask in (
        portal.directory.list(ROOMS), conference.list(BINDINGS), mediator.list_endpoints()
    ):  # fmt: skip
        with pytest.raises(Unauthorized, match="unauthorized"):
            await ask
