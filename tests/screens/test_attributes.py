"""The run-time attributes of a live meeting: read, changed one at a time, and proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.tui.table import LiveTable

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge, MemoryAudit
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


async def attributes(stage: Stage, name: str) -> None:
    """Open them from the live meeting, the cursor on one."""
    await stage.go_in(100)
    await stage.press("a")
    await stage.advance(0.5)
    assert stage.dialog == "AttributesScreen"
    assert stage.app.screen.query_one("#attributes", LiveTable).move_to(name)
    await stage.settle()


async def test_they_are_listed_with_what_they_mean_and_accept(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await attributes(stage, "conference_maxduration")
        assert "-1" in stage.line("conference_maxduration")
        assert "Takes a whole number of seconds" in stage.text
        assert "counted" in stage.line("conf_hosts_count")
        await stage.press("escape")
        assert stage.dialog == ""


async def test_one_is_set_and_read_back(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await attributes(stage, "conference_maxduration")
        await stage.press("enter")
        assert stage.dialog == "FormScreen"
        await stage.press("backspace", "backspace")
        await stage.type("x")
        await stage.press("enter")
        assert stage.dialog == "FormScreen"
        await stage.press("backspace")
        await stage.type("900")
        await stage.press("enter")
        assert "-1 → 900" in stage.text
        assert bridge.writes == []
        await stage.confirm("y")
        await stage.advance(2)
        path = "/meetings/100/attributes/conference_maxduration"
        assert bridge.writes == [("PUT", path, {"value": "900"})]
        assert [one.verb for one in audit.intents] == ["attribute_set"]
        assert [str(result.outcome) for _, result in audit.outcomes] == ["done"]
        await stage.advance(2)
        assert "900" in stage.line("conference_maxduration")
        await stage.press("escape")
        assert "done" in stage.log
        assert "conference_maxduration" in stage.log


async def test_what_the_bridge_counts_is_not_set(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await attributes(stage, "conf_hosts_count")
        await stage.press("enter")
        assert stage.dialog == "AttributesScreen"
        assert "counted by the bridge" in stage.said


async def test_a_meeting_that_has_ended_takes_none(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await attributes(stage, "conference_maxduration")
        await stage.press("enter", "backspace", "backspace")
        await stage.type("5")
        bridge.world.end(bridge.world.meetings[100])
        await stage.advance(10)
        await stage.press("enter")
        await stage.confirm("y")
        await stage.advance(1)
        assert bridge.writes == []
        assert "nothing was sent" in stage.said


async def test_read_only_shows_them(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged(read_only=True) as stage:
        await attributes(stage, "conference_maxduration")
        await stage.press("enter")
        assert stage.dialog == "AttributesScreen"
        assert "read-only" in stage.text


async def test_one_that_cannot_be_read_says_why(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.go_in(100)
        bridge.fail(path="/meetings/100/attributes", status=403)
        await stage.press("a")
        await stage.advance(1)
        assert "403" in stage.text or "not permitted" in stage.text
