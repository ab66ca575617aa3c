"""Where the difference output is used."""

from __future__ import annotations

import pytest

from confmon.tui.driver.choice import choose_driver
from confmon.tui.driver.plain import PlainDriver
from confmon.tui.driver.terminal_support import fills_erased_cells, is_known

KNOWN = """
xterm xterm-256color xterm-kitty xterm-ghostty screen.xterm-256color tmux-256color linux
alacritty foot-extra wezterm rxvt-unicode-256color
"""


@pytest.mark.parametrize("term", KNOWN.split())
def test_known_terminals(term: str) -> None:
    assert is_known({"TERM": term})


@pytest.mark.parametrize("term", ["", "dumb", "unknown", "ansi", "emacs", "vt52", "xtermx"])
def test_others_get_textuals_own_output(term: str) -> None:
    assert not is_known({"TERM": term})
    assert choose_driver("auto", {"TERM": term}) is PlainDriver


def test_the_setting_wins() -> None:
    assert choose_driver("plain", {"TERM": "xterm"}) is PlainDriver
    assert choose_driver("diff", {"TERM": "odd"}) is choose_driver("auto", {"TERM": "xterm"})


def test_erasing_paints_only_where_it_surely_does() -> None:
    assert fills_erased_cells({"TERM": "xterm-256color"})
    assert fills_erased_cells({"TERM": "screen-256color-bce"})
    assert not fills_erased_cells({"TERM": "screen-256color"})
    assert not fills_erased_cells({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"})
