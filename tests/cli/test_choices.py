"""What was chosen on the screen is there in the next run, and in no other profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.config.choices import Choices

if TYPE_CHECKING:
    from pathlib import Path


def test_a_theme_is_kept_for_its_profile(tmp_path: Path) -> None:
    path = tmp_path / "state" / "choices.json"
    Choices(path, "prod").keep_theme("nord")
    Choices(path, "lab").keep_theme("dracula")
    assert Choices(path, "prod").theme == "nord"
    assert Choices(path, "lab").theme == "dracula"
    assert Choices(path, "other").theme == ""
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["choices.json"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"prod": 3}', '{"prod": {"theme": 3}}', '{"prod": {"theme": "none"}}']
)
def test_a_damaged_file_says_nothing_and_is_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "choices.json"
    path.write_text(text)
    choices = Choices(path, "prod")
    assert choices.theme == ""
    choices.keep_theme("nord")
    assert Choices(path, "prod").theme == "nord"


def test_where_nothing_can_be_written_it_is_kept_for_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (None, tmp_path / "file" / "choices.json"):
        choices = Choices(path, "prod")
        choices.keep_theme("nord")
        assert choices.theme == "nord"
