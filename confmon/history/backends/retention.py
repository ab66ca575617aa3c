"""What is too old, or too much, is deleted: the oldest day first, in small transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.history.backends.connection import Connection

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000
ROWS_AT_ONCE: Final = 500
PAGES_AT_ONCE: Final = 256

_OLD: Final = (
    # What was live at the cut is known by the last keyframe before it.
    ("frame", "seq", "seq < (SELECT max(seq) FROM frame WHERE is_key = 1 AND at <= ?)"),
    ("stay", "stay", "left_to < ?"),
    ("leg", "leg", "last_seen < ?"),
    ("meeting_session", "session", "ended_to < ?"),
    ("gap", "gap", "to_at < ?"),
    ("marker", "marker", "at < ?"),
    ("action", "action", "at < ?"),
    ("run", "run", "seen_to < ? AND run < (SELECT max(run) FROM run)"),
)
"""Table, key, and which rows had ended before a moment."""
_DELETES: Final = tuple(
    f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {old} LIMIT ?)"  # noqa: S608
    for table, key, old in _OLD
)
_COUNTS: Final = tuple(f"SELECT count(*) FROM {table} WHERE {old}" for table, _, old in _OLD)  # noqa: S608


def tidy(
    connection: Connection,
    *,
    days: int,
    size: int,
    now: int,
    rest: Callable[[], None],
    used_bytes: Callable[[Connection], int],
    give_back: Callable[[Connection], bool],
) -> bool:
    """Delete what is older than `days`, or the oldest day where it takes more than `size` bytes.

    `now` is the moment by this machine. The bridge's clock may have been ten years ahead for one
    read: only what is old by both clocks is deleted. Return whether there is more to do.
    sqlite3.Error.
    """
    newest = connection.execute("SELECT at FROM frame ORDER BY seq DESC LIMIT 1").fetchone()
    oldest = connection.execute("SELECT at FROM frame ORDER BY at LIMIT 1").fetchone()
    if newest is None:
        return False
    now = min(newest[0], now)
    deleted = delete_before(connection, now - days * DAY_MS, rest)
    cut, last = (oldest[0] // DAY_MS + 1) * DAY_MS, now - HOUR_MS
    # The last hour is kept, however small the limit is.
    while not deleted and used_bytes(connection) > size and oldest[0] < last:
        deleted = delete_before(connection, min(cut, last), rest)
        if cut >= last:
            break
        cut += DAY_MS
    return give_back(connection) or deleted > 0


def delete_before(connection: Connection, cut: int, rest: Callable[[], None]) -> int:
    """Delete what had ended before a moment; return how many rows that were. sqlite3.Error."""
    deleted = 0
    for statement in _DELETES:
        count = ROWS_AT_ONCE
        while count == ROWS_AT_ONCE:
            count = connection.execute(statement, (cut, ROWS_AT_ONCE)).rowcount
            deleted += count
            rest()
    return deleted


def count_before(connection: Connection, cut: int) -> int:
    """Return how many rows had ended before a moment. sqlite3.Error."""
    return sum(connection.execute(statement, (cut,)).fetchone()[0] for statement in _COUNTS)


def used_bytes(connection: Connection) -> int:
    """Return how many bytes the database takes, without pages that are free. sqlite3.Error."""
    page, count, free = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count")
    )
    return int(page * (count - free))


def give_back(connection: Connection) -> bool:
    """Give some free pages back to the disk; return whether there are more. sqlite3.Error."""
    connection.execute(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})").fetchall()
    return bool(connection.execute("PRAGMA freelist_count").fetchone()[0] > PAGES_AT_ONCE)
