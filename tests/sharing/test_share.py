"""The facade on the event loop: real threads, a real file, the real frames."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from typing import TYPE_CHECKING, Any

import pytest

from confmon.api.decoding.records import RecordDecoder
from confmon.clock import SystemClock
from confmon.models.live_records import Call, Meeting, Scan
from confmon.sharing.engine import Denied, ShareUnavailable
from confmon.sharing.engines.postgres import PostgresConnection
from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.records import Operator, Scope
from confmon.sharing.share import CLOSE_S, LEAST_CLOSE_S, Share
from confmon.sharing.tables.preparation import prepare, require
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from confmon.sharing.engine import Connection
    from tests.sharing.server import Server

CALLS = Scope("calls")
CLOCK = SystemClock()
APP: contextvars.ContextVar[str] = contextvars.ContextVar("APP")


@pytest.fixture(params=["sqlite", "postgresql"])
def connect(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Connection]:
    """Return what makes connections to tables that are prepared."""
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else ""

    def connect() -> Connection:
        if url:
            return PostgresConnection(url, "confmon")
        return FileConnection(tmp_path / "share.db")

    with contextlib.closing(connect()) as connection:
        prepare(connection, "https://bridge.example")
    return connect


def share(open_connection: Callable[[], Connection], name: str, *, may_lead: bool) -> Share:
    return Share(
        open_connection,
        Operator(name, f"box-{name}"),
        kind="collect" if may_lead else "screen",
        may_lead=may_lead,
        clock=CLOCK,
        read_call=RecordDecoder(Call).read,
        read_meeting=RecordDecoder(Meeting).read,
        interval_s=1.0,
    )


@pytest.fixture
async def pair(connect: Callable[[], Connection]) -> AsyncIterator[tuple[Share, Share]]:
    """One that leads, one that follows."""
    leader = share(connect, "ops", may_lead=True)
    follower = share(connect, "alice", may_lead=False)
    leader.start()
    await until(leader, lambda: leader.state.mode == "leading")
    follower.start()
    await until(follower, lambda: follower.state.collector == "box-ops")
    yield leader, follower
    await leader.close()
    await follower.close()


async def until(one: Share, is_so: Callable[[], bool]) -> None:
    """Wait for a change of a share after which something is so."""
    changed = asyncio.Event()
    one.on_change(changed.set)
    async with asyncio.timeout(30):
        while not is_so():
            await changed.wait()
            changed.clear()


def publish(leader: Share, *records: Call) -> Scan[Any]:
    asked_at = CLOCK.now()
    scan = Scan(records=records)
    leader.publish(CALLS, asked_at, CLOCK.now(), scan)
    return scan


async def test_a_follower_gets_what_the_collector_read(pair: tuple[Share, Share]) -> None:
    leader, follower = pair
    waiting = asyncio.create_task(follower.next_scan(CALLS))
    asked_at = CLOCK.now()
    published = publish(leader, Call(id=1, caller="Ann"), Call(id=2))
    scan = await waiting

    assert scan is not None
    assert scan.records == published.records
    assert scan.asked_at is not None
    assert scan.asked_at <= CLOCK.now()
    assert scan.asked_at > asked_at - 1.0
    assert await leader.next_scan(CALLS) is None


async def test_the_newest_scan_is_given_once(pair: tuple[Share, Share]) -> None:
    leader, follower = pair
    publish(leader, Call(id=1))
    first = await follower.next_scan(CALLS)
    again = asyncio.create_task(follower.next_scan(CALLS))
    publish(leader, Call(id=1), Call(id=2))
    second = await again

    assert first is not None
    assert second is not None
    assert [call.id for call in second.records] == [1, 2]
    assert second.records[0] is first.records[0]


async def test_a_request_wakes_the_collector(pair: tuple[Share, Share]) -> None:
    leader, follower = pair
    follower.request_read(7)
    await until(leader, lambda: leader.wanted() == {7})


async def test_who_is_here_and_what_they_say(pair: tuple[Share, Share]) -> None:
    leader, follower = pair
    follower.look_at(7)
    follower.put_fact("claim", "7", {"words": "mine"}, lasts_s=30)
    await until(leader, lambda: leader.state.fact("claim", "7") is not None)
    await until(leader, lambda: any(member.meeting == 7 for member in leader.state.members))

    fact = leader.state.fact("claim", "7")
    assert fact is not None
    assert (str(fact.operator), fact.data) == ("alice@box-alice", {"words": "mine"})
    leader.drop_fact("claim", "7")
    await until(follower, lambda: follower.state.fact("claim", "7") is None)


async def test_a_clean_leave_lets_those_who_wait_go_on(pair: tuple[Share, Share]) -> None:
    leader, follower = pair
    waiting = asyncio.create_task(follower.next_scan(CALLS))
    await until(follower, lambda: follower.state.mode == "following")
    await leader.close()
    await until(follower, lambda: follower.state.collector == "")
    await until(follower, lambda: len(follower.state.members) == 1)
    await follower.close()
    assert await waiting is None


async def test_a_job_runs_on_the_connection(pair: tuple[Share, Share]) -> None:
    _, follower = pair
    job = follower.run(lambda connection: connection.query("SELECT 1 + 1"))
    assert await asyncio.wrap_future(job) == [(2,)]


@pytest.mark.parametrize(
    ("change", "away", "trouble"),
    [
        ("UPDATE share_meta SET value = '2' WHERE name = 'version'", "other version",
         "install the confmon that the others have"),
        ("UPDATE share_meta SET value = 'https://x' WHERE name = 'endpoint'", "other bridge",
         "belong to another bridge, https://x"),
        ("DROP TABLE share_meta", "not prepared", "run 'confmon share init' once"),
    ],
)  # fmt: skip
async def test_tables_that_are_not_ours_are_left_alone_and_named(
    connect: Callable[[], Connection], change: str, away: str, trouble: str
) -> None:
    def connect_as_confmon() -> Connection:
        connection = connect()
        try:
            require(connection, "https://bridge.example")
        except ShareUnavailable:
            connection.close()
            raise
        return connection

    with contextlib.closing(connect()) as connection:
        connection.execute(change)
        alone = share(connect_as_confmon, "alice", may_lead=True)
        alone.start()
        await until(alone, lambda: alone.state.mode == "alone")
        await alone.close()
        assert alone.state.away == away
        assert trouble in alone.state.trouble
        assert connection.query("SELECT * FROM member") == []
        assert connection.query("SELECT epoch FROM lease") == [(0,)]


async def test_a_readers_role_is_known(postgres: str, postgres_server: Server) -> None:
    with contextlib.closing(PostgresConnection(postgres, "confmon")) as connection:
        prepare(connection, "https://bridge.example")
    role = f"reads_{postgres.rpartition('/')[2]}"
    postgres_server.run_sql(f"CREATE ROLE {role} LOGIN IN ROLE confmon_reader")
    url = postgres.replace("//postgres@", f"//{role}@")
    wall = share(lambda: PostgresConnection(url, "confmon"), "wall", may_lead=True)
    wall.start()
    await until(wall, lambda: wall.state.mode == "following")
    assert not wall.state.may_collect
    await wall.close()


async def test_without_a_database_it_is_alone() -> None:
    def refuse() -> Connection:
        raise ShareUnavailable("no such host")

    alone = share(refuse, "alice", may_lead=True)
    alone.start()
    waiting = asyncio.create_task(alone.next_scan(CALLS))
    await until(alone, lambda: alone.state.mode == "alone")

    assert await waiting is None
    assert alone.state.trouble == "no such host"
    with pytest.raises(ShareUnavailable):
        await asyncio.wrap_future(alone.run(lambda connection: connection.query("SELECT 1")))
    await alone.close()


async def one_that_leads(postgres: str) -> Share:
    with contextlib.closing(PostgresConnection(postgres, "confmon")) as connection:
        prepare(connection, "https://bridge.example")
    one = share(lambda: PostgresConnection(postgres, "confmon"), "alice", may_lead=True)
    one.start()
    await until(one, lambda: one.state.mode == "leading")
    return one


@pytest.mark.parametrize(("waited_s", "most_s"), [(0.0, CLOSE_S), (CLOSE_S, LEAST_CLOSE_S)])
async def test_a_frozen_server_keeps_nobody_from_leaving(
    postgres: str, postgres_server: Server, waited_s: float, most_s: float
) -> None:
    one = await one_that_leads(postgres)
    watch = Stopwatch()
    postgres_server.freeze()
    try:
        began = watch.now()
        await one.close(waited_s)
        assert watch.now() - began < most_s + 0.5
    finally:
        postgres_server.thaw()


async def test_alone_while_the_server_is_away_and_together_again(
    postgres: str, postgres_server: Server
) -> None:
    one = await one_that_leads(postgres)
    await asyncio.to_thread(postgres_server.kill)
    await until(one, lambda: one.state.mode == "alone")
    assert one.state.trouble
    one.put_fact("signal", "noise 7", {"state": "acknowledged"})
    await asyncio.to_thread(postgres_server.make_running)
    await until(one, lambda: one.state.mode == "leading")
    await until(one, lambda: one.state.fact("signal", "noise 7") is not None)
    assert one.state.epoch == 2
    await one.close()


async def test_a_job_that_is_denied_leaves_it_together(pair: tuple[Share, Share]) -> None:
    def ask(connection: Connection) -> None:
        raise Denied("no right on audit")

    follower = pair[1]
    seen: list[str] = []
    follower.on_change(lambda: seen.append(follower.state.mode))
    for _ in range(2):
        with pytest.raises(Denied):
            await asyncio.wrap_future(follower.run(ask))
    assert await asyncio.wrap_future(follower.run(lambda one: one.query("SELECT 1"))) == [(1,)]
    assert "alone" not in seen


async def test_a_listener_that_fails_keeps_no_other_from_hearing(pair: tuple[Share, Share]) -> None:
    follower = pair[1]
    heard = asyncio.Event()

    def fail() -> None:
        raise ZeroDivisionError

    follower._listeners.insert(0, fail)
    follower.on_change(heard.set)
    pair[0].look_at(7)
    async with asyncio.timeout(10):
        await heard.wait()


async def test_a_listener_runs_in_the_context_of_start(
    connect: Callable[[], Connection],
) -> None:
    APP.set("the app that starts it")
    one = share(connect, "ops-1", may_lead=True)
    heard: list[str] = []
    one.on_change(lambda: heard.append(APP.get("none")))
    one.start()
    await until(one, lambda: one.state.mode == "leading" and bool(heard))
    await one.close()
    assert set(heard) == {"the app that starts it"}


async def test_an_old_read_of_a_meeting_is_not_kept_for_who_opens_it_later(
    pair: tuple[Share, Share],
) -> None:
    """A read that nobody asked for is a hint for some seconds, and wrong after an hour."""
    follower = pair[1]
    scan: Scan[Any] = Scan(records=(), asked_at=CLOCK.now() - 3600, answered_at=CLOCK.now() - 3599)
    scope = Scope("calls", 7)
    follower._take(scope, scan)
    coming = asyncio.ensure_future(follower.next_scan(scope))
    await asyncio.sleep(0)
    assert not coming.done()
    coming.cancel()


async def test_a_thread_that_ends_does_not_leave_it_following(pair: tuple[Share, Share]) -> None:
    """Or the screen would wait for frames for ever, and nobody would read."""
    follower = pair[1]

    def end(_: Connection) -> None:
        raise SystemExit

    follower.run(end)
    await until(follower, lambda: follower.state.mode == "alone")
    assert "SystemExit" in follower.state.trouble
    assert await follower.next_scan(CALLS) is None
    with pytest.raises(ShareUnavailable):
        await asyncio.wrap_future(follower.run(lambda connection: connection.query("SELECT 1")))
