"""Opening the database: to write, with its tables made or migrated, or to read.

`sqlite3` is imported when called: nothing of the history is loaded before the first frame.
"""

from __future__ import annotations

import os
import stat
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from confmon.history.schema import INDEXES, TABLES, VERSION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

BUSY_S: Final = 0.25
"""How long SQLite itself waits for another writer; the writer tries again after that."""
PAGES_KEPT_KIB: Final = 8192
WAL_PAGES: Final = 2000
"""The log is written back into the database when it has so many pages (of 4 KiB)."""
WAL_LEFT: Final = 16 << 20
"""So many bytes of the log are left on the disk after that."""


class HistoryUnavailable(Exception):
    """The history can't be opened, and why, as a plain sentence."""


class HistoryBusy(HistoryUnavailable):
    """Another program writes at the moment: nothing was tried yet."""


class NewerHistory(HistoryUnavailable):
    """A newer confmon has written it: it can be read, maybe, and is not written."""


class DamagedHistory(HistoryUnavailable):
    """The file is no database, or a damaged one."""


def open_to_write(path: Path, endpoint: str) -> sqlite3.Connection:
    """Open the database, make it or bring its tables up to date. HistoryUnavailable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_private(path)
    except OSError as error:
        words = f"{path} can't be written: {error.strerror or error}"
        raise HistoryUnavailable(words) from None
    return _open(path, partial(_prepare, endpoint=endpoint), opening=True, timeout=BUSY_S)


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open the database read-only, from any one thread at a time. HistoryUnavailable."""
    from urllib.parse import quote

    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise HistoryUnavailable(f"{path} is no file")
    except (FileNotFoundError, NotADirectoryError):
        raise HistoryUnavailable("nothing has been recorded yet") from None
    except OSError as error:
        raise HistoryUnavailable(f"{path} can't be read: {error.strerror or error}") from None
    uri = f"file:{quote(os.fsencode(path))}?mode=ro"
    return _open(uri, _prepare_to_read, uri=True, timeout=2.0, check_same_thread=False)


def _open(
    place: str | Path,
    prepare: Callable[[sqlite3.Connection], None],
    *,
    opening: bool = False,
    **how: Any,
) -> sqlite3.Connection:
    """Open a database and prepare it, or close it again. HistoryUnavailable."""
    import sqlite3

    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(place, isolation_level=None, **how)
        prepare(connection)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise as_unavailable(error, opening=opening) from None
        raise
    return connection


def _prepare_to_read(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = 1")
    if version_of(connection) is None:
        raise HistoryUnavailable("nothing has been recorded yet")


def make_private(path: Path) -> None:
    """Make a file that its owner alone can read, or make it so. OSError.

    An existing file is not opened: to close it would take SQLite's locks from this process.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)


def identity_of(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one at the same path; None: there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def version_of(connection: sqlite3.Connection) -> int | None:
    """Return the version of the tables; None: there are none. sqlite3.Error."""
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
    if there is None:
        return None
    row = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
    if row is None or not str(row[0]).isdecimal():
        raise DamagedHistory("the database is damaged")
    return int(row[0])


def _prepare(connection: sqlite3.Connection, endpoint: str) -> None:
    version = version_of(connection)
    if version is not None and version > VERSION:
        raise NewerHistory(f"a newer confmon has written it (version {version} of the tables)")
    if version is None:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before there is a table
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA cache_size = -{PAGES_KEPT_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
    connection.execute(f"PRAGMA journal_size_limit = {WAL_LEFT}")
    if version == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    with connection:  # it commits, or rolls back
        if version is None:
            make_tables(connection)
            rows = [("version", str(VERSION)), ("endpoint", endpoint)]
            connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)
        else:
            _migrate(connection, version)


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables and indexes."""
    for statement in (*TABLES, *INDEXES):
        connection.execute(statement)


_MIGRATIONS: Final[dict[int, tuple[str, ...]]] = {}
"""What brings the tables of a version to the next one."""


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for step in range(version, VERSION):
        if step not in _MIGRATIONS:
            raise NewerHistory(f"its tables are of an unknown version ({version})")
        for statement in _MIGRATIONS[step]:
            connection.execute(statement)
    connection.execute("UPDATE meta SET value = ? WHERE name = 'version'", (str(VERSION),))


_WORDS: Final = {
    "SQLITE_ERROR": "its tables are not those that this confmon knows",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_BUSY": "the database is locked by another program",
    "SQLITE_LOCKED": "the database is locked by another program",
    "SQLITE_READONLY": "the database can't be written",
    "SQLITE_IOERR": "the disk fails",
    "SQLITE_CANTOPEN": "the database can't be opened",
    "SQLITE_PERM": "the database can't be opened",
}
_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")
_BUSY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")


def as_unavailable(error: sqlite3.Error, *, opening: bool = False) -> HistoryUnavailable:
    """Return what an error of SQLite means; `opening`: of statements that any such file takes."""
    kind = _kind_of(error)
    if kind in _DAMAGE or (opening and kind == "SQLITE_ERROR"):
        return DamagedHistory("the database is damaged")
    return HistoryUnavailable(_WORDS.get(kind, f"the database fails ({type(error).__name__})"))


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another program writes at the moment."""
    return _kind_of(error) in _BUSY


def _kind_of(error: sqlite3.Error) -> str:
    """Return the name of SQLite's error without its finer kind: SQLITE_IOERR_WRITE is IOERR."""
    return "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])


def move_aside(path: Path, stamp: str) -> Path:
    """Rename a damaged database, and what belongs to it; return its new name. OSError."""
    moved = path.with_name(f"{path.name}.broken-{stamp}")
    path.rename(moved)
    for ending in ("-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(moved.with_name(moved.name + ending))
    return moved
