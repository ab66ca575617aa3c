"""The names that are checked without loading Textual are Textual's."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from confmon.cli.checks import CHECKS, COLOURS, THEMES


def test_the_themes_are_all_of_textual() -> None:
    assert set(THEMES) == set(BUILTIN_THEMES)


@pytest.mark.parametrize("name", [*COLOURS, "#c02020", "#abc"])
def test_every_accepted_colour_can_be_drawn(name: str) -> None:
    assert CHECKS["accent"](name) == name
    assert Color.parse(name).a == 1


@pytest.mark.parametrize(("setting", "value"), [("theme", "nonsense"), ("accent", "reddish")])
def test_a_name_nobody_has_is_refused_before_the_screen(setting: str, value: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        CHECKS[setting](value)
