"""A history in shared tables: several confmon that may write it, and a lease that a test moves."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from confmon.history.backends import shared_tables
from confmon.history.history import open_place
from confmon.history.place import HistoryPlace, SharedTables
from confmon.sharing.engine import ShareUnavailable
from confmon.sharing.records import ShareState
from confmon.sharing.tables.preparation import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from confmon.history.history import History
    from confmon.sharing.engine import Connection
    from confmon.sharing.records import Mode
    from confmon.sharing.share import Share

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
    breaks_after: int | None = None
    """After so many statements more the connections of its history break."""
    who: str = "op@box"
    opened: list[Connection] = field(default_factory=list)

    def lead(self, lasts_ms: int = 600_000) -> None:
        """Become the collector, whoever was it."""
        self.tables.db.execute(LEASE, (self.who, lasts_ms))
        self.epoch = self.tables.db.query("SELECT epoch FROM lease")[0][0]

    @property
    def state(self) -> ShareState:
        """What its share says."""
        if self.is_alone:
            return ShareState(mode="alone")
        mode: Mode = "following" if self.epoch is None else "leading"
        return ShareState(mode=mode, epoch=self.epoch or 0)

    def place(self, **given: Any) -> HistoryPlace:
        """Return where its history is."""
        tables = SharedTables(self.connect)
        tables.attach(cast("Share", self))
        return HistoryPlace(path=self.path, endpoint="test", shared=tables, **given)

    def connect(self) -> Connection:
        if self.is_cut_off:
            raise ShareUnavailable("the database does not answer")
        self.opened.append(Breaking(self.tables.connect(), self))
        return self.opened[-1]

    def close(self) -> None:
        for connection in self.opened:
            connection.close()

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


class Breaking:
    """A connection that breaks when its member says so."""

    def __init__(self, connection: Connection, member: Member) -> None:
        self._connection, self._member = connection, member
        self._is_broken = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        self._step()
        return self._connection.query(statement, values)

    def execute(self, statement: str, values: Sequence[Any] = ()) -> int:
        self._step()
        return self._connection.execute(statement, values)

    def execute_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        self._step()
        self._connection.execute_many(statement, rows)

    def _step(self) -> None:
        left = self._member.breaks_after
        if left == 0 or self._is_broken:
            self._is_broken = True
            raise ShareUnavailable("the connection to the database is broken")
        if left is not None:
            self._member.breaks_after = left - 1
