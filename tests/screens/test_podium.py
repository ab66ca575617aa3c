"""The queue of those who ask, by key press: `.` lets the next speak, `Q` puts somebody in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.screens.test_attention import (
    EVERY_SCREEN,
    go_to_screen,
    raise_hand,
    raise_in_turn,
    three_meetings,
)

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge, MemoryAudit
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


async def wait(stage: Stage, seconds: int) -> None:
    """Let time go by with a look at every second, as the screen's clock has it."""
    for _ in range(seconds):
        await stage.advance(1)


@pytest.mark.parametrize("where", EVERY_SCREEN)
async def test_two_keys_answer_the_oldest_raised_hand_from_every_screen(
    bridge: Bridge, staged: Staging, where: str
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 12, 11, 2)
        await go_to_screen(stage, where)
        await stage.press("t", ".")
        assert stage.dialog == ""
        await stage.advance(0.2)
        assert bridge.writes == [("PUT", "/calls/12", {"muteMode": 0})]
        await wait(stage, 10)
        assert [asker.call for asker in stage.session.memory.asking] == [11, 2]
        assert bridge.of(12).qa_mode == 1, "the API has no way to change it"


async def test_the_podium_is_seen_in_the_rows_and_moves_on(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    for key, name in enumerate(("Ada", "Bob", "Cy"), 1):
        bridge.call(100, key, name, mute_mode=2)
    async with staged() as stage:
        await raise_in_turn(stage, 2, 1)
        await stage.go_in(100)
        assert " . Podium " in stage.footer
        await stage.press("j")
        assert " . Answer " in stage.footer
        assert "✋2" in stage.lines[1] or "2 asking" in stage.lines[1]
        await stage.press("j", ".")
        await stage.advance(0.2)
        assert "unmuting…" in stage.row("Bob")
        await wait(stage, 4)
        assert "on podium" in stage.row("Bob")
        await wait(stage, 6)
        assert "✋1 " in stage.row("Ada")
        assert "1 asking" in stage.lines[1]
        await stage.press("k")
        assert ". Podium" in stage.footer
        await stage.press("k")
        assert ". Answer" in stage.footer
        await stage.press(".")
        await wait(stage, 10)
        assert "on podium" in stage.row("Ada")
        assert "muted" in stage.row("Bob")
        assert "answered" in stage.row("Bob")
        assert ". Podium" not in stage.footer, "nobody waits"
        assert [(a.verb, a.key, a.change) for a in audit.intents] == [
            ("unmute", 2, {"muteMode": 0}),
            ("unmute", 1, {"muteMode": 0}),
            ("restore", 2, {"muteMode": 2}),
        ]
        await stage.press("u")
        assert stage.notice == "undo: unmute Ada +15165550001, restore Bob +15165550002"
        await wait(stage, 6)
        assert (bridge.of(1).mute_mode, bridge.of(2).mute_mode) == (2, 0)
        assert "✋1 " in stage.row("Ada")
        assert "on podium" in stage.row("Bob")
        await stage.press("u")
        await wait(stage, 6)
        assert "✋1 " in stage.row("Bob")
        assert "✋2 " in stage.row("Ada")


async def test_another_asker_under_the_cursor_makes_it_ask(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    for key, name in enumerate(("Ada", "Bob"), 1):
        bridge.call(100, key, name, mute_mode=2)
    async with staged() as stage:
        await raise_in_turn(stage, 2, 1)
        await stage.go_in(100)
        assert stage.table.move_to(1)
        await stage.press(".")
        assert "Let Bob +15165550002 speak?" in stage.text
        assert "under the cursor is another who asks" in stage.text
        await stage.press("n")
        assert bridge.writes == []
        await stage.press(".", "y")
        await stage.advance(0.2)
        assert [path for _, path, _ in bridge.writes] == ["/calls/2"]


async def test_a_meeting_in_the_list_has_a_podium_too(bridge: Bridge, staged: Staging) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 12)
        assert stage.table.move_to(100)
        await stage.press(".")
        assert stage.notice == "nobody asks in this meeting"
        assert "✋1" in stage.row("200")
        assert stage.table.move_to(200)
        await stage.press(".")
        await wait(stage, 12)
        assert [path for _, path, _ in bridge.writes] == ["/calls/12"]
        assert "✋" not in stage.row("200")


async def test_q_puts_into_the_queue_and_takes_out_again(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    bridge.call(100, 3, "Recording", role=0)
    async with staged() as stage:
        raise_hand(bridge, 2)
        await stage.go_in(100)
        await stage.advance(5)
        assert stage.table.move_to(1)
        await stage.press("Q")
        assert stage.notice == "put Ada +15165550001 into the queue, place 2"
        await stage.advance(2)
        assert "✋2 " in stage.row("Ada")
        assert "2 asking" in stage.lines[1]
        await stage.press("2", "t", "t")
        assert stage.cursor == 1
        assert "was put into the queue" in stage.notice
        await stage.press("Q")
        assert stage.notice == "take Ada +15165550001 out of the queue"
        await stage.press("u")
        assert stage.notice == "undo: take Ada +15165550001 out of the queue"
        await stage.advance(1)
        assert "✋2 " in stage.row("Ada")
        assert stage.table.move_to(2)
        await stage.press("Q")
        await stage.advance(1)
        assert "answered" in stage.row("Bob")
        assert stage.table.move_to(3)
        await stage.press("Q")
        assert "not a caller" in stage.notice
        await stage.press("1", "Q")
        assert "press enter" in stage.notice
        assert bridge.writes == []
