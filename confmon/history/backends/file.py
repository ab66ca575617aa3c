"""The history in a file of its own: locked by who writes it, set aside if damaged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from confmon.history.backends import retention
from confmon.history.backends.backend import HistoryBusy
from confmon.history.database import (
    HistoryUnavailable,
    as_unavailable,
    identity_of,
    is_busy,
    move_aside,
    open_to_write,
)
from confmon.history.lock import WriterLock

if TYPE_CHECKING:
    from confmon.history.backends.backend import Connection
    from confmon.history.place import HistoryPlace


class FileBackend:
    """Fulfils `confmon.history.backends.backend.Backend` by SQLite."""

    set_back_ms = 2000
    is_handed_over = False
    knows_size = True

    def __init__(self, place: HistoryPlace) -> None:
        self._place = place
        self._lock = WriterLock(place.path)
        self._file: tuple[int, int] | None = None
        self.notice = ""

    def is_in_place(self) -> bool:
        """Whether the file is the one that was opened: somebody may have removed or replaced it."""
        return self._file == identity_of(self._place.path) and self._lock.is_held

    def take(self) -> bool:
        """Take the lock."""
        if self._place.trouble:
            raise HistoryUnavailable(self._place.trouble)
        try:
            return self._lock.take()
        except OSError as error:
            words = f"{self._place.path.parent} can't be written: {error.strerror or error}"
            raise HistoryUnavailable(words) from None

    def connect(self) -> Connection:
        """Open the file, or make it. DamagedHistory."""
        connection = open_to_write(self._place.path, self._place.endpoint)
        self._file = identity_of(self._place.path)
        return connection

    def begin(self, connection: Connection) -> None:
        """Begin a transaction. sqlite3.Error."""
        import sqlite3

        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if is_busy(error):
                raise HistoryBusy(str(as_unavailable(error))) from None
            raise

    def has_items(self, connection: Connection) -> bool:
        """Return False: others leave nothing in a file."""
        return False

    def take_items(self, connection: Connection) -> list[Any]:
        """Return nothing."""
        return []

    def set_aside(self) -> None:
        """Begin a new database in the place of a damaged one, which is kept."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        try:
            moved = move_aside(self._place.path, stamp)
        except OSError as error:
            words = f"the damaged database can't be moved aside: {error.strerror or error}"
            raise HistoryUnavailable(words) from None
        self.notice = f"The history was damaged. It is now {moved.name}; a new one has begun"

    def used_bytes(self, connection: Connection) -> int:
        """Return how many bytes the file takes, without pages that are free. sqlite3.Error."""
        return retention.used_bytes(connection)

    def give_back(self, connection: Connection) -> bool:
        """Give some free pages back to the disk. sqlite3.Error."""
        return retention.give_back(connection)

    def release(self) -> None:
        """Let another confmon write."""
        self._lock.release()
