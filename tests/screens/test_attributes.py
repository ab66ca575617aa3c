"""The run-time attributes of a live meeting: read, changed one at a time, and proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.widgets import Input

from confmon.models.attributes.catalogue import offered
from confmon.monitor.views.attributes import Line, searched
from confmon.tui.keys.pace import ALONE_S
from confmon.tui.screens.attributes import AttributesScreen
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


async def of_a_room(stage: Stage, bridge: Bridge) -> None:
    """Open the attributes of a room that has access codes."""
    bridge.world.directory.add_room(700, "Board", {"conference_maxcalls": "4"}, 219)
    await stage.press("3")
    await stage.advance(1)
    assert stage.table.move_to(700)
    await stage.advance(0.1)
    await stage.press("a")
    await stage.advance(0.5)
    assert stage.dialog == "AttributesScreen"


async def leave(stage: Stage) -> None:
    """Close the list."""
    await stage.press("escape")
    assert stage.dialog == ""


def listed(stage: Stage) -> list[str]:
    """The names that are shown."""
    return [str(key) for key in stage.app.screen.query_one("#attributes", LiveTable).visible_keys]


def unfiltered(stage: Stage) -> bool:
    """Whether the room's attributes are all there."""
    return f"{ALL} attributes" in stage.text and f"of {ALL}" not in stage.text


def typed(stage: Stage) -> str:
    """The text of the filter."""
    return stage.app.screen.query_one("#filter", Input).value


ALL = len(offered("room"))
"""So many attributes a room may have."""


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
        await leave(stage)


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
        await stage.press("y")
        await stage.advance(2)
        path = "/meetings/100/attributes/conference_maxduration"
        assert bridge.writes == [("PUT", path, {"value": "900"})]
        assert [intent.verb for intent in audit.intents] == ["attribute_set"]
        assert [str(result.outcome) for _, result in audit.outcomes] == ["done"]
        await stage.advance(2)
        assert "900" in stage.line("conference_maxduration")
        await leave(stage)
        assert "done" in stage.log
        assert "conference_maxduration" in stage.log


