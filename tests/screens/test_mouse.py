"""The mouse: rows, titles, tabs, the keys below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


async def click(stage: Stage, words: str, *, line: int | None = None, then: int = 0) -> None:
    """Press and release the button on these words, as a terminal's driver tells it."""
    lines = stage.lines
    y = line if line is not None else next(i for i, text in enumerate(lines) if words in text)
    x = lines[y].index(words) + then
    for kind in (events.MouseDown, events.MouseUp):
        stage.app.post_message(
            kind(None, x, y, 0, 0, button=1, shift=False, meta=False, ctrl=False)
        )
        await stage.settle()


async def test_a_click_selects_a_row_and_a_second_opens_it(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100, "Board")
    bridge.meeting(200, "Choir")
    bridge.people(200, "Ada", "Bob")
    async with staged() as stage:
        await click(stage, "Board")
        assert str(stage.cursor) == "100"
        assert stage.subject == "meetings"
        await click(stage, "Choir")
        assert str(stage.cursor) == "200"
        await click(stage, "Choir")
        await stage.advance(0.1)
        assert stage.session.view.meeting == 200
        await click(stage, "Bob")
        await stage.press("m")
        await stage.advance(0.3)
        assert bridge.writes == [("PUT", "/calls/2", {"muteMode": 2})]


async def test_a_click_on_a_title_sorts_and_again_turns_round(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100, "Zoe")
    bridge.meeting(200, "Ann")
    async with staged() as stage:
        await click(stage, "meeting", line=stage.table.content_region.y)
        assert stage.rows == [200, 100]
        assert "meeting▲" in stage.titles
        await click(stage, "meeting", line=stage.table.content_region.y)
        assert stage.rows == [100, 200]
        assert "meeting▼" in stage.titles


async def test_tabs_and_keys_below_can_be_clicked(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await click(stage, "2 Calls")
        await stage.advance(0.1)
        assert stage.subject == "calls"
        await click(stage, "1 Meetings")
        assert stage.subject == "meetings"
        await stage.press("2")
        await stage.advance(0.1)
        await click(stage, "Mute", line=39)
        await stage.advance(3)
        assert bridge.writes == [("PUT", "/calls/1", {"muteMode": 2})]
        await click(stage, "Drop", line=39)
        assert stage.dialog == "ConfirmDialog"
        await stage.press("escape")
        await click(stage, "Help", line=39)
        assert stage.dialog == "HelpScreen"


async def test_the_wheel_scrolls_and_takes_the_cursor_along(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, *(f"n{nth}" for nth in range(100)))
    async with staged() as stage:
        await stage.go_in(100)
        for _ in range(5):
            stage.app.post_message(
                events.MouseScrollDown(
                    None, 20, 10, 0, 0, button=0, shift=False, meta=False, ctrl=False
                )
            )
            await stage.settle()
        await stage.until(lambda: stage.rows[0] != 1)
        assert stage.cursor in stage.rows


async def test_clicks_beside_an_open_dialog_do_nothing(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("d")
        await click(stage, "Bob")
        await click(stage, "Mute", line=39)
        await click(stage, "1 Meetings")
        assert stage.dialog == "ConfirmDialog"
        await stage.advance(2)
        assert bridge.writes == []
        assert stage.cursor == 1


async def test_a_driver_that_keeps_the_mouse_says_so(staged: Staging) -> None:
    async with staged() as stage:
        await stage.press("W")
        assert stage.notice == "the mouse of this terminal can't be left to it"
        assert stage.bridge.writes == []
