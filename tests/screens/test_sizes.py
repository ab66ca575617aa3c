"""The screen at every size, down to one that is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging

SIZES = [(80, 24), (200, 60), (40, 10), (61, 17)]


def busy(bridge: Bridge) -> None:
    """A bridge with something in every column."""
    meeting = bridge.meeting(934225020, "Weekly all-hands of the whole company", is_secured=True)
    bridge.meeting(200, "営業会議", mute_mode=32)
    bridge.call(934225020, 1, "Ada Lovelace", role=1, gain_level=-2)
    bridge.call(934225020, 2, "田中 美咲", mute_mode=3, hold_mode=1, qa_mode=1)
    bridge.call(934225020, 3, "Maximiliana-Theodora von Hohenzollern-Sigmaringen", mute_mode=1)
    bridge.people(934225020, *(f"n{nth}" for nth in range(60)), first=10)
    bridge.people(200, "Bob", first=200)
    bridge.world.record(meeting, on=True)


async def test_every_view_fits(bridge: Bridge, staged: Staging) -> None:
    busy(bridge)
    async with staged() as stage:
        for keys in (["1"], ["enter"], ["j", "m"], ["2"], ["slash", "m", "enter"], ["?"]):
            await stage.press(*keys)
            for size in SIZES:
                await stage.pilot.resize_terminal(*size)
                await stage.advance(0.2)
                lines = stage.lines
                assert len([line for line in lines if line]) <= size[1]
                assert all(cell_len(line) <= size[0] for line in lines)
                assert "age " in lines[0] or stage.dialog
                assert "q Quit" in stage.footer or stage.dialog


async def test_the_two_ends_of_a_line_never_touch(bridge: Bridge, staged: Staging) -> None:
    busy(bridge)
    async with staged() as stage:
        await stage.advance(3)
        for width in range(40, 100):
            await stage.pilot.resize_terminal(width, 24)
            await stage.advance(0.1)
            assert " age " in stage.lines[0]
            assert "  has a question" in stage.lines[2]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
async def test_what_an_operator_needs_is_there(
    bridge: Bridge, staged: Staging, size: tuple[int, int]
) -> None:
    busy(bridge)
    async with staged(size=size) as stage:
        titles = stage.titles.split()
        for title in ("meeting", "number", "callers▼", "host", "muted", "held", "asks", "now"):
            assert title in titles
        assert "time" in titles
        row = stage.row("934225020")
        assert row.split()[:2] == ["▌", "Weekly"], "the name comes first"
        assert "63" in row
        assert "●REC LOCK" in row
        assert "✋1" in row
        await stage.press("enter")
        await stage.advance(0.2)
        titles = stage.titles.split()
        for title in ("name", "number", "role▲", "mute", "hold", "asks", "time"):
            assert title in titles
        if size[0] >= 120:
            assert {"gain", "dialled", "codec"} <= set(titles)
        if size[0] >= 200:
            assert "node" in titles
            assert "Call 1" in stage.text, "the details pane opens by itself"
        row = stage.row("+15165550002")
        assert "muted+soft" in row
        assert "held" in row
        for row in stage.table_lines:
            if "+1516555" in row:  # the number begins in the same cell whatever the name
                assert cell_len(row[: row.index("+1516555")]) == stage.titles.index("number")


@pytest.mark.parametrize("size", [(39, 9), (120, 9), (20, 5), (1, 1)], ids=str)
async def test_too_small_shows_age_and_state_only(
    bridge: Bridge, staged: Staging, size: tuple[int, int]
) -> None:
    busy(bridge)
    async with staged(size=size) as stage:
        assert not stage.watch.query_one("#table").region
        assert not stage.watch.query_one("#log").region
        if size[0] >= 20 and size[1] >= 3:
            assert "too small" in stage.text
            assert "age 0s" in stage.text
        await stage.press("m", "M", "E", "d", "enter", "2", "slash", "x", "escape", "1")
        assert stage.dialog == ""
        for key in ("i", "ctrl+p", "question_mark", "T"):
            await stage.press(key)
            assert stage.app.is_nothing_open, key
            assert not stage.watch.has_details, key
        await stage.advance(3)
        assert bridge.writes == [], "no verb on what cannot be seen"
        bridge.fail(status=503)
        await stage.advance(60)
        if size[0] >= 20 and size[1] >= 3:
            assert "STALE" in stage.text
        await stage.pilot.resize_terminal(120, 40)
        await stage.settle()
        assert stage.watch.query_one("#table").region.height > 10
        assert "too small" not in stage.text
        await stage.press("j")
        assert stage.row("▌")


async def test_a_caller_found_anywhere_shows_the_meeting(bridge: Bridge, staged: Staging) -> None:
    busy(bridge)
    async with staged(size=(80, 24)) as stage:
        await stage.press("f", *"bob", "enter")
        await stage.advance(0.2)
        titles = ["name", "number", "meeting▲", "role", "mute", "hold", "asks"]
        assert stage.titles.split() == titles
        assert stage.row("Bob").split()[1:4] == ["Bob", "+15165550200", "営業会議"]


async def test_who_asks_is_the_last_to_go(bridge: Bridge, staged: Staging) -> None:
    busy(bridge)
    async with staged(size=(40, 12)) as stage:
        assert {"meeting", "asks", "now"} <= set(stage.titles.split())
        await stage.press("enter")
        await stage.advance(0.2)
        assert {"name", "mute", "asks"} <= set(stage.titles.split())
        assert "✋1" in stage.text


async def test_resizing_in_mid_air_loses_nothing(bridge: Bridge, staged: Staging) -> None:
    busy(bridge)
    async with staged() as stage:
        await stage.press("enter")
        await stage.advance(0.2)
        await stage.press(*"jjjjj", "d")
        asked = stage.line("Drop")
        for size in ((20, 5), (300, 100), (1, 1), (80, 24)):
            await stage.pilot.resize_terminal(*size)
            await stage.settle()
        assert stage.dialog == "ConfirmDialog"
        assert asked.split("Drop")[1].split("?")[0] in stage.text
        await stage.press("escape")
        assert stage.cursor is not None
        assert stage.row("▌")


async def test_a_dialog_fits_into_the_smallest_screen(bridge: Bridge, staged: Staging) -> None:
    busy(bridge)
    async with staged(size=(40, 10)) as stage:
        await stage.press("M")
        assert stage.dialog == "TypedDialog"
        assert "enter confirm" in stage.text
        await stage.press("escape")
        await stage.press("E")
        await stage.press(*"934225020")
        assert "934225020" in stage.text
        await stage.press("enter")
        assert stage.dialog == ""


async def test_a_box_made_small_shows_its_keys(bridge: Bridge, staged: Staging) -> None:
    busy(bridge)
    boxes = (
        ("M", "enter confirm"),
        ("E", "enter confirm"),
        ("a", "enter change"),
        ("question_mark", "esc"),
    )
    async with staged() as stage:
        for key, sign in boxes:
            await stage.press(key)
            await stage.advance(0.5)
            await stage.pilot.resize_terminal(40, 10)
            await stage.settle()
            assert sign in stage.text, stage.text
            if key == "M":
                assert "left out" in stage.text
            if key == "a":
                assert "conference_" in stage.text
            await stage.pilot.resize_terminal(80, 24)
            await stage.settle()
            await stage.press("escape")
            assert stage.dialog == ""


async def test_a_screen_that_is_come_back_to_fits_the_terminal(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged(size=(120, 30)) as stage:
        await stage.press("3")
        await stage.pilot.resize_terminal(38, 9)
        stage.app.go_back()
        await stage.settle()
        assert stage.app.screen is stage.watch
        assert stage.watch.is_small
        assert "too small" in stage.text
        await stage.pilot.resize_terminal(200, 40)
        await stage.press("3")
        assert not stage.app.shown.is_small
        assert stage.app.shown.has_details
