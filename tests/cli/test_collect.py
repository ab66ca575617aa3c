"""`collect`: reads for all who share a bridge, stands by while another one does, and outlasts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from confmon.cli import main
from confmon.cli.commands.watching.collect import HeadlessCollector
from confmon.config.settings.alerts import AlertSettings
from confmon.config.settings.model import Settings
from confmon.history.backends import shared_tables
from confmon.models.errors import Forbidden, Unauthorized, Unreachable
from confmon.models.live_records import Attribute, Meeting, Scan
from confmon.monitor.attribute_reader import AGAIN_S, FIRST_S
from confmon.process import exits
from confmon.process.service_manager import ServiceManager
from confmon.sharing.bridge import SharedBridge
from confmon.sharing.records import Scope
from confmon.sharing.tables.place import open_connection, place_of
from confmon.sharing.tables.preparation import prepare
from tests.cli.conftest import LIMIT_S, Served
from tests.clock import HandClock, InlineExecutor
from tests.monitor.conftest import MemoryBridge, a_call
from tests.monitor.test_alerts import Receiver
from tests.sharing.fake_share import FakeShare
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from confmon.ports import AlertReceiver
    from confmon.sharing.share import Share
    from tests.sharing.server import Server

SETTINGS = Settings(profile="p", base_url="https://a.example/v1", login="x")


class Case:
    """A headless collector of a bridge in memory, with who gets its signals."""

    def __init__(self, receiver: Receiver | None = None) -> None:
        self.clock = HandClock()
        self.bridge = MemoryBridge(self.clock)
        self.bridge.calls[1] = a_call(1)
        self.share = FakeShare()
        self.lines: list[str] = []
        shared = SharedBridge(
            self.bridge, cast("Share", self.share), self.clock, interval_s=SETTINGS.interval_s
        )
        open_receivers: Callable[[], Sequence[AlertReceiver]] | None = None
        settings = SETTINGS
        if receiver is not None:
            settings = Settings(
                profile="p", base_url=SETTINGS.base_url, login="x",
                alerts=AlertSettings(webhook="https://hooks.example/x"),
            )  # fmt: skip
            open_receivers = lambda: [receiver]  # noqa: E731
        self.collector = HeadlessCollector(
            shared, settings, self.clock,
            tell=self.lines.append, manager=ServiceManager({}), open_receivers=open_receivers,
        )  # fmt: skip

    async def run(self, for_s: float | None = None) -> asyncio.Task[None]:
        running = asyncio.create_task(self.collector.run(for_s))
        await self.clock.advance(0)
        return running


async def test_it_says_each_change_of_role_once_and_never_ends() -> None:
    case = Case()
    running = await case.run()
    case.share.follow("ops-3")
    await case.clock.advance(10)
    assert not case.bridge.journal
    case.share.become(mode="leading", collector="ops-1")
    await case.clock.advance(10)
    assert len(case.share.published) >= 8
    case.bridge.decide = lambda *_: Unreachable("refused")
    await case.clock.advance(600)
    case.bridge.decide = lambda *_: None
    await case.clock.advance(60)
    case.share.become(mode="alone", trouble="the database does not answer", collector="")
    await case.clock.advance(600)
    case.share.follow("")
    case.share.follow("ops-4")
    await case.clock.advance(10)
    assert case.lines == [
        "standing by: ops-3 collects",
        "collecting",
        "nothing is seen: refused",
        "collecting",
        "alone: the database does not answer",
        "standing by: nobody collects",
        "standing by: ops-4 collects",
    ]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert case.share.closed


async def test_it_reads_a_meeting_that_another_one_asks_for() -> None:
    case = Case()
    case.share.become(mode="leading", collector="ops-1")
    running = await case.run(60)
    await case.clock.advance(2.9)
    case.share.published.clear()
    case.share.ask(100, 0)
    await case.clock.advance(0.3)
    scopes = [scope for scope, *_ in case.share.published]
    assert {Scope("calls", 100), Scope("meetings")} <= set(scopes)
    case.share.published.clear()
    case.share.ask(100)  # once more, within the three seconds
    case.share.become(members=())
    await case.clock.advance(0.1)
    case.share.become(members=())  # that is no request
    await case.clock.advance(0.5)
    assert [scope for scope, *_ in case.share.published].count(Scope("calls", 100)) == 1
    case.share.ask()
    await case.clock.advance(5)
    case.share.published.clear()
    await case.clock.advance(10)
    assert {scope for scope, *_ in case.share.published} == {Scope("calls"), Scope("meetings")}
    await case.clock.advance(60)
    await running


@pytest.mark.parametrize("error", [Unauthorized("401", status=401), Forbidden("403")])
async def test_a_refused_login_ends_it(error: Exception) -> None:
    case = Case()
    case.bridge.decide = lambda *_: error
    case.share.become(mode="leading", collector="ops-1")
    running = await case.run()
    await case.clock.advance(3)
    with pytest.raises(type(error)):
        await running
    assert case.share.closed


async def test_it_reads_attributes_for_all_and_takes_those_of_others() -> None:
    case = Case()
    for number in (100, 200):
        case.bridge.meetings[number] = Meeting(meeting_number=number, id=number, created=5)
    case.bridge.attributes = (
        Attribute(name="conference_maxcalls", value="7"),
        Attribute(name="host_access_code", value="1234"),
    )
    case.share.become(mode="leading", collector="ops-1")
    running = await case.run()
    await case.clock.advance(FIRST_S + 60)
    facts = case.share.state.facts["attributes"]
    assert {key: fact.data["id"] for key, fact in facts.items()} == {"100": 100, "200": 200}
    assert facts["100"].data["values"] == {"conference_maxcalls": "7"}
    case.bridge.journal.clear()
    case.share.follow("ops-3")
    await case.clock.advance(AGAIN_S + 60)
    assert not case.bridge.asked("get_attributes"), "the collector reads them"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_it_tells_receivers_while_it_collects_and_only_then() -> None:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    receiver = Receiver()
    case = Case(receiver)
    case.bridge.meetings[100] = Meeting(meeting_number=100, id=1)
    running = await case.run()
    case.share.follow("ops-3")
    calls, meetings = Scope("calls"), Scope("meetings")
    for asks in (0, 1, 1, 1, 1, 1):
        at = case.clock.now()
        case.share.give(meetings, await case.bridge.scan_meetings(), at, at)
        call = replace(case.bridge.calls[1], operator_mode=asks)
        case.share.give(calls, Scan(records=(call,)), at, at)
        await case.clock.advance(2)
    assert receiver.received == []
    case.bridge.calls[1] = replace(case.bridge.calls[1], operator_mode=1)
    case.share.become(mode="leading", collector="ops-1")
    await case.clock.advance(10)
    assert "help" in {alert.rule for firing, _ in receiver.received for alert in firing}
    sent = len(receiver.received)
    case.share.follow("ops-4")
    await case.clock.advance(300)
    assert len(receiver.received) == sent
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert receiver.is_closed


def test_a_role_that_may_not_collect_ends_it_and_is_named(
    served: Served, postgres: str, postgres_server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before, it stood by for ever and did not say why."""
    connection = open_connection(place_of(postgres, None))
    prepare(connection, served.base_url)
    connection.close()
    role = f"wall_of_{postgres.rpartition('/')[2]}"
    postgres_server.run_sql(f"CREATE ROLE {role} LOGIN IN ROLE confmon_reader")
    url = postgres.replace("//postgres@", f"//{role}@")
    assert main(["--share", url, "collect", "--for", f"{LIMIT_S:.0f}"]) == exits.AUTH
    printed = capsys.readouterr().err
    assert f"{url}: the role in the database may not collect: grant it confmon_collector" in printed
    assert "confmon help sharing" in printed


