"""What goes wrong with the disk and the file: by its real causes."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from confmon.history.answers import CallQuery
from confmon.history.database import DamagedHistory, HistoryUnavailable, open_to_read
from confmon.history.history import open_history
from confmon.history.place import HistoryPlace
from confmon.history.read import NewGap, NewMarker, Read
from confmon.history.store import Store
from confmon.models.live_records import Meeting
from tests.history.conftest import NOW, a_call, meetings_read, until, whole_read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.history.conftest import Writers

A_MEETING = Meeting(meeting_number=100, id=7, created=NOW - 90_000)


def rows(place: HistoryPlace, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(place.path)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_files_are_for_their_owner_alone(place: HistoryPlace, writers: Writers) -> None:
    writer = writers()
    writer.put(whole_read(NOW, a_call(1)))
    until(lambda: writer.acknowledged == NOW)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in place.path.parent.iterdir()}
    assert modes.keys() >= {"history.db", "history.db-wal", "history.db.lock"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(place.path.parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_made_private(
    place: HistoryPlace, writers: Writers
) -> None:
    place.path.parent.mkdir()
    place.path.touch(0o644)
    writer = writers()
    writer.put(whole_read(NOW, a_call(1)))
    until(lambda: writer.acknowledged == NOW)
    assert stat.S_IMODE(place.path.stat().st_mode) == 0o600


def test_no_access_code_is_kept(place: HistoryPlace, writers: Writers) -> None:
    writer = writers()
    writer.put(whole_read(NOW, a_call(1, access_code="918273")))
    until(lambda: writer.acknowledged == NOW)
    writer.close()
    assert b"918273" not in place.path.read_bytes()


def test_a_full_disk_loses_nothing_that_fits_into_memory(place: HistoryPlace) -> None:
    store = Store(place, is_recording=lambda role: role == 0)
    assert store.open()
    store.take(whole_read(NOW, a_call(1)))
    connection = store._connection
    assert connection is not None
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    many = [a_call(key, custom_name="n" * 200) for key in range(2, 300)]
    read = Read(NOW + 2000, NOW, put=many, whole=True)
    for _ in range(3):
        with pytest.raises(HistoryUnavailable, match="the disk is full"):
            store.take(read)
    connection.execute("PRAGMA max_page_count = 1000000")
    store.take(read)
    store.close()
    assert rows(place, "SELECT count(*), count(DISTINCT leg) FROM stay") == [(299, 299)]
    assert rows(place, "SELECT count(*) FROM gap") == [(0,)]


def test_a_locked_database_is_tried_again_and_loses_nothing(
    place: HistoryPlace, writers: Writers
) -> None:
    writer = writers()
    writer.put(whole_read(NOW, a_call(1)))
    until(lambda: writer.acknowledged == NOW)
    other = sqlite3.connect(place.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writer.put(Read(NOW + 2000, NOW, put=[a_call(2)], whole=True))
    until(lambda: writer.trouble)
    assert writer.trouble == "the database is locked by another program"
    other.execute("ROLLBACK")
    other.close()
    until(lambda: writer.acknowledged == NOW + 2000)
    assert not writer.trouble
    assert rows(place, "SELECT count(*) FROM gap") == [(0,)]


def test_what_is_too_much_to_wait_becomes_a_gap(place: HistoryPlace, writers: Writers) -> None:
    writer = writers(items_kept=3)
    writer.put(whole_read(NOW, a_call(1), a_call(2)))
    until(lambda: writer.acknowledged == NOW)
    other = sqlite3.connect(place.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for nth in range(1, 9):
        writer.put(Read(NOW + nth * 1000, NOW + nth * 1000 - 1000, whole=True))
    assert writer.wants_calls
    assert writer.why_lost
    other.execute("ROLLBACK")
    other.close()
    # Everything comes again and again, until the writer is ready to take it.
    at = NOW + 9000

    def put_everything() -> bool:
        nonlocal at
        if not writer._items:  # as many as come at the pace of polls
            at += 1000
            writer.put(whole_read(at, a_call(2), a_call(3)))
        return not writer.wants_calls

    until(put_everything)
    writer.close()
    [(from_at, to_at, reason)] = rows(place, "SELECT from_at, to_at, reason FROM gap")
    assert (from_at, reason) == (NOW + 3000, "paused")
    assert isinstance(to_at, int)
    assert to_at > NOW + 9000
    assert rows(place, "SELECT left_from, left_to, how FROM stay WHERE left_to NOTNULL") == [
        (from_at, to_at, "unseen")
    ]
    keys = rows(place, "SELECT at FROM frame WHERE is_key = 1")
    assert (to_at,) in keys


@pytest.mark.parametrize("damage", ["no database", "a page", "the header's end"])
def test_a_damaged_database_is_set_aside_and_reported(
    place: HistoryPlace, writers: Writers, damage: str
) -> None:
    if damage == "no database":
        place.path.parent.mkdir()
        place.path.write_bytes(b"garbage" * 1000)
    else:
        store = Store(place, is_recording=lambda role: role == 0)
        assert store.open()
        store.take(whole_read(NOW, *map(a_call, range(300))))
        store.close()
        with place.path.open("r+b") as file:
            file.seek(4096 if damage == "a page" else 30)
            file.write(Random(1).randbytes(8000 if damage == "a page" else 70))  # noqa: S311
    writer = writers()

    def put_everything() -> bool:
        writer.put(whole_read(NOW + 5000, a_call(1)))
        return writer.acknowledged == NOW + 5000

    until(put_everything)
    assert "The history was damaged. It is now history.db.broken-" in writer.notice()
    assert writer.notice() == ""
    assert not writer.trouble
    assert [path for path in place.path.parent.iterdir() if ".broken-" in path.name]
    assert rows(place, "SELECT call FROM leg") == [(1,)]


def test_damage_that_is_found_after_a_failure_is_set_aside_too(place: HistoryPlace) -> None:
    store = Store(place, is_recording=lambda role: role == 0)
    assert store.open()
    store.take(whole_read(NOW, a_call(1)))
    other = sqlite3.connect(place.path, isolation_level=None)
    other.execute("UPDATE frame SET data = x'00'")
    other.execute("DROP TABLE gap")
    with pytest.raises(HistoryUnavailable):
        store.take(NewGap(NOW + 1000, "paused"))
    other.execute("CREATE TABLE gap (gap INTEGER PRIMARY KEY, from_at, to_at, reason)")
    other.close()
    with pytest.raises(DamagedHistory):  # it is loaded again
        store.take(whole_read(NOW + 2000, a_call(1)))
    store.take(whole_read(NOW + 3000, a_call(1)))
    assert "The history was damaged" in store.notice()
    store.close()
    assert rows(place, "SELECT first_seen FROM leg") == [(NOW + 3000,)]


def test_a_newer_database_is_not_written(place: HistoryPlace, writers: Writers) -> None:
    store = Store(place, is_recording=lambda role: role == 0)
    assert store.open()
    store.close()
    connection = sqlite3.connect(place.path)
    connection.execute("UPDATE meta SET value = '99' WHERE name = 'version'")
    connection.commit()
    connection.close()
    before = place.path.read_bytes()
    writer = writers()
    writer.put(whole_read(NOW, a_call(1)))
    until(lambda: writer.trouble)
    assert writer.trouble == "a newer confmon has written it (version 99 of the tables)"
    writer.close()
    assert place.path.read_bytes() == before


def test_a_newer_database_with_more_columns_is_read(place: HistoryPlace) -> None:
    store = Store(place, is_recording=lambda role: role == 0)
    assert store.open()
    store.take(meetings_read(NOW, A_MEETING))
    store.take(whole_read(NOW + 1000, a_call(1)))
    store.close()
    connection = sqlite3.connect(place.path)
    for table in ("call_state", "meeting_state", "leg", "meeting_session", "stay"):
        connection.execute(f"ALTER TABLE {table} ADD COLUMN more BIGINT")
    connection.execute("UPDATE meta SET value = '99' WHERE name = 'version'")
    connection.commit()
    connection.close()
    history = open_history(place.path)
    past = history.state_at(NOW + 1000)
    assert past is not None
    assert [len(past.calls), len(past.meetings)] == [1, 1]
    assert len(history.find_calls(CallQuery(phone=None, limit=10))) == 1
    history.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_not_be_written_is_reported(
    place: HistoryPlace, writers: Writers
) -> None:
    place.path.parent.mkdir(0o500)
    writer = writers()
    writer.put(whole_read(NOW, a_call(1)))
    until(lambda: writer.trouble)
    assert writer.trouble == f"{place.path.parent} can't be written: Permission denied"
    place.path.parent.chmod(0o700)
    until(lambda: writer.acknowledged == NOW)


def test_a_folder_that_is_none_is_reported(place: HistoryPlace, writers: Writers) -> None:
    place.path.parent.write_text("a file")
    writer = writers()
    writer.put(whole_read(NOW, a_call(1)))
    until(lambda: writer.trouble)
    assert "can't be written" in writer.trouble
    place.path.parent.unlink()
    until(lambda: writer.acknowledged == NOW)
    assert not writer.trouble


def test_two_confmon_have_one_writer_and_the_second_takes_over(
    place: HistoryPlace, writers: Writers
) -> None:
    place.path.parent.mkdir()
    holds = (
        "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX);"
        "print('held', flush=True); sys.stdin.read()"
    )
    lock = f"{place.path}.lock"
    with subprocess.Popen(
        [sys.executable, "-c", holds, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        writer = writers()
        writer.put(whole_read(NOW, a_call(1)))
        until(lambda: writer.is_following)
        assert not writer.trouble
        assert not place.path.exists()
        other.kill()
        other.wait()

        def put_everything() -> bool:
            writer.put(whole_read(NOW + 2000, a_call(1)))
            return writer.acknowledged == NOW + 2000

        until(put_everything)
    assert not writer.is_following


def test_reads_that_waited_while_another_wrote_are_not_written(
    place: HistoryPlace, writers: Writers
) -> None:
    place.path.parent.mkdir()
    with place.path.with_name("history.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        writer = writers(follow_s=60.0)
        writer.put(whole_read(NOW, a_call(1)))
        until(lambda: writer.is_following and not writer._items)
        writer.put(whole_read(NOW + 500, a_call(1)))
    writer.close(60.0)
    assert not place.path.exists()


def test_a_read_from_before_the_take_over_ends_nothing(place: HistoryPlace) -> None:
    first, second = (Store(place, is_recording=lambda role: role == 0) for _ in range(2))
    assert first.open()
    first.take(meetings_read(NOW, A_MEETING))
    first.take(whole_read(NOW, a_call(1)))
    first.take(whole_read(NOW + 1000, a_call(1), a_call(2), asked=NOW + 900))
    first.close()
    assert second.open()
    second.take(meetings_read(NOW - 100))
    second.take(whole_read(NOW + 950, a_call(1), asked=NOW + 400))
    assert second.awaits_calls
    assert second.awaits_meetings
    second.take(whole_read(NOW + 1500, a_call(1), a_call(2), asked=NOW + 1400))
    second.close()
    assert rows(place, "SELECT call, how FROM stay JOIN leg USING (leg) ORDER BY stay") == [
        (1, None),
        (2, None),
    ]
    assert rows(place, "SELECT ended_to FROM meeting_session") == [(None,)]


def test_a_child_process_does_not_keep_the_lock(place: HistoryPlace, writers: Writers) -> None:
    writer = writers()
    writer.put(whole_read(NOW, a_call(1)))
    until(lambda: writer.acknowledged == NOW)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        writer.close()
        with place.path.with_name("history.db.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        child.communicate(b"\n")


def test_a_database_that_was_removed_is_begun_again(place: HistoryPlace) -> None:
    store = Store(place, is_recording=lambda role: role == 0)
    assert store.open()
    store.take(whole_read(NOW, a_call(1)))
    remove(place)
    assert store.open()
    assert store.awaits_calls
    store.take(whole_read(NOW + 2000, a_call(1)))
    store.close()
    assert rows(place, "SELECT call FROM leg") == [(1,)]


def remove(place: HistoryPlace) -> None:
    for path in place.path.parent.glob("history.db*"):
        path.unlink()


def test_a_database_that_was_removed_with_its_lock_has_one_writer_again(
    place: HistoryPlace,
) -> None:
    first, second = (Store(place, is_recording=lambda role: role == 0) for _ in range(2))
    assert first.open()
    first.take(whole_read(NOW, a_call(1)))
    remove(place)
    assert second.open()
    second.take(whole_read(NOW + 2000, a_call(1)))
    assert not first.open()
    second.close()
    assert first.open()
    assert first.awaits_calls
    first.close()


def test_who_cannot_write_a_newer_database_keeps_no_newer_confmon_out(
    place: HistoryPlace, writers: Writers
) -> None:
    store = Store(place, is_recording=lambda role: role == 0)
    assert store.open()
    store.close()
    connection = sqlite3.connect(place.path)
    connection.execute("UPDATE meta SET value = '99' WHERE name = 'version'")
    connection.commit()
    connection.close()
    writer = writers()
    writer.put(whole_read(NOW, a_call(1)))
    until(lambda: writer.trouble)
    with place.path.with_name("history.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_what_is_too_old_goes_where_reads_leave_no_idle_moment(
    place: HistoryPlace, writers: Writers
) -> None:
    writer = writers(tidy_s=0.05)
    writer.put(whole_read(NOW, a_call(1), a_call(2)))
    writer.put(Read(NOW + 1000, NOW, gone=[a_call(2)], whole=True))
    at = NOW + 100 * 86_400_000

    def is_gone() -> bool:
        nonlocal at
        at += 1000
        writer.put(whole_read(at, a_call(1)))
        return not rows(place, "SELECT 1 FROM stay WHERE left_to NOTNULL")

    until(lambda: writer.acknowledged == NOW + 1000)
    assert not is_gone()
    until(is_gone)


def test_without_a_place_nothing_is_kept_and_that_is_reported(
    tmp_path: Path, writers: Writers
) -> None:
    path = tmp_path / "none" / "history.db"
    writer = writers(HistoryPlace(path=path, endpoint="x", trouble="there is no home folder"))
    writer.put(whole_read(NOW, a_call(1)))
    until(lambda: writer.trouble)
    assert writer.trouble == "there is no home folder"
    assert not path.parent.exists()


def test_nothing_recorded_is_reported_to_who_reads(tmp_path: Path) -> None:
    with pytest.raises(HistoryUnavailable, match="nothing has been recorded yet"):
        open_to_read(tmp_path / "none.db")
    with pytest.raises(HistoryUnavailable, match="nothing has been recorded yet"):
        open_to_read(tmp_path / "none" / "history.db")
    with pytest.raises(HistoryUnavailable, match="is no file"):
        open_to_read(tmp_path)
    with pytest.raises(HistoryUnavailable, match="can't be read: File name too long"):
        open_to_read(tmp_path / ("n" * 300))
    (tmp_path / "empty.db").touch()
    with pytest.raises(HistoryUnavailable, match="nothing has been recorded yet"):
        open_to_read(tmp_path / "empty.db")


def test_what_is_queued_is_written_at_the_end(place: HistoryPlace, writers: Writers) -> None:
    writer = writers()
    writer.put(whole_read(NOW, *map(a_call, range(200))))
    writer.put(NewMarker(NOW + 1, 100, "the host dropped"))
    writer.close(20.0)
    assert rows(place, "SELECT count(*) FROM leg") == [(200,)]
    assert rows(place, "SELECT text, number FROM marker JOIN meeting_session USING (session)") == [
        ("the host dropped", 100)
    ]
    writer.put(whole_read(NOW + 9))  # after the end nothing is taken, and nothing fails


def test_who_reads_a_database_that_was_removed_knows(place: HistoryPlace) -> None:
    store = Store(place, is_recording=lambda role: role == 0)
    assert store.open()
    store.take(whole_read(NOW, a_call(1)))
    history = open_history(place.path)
    assert history.is_in_place()
    remove(place)
    assert not history.is_in_place()
    assert store.open()
    assert not history.is_in_place()
    history.close()
    store.close()
