"""Boxes: straight edges, whatever is in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from confmon.tui.desk.box import Card, box_lines, draw_cards, place_cards

CELLS = st.lists(st.tuples(st.text(max_size=30), st.sampled_from(["", "dim", "bad"])), max_size=3)
CARDS = st.builds(
    Card,
    title=CELLS.map(tuple),
    lines=st.lists(CELLS.map(tuple), max_size=4).map(tuple),
    share=st.integers(1, 5),
)


@given(card=CARDS, width=st.integers(0, 80), height=st.integers(2, 6))
def test_every_line_of_a_box_is_as_wide_as_the_box(card: Card, width: int, height: int) -> None:
    lines = box_lines(card, width, height)
    assert len(lines) == height
    for segments in lines:
        assert sum(cells for _, cells, _ in segments) == width
        assert all(cell_len(text) == cells for text, cells, _ in segments)


@given(cards=st.lists(CARDS, min_size=1, max_size=4), width=st.integers(1, 200))
def test_cards_share_the_whole_width(cards: list[Card], width: int) -> None:
    placed = place_cards(cards, width)
    assert [one.start for one in placed[1:]] == [one.start + one.width for one in placed[:-1]]
    assert placed[-1].start + placed[-1].width == width
    for line in draw_cards(cards, width, 3):
        assert sum(cells for _, cells, _ in line.segments) == width


def test_a_title_is_in_the_edge_and_text_in_the_box() -> None:
    card = Card((("calls 7", "title"),), ((("2 hosts", ""),),))
    lines = ["".join(text for text, _, _ in line) for line in box_lines(card, 20, 3)]
    assert lines == [
        "╭ calls 7 ─────────╮",
        "│ 2 hosts          │",
        "╰──────────────────╯",
    ]
