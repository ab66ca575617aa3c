"""Opens a history's database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection


class HistoryUnavailable(Exception):
    """There is no history, or it cannot be read. The text is a plain sentence."""


def open_to_read(path: Path) -> Connection:
    """Open a database to read it while it is written. HistoryUnavailable: there is none."""
    import sqlite3

    if not path.exists():
        raise HistoryUnavailable(f"Nothing was recorded yet: {path} does not exist.")
    try:
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
    except sqlite3.Error as error:
        raise HistoryUnavailable(f"The history in {path} cannot be opened: {error}.") from error
