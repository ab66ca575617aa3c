"""One database being written: opened, one transaction an item, set aside if damaged.

What fails leaves the database and what is known of it as they were before, so the same item can be
tried again. Everything here runs on one thread.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from confmon import __version__
from confmon.history.backends import retention
from confmon.history.backends.file import FileBackend
from confmon.history.backends.items import are_there, take_items
from confmon.history.database import (
    DamagedHistory,
    HistoryBusy,
    HistoryUnavailable,
    as_unavailable,
)
from confmon.history.read import NewGap
from confmon.history.writing.book import HANDED_OVER_SET_BACK_MS, SET_BACK_MS, Book

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.history.backends.connection import Connection
    from confmon.history.place import HistoryPlace
    from confmon.history.read import Item
    from confmon.history.records import Reason


class Store:
    """Writes the database of one endpoint."""

    def __init__(
        self,
        place: HistoryPlace,
        *,
        is_recording: Callable[[int | None], bool],
        rest: Callable[[], None] = lambda: None,
        gap_from_s: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`rest` is called again and again in long work, for other threads.

        `gap_from_s`: what was handed over after no more seconds has no gap.
        """
        self._place = place
        self._backend = _backend_of(place)
        self._is_recording = is_recording
        self._rest = rest
        self._gap_from_s = gap_from_s
        self._connection: Connection | None = None
        self._book: Book | None = None
        self.awaits_calls = self.awaits_meetings = True
        """Whether reads of all calls and meetings, with everything in them, are needed to go on."""
        self._has_begun = False

    def notice(self) -> str:
        """Return what happened to the database, once; otherwise an empty string."""
        words, self._backend.notice = self._backend.notice, ""
        return words

    def is_open(self) -> bool:
        """Whether it can be written, as far as is known."""
        return self._connection is not None

    def open(self) -> bool:
        """Begin to write; False: another confmon does. HistoryUnavailable."""
        if self._connection is not None:
            if self._backend.is_in_place():
                return True
            self._forget()
        if not self._backend.take():
            return False
        try:
            try:
                self._connect()
            except DamagedHistory:
                self._set_aside()
        except BaseException:
            self._backend.release()  # another confmon may be able to
            raise
        return True

    def _connect(self) -> None:
        connection = self._backend.connect()
        try:
            self._connection = connection
            self._load(connection)
        except BaseException:
            self._connection = None
            connection.close()
            raise

    def _load(self, connection: Connection) -> Book:
        import sqlite3

        try:
            book = Book(
                connection,
                is_recording=self._is_recording,
                author=_user(),
                rest=self._rest,
                set_back_ms=HANDED_OVER_SET_BACK_MS if self._backend.is_shared else SET_BACK_MS,
            )
        except sqlite3.Error as error:
            raise as_unavailable(error, opening=True) from None
        except (ValueError, TypeError):
            raise DamagedHistory("the database is damaged") from None
        book.awaits_calls, book.awaits_meetings = self.awaits_calls, self.awaits_meetings
        self._book = book
        return book

    def _set_aside(self) -> None:
        """Begin a new database in the place of a damaged one, which is kept. HistoryUnavailable."""
        self._forget()
        self._backend.set_aside()
        self._connect()

    def _forget(self) -> None:
        """Close the database; the next one is another, or the same after others wrote it."""
        self._disconnect()
        self.awaits_calls = self.awaits_meetings = True
        self._has_begun = False

    def take(self, item: Item) -> None:
        """Write an item. HistoryUnavailable: nothing of it was written, all is as before."""
        self._transact(
            lambda book: book.take(item), at=item.since if isinstance(item, NewGap) else item.at
        )

    def lose(self, reason: Reason) -> None:
        """Note that items were lost. HistoryUnavailable."""
        if self._has_begun:
            self._transact(lambda book: book.lose(reason))
        self.awaits_calls = self.awaits_meetings = True

    def _transact(self, work: Callable[[Book], None], at: int | None = None) -> None:
        connection = self._connection
        if connection is None:
            raise HistoryUnavailable("it is not open")
        import sqlite3

        try:
            book = self._book or self._load(connection)
            self._backend.begin(connection)
            if not self._has_begun and at is not None:
                self._begin_run(book, at)
            work(book)
            for item in take_items(connection) if self._backend.is_shared else ():
                book.take(item)
            connection.execute("COMMIT")
        except HistoryBusy:
            raise
        except (sqlite3.Error, DamagedHistory) as error:
            self._undo()
            reason = as_unavailable(error) if isinstance(error, sqlite3.Error) else error
            if isinstance(reason, DamagedHistory):
                self._set_aside()
            raise reason from None
        except BaseException:
            self._undo()
            raise
        self._has_begun = self._has_begun or at is not None
        self.awaits_calls, self.awaits_meetings = book.awaits_calls, book.awaits_meetings

    def _begin_run(self, book: Book, at: int) -> None:
        limit_ms = round(self._gap_from_s() * 1000)
        if not self._backend.is_shared or not book.go_on(at, limit_ms):
            book.begin_run(at, os.uname().nodename, os.getpid(), f"confmon {__version__}")

    def _undo(self) -> None:
        import sqlite3

        self._book = None
        if self._connection is not None:
            try:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            except (sqlite3.Error, HistoryUnavailable):
                self._disconnect()

    def take_items(self) -> None:
        """Write what others have left to be written. HistoryUnavailable."""
        if self._connection is None or not self._has_begun or not self._backend.is_in_place():
            return
        if self._backend.is_shared and are_there(self._connection):
            self._transact(lambda _: None)

    def tidy(self) -> bool:
        """Delete a part of what is too old or too much; return whether there is more.

        HistoryUnavailable.
        """
        connection = self._connection
        if connection is None or not self._backend.is_in_place():
            return False
        import sqlite3

        try:
            has_more = retention.tidy(
                connection,
                days=self._place.days,
                size=self._place.size,
                now=round(time.time() * 1000),
                rest=self._rest,
                used_bytes=self._backend.used_bytes,
                give_back=self._backend.give_back,
            )
        except HistoryUnavailable:
            self._undo()
            raise
        except sqlite3.Error as error:
            self._undo()
            raise as_unavailable(error) from None
        # PostgreSQL's statistics come some seconds late: it must not be hurried.
        return has_more and not self._backend.is_shared

    def _disconnect(self) -> None:
        self._book = None
        if self._connection is not None:
            with contextlib.suppress(Exception):
                self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Close the database, and let another confmon write it."""
        self._disconnect()
        self._backend.release()


def _backend_of(place: HistoryPlace) -> FileBackend:
    if place.shared is None:
        return FileBackend(place)
    from confmon.history.backends.shared import SharedBackend

    return SharedBackend(place, place.shared)


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
