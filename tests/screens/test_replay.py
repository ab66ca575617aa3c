"""A replay on the screen, by key press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from confmon.models.live_records import Call, Meeting
from confmon.monitor.replay.bridge import OVER, ReplayBridge
from confmon.monitor.replay.clock import ReplayClock
from confmon.monitor.replay.file import Replay, Step

if TYPE_CHECKING:
    from tests.screens.conftest import Bridge, Staging

ANNA = Call(id=1, meeting_number=100, caller="15550000001", custom_name="Anna", role=2, mute_mode=0)
BELA = Call(id=2, meeting_number=100, caller="15550000002", custom_name="Béla", role=2, mute_mode=0)


async def test_it_plays_in_the_same_screens_and_changes_nothing(
    bridge: Bridge, staged: Staging
) -> None:
    began_s = bridge.clock.wall()
    steps = (
        Step(0.0, (ANNA,), (Meeting(meeting_number=100, id=1),), is_key=True),
        Step(30.0, (BELA,)),
        Step(60.0, blind_s=30.0, reason="unreachable"),
        Step(90.0, (BELA,), (Meeting(meeting_number=100, id=1),), is_key=True),
        Step(120.0),
    )
    replay = Replay(began_s, "https://a.example", steps)
    clock = ReplayClock(bridge.clock, replay=replay, speed=1.0)
    playing = cast("Any", ReplayBridge(replay, clock))
    async with staged(open_bridge=lambda: playing, read_only=True) as stage:
        assert stage.rows == [100]
        await stage.press("enter")
        await stage.advance(3)
        assert stage.rows == [1]
        await stage.press("m")
        assert "read-only" in stage.text
        await stage.press("3")
        await stage.advance(1)
        assert "rooms are not recorded" in stage.text
        await stage.press("2")
        await stage.advance(30)
        assert set(stage.rows) == {1, 2}
        await stage.advance(35)
        assert "nothing was seen then: unreachable" in stage.text
        await stage.advance(62)
        assert stage.rows == [2]
        assert OVER in stage.text
