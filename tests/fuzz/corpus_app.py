"""Draws the corpus in the real table, by the real driver: ``corpus_app.py [diff|plain]``."""

from __future__ import annotations

import os
import sys

from confmon.tui.runner.process import Shell, scrub_environment

scrub_environment()

from typing import TYPE_CHECKING  # noqa: E402

from confmon.api.decoding.live_records import CALLS  # noqa: E402
from confmon.tui.driver.choice import choose_driver  # noqa: E402
from confmon.tui.runner.crash_safe import GuardedApp  # noqa: E402
from confmon.tui.table import ColumnLook, Columns, LiveTable, RowLook, Rows  # noqa: E402
from tests.fuzz.corpus import CORPUS  # noqa: E402

if TYPE_CHECKING:
    from textual.app import ComposeResult

COLUMNS = (
    ColumnLook("kind", "kind", 18),
    ColumnLook("name", "name", 17),
    ColumnLook("after", "after", 7),
    ColumnLook("again", "again", 9),
    ColumnLook("last", "last", 7),
)


class Corpus(GuardedApp):
    """A row for each text, as from the wire, between plain columns."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield LiveTable()

    def on_mount(self) -> None:
        names = {
            kind: CALLS.read({"id": 1, "customName": text}).custom_name or ""
            for kind, text in CORPUS.items()
        }

        def draw(kind: str) -> RowLook:
            name = names[kind]
            return RowLook(((kind, ""), (name, "strong"), ("#one", ""), (name, ""), ("#two", "")))

        table = self.query_one(LiveTable)
        table.columns = Columns(COLUMNS, "kind")
        table.rows = Rows(tuple(names), draw)
        table.focus()


if __name__ == "__main__":
    shell = Shell(lambda error: f"{type(error).__name__}: {error}")
    shell.leave(shell.run(Corpus(driver_class=choose_driver(sys.argv[1], os.environ))))
