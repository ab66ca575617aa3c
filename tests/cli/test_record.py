"""`record`: keeps the history without a screen, through outages, until a signal stops it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from confmon.cli import main
from confmon.cli.commands.watching.record import HeadlessRecorder
from confmon.config.settings.alerts import AlertSettings
from confmon.config.settings.model import Settings
from confmon.history.answers import CallQuery
from confmon.history.history import open_history
from confmon.history.place import HistoryPlace
from confmon.models.errors import Forbidden, Unauthorized, Unreachable
from confmon.models.live_records import Meeting
from confmon.process import exits, paths
from confmon.process.service_manager import ServiceManager
from tests.cli.conftest import LIMIT_S, Served
from tests.clock import HandClock
from tests.monitor.conftest import MemoryBridge, a_call
from tests.monitor.test_alerts import Receiver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETTINGS = Settings(profile="p", base_url="https://a.example/v1", login="x")


def started(*argv: str, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "confmon", "--interval", "0.5", "record", *argv],
        stderr=subprocess.PIPE, text=True, env=os.environ | environ,
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=str)
def test_a_signal_ends_it_with_everything_kept(
    served: Served, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    process = started()
    assert process.stderr is not None
    assert process.stderr.readline().startswith("confmon: recording to ")
    process.send_signal(number)
    _, err = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, err) == (exits.OK, "")
    assert main(["history", "meetings", "-o", "json"]) == exits.OK
    found = json.loads(capsys.readouterr().out)
    assert {row["meeting"] for row in found} == set(served.world.meetings)
    assert main(["history", "calls", "-o", "jsonl"]) == exits.OK
    assert len(capsys.readouterr().out.splitlines()) == len(served.world.calls)
    number_ = str(next(iter(served.world.meetings)))
    assert main(["attendance", number_, "-o", "json"]) == exits.OK
    assert json.loads(capsys.readouterr().out)
    mode = paths.history(served.base_url, "ann").stat().st_mode
    assert mode & 0o777 == 0o600


def test_a_second_one_waits_and_takes_over(served: Served) -> None:
    first = started()
    assert first.stderr is not None
    assert first.stderr.readline().startswith("confmon: recording to ")
    second = started()
    assert second.stderr is not None
    assert second.stderr.readline().startswith("confmon: another confmon records this bridge")
    first.send_signal(signal.SIGTERM)
    assert first.wait(LIMIT_S) == exits.OK
    assert second.stderr.readline().startswith("confmon: recording to ")
    second.send_signal(signal.SIGTERM)
    for process in (first, second):
        process.communicate(timeout=LIMIT_S)
        assert process.returncode == exits.OK


def test_a_service_manager_is_told_how_it_goes(served: Served, tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(LIMIT_S)
        process = started("--quiet", NOTIFY_SOCKET=address, WATCHDOG_USEC="200000")
        messages = [manager.recv(1000).decode()]
        while "WATCHDOG=1" not in messages or not any(line[:7] == "STATUS=" for line in messages):
            messages.append(manager.recv(1000).decode())
        process.send_signal(signal.SIGTERM)
        while messages[-1] != "STOPPING=1":
            messages.append(manager.recv(1000).decode())
        _, err = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, err) == (exits.OK, "")
    assert messages[0] == "READY=1"
    assert "WATCHDOG=1" in messages
    assert any(message.startswith("STATUS=recording to ") for message in messages)


def test_without_a_service_manager_nothing_is_sent() -> None:
    for environ in (
        {}, {"NOTIFY_SOCKET": "nonsense"}, {"NOTIFY_SOCKET": "/nowhere/at/all"},
        {"NOTIFY_SOCKET": "@no-such-name", "WATCHDOG_USEC": "x"},
        {"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "9", "WATCHDOG_PID": "1"},
    ):  # fmt: skip
        manager = ServiceManager(environ)
        manager.ready()
        assert manager.watchdog_s is None


def test_it_refuses_where_nothing_can_be_kept(
    served: Served, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(
        f'[profiles.p]\nbase_url = "{served.base_url}"\nlogin = "ann"\nhistory = false\n'
    )
    assert main(["record", "--for", "0"]) == exits.CONFIG
    assert "history = false" in capsys.readouterr().err
    config_file.unlink()
    path = paths.history(served.base_url, "ann")
    path.parent.parent.mkdir(parents=True)
    path.parent.write_text("a file in the place of the folder")
    assert main(["record", "--for", "0"]) == exits.CONFIG
    assert "nothing can be recorded" in capsys.readouterr().err
    assert not served.requests


def test_a_wrong_login_or_base_url_is_no_outage(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--login", "eve", "record"]) == exits.AUTH
    assert main(["--base-url", served.base_url[:-2], "record"]) == exits.CONFIG
    assert "base_url" in capsys.readouterr().err


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for the thread that writes."""
    end = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end
        await asyncio.to_thread(time.sleep, 0.001)


