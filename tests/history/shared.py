"""A history in shared tables: several confmon that may write it, and a lease that a test moves."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from confmon.history.backends import shared_tables
from confmon.history.history import open_place
from confmon.history.place import HistoryPlace, SharedTables
from confmon.sharing.engine import ShareUnavailable
from confmon.sharing.preparation import prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confmon.history.history import History
    from confmon.sharing.engine import Connection

ENDPOINT = "https://bridge.example/v1"
LEASE = "UPDATE lease SET epoch = epoch + 1, holder = ?, expires = now_ms() + ?"


class Tables:
    """Shared tables, made anew, in a database that `connect` connects to."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self.connect = connect
        self.db = connect()
        prepare(self.db, ENDPOINT, shared_tables.statements(ENDPOINT))

    def rows(self, statement: str) -> list[Any]:
        """Return what is in the tables."""
        return self.db.query(statement)

    def close(self) -> None:
        self.db.close()


@dataclass
class Member:
    """One confmon of several: `epoch` is its own as the collector."""

    tables: Tables
    path: Path
    epoch: int | None = None
    is_alone: bool = False
    is_cut_off: bool = False
    author: str = "op@box"
    jobs: list[Callable[[Connection], Any]] = field(default_factory=list)

    def lead(self, lasts_ms: int = 600_000) -> None:
        """Become the collector, whoever was it."""
        self.tables.db.execute(LEASE, (self.author, lasts_ms))
        self.epoch = self.tables.db.query("SELECT epoch FROM lease")[0][0]

    def place(self, **given: Any) -> HistoryPlace:
        """Return where its history is."""
        return HistoryPlace(
            path=self.path,
            endpoint="test",
            shared=SharedTables(
                open_connection=self.connect,
                epoch=lambda: self.epoch,
                is_alone=lambda: self.is_alone,
                run=self.run,
                author=self.author,
            ),
            **given,
        )

    def connect(self) -> Connection:
        if self.is_cut_off:
            raise ShareUnavailable("the database does not answer")
        return self.tables.connect()

    def run(self, job: Callable[[Connection], Any]) -> Future[Any]:
        """Run a job at once, on the connection of the test."""
        future: Future[Any] = Future()
        try:
            if self.is_cut_off:
                raise ShareUnavailable("the database does not answer")
            future.set_result(job(self.tables.db))
        except ShareUnavailable as error:
            future.set_exception(error)
        return future

    def open(self) -> History:
        """Open the history to read it."""
        return open_place(self.place())
