"""Letters that a terminal cannot show, and what is drawn for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from confmon.tui.driver.glyphs import ASCII_FORMS, GlyphFilter, forms_for
from confmon.tui.table.rows import SIGNS

DRAWN = "".join(ASCII_FORMS)


def drawn(text: str, term: str, encoding: str) -> str:
    found = GlyphFilter(forms_for({"TERM": term}, encoding)).apply(
        [Segment(text, Style(bold=True))], Color(0, 0, 0)
    )
    assert [segment.style for segment in found] == [Style(bold=True)]
    return "".join(segment.text for segment in found)


@pytest.mark.parametrize("term", ["xterm-256color", "linux", ""])
@pytest.mark.parametrize("encoding", ["ANSI_X3.4-1968", "iso8859-1"])
def test_without_utf8_all_that_confmon_draws_is_ascii(term: str, encoding: str) -> None:
    assert drawn(DRAWN + "".join(SIGNS), term, encoding).isascii()


def test_the_console_gets_what_the_first_pc_had() -> None:
    assert drawn("╭─ ✋2 ●REC ▁▃█ ▌ …", "linux", "utf-8") == "┌─ o/2 *REC _.█ ▌ ."
    arrows = dict.fromkeys(map(ord, "←→↑↓▲▼"))  # in the font, in the places of controls
    drawn(DRAWN, "linux", "UTF-8").translate(arrows).encode("cp437")


def test_a_terminal_that_shows_everything_gets_everything() -> None:
    assert forms_for({"TERM": "xterm-256color"}, "UTF-8") == {}


@given(st.text(st.one_of(st.sampled_from(DRAWN), st.characters())))
def test_nothing_moves(text: str) -> None:
    for term, encoding in (("linux", "utf-8"), ("xterm", "ascii")):
        assert cell_len(drawn(text, term, encoding)) == cell_len(text)
