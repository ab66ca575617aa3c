"""The topics of the help on the screen: found by typing, read, and left again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.help.topic import TOPICS, read_topic
from confmon.tui.dialogs.topics import TopicPane
from confmon.tui.prompt.palette import Finder

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


def read_lines(stage: Stage) -> list[str]:
    """Return what the pane of the topic shows."""
    region = stage.app.screen.query_one(TopicPane).region
    return [line[region.x : region.right].rstrip(" ▐") for line in stage.lines[region.y :]][
        : region.height
    ]


async def test_a_slash_lists_every_topic(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("?")
        assert "/ topics and search" in stage.text
        await stage.press("/")
        assert stage.dialog == "TopicsDialog"
        for name in TOPICS:
            assert f"{name} " in stage.line(read_topic(name).summary)
        assert f"{len(TOPICS)} topics" in stage.text


async def test_typing_searches_and_enter_reads_the_place(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("?", "/")
        await stage.type("soft mute")
        assert "screen " in stage.line("muted, but free to unmute")
        await stage.press("enter")
        assert "What the words, signs" not in stage.text  # scrolled to the place
        assert "soft mute" in " ".join(read_lines(stage))
        assert "The screen  3/" in stage.text
        await stage.press("escape")
        assert "soft mute" in stage.text
        await stage.press("escape")
        assert stage.dialog == "HelpScreen"
        await stage.press("escape")
        assert stage.dialog == ""


async def test_arrows_choose_a_topic_then_scroll_it(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("?", "/", "down", "down", "down", "down", "enter")
        first = read_lines(stage)
        assert first[0].strip() == "KEYS"
        await stage.press("down")
        assert read_lines(stage)[0] == first[1]
        await stage.press("right")
        assert read_lines(stage)[0].strip() == "FILTER"
        await stage.press("left", "left")
        assert read_lines(stage)[0].strip() == "ACTIONS"
        await stage.press("/")
        await stage.type("osc9 notify")
        assert "Help: 1 place " in stage.text
        assert "attention" in stage.line("Notify through the terminal")
        await stage.press("enter", "q")
        assert stage.dialog == "HelpScreen"


async def test_what_nobody_wrote_is_found_nowhere(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("?", "/")
        await stage.type("zzz")
        assert "Help: 0 places" in stage.text
        assert "type fewer" in stage.text
        await stage.press("enter", "down", "up")
        assert stage.dialog == "TopicsDialog"
        await stage.press("escape", "escape")
        assert bridge.writes == []


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (200, 60)])
async def test_a_topic_is_read_whole_at_every_size(
    bridge: Bridge, staged: Staging, size: tuple[int, int]
) -> None:
    bridge.meeting(100)
    async with staged(size=size) as stage:
        await stage.press("?", "/")
        await stage.type("slow-lines")
        await stage.press("enter")
        seen: list[str] = []
        await stage.press("home")
        for _ in range(30):
            seen += read_lines(stage)
            await stage.press("pagedown")
        text = " ".join(" ".join(seen).split())
        for word in ("SLOW LINES", "diff", "packs", "could not see."):
            assert word in text


async def test_the_palette_opens_a_topic(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        offered = {hit.text async for hit in Finder(stage.app.screen).discover()}
        assert {f"Help: {read_topic(name).title}" for name in TOPICS} <= offered
        await stage.press("ctrl+p")
        await stage.type("help: filter")
        await stage.until(lambda: read_topic("filter").summary in stage.text)
        await stage.press("enter")
        await stage.until(lambda: stage.dialog == "TopicsDialog")
        await stage.settle()
        assert read_lines(stage)[0].strip() == "FILTER"
        await stage.press("escape", "escape")
        assert stage.dialog == ""
