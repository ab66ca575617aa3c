"""Where the history of an endpoint is kept, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from confmon.sharing.engine import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedTables:
    """The tables that the collector writes and all read, and this confmon's part in that.

    `open_connection` opens one more connection; ShareUnavailable. `epoch` returns the epoch of the
    lease while this confmon is the collector, otherwise None. `is_alone`: whether there is no
    shared database now, so that the file of the place is written and read. `run` runs a job on the
    connection that is open anyway. `author` is the operator. All but `run` are asked on any thread.
    """

    open_connection: Callable[[], Connection]
    epoch: Callable[[], int | None]
    is_alone: Callable[[], bool]
    run: Callable[[Callable[[Connection], Any]], Future[Any]]
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPlace:
    """The file of a database, the endpoint it is of, and for how many days, in how many bytes.

    `shared`: the history is in shared tables, and in the file only what is read while alone.
    `trouble`: why there is no such place, and nothing is kept.
    `is_temporary`: the folder is made for this run and removed at its end.
    """

    path: Path
    endpoint: str
    days: int = 90
    size: int = 4096 << 20
    is_temporary: bool = False
    trouble: str = ""
    shared: SharedTables | None = None

    def remove(self) -> None:
        """Remove what is there for this run alone."""
        if self.is_temporary:
            import shutil

            shutil.rmtree(self.path.parent, ignore_errors=True)
