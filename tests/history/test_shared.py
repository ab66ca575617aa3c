"""Several confmon and one history: the collector writes it, and all read and add to it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from confmon.history.answers import SessionQuery
from confmon.history.backends.shared import OWN
from confmon.history.database import HistoryBusy, HistoryUnavailable
from confmon.history.read import DoneAction, NewMarker, Read
from confmon.history.records import Gap
from confmon.history.store import Store
from confmon.models.codes import Codes
from confmon.models.live_records import Meeting
from tests.history.conftest import (
    NOW,
    Writers,
    a_call,
    meetings_read,
    postgres_tables,
    until,
    whole_read,
)
from tests.history.shared import Member

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.history.shared import Tables

LIMIT_S = 10.0
MEETING = Meeting(meeting_number=100, id=7, created=NOW - 90_000)
CODES = Codes()


@pytest.fixture
def members(tables: Tables, tmp_path: Path) -> Iterator[list[Member]]:
    """Two confmon of other operators."""
    made = [Member(tables, tmp_path / f"{name}.db", who=name) for name in ("anna", "bert")]
    yield made
    for member in made:
        member.close()


def a_store(member: Member) -> Store:
    return Store(member.place(), is_recording=lambda role: role == 0, gap_from_s=lambda: LIMIT_S)


def leading(member: Member) -> Store:
    """A store of who has just become the collector."""
    member.lead()
    store = a_store(member)
    assert store.open()
    return store


def test_what_the_collector_writes_all_read(members: list[Member]) -> None:
    first, second = members
    store = leading(first)
    store.take(meetings_read(NOW, MEETING))
    store.take(whole_read(NOW + 10, a_call(1, custom_name="Zoë"), a_call(2)))
    assert not a_store(second).open()

    history = second.open()
    state = history.state_at(NOW + 10)
    assert state is not None
    assert len(state.calls) == 2
    (session,) = history.find_sessions(SessionQuery(words=("zoe",)))
    attendance = history.attendance(session.session, CODES)
    assert attendance is not None
    assert [first.name for first in attendance.attendees] == ["Zoë", None]
    history.close()
    assert not second.path.exists()


def test_who_was_deposed_writes_nothing(members: list[Member], tables: Tables) -> None:
    first, second = members
    before, after = leading(first), leading(second)
    after.take(whole_read(NOW, a_call(1)))
    for _ in range(2):  # its own share has not heard of it yet
        with pytest.raises(HistoryBusy, match="another confmon collects now"):
            before.take(whole_read(NOW + 1000, a_call(2)))
    with pytest.raises(HistoryBusy):
        a_store(first).open()
    assert tables.rows("SELECT call FROM leg") == [(1,)]
    first.epoch = None
    assert not before.open()


def test_who_has_let_the_lease_expire_writes_nothing(members: list[Member], tables: Tables) -> None:
    member = members[0]
    store = leading(member)
    store.take(whole_read(NOW, a_call(1)))
    tables.db.execute("UPDATE lease SET expires = now_ms()")
    with pytest.raises(HistoryBusy):
        store.take(whole_read(NOW + 1000, a_call(2)))
    assert tables.rows("SELECT call FROM leg") == [(1,)]


def test_who_takes_over_waits_for_the_last_transaction(postgres: str, tmp_path: Path) -> None:
    """The other one finds in its book what was written at the last moment."""
    tables = postgres_tables(postgres)
    first, second = (Member(tables, tmp_path / name) for name in ("one.db", "two.db"))
    before = leading(first)
    before.take(whole_read(NOW, a_call(1)))
    connection = before._connection
    assert connection is not None
    before._backend.begin(connection)
    second.lead()
    after = a_store(second)
    opening = threading.Thread(target=after.open)
    opening.start()
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    until(lambda: tables.rows(waits) == [(1,)])
    connection.execute("INSERT INTO gap VALUES (1, ?, NULL, 'torn')", (NOW,))
    connection.execute("COMMIT")
    opening.join()
    assert after.is_open()
    after.take(whole_read(NOW + 1000, a_call(1)))
    assert tables.rows("SELECT to_at, reason FROM gap") == [(NOW + 1000, "torn")]
    for member in (first, second):
        member.close()
    tables.close()


def test_a_quick_take_over_is_no_gap(members: list[Member]) -> None:
    first, second = members
    store = leading(first)
    store.take(meetings_read(NOW - 10, MEETING))
    store.take(whole_read(NOW, a_call(1), a_call(2)))
    store = leading(second)
    at = NOW + 8000
    store.take(meetings_read(at - 10, MEETING))
    store.take(whole_read(at, a_call(2), a_call(3, created=at - 1000), since=NOW))
    history = second.open()
    assert history.gaps(0, at) == []
    kinds = [(event.kind, event.from_at, event.to_at) for event in history.events(0, at, CODES)]
    assert sorted(kinds)[-2:] == [("joined", NOW, at), ("left", NOW, at)]
    history.close()


def test_a_slow_take_over_is_a_gap(members: list[Member], tables: Tables) -> None:
    first, second = members
    leading(first).take(whole_read(NOW, a_call(1), a_call(2)))
    store = leading(second)
    at = NOW + 11_000
    store.take(whole_read(at, a_call(2)))
    history = second.open()
    assert history.gaps(0, at) == [Gap(NOW, at, "not running")]
    history.close()
    assert tables.rows("SELECT how FROM stay WHERE left_to IS NOT NULL") == [("unseen",)]


def test_two_boxes_may_take_the_servers_clock_a_little_differently(
    members: list[Member], tables: Tables
) -> None:
    first, second = members
    leading(first).take(whole_read(NOW, a_call(1)))
    store = leading(second)
    store.take(whole_read(NOW - 3500, a_call(1)))
    for seconds in range(10):
        store.take(Read(NOW - 3000 + seconds * 1000, NOW - 3500, whole=True))
    assert tables.rows("SELECT count(*) FROM gap") == [(0,)]
    assert tables.rows("SELECT count(*) FROM stay") == [(1,)]


def test_notes_and_actions_of_all_are_written_once(members: list[Member], tables: Tables) -> None:
    first, second = members
    store = leading(first)
    store.take(meetings_read(NOW, MEETING))
    store.take(whole_read(NOW + 10, a_call(1), a_call(2)))
    writers = Writers(second.place())
    writer = writers()
    until(lambda: writer.takes_notes)
    writer.put(NewMarker(NOW + 20, 100, "look\x1b[2J"))
    writer.put(DoneAction(NOW + 20, "drop", 100, 1, "done", "a-1"))
    left = tables.rows("SELECT id, at, data FROM history_item")
    assert len(left) == 2
    store.take(Read(NOW + 30, NOW + 10, gone=[a_call(1)], whole=True))
    assert tables.rows("SELECT count(*) FROM history_item") == [(0,)]
    for row in left:  # their answer was lost, so they come again
        tables.db.execute("INSERT INTO history_item VALUES (?, ?, ?)", row)
    store.take(Read(NOW + 40, NOW + 30, whole=True))
    writer.close()

    history = second.open()
    (session,) = history.find_sessions(SessionQuery())
    tape = history.tape(session.session, CODES)
    assert tape is not None
    assert [(note.text, note.author) for note in tape.markers] == [("look␛[2J", "bert")]
    assert [(act.verb, act.leg, act.author) for act in tape.actions] == [("drop", 1, "bert")]
    history.close()


def test_a_note_is_sent_again_until_it_is_there(members: list[Member], tables: Tables) -> None:
    two = members[1]
    two.is_cut_off = True
    writer = Writers(two.place())()
    writer.put(NewMarker(NOW, None, "later"))
    assert tables.rows("SELECT count(*) FROM history_item") == [(0,)]
    two.is_cut_off = False
    until(lambda: tables.rows("SELECT count(*) FROM history_item") == [(1,)])
    writer.close()


@pytest.mark.parametrize(
    "data",
    ["", "[]", "{}", '{"kind": "marker", "at": 1e400}', '{"kind": "action", "at": -1}', "[" * 9999],
)
def test_what_is_no_note_is_dropped(data: str, members: list[Member], tables: Tables) -> None:
    store = leading(members[0])
    tables.db.execute("INSERT INTO history_item VALUES ('x', 1, ?)", (data,))
    store.take(whole_read(NOW, a_call(1)))
    assert tables.rows("SELECT count(*) FROM history_item") == [(0,)]
    assert tables.rows("SELECT count(*) FROM marker") == [(0,)]
    assert tables.rows("SELECT count(*) FROM action") == [(0,)]


def test_alone_the_file_is_written_and_read(members: list[Member], tables: Tables) -> None:
    member = members[0]
    store = leading(member)
    store.take(whole_read(NOW, a_call(1)))
    shared = member.open()
    member.epoch, member.is_alone, member.is_cut_off = None, True, True
    assert not shared.is_in_place()
    assert store.open()
    assert store.awaits_calls
    store.take(whole_read(NOW + 5000, a_call(1), a_call(2)))
    alone = member.open()
    assert alone.span() == (NOW + 5000, NOW + 5000)
    assert tables.rows("SELECT count(*) FROM leg") == [(1,)]
    assert store.notice() == ""
    member.is_alone = member.is_cut_off = False
    assert not alone.is_in_place()
    assert not store.open()
    assert store.notice() == OWN
    assert store.notice() == ""
    member.lead()
    assert store.open()
    store.take(whole_read(NOW + 60_000, a_call(1)))
    assert tables.rows("SELECT from_at, to_at, reason FROM gap") == [
        (NOW, NOW + 60_000, "not running")
    ]
    for history in (shared, alone):
        history.close()


def test_text_that_others_have_written_is_cleaned(members: list[Member], tables: Tables) -> None:
    leading(members[0]).take(whole_read(NOW, a_call(1, custom_name="Zoë")))
    tables.db.execute("UPDATE leg SET name = ?", ("a\x1b]0;x\x07b",))
    history = members[1].open()
    assert history.legs([1])[1].name == "a␛]0;x␇b"
    history.close()


def test_without_tables_it_is_said_what_to_do(members: list[Member], tables: Tables) -> None:
    tables.db.execute("DROP TABLE frame")
    with pytest.raises(HistoryUnavailable, match="confmon share init"):
        members[0].open()
