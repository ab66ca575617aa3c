"""Figures for Prometheus: scraped over HTTP, read back by the library's own strict parser."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.request import Request, urlopen

import pytest
from prometheus_client import generate_latest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families

from confmon.api.connect import open_client
from confmon.cli import main
from confmon.cli.commands.watching.endless import ROLES, STATES, EndlessWatch
from confmon.cli.commands.watching.exposition import Exposition
from confmon.cli.commands.watching.metrics import TextFile, serving
from confmon.clock import SystemClock
from confmon.config.settings.model import Settings
from confmon.models.errors import ServerTrouble, Unauthorized
from confmon.models.live_records import Meeting
from confmon.process import exits
from tests.cli.test_main import LOADED
from tests.clock import HandClock
from tests.monitor.conftest import MemoryBridge, a_call
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.cli.conftest import Served

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parsed(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((f"confmon_{name}", frozenset(labels.items())))


def names_of(samples: Samples) -> set[str]:
    return {name for name, _ in samples}


def some_settings(url: str = "http://127.0.0.1:9/v1", **more: Any) -> Settings:
    return Settings(profile="p", base_url=url, login="ann", **more)


# Over HTTP, against the simulator.


async def scraped(port: int, accept: str = "text/plain") -> str:
    def get() -> str:
        request = Request(f"http://127.0.0.1:{port}/metrics", headers={"Accept": accept})
        with urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
            return str(answer.read(), "utf-8")

    return await asyncio.to_thread(get)


@dataclass
class Scans:
    """Waits for the reads of both lists."""

    exposition: Exposition
    seen: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    def note(self, name: str, seconds: float) -> None:
        self.exposition.note_scan(name, seconds)
        self.seen.put_nowait(name)

    async def both(self) -> None:
        """Return after both lists were read once more."""
        left = {"meetings", "calls"}
        async with asyncio.timeout(PATIENCE_S):
            while left:
                left.discard(await self.seen.get())


@asynccontextmanager
async def exported(served: Served, interval_s: float = 60) -> AsyncIterator[tuple[int, Scans]]:
    """Serve the figures of a bridge; yields the port, and what waits for reads."""
    clock = SystemClock()
    exposition = Exposition(clock.now)
    scans = Scans(exposition)
    bridge = open_client(served.base_url, "ann", "hunter2")
    actions = {("mute", "done"): 2}
    settings = some_settings(served.base_url, interval_s=interval_s)
    watch = EndlessWatch(bridge, settings, clock, on_scan=scans.note, count_actions=lambda: actions)
    exposition.figures = lambda: watch.figures
    reading = asyncio.create_task(watch.run())
    try:
        with serving(exposition, "127.0.0.1", 0) as port:
            yield port, scans
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await bridge.aclose()


async def test_what_is_scraped_is_what_the_bridge_has(served: Served) -> None:
    world = served.world
    held, muted, asking = served.callers(3)
    held.hold_mode, muted.mute_mode, asking.qa_mode = 1, 2, 1
    held.mute_mode = 2
    began = SystemClock().wall()
    async with exported(served) as (port, scans):
        await scans.both()
        samples = parsed(await scraped(port))
    calls = {key: count for key, count in samples.items() if key[0] == "confmon_calls"}
    assert len(calls) == len(ROLES) * len(STATES)
    assert sum(calls.values()) == len(world.calls)
    for name, code in (("host", 1), ("participant", 2), ("listener", 3)):
        expected = sum(call.role == code for call in world.calls.values())
        assert sum(n for (_, labels), n in calls.items() if ("role", name) in labels) == expected
    for state, least in (("on hold", 1), ("muted", 1)):
        assert sum(n for (_, ls), n in calls.items() if ("state", state) in ls) >= least
    assert value(samples, "meetings") == 4
    assert value(samples, "attention", rule="question", severity="amber") == 1
    assert value(samples, "attention", rule="question", severity="red") == 0
    assert value(samples, "api_requests_total", method="GET", code="200") == len(served.requests)
    assert value(samples, "actions_total", verb="mute", outcome="done") == 2
    assert value(samples, "scan_duration_seconds_count", list="calls") == 1
    for name in ("calls", "meetings"):
        stamp = value(samples, "last_clean_scan_timestamp_seconds", list=name)
        assert stamp is not None
        assert began <= stamp <= SystemClock().wall()


async def test_what_could_not_be_read_is_a_figure(served: Served) -> None:
    served.quirks.unreadable_every = 2
    odd = sum(call.id % 2 for call in served.world.calls.values())
    async with exported(served) as (port, scans):
        await scans.both()
        samples = parsed(await scraped(port))
    assert value(samples, "unreadable_records", list="calls") == len(served.world.calls) - odd
    assert sum(n for (name, _), n in samples.items() if name == "confmon_calls") == odd


async def test_joins_and_leaves_are_counted(served: Served) -> None:
    async with exported(served, interval_s=0.5) as (port, scans):
        await scans.both()
        assert value(parsed(await scraped(port)), "joins_total") == 0
        for call in served.callers(3):
            served.do(served.world.leave, call)
        await scans.both()
        await scans.both()
        samples = parsed(await scraped(port))
    assert (value(samples, "leaves_total"), value(samples, "joins_total")) == (3, 0)


async def test_no_label_has_an_id_or_a_number_or_a_name(served: Served) -> None:
    for call in served.callers(5):
        call.qa_mode, call.custom_name = 1, 'A "quoted"\nname'
    async with exported(served) as (port, scans):
        await scans.both()
        text = await scraped(port)
        again = await scraped(port, "application/openmetrics-text; version=1.0.0")
    assert list(openmetrics_families(again))  # type: ignore[no-untyped-call]
    assert "quoted" not in text
    for name, labels in parsed(text):
        assert name.startswith("confmon_")
        for label, one in labels:
            if label not in ("le", "code"):
                assert re.fullmatch(r"[A-Za-z_ ]+", one), (name, label, one)


# What is exported, and what not, as time goes by.


class CountingBridge(MemoryBridge):
    def count_answers(self) -> dict[tuple[str, str], int]:
        return {("GET", "200"): len(self.journal)}


@asynccontextmanager
async def watched(
    clock: HandClock, bridge: MemoryBridge, exposition: Exposition, **settings: Any
) -> AsyncIterator[asyncio.Task[None]]:
    watch = EndlessWatch(
        cast("Any", bridge), some_settings(**settings), clock,
        on_scan=exposition.note_scan, count_actions=dict,
    )  # fmt: skip
    exposition.figures = lambda: watch.figures
    reading = asyncio.create_task(watch.run())
    try:
        yield reading
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def bridge(clock: HandClock) -> MemoryBridge:
    found = CountingBridge(clock)
    found.meetings[100] = Meeting(meeting_number=100, id=1, created=1_700_000_500_000)
    found.calls[1] = a_call(1, meeting_number=100, role=1, joined=1_700_000_500_000)
    return found


def now(exposition: Exposition) -> Samples:
    return parsed(generate_latest(exposition.registry).decode())


GAUGES = {
    "confmon_calls", "confmon_meetings", "confmon_attention", "confmon_unreadable_records",
}  # fmt: skip


async def test_before_the_first_read_nothing_is_zero(clock: HandClock) -> None:
    samples = now(Exposition(clock.now))
    assert not names_of(samples) & GAUGES
    assert value(samples, "last_clean_scan_timestamp_seconds", list="calls") == 0


async def test_what_is_stale_vanishes_and_comes_back(
    clock: HandClock, bridge: MemoryBridge
) -> None:
    exposition = Exposition(clock.now)
    async with watched(clock, bridge, exposition):
        await clock.advance(10)
        fresh = now(exposition)
        assert names_of(fresh) >= GAUGES
        bridge.decide = lambda _name, _key: ServerTrouble("down")
        await clock.advance(60)
        stale = now(exposition)
        assert not names_of(stale) & GAUGES
        stamp = ("confmon_last_clean_scan_timestamp_seconds", frozenset({("list", "calls")}))
        assert fresh[stamp] <= stale[stamp] <= clock.wall() - 50
        assert value(stale, "joins_total") == 0
        bridge.decide = lambda _name, _key: None
        await clock.advance(60)
        again = now(exposition)
        assert names_of(again) >= GAUGES
        assert again[stamp] >= clock.wall() - 10


async def test_one_stale_list_takes_its_own_figures_and_the_signals(
    clock: HandClock, bridge: MemoryBridge
) -> None:
    exposition = Exposition(clock.now)
    async with watched(clock, bridge, exposition):
        await clock.advance(10)
        bridge.decide = lambda name, _: ServerTrouble("x") if name == "scan_calls" else None
        await clock.advance(60)
        samples = now(exposition)
        assert names_of(samples) & GAUGES == {"confmon_meetings", "confmon_unreadable_records"}
        assert value(samples, "unreadable_records", list="meetings") == 0
        assert value(samples, "unreadable_records", list="calls") is None


async def test_trouble_is_reported_once(
    clock: HandClock, bridge: MemoryBridge, capsys: pytest.CaptureFixture[str]
) -> None:
    async with watched(clock, bridge, Exposition(clock.now)):
        await clock.advance(10)
        bridge.decide = lambda _name, _key: ServerTrouble("down")
        await clock.advance(300)
        assert capsys.readouterr().err == "confmon: down\n"
        bridge.decide = lambda _name, _key: None
        await clock.advance(300)
        assert capsys.readouterr().err == "confmon: the bridge is read again\n"


async def test_failures_are_followed_by_longer_waits(
    clock: HandClock, bridge: MemoryBridge
) -> None:
    exposition = Exposition(clock.now)
    async with watched(clock, bridge, exposition):
        await clock.advance(10)
        bridge.decide = lambda _name, _key: ServerTrouble("down")
        await clock.advance(600)
        before = len(bridge.journal)
        await clock.advance(300)
        assert len(bridge.journal) - before <= 2 * (300 / 27 + 1)


async def test_a_refused_login_ends_it_after_one_request(
    clock: HandClock, bridge: MemoryBridge
) -> None:
    bridge.decide = lambda _name, _key: Unauthorized("401", status=401)
    async with watched(clock, bridge, Exposition(clock.now)) as reading:
        await clock.advance(60)
        with pytest.raises(Unauthorized):
            await reading
    assert len(bridge.journal) == 1


async def test_who_has_left_is_let_go(clock: HandClock, bridge: MemoryBridge) -> None:
    watch = EndlessWatch(
        cast("Any", bridge), some_settings(), clock, on_scan=lambda *_: None, count_actions=dict
    )
    reading = asyncio.create_task(watch.run())
    for number in range(2, 50):
        bridge.calls[number] = a_call(number, meeting_number=100, role=2)
        await clock.advance(4)
        bridge.calls.pop(number - 1)
    await clock.advance(20)
    live_state = watch.store.live_state
    assert (list(live_state.calls), live_state.left_calls, live_state.changes) == ([49], {}, {})
    assert watch.memory.series.totals == {"joins": 47, "leaves": 48}
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


async def test_a_fault_of_our_own_ends_it(clock: HandClock, bridge: MemoryBridge) -> None:
    exposition = Exposition(clock.now)
    async with watched(clock, bridge, exposition) as reading:
        await clock.advance(10)
        bridge.meetings[100] = cast("Any", "no meeting")
        await clock.advance(10)
        with pytest.raises(AttributeError):
            await reading


# The file.


async def test_a_file_is_replaced_whole_and_ends_without_gauges(
    tmp_path: Path, clock: HandClock, bridge: MemoryBridge, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "confmon.prom"
    exposition = Exposition(clock.now)
    async with watched(clock, bridge, exposition) as reading:
        await clock.advance(10)
        keeping = asyncio.create_task(TextFile(path, exposition).keep(reading, 3600))
        await asyncio.sleep(0)
        samples = parsed(path.read_text())
        assert names_of(samples) >= GAUGES
        assert path.stat().st_mode & 0o777 == 0o644
        keeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await keeping
    samples = parsed(path.read_text())
    assert not names_of(samples) & GAUGES
    assert value(samples, "last_clean_scan_timestamp_seconds", list="calls") != 0
    assert sorted(os.listdir(tmp_path)) == [path.name, "home"]  # noqa: PTH208
    assert capsys.readouterr().err == f"confmon: metrics in {path}\n"


async def test_a_file_that_can_not_be_written_is_reported_once_and_tried_again(
    tmp_path: Path, clock: HandClock, bridge: MemoryBridge, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    path = folder / "confmon.prom"
    exposition = Exposition(clock.now)
    text_file = TextFile(path, exposition)
    async with watched(clock, bridge, exposition) as reading:
        with pytest.raises(exits.CliExit) as ended:
            await text_file.keep(reading, 3600)
    assert ended.value.code == exits.UNWRITABLE
    for _ in range(3):
        text_file.write()
    folder.mkdir()
    for _ in range(3):
        text_file.write()
    assert capsys.readouterr().err == (
        f"confmon: {path} can't be written: No such file or directory\n"
        f"confmon: {path} is written again\n"
    )


# The program.


def test_it_serves_until_it_is_stopped(served: Served) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "confmon", "metrics", "--port", "0"],
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.fullmatch(r"confmon: metrics at (http://127\.0\.0\.1:[0-9]+/metrics)\n", line)
        assert found, line
        with urlopen(found[1], timeout=PATIENCE_S) as answer:  # noqa: S310
            samples = parsed(str(answer.read(), "utf-8"))
        assert value(samples, "joins_total") is not None
        assert served.asked.wait(PATIENCE_S)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (exits.OK, "")


def test_a_port_that_is_taken(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    port = served.base_url.split(":")[2].partition("/")[0]
    assert main(["metrics", "--port", port]) == exits.DOWN
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in capsys.readouterr().err


def test_what_others_can_reach_is_reported(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["metrics", "--bind", "0.0.0.0", "--port", "0", "--login", "nobody"]  # noqa: S104
    assert main(argv) == exits.AUTH
    assert re.search(
        r"whoever reaches 0\.0\.0\.0:[0-9]+ can read them: there is no login",
        capsys.readouterr().err,
    )
    assert len(served.requests) == 1


def test_without_the_library_it_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.modules['prometheus_client'] = None; {LOADED}",
         "metrics"],
        capture_output=True, text=True, timeout=PATIENCE_S, check=True,
    )  # fmt: skip
    first, second, loaded = done.stderr.splitlines()
    assert "needs the library prometheus-client" in first
    assert "pip install 'confmon[metrics]'" in second
    assert loaded.startswith(f"[{exits.CONFIG}, ")


def test_only_this_command_loads_the_library(served: Served) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, "check", "--interval", "0.5"],
        capture_output=True, text=True, timeout=PATIENCE_S, check=True,
    )  # fmt: skip
    assert served.requests
    assert "prometheus_client" not in done.stderr
    assert "textual" not in done.stderr
