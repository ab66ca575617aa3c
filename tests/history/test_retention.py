"""What is too old or too much goes, a day at a time. What is live stays."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.history.backends import retention
from confmon.history.backends.connection import SharedConnection
from confmon.history.backends.shared_tables import used_bytes
from confmon.history.read import Read
from confmon.history.store import Store
from tests.history import oracle
from tests.history.conftest import NOW, a_call, postgres_tables, until, whole_read
from tests.history.shared import Member

if TYPE_CHECKING:
    from pathlib import Path

    from confmon.history.place import HistoryPlace
    from tests.history.shared import Tables

DAY_MS = 86_400_000


def written(place: HistoryPlace, days: int) -> Store:
    """A history of so many days: one call that stays, twenty a day that come and go."""
    store = Store(place, is_recording=lambda role: role == 0)
    assert store.open()
    store.take(whole_read(NOW, a_call(1)))
    for day in range(days):
        for nth in range(20):
            at = NOW + day * DAY_MS + nth * 1_000_000 + 1000
            call = a_call(1000 + day * 100 + nth, created=at, custom_name="n" * 500)
            store.take(Read(at, at - 1000, put=[call], whole=True))
            store.take(Read(at + 1000, at, gone=[call], whole=True))
    return store


def facts(place: HistoryPlace) -> tuple[int, int, int]:
    """The oldest frame, the oldest end of a stay, and how many bytes it takes."""
    connection = sqlite3.connect(place.path)
    try:
        oracle.check_whole(connection)
        assert connection.execute("SELECT call FROM leg WHERE last_seen IS NULL").fetchall() == [
            (1,)
        ]
        newest = connection.execute("SELECT max(seq) FROM frame").fetchone()[0]
        assert len(oracle.by_frames(connection, newest)) == 1
        oldest = connection.execute("SELECT min(at) FROM frame").fetchone()[0]
        left = connection.execute("SELECT min(left_to) FROM stay").fetchone()[0]
        return oldest, left, retention.used_bytes(connection)
    finally:
        connection.close()


def test_what_is_older_than_the_days_goes(place: HistoryPlace) -> None:
    store = written(replace(place, days=3), 8)
    newest = NOW + 7 * DAY_MS + 19 * 1_000_000 + 2000
    before = facts(place)[2]
    while store.tidy():
        pass
    oldest, left, size = facts(place)
    assert left >= newest - 3 * DAY_MS
    assert oldest <= newest - 3 * DAY_MS  # the keyframe by which that moment is known
    assert size < before
    assert not store.tidy()
    store.close()


def test_the_oldest_day_goes_where_it_takes_too_much(place: HistoryPlace) -> None:
    store = written(place, 8)
    size = facts(place)[2]
    store.close()
    store = Store(replace(place, size=size - 4096), is_recording=lambda role: role == 0)
    assert store.open()
    while store.tidy():
        pass
    oldest, left, size_now = facts(place)
    assert size_now <= size - 4096
    assert oldest < left <= NOW + 2 * DAY_MS
    store.close()


def test_the_last_hour_is_kept_however_small_the_limit_is(place: HistoryPlace) -> None:
    store = written(replace(place, size=1), 2)
    for _ in range(50):
        if not store.tidy():
            break
    else:
        raise AssertionError("it never ends")
    assert facts(place)[0] <= NOW + DAY_MS + 19 * 1_000_000 - 3_600_000
    store.close()


def test_recording_goes_on_after_that(place: HistoryPlace) -> None:
    store = written(replace(place, days=1), 4)
    while store.tidy():
        pass
    at = NOW + 5 * DAY_MS
    store.take(Read(at, at - 1000, put=[a_call(5)], whole=True))
    store.close()
    store = Store(place, is_recording=lambda role: role == 0)
    assert store.open()
    store.take(whole_read(at + 1000, a_call(1), a_call(5)))
    store.close()
    connection = sqlite3.connect(place.path)
    oracle.check_whole(connection)
    assert oracle.live_by_stays(connection) == {(1, 100), (5, 100)}
    connection.close()


def test_a_clock_that_was_years_ahead_deletes_nothing_and_is_no_limit(place: HistoryPlace) -> None:
    place = replace(place, days=3000)
    store = written(place, 20)
    store.close()
    before = facts(place)
    ahead = round(time.time() * 1000) + 3650 * DAY_MS
    store = Store(place, is_recording=lambda role: role == 0)
    assert store.open()
    store.take(whole_read(ahead, a_call(1)))
    store.tidy()
    connection = sqlite3.connect(place.path)
    kept = connection.execute("SELECT min(left_to), count(*) FROM stay").fetchone()
    connection.close()
    assert kept == (before[1], 401)
    store.take(whole_read(ahead - 3650 * DAY_MS, a_call(1)))
    store.close()
    store = Store(replace(place, size=1), is_recording=lambda role: role == 0)
    assert store.open()
    store.take(whole_read(ahead - 3650 * DAY_MS + 1000, a_call(1)))
    for _ in range(30):
        store.tidy()
    store.close()
    connection = sqlite3.connect(place.path)
    assert connection.execute(
        "SELECT count(*) FROM stay WHERE left_to <= ?", (before[1],)
    ).fetchone() == (0,)
    connection.close()


def test_what_is_too_old_goes_from_shared_tables(postgres: str, tmp_path: Path) -> None:
    tables = postgres_tables(postgres)
    member = Member(tables, tmp_path / "alone.db")
    member.lead()
    store = written(member.place(days=3), 6)
    newest = NOW + 5 * DAY_MS + 19 * 1_000_000 + 2000
    assert not store.tidy()
    connection = SharedConnection(tables.db)
    oracle.check_whole(connection)
    assert oracle.live_by_stays(connection) == {(1, 100)}
    ((left, kept),) = tables.rows("SELECT min(left_to), count(*) FROM stay")
    assert left >= newest - 3 * DAY_MS
    assert kept == 62
    member.close()
    tables.close()


def test_only_the_oldest_days_go_where_shared_tables_take_too_much(
    postgres: str, tmp_path: Path
) -> None:
    tables = postgres_tables(postgres)
    member = Member(tables, tmp_path / "alone.db")
    member.lead()
    store = written(member.place(), 8)
    connection = SharedConnection(tables.db)
    on_disk = used_bytes(connection)  # as long as PostgreSQL knows nothing else
    store.close()
    count_rows(tables)
    size = used_bytes(connection)
    assert on_disk / 4 < size < on_disk
    for _ in range(2):  # the first day began in the afternoon
        member.lead()
        store = Store(member.place(size=size - 20_000), is_recording=lambda role: role == 0)
        assert store.open()
        assert not store.tidy()  # it takes a while until PostgreSQL knows how much is left
        store.close()
        count_rows(tables)
    assert used_bytes(connection) <= size - 20_000
    ((left,),) = tables.rows("SELECT min(left_to) FROM stay")
    assert NOW + DAY_MS < left < NOW + 2 * DAY_MS
    member.close()
    tables.close()


def count_rows(tables: Tables) -> None:
    """Let PostgreSQL's statistics know each row, which it otherwise learns some moments later."""
    until(lambda: not tables.rows(_OTHERS)[0][0], 120.0)  # who ends still adds what it changed
    tables.db.execute("ANALYZE")
    until(lambda: all(known == there for known, there in tables.rows(_STAYS)), 120.0)


_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND state = 'idle' AND query LIKE '%stay%' AND pid <> pg_backend_pid()"
)
_STAYS = (
    "SELECT (SELECT n_live_tup FROM pg_stat_user_tables WHERE relname = 'stay'),"
    " (SELECT count(*) FROM stay)"
)