async def test_receivers_are_told_what_needs_somebody(tmp_path: Path) -> None:
    clock = HandClock()
    bridge = MemoryBridge(clock)
    bridge.meetings[100] = Meeting(meeting_number=100, id=1)
    bridge.calls[1] = a_call(1, meeting_number=100)
    receiver = Receiver()
    settings = Settings(
        profile="p", base_url="https://a.example/v1", login="x",
        alerts=AlertSettings(webhook="https://hooks.example/x"),
    )  # fmt: skip
    place = HistoryPlace(path=tmp_path / "history.db", endpoint="a")
    recorder = HeadlessRecorder(
        cast("Any", bridge), settings, place, clock,
        tell=lambda _: None, open_receivers=lambda: [receiver],
    )  # fmt: skip
    running = asyncio.create_task(recorder.run())
    await clock.advance(10)
    bridge.calls[1] = replace(bridge.calls[1], operator_mode=1)
    assert recorder.signals is not None
    alerts = recorder.signals.alerts
    await until(lambda: bool(alerts and alerts._senders))
    await clock.advance(30)
    assert "help" in {alert.rule for firing, _ in receiver.received for alert in firing}
    recorder.end()
    await running
    assert receiver.is_closed


async def test_an_outage_is_a_gap_and_it_goes_on(tmp_path: Path) -> None:
    clock = HandClock()
    bridge = MemoryBridge(clock)
    bridge.meetings[100] = Meeting(meeting_number=100, id=1)
    bridge.calls[1] = a_call(1)
    place = HistoryPlace(path=tmp_path / "history.db", endpoint="x")
    lines: list[str] = []
    recorder = HeadlessRecorder(
        cast("Any", bridge), SETTINGS, place, clock, tell=lines.append, manager=ServiceManager({})
    )
    writer = recorder.recording.writer
    running = asyncio.create_task(recorder.run())
    await clock.advance(5)
    await until(lambda: writer.acknowledged is not None)
    await clock.advance(2)
    bridge.decide = lambda _name, _target: Unreachable("refused")
    await clock.advance(60)
    bridge.decide = lambda _name, _target: None
    bridge.calls[2] = a_call(2)
    await clock.advance(60)
    newest = (clock.wall() - 4) * 1000
    await until(lambda: (writer.acknowledged or 0) >= newest)
    recorder.end()
    await running
    assert [line.split(" ")[0] for line in lines] == ["recording", "nothing", "recording"]
    assert lines[1] == "nothing is seen: refused"
    history = open_history(place.path)
    span = history.span()
    assert span is not None
    [gap] = [gap for gap in history.gaps(*span) if gap.reason == "unreachable"]
    assert gap.to_at is not None
    assert {call.leg.call for call in history.find_calls(CallQuery())} == {1, 2}
    history.close()


@pytest.mark.parametrize(
    ("error", "is_first"), [(Unauthorized("401", status=401), False), (Forbidden("403"), True)]
)
async def test_a_refused_login_ends_it(tmp_path: Path, error: Exception, is_first: bool) -> None:
    clock = HandClock()
    bridge = MemoryBridge(clock)
    place = HistoryPlace(path=tmp_path / "history.db", endpoint="x")
    recorder = HeadlessRecorder(
        cast("Any", bridge), SETTINGS, place, clock, tell=lambda _: None, manager=ServiceManager({})
    )
    if is_first:
        bridge.decide = lambda _name, _target: error
    running = asyncio.create_task(recorder.run())
    await clock.advance(3)
    bridge.decide = lambda _name, _target: error
    await clock.advance(3)
    with pytest.raises(type(error)):
        await running


async def test_it_ends_after_so_long(tmp_path: Path) -> None:
    clock = HandClock()
    place = HistoryPlace(path=tmp_path / "history.db", endpoint="x")
    bridge = MemoryBridge(clock)
    recorder = HeadlessRecorder(
        cast("Any", bridge), SETTINGS, place, clock, tell=lambda _: None, manager=ServiceManager({})
    )
    running = asyncio.create_task(recorder.run(30))
    await clock.advance(29)
    assert not running.done()
    await clock.advance(2)
    await running
