"""The tape of a meeting, by key press: people over time, the cursor in it, and what it leads to."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from confmon.history.history import open_history
from confmon.tui.screens.past.tape import TapeScreen
from tests.history.town import NOON, SCAN, Town, small_town

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from confmon.history.records import Marker
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage

BOARD, OTHER = 309001, 309002


@pytest.fixture
def town(tmp_path: Path, bridge: Bridge) -> Town:
    """A small town, on a clock that shows the moment of its newest read."""
    town = small_town(tmp_path / "history.db")
    bridge.clock.wall_s = town.at / 1000
    return town


@asynccontextmanager
async def watching(staged: Staging, town: Town, **how: Any) -> AsyncIterator[Stage]:
    """The screens over what the town has kept."""
    async with staged(open_history=partial(open_history, town.path), **how) as stage:
        yield stage


async def go_to_tape(stage: Stage) -> TapeScreen:
    """Look at the tape of the board by History."""
    await stage.press("6")
    await stage.advance(0.1)
    stage.table.move_to(1)
    await stage.press("enter")
    await stage.advance(0.1)
    screen = stage.app.shown
    assert isinstance(screen, TapeScreen)
    return screen


async def test_x(bridge: Bridge, staged: Staging, town: Town) -> None:
    async with watching(staged, town, size=(120, 40)) as stage:
        await stage.press("6")
        await stage.advance(0.1)
        print(stage.text)
        screen = await go_to_tape(stage)
        print(stage.text)
        await stage.press("I")
        await stage.advance(0.1)
        print(stage.text)
        await stage.press("x")
        await stage.advance(0.1)
        print(stage.text)
