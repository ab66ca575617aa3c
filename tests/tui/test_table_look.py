"""How the live table looks: at every width, empty, stale, without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from confmon.tui.table import ColumnLook, Columns, LiveTable, RowLook, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = (
    ColumnLook("number", "Number", 6, align="right"),
    ColumnLook("name", "Name", 10, grow=1),
    ColumnLook("mute", "Mute", 7, priority=1),
    ColumnLook("node", "Node", 8, priority=2),
)


class Bench(App[None]):
    """A table alone on the screen."""

    def __init__(self, keys: Sequence[int] = ()) -> None:
        super().__init__()
        self.table = LiveTable()
        self.keys = tuple(keys)
        self.mute: dict[int, str] = {}
        self.names: dict[int, str] = {}

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.columns = Columns(COLUMNS, "name")
        self.table.rows = Rows(tuple(self.keys), self.draw)

    def draw(self, key: int) -> RowLook:
        name = self.names.get(key, f"caller {key}")
        mute = self.mute.get(key, "")
        return RowLook(((str(key), "dim"), (name, ""), (mute, "muted"), (f"node{key % 3}", "")))

    def show(self, *keys: int) -> None:
        self.table.rows = Rows(tuple(keys), self.draw)


def lines(table: LiveTable) -> list[str]:
    """Return the table as it is on the screen."""
    return [strip.text for strip in table.render_lines(table.size.region)]


def line_of(table: LiveTable) -> int:
    """Return the line of the screen with the cursor."""
    (line,) = (y for y, text in enumerate(lines(table)) if text[1] == "▌")
    return line


async def test_titles_stand_still_over_the_rows() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        assert lines(app.table)[0].split() == ["Number", "Name▲", "Mute", "Node"]
        assert lines(app.table)[1].split() == ["▌", "0", "caller", "0", "node0", "▐"]
        await pilot.press("end")
        assert lines(app.table)[0].split() == ["Number", "Name▲", "Mute", "Node"]
        assert lines(app.table)[11].split() == ["▌", "99", "caller", "99", "node0", "▐"]


async def test_the_arrow_tells_column_and_direction() -> None:
    app = Bench(range(3))
    async with app.run_test(size=(60, 12)):
        app.table.columns = Columns(COLUMNS, "number", descending=True)
        assert lines(app.table)[0].split() == ["Numbe▼", "Name", "Mute", "Node"]


@pytest.mark.parametrize(
    ("width", "titles"),
    [
        (20, ["Number", "Name▲"]),
        (40, ["Number", "Name▲", "Mute", "Node"]),
        (80, ["Number", "Name▲", "Mute", "Node"]),
        (120, ["Number", "Name▲", "Mute", "Node"]),
        (200, ["Number", "Name▲", "Mute", "Node"]),
    ],
)
async def test_columns_are_straight_at_every_width(width: int, titles: list[str]) -> None:
    app = Bench(range(9))
    app.names |= {
        0: "Søren Ångström",
        1: "山田太郎 (東京)",
        2: "e\u0301" * 12,
        3: "🇩🇪👩\u200d💻❤\ufe0f👍🏽",
        4: "हिन्दी නම ශ්\u200dරී",
        5: "한국어 이름",
        6: "\u202eevil\x1b]52;c;x\x07",
        7: "x" * 10_000,
    }
    app.mute = dict.fromkeys(range(9), "muted")
    async with app.run_test(size=(width, 12)):
        shown = lines(app.table)
        assert shown[0].split() == titles
        assert {cell_len(text) for text in shown} == {width}
        if "Mute" in titles:
            start = cell_len(shown[0][: shown[0].index("Mute")])
            assert {cell_len(text[: text.index("muted")]) for text in shown[1:10]} == {start}


async def test_resizing_keeps_the_cursor_in_sight() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 30)) as pilot:
        await pilot.press(*"j" * 25)
        await pilot.resize_terminal(40, 8)
        await pilot.pause()
        assert app.table.cursor_key == 25
        assert line_of(app.table) <= 7
        for size in ((1, 1), (3, 2), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert app.table.cursor_key == 25
        assert len(lines(app.table)) == 60


async def test_an_empty_table_says_why() -> None:
    app = Bench()
    async with app.run_test(size=(40, 9)):
        app.table.placeholder = (("No meeting is live", ""), ("Press [r] to look again", "dim"))
        shown = lines(app.table)
        assert shown[4].strip() == "No meeting is live"
        assert shown[5].strip() == "Press [r] to look again"
        assert abs(shown[4].index("N") - (39 - 18) // 2) <= 1


async def test_the_first_rows_of_an_empty_table_bring_the_cursor() -> None:
    app = Bench()
    async with app.run_test(size=(40, 9)) as pilot:
        await pilot.press("j", "enter", "g")
        app.show(1, 2)
        assert app.table.cursor_key == 1
        assert "caller 1" in lines(app.table)[1]


async def test_the_cursor_can_be_seen_without_colour() -> None:
    app = Bench(range(5))
    async with app.run_test(size=(40, 9)) as pilot:
        app.table.focus()
        await pilot.pause()
        strips = app.table.render_lines(app.table.size.region)
        reversed_lines = [
            y for y, strip in enumerate(strips)
            if any(segment.style and segment.style.reverse for segment in strip)
        ]  # fmt: skip
        assert reversed_lines == [1] == [line_of(app.table)]


async def test_a_change_of_theme_redraws() -> None:
    app = Bench(range(5))
    async with app.run_test(size=(40, 9)) as pilot:
        before = app.table.render_lines(app.table.size.region)
        app.theme = "textual-light"
        await pilot.pause()
        after = app.table.render_lines(app.table.size.region)
        assert [strip.text for strip in before] == [strip.text for strip in after]
        assert before != after


async def test_stale_rows_are_dimmed_and_brighten_again() -> None:
    app = Bench(range(5))
    async with app.run_test(size=(40, 9)) as pilot:
        fresh = app.table.render_lines(app.table.size.region)
        app.table.add_class("-stale")
        await pilot.pause()
        stale = app.table.render_lines(app.table.size.region)
        assert [strip.text for strip in stale] == [strip.text for strip in fresh]
        assert stale != fresh
        app.names[1] = "Anna"
        app.table.repaint_changed()
        assert "Anna" in lines(app.table)[2]
        app.table.remove_class("-stale")
        app.names.clear()
        await pilot.pause()
        app.table.repaint_changed()
        assert app.table.render_lines(app.table.size.region) == fresh


async def test_rows_shown_while_hidden_are_there_when_it_comes_back() -> None:
    app = Bench(range(50))
    async with app.run_test(size=(40, 9)) as pilot:
        await pilot.press("pagedown")
        app.table.display = False
        await pilot.pause()
        app.show(*range(-20, 50))
        app.table.repaint_changed()
        app.table.display = True
        await pilot.pause()
        assert app.table.cursor_key == 7
        assert "caller 7" in lines(app.table)[line_of(app.table)]
