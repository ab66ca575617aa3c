"""Attributes are read in the background: over HTTP, behind every verb, and kept to themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator.looks import look_at

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging

UNSEEN = "/meetings/100/attributes"


def fill(bridge: Bridge) -> None:
    """Put three callers into a meeting with three seats."""
    meeting = bridge.meeting(100)
    meeting.attributes |= {"conference_maxcalls": "3", "conference_access_code": "4711471147"}
    bridge.people(100, "Ada", "Bob", "Cleo")


async def test_a_full_meeting_shows_though_nobody_opened_its_attributes(
    bridge: Bridge, staged: Staging
) -> None:
    fill(bridge)
    async with staged() as stage:
        await stage.advance(12)
        assert UNSEEN not in bridge.asked
        await stage.advance(15)
        assert bridge.asked.count(UNSEEN) == 1
        assert "capacity" in {signal.rule for signal in stage.session.attention.signals}
        await stage.press("!")
        await stage.advance(1)
        assert "full: 3 of 3 callers" in stage.text


async def test_a_code_among_the_attributes_is_kept_nowhere(bridge: Bridge, staged: Staging) -> None:
    fill(bridge)
    wire = look_at(bridge.world, 0.0).attributes[100]
    assert wire["conference_access_code"] == "4711471147"
    async with staged() as stage:
        await stage.advance(27)
        assert UNSEEN in bridge.asked
        assert "4711471147" not in repr(stage.session.attention._attributes)
        await stage.press("!")
        await stage.advance(1)
        assert "4711471147" not in stage.text


async def test_no_verb_waits_behind_attributes_that_never_come(
    bridge: Bridge, staged: Staging
) -> None:
    fill(bridge)
    bridge.fail(path=UNSEEN, delay_s=3600.0)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.advance(27)
        assert UNSEEN in bridge.asked
        await stage.press("m")
        await stage.advance(1)
        assert [method for method, _, _ in bridge.writes] == ["PUT"]
        await stage.advance(20)
        assert bridge.asked.count("/calls") > 5, "polls go on"
