"""Both databases fulfil one contract, tried on real ones."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest

from confmon.sharing.engine import NotPrepared, ShareUnavailable
from confmon.sharing.engines.postgres import PostgresConnection
from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.members.follower import FRAMES, to_frame
from confmon.sharing.records import FrameRow, Scope
from confmon.sharing.tables.preparation import prepare, require
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from confmon.sharing.engine import Connection

ENDPOINT = "https://bridge.example/v1"
FRAME = FrameRow(0, 1, Scope("calls"), asked=900, answered=950, is_key=True, data=b"\x00\xff?%s")


@pytest.fixture(params=["sqlite", "postgresql"])
def connect(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Connection]]:
    """Makes connections to a prepared database."""
    made: list[Connection] = []
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else ""

    def connect() -> Connection:
        if url:
            made.append(PostgresConnection(url, "confmon"))
        else:
            made.append(FileConnection(tmp_path / "share.db"))
        return made[-1]

    prepare(connect(), ENDPOINT)
    yield connect
    for connection in made:
        connection.close()


def lead(
    connection: Connection, holder: str = "one", epoch: int = 1, lasts_ms: int = 60_000
) -> None:
    connection.execute(
        "UPDATE lease SET epoch = ?, holder = ?, expires = now_ms() + ?", (epoch, holder, lasts_ms)
    )


def test_a_frame_gets_the_next_number_and_is_what_it_was(connect: Callable[[], Connection]) -> None:
    first, second = connect(), connect()
    lead(first)

    assert first.append_frame("one", 1, FRAME, 60_000) == 1
    meeting = FRAME._replace(scope=Scope("calls", 7), is_key=False, data=b"")
    assert first.append_frame("one", 1, meeting, 60_000) == 2

    assert second.query(
        "SELECT seq, epoch, kind, meeting, asked, answered, is_key, data FROM live_frame"
        " WHERE seq > ? ORDER BY seq",
        (0,),
    ) == [
        (1, 1, "calls", None, 900, 950, 1, FRAME.data),
        (2, 1, "calls", 7, 900, 950, 0, b""),
    ]
    assert second.query("SELECT seq FROM lease") == [(2,)]


@pytest.mark.parametrize(
    ("moments", "found"),
    [
        ((900, 950), (900, 950)),
        ((2**63 - 1, -(2**63)), (0, 0)),
        ((-(2**63), 2**63 - 1), (0, 0)),
        ((-1, 2**53), (0, 0)),
    ],
)
def test_a_follower_gets_the_moments_of_a_frame_and_the_clock(
    connect: Callable[[], Connection], moments: tuple[int, int], found: tuple[int, int]
) -> None:
    connection = connect()
    connection.execute("INSERT INTO live_frame VALUES (1, 1, 'calls', 7, ?, ?, 0, 0, 'x')", moments)
    before = connection.query("SELECT now_ms()")[0][0]
    [(text, data)] = connection.query(FRAMES, (0,))
    after = connection.query("SELECT now_ms()")[0][0]

    now_ms, frame = to_frame(text, data)
    assert before <= now_ms <= after
    assert (frame.asked, frame.answered) == found
    assert frame.scope == Scope("calls", 7)


def test_frames_that_are_old_are_deleted_by_the_next(connect: Callable[[], Connection]) -> None:
    connection = connect()
    lead(connection)
    connection.append_frame("one", 1, FRAME, 60_000)
    connection.execute("UPDATE live_frame SET written = written - 60001")
    connection.execute("INSERT INTO live_snapshot VALUES ('calls', 1, 1, 0, 0, ?)", (b"",))
    connection.append_frame("one", 1, FRAME, 60_000)

    assert connection.query("SELECT seq FROM live_frame") == [(2,)]


@pytest.mark.parametrize(
    ("holder", "epoch", "lasts_ms"), [("two", 1, 60_000), ("one", 2, 60_000), ("one", 1, 0)]
)
def test_who_has_lost_the_lease_writes_nothing(
    connect: Callable[[], Connection], holder: str, epoch: int, lasts_ms: int
) -> None:
    first, second = connect(), connect()
    lead(first)
    first.append_frame("one", 1, FRAME, 60_000)
    first.execute("UPDATE live_frame SET written = written - 60001")
    first.execute("INSERT INTO live_snapshot VALUES ('calls', 1, 1, 0, 0, ?)", (b"",))
    lead(second, holder, epoch, lasts_ms)

    assert first.append_frame("one", 1, FRAME, 60_000) is None
    assert second.query("SELECT seq FROM live_frame") == [(1,)]
    assert second.query("SELECT seq FROM lease") == [(1,)]


def test_a_transaction_is_seen_whole_or_not_at_all(connect: Callable[[], Connection]) -> None:
    first, second = connect(), connect()
    add = "INSERT INTO read_request VALUES (?, now_ms())"
    with first.transaction():
        assert first.execute(add, (1,)) == 1
        assert second.query("SELECT meeting FROM read_request") == []
        first.execute_many(add, [(2,), (3,)])
    with contextlib.suppress(KeyError), first.transaction():
        first.execute(add, (4,))
        raise KeyError
    with pytest.raises(ShareUnavailable), first.transaction():
        first.execute_many(add, [(5,), (1,)])  # the second key is taken

    assert second.query("SELECT meeting FROM read_request ORDER BY meeting") == [(1,), (2,), (3,)]


def test_many_rows_are_all_there_or_none(connect: Callable[[], Connection]) -> None:
    connection = connect()
    add = "INSERT INTO read_request VALUES (?, ?)"
    connection.execute_many(add, ((n, n) for n in range(450)))
    with pytest.raises(ShareUnavailable):
        connection.execute_many(add, [(1000, 0), (1, 0)])
    connection.execute_many(add, [])

    assert connection.query("SELECT count(*), sum(at) FROM read_request") == [(450, 449 * 225)]


@pytest.mark.parametrize("text", ["100 % of ?", "%s %(a)s ?", "'", '"', "\\", "Ü\u202e\U0001f600"])
def test_text_comes_back_as_it_was(connect: Callable[[], Connection], text: str) -> None:
    connection = connect()
    put = "INSERT INTO history_item VALUES (?, 100 % 7, ? || '?%')"
    assert connection.execute(put, (text, text)) == 1
    found = connection.query(
        "SELECT at, data FROM history_item WHERE id LIKE '%' AND id = ?", (text,)
    )
    assert found == [(2, f"{text}?%")]
    assert connection.query("SELECT data FROM history_item WHERE id LIKE '%'") == [(f"{text}?%",)]


def test_text_that_no_database_keeps_is_made_visible(connect: Callable[[], Connection]) -> None:
    connection = connect()
    connection.execute(
        "INSERT INTO history_item VALUES (?, 0, ?)", ("a\x00b", "\udc80\ud83d\ude00é")
    )
    assert connection.query("SELECT id, data FROM history_item") == [
        ("a\ufffdb", "\ufffd\U0001f600é")
    ]


def test_numbers_are_plain(connect: Callable[[], Connection]) -> None:
    connection = connect()
    # Python's own equality does not tell 1 from True and Decimal(1).
    small, true, large, none, mean = connection.query(
        "SELECT CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT) * 1000, CAST(? AS BIGINT),"
        " avg(n) FROM (SELECT 1 AS n UNION ALL SELECT 2) AS two",
        (1, True, 40_000, None),
    )[0]
    assert (small, true, large, none, mean) == (1, 1, 40_000_000, None, 1.5)
    assert [type(value) for value in (small, large, mean)] == [int, int, float]
    assert type(connection.query("SELECT sum(lease) FROM lease")[0][0]) is int


def test_the_clock_moves_within_a_transaction(connect: Callable[[], Connection]) -> None:
    connection = connect()
    with connection.transaction():
        before = after = connection.query("SELECT now_ms()")[0][0]
        until = time.monotonic() + PATIENCE_S
        while after == before and time.monotonic() < until:
            after = connection.query("SELECT now_ms()")[0][0]
    assert after > before
    assert abs(after / 1000 - time.time()) < PATIENCE_S


def test_a_word_ends_the_wait_of_others_and_not_ones_own(
    connect: Callable[[], Connection],
) -> None:
    first, second = connect(), connect()
    with first.transaction():
        first.execute("INSERT INTO read_request VALUES (1, 0)")
        first.notify("read")
        assert second.wait(0) == set()
    assert second.wait(PATIENCE_S) <= {"read", "any"}
    assert first.wait(0) == set()

    lead(first)
    second.wait(0)  # a file tells of that as well
    first.append_frame("one", 1, FRAME, 60_000)
    assert second.wait(PATIENCE_S) in ({"frame"}, {"any"})
    assert second.wait(0) == set()


def test_a_word_that_comes_with_an_answer_is_kept(connect: Callable[[], Connection]) -> None:
    first, second = connect(), connect()
    first.execute("INSERT INTO read_request VALUES (1, 0)")
    first.notify("read")
    second.query("SELECT 1")

    assert second.wait(PATIENCE_S) in ({"read"}, {"any"})


def test_wake_ends_a_wait_from_any_thread_once(connect: Callable[[], Connection]) -> None:
    connection = connect()
    started = time.monotonic()
    thread = threading.Thread(target=connection.wake)
    thread.start()
    assert connection.wait(PATIENCE_S) == set()
    thread.join()
    for _ in range(10_000):
        connection.wake()
    assert connection.wait(PATIENCE_S) == set()
    assert connection.wait(0) == set()
    assert time.monotonic() - started < PATIENCE_S
    connection.close()
    connection.wake()
    connection.close()


def test_a_closed_connection_says_so(connect: Callable[[], Connection]) -> None:
    connection = connect()
    connection.close()
    for use in (
        lambda: connection.query("SELECT 1"),
        lambda: connection.execute("SELECT 1"),
        lambda: connection.execute_many("SELECT ?", [(1,)]),
        lambda: connection.append_frame("one", 1, FRAME, 0),
        lambda: connection.wait(0),
        lambda: connection.transaction().__enter__(),
    ):
        with pytest.raises(ShareUnavailable):
            use()


def test_tables_that_are_missing_or_of_others_are_not_used(
    connect: Callable[[], Connection],
) -> None:
    connection = connect()
    prepare(connection, f"{ENDPOINT}/")
    require(connection, ENDPOINT)
    with pytest.raises(NotPrepared, match=r"another bridge, https://bridge\.example/v1"):
        prepare(connection, "https://other.example/v1")
    connection.execute("UPDATE share_meta SET value = '2' WHERE name = 'version'")
    with pytest.raises(NotPrepared, match="version 2"):
        prepare(connection, ENDPOINT)
    connection.execute("DELETE FROM share_meta")
    with pytest.raises(NotPrepared, match="confmon share init"):
        require(connection, ENDPOINT)
    connection.execute("DROP TABLE share_meta")
    with pytest.raises(NotPrepared, match="confmon share init"):
        require(connection, ENDPOINT)
    prepare(connection, ENDPOINT)