async def test_a_change_that_comes_while_they_are_closed_finds_no_widget_missing(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await attributes(stage, "conference_maxduration")
        screen = stage.app.screen
        assert isinstance(screen, AttributesScreen)
        await screen.query_one("#box").remove()
        screen.changed()
        await stage.settle()


async def test_what_the_bridge_counts_is_not_set(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await attributes(stage, "conf_hosts_count")
        await stage.press("enter")
        assert stage.dialog == "AttributesScreen"
        assert "counted by the bridge" in stage.notice


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
        await stage.press("y")
        await stage.advance(1)
        assert bridge.writes == []
        assert "nothing was sent" in stage.notice


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


async def test_they_are_filtered_as_one_types_and_counted(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged(size=(80, 24)) as stage:
        await of_a_room(stage, bridge)
        assert f"{ALL} attributes" in stage.text
        assert "/ filter" in stage.text
        await stage.press("/")
        await stage.type("mute")
        found = listed(stage)
        assert "conference_mute_policy" in found
        assert 0 < len(found) < 20
        assert f"{len(found)} of {ALL} attributes" in stage.text
        assert "enter keep the filter" in stage.text
        await stage.type(" xyz")
        assert f"0 of {ALL} attributes" in stage.text
        assert "Nothing matches the filter" in stage.text
        await stage.press(*["backspace"] * 4)
        assert listed(stage) == found


async def test_the_filter_looks_at_names_values_and_meanings(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await of_a_room(stage, bridge)
        for words, found in (
            ("MAXCALLS", "conference_maxcalls"),
            ("maxcalls 4", "conference_maxcalls"),
            ("maxcalls -4 -role", ""),
            ("how MANY calls", "conference_maxcalls"),
        ):
            await stage.press("/", "ctrl+u")
            await stage.type(words)
            assert (found in listed(stage)) if found else not listed(stage), words


def test_a_secret_value_is_not_found_by_what_it_is() -> None:
    text = searched(Line("host_access_code", "556677", "889900"))
    assert "host_access_code" in text
    assert "556677" not in text
    assert "889900" not in text


async def test_the_filter_has_room_on_the_smallest_screen(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged(size=(40, 10)) as stage:
        await of_a_room(stage, bridge)
        assert "enter change  / filter  esc close" in stage.text
        await stage.press("/", *"maxcalls -role")
        assert "enter keep the filter  esc clear" in stage.text
        assert f"1 of {ALL} attributes" in stage.text
        await stage.press("enter")
        assert f"1 of {ALL} attributes" in stage.text
        assert "enter change  / filter  esc clear" in stage.text
        assert "conference_maxcalls" in stage.text


async def test_enter_keeps_the_filter_escape_clears_it_first(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await of_a_room(stage, bridge)
        await stage.press("/", *"maxcalls -role", "enter")
        assert listed(stage) == ["conference_maxcalls"]
        assert f"1 of {ALL} attributes" in stage.text
        assert "/maxcalls -role" in stage.text
        await stage.press("enter")
        assert stage.dialog == "FormScreen"
        assert "conference_maxcalls of room 700" in stage.text
        await stage.press("escape")
        assert stage.dialog == "AttributesScreen"
        assert listed(stage) == ["conference_maxcalls"]
        await stage.press("escape")
        assert stage.dialog == "AttributesScreen"
        assert unfiltered(stage)
        await stage.press("/", *"max", "escape")
        assert stage.dialog == "AttributesScreen"
        assert unfiltered(stage)
        await leave(stage)


async def test_no_letter_of_the_filter_is_a_command(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await of_a_room(stage, bridge)
        text = "/acdeq jkgG/1345 nu*"
        await stage.type(text)
        assert typed(stage) == text[1:]
        assert stage.dialog == "AttributesScreen"
        await stage.press("tab", "d")
        assert stage.dialog == "AttributesScreen"
        assert (bridge.writes, audit.intents) == ([], [])


@pytest.mark.parametrize("number", [100, 700])
async def test_a_burst_after_the_slash_goes_into_the_filter_whole(
    bridge: Bridge, staged: Staging, audit: MemoryAudit, number: int
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        if number == 700:
            await of_a_room(stage, bridge)
        else:
            await attributes(stage, "conference_maxduration")
        await stage.burst(*"/mutedeacq", rests=False)
        assert typed(stage) == "mutedeacq"
        assert stage.dialog == "AttributesScreen"
        await stage.burst(*("escape", *"/acd", "enter", *"acu"), rests=False)
        assert stage.dialog in ("AttributesScreen", "FormScreen")
        assert (bridge.writes, audit.intents) == ([], [])


async def test_a_paste_goes_into_the_filter_whole(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await of_a_room(stage, bridge)
        stage.app.post_message(events.Paste("acd"))
        await stage.settle()
        assert unfiltered(stage)
        assert stage.dialog == "AttributesScreen"
        stage.app.post_message(events.Paste("/mute"))
        await stage.settle()
        assert typed(stage) == "mute"
        await stage.quiet()
        assert f"{len(listed(stage))} of {ALL} attributes" in stage.text
        stage.app.post_message(events.Paste("_policy\nacd\n"))
        await stage.settle()
        assert typed(stage) == "mute_policy"
        assert listed(stage) == ["conference_mute_policy"]


@pytest.mark.parametrize("keys", [("escape", "c"), ("escape", "escape", *"nedac"), tuple("qaca")])
async def test_what_comes_with_the_key_that_closes_does_nothing_behind(
    bridge: Bridge, staged: Staging, audit: MemoryAudit, keys: tuple[str, ...]
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await of_a_room(stage, bridge)
        await stage.burst(*keys, rests=False)
        await stage.advance(1)
        assert audit.intents == [], "no access code was asked for"
        assert stage.dialog == ("AttributesScreen" if keys[0] == "q" else "")
        assert "Access codes" not in stage.text


async def test_nor_does_what_comes_a_little_later_in_a_second_read(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await of_a_room(stage, bridge)
        await stage.burst("escape", "c", "slash", "c", gap_s=ALONE_S / 2)
        await stage.advance(1)
        assert stage.dialog == ""
        assert audit.intents == [], "no access code was asked for"
        assert not stage.app.shown.is_typing
        await stage.press("c")
        await stage.advance(1)
        assert [intent.verb for intent in audit.intents] == ["room_reveal"]


async def test_one_question_at_a_time(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await of_a_room(stage, bridge)
        await stage.burst("d", "e", "d")
        assert stage.dialog == "AttributesScreen"
        await stage.press("d")
        assert stage.dialog == "AskEdit"
        await stage.press("d")
        assert stage.dialog == "AttributesScreen"
        await stage.press("d", "n")
        assert stage.dialog == "AttributesScreen"


async def test_a_list_that_comes_late_does_not_cut_a_filter_short(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        bridge.world.directory.add_room(700, "Board", {}, 219)
        await stage.press("3")
        await stage.advance(1)
        assert stage.table.move_to(700)
        await stage.advance(0.1)
        bridge.fail(path="/meetingRooms/700", delay_s=0.1)
        await stage.press("a")
        assert stage.dialog == ""
        await stage.press("/", *"boa")
        await stage.until(lambda: not stage.app.shown.workers)
        await stage.type("rd")
        assert stage.dialog == ""
        assert stage.app.shown.view.filter_text == "board"
