"""Keys that nobody meant: held, pasted, typed ahead. None of them hangs anybody up."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from textual import events

from confmon.tui.dialogs.confirm import SWALLOW_S
from confmon.tui.keys.pace import WORD_S, Verdict
from confmon.tui.keys.presses import ANSWER_REASONS
from tests.order.schedule import opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.order.server import Server
    from tests.screens.stage import Stage

Screen = tuple["Stage", "Server"]
PROSE = (
    "Dear Edward, the daily dial-in moved: drop by 100 100100200 any day you like.\n"
    "Yours, Yvonne\nEDITED: yes, really.\n1\n2\n6\n100\n200\nd y\nE100\n* d6\n"
)


@pytest.fixture
async def screen() -> AsyncIterator[Screen]:
    """A meeting is looked into, the cursor is on its first caller."""
    async with opened(Random(0)) as (stage, server):  # noqa: S311 - repeatable, not secret
        await stage.go_in(100)
        yield stage, server


def hung_up(server: Server) -> list[tuple[str, int | None]]:
    return [write for write in server.writes() if write[0].startswith("delete")]


@pytest.mark.parametrize(
    "gap_s", [0.0002, 0.001, 0.03], ids=["local", "slow line", "very slow line"]
)
@pytest.mark.parametrize("rests", [False, True], ids=["at once", "one by one"])
async def test_pasted_prose_hangs_nobody_up(screen: Screen, gap_s: float, *, rests: bool) -> None:
    stage, server = screen
    await stage.burst(*PROSE * 2, gap_s=gap_s, rests=rests)
    await stage.advance(1)
    assert hung_up(server) == []


@pytest.mark.parametrize("seed", range(3))
async def test_random_pastes_hang_nobody_up(screen: Screen, seed: int) -> None:
    stage, server = screen
    dice = Random(seed)  # noqa: S311 - repeatable, not secret
    for _ in range(4):
        text = dice.choices("dyyE\n*160 v2mhxn", k=dice.randint(100, 600))
        await stage.burst(*text, gap_s=dice.choice((0.0005, 0.002, 0.02)), rests=False)
        await stage.advance(0.6)
        assert hung_up(server) == []


async def test_a_question_is_not_answered_by_the_middle_of_a_paste(screen: Screen) -> None:
    stage, server = screen
    await stage.press("d")
    assert stage.dialog == "ConfirmDialog"
    await stage.burst(*"Ruby anyway", gap_s=0.001, rests=False)
    assert stage.dialog == ""
    await stage.advance(1)
    assert server.writes() == []


@pytest.mark.parametrize("gap_s", [1 / 30, 0.092])
@pytest.mark.parametrize("key", ["d", "E", "enter"])
async def test_a_held_key_hangs_nobody_up(screen: Screen, key: str, gap_s: float) -> None:
    stage, server = screen
    await stage.press(key)
    await stage.burst(*[key] * 60, after_s=0.5, gap_s=gap_s)
    await stage.advance(1)
    assert server.writes() == []


async def test_a_bracketed_paste_does_nothing_at_all(screen: Screen) -> None:
    stage, server = screen
    for opener in ("", "d", "E", "n"):
        if opener:
            await stage.press(opener)
        stage.app.post_message(events.Paste("y\n100\n" + PROSE))
        await stage.advance(1)
        assert server.writes() == []
        if stage.dialog:
            await stage.press("escape")


@pytest.mark.parametrize("gap_s", [0.0, 0.001, 0.03])
@pytest.mark.parametrize("rests", [False, True], ids=["at once", "one by one"])
@pytest.mark.parametrize("text", ["yes", "yy", "y d", "y\nyours", "yn", "y" * 40])
async def test_pasted_text_that_begins_with_y_answers_nothing(
    screen: Screen, text: str, gap_s: float, *, rests: bool
) -> None:
    stage, server = screen
    await stage.press("d")
    await stage.burst(*text, gap_s=gap_s, rests=rests)
    assert stage.dialog == ("ConfirmDialog" if set(text) == {"y"} else "")
    await stage.advance(2)
    assert server.writes() == []
    if not stage.dialog:
        await stage.press("d")
    await stage.press("y")  # by itself it is heard again
    assert stage.dialog == ""
    await stage.advance(2)
    assert len(hung_up(server)) == 1


@pytest.mark.parametrize("gap_s", [0.12, 0.2, 0.25])
@pytest.mark.parametrize("text", ["yes", "you", "yy d", "y d"])
async def test_a_word_that_begins_with_y_answers_nothing(
    screen: Screen, text: str, gap_s: float
) -> None:
    stage, server = screen
    await stage.press("d")
    await stage.burst(*text, gap_s=gap_s)
    assert stage.dialog == ""
    await stage.advance(2)
    assert server.writes() == []


async def test_a_y_confirms_once_it_cannot_be_a_letter_of_a_word(screen: Screen) -> None:
    stage, server = screen
    await stage.press("d")
    stage.app.post_message(stage.read("y"))
    await stage.settle()
    await stage.advance(WORD_S - 0.01)
    assert hung_up(server) == []
    await stage.advance(0.02)
    assert len(hung_up(server)) == 1


async def test_escape_right_after_y_takes_it_back(screen: Screen) -> None:
    stage, server = screen
    await stage.press("d")
    await stage.burst("y", "escape", gap_s=0.2)
    assert stage.dialog == ""
    await stage.advance(2)
    assert server.writes() == []


async def test_a_y_that_stood_alone_counts_however_late_it_is_heard(screen: Screen) -> None:
    stage, server = screen
    await stage.press("d")
    await stage.burst("y", "j", gap_s=0.4, rests=False)
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
    await stage.burst(*text, gap_s=gap_s)
    await stage.advance(2)
    assert stage.dialog == "TypedDialog"
    assert ANSWER_REASONS[Verdict.BURST] in stage.text
    assert server.writes() == []


async def test_the_number_typed_by_hand_ends_the_meeting(screen: Screen) -> None:
    stage, server = screen
    await stage.press("E")
    await stage.burst(*"100", "enter", gap_s=0.1)
    assert hung_up(server) == [("delete_meeting", 100)]


@pytest.mark.parametrize(
    "gap_s", [1 / 30, 0.092, 0.3, 0.7], ids=["fast", "slow", "by hand", "jitter"]
)
@pytest.mark.parametrize("held", ["y", "d"])
async def test_a_key_held_since_before_the_question_could_be_read_answers_nothing(
    screen: Screen, held: str, gap_s: float
) -> None:
    stage, server = screen
    await stage.press("d")
    stage.listens_in(SWALLOW_S)
    await stage.burst(*[held] * 60, after_s=0.35, gap_s=gap_s)
    assert stage.dialog == "ConfirmDialog"
    await stage.advance(1)
    assert hung_up(server) == []


async def test_a_key_held_in_jittery_bursts_answers_nothing(screen: Screen) -> None:
    stage, server = screen
    dice = Random(3)  # noqa: S311 - repeatable, not secret
    await stage.press("d")
    stage.listens_in(SWALLOW_S)
    await stage.burst("y", after_s=0.3)
    for _ in range(20):
        await stage.burst(*"y" * dice.randint(1, 9), after_s=dice.uniform(0.1, 0.75))
    await stage.advance(1)
    assert hung_up(server) == []
