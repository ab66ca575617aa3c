"""One contract for every bridge the monitor can watch: in memory, over HTTP, on a real socket.

What the monitor builds on must hold for each of them alike.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal, TypeAlias

import pytest

from confmon.api.connect import asgi_transport, open_client
from confmon.clock import SystemClock
from confmon.models.errors import BridgeError, NotFound
from confmon.models.live_records import Call, Meeting
from confmon.monitor.replay.bridge import ReplayBridge
from confmon.monitor.replay.clock import ReplayClock
from confmon.monitor.replay.file import Replay, Step
from confmon.simulator.http.app import make_app
from confmon.simulator.http.server import serve
from confmon.simulator.simulation import build_world
from tests.clock import HandClock
from tests.monitor.conftest import MemoryBridge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from confmon.ports import Bridge
    from confmon.simulator.world.world import World

Backend: TypeAlias = Literal["memory", "in process", "socket"]


def world() -> World:
    """A bridge on which nothing happens by itself."""
    return build_world(5, 3, 40, lambda: 1_700_000_000.0, churn=0)


def in_memory() -> MemoryBridge:
    calls = {i: Call(id=i, meeting_number=7 + i % 2, role=2, mute_mode=0) for i in range(1, 31)}
    meetings = {n: Meeting(meeting_number=n, id=n * 10) for n in (7, 8)}
    return MemoryBridge(HandClock(), calls=calls, meetings=meetings)


@pytest.fixture(params=["memory", "in process", "socket"])
async def bridge(request: pytest.FixtureRequest) -> AsyncIterator[Bridge]:
    backend: Backend = request.param
    if backend == "memory":
        yield in_memory()
        return
    app = make_app(world(), login="demo", password="demo")
    if backend == "in process":
        client = open_client(
            "http://127.0.0.1/conference/v1", "demo", "demo",
            clock=SystemClock(), requests_per_s=10_000, transport=asgi_transport(app),
        )  # fmt: skip
        yield client
        await client.aclose()
        return
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    server = asyncio.create_task(serve(app, "127.0.0.1", 0, ready.set_result, until=stop.wait))
    client = open_client(
        f"http://127.0.0.1:{await ready}/conference/v1", "demo", "demo",
        clock=SystemClock(), requests_per_s=10_000,
    )  # fmt: skip
    yield client
    await client.aclose()
    stop.set()
    await server


async def somebody(bridge: Bridge) -> Call:
    """A caller who can be heard."""
    scan = await bridge.scan_calls()
    return next(call for call in scan.records if call.role == 2 and call.mute_mode == 0)


async def test_a_scan_holds_every_record_once_and_is_clean(bridge: Bridge) -> None:
    calls, meetings = await bridge.scan_calls(), await bridge.scan_meetings()
    assert calls.clean
    assert meetings.clean
    assert len({call.id for call in calls.records}) == len(calls.records) > 20
    assert {call.meeting_number for call in calls.records} <= {
        meeting.meeting_number for meeting in meetings.records
    }


async def test_unchanged_records_are_the_same_objects(bridge: Bridge) -> None:
    first, second = await bridge.scan_calls(), await bridge.scan_calls()
    assert all(a is b for a, b in zip(first.records, second.records, strict=True))


async def test_one_meetings_calls_are_those_of_all_calls(bridge: Bridge) -> None:
    everybody = (await bridge.scan_calls()).records
    number = everybody[0].meeting_number
    assert number is not None
    own = (await bridge.scan_calls(number)).records
    assert {c.id for c in own} == {c.id for c in everybody if c.meeting_number == number}


async def test_a_change_is_seen_by_every_later_read(bridge: Bridge) -> None:
    call = await somebody(bridge)
    await bridge.put_call(call.id, {"muteMode": 2, "customName": "Ána", "gainLevel": 3})
    read = await bridge.get_call(call.id)
    assert (read.mute_mode, read.custom_name, read.gain_level) == (2, "Ána", 3)
    assert read in (await bridge.scan_calls()).records


async def test_who_was_dropped_is_not_found_and_in_no_scan(bridge: Bridge) -> None:
    call = await somebody(bridge)
    await bridge.delete_call(call.id)
    with pytest.raises(NotFound):
        await bridge.get_call(call.id)
    with pytest.raises(NotFound):
        await bridge.delete_call(call.id)
    assert call.id not in {c.id for c in (await bridge.scan_calls()).records}


async def test_an_ended_meeting_takes_its_own_callers_and_no_others(bridge: Bridge) -> None:
    everybody = (await bridge.scan_calls()).records
    number = everybody[0].meeting_number
    assert number is not None
    await bridge.delete_meeting(number)
    with pytest.raises(NotFound):
        await bridge.get_meeting(number)
    left = {c.id for c in (await bridge.scan_calls()).records}
    assert left == {c.id for c in everybody if c.meeting_number != number}


async def test_what_was_never_there_is_not_found(bridge: Bridge) -> None:
    with pytest.raises(NotFound):
        await bridge.put_call(999_999_999, {"muteMode": 2})
    with pytest.raises(NotFound):
        await bridge.get_meeting(1)


@pytest.mark.parametrize(
    "check",
    [
        test_a_scan_holds_every_record_once_and_is_clean,
        test_unchanged_records_are_the_same_objects,
        test_one_meetings_calls_are_those_of_all_calls,
    ],
)
async def test_a_replay_is_read_like_any_other_bridge(
    check: Callable[[Bridge], Awaitable[None]],
) -> None:
    recorded = in_memory()
    calls, meetings = tuple(recorded.calls.values()), tuple(recorded.meetings.values())
    steps = (Step(0.0, calls, meetings, is_key=True), Step(60.0))
    kept = Replay(1e9, "", steps)
    replay = ReplayBridge(kept, ReplayClock(HandClock(), replay=kept, speed=1.0))
    await check(replay)
    for refused in (replay.put_call(1, {"muteMode": 2}), replay.delete_meeting(7)):
        with pytest.raises(BridgeError):
            await refused
