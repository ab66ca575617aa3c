"""The shared tables in a file: for several confmon on one box."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from confmon.sharing.engine import NotPrepared, Row, ShareUnavailable, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from confmon.sharing.records import FrameRow

LOOK_S = 0.05
"""How often a file is asked whether somebody changed it."""
BUSY_S = 2.0

_LEASE = (
    "UPDATE lease SET seq = seq + 1 WHERE holder = ? AND epoch = ? AND expires > now_ms()"
    " RETURNING seq"
)
_FRAME = "INSERT INTO live_frame VALUES (?, ?, ?, ?, ?, ?, ?, now_ms(), ?)"
# Those after a snapshot are kept even if the clock was set forward: who attaches needs them.
_OLD = (
    "DELETE FROM live_frame WHERE written < now_ms() - ?"
    " AND seq <= (SELECT MIN(seq) FROM live_snapshot)"
)


def now_ms() -> int:
    """Return the time of this box, in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class FileConnection:
    """Fulfils `confmon.sharing.engine.Connection` by SQLite. `clock_ms` is its clock."""

    dialect: Final = "sqlite"
    hears_words: Final = False

    def __init__(self, path: Path, clock_ms: Callable[[], int] = now_ms) -> None:
        self._woken = threading.Event()
        with _unavailable():
            self._db = sqlite3.connect(
                path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
            )
            # A file may hold what is no text: it must not end the watch.
            self._db.text_factory = lambda text: text.decode(errors="replace")
            self._db.create_function("now_ms", 0, clock_ms)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
        self._version = self._data_version()

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a statement."""
        with _unavailable():
            return self._db.execute(statement, _storable(values)).fetchall()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement and return how many rows it changed."""
        with _unavailable():
            return self._db.execute(statement, _storable(values)).rowcount

    def execute_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of values, all in one transaction."""
        with (
            _unavailable(),
            contextlib.nullcontext() if self._db.in_transaction else self.transaction(),
        ):
            self._db.executemany(statement, map(_storable, rows))

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Let statements happen together, or not at all."""
        with _unavailable():
            self._db.execute("BEGIN IMMEDIATE")
            with self._db:  # it commits, or rolls back what the database itself has not
                yield

    def append_frame(self, holder: str, epoch: int, frame: FrameRow, keep_ms: int) -> int | None:
        """Write a frame with the next number, if the lease is still this holder's."""
        with self.transaction():
            found = self.query(_LEASE, (holder, epoch))
            if not found:
                return None
            seq: int = found[0][0]
            kind, meeting = frame.scope
            self.execute(
                _FRAME,
                (seq, epoch, kind, meeting, frame.asked, frame.answered, frame.is_key, frame.data),
            )
            self.execute(_OLD, (keep_ms,))
        return seq

    def notify(self, word: str) -> None:
        """Do nothing: the file itself tells that it was changed."""

    def wait(self, timeout_s: float) -> set[str]:
        """Wait until somebody changed the file, for `wake`, or for a time."""
        until = time.monotonic() + timeout_s
        while True:
            version = self._data_version()
            if version != self._version:
                self._version = version
                return {"any"}
            left = until - time.monotonic()
            if left <= 0 or self._woken.wait(min(LOOK_S, left)):
                self._woken.clear()
                return set()

    def wake(self) -> None:
        """Let `wait` return now."""
        self._woken.set()

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(sqlite3.Error):
            self._db.close()

    def _data_version(self) -> int:
        with _unavailable():
            version: int = self._db.execute("PRAGMA data_version").fetchone()[0]
        return version


def _storable(values: Sequence[Any]) -> list[Any]:
    return [storable(value) if isinstance(value, str) else value for value in values]


@contextlib.contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if str(error).startswith("no such table"):  # SQLite has no code of its own for that
            raise NotPrepared(f"the shared file has no tables ({error})") from None
        raise ShareUnavailable(f"the shared file fails ({error})") from None