def test_without_a_share_there_is_nothing_to_do(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["collect"]) == exits.CONFIG
    assert "nothing is shared" in capsys.readouterr().err
    assert main(["--share", "postgresql://x@db.example/y?sslmode=disable", "collect"]) != exits.OK
    assert not served.requests


def started(share: str, *argv: str, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "confmon", "--interval", "0.5", "--share", share, "collect", *argv],
        stderr=subprocess.PIPE, text=True, env=os.environ | environ,
    )  # fmt: skip


def test_it_leaves_a_database_that_is_frozen(
    served: Served, postgres: str, postgres_server: Server
) -> None:
    connection = open_connection(place_of(postgres, None))
    prepare(connection, served.base_url, shared_tables.statements(served.base_url))
    process = started(postgres)
    assert process.stderr is not None
    assert process.stderr.readline() == "confmon: collecting\n"
    # The history is open too, and written again and again.
    has_begun = "SELECT 1 FROM meta WHERE name = 'writer' AND value <> '0'"
    while not connection.query(has_begun):
        connection.wait(0.05)
    connection.close()
    watch = Stopwatch(process.pid)
    postgres_server.freeze()
    try:
        asked = len(served.requests)
        while len(served.requests) < asked + 4:  # so the history waits for the database
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        began = watch.now()
        process.send_signal(signal.SIGTERM)
        while process.poll() is None:
            watch.queued_s()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        assert watch.now() - began < 2.0
    finally:
        postgres_server.thaw()
    assert process.communicate(timeout=LIMIT_S)
    assert process.returncode == exits.OK


def test_a_signal_gives_the_lease_to_the_one_that_stands_by(served: Served, tmp_path: Path) -> None:
    share, address = f"local:{tmp_path / 'share.db'}", str(tmp_path / "notify")
    connection = open_connection(place_of(share, None))
    prepare(connection, served.base_url)
    first = started(share)
    assert first.stderr is not None
    assert first.stderr.readline() == "confmon: collecting\n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(LIMIT_S)
        second = started(share, NOTIFY_SOCKET=address)
        messages = [manager.recv(1000).decode(), manager.recv(1000).decode()]
    assert messages[0] == "READY=1"
    assert messages[1].startswith("STATUS=standing by: ")
    assert second.stderr is not None
    assert second.stderr.readline().startswith("confmon: standing by: ")
    first.send_signal(signal.SIGTERM)
    assert first.wait(LIMIT_S) == exits.OK
    assert second.stderr.readline() == "confmon: collecting\n"
    second.send_signal(signal.SIGTERM)
    for process in (first, second):
        process.communicate(timeout=LIMIT_S)
        assert process.returncode == exits.OK
    [(epoch, holder, expires)] = connection.query("SELECT epoch, holder, expires FROM lease")
    assert epoch == 2
    assert expires == 0 or not holder
    frames = connection.query("SELECT epoch, kind, is_key FROM live_frame ORDER BY seq")
    assert {(1, "calls"), (1, "meetings"), (2, "calls"), (2, "meetings")} <= {
        (epoch, kind) for epoch, kind, is_key in frames if is_key
    }
    assert connection.query("SELECT * FROM member") == []
    connection.close()
