"""Another alternative: a table on Textual's line API that repaints itself whole when it changes.

app_lines.py CALLS [--every S]
"""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tests.benchmarks.control import SETTLE_S, Control, cpu_s, memory
from tests.benchmarks.crowd import COLUMNS, NOW_S, Crowd
from tests.benchmarks.shape import TABLE_LINES

if TYPE_CHECKING:
    from textual.app import ComposeResult

_HERE = Style(reverse=True)


class Lines(ScrollView, can_focus=True):
    DEFAULT_CSS = f"Lines {{ height: {TABLE_LINES - 1}; scrollbar-size: 1 1; }}"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)"),
        Binding("up", "step(-1)"),
        Binding("pagedown", f"step({TABLE_LINES - 1})"),
    ]

    def __init__(self, crowd: Crowd) -> None:
        super().__init__()
        self.crowd, self.at, self.wall_s = crowd, 0, float(NOW_S)
        self.virtual_size = Size(116, len(crowd.calls))

    def action_step(self, by: int) -> None:
        self.at = max(0, min(self.at + by, len(self.crowd.calls) - 1))
        top, page = self.scroll_offset.y, self.size.height
        self.scroll_to(y=min(max(top, self.at - page + 1), self.at), animate=False, immediate=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        if at >= len(self.crowd.calls):
            return Strip.blank(self.size.width)
        texts = self.crowd.texts(at, self.wall_s)
        line = " ".join(
            text[: column.width].ljust(column.width)
            for text, column in zip(texts, COLUMNS, strict=True)
        )
        strip = Strip([Segment("  " + line, _HERE if at == self.at else None)])
        return strip.adjust_cell_length(self.size.width)


class LinesApp(App[None]):
    def __init__(self, calls: int, every_s: float | None) -> None:
        super().__init__()
        self.table = Lines(Crowd(calls))
        self.every_s = every_s
        self.control = Control()

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.focus()
        self.control.serve(asyncio.get_running_loop(), self.obey)
        if self.every_s:
            self.set_interval(self.every_s, lambda: self.tick(0.0))

    def tick(self, wall_s: float) -> None:
        self.table.wall_s += wall_s
        self.table.crowd.step()
        self.table.refresh()

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        before = cpu_s()
        if "wall_s" in order:
            self.tick(order["wall_s"])
            await asyncio.sleep(SETTLE_S)
        return {"cpu_s": cpu_s() - before, **memory()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("calls", type=int)
    parser.add_argument("--every", type=float)
    given = parser.parse_args()
    LinesApp(given.calls, given.every).run()
