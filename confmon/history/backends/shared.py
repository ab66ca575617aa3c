"""The history in tables that several confmon share: the collector writes, all read.

Two can never write at once. The collector's epoch is in a row of `meta`, and each transaction
begins by setting it again, if it is still there and the lease has not expired. So who has become
the collector waits for the last transaction of the one before, and that one can begin no other.
It is not the row of the lease that is locked: the frames of the live state must not wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.history.backends.connection import SNAPSHOT, SharedConnection
from confmon.history.backends.file import FileBackend
from confmon.history.backends.shared_tables import check_version, used_bytes
from confmon.history.database import HistoryBusy, HistoryUnavailable
from confmon.sharing.engine import ShareUnavailable

if TYPE_CHECKING:
    from confmon.history.backends.connection import Connection
    from confmon.history.place import HistoryPlace, SharedTables

_HELD: Final = " AND EXISTS (SELECT 1 FROM lease WHERE epoch = ? AND expires > now_ms())"
_WRITE: Final = "UPDATE meta SET value = ? WHERE name = 'writer' AND "
CLAIM: Final = f"{_WRITE}CAST(value AS BIGINT) <= ?{_HELD}"
FENCE: Final = f"{_WRITE}value = ?{_HELD}"
STATEMENT_S: Final = 15.0
"""So long a statement of the history may take: nobody waits at the keys for it."""
NOT_OURS: Final = "another confmon collects now"
OWN: Final = (
    "what happened while alone is in this machine's own history, and not in the shared one:"
    " confmon help sharing"
)


class SharedBackend(FileBackend):
    """Shared tables, and a file while this confmon is alone."""

    def __init__(self, place: HistoryPlace, tables: SharedTables) -> None:
        super().__init__(place)
        self._tables = tables
        self._epoch: int | None = None
        """Of the tables that are open; None: the file is."""
        self._opened: SharedConnection | None = None
        self._has_own = False
        """Whether the file has something that the tables were never told."""

    @property
    def is_shared(self) -> bool:
        """Whether it is the shared tables that are written."""
        return self._epoch is not None

    def is_in_place(self) -> bool:
        """Whether the same is to be written as before, by a connection that works."""
        if self._epoch is None:
            return self._tables.is_alone() and super().is_in_place()
        is_whole = self._opened is not None and not self._opened.is_broken
        return is_whole and self._tables.epoch() == self._epoch

    def take(self) -> bool:
        """Write the file while alone, the tables as the collector, and otherwise nothing."""
        self._epoch = None
        if self._tables.is_alone():
            return super().take()
        super().release()
        if self._has_own:
            self._has_own, self.notice = False, self.notice or OWN
        self._epoch = self._tables.epoch()
        return self._epoch is not None

    def connect(self) -> Connection:
        """Open the tables, and wait until who wrote them before does so no more."""
        if self._epoch is None:
            return super().connect()
        connection = open_connection(self._tables)
        try:
            check_version(connection)
            mine = str(self._epoch), self._epoch, self._epoch
            if connection.execute(CLAIM, mine).rowcount != 1:
                raise HistoryBusy(NOT_OURS)
        except BaseException:
            connection.close()
            raise
        self._opened = connection
        return connection

    def begin(self, connection: Connection) -> None:
        """Begin a transaction, which another collector waits for. HistoryBusy: there is one."""
        if self._epoch is None:
            super().begin(connection)
            self._has_own = True
            return
        connection.execute("BEGIN")
        mine = str(self._epoch), str(self._epoch), self._epoch
        if connection.execute(FENCE, mine).rowcount != 1:
            connection.execute("ROLLBACK")
            raise HistoryBusy(NOT_OURS)

    def set_aside(self) -> None:
        """Set the file aside. HistoryUnavailable: the tables are everybody's."""
        if self._epoch is not None:
            raise HistoryUnavailable("a part of the shared history is broken")
        super().set_aside()

    def used_bytes(self, connection: Connection) -> int:
        """Return about how many bytes the history takes."""
        return super().used_bytes(connection) if self._epoch is None else used_bytes(connection)

    def give_back(self, connection: Connection) -> bool:
        """Give room of the file back. PostgreSQL uses its own again, by itself."""
        return self._epoch is None and super().give_back(connection)

    def release(self) -> None:
        """Let another confmon write the file; the lease is not the history's."""
        self._opened = None
        super().release()


def open_connection(tables: SharedTables, *, to_read: bool = False) -> SharedConnection:
    """Open one more connection to the shared tables. HistoryUnavailable."""
    try:
        connection = tables.open_connection()
    except ShareUnavailable as error:
        raise HistoryUnavailable(str(error)) from None
    must_say = to_read and connection.dialect == "postgresql"  # SQLite does so by itself
    return SharedConnection(connection, first=SNAPSHOT if must_say else "")
