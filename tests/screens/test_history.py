"""The meetings that were seen, by key press: the list, what finds them, and where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.monitor.past.tables.search import FIRST
from tests.screens.kept import ANNA, BOARD, CLEO, SALES, WIDE, board_and_sales, watching

if TYPE_CHECKING:
    from pathlib import Path

    from tests.clock import HandClock
    from tests.history.town import Town
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


@pytest.fixture
def town(tmp_path: Path, clock: HandClock) -> Town:
    """Six minutes of two meetings."""
    return board_and_sales(tmp_path / "history.db", clock)


async def open_list(stage: Stage) -> None:
    """Look at the list, as soon as it is read."""
    await stage.press("6")
    await stage.advance(0.1)


async def find(stage: Stage, text: str) -> list[int]:
    """Type what to find, and return the numbers of the meetings that are listed."""
    await stage.press("/")
    await stage.type(text)
    await stage.press("enter")
    await stage.advance(0.1)
    numbers = [stage.app.shown.records()[key].number for key in stage.rows]  # type: ignore[attr-defined]
    await stage.press("escape")
    await stage.advance(0.1)
    return numbers


async def test_it_lists_live_and_ended_meetings_and_leads_to_both_views(
    bridge: Bridge, staged: Staging, town: Town
) -> None:
    async with watching(staged, town) as stage:
        await open_list(stage)
        assert "live" in stage.row("board")
        assert "1:22" in stage.row("sales") or "1:2" in stage.row("sales")
        stage.table.move_to(2)
        await stage.press("V")
        await stage.advance(0.1)
        assert "tape of 309002" in stage.text
        await stage.press("escape", "I")
        await stage.advance(0.1)
        assert "attendance of 309002" in stage.text
        assert "会議 部" in stage.text
        await stage.press("escape")
        assert "sales" in stage.text
        assert stage.cursor == 2, "the cursor is where it was left"
        await stage.press("escape")
        assert stage.app.shown is stage.watch
        assert bridge.writes == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sales", [SALES]),
        ("309001", [BOARD]),
        ("bela", [BOARD]),
        ("nobody", []),
        ("live", [BOARD]),
        ("ended", [SALES]),
        ("today", [SALES, BOARD]),
        ("yesterday", []),
        ("ended bela", []),
    ],
)
async def test_what_is_typed_finds_them_by_number_owner_caller_and_time(
    staged: Staging, town: Town, text: str, found: list[int]
) -> None:
    async with watching(staged, town) as stage:
        await open_list(stage)
        assert sorted(await find(stage, text)) == sorted(found)
        assert len(stage.rows) == 2, "escape shows all again"


async def test_what_was_found_is_under_the_cursor(staged: Staging, town: Town) -> None:
    async with watching(staged, town) as stage:
        await open_list(stage)
        for words in ("sales", "bela"):
            await stage.press("slash", *words)
            await stage.advance(0.1)
            await stage.press("enter", "V")
            await stage.advance(0.1)
            number = {"sales": SALES, "bela": BOARD}[words]
            assert f"tape of {number}" in stage.text
            await stage.press("escape", "escape")
            await stage.advance(0.1)


async def test_letters_typed_in_one_burst_go_into_the_search(
    bridge: Bridge, staged: Staging, town: Town
) -> None:
    async with watching(staged, town) as stage:
        await open_list(stage)
        await stage.burst("/", *"sales", rests=False)
        await stage.advance(0.1)
        assert stage.app.shown.view.filter_text == "sales"
        assert len(stage.rows) == 1
        assert bridge.writes == []


async def test_more_are_read_when_the_last_one_is_reached(staged: Staging, town: Town) -> None:
    for number in range(FIRST + 20):
        town.meets(500_000 + number)
    town.read()
    async with watching(staged, town) as stage:
        await open_list(stage)
        assert f"{FIRST} or more" in stage.text
        await stage.press("G")
        await stage.advance(0.1)
        assert f" {FIRST + 22}" in stage.lines[1]
        assert "or more" not in stage.text


async def test_without_a_history_it_says_so_in_words(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        for key in ("6", "V"):
            await stage.press("1", key)
            assert "The history is off" in stage.text
            assert "history = true" in stage.text


async def test_a_history_that_cannot_be_read_says_why_and_is_tried_again(
    tmp_path: Path, staged: Staging, town: Town
) -> None:
    moved = tmp_path / "moved.db"
    town.close()
    town.path.rename(moved)
    async with watching(staged, town) as stage:
        await open_list(stage)
        assert "No history" in stage.text
        assert "nothing has been recorded yet" in stage.text.lower()
        moved.rename(town.path)
        await stage.press("r")
        await stage.advance(0.1)
        assert "board" in stage.text


async def test_nothing_recorded_yet_is_shown_in_words(
    tmp_path: Path, clock: HandClock, staged: Staging
) -> None:
    from tests.history.town import Town

    empty = Town(tmp_path / "empty.db", began=int(clock.wall() * 1000))
    async with watching(staged, empty) as stage:
        await open_list(stage)
        assert "No meeting is recorded yet" in stage.text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_seven_places_stay_on_the_tabs(
    staged: Staging, town: Town, size: tuple[int, int]
) -> None:
    async with watching(staged, town, size=size) as stage:
        await open_list(stage)
        assert "6 History" in stage.lines[1]
        for digit in "12345":
            assert f" {digit} " in stage.lines[1]


async def test_list_and_attendance_are_exported_with_numbers_cut(
    tmp_path: Path, staged: Staging, town: Town
) -> None:
    async with watching(staged, town) as stage:
        await open_list(stage)
        stage.table.move_to(1)
        await stage.press("I")
        await stage.advance(0.1)
        for columns in ("shown", "all"):
            file = tmp_path / f"{columns}.json"
            await stage.press("X")
            form = stage.app.screen
            form.inputs[0].value = str(file)  # type: ignore[attr-defined]
            form.inputs[1].value = columns  # type: ignore[attr-defined]
            await stage.press("enter")
            await stage.advance(0.1)
            text = file.read_text()
            assert "+493012345602" not in text
            assert "5602" in text
            assert "Bela Nagy" in text


async def test_what_was_live_is_as_old_as_the_newest_read(
    bridge: Bridge, staged: Staging, town: Town
) -> None:
    bridge.meeting(BOARD)
    bridge.call(BOARD, 1, "Anna Berg", caller=ANNA)
    async with watching(staged, town) as stage:
        await open_list(stage)
        assert "age 0s" in stage.lines[0]
        assert " 6:00" in stage.row("board")
        await stage.advance(150)
        await stage.advance(0.1)
        assert "recorded age 2m" in stage.lines[0]
        assert "live?" in stage.row("board")
        assert " 6:00" in stage.row("board"), "nobody has seen it for longer"
        stage.table.move_to(1)
        await stage.press("I")
        await stage.advance(0.1)
        assert " in? " in stage.row("Anna Berg")
        await stage.press("x")
        await stage.advance(0.1)
        assert "recorded age 2m" in stage.lines[0]
        assert " in? " in stage.row("board")
        assert " 6:00" in stage.row("board")


async def test_what_is_exported_from_the_list_is_of_now_though_the_live_screen_shows_the_past(
    tmp_path: Path, staged: Staging, town: Town
) -> None:
    async with watching(staged, town) as stage:
        await stage.press(",", "<", "<", "6")
        await stage.advance(0.1)
        assert stage.session.is_past
        assert " esc Back " in stage.footer
        await stage.press("X")
        assert " past" not in stage.app.screen.inputs[0].value  # type: ignore[attr-defined]
        stage.app.screen.inputs[0].value = str(tmp_path / "a.jsonl")  # type: ignore[attr-defined]
        await stage.press("enter")
        await stage.advance(0.1)
        assert '"ageSeconds": 0' in (tmp_path / "a.jsonl").read_text()


async def test_a_caller_who_was_dialled_is_known_by_the_number_that_was_dialled(
    bridge: Bridge, staged: Staging, town: Town
) -> None:
    ours = "+18005550100"
    for number, name, role in ((WIDE, "Zoe", 1), (CLEO, "Yan", 2)):
        leg = {"caller": ours, "callee": number}
        town.joins(1, number, name, leg=leg, connection_status=1, role=role)
    town.reads(2)
    bridge.meeting(BOARD)
    bridge.call(BOARD, 1, "Zoe", caller=ours, callee=WIDE, connection_status=1)
    bridge.call(BOARD, 2, "Who", caller="anonymous", connection_status=2)
    async with watching(staged, town, size=(160, 50)) as stage:
        await stage.go_in(BOARD)
        stage.table.move_to(1)
        await stage.press("x")
        await stage.advance(0.1)
        assert "Zoe" in stage.row("board")
        assert "Yan" not in stage.text
        await stage.press("escape")
        stage.table.move_to(2)
        await stage.press("x")
        assert "anonymous: that may be anybody" in stage.notice
