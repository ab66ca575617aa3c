"""What we send, judged by a terminal emulator against what Textual wrote, cell for cell."""

from __future__ import annotations

from typing import Any

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from confmon.tui.driver.output import Output

ENTER = "\x1b[?1049h"
LOOKS = [
    "38;2;224;224;224;48;2;18;18;18",
    "1;38;2;224;224;224;48;2;18;18;18",
    "2;38;2;90;90;90;48;2;18;18;18",
    "38;2;224;224;224;48;2;60;60;90",
    "4;31;44",
    "7;38;5;200",
    "9;3;97;48;5;17",
    "",
]
PIECES = ["a", "bc", " ", "   ", "漢", "字幕", "é", "e\u0301", "→", "─│", "12:07", "👩", " " * 14]


class Terminal(pyte.Screen):
    """pyte, mended where it is laxer than terminals: halves of wide characters, erasing."""

    fills_erased = True

    def draw(self, data: str) -> None:
        for char in data:
            row = self.buffer[self.cursor.y]
            x = min(self.cursor.x, self.columns - 1)
            width = cell_len(char)
            if width and row[x].data == "" and x:
                row[x - 1] = row[x - 1]._replace(data=" ")
            if width and x + width < self.columns and row[x + width].data == "":
                row[x + width] = row[x + width]._replace(data=" ")
            super().draw(char)

    def erase_characters(self, count: int | None = None) -> None:
        pen = self.cursor.attrs
        if not self.fills_erased:
            self.cursor.attrs = self.default_char
        super().erase_characters(count)
        self.cursor.attrs = pen

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        pen = self.cursor.attrs
        if not self.fills_erased:
            self.cursor.attrs = self.default_char
        super().erase_in_line(how, private)
        self.cursor.attrs = pen


def seen(screen: Terminal) -> list[list[tuple[Any, ...]]]:
    """Every cell as the eye sees it: on a blank, neither text colour nor weight shows."""

    def look(char: Any) -> tuple[Any, ...]:
        lines = (char.bg, char.reverse, char.underscore, char.strikethrough, char.blink)
        if char.data == " " and not any(lines[1:]):
            return (" ", char.bg)
        return (char.data, char.fg, char.bold, char.italics, *lines)

    return [[look(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


class Pair:
    """Two terminals side by side: one gets Textual's bytes, the other ours."""

    def __init__(self, width: int, height: int, *, fills_erased: bool = True) -> None:
        self.size = (width, height)
        self.reference = Terminal(width, height)
        self.ours = Terminal(width, height)
        self.ours.fills_erased = fills_erased
        self.output = Output(lambda: self.size, erase_colours=fills_erased)
        self.output.feed(ENTER)
        for terminal in (self.reference, self.ours):
            # Textual turns line wrap off; with it on, pyte wraps before a combining mark.
            pyte.Stream(terminal).feed("\x1b[?7l")

    def feed(self, frame: str) -> None:
        pyte.Stream(self.reference).feed(frame)
        self.output.feed(frame)

    def send(self) -> int:
        """Send what is due; how many bytes."""
        data = self.output.take()
        pyte.Stream(self.ours).feed(data.replace(ENTER, ""))
        return len(data.encode())

    def check(self) -> None:
        assert self.ours.display == self.reference.display
        assert seen(self.ours) == seen(self.reference)
        ours, reference = self.ours.cursor, self.reference.cursor
        assert (ours.x, ours.y) == (reference.x, reference.y)


def at(x: int, y: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H"


def segment(look: str, text: str) -> str:
    return f"\x1b[{look}m{text}\x1b[0m" if look else text


def fit(row: list[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """Segments that fill exactly `width` cells."""
    fitted = []
    left = width
    for look, text in row:
        if cell_len(text) > left:
            break
        fitted.append((look, text))
        left -= cell_len(text)
    return [*fitted, ("48;2;18;18;18", " " * left)] if left else fitted


segments = st.tuples(
    st.sampled_from(LOOKS), st.lists(st.sampled_from(PIECES), min_size=1).map("".join)
)
rows = st.lists(segments, max_size=6)
numbers = st.integers(0, 9)
steps = st.one_of(
    st.tuples(st.just("row"), numbers, rows),
    st.tuples(st.just("part"), numbers, segments),
    st.tuples(st.just("scroll"), st.integers(-4, 4), st.lists(rows, min_size=4, max_size=4)),
    st.tuples(st.just("restyle"), numbers, st.sampled_from(LOOKS)),
)
WIDTH, HEIGHT, TOP = 32, 10, 1


@settings(max_examples=100, deadline=None)
@given(
    first=st.lists(rows, min_size=HEIGHT, max_size=HEIGHT),
    script=st.lists(st.tuples(steps, st.booleans()), max_size=8),
    fills_erased=st.booleans(),
)
def test_any_frames_end_in_the_same_screen(
    first: list[list[tuple[str, str]]], script: list[tuple[Any, bool]], fills_erased: bool
) -> None:
    pair = Pair(WIDTH, HEIGHT, fills_erased=fills_erased)
    lines = [fit(row, WIDTH) for row in first]

    def frame(some: list[int]) -> str:
        drawn = [at(0, y) + "".join(segment(*part) for part in lines[y]) for y in some]
        return "\n".join(drawn) + at(some[-1] % 7, some[0])

    pair.feed(frame(list(range(HEIGHT))))
    for (kind, number, what), send in script:
        if kind == "row":
            lines[number] = fit(what, WIDTH)
            pair.feed(frame([number]))
        elif kind == "part":
            x = number * 3
            (part,) = fit([what], WIDTH - x)[:1]
            pair.feed(at(x, number) + segment(*part) + at(0, 0))
            if send:
                pair.send()
                pair.check()
            continue
        elif kind == "restyle":
            lines[number] = [(what, text) for _, text in lines[number]]
            pair.feed(frame([number]))
        elif number:
            new = [fit(row, WIDTH) for row in what][: abs(number)]
            moved = lines[TOP:]
            moved = [*moved[number:], *new] if number > 0 else [*new, *moved[:number]]
            lines[TOP:] = moved
            pair.feed(frame(list(range(TOP, HEIGHT))))
        if send:
            pair.send()
            pair.check()
    pair.send()
    pair.check()
    assert pair.send() == 0


@pytest.mark.parametrize("cluster", ["👩‍👩‍👧", "✔️", "🇩🇪", "ไทย", "שלום", "e\u0301", "क्षि", "1️⃣"])
def test_text_after_a_doubtful_cluster_is_placed_absolutely(cluster: str) -> None:
    output = Output(lambda: (40, 3), erase_colours=True)
    output.feed(ENTER)
    output.feed(at(0, 1) + segment(LOOKS[0], "before " + cluster + "after") + at(0, 0))
    sent = output.take()
    column = 8 + cell_len(cluster)
    assert f"\x1b[{column}Gafter" in sent or f"\x1b[2;{column}Hafter" in sent
    output.feed(at(0, 1) + segment(LOOKS[0], "before " + cluster + "aftEr") + at(0, 0))
    assert output.take() == f"\x1b[2;{column + 3}H\x1b[0;{LOOKS[0]}mE" + at(0, 0)


def test_a_replaced_doubtful_cluster_leaves_nothing_behind() -> None:
    output = Output(lambda: (20, 1), erase_colours=True)
    output.feed(ENTER + at(0, 0) + "name 👩‍👩‍👧 tail")
    output.take()
    output.feed(at(0, 0) + "name ab tail")
    assert "name ab tail" in output.take()  # whole, for the family may have been six cells wide
