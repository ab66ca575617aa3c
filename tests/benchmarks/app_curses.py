"""The floor: a table in curses that writes what changed, and does nothing else.

app_curses.py CALLS    stepped over the control socket, or by its own clock with --every S
"""

from __future__ import annotations

import argparse
import curses
import locale
import select
import sys
import time

from tests.benchmarks.control import Control, cpu_s
from tests.benchmarks.crowd import COLUMNS, MARK, NOW_S, TIME, Crowd, running
from tests.benchmarks.shape import TABLE_LINES

_ROWS = TABLE_LINES - 1
_TINTS = {MARK: 1, 6: 2, 7: 3}


class Sketch:
    """A window on the crowd."""

    def __init__(self, screen: curses.window, crowd: Crowd) -> None:
        self.screen, self.crowd = screen, crowd
        self.wall_s = float(NOW_S)
        self.top = self.at = 0
        curses.use_default_colors()
        curses.curs_set(0)
        for number, colour in ((1, 39), (2, 203), (3, 75)):
            curses.init_pair(number, colour, -1)
        screen.scrollok(True)  # noqa: FBT003
        screen.idlok(True)  # noqa: FBT003
        self.starts = []
        x = 2
        for column in COLUMNS:
            self.starts.append(x)
            x += column.width + 1
            text = column.title.rjust(column.width) if column.right else column.title
            screen.addstr(0, self.starts[-1], text, curses.A_BOLD)
        self.all()

    def cell(self, y: int, column: int, text: str, look: int) -> None:
        _, width, right = COLUMNS[column]
        cut = text[:width]
        pair = curses.color_pair(_TINTS[column]) if column in _TINTS and not look else 0
        padded = cut.rjust(width) if right else cut.ljust(width)
        self.screen.addstr(y, self.starts[column], padded, look | pair)

    def row(self, at: int, only: tuple[int, ...] | None = None) -> None:
        y = at - self.top + 1
        if not 1 <= y <= _ROWS:
            return
        look = curses.A_REVERSE if at == self.at else 0
        texts = self.crowd.texts(at, self.wall_s)
        if only is None:
            self.screen.addstr(y, 0, "  ", look)
        for column, text in enumerate(texts):
            if only is None or column in only:
                self.cell(y, column, text, look)

    def all(self) -> None:
        for at in range(self.top, min(self.top + _ROWS, len(self.crowd.calls))):
            self.row(at)
        self.screen.refresh()

    def tick(self, dirty: list[int], wall_s: float) -> None:
        for at in dirty:
            self.row(at)
        if wall_s:
            self.wall_s += wall_s
            for at in range(self.top, self.top + _ROWS):
                call = self.crowd.calls[at]
                text = running(self.wall_s - (call.created or 0) / 1000)
                self.cell(at - self.top + 1, TIME, text, curses.A_REVERSE if at == self.at else 0)
        self.screen.refresh()

    def step(self, by: int) -> None:
        was, self.at = self.at, max(0, min(self.at + by, len(self.crowd.calls) - 1))
        if self.at >= self.top + _ROWS:
            self.scroll(self.at - _ROWS + 1 - self.top)
        elif self.at < self.top:
            self.scroll(self.at - self.top)
        self.row(was)
        self.row(self.at)
        self.screen.refresh()

    def scroll(self, by: int) -> None:
        self.top += by
        self.screen.setscrreg(1, _ROWS)
        self.screen.scroll(by)


def run(screen: curses.window, calls: int, every_s: float | None) -> None:
    sketch = Sketch(screen, Crowd(calls))
    control = Control()
    screen.nodelay(True)  # noqa: FBT003
    keys = {curses.KEY_DOWN: 1, curses.KEY_UP: -1, curses.KEY_NPAGE: _ROWS, curses.KEY_END: 10**6}
    due = time.monotonic() + every_s if every_s else None
    while True:
        wait = None if due is None else max(0.0, due - time.monotonic())
        ready = select.select([control.socket, sys.stdin], [], [], wait)[0]
        if control.socket in ready:
            order = control.take()
            if order is None:
                return
            dirty = sketch.crowd.dirty()
            before = cpu_s()
            sketch.tick(dirty, order.get("wall_s", 0.0))
            control.answer({"cpu_s": cpu_s() - before})
        if sys.stdin in ready:
            while (key := screen.getch()) != -1:
                if key in keys:
                    sketch.step(keys[key])
        if due is not None and every_s and time.monotonic() >= due:
            due += every_s
            sketch.tick(sketch.crowd.dirty(), 0.0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("calls", type=int)
    parser.add_argument("--every", type=float)
    given = parser.parse_args()
    locale.setlocale(locale.LC_ALL, "")
    curses.wrapper(run, given.calls, given.every)
