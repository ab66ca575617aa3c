"""Each habit of the vendor's that is imitated, and its switch."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from confmon.simulator.simulation import build_world
from confmon.simulator.world.quirks import Quirks

if TYPE_CHECKING:
    from confmon.simulator.world.world import World

Connect = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]

START = 1_700_000_000.0


async def pages(client: httpx.AsyncClient, count: int, **parameters: object) -> list[Any]:
    """Return the first pages of all calls by offset, ten calls each."""
    found = []
    for nth in range(count):
        asked = {name: str(value) for name, value in parameters.items()}
        reply = await client.get("/calls", params={"offset": str(10 * nth), **asked})
        assert reply.status_code == 200
        found.append(reply.json())
    return found


async def test_last_is_never_to_be_relied_on(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        found = [page.get("last") for page in await pages(client, 3)]
        assert None in found
        assert 0 in found
        assert any(last and last % 10 == 9 for last in found)
        for style, expected in (("index", [9, 19]), ("zero", [0, 0]), ("absent", [None] * 2)):
            still.quirks.last = style  # type: ignore[assignment]
            assert [page.get("last") for page in await pages(client, 2)] == expected


async def test_total_may_be_null_absent_or_wrong(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        still.quirks.total = "null"
        assert (await pages(client, 1))[0]["total"] is None
        still.quirks.total = "absent"
        assert "total" not in (await pages(client, 1))[0]
        still.quirks.total = "wrong"
        assert (await pages(client, 1))[0]["total"] not in (120, None)


async def test_the_other_envelope(still: World, connect: Connect) -> None:
    still.quirks.envelope = "core"
    async with connect(still) as client:
        first, last = await pages(client, 1), await pages(client, 1, offset=110)
        assert len(first[0]["items"]) == first[0]["count"] == first[0]["limit"] == 10
        assert (first[0]["has_more"], last[0]["has_more"]) == (True, False)
        assert "elsewhere.invalid" in first[0]["pagination"]["next"], "nobody follows this"
        assert last[0]["pagination"].keys() == {"previous"}


async def test_optional_keys_are_missing(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        everyone = (await pages(client, 1, limit=1000))[0]["calls"]
        assert {"operatorMode" in call for call in everyone} == {True, False}
        assert all(("operatorMode" in call) == ("addressTo" in call) for call in everyone)
        usual = {"customName", "codec", "joined", "qaMode", "gainLevel", "presenterMedia"}
        assert all(usual <= call.keys() for call in everyone)
        still.quirks.sparse = True
        everyone = (await pages(client, 1, limit=1000))[0]["calls"]
        for name in usual:
            assert {name in call for call in everyone} == {True, False}


async def test_a_call_that_has_not_joined_says_so(still: World, connect: Connect) -> None:
    meeting = still.meetings[still.meeting_numbers[0]]
    ringing = still.enter(meeting, 1, connecting_s=5)
    assert ringing
    async with connect(still) as client:
        call = (await client.get(f"/calls/{ringing.id}")).json()
        assert "joined" not in call
        assert call["state"] != 2


async def test_surplus_keys_and_items_nobody_can_read(still: World, connect: Connect) -> None:
    still.quirks.surplus = True
    still.quirks.unreadable_every = 10
    async with connect(still) as client:
        everyone = (await pages(client, 1, limit=1000))[0]["calls"]
        assert len(everyone) == 120
        assert any("x3Ext" in call for call in everyone)
        broken = [call for call in everyone if not isinstance(call["id"], int)]
        assert len(broken) == sum(id_ % 10 == 0 for id_ in still.call_ids) > 0


async def test_lists_that_do_not_do_as_asked(still: World, connect: Connect) -> None:
    async with connect(still) as client:
        still.quirks.duplicates = True
        page = (await pages(client, 1))[0]["calls"]
        assert page[-1] == page[-2]
        still.quirks = Quirks(ignore_filter=True)
        assert (await pages(client, 1, filter="id gt 99999999"))[0]["total"] == 120
        assert (await client.get("/calls?filter=((")).status_code == 200
        still.quirks = Quirks(ignore_order=True)
        shown = [call["id"] for call in (await pages(client, 1, order="id", limit=500))[0]["calls"]]
        assert shown != still.call_ids
        assert sorted(shown) == still.call_ids
        still.quirks = Quirks(ignore_limit=True)
        assert len((await pages(client, 1, limit=500))[0]["calls"]) == 10
        still.quirks = Quirks(ignore_offset=True)
        first, second = await pages(client, 2)
        assert first["calls"] == second["calls"], "pages without end"


async def test_calls_leave_between_pages(now: list[float], connect: Connect) -> None:
    world = build_world(4, 20, 400, lambda: now[0], churn=3.0)
    seen: set[int] = set()
    stayed = set(world.calls)
    async with connect(world) as client:
        for nth in range(45):
            parameters = {"offset": str(10 * nth)}
            page = (await client.get("/calls", params=parameters)).json()["calls"]
            seen |= {call["id"] for call in page}
            now[0] += 0.5
            world.advance()
            stayed &= set(world.calls)
    assert stayed - seen, "offset paging over a moving list misses calls that never left"


@pytest.mark.parametrize("field", ["muteMode", "holdMode", "qaMode"])
async def test_meeting_writes_are_answered_and_ignored(
    still: World, connect: Connect, field: str
) -> None:
    path = f"/meetings/{still.meeting_numbers[0]}"
    async with connect(still) as client:
        before = (await client.get(path)).json()
        reply = await client.put(path, json={field: 40})
        assert (reply.status_code, reply.json()) == (200, before)
        assert (await client.get(path)).json() == before


async def test_meeting_writes_honoured_where_switched_on(still: World, connect: Connect) -> None:
    meeting = max(still.meetings.values(), key=lambda one: one.participant_count)
    still.quirks.honoured = frozenset({"muteMode", "holdMode", "qaMode"})
    path = f"/meetings/{meeting.number}"
    async with connect(still) as client:
        body = {"muteMode": 40, "holdMode": 40, "qaMode": 1, "isSecured": True}
        await client.put(path, json=body)
        after = (await client.get(path)).json()
        assert (after["muteMode"], after["qaMode"], after["isSecured"]) == (40, 1, False)
        assert after["holdMode"] == 0, "a meeting's hold mode never changes"
    for call in meeting.calls.values():
        assert (call.mute_mode >= 2, call.hold_mode) == (call.role != 1, int(call.role != 1))


async def test_lock_is_honoured_at_once(still: World, connect: Connect) -> None:
    number = still.meeting_numbers[0]
    async with connect(still) as client:
        reply = await client.put(f"/meetings/{number}", json={"isSecured": True})
        assert reply.json()["isSecured"] is False, "the reply is stale"
        assert (await client.get(f"/meetings/{number}")).json()["isSecured"] is True


async def test_recording_comes_late_and_brings_a_leg_of_role_0(
    now: list[float], still: World, connect: Connect
) -> None:
    number = still.meeting_numbers[0]
    path = f"/meetings/{number}"
    of_it = {"filter": f"meetingNumber eq {number} and role eq 0"}
    async with connect(still) as client:
        people = (await client.get(path)).json()["participantCount"]
        await client.put(path, json={"isRecording": True})
        now[0] += 1.9
        assert (await client.get(path)).json()["isRecording"] is False
        now[0] += 0.2
        after = (await client.get(path)).json()
        assert (after["isRecording"], after["participantCount"]) == (True, people)
        assert len((await client.get("/calls", params=of_it)).json()["calls"]) == 1
        await client.put(path, json={"isRecording": False})
        now[0] += 2.1
        assert (await client.get(path)).json()["isRecording"] is False
        assert (await client.get("/calls", params=of_it)).json()["calls"] == []


async def test_polling_mode_is_taken_and_not_echoed(still: World, connect: Connect) -> None:
    path = f"/meetings/{still.meeting_numbers[0]}"
    async with connect(still) as client:
        reply = await client.put(path, json={"pollingMode": {"status": 2}})
        assert reply.status_code == 200
        assert "pollingMode" not in reply.json()
        assert "pollingMode" not in (await client.get(path)).json()


async def test_a_change_may_take_its_time(now: list[float], still: World, connect: Connect) -> None:
    still.quirks.write_delay_s = 3.0
    path = f"/calls/{still.call_ids[3]}"
    async with connect(still) as client:
        before = (await client.get(path)).json()["gainLevel"]
        await client.put(path, json={"gainLevel": before + 1})
        now[0] += 2.9
        assert (await client.get(path)).json()["gainLevel"] == before
        now[0] += 0.2
        assert (await client.get(path)).json()["gainLevel"] == before + 1


async def test_replies_need_not_be_stale_and_writes_may_be_forbidden(
    still: World, connect: Connect
) -> None:
    path = f"/calls/{still.call_ids[3]}"
    async with connect(still) as client:
        still.quirks.stale_reply = False
        assert (await client.put(path, json={"gainLevel": 9})).json()["gainLevel"] == 9
        still.quirks.forbid_writes = True
        reply = await client.put(path, json={"gainLevel": 1})
        assert (reply.status_code, reply.json()["error"]) == (403, "Forbidden")
        assert (await client.delete(path)).status_code == 403
        assert (await client.get(path)).json()["gainLevel"] == 9


async def test_a_change_may_be_answered_with_a_list_of_one(still: World, connect: Connect) -> None:
    still.quirks.listed_reply = True
    id_ = still.call_ids[3]
    async with connect(still) as client:
        before = still.calls[id_].gain_level
        body = (await client.put(f"/calls/{id_}", json={"gainLevel": before + 1})).json()
        assert [(one["id"], one["gainLevel"]) for one in body["calls"]] == [(id_, before)]
        assert body["total"] == 1
        still.quirks.stale_reply = False
        body = (await client.put(f"/calls/{id_}", json={"gainLevel": before + 2})).json()
        assert [one["gainLevel"] for one in body["calls"]] == [before + 2]


async def test_quirks_can_be_switched_from_outside(still: World, connect: Connect) -> None:
    async with connect(still, auth=None) as client:
        url = "http://bridge/_quirks"
        assert (await client.get(url)).json()["honoured"] == ["isRecording", "isSecured"]
        body = {"honoured": ["qaMode"], "total": "null", "write_delay_s": 1}
        assert (await client.put(url, json=body)).json()["total"] == "null"
        assert still.quirks.honoured == {"qaMode"}
        assert (await client.put(url, json={"no_such": 1})).status_code == 400
        assert (await client.put(url, json={"sparse": "yes"})).status_code == 400
