"""Lines made of parts: what gives way where there is no room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from confmon.tui.bars.bar import Part, fit_parts

WIDTHS = st.integers(0, 200)
TEXTS = st.text(alphabet="ab 漢é·", max_size=60)


def drawn(parts: list[Part], width: int) -> str:
    return "".join(part.text for part in fit_parts(parts, (), width))


def test_what_is_least_wanted_goes_first_and_short_forms_come_before() -> None:
    parts = [Part("name "), Part("a long text ", priority=3, short="text "), Part("x", priority=5)]
    assert drawn(parts, 20).rstrip() == "name a long text x"
    assert drawn(parts, 17) == "name a long text "
    assert drawn(parts, 10) == "name text "
    assert drawn(parts, 9).rstrip() == "name"


def test_a_part_that_yields_is_cut_so_that_the_others_stay() -> None:
    parts = [Part(" the server wrote much ", yields=True), Part("· next try in 3 s ")]
    assert drawn(parts, 60).rstrip() == " the server wrote much · next try in 3 s"
    assert drawn(parts, 30) == " the serve… · next try in 3 s "
    assert drawn(parts, 18) == "· next try in 3 s "


@given(left=TEXTS, middle=TEXTS, right=TEXTS, width=WIDTHS)
def test_no_line_is_longer_than_it_may_be(left: str, middle: str, right: str, width: int) -> None:
    kept = Part(right, short=right[:5])
    text = drawn([Part(left, yields=True), Part(middle, priority=2, short="m"), kept], width)
    assert cell_len(text) == max(width, cell_len(kept.short))
    assert kept.short in text
