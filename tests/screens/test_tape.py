"""The tape of a meeting and its attendance, by key press."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from confmon.config.choices import Choices
from confmon.history.place import HistoryPlace
from confmon.history.read import NewMarker
from confmon.tui.screens.past.tape import TapeScreen
from confmon.tui.table.picture_table import POINTER
from tests.screens.kept import ANNA, BELA, BOARD, board_and_sales, watching

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


async def go_to_tape(stage: Stage, number: int = BOARD) -> TapeScreen:
    """Look at the tape of a meeting, from History."""
    await stage.press("6")
    await stage.advance(0.1)
    found = stage.app.shown.records()  # type: ignore[attr-defined]
    stage.table.move_to(next(key for key, one in found.items() if one.number == number))
    await stage.press("enter")
    await stage.advance(0.1)
    screen = stage.app.shown
    assert isinstance(screen, TapeScreen)
    return screen


def facts(stage: Stage) -> str:
    """The line below the people."""
    return stage.lines[stage.app.size.height - 2]


def axis(stage: Stage) -> str:
    """The line with the time, above the people."""
    return stage.lines[stage.table.content_region.y + 1]


async def step_until(stage: Stage, words: str) -> None:
    """Go on in time until the line below the people has these words."""
    for _ in range(100):
        if words in facts(stage):
            return
        await stage.press("right")
    raise AssertionError(facts(stage))


async def test_it_draws_a_row_a_person_with_states_told_apart(
    bridge: Bridge, staged: Staging, town: Town
) -> None:
    async with watching(staged, town) as stage:
        await go_to_tape(stage)
        anna, bela, cleo = (stage.row(name) for name in ("Anna Berg", "Bela Nagy", "5603"))
        assert "host" in anna
        assert "█" in anna
        assert "▒" not in anna
        assert "▒▒▒" in bela
        assert "█ " in bela, "away until the reconnect, on the same row"
        assert "░░░" in cleo
        assert all("·····" in row for row in (anna, bela, cleo)), "the gap is a band"
        assert "unreachable" in stage.line("notes, hosts, actions")
        assert '"' in stage.line("notes, hosts, actions")
        assert "recorded age" in stage.text
        assert bridge.writes == []


async def test_the_cursor_goes_through_time_and_people_and_tells(
    staged: Staging, town: Town
) -> None:
    async with watching(staged, town) as stage:
        screen = await go_to_tape(stage)
        assert "3 in" in facts(stage)
        assert "Anna Berg can be heard" in facts(stage)
        assert "still in" in facts(stage)
        before = axis(stage).index(POINTER)
        await stage.press("left", "left", "right", "left")
        assert axis(stage).index(POINTER) == before - 2
        for _ in range(30):
            await stage.press("[")
        assert screen.whole.cursor == screen.whole.start, "it stops at the edge"
        await stage.press("]", "down")
        assert "Bela Nagy muted" in facts(stage)
        await step_until(stage, '"')
        assert "sound was bad (op)" in facts(stage)
        await step_until(stage, "not seen 2")
        assert "unreachable" in facts(stage)
        assert " in ·" not in facts(stage), "nobody is shown as in where nobody was seen"


async def test_it_is_zoomed_and_panned_and_shown_whole_again(staged: Staging, town: Town) -> None:
    async with watching(staged, town) as stage:
        screen = await go_to_tape(stage)
        whole = screen.window.length
        await stage.press("[", "[", "[", "+", "+")
        assert screen.window.length == whole // 4
        at, begin = screen.whole.cursor, screen.window.from_at
        assert screen.window.from_at <= at < screen.window.to_at
        await stage.press("{")
        assert screen.window.from_at < begin
        assert screen.window.from_at <= screen.whole.cursor < screen.window.to_at
        await stage.press("}", "-")
        assert screen.window.length == whole // 4 * 2
        for _ in range(12):
            await stage.press("+")
        assert screen.window.length == 10_000, "not less than ten seconds"
        await stage.press("0")
        assert screen.window.length == whole


async def test_it_is_sorted_by_joining_total_and_name(staged: Staging, town: Town) -> None:
    async with watching(staged, town) as stage:
        await go_to_tape(stage)
        orders = set()
        for _ in range(4):
            orders.add(tuple(stage.rows))
            await stage.press("s")
        assert len(orders) >= 2
        assert axis(stage).count("▲") == 1, "back at the order of joining, shown before the axis"


async def test_a_live_tape_follows_and_one_that_was_left_does_not(
    staged: Staging, town: Town
) -> None:
    async with watching(staged, town) as stage:
        screen = await go_to_tape(stage)
        assert screen.whole.cursor == town.at
        for _ in range(4):
            await stage.advance(2)
            town.read()
        await stage.advance(5)
        assert screen.whole.cursor == town.at, "the cursor follows at the end"
        await stage.press("left", "left")
        at = screen.whole.cursor
        for _ in range(4):
            await stage.advance(2)
            town.read()
        await stage.advance(5)
        assert screen.whole.cursor == at, "and stays where it was put"
        assert screen.whole.end == town.at
        assert "age" in stage.lines[0]


async def test_enter_shows_the_meeting_as_it_was_and_escape_comes_back(
    bridge: Bridge, staged: Staging, town: Town
) -> None:
    async with watching(staged, town) as stage:
        screen = await go_to_tape(stage)
        for _ in range(3):
            await stage.press("[")
        at = screen.whole.cursor
        await stage.press("enter")
        await stage.advance(0.2)
        assert stage.app.shown is stage.watch
        assert stage.session.past is not None
        assert stage.session.past.at == at
        assert stage.session.view.meeting == BOARD
        await stage.press("escape")
        await stage.advance(0.1)
        assert not stage.session.is_past
        await stage.press("escape")
        await stage.advance(0.1)
        assert stage.app.shown.PLACE == "tape"
        assert screen.whole.cursor == at, "the cursor is where it was left"


async def test_the_keys_of_a_live_meeting_and_its_callers(
    bridge: Bridge, staged: Staging, town: Town
) -> None:
    bridge.meeting(BOARD)
    bridge.call(BOARD, 1, "Anna Berg", caller=ANNA)
    bridge.meeting(400)
    async with watching(staged, town) as stage:
        stage.table.move_to(BOARD)
        await stage.press("V")
        await stage.advance(0.1)
        assert "tape of 309001" in stage.text
        assert "Anna Berg" in stage.text
        await stage.press("I")
        await stage.advance(0.1)
        assert "attendance of 309001" in stage.text
        await stage.press("escape", "escape")
        assert stage.app.shown is stage.watch
        stage.table.move_to(400)
        await stage.press("V")
        await stage.advance(0.1)
        assert "Nothing is recorded of this meeting yet" in stage.text
        await stage.press("escape")
        await stage.go_in(BOARD)
        await stage.press("x")
        await stage.advance(0.1)
        assert "calls of Anna Berg" in stage.text
        assert str(BOARD) in stage.row("board")
        await stage.press("enter")
        await stage.advance(0.1)
        assert "tape of 309001" in stage.text
        assert bridge.writes == []


async def test_the_order_of_tape_and_attendance_is_there_in_the_next_run(
    staged: Staging, town: Town, tmp_path: Path
) -> None:
    path = tmp_path / "choices.json"

    def order(stage: Stage) -> tuple[str, bool]:
        return stage.app.shown.view.sort_id, stage.app.shown.view.descending

    async with watching(staged, town, choices=Choices(path, "lab")) as stage:
        await go_to_tape(stage)
        first = order(stage)
        await stage.press("s")
        tape = order(stage)
        await stage.press("I")
        await stage.advance(0.1)
        assert order(stage) == ("joined", False)
        await stage.press("s")
        attendance = order(stage)
        assert tape != first
        assert attendance != ("joined", False)
    async with watching(staged, town, choices=Choices(path, "lab")) as stage:
        await go_to_tape(stage)
        assert order(stage) == tape
        await stage.press("I")
        await stage.advance(0.1)
        assert order(stage) == attendance


async def test_attendance_says_from_when_to_when_and_how_sure_that_is(
    staged: Staging, town: Town
) -> None:
    async with watching(staged, town, size=(140, 40)) as stage:
        await go_to_tape(stage)
        await stage.press("I")
        await stage.advance(0.1)
        bela = stage.row("Bela Nagy")
        assert "±1s" in bela
        assert " 1 " in bela, "one reconnect"
        assert "1:00" in bela, "muted for a minute"
        assert "not seen" in stage.text
        assert "±" not in stage.row("Anna Berg"), "the server gave the moment"
        await stage.press("down", "i")
        assert "–" in "".join(stage.details.values()), "joined between two reads"
        await stage.press("/")
        await stage.type("bela")
        await stage.press("enter")
        assert len(stage.rows) == 1


async def test_a_note_is_written_at_the_cursor(
    tmp_path: Path, bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(BOARD)
    bridge.people(BOARD, "Ada")
    place = HistoryPlace(path=tmp_path / "history.db", endpoint="op at lab")
    async with staged(history=place, read_only=True) as stage:
        history = stage.session.history
        assert history is not None
        await stage.advance(6)
        await stage.until(lambda: history.writer.acknowledged is not None)
        await stage.press("V")
        await stage.advance(0.1)
        screen = stage.app.shown
        assert isinstance(screen, TapeScreen)
        await stage.press("[")
        at = screen.whole.cursor
        await stage.press('"')
        assert stage.dialog == "FormScreen"
        await stage.type("echo")
        await stage.press("enter")
        await stage.until(lambda: "noted" in stage.notice)
        await stage.until(lambda: not history.writer._items)
        await stage.advance(6)
        assert screen.drawn is not None
        assert [(marker.at, marker.text) for marker in screen.drawn.tape.markers] == [(at, "echo")]
        assert "echo (" in facts(stage)
        assert bridge.writes == []


async def test_a_note_is_refused_where_another_confmon_writes(staged: Staging, town: Town) -> None:
    async with watching(staged, town) as stage:
        history = stage.session.history
        assert history is not None
        await stage.until(lambda: history.writer.is_following)
        await go_to_tape(stage)
        await stage.press('"')
        await stage.type("echo")
        await stage.press("enter")
        await stage.advance(0.1)
        assert "another confmon writes this history; no note was written" in stage.notice


async def test_a_note_is_refused_where_it_would_be_lost(
    tmp_path: Path, bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(BOARD)
    bridge.people(BOARD, "Ada")
    place = HistoryPlace(path=tmp_path / "history.db", endpoint="op at lab")
    async with staged(history=place) as stage:
        history = stage.session.history
        assert history is not None
        await stage.advance(6)
        await stage.until(lambda: history.writer.acknowledged is not None)
        connection = sqlite3.connect(place.path)
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'version'")
        connection.execute("DROP TABLE marker")
        connection.commit()
        connection.close()
        history.writer.put(NewMarker(1, None, "fails"))
        await stage.until(lambda: bool(history.trouble))
        await stage.press('"')
        await stage.type("echo")
        await stage.press("enter")
        await stage.until(lambda: "no note was written" in stage.notice)


async def test_no_note_is_asked_for_where_none_can_be_kept(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(400)
    async with staged() as stage:
        await stage.press('"')
        assert stage.dialog == ""
        assert "nothing is recorded here" in stage.notice


async def test_numbers_are_masked_on_every_screen_of_the_past(staged: Staging, town: Town) -> None:
    async with watching(staged, town, size=(200, 60), mask_numbers=True) as stage:
        await go_to_tape(stage)
        shown = [stage.text]
        for key in ("I", "i", "x", "i"):
            await stage.press(key)
            await stage.advance(0.1)
            shown.append(stage.text)
        assert all(number not in text for text in shown for number in (ANNA, BELA))
        assert any("5601" in text for text in shown)


async def test_a_small_step_sends_little(staged: Staging, town: Town) -> None:
    async with watching(staged, town) as stage:
        await go_to_tape(stage)
        lines = stage.lines
        await stage.press("left")
        changed = sum(
            a != b
            for before, now in zip(lines, stage.lines, strict=True)
            for a, b in zip(before.ljust(120), now.ljust(120), strict=True)
        )
        assert changed < 60, "the pointer, the cursor's cells and the line of facts"
