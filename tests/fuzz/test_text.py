"""Every code point there is, cleaned: visible, inert, bounded, and of a width all agree on."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from wcwidth import wcwidth

from confmon.models.text import LIMIT, clean
from confmon.tui.table.cells import fit
from tests.fuzz.corpus import CORPUS
from tests.fuzz.drawing import FORBIDDEN

STEP = LIMIT // 2
DULL = ("CJK UNIFIED", "CJK COMPAT", "HANGUL SYLLABLE", "TANGUT", "KHITAN", "NUSHU", "EGYPTIAN")
"""Names of which there are tens of thousands alike: some of them stand for all."""


def code_points() -> list[str]:
    """All assigned characters, but for the dull, and some of the others."""
    found = []
    for code in range(0x110000):
        char = chr(code)
        dull = unicodedata.category(char) in ("Cn", "Co", "Cs")
        if code % 97 == 0 or not (dull or unicodedata.name(char, "").startswith(DULL)):
            found.append(char)
    return found


def test_every_code_point_there_is() -> None:
    every = code_points()
    assert len(every) > 45_000
    for first in range(0, len(every), STEP):
        text = "".join(f"x{char}" for char in every[first : first + STEP])
        done = clean(text)
        assert len(done) == len(text), "something was swallowed"
        assert clean(done) == done
        done.encode()
        for base, char in zip(done[::2], done[1::2], strict=True):
            assert base == "x"
            category = unicodedata.category(char)
            assert category not in FORBIDDEN
            assert wcwidth(char) >= 0
            if get_character_cell_size(char) == 0:
                assert category[0] in "ML", f"U+{ord(char):04X} is invisible"


@pytest.mark.parametrize("kind", CORPUS)
@pytest.mark.parametrize("width", [1, 2, 7, 17, 60])
def test_the_corpus_fills_any_cell_exactly(kind: str, width: int) -> None:
    drawn = fit(clean(CORPUS[kind]), width)
    assert cell_len(drawn) == width
    assert len(clean(CORPUS[kind])) <= LIMIT


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(CORPUS.values())).flatmap(
        lambda text: st.integers(0, min(len(text), 40)).map(lambda at: text[at : at + 30])
    ), max_size=12).map("".join),
    st.integers(1, 40),
)  # fmt: skip
def test_any_mixture_of_the_corpus_is_clean_and_fits(text: str, width: int) -> None:
    done = clean(text)
    assert clean(done) == done
    assert len(done) <= LIMIT
    assert not {unicodedata.category(char) for char in done} & FORBIDDEN
    assert cell_len(fit(done, width)) == width
