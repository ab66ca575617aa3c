"""The alternative: Textual's own DataTable, which learns by `update_cell` what changed.

app_datatable.py CALLS [--every S]
"""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.widgets import DataTable

from tests.benchmarks.control import SETTLE_S, Control, cpu_s, memory
from tests.benchmarks.crowd import COLUMNS, NOW_S, TIME, Crowd
from tests.benchmarks.shape import TABLE_LINES

if TYPE_CHECKING:
    from textual.app import ComposeResult


class TableApp(App[None]):
    CSS = f"DataTable {{ height: {TABLE_LINES}; }}"

    def __init__(self, calls: int, every_s: float | None) -> None:
        super().__init__()
        self.crowd = Crowd(calls)
        self.every_s = every_s
        self.wall_s = float(NOW_S)
        self.control = Control()

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row", cell_padding=0)

    def on_mount(self) -> None:
        table = self.table = self.query_one(DataTable)
        for at, column in enumerate(COLUMNS):
            table.add_column(column.title, width=column.width + 1, key=str(at))
        for at in range(len(self.crowd.calls)):
            table.add_row(*self.crowd.texts(at, self.wall_s), key=str(at))
        self.shown = {at: self.crowd.texts(at, self.wall_s) for at in range(len(self.crowd.calls))}
        table.focus()
        self.control.serve(asyncio.get_running_loop(), self.obey)
        if self.every_s:
            self.set_interval(self.every_s, lambda: self.tick(self.crowd.dirty(), 0.0))

    def tick(self, dirty: list[int], wall_s: float) -> None:
        self.wall_s += wall_s
        for at in dirty:
            now, was = self.crowd.texts(at, self.wall_s), self.shown[at]
            for column, text in enumerate(now):
                if text != was[column]:
                    self.table.update_cell(str(at), str(column), text)
            self.shown[at] = now
        if wall_s:
            top = int(self.table.scroll_offset.y)
            for at in range(top, top + TABLE_LINES - 1):
                text = self.crowd.texts(at, self.wall_s)[TIME]
                self.table.update_cell(str(at), str(TIME), text)

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        dirty = self.crowd.dirty(order.get("changes")) if "wall_s" in order else []
        before = cpu_s()
        if "wall_s" in order:
            self.tick(dirty, order["wall_s"])
            await asyncio.sleep(SETTLE_S)
        return {"cpu_s": cpu_s() - before, **memory()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("calls", type=int)
    parser.add_argument("--every", type=float)
    given = parser.parse_args()
    TableApp(given.calls, given.every).run()
