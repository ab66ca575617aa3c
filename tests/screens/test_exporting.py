"""The view as it is shown goes into a new file, with what an export may have and no more."""

from __future__ import annotations

import csv
import json
import stat
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from confmon.config.start import Start

if TYPE_CHECKING:
    from pathlib import Path

    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage

ADA = "15162065310"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture(autouse=True)
def callers(bridge: Bridge) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Zoë", caller="15162065311", mute_mode=2)
    bridge.call(100, 2, "=Ada", caller=ADA)
    bridge.call(100, 3, "Bob", caller="15162065312")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def only_file(folder: Path) -> Path:
    [path] = folder.iterdir()
    return path


async def export(stage: Stage, *keys: str) -> None:
    await stage.press("X")
    assert stage.dialog == "FormScreen"
    await stage.press(*keys, "enter")
    await stage.settle()


async def test_filter_order_and_columns_are_those_of_the_screen(
    staged: Staging, folder: Path
) -> None:
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("S", "S", "o", "/", "-", "b", "o", "b", "enter")
        titles = stage.titles.split()
        shown = list(stage.rows)
        await export(stage)
        path = only_file(folder)
        assert path.name.startswith("confmon-lab-meeting-100-")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stage.notice == f"2 rows written to {path}"
        rows = list(csv.DictReader(path.read_text().splitlines()))
        assert [int(row["id"]) for row in rows] == shown
        assert set(rows[0]) >= {title.strip("▲▼") for title in titles} - {"│"}
        ada = next(row for row in rows if row["id"] == "2")
        assert ada["name"] == "'=Ada"
        assert ada["number"] == "•••••••5310"
        assert ada["dialled"] == "15162065318"
        assert ada["asOf"].endswith("Z")
        assert int(ada["ageSeconds"]) < 3


async def test_every_field_goes_into_json(staged: Staging, folder: Path) -> None:
    async with staged() as stage:
        await stage.press("2")
        await stage.advance(1)
        await stage.press("X")
        await stage.press("end", *["backspace"] * 3, *"json", "tab", "down", "tab", "down", "enter")
        await stage.settle()
        path = only_file(folder)
        assert path.suffix == ".json"
        rows = json.loads(path.read_text())
        assert {row["caller"] for row in rows} == {"15162065311", ADA, "15162065312"}
        assert {row["muteMode"] for row in rows} >= {2}
        assert all(isinstance(row["duration"], int) for row in rows)


async def test_with_mask_numbers_no_number_leaves(staged: Staging, folder: Path) -> None:
    async with staged(mask_numbers=True) as stage:
        await stage.go_in(100)
        await export(stage, "tab", "down", "tab", "down", "down")
        text = only_file(folder).read_text()
        assert "15162065" not in text
        assert "5310" in text


async def test_the_flag_lets_numbers_leave(staged: Staging, folder: Path) -> None:
    async with staged(mask_numbers=True, start=Start(reveal_numbers=True)) as stage:
        await stage.go_in(100)
        await export(stage)
        assert ADA in only_file(folder).read_text()


async def test_a_file_that_is_there_stays_as_it_is(staged: Staging, folder: Path) -> None:
    (folder / "mine.csv").write_text("mine")
    (folder / "link.csv").symlink_to(folder / "nothing.csv")
    async with staged() as stage:
        for name in ("mine.csv", "link.csv"):
            await stage.press("X", "ctrl+u", *name, "enter")
            assert "none is ever overwritten" in stage.text
            await stage.press("escape", "escape")
        await stage.press("X")
        stage.app.screen.query(Input).first().value = "x" * 300 + ".csv"
        await stage.press("enter")
        assert "File name too long." in stage.text
        await stage.press("escape", "escape", "X", "ctrl+u", *"notes.txt", "enter")
        assert ".csv, .json, .jsonl" in stage.text
        await stage.press("escape", "escape")
    assert (folder / "mine.csv").read_text() == "mine"
    assert names(folder) == ["link.csv", "mine.csv"]


async def test_it_is_as_it_was_when_the_key_was_pressed(
    bridge: Bridge, staged: Staging, folder: Path
) -> None:
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("X")
        bridge.world.leave(bridge.of(2))
        await stage.advance(5)
        await stage.press("enter")
        await stage.settle()
        rows = list(csv.DictReader(only_file(folder).read_text().splitlines()))
        assert sorted(row["id"] for row in rows) == ["1", "2", "3"]
        assert {row["asks"] for row in rows} == {""}


async def test_rooms_are_exported_too(staged: Staging, folder: Path) -> None:
    async with staged() as stage:
        await stage.press("3")
        await stage.advance(1)
        shown = len(stage.app.shown.shown_keys)
        await export(stage)
        path = only_file(folder)
        assert path.name.startswith("confmon-lab-rooms-")
        assert len(list(csv.DictReader(path.read_text().splitlines()))) == shown


async def test_nothing_is_exported_where_nothing_is_shown(staged: Staging, folder: Path) -> None:
    async with staged() as stage:
        await stage.press("/", "x", "x", "enter", "X")
        assert stage.dialog == ""
        assert stage.notice == "no rows are shown: nothing to export"


async def test_who_has_just_left_is_a_row_that_says_so_or_none(
    bridge: Bridge, staged: Staging, folder: Path
) -> None:
    async with staged() as stage:
        await stage.go_in(100)
        bridge.world.leave(bridge.of(2))
        await stage.advance(3)
        await export(stage)
        rows = list(csv.DictReader(only_file(folder).read_text().splitlines()))
        assert {row["id"]: row["asks"] for row in rows} == {"1": "", "2": "left", "3": ""}
        await stage.press("X", "ctrl+u", *"all.json", "tab", "down", "enter")
        await stage.settle()
        assert "2 rows written to" in stage.notice
        assert "all.json" in names(folder)
