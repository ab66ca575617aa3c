"""Where the history of an endpoint is kept, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from confmon.sharing.engine import ShareUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from confmon.sharing.engine import Connection
    from confmon.sharing.share import Share

T = TypeVar("T")


class SharedTables:
    """The tables that the collector writes and all read, and this confmon's part in that.

    Until a share is attached they can only be read.
    """

    def __init__(self, open_connection: Callable[[], Connection]) -> None:
        """`open_connection` opens one more connection to them, on any thread; ShareUnavailable."""
        self.open_connection = open_connection
        self._share: Share | None = None

    def attach(self, share: Share) -> None:
        """Take part: from now on it is known who collects."""
        self._share = share

    def epoch(self) -> int | None:
        """Return the epoch of the lease while this confmon is the collector; on any thread."""
        state = None if self._share is None else self._share.state
        return state.epoch if state is not None and state.mode == "leading" else None

    def is_alone(self) -> bool:
        """Whether there is no shared database now, so that the file of the place is used."""
        return self._share is not None and self._share.state.mode == "alone"

    def run(self, job: Callable[[Connection], T]) -> Future[T]:
        """Run a job on the connection of the share, which is open anyway."""
        if self._share is not None:
            return self._share.run(job)
        from concurrent.futures import Future

        future: Future[T] = Future()
        future.set_exception(ShareUnavailable("nothing is shared yet"))
        return future

    @property
    def author(self) -> str:
        """The operator."""
        return "" if self._share is None else str(self._share.who)


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
