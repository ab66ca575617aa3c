"""The history in a file of its own: locked by who writes it, set aside if damaged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from confmon.history.backends import retention
from confmon.history.database import (
    HistoryBusy,
    HistoryUnavailable,
    as_unavailable,
    identity_of,
    is_busy,
    move_aside,
    open_to_write,
)
from confmon.history.lock import WriterLock

if TYPE_CHECKING:
    from confmon.history.backends.connection import Connection
    from confmon.history.place import HistoryPlace


class FileBackend:
    """One database that may be written by one confmon at a time.

    `notice` is what happened to it, to be shown once. Every method may raise HistoryUnavailable,
    and those that get a connection sqlite3.Error.
    """

    def __init__(self, place: HistoryPlace) -> None:
        self._place = place
        self._lock = WriterLock(place.path)
        self._file: tuple[int, int] | None = None
        self.notice = ""

    @property
    def is_shared(self) -> bool:
        """Whether it is shared tables that are written."""
        return False

    def is_in_place(self) -> bool:
        """Whether the file is the one that was opened: somebody may have removed or replaced it."""
        return self._file == identity_of(self._place.path) and self._lock.is_held

    def take(self) -> bool:
        """Become the one who writes. False: another confmon does."""
        if self._place.trouble:
            raise HistoryUnavailable(self._place.trouble)
        try:
            return self._lock.take()
        except OSError as error:
            words = f"{self._place.path.parent} can't be written: {error.strerror or error}"
            raise HistoryUnavailable(words) from None

    def connect(self) -> Connection:
        """Open the database when it was taken. DamagedHistory."""
        connection = open_to_write(self._place.path, self._place.endpoint)
        self._file = identity_of(self._place.path)
        return connection

    def begin(self, connection: Connection) -> None:
        """Begin a transaction. HistoryBusy: somebody else writes at the moment."""
        import sqlite3

        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if is_busy(error):
                raise HistoryBusy(str(as_unavailable(error))) from None
            raise

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
        """Return how many bytes the history takes."""
        return retention.used_bytes(connection)

    def give_back(self, connection: Connection) -> bool:
        """Give some unused room back to the disk. Return whether there is more."""
        return retention.give_back(connection)

    def release(self) -> None:
        """Let another confmon write."""
        self._lock.release()
