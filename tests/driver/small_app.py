"""A small app for the pseudo-terminal tests: ``small_app.py OUTPUT REPORT_FOLDER``."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from confmon.tui.runner.process import Shell, scrub_environment

scrub_environment()

from textual.binding import Binding, BindingType  # noqa: E402
from textual.widgets import DataTable, Footer, Input, Static  # noqa: E402

from confmon.process import crash  # noqa: E402
from confmon.tui.driver.choice import choose_driver  # noqa: E402
from confmon.tui.driver.input.reader import InputDriver  # noqa: E402
from confmon.tui.runner.crash_safe import GuardedApp  # noqa: E402

if TYPE_CHECKING:
    from textual.app import ComposeResult

SECRET = "hunter2hunter2"


class Small(GuardedApp):
    """A table, an input line, and a key for each kind of failure."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "Quit"),
        Binding("ctrl+z", "suspend_process", "Stop"),
        Binding("x", "crash", "Crash"),
        Binding("w", "crash_worker", "Crash a worker"),
        Binding("s", "stick", "Stick"),
        Binding("t", "hang_a_thread", "Hang a thread", show=False),
        Binding("f", "flood", "Flood"),
        Binding("W", "mouse", show=False),
    ]

    def compose(self) -> ComposeResult:
        yield Static("ready", id="state")
        table: DataTable[str] = DataTable(cursor_type="row")
        table.add_columns("id", "name", "名前")
        for number in range(200):
            table.add_row(str(number), f"caller {number * 7919 % 1000}", f"漢字 {number}")
        yield table
        line = Input(placeholder="filter", select_on_focus=False)
        line.cursor_blink = False
        yield line
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(DataTable).focus()

    def action_mouse(self) -> None:
        driver = self._driver
        assert isinstance(driver, InputDriver)
        driver.report_mouse(on=not driver.reports_mouse)

    def action_crash(self) -> None:
        password = SECRET
        raise KeyError(password)

    def action_crash_worker(self) -> None:
        async def work() -> None:
            raise LookupError(SECRET)

        self.run_worker(work())

    def action_stick(self) -> None:
        os.write(1, b"\x1b]2;stuck\x07")
        while True:
            time.sleep(60)

    def action_hang_a_thread(self) -> None:
        async def work() -> None:
            os.write(1, b"\x1b]2;hanging\x07")
            await asyncio.to_thread(Event().wait)

        self.run_worker(work())

    def action_flood(self) -> None:
        self.set_interval(0.01, self.flood)

    def flood(self) -> None:
        state = self.query_one("#state", Static)
        state.update(f"{time.monotonic_ns()}")
        table = self.query_one(DataTable)
        table.scroll_to(y=(table.scroll_y + 17) % 150, animate=False)


if __name__ == "__main__":
    shell = Shell(lambda error: crash.report(error, Path(sys.argv[2])))
    shell.leave(shell.run(Small(driver_class=choose_driver(sys.argv[1], os.environ))))
