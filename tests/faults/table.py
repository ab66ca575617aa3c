"""Reads the table on the screen, cell by cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from wcwidth import wcwidth

if TYPE_CHECKING:
    from tests.faults.terminal import Terminal

_ARROWS = "▲▼^v"
_ASKING = re.compile(r"✋|hand|help|$")
_MEETINGS = re.compile(r"\bmeeting[▲▼^v]?\s+number\b")
_GLYPHS = {"+": "joined", "−": "left", "-": "left", "~": "changed"}
_MARK_AT, _CURSOR_AT, _GLYPH_AT = -4, -3, -2
"""Where the signs of a row are, counted from its name."""
_CURSOR_TO = 2
"""The last cell in which the cursor of a table can be."""
_WORDS = {0: "", 1: "soft mute", 2: "muted", 3: "muted+soft"}


class Row(NamedTuple):
    """One row: its texts by title. `here` if the cursor is on it; `y` is its line."""

    name: str
    number: str
    role: str
    status: str
    mute: str
    hold: str
    marked: bool
    here: bool
    y: int


class Cells(NamedTuple):
    """One line of the screen, cell by cell: '' under the right half of a wide character."""

    cells: list[str]

    def between(self, start: int, end: int) -> str:
        """Return the text of these cells, without the blanks around it."""
        return "".join(self.cells[start:end]).strip()


def line(terminal: Terminal, y: int) -> Cells:
    """Return a line of the screen."""
    row = terminal.screen.buffer[y]
    return Cells([row[x].data for x in range(terminal.screen.columns)])


def titles(terminal: Terminal) -> tuple[int, dict[str, int]]:
    """Return the line of the column titles, and in which cell each begins; -1 if there is none."""
    edge = terminal.drawn("│")
    for y in range(terminal.screen.lines):
        text = "".join(char or " " for char in line(terminal, y).cells).replace(edge, " ")
        words = {word.rstrip(_ARROWS): word for word in text.split()}
        if {"name", "number", "mute", "hold"} <= words.keys():
            return y, {title: text.index(f" {word}") + 1 for title, word in words.items()}
    return -1, {}


def meeting_line(terminal: Terminal, text: str) -> int:
    """Return the first line of the list of meetings with this text; -1 if there is none.

    What needs somebody is above the list, with the meeting's name in it.
    """
    display = list(enumerate(terminal.screen.display))
    top = next((y for y, words in display if _MEETINGS.search(words)), len(display))
    return next((y for y, words in display[top + 1 :] if text in words), -1)


def meeting_cursor(terminal: Terminal) -> int:
    """Return the line of the list of meetings with the cursor; -1 if there is none."""
    top, cursor = meeting_line(terminal, ""), terminal.drawn("▌")
    lines = range(top, terminal.screen.lines) if top >= 0 else ()
    return next((y for y in lines if cursor in line(terminal, y).cells[1:3]), -1)


def rows(terminal: Terminal) -> list[Row]:
    """Return the rows of a table of calls, from the top; none if there is no such table."""
    top, at = titles(terminal)
    if top < 0:
        return []
    starts = sorted({*at.values(), terminal.screen.columns})

    def cell(cells: Cells, title: str) -> str:
        start = at[title]
        return cells.between(start, next(x for x in starts if x > start))

    found = []
    edge, corner, cursor = map(terminal.drawn, "│╰▌")
    for y in range(top + 1, terminal.screen.lines):
        cells = line(terminal, y)
        if cells.cells[0] in ("─", corner) or edge in cells.cells[1:3]:
            break
        cells = Cells([" " if char == edge else char for char in cells.cells])
        row = Row(
            name=cell(cells, "name"),
            number=cell(cells, "number"),
            role=cell(cells, "role"),
            status=_status(cells.cells[at["name"] + _GLYPH_AT], cell(cells, "asks")),
            mute=cell(cells, "mute"),
            hold=cell(cells, "hold"),
            marked=cells.cells[at["name"] + _MARK_AT] != " ",
            here=cells.cells[at["name"] + _CURSOR_AT] == cursor,
            y=y,
        )
        if not row.role:  # the end of the rows, or a toast
            break
        found.append(row)
    return found


def figures(terminal: Terminal, title: str) -> list[str]:
    """Return a column of figures, row by row: each ends where its title ends."""
    _, at = titles(terminal)
    end = at[title] + len(title)
    texts = ("".join(line(terminal, row.y).cells[:end]) for row in rows(terminal))
    return ["" if text.endswith(" ") else text.split()[-1] for text in texts]


def _status(glyph: str, words: str) -> str:
    """Return what became of a row: that it left, else words beside it, else another change."""
    change = _GLYPHS.get(glyph, "")
    return change if change == "left" or _ASKING.match(words) else words


def is_covered(terminal: Terminal) -> bool:
    """Tell whether a toast is over the screen: its left edge is three lines high or more."""
    edges = [
        {x for x, char in enumerate(line(terminal, y).cells) if char == "▌" and x > _CURSOR_TO}
        for y in range(terminal.screen.lines)
    ]
    return any(a & b & c for a, b, c in zip(edges, edges[1:], edges[2:], strict=False))


def under_cursor(terminal: Terminal) -> str:
    """Return the name of the row with the cursor, or an empty string."""
    return next((row.name for row in rows(terminal) if row.here), "")


def mute_word(mode: int) -> str:
    """Return the column's text for a muteMode."""
    return _WORDS.get(mode, f"mode {mode}?")


def hold_word(mode: int) -> str:
    """Return the column's text for a holdMode."""
    return "" if not mode else "held" if mode == 1 else f"held {mode}"


def cell_count(text: str) -> int:
    """Return how many cells a text takes on a terminal."""
    return sum(max(0, wcwidth(char)) for char in text)
