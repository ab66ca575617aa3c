"""What is copied is what was under the cursor, and no number that is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.config.start import Start

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging

ADA = "15162065310"


@pytest.fixture
def caller(bridge: Bridge) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", caller=ADA)


@pytest.mark.usefixtures("caller")
async def test_y_copies_the_number_under_the_cursor(bridge: Bridge, staged: Staging) -> None:
    async with staged() as stage:
        await stage.press("y")
        assert stage.app.clipboard == "100"
        await stage.go_in(100)
        await stage.press("y")
        assert stage.app.clipboard == ADA
        assert stage.notice == f"copied {ADA}; your terminal must allow OSC 52"
        assert bridge.writes == []


@pytest.mark.usefixtures("caller")
async def test_a_letter_chooses_what_is_copied(staged: Staging) -> None:
    async with staged() as stage:
        await stage.go_in(100)
        for letter, text in (("i", "1"), ("m", "Ada"), ("n", ADA)):
            await stage.press("Y")
            assert stage.dialog == "ChoiceDialog"
            await stage.press(letter)
            assert (stage.dialog, stage.app.clipboard) == ("", text)
        await stage.press("Y", "r")
        assert stage.app.clipboard.startswith(f"Ada  {ADA}  ")
        await stage.press("Y", "x", "escape")
        assert stage.dialog == ""


@pytest.mark.usefixtures("caller")
async def test_who_leaves_while_one_chooses_is_still_who_is_copied(
    bridge: Bridge, staged: Staging
) -> None:
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("Y")
        bridge.world.leave(bridge.of(1))
        bridge.people(100, "Bob", first=2)
        await stage.advance(5)
        await stage.press("m")
        assert stage.app.clipboard == "Ada"


@pytest.mark.usefixtures("caller")
async def test_a_hidden_number_is_not_copied(staged: Staging) -> None:
    async with staged(mask_numbers=True) as stage:
        await stage.go_in(100)
        await stage.press("y")
        assert stage.app.clipboard == ""
        assert "mask_numbers hides it" in stage.notice
        await stage.press("Y")
        assert "hidden by mask_numbers" in stage.text
        await stage.press("n", "r")
        assert ADA not in stage.app.clipboard
        assert "5310" in stage.app.clipboard


@pytest.mark.usefixtures("caller")
async def test_the_flag_beats_the_profile(staged: Staging) -> None:
    async with staged(mask_numbers=True, start=Start(reveal_numbers=True)) as stage:
        await stage.go_in(100)
        await stage.press("y")
        assert stage.app.clipboard == ADA


async def test_with_nothing_under_the_cursor_nothing_is_copied(staged: Staging) -> None:
    async with staged() as stage:
        await stage.press("y")
        assert stage.notice == "nothing under the cursor to copy"
        await stage.press("Y")
        assert stage.dialog == ""


async def test_a_room_is_copied_by_its_number(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("3")
        await stage.advance(1)
        await stage.press("down", "y")
        assert stage.app.clipboard == str(stage.cursor)
