"""Two keys that both close: only what they were pressed on is closed, and only once."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.order.schedule import opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.order.server import Server
    from tests.screens.stage import Stage

Screen = tuple["Stage", "Server"]


@pytest.fixture
async def screen() -> AsyncIterator[Screen]:
    """A meeting is looked into, the cursor is on its first caller."""
    async with opened(Random(0)) as (stage, server):  # noqa: S311 - repeatable, not secret
        await stage.go_in(100)
        yield stage, server


async def post(stage: Stage, *keys: str) -> None:
    """Keys that wait in the queue together, pressed by a quick hand."""
    await stage.burst(*keys, gap_s=0.35, rests=False)


@pytest.mark.parametrize("opener", ["d", "E", "n", "M", "question_mark", "ctrl+p", "T"])
@pytest.mark.parametrize(
    "closers", [("escape",) * 4, ("q", "escape", "n", "escape"), ("enter",) * 3]
)
async def test_a_closing_key_too_many_leaves_the_screen_alone(
    screen: Screen, opener: str, closers: tuple[str, ...]
) -> None:
    stage, server = screen
    await stage.press(opener)
    await stage.settle()
    await post(stage, *closers)
    await stage.pilot.pause()
    assert stage.app.is_running
    assert stage.watch in stage.app.screen_stack
    assert not [write for write in server.writes() if write[0] == "delete_meeting"]


@pytest.mark.parametrize("keys", [("y", "y"), ("y", "escape", "y")])
async def test_a_second_yes_drops_nobody_else_and_nobody_twice(
    screen: Screen, keys: tuple[str, ...]
) -> None:
    stage, server = screen
    under = stage.cursor
    await stage.press("d")
    await post(stage, *keys)
    await stage.advance(3)
    assert server.writes() == [("delete_call", under)]
    assert stage.app.screen is stage.watch
    await stage.press("j", "d")
    assert stage.dialog == "ConfirmDialog"
    await stage.press("n")


@pytest.mark.parametrize("word", ["Drop", "Mute", "Name"])
async def test_a_command_chosen_twice_over_is_done_once(screen: Screen, word: str) -> None:
    stage, server = screen
    await stage.press("ctrl+p")
    await stage.type(word)
    for _ in range(30):
        await stage.pilot.pause()
    await post(stage, "enter", "enter", "enter")
    await stage.advance(2)
    assert len(server.writes()) <= 1
    assert len(stage.app.screen_stack) <= 2
    if stage.dialog == "ConfirmDialog":
        await stage.press("y")
        await stage.advance(2)
        assert len(server.writes()) == 1


async def test_a_late_no_does_not_close_the_next_question(screen: Screen) -> None:
    stage, server = screen
    await stage.press("d")
    first = stage.app.screen
    await post(stage, "n")
    await stage.press("d")
    second = stage.app.screen
    assert stage.dialog == "ConfirmDialog"
    first.post_message(stage.read("n"))  # it was still on its way to the first
    await stage.settle()
    assert stage.app.screen is second
    server.calls.clear()
    await stage.advance(9)  # the dialog follows its target
    await stage.press("y")
    assert server.writes() == []
