"""Rounded boxes as lines of text: a row of cards is one widget, not a widget for each."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from confmon.tui.table.cells import count_cells, fit
from confmon.tui.table.rows import FixedLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.tui.table.look import Cell, TextSegment

LEAST_BOX = 12
"""The narrowest box that is worth its edges."""
EDGES = 4
"""The cells that a box takes of a line: its two sides, and a blank inside of each."""


class Card(NamedTuple):
    """A box with a title and some lines, each made of cells. A click on it does `command`.

    `share` is how much of the width it takes, beside the shares of the other cards.
    """

    title: tuple[Cell, ...]
    lines: tuple[tuple[Cell, ...], ...]
    share: int = 1
    command: str = ""


class Placed(NamedTuple):
    """The cells of a line that a box covers: from `start` on, `width` of them."""

    start: int
    width: int
    command: str


def place_cards(cards: Sequence[Card], width: int) -> list[Placed]:
    """Return where each card is; the cards share the whole width."""
    total = sum(card.share for card in cards)
    ends = [width * passed // total for passed in accumulate(card.share for card in cards)]
    return [
        Placed(start, end - start, card.command)
        for card, start, end in zip(cards, [0, *ends], ends, strict=False)
    ]


def draw_cards(cards: Sequence[Card], width: int, height: int) -> list[FixedLine]:
    """Return the `height` lines of cards side by side."""
    places = place_cards(cards, width)
    boxes = [
        box_lines(card, place.width, height) for card, place in zip(cards, places, strict=True)
    ]
    return [FixedLine(tuple(segment for box in boxes for segment in box[y])) for y in range(height)]


def box_lines(card: Card, width: int, height: int) -> list[list[TextSegment]]:
    """Return the lines of one box: the title is in its upper edge, what is over is cut."""
    if width < LEAST_BOX or height < 2:
        return [[(" " * width, width, ())] for _ in range(height)]
    side, gap = ("│", 1, ("edge",)), (" ", 1, ())
    title = fit_cells((*card.title, (" ", "")), width - 3, fill="─")
    made: list[list[TextSegment]] = [[("╭ ", 2, ("edge",)), *title, ("╮", 1, ("edge",))]]
    for nth in range(height - 2):
        cells = card.lines[nth] if nth < len(card.lines) else ()
        made.append([side, gap, *fit_cells(cells, width - EDGES), gap, side])
    return [*made, [(f"╰{'─' * (width - 2)}╯", width, ("edge",))]]


def fit_cells(cells: Sequence[Cell], width: int, *, fill: str = " ") -> list[TextSegment]:
    """Return cells as segments of exactly `width` cells in all, cut or filled at the end."""
    made: list[TextSegment] = []
    for text, tone in cells:
        size = min(count_cells(text), width)
        if size > 0:
            made.append((fit(text, size), size, (tone,) if tone else ()))
            width -= size
    if width > 0:
        made.append((fill * width, width, ("edge",) if fill.strip() else ()))
    return made
