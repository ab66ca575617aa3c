"""What happens on the screen's bridge is kept, and the screen says so where it is not."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from confmon.cli import composition
from confmon.cli.history_place import history_place
from confmon.config.settings.model import Settings
from confmon.history.place import HistoryPlace
from tests.history.oracle import live_by_stays

if TYPE_CHECKING:
    from pathlib import Path

    from tests.screens.conftest import Bridge, Stage, Staging


@pytest.fixture
def place(tmp_path: Path) -> HistoryPlace:
    """Where the screen keeps its history."""
    return HistoryPlace(path=tmp_path / "state" / "history.db", endpoint="op at lab")


def files_in(folder: Path) -> list[Path]:
    """What is in a folder, and in those inside."""
    return list(folder.rglob("*"))


async def kept(stage: Stage) -> None:
    """Wait until what was read is written."""
    history = stage.session.history
    assert history is not None
    await stage.until(lambda: history.writer.acknowledged is not None and not history.writer._items)


async def test_a_run_keeps_who_was_there(
    staged: Staging, bridge: Bridge, place: HistoryPlace
) -> None:
    bridge.meeting(100)
    stays, leaves = bridge.people(100, "Ann", "Bob")
    async with staged(history=place) as stage:
        await stage.next_poll()
        await stage.next_poll()
        bridge.world.leave(leaves)
        await stage.next_poll()
        await stage.next_poll()
        await kept(stage)
    connection = sqlite3.connect(place.path)
    assert live_by_stays(connection) == {(stays.id, 100)}
    [(call, how)] = connection.execute(
        "SELECT call, how FROM stay JOIN leg USING (leg) WHERE left_to NOTNULL"
    )
    assert (call, how) == (leaves.id, "left")
    connection.close()


async def test_where_nothing_is_kept_the_screen_says_why_and_goes_on(
    staged: Staging, bridge: Bridge, place: HistoryPlace
) -> None:
    bridge.meeting(100)
    place.path.parent.write_text("a file in the way")
    async with staged(history=place) as stage:
        history = stage.session.history
        assert history is not None
        await stage.until(lambda: bool(history.trouble))
        await stage.next_poll()
        line = stage.line("The history pauses: ")
        assert "can't be written" in line
        assert stage.session.disarmed() == ""
        words = history.mark("the host dropped", at=1_700_000_000_000, session=1)
        assert "can't be written" in words
        await stage.press("6")
        assert "can't be written" in stage.line("The history pauses: ")


async def test_a_damaged_history_is_shown_once(
    staged: Staging, bridge: Bridge, place: HistoryPlace
) -> None:
    bridge.meeting(100)
    place.path.parent.mkdir()
    place.path.write_bytes(b"garbage" * 1000)
    async with staged(history=place) as stage:
        await kept(stage)
        await stage.next_poll()
        assert stage.notice.startswith("The history was damaged. It is now history.db.broken-")


def test_it_can_be_switched_off() -> None:
    settings = Settings(profile="p", base_url="https://a.example/v1", login="ann", history=False)
    assert history_place(settings) is None
    assert history_place(settings, demo=True) is None


def test_each_endpoint_has_its_own() -> None:
    def path(base_url: str, login: str) -> Path:
        settings = Settings(profile="p", base_url=base_url, login=login)
        place = history_place(settings)
        assert place is not None
        assert not place.is_temporary
        return place.path

    paths = {path("https://a.example/v1", "ann"), path("https://a.example/v1", "bob")}
    assert len(paths | {path("https://b.example/v1", "ann")}) == 3
    assert path("https://a.example/v1/", "ann") in paths
    assert {one.parent for one in paths} == {path("https://a.example/v1", "ann").parent}


async def test_a_demo_keeps_it_as_long_as_it_runs(
    staged: Staging, bridge: Bridge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    settings = Settings(profile="demo", base_url=composition.DEMO_URL, login="demo")
    place = history_place(settings, demo=True)
    assert place is not None
    bridge.meeting(100)
    bridge.people(100, "Ann")
    async with staged(history=place) as stage:
        await kept(stage)
        assert files_in(tmp_path)
    assert not files_in(tmp_path)
