"""The live table in an app, by key press and click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult
from textual.events import MouseScrollDown
from textual.widgets import Input

from confmon.tui.table import ColumnLook, Columns, LiveTable, RowLook, Rows

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from textual.geometry import Region
    from textual.pilot import Pilot

COLUMNS = (
    ColumnLook("number", "Number", 6, align="right"),
    ColumnLook("name", "Name", 10, grow=1),
    ColumnLook("mute", "Mute", 7, priority=1),
    ColumnLook("node", "Node", 8, priority=2),
)


class Watched(LiveTable):
    """A table that keeps what it asked to be repainted."""

    def __init__(self) -> None:
        super().__init__()
        self.repainted: list[Region] = []
        self.whole = 0

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Watched:
        self.repainted.extend(regions)
        self.whole += not regions
        super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self

    def forget(self) -> None:
        self.repainted.clear()
        self.whole = 0


class Bench(App[None]):
    """A table alone on the screen, and its messages."""

    CSS = "Input { display: none; }"

    def __init__(self, keys: Sequence[int] = ()) -> None:
        super().__init__()
        self.table = Watched()
        self.keys = tuple(keys)
        self.mute: dict[int, str] = {}
        self.names: dict[int, str] = {}
        self.drawn: list[int] = []
        self.messages: list[tuple[str, Hashable]] = []

    def compose(self) -> ComposeResult:
        yield self.table
        yield Input()

    def on_mount(self) -> None:
        self.table.columns = Columns(COLUMNS, "name")
        self.table.rows = Rows(tuple(self.keys), self.draw)

    def draw(self, key: int) -> RowLook:
        self.drawn.append(key)
        name = self.names.get(key, f"caller {key}")
        mute = self.mute.get(key, "")
        return RowLook(((str(key), "dim"), (name, ""), (mute, "muted"), (f"node{key % 3}", "")))

    def show(self, *keys: int) -> None:
        self.keys = keys
        self.table.rows = Rows(tuple(keys), self.draw)

    def on_live_table_cursor_moved(self, message: LiveTable.CursorMoved) -> None:
        self.messages.append(("moved", message.key))

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        self.messages.append(("opened", message.key))

    def on_live_table_header_clicked(self, message: LiveTable.HeaderClicked) -> None:
        self.messages.append(("header", message.column_id))

    def on_live_table_navigated(self, message: LiveTable.Navigated) -> None:
        self.messages.append(("navigated", message.control is self.table))


def lines(table: LiveTable) -> list[str]:
    """Return the table as it is on the screen."""
    return [strip.text for strip in table.render_lines(table.size.region)]


def line_of(table: LiveTable, sign: str = "▌") -> int:
    """Return the line of the screen with the cursor."""
    (line,) = (y for y, text in enumerate(lines(table)) if text[1] == sign)
    return line


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_only_the_rows_on_the_screen_are_asked_for() -> None:
    app = Bench(range(10_000))
    async with app.run_test(size=(60, 12)) as pilot:
        app.drawn.clear()
        app.table.repaint_changed()
        assert app.drawn == list(range(11))
        await press(pilot, "end")
        assert set(app.drawn) == {*range(11), *range(9_989, 10_000)}


async def test_keys_move_the_cursor() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        assert app.table.cursor_key == 0
        for keys, key in (
            ("down j j", 3),
            ("k up", 1),
            ("pagedown", 11),
            ("pageup", 1),
            ("G", 99),
            ("down", 99),
            ("g", 0),
            ("up", 0),
            ("end", 99),
            ("home", 0),
        ):
            await press(pilot, *keys.split())
            assert app.table.cursor_key == key, keys
            assert app.table.visible_keys[line_of(app.table) - 1] == key
        assert ("navigated", True) in app.messages


async def test_the_cursor_stays_with_its_key_and_its_row_in_its_place() -> None:
    app = Bench(range(100, 200))
    async with app.run_test(size=(60, 12)) as pilot:
        await press(pilot, "pagedown", "j", "j", "j")
        key, line, before = app.table.cursor_key, line_of(app.table), lines(app.table)
        app.show(*range(50, 200))  # fifty more above
        assert (app.table.cursor_key, line_of(app.table)) == (key, line)
        assert [text[:-1] for text in lines(app.table)] == [text[:-1] for text in before]
        app.show(*range(105, 200))
        assert (app.table.cursor_key, line_of(app.table)) == (key, line)
        app.show(*reversed(range(200)))
        assert (app.table.cursor_key, line_of(app.table)) == (key, line)
        assert app.messages[-1] != ("moved", None)


async def test_at_the_very_top_the_view_stays_there() -> None:
    app = Bench(range(10, 40))
    async with app.run_test(size=(60, 12)) as pilot:
        app.show(*range(5, 40))
        assert (app.table.cursor_key, app.table.visible_keys[0]) == (10, 5)
        await press(pilot, "j")
        app.show(*range(40))
        assert (app.table.cursor_key, app.table.visible_keys[0]) == (11, 5)
        await press(pilot, "g")
        app.show(*range(-3, 40))
        assert (app.table.cursor_key, app.table.visible_keys[0]) == (0, -3)


async def test_nothing_takes_the_place_of_a_key_that_went() -> None:
    app = Bench(range(30))
    async with app.run_test(size=(60, 12)) as pilot:
        await press(pilot, *"jjjj")
        app.show(*(key for key in range(30) if key != 4))
        await pilot.pause()
        assert app.table.cursor_key is None
        assert app.messages[-1] == ("moved", None)
        assert line_of(app.table, "▯") == 5
        await press(pilot, "enter")
        assert app.messages[-1] == ("moved", None)
        await press(pilot, "k")
        assert app.table.cursor_key == 3


@pytest.mark.parametrize(("key", "neighbour"), [("up", 3), ("down", 5), ("j", 5), ("k", 3)])
async def test_moving_from_a_hollow_cursor_takes_the_neighbour(key: str, neighbour: int) -> None:
    app = Bench(range(30))
    async with app.run_test(size=(60, 12)) as pilot:
        await press(pilot, *"jjjj")
        app.show(*(key for key in range(30) if key != 4))
        await press(pilot, key)
        assert app.table.cursor_key == neighbour


async def test_it_is_on_its_key_again_when_that_comes_back() -> None:
    app = Bench(range(30))
    async with app.run_test(size=(60, 12)) as pilot:
        await press(pilot, *"jjjj")
        app.show(*range(5, 30))
        app.show(*range(30))
        assert app.table.cursor_key == 4


async def test_reset_begins_at_the_top_of_another_list() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        await press(pilot, "G")
        app.table.reset()
        app.show(*range(500, 600))
        await pilot.pause()
        assert app.table.cursor_key == 500
        assert app.table.visible_keys[0] == 500
        assert app.table.move_to(550)
        assert app.table.cursor_key in app.table.visible_keys
        assert not app.table.move_to(1)


async def test_nothing_changed_repaints_nothing() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        app.table.forget()
        app.table.repaint_changed()
        app.show(*range(100))
        app.table.columns = Columns(COLUMNS, "name")
        assert app.table.repainted == []
        assert app.table.whole == 0


async def test_only_the_cells_that_changed_are_repainted_one_region_a_row() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        app.table.forget()
        app.mute[2] = "muted"
        app.mute[50] = "muted"  # out of sight
        app.table.repaint_changed()
        (region,) = app.table.repainted
        assert (region.y, region.height, app.table.whole) == (3, 1, 0)
        assert lines(app.table)[3][region.x : region.right].strip() == "muted"
        app.table.forget()
        app.names[5], app.mute[5] = "Anna", "muting…"
        app.table.repaint_changed()
        (region,) = app.table.repainted
        assert lines(app.table)[6][region.x : region.right].split() == ["Anna", "muting…"]


async def test_moving_the_cursor_repaints_two_rows() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        app.table.forget()
        await press(pilot, "down")
        assert sorted(region.y for region in app.table.repainted) == [1, 2]
        assert app.table.whole == 0


async def test_the_pointer_passing_over_repaints_nothing() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        app.table.forget()
        for y in range(12):
            await pilot.hover(app.table, offset=(10, y))
        assert app.table.repainted == []
        assert app.table.whole == 0


async def test_a_click_selects_and_a_second_opens() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.click(app.table, offset=(10, 4))
        assert app.table.cursor_key == 3
        assert not [messages for messages in app.messages if messages[0] == "opened"]
        await pilot.click(app.table, offset=(10, 6))
        assert not [messages for messages in app.messages if messages[0] == "opened"]
        await pilot.click(app.table, offset=(10, 6))
        assert app.messages[-1] == ("opened", 5)


async def test_enter_opens() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        await press(pilot, "j", "enter")
        assert app.messages[-1] == ("opened", 1)


async def test_a_click_on_a_title_names_its_column() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.click(app.table, offset=(lines(app.table)[0].index("Node") + 2, 0))
        assert app.messages[-1] == ("header", "node")
        assert app.table.cursor_key == 0


async def test_a_click_on_text_like_markup_does_nothing() -> None:
    app = Bench(range(5))
    app.names[1] = "[@click=app.quit]x[/]"
    async with app.run_test(size=(60, 12)) as pilot:
        assert "[@click=app.quit]x[/]" in lines(app.table)[2]
        await pilot.click(app.table, offset=(14, 2))
        await pilot.pause()
        assert app.is_running
        assert app.table.cursor_key == 1
        metas = [segment.style.meta for strip in app.table.render_lines(app.table.size.region)
                 for segment in strip if segment.style]  # fmt: skip
        assert metas
        assert not any(metas)


async def test_the_wheel_scrolls_and_takes_the_cursor_along() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        app.messages.clear()
        for _ in range(3):
            await pilot._post_mouse_events([MouseScrollDown], app.table)
        await pilot.pause()
        assert 0 not in app.table.visible_keys
        assert line_of(app.table) == 1
        assert ("navigated", True) in app.messages


async def test_the_scroll_bar_can_be_dragged() -> None:
    app = Bench(range(100))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.mouse_down(app.table, offset=(59, 1))
        await pilot.hover(app.table, offset=(59, 11))
        await pilot.mouse_up(app.table, offset=(59, 11))
        assert app.table.visible_keys[-1] == 99
        assert app.table.cursor_key in app.table.visible_keys
        await pilot.hover(app.table, offset=(59, 1))
        assert app.table.visible_keys[-1] == 99
