"""Where nothing is configured: a few answers, or the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.tui.first_run import FirstRun

if TYPE_CHECKING:
    from pathlib import Path

    from confmon.config.settings.first_profile import Answers


@pytest.fixture
def written() -> list[Answers]:
    return []


def app_of(tmp_path: Path, written: list[Answers]) -> FirstRun:
    def write(answers: Answers) -> None:
        answers.toml()
        written.append(answers)

    return FirstRun(tmp_path / "config.toml", write)


async def test_the_answers_are_written_and_it_ends(tmp_path: Path, written: list[Answers]) -> None:
    app = app_of(tmp_path, written)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await pilot.press("tab", "tab", *"ann", "tab", "down", "tab", *"ann.password", "enter")
        await pilot.pause()
    assert app.ends == "written"
    [answers] = written
    assert (answers.login, answers.source, answers.where) == ("ann", "file", "ann.password")


async def test_what_is_missing_is_shown_and_nothing_is_written(
    tmp_path: Path, written: list[Answers]
) -> None:
    app = app_of(tmp_path, written)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", "enter")
        await pilot.pause()
        assert app.ends == ""
        await pilot.press(*"ann", "tab", "down", "enter")  # a file, and none is named
        await pilot.pause()
        assert app.ends == ""
        await pilot.press("escape", "escape")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
    assert (app.ends, written) == ("", [])


async def test_the_demo_is_one_key(tmp_path: Path, written: list[Answers]) -> None:
    app = app_of(tmp_path, written)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("d")
        await pilot.pause()
    assert (app.ends, written) == ("demo", [])
