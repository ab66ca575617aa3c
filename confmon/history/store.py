"""One database being written: opened, locked, one transaction an item, set aside if damaged.

What fails leaves the database and what is known of it as they were before, so the same item can be
tried again. Everything here runs on one thread.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from confmon import __version__
from confmon.history import retention
from confmon.history.database import (
    DamagedHistory,
    HistoryUnavailable,
    as_unavailable,
    identity_of,
    is_busy,
    move_aside,
    open_to_write,
)
from confmon.history.lock import WriterLock
from confmon.history.read import NewGap
from confmon.history.writing.book import Book

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from confmon.history.place import HistoryPlace
    from confmon.history.read import Item
    from confmon.history.records import Reason


class HistoryBusy(HistoryUnavailable):
    """Another program writes at the moment: nothing was tried yet."""


class Store:
    """Writes the database of one endpoint."""

    def __init__(
        self,
        place: HistoryPlace,
        *,
        is_recording: Callable[[int | None], bool],
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        """`rest` is called again and again in long work, for other threads."""
        self._place = place
        self._is_recording = is_recording
        self._rest = rest
        self._lock = WriterLock(place.path)
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._book: Book | None = None
        self._awaits = True, True
        """Whether reads of everything are waited for: of calls, of meetings."""
        self._has_begun = False
        self.notice = ""
        """What happened to the database, to be shown once."""

    @property
    def awaits_calls(self) -> bool:
        """Whether a read of all calls, with everything in it, is needed to go on."""
        return self._awaits[0]

    @property
    def awaits_meetings(self) -> bool:
        """The same for meetings."""
        return self._awaits[1]

    def is_open(self) -> bool:
        """Whether it can be written, as far as is known."""
        return self._connection is not None

    def open(self) -> bool:
        """Begin to write; False: another confmon does. HistoryUnavailable."""
        if self._place.trouble:
            raise HistoryUnavailable(self._place.trouble)
        if self._connection is not None:
            if self._file == identity_of(self._place.path) and self._lock.is_held:
                return True
            # Somebody has removed or replaced it.
            self._disconnect()
            self._awaits, self._has_begun = (True, True), False
        try:
            if not self._lock.take():
                return False
        except OSError as error:
            words = f"{self._place.path.parent} can't be written: {error.strerror or error}"
            raise HistoryUnavailable(words) from None
        try:
            self._connect_anew()
        except BaseException:
            self._lock.release()  # another confmon may be able to
            raise
        return True

    def _connect_anew(self) -> None:
        try:
            self._connect()
        except DamagedHistory:
            self._set_aside()
            self._connect()

    def _connect(self) -> None:
        connection = open_to_write(self._place.path, self._place.endpoint)
        try:
            self._connection = connection
            self._load()
        except BaseException:
            self._connection = None
            connection.close()
            raise
        self._file = identity_of(self._place.path)

    def _load(self) -> Book:
        connection = self._connection
        assert connection is not None  # noqa: S101  called when it is open
        import sqlite3

        try:
            book = Book(
                connection,
                is_recording=self._is_recording,
                author=_user(),
                rest=self._rest,
            )
        except sqlite3.Error as error:
            raise as_unavailable(error, opening=True) from None
        except (ValueError, TypeError):
            raise DamagedHistory("the database is damaged") from None
        book.awaits_calls, book.awaits_meetings = self._awaits
        self._book = book
        return book

    def _set_aside(self) -> None:
        """Begin a new database in the place of a damaged one, which is kept. HistoryUnavailable."""
        self._disconnect()
        self._awaits, self._has_begun = (True, True), False
        stamp = time.strftime("%Y%m%d-%H%M%S")
        try:
            moved = move_aside(self._place.path, stamp)
        except OSError as error:
            words = f"the damaged database can't be moved aside: {error.strerror or error}"
            raise HistoryUnavailable(words) from None
        self.notice = f"The history was damaged. It is now {moved.name}; a new one has begun"

    def take(self, item: Item) -> None:
        """Write an item. HistoryUnavailable: nothing of it was written, all is as before."""
        self._transact(lambda book: book.take(item), at=_moment_of(item))

    def lose(self, reason: Reason) -> None:
        """Note that items were lost. HistoryUnavailable."""
        if self._has_begun:
            self._transact(lambda book: book.lose(reason))
        self._awaits = True, True

    def _transact(self, work: Callable[[Book], None], at: int | None = None) -> None:
        connection = self._connection
        if connection is None:
            raise HistoryUnavailable("it is not open")
        import sqlite3

        try:
            book = self._book or self._load()
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                if is_busy(error):
                    raise HistoryBusy(str(as_unavailable(error))) from None
                raise
            if not self._has_begun and at is not None:
                awaits = book.awaits_calls, book.awaits_meetings
                book.begin_run(at, os.uname().nodename, os.getpid(), f"confmon {__version__}")
                book.awaits_calls, book.awaits_meetings = awaits
            work(book)
            connection.execute("COMMIT")
        except HistoryBusy:
            raise
        except sqlite3.Error as error:
            self._undo()
            reason = as_unavailable(error)
            if isinstance(reason, DamagedHistory):
                self._set_aside()
                self._connect()
            raise reason from None
        except BaseException:
            self._undo()
            raise
        self._has_begun = self._has_begun or at is not None
        self._awaits = book.awaits_calls, book.awaits_meetings

    def _undo(self) -> None:
        import sqlite3

        self._book = None
        if self._connection is not None:
            try:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            except sqlite3.Error:
                self._disconnect()

    def tidy(self) -> bool:
        """Delete a part of what is too old or too much; return whether there is more.

        HistoryUnavailable.
        """
        connection = self._connection
        if connection is None:
            return False
        import sqlite3

        try:
            return retention.tidy(
                connection,
                days=self._place.days,
                size=self._place.size,
                now=round(time.time() * 1000),
                rest=self._rest,
            )
        except sqlite3.Error as error:
            self._undo()
            raise as_unavailable(error) from None

    def _disconnect(self) -> None:
        self._book = None
        if self._connection is not None:
            with contextlib.suppress(Exception):
                self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Close the database, and let another confmon write it."""
        self._disconnect()
        self._lock.release()


def _moment_of(item: Item) -> int:
    return item.since if isinstance(item, NewGap) else item.at


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
