"""Keys that nobody meant: held, pasted, typed ahead. None of them hangs anybody up."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING

import pytest
from textual import events

from tests.order.schedule import opened
from tests.screens.stage import key_event

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from tests.order.server import Server
    from tests.screens.stage import Stage

Screen = tuple["Stage", "Server"]
PROSE = (
    "Dear Edward, the daily dial-in moved: drop by 100 100100200 any day you like.\n"
    "Yours, Yvonne\nEDITED: yes, really.\n1\n2\n6\n100\n200\nd y\nE100\n* d6\n"
)


@pytest.fixture
async def screen() -> AsyncIterator[Screen]:
    """A meeting is looked into, the cursor stands on its first caller."""
    async with opened(Random(0)) as (stage, server):  # noqa: S311 - repeatable, not secret
        await stage.go_in(100)
        yield stage, server


async def burst(stage: Stage, keys: Iterable[str], gap_s: float, *, rests: bool = False) -> None:
    """Keys as the input thread reads them, `gap_s` from one to the next."""
    at = time.monotonic()
    for key in keys:
        event = key_event({"\n": "enter", "\t": "tab"}.get(key, key))
        event.time = at = at + gap_s
        stage.app.post_message(event)
        if rests:
            await stage.settle()
    await stage.settle()


def hung_up(server: Server) -> list[tuple[str, int | None]]:
    return [write for write in server.writes() if write[0].startswith("delete")]


@pytest.mark.parametrize(
    "gap_s", [0.0002, 0.001, 0.03], ids=["local", "slow line", "very slow line"]
)
@pytest.mark.parametrize("rests", [False, True], ids=["at once", "one by one"])
async def test_pasted_prose_hangs_nobody_up(screen: Screen, gap_s: float, *, rests: bool) -> None:
    stage, server = screen
    await burst(stage, PROSE * 2, gap_s, rests=rests)
    await stage.advance(1)
    assert hung_up(server) == []


@pytest.mark.parametrize("seed", range(3))
async def test_random_pastes_hang_nobody_up(screen: Screen, seed: int) -> None:
    stage, server = screen
    dice = Random(seed)  # noqa: S311 - repeatable, not secret
    for _ in range(4):
        text = dice.choices("dyyE\n*160 v2mhxn", k=dice.randint(100, 600))
        await burst(stage, text, dice.choice((0.0005, 0.002, 0.02)))
        await stage.advance(0.6)
        assert hung_up(server) == []


async def test_a_question_is_not_answered_by_the_middle_of_a_paste(screen: Screen) -> None:
    stage, server = screen
    await stage.press("d")
    assert stage.dialog == "ConfirmDialog"
    at = time.monotonic() + 5
    for nth, key in enumerate("Ruby anyway"):
        event = key_event(key)
        event.time = at + nth / 1000
        stage.app.post_message(event)
    await stage.settle()
    assert hung_up(server) == []
    await stage.confirm("escape")


@pytest.mark.parametrize("key", ["d", "y", "E", "enter"])
async def test_a_held_key_hangs_nobody_up(screen: Screen, key: str) -> None:
    stage, server = screen
    await stage.press("d")
    await stage.press("escape", after_s=1)
    await stage.press("d")
    await burst(stage, [key] * 60, 1 / 30)
    await stage.advance(1)
    assert hung_up(server) == []


async def test_a_bracketed_paste_does_nothing_at_all(screen: Screen) -> None:
    stage, server = screen
    for opener in ("", "d", "E", "n"):
        if opener:
            await stage.press(opener)
        stage.app.post_message(events.Paste("y\n100\n" + PROSE))
        await stage.advance(1)
        assert server.writes() == []
        if stage.dialog:
            await stage.confirm("escape")
