"""What was chosen on the screen is there in the next run, and in no other profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.config.choices import Choices, ViewChoice

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


def test_views_filters_and_pins_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "choices.json"
    choices = Choices(path, "prod")
    left = ViewChoice(("codec", "node"), "name", descending=True, filter="muted -held")
    choices.keep_view("calls", left)
    choices.keep_filters("live", {"loud": "unmuted"})
    choices.keep_pins({300, 100})
    again = Choices(path, "prod")
    assert again.view("calls") == left
    assert again.view("meetings") == ViewChoice()
    assert again.filters("live") == {"loud": "unmuted"}
    assert again.filters("rooms") == {}
    assert again.pins == {100, 300}
    fresh = Choices(path, "prod", fresh=True)
    assert fresh.view("calls") == ViewChoice()
    assert fresh.pins == {100, 300}


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)


@given(odd=st.tuples(ODD, ODD, ODD, ODD))
def test_whatever_is_in_the_file_is_a_choice_or_nothing(odd: tuple[object, ...]) -> None:
    views, view, hidden, text = odd
    for mine in (
        {"views": views, "filters": view, "pins": hidden},
        {"views": {"calls": view}, "filters": {"live": {"a": text}}, "pins": [hidden]},
        {"views": {"calls": {"hidden": hidden, "sort": view, "descending": text, "filter": view}}},
    ):
        choices = Choices(None, "prod")
        choices._mine = mine
        kept = choices.view("calls")
        assert all(isinstance(one, str) for one in (*kept.hidden, kept.sort, kept.filter))
        assert all(isinstance(one, str) for one in choices.filters("live").values())
        assert all(type(pin) is int for pin in choices.pins)
