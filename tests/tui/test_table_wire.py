"""What reaches the terminal: after any history it shows what drawing everything anew would show."""

from __future__ import annotations

import asyncio
import random
from unicodedata import normalize

import pyte
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver

from confmon.tui.table import ColumnLook, Columns, LinesPane, LiveTable, RowLook, Rows
from tests.stopwatch import PATIENCE_S

COLUMNS = (
    ColumnLook("time", "Time", 5, align="right"),
    ColumnLook("name", "Name", 10, grow=1),
    ColumnLook("mute", "Mute", 7, priority=1),
)
NAMES = ("Anna", "山田太郎", "Ångström", "e\u0301te\u0301", "🇩🇪 x", "", "y" * 90)
WIDTH, HEIGHT = 46, 12


class Wire(HeadlessDriver):
    """A driver that writes to a terminal in memory."""

    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    sent = 0

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        type(self).sent += len(data.encode())
        self.stream.feed(data)


class Both(App[None]):
    """A table over a pane."""

    CSS = "LiveTable { height: 8; }"

    def __init__(self) -> None:
        super().__init__(driver_class=Wire)
        self.up = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield LiveTable()
        yield LinesPane(widths=(5,))

    def on_ready(self) -> None:
        self.up.set()

    async def painted(self) -> None:
        """Wait until what was asked for is on the screen."""
        for _ in range(2):
            done = asyncio.Event()
            self.screen.call_after_refresh(done.set)
            await asyncio.wait_for(done.wait(), PATIENCE_S)


def expected(*widgets: LiveTable | LinesPane) -> list[str]:
    """Return what the widgets would show if nothing of them had been drawn before."""
    lines: list[str] = []
    for widget in widgets:
        for line, covered in widget._lines_with_thumb():
            segments = widget._add_bar(widget.segments(line), covered=covered)
            lines.append("".join(text for text, _, _ in segments))
    return [normalize("NFC", line) for line in lines]


async def test_the_terminal_shows_what_a_full_drawing_would() -> None:
    app = Both()
    running = asyncio.create_task(app.run_async(headless=False, size=(WIDTH, HEIGHT), mouse=False))
    await asyncio.wait_for(app.up.wait(), PATIENCE_S)
    table, pane = app.query_one(LiveTable), app.query_one(LinesPane)
    table.columns = Columns(COLUMNS, "name")
    dice = random.Random(7)  # noqa: S311 - a history that can be repeated
    rows: dict[int, tuple[str, str]] = {}
    marks: set[int] = set()

    def draw(key: int) -> RowLook:
        name, mute = rows[key]
        return RowLook(((f"{key}s", "dim"), (name, ""), (mute, "muted")), marked=key in marks)

    for step in range(150):
        for key in dice.sample(range(40), 4):
            if key in rows and dice.random() < 0.4:
                del rows[key]
            else:
                rows[key] = (dice.choice(NAMES), dice.choice(("", "muted", "muting…")))
                marks ^= {key}
        table.rows = Rows(tuple(sorted(rows) if dice.random() < 0.3 else rows), draw)
        pane.lines = tuple(
            ((f"{n}", "dim"), (dice.choice(NAMES), "")) for n in range(dice.randrange(9))
        )
        if dice.random() < 0.6:
            table.action_step(dice.choice((-1, 1, 5)))
        if dice.random() < 0.1:
            table.action_last()
        if dice.random() < 0.1:
            (pane if table.has_focus else table).focus()
        await app.painted()
        assert Wire.screen.display == expected(table, pane), step
    app.exit()
    await asyncio.wait_for(running, PATIENCE_S)


async def test_a_tick_sends_little_and_an_idle_one_nothing() -> None:
    app = Both()
    running = asyncio.create_task(app.run_async(headless=False, size=(WIDTH, HEIGHT), mouse=False))
    await asyncio.wait_for(app.up.wait(), PATIENCE_S)
    table = app.query_one(LiveTable)
    table.columns = Columns(COLUMNS, "name")
    seconds = 0

    def draw(key: int) -> RowLook:
        return RowLook(((f"{seconds}s", "dim"), (f"caller {key}", ""), ("", "")))

    table.rows = Rows(tuple(range(100)), draw)
    await app.painted()
    Wire.sent = 0
    table.repaint_changed()
    await app.painted()
    assert Wire.sent == 0
    seconds = 5
    table.repaint_changed()
    await app.painted()
    assert 0 < Wire.sent < 7 * 100  # seven rows, each one cell from the left
    app.exit()
    await asyncio.wait_for(running, PATIENCE_S)
