"""Keys that nobody meant: held, pasted, typed ahead. None of them hangs anybody up."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING

import pytest
from textual import events

from confmon.tui.dialogs import ALONE_S, SWALLOW_S, TOO_FAST, Dialog
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


async def burst(
    stage: Stage, keys: Iterable[str], gap_s: float, *, rests: bool = False, after_s: float = 0.0
) -> None:
    """Keys as the input thread reads them `after_s` from now, `gap_s` from one to the next."""
    at = time.monotonic() + after_s
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


@pytest.mark.parametrize("gap_s", [0.0, 0.0002, 0.001, 0.03])
@pytest.mark.parametrize("rests", [False, True], ids=["at once", "one by one"])
@pytest.mark.parametrize("text", ["yes", "yy", "y d", "y\nyours", "yn", "y" * 40])
async def test_pasted_text_that_begins_with_y_answers_nothing(
    screen: Screen, text: str, gap_s: float, *, rests: bool
) -> None:
    stage, server = screen
    await stage.press("d")
    await burst(stage, text, gap_s, rests=rests, after_s=5)
    assert stage.dialog == "ConfirmDialog"
    assert TOO_FAST in stage.text
    await stage.advance(2)
    assert server.writes() == []
    event = key_event("y")  # by itself it is heard again
    event.time += 9
    stage.app.post_message(event)
    await stage.advance(ALONE_S)
    assert stage.dialog == ""
    await stage.advance(2)
    assert len(hung_up(server)) == 1


async def test_a_y_alone_confirms_within_a_tenth_of_a_second(screen: Screen) -> None:
    stage, server = screen
    await stage.press("d")
    await burst(stage, "y", 0, after_s=5)
    await stage.advance(0.06)
    assert hung_up(server) == []
    await stage.advance(0.02)
    assert len(hung_up(server)) == 1


async def test_escape_right_after_y_takes_it_back(screen: Screen) -> None:
    stage, server = screen
    await stage.press("d")
    await burst(stage, ["y", "escape"], 0.05, after_s=5)
    assert stage.dialog == ""
    await stage.advance(2)
    assert server.writes() == []


async def test_a_y_that_stood_alone_counts_however_late_it_is_heard(screen: Screen) -> None:
    stage, server = screen
    await stage.press("d")
    await burst(stage, "yj", 0.2, after_s=5)
    await stage.advance(0.1)
    assert stage.dialog == ""
    assert len(hung_up(server)) == 1


@pytest.mark.parametrize("gap_s", [0.0, 0.001, 0.03])
@pytest.mark.parametrize("text", ["100\n", "100\n\n", "100\nyes\n"])
async def test_pasting_the_number_and_enter_ends_no_meeting(
    screen: Screen, text: str, gap_s: float
) -> None:
    stage, server = screen
    await stage.press("E")
    assert stage.dialog == "TypedDialog"
    await burst(stage, text, gap_s, after_s=5)
    await stage.advance(2)
    assert stage.dialog == "TypedDialog"
    assert TOO_FAST in stage.text
    assert server.writes() == []


async def test_the_number_typed_by_hand_ends_the_meeting(screen: Screen) -> None:
    stage, server = screen
    await stage.press("E")
    await burst(stage, "100\n", 0.1, after_s=5)
    assert hung_up(server) == []
    await stage.advance(ALONE_S)
    assert hung_up(server) == [("delete_meeting", 100)]


@pytest.mark.parametrize("gap_s", [1 / 30, 0.092], ids=["fast repeat", "slow repeat"])
@pytest.mark.parametrize("held", ["y", "d", "enter"])
async def test_a_key_held_from_before_the_question_answers_nothing(
    screen: Screen, held: str, gap_s: float
) -> None:
    stage, server = screen
    at = time.monotonic()
    for nth, key in enumerate([held] * 5 + ["d"] + [held] * 60):
        event = key_event(key)
        event.time = at + nth * gap_s
        stage.app.post_message(event)
        await stage.settle()
        if key == "d" and isinstance(dialog := stage.app.screen, Dialog) and nth == 5:
            dialog._deaf_until = event.time + SWALLOW_S  # the keys' clock runs ahead here
    assert stage.dialog == "ConfirmDialog"
    await stage.advance(1)
    assert hung_up(server) == []
