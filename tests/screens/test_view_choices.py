"""Columns, order, filters and pins: chosen by key, seen at once, there again in the next run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.config.choices import Choices
from confmon.config.start import Start

if TYPE_CHECKING:
    from pathlib import Path

    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "choices.json"


@pytest.fixture(autouse=True)
def meetings(bridge: Bridge) -> None:
    for number in (100, 200, 300):
        bridge.meeting(number, f"owner {number}")
        bridge.people(number, "Ada", "Bob", first=number)


async def test_a_letter_hides_a_column_and_shows_it_again(staged: Staging) -> None:
    async with staged() as stage:
        await stage.go_in(100)
        assert "gain" in stage.titles
        await stage.press("|")
        assert stage.dialog == "ColumnsDialog"
        await stage.press("h")  # gain is the eighth; below a dialog it is drawn a frame later
        await stage.until(lambda: "gain" not in stage.titles)
        await stage.press("h")
        await stage.until(lambda: "gain" in stage.titles)
        await stage.press("h", "escape")
        assert stage.dialog == ""
        await stage.until(lambda: "gain" in stage.titles)
        assert stage.bridge.writes == []


async def test_what_was_kept_is_there_in_the_next_run_and_in_every_meeting(
    staged: Staging, path: Path
) -> None:
    async with staged(choices=Choices(path, "lab")) as stage:
        await stage.go_in(200)
        await stage.go_in(100)
        await stage.press("|", "h", "B", "B", "enter")
        assert "gain" not in stage.titles
        assert stage.session.view.sort_id == "name"
        await stage.go_in(200)
        assert "gain" not in stage.titles
        await stage.press("1", "/", *"owner", "enter", "o")
    async with staged(choices=Choices(path, "lab")) as stage:
        assert stage.session.view.filter_text == "owner"
        assert stage.session.view.descending
        assert "filter of last time" in stage.notice
        await stage.go_in(300)
        assert "gain" not in stage.titles
        assert (stage.session.view.sort_id, stage.session.view.descending) == ("name", True)
        assert stage.session.view.filter_text == ""
    async with staged(choices=Choices(path, "lab", fresh=True)) as stage:
        assert stage.session.view.filter_text == ""
        await stage.go_in(300)
        assert "gain" in stage.titles
    async with staged(choices=Choices(path, "lab"), start=Start(filter="200")) as stage:
        assert stage.session.view.filter_text == "200"
    async with staged(choices=Choices(path, "other")) as stage:
        assert stage.session.view.filter_text == ""


async def test_sorting_goes_by_columns_that_there_is_room_for(staged: Staging) -> None:
    async with staged(size=(60, 24)) as stage:
        await stage.go_in(100)
        for key in ["s"] * 12 + ["S"] * 12:
            await stage.press(key)
            assert stage.session.view.sort_id in stage.table.placed_ids
            assert "▲" in stage.titles or "▼" in stage.titles or "change" in stage.table.placed_ids


async def test_the_order_of_a_hidden_column_ends_with_it(staged: Staging) -> None:
    async with staged() as stage:
        await stage.press("|")
        at = [column.id for column in stage.session.view.all_columns].index("callers")
        await stage.press("abcdefghijklmnop"[at], "enter")
        assert stage.session.view.sort_id == "owner"
        assert "callers" not in stage.table.placed_ids


async def test_a_filter_is_saved_by_name_applied_and_deleted(staged: Staging, path: Path) -> None:
    async with staged(choices=Choices(path, "lab")) as stage:
        await stage.press("F", "n")
        assert "Nothing is filtered now" in stage.text
        await stage.press("escape", "/", *"200", "enter", "F", "n", *"nd", "enter")
        assert "Saved as nd." in stage.text
        await stage.press("escape", "escape")
        assert stage.session.view.filter_text == ""
        await stage.press("F", "enter")
        assert stage.rows == [200]
        assert Choices(path, "lab").filters("live") == {"nd": "200"}
        await stage.press("F", "d")
        assert "nd is deleted." in stage.text
        await stage.press("enter", "escape")
        assert stage.dialog == ""
        assert Choices(path, "lab").filters("live") == {}
        await stage.press("3", "F")
        assert "No filter is saved yet." in stage.text


async def test_a_pinned_meeting_is_on_top_and_stays_pinned(
    bridge: Bridge, staged: Staging, path: Path
) -> None:
    async with staged(choices=Choices(path, "lab")) as stage:
        stage.table.move_to(300)
        await stage.press("#")
        assert stage.notice == "300 is pinned on top of the meetings"
        assert stage.rows == [300, 100, 200]
        assert "◆ owner 300" in stage.row("owner 300")
        assert stage.cursor == 300
    async with staged(choices=Choices(path, "lab")) as stage:
        assert stage.rows == [300, 100, 200]
        await stage.go_in(300)
        await stage.press("#", "escape")
        assert stage.rows == [100, 200, 300]
        assert "◆" not in stage.text
        assert bridge.writes == []
