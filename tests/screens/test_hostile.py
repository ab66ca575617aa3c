"""Names that attack: drawn as text, in their own cells, and nothing happens on a click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from confmon.simulator.sample.names import HOSTILE, OTHER_SCRIPTS
from tests.screens.test_mouse import click

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging

_UNWANTED = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0)) if chr(code) != "\n"]
_UNWANTED += list("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
async def test_hostile_names_are_inert_and_keep_the_columns_straight(
    bridge: Bridge, staged: Staging, size: tuple[int, int]
) -> None:
    names = (*HOSTILE, *OTHER_SCRIPTS)[:30]
    bridge.meeting(100, HOSTILE[0])
    bridge.meeting(200, HOSTILE[4])
    for nth, name in enumerate(names, 1):
        bridge.call(100, nth, name, callee=name, codec=name)
    async with staged(size=size) as stage:
        panes = [["i"]] if size[0] >= 120 else []
        for keys in (["1"], ["2"], *panes, ["j", "m"], ["d"]):
            await stage.press(*keys)
            await stage.advance(0.3)
            for sign in _UNWANTED:
                assert sign not in stage.text, hex(ord(sign))
            if stage.dialog:
                await stage.press("escape")
        if size[0] == 120:
            await stage.press("i")  # beside the details there is no room for the number
        start = stage.titles.index("number")
        for line in stage.table_lines:
            if "+1516555" in line:
                assert cell_len(line[: line.index("+1516555")]) == start
        assert all(cell_len(line) <= size[0] for line in stage.lines)


async def test_markup_in_a_name_is_shown_as_it_is_and_a_click_on_it_does_nothing(
    bridge: Bridge, staged: Staging
) -> None:
    name = "[@click=app.quit]x[/]"
    bridge.meeting(100, name)
    bridge.call(100, 1, name)
    async with staged(size=(150, 40)) as stage:
        assert name in stage.text
        await stage.press("enter")
        await stage.advance(0.1)
        await click(stage, "app.quit", line=stage.table.content_region.y + 1)
        await stage.press("m")
        await stage.advance(3)
        await stage.press("d")
        assert f"Drop {name} +15165550001?" in stage.text
        await click(stage, "app.quit")
        await stage.press("escape")
        await stage.press("i")
        await stage.advance(0.1)
        await stage.press("m", "m")  # the second is refused in a toast
        assert stage.app.return_code is None
        assert stage.app.is_running


async def test_markup_in_a_toast_and_in_an_error_is_text(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "[/foo]")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("n")
        await stage.press("x")
        bridge.world.leave(bridge.of(1))
        await stage.advance(3)
        await stage.press("enter")
        assert stage.app.is_running
        assert "left" in stage.notice


async def test_a_hostile_name_is_given_back_as_it_was(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "[bold]Ada[/bold]")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("/")
        await stage.type("[bold]")
        assert stage.rows == [1]
        assert "[bold]" in stage.lines[38] or "[bold]" in stage.text
        await stage.press("enter")
        assert "/[bold]" in stage.lines[1]
