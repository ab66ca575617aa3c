"""`--watch`: a JSON line for each change, on any clock, and in a process of its own."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from confmon.cli import main
from confmon.cli.commands.watching.list_changes import ListChanges
from confmon.cli.commands.watching.live_changes import LiveChanges, feed_of
from confmon.cli.filtering.list_options import ListOptions, parse_conditions
from confmon.cli.output.printing import PrintOptions
from confmon.config.settings.model import Settings
from confmon.models.errors import BridgeError, NotFound, Unauthorized, Unreachable
from confmon.models.lists import ListQuery, ListResult
from confmon.models.live_records import Call, Meeting
from confmon.models.resources.directory import DID_GROUPS
from confmon.models.rooms import DidGroup
from confmon.monitor.exports.numbers import NumberVisibility
from confmon.monitor.exports.rows import names_of
from confmon.process import exits
from tests.cli.conftest import LIMIT_S, Served
from tests.clock import HandClock
from tests.monitor.conftest import MemoryBridge, a_call

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = Settings(profile="p", base_url="https://a.example/v1", login="x")
PLAIN = PrintOptions(output="jsonl")


class Watched:
    """A watch of a bridge in memory, on a clock of the test's."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.bridge = MemoryBridge(self.clock)
        for number in (100, 200):
            self.bridge.meetings[number] = Meeting(meeting_number=number, id=number)
        for id_ in (1, 2, 3):
            self.put(a_call(id_, meeting_number=100))
        self.lines: list[dict[str, Any]] = []

    def put(self, call: Call) -> None:
        self.bridge.calls[call.id] = call

    def change(self, id_: int, **fields: Any) -> None:
        self.put(replace(self.bridge.calls[id_], **fields))

    async def begin(
        self, command: str = "calls", meeting: int | None = None, *, words: str = "",
        options: ListOptions | None = None, printing: PrintOptions = PLAIN,
    ) -> None:  # fmt: skip
        self.watch = LiveChanges(
            cast("Any", self.bridge), SETTINGS, self.clock, feed_of(command, meeting),
            options=options or ListOptions(), printing=printing, words=words,
            put=self.lines.append,
        )  # fmt: skip
        self.running = asyncio.create_task(self.watch.run())
        await self.clock.settle()

    async def later(self, seconds: float = 2.5) -> list[dict[str, Any]]:
        """Let time go by; return the lines that came since the last look."""
        await self.clock.advance(seconds)
        lines = self.lines[:]
        self.lines.clear()
        return lines

    async def end(self) -> None:
        self.watch.end()
        await self.running


@pytest.fixture
def watched() -> Watched:
    return Watched()


def kinds_of(lines: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(line["event"], line["id"]) for line in lines]


async def test_who_is_there_comes_first_and_then_what_changes(watched: Watched) -> None:
    await watched.begin()
    lines = await watched.later()
    assert kinds_of(lines) == [("present", 1), ("present", 2), ("present", 3)]
    assert list(lines[0])[:2] == ["at", "event"]
    assert set(lines[0]) == {"at", "event", *names_of(Call)}
    watched.put(a_call(4, meeting_number=200))
    watched.change(2, mute_mode=1)
    del watched.bridge.calls[1]
    lines = await watched.later()
    assert kinds_of(lines) == [("left", 1), ("changed", 2), ("joined", 4)]
    [_, changed, joined] = lines
    assert (changed["muteMode"], changed["was"]) == (1, {"muteMode": 0})
    assert changed["at"] == joined["at"] != "2023-11-14T22:30:00.000Z"
    assert await watched.later(20) == []
    await watched.end()


async def test_a_torn_read_removes_nobody(watched: Watched) -> None:
    watched.bridge.hidden = {3}
    await watched.begin()
    assert kinds_of(await watched.later()) == [("present", 1), ("present", 2)]
    watched.bridge.hidden = set()
    assert kinds_of(await watched.later()) == [("present", 3)]  # perhaps there all the time
    watched.bridge.hidden = {1, 2, 3}
    assert await watched.later() == []
    watched.bridge.hidden = set()
    assert await watched.later() == []
    await watched.end()


async def test_a_reused_id_left_and_joined(watched: Watched) -> None:
    await watched.begin()
    await watched.later()
    watched.put(a_call(2, meeting_number=100, created=1_700_009_000_000, caller="15550001111"))
    assert kinds_of(await watched.later()) == [("left", 2), ("joined", 2)]
    await watched.end()


async def test_an_outage_is_a_gap_with_its_ends(watched: Watched) -> None:
    await watched.begin()
    await watched.later()
    watched.bridge.errors["scan_calls"] = [Unreachable("refused")] * 3
    del watched.bridge.calls[1]
    [begun] = await watched.later(4)
    assert (begun["event"], begun["to"], begun["reason"]) == ("gap", None, "refused")
    over, left = await watched.later(60)
    assert (over["event"], over["from"], over["to"]) == ("gap", begun["from"], over["at"])
    assert begun["from"] < begun["at"] < over["at"]
    assert kinds_of([left]) == [("left", 1)]
    await watched.end()


async def test_the_calls_of_one_meeting(watched: Watched) -> None:
    watched.put(a_call(9, meeting_number=200))
    await watched.begin("calls", 100)
    assert kinds_of(await watched.later()) == [("present", 1), ("present", 2), ("present", 3)]
    watched.change(2, meeting_number=200)
    watched.change(9, meeting_number=100)
    assert kinds_of(await watched.later()) == [("left", 2), ("joined", 9)]
    await watched.end()


async def test_meetings_start_change_and_end(watched: Watched) -> None:
    await watched.begin("meetings")
    assert [one["meetingNumber"] for one in await watched.later()] == [100, 200]
    watched.bridge.meetings[100] = replace(watched.bridge.meetings[100], is_secured=True)
    del watched.bridge.meetings[200]
    left, changed = await watched.later()
    assert (left["event"], left["meetingNumber"]) == ("left", 200)
    assert (changed["event"], changed["was"]) == ("changed", {"isSecured": None})
    await watched.end()


async def test_a_filter_tells_of_who_matches_before_or_after(watched: Watched) -> None:
    for filter_ in (
        {"words": "muted"},
        {"options": ListOptions(conditions=parse_conditions("muteMode ne 0", names_of(Call)))},
    ):
        watched.change(1, mute_mode=1)
        watched.change(2, mute_mode=0)
        await watched.begin(**filter_)
        assert kinds_of(await watched.later()) == [("present", 1)]
        watched.change(1, mute_mode=0)
        watched.change(2, mute_mode=1)
        watched.change(3, gain_level=3)
        out, into = await watched.later()
        assert (out["id"], out["matches"], out["was"]) == (1, False, {"muteMode": 1})
        assert (into["id"], into["matches"], into["event"]) == (2, True, "changed")
        del watched.bridge.calls[2]
        assert kinds_of(await watched.later()) == [("left", 2)]
        await watched.end()
        watched.put(a_call(2, meeting_number=100))


async def test_only_the_fields_that_are_asked_for_and_their_changes(watched: Watched) -> None:
    await watched.begin(options=ListOptions(fields=("id", "muteMode")))
    assert set((await watched.later())[0]) == {"at", "event", "id", "muteMode"}
    watched.change(1, gain_level=2)
    watched.change(2, gain_level=2, mute_mode=1)
    [line] = await watched.later()
    assert line["was"] == {"muteMode": 0}
    await watched.end()


async def test_numbers_and_codes_are_as_in_other_outputs(watched: Watched) -> None:
    watched.change(1, caller="15162065319", access_code="2756")
    await watched.begin(printing=replace(PLAIN, numbers=NumberVisibility.NONE))
    await watched.later()
    watched.change(1, caller="15162065319", custom_name="call 15162065319", access_code="9911")
    [line] = await watched.later()
    assert "15162065319" not in json.dumps(line)
    assert line["was"]["accessCode"] == line["accessCode"] == "****"
    await watched.end()


async def test_a_first_read_that_fails_and_a_refused_login_end_it(watched: Watched) -> None:
    for error in (NotFound("404", status=404), Unauthorized("401", status=401)):
        watched.bridge.errors["scan_calls"] = [error]
        await watched.begin()
        await watched.later()
        with pytest.raises(type(error)):
            await watched.running
    await watched.begin()
    await watched.later()
    watched.bridge.errors["scan_calls"] = [Unauthorized("401", status=401)]
    [gap] = await watched.later()
    assert gap["event"] == "gap"
    with pytest.raises(Unauthorized):
        await watched.running


class Groups:
    """An API with one list; it answers what the test says."""

    def __init__(self) -> None:
        self.found = [DidGroup(id=1, name="a"), DidGroup(id=2, name="b")]
        self.whole = True
        self.errors: list[BridgeError] = []

    async def list(self, _resource: object, _query: ListQuery) -> ListResult[DidGroup]:
        if self.errors:
            raise self.errors.pop(0)
        return ListResult(records=tuple(self.found), whole=self.whole)


async def test_what_is_set_up_is_watched_as_its_section_reads_it() -> None:
    clock, port = HandClock(), Groups()
    lines: list[dict[str, Any]] = []

    async def later() -> list[tuple[str, Any]]:
        await clock.advance(45)
        found = [(line["event"], line.get("id")) for line in lines]
        lines.clear()
        return found

    watch = ListChanges(
        cast("Any", port), DID_GROUPS, clock,
        options=ListOptions(), printing=PLAIN, put=lines.append,
    )  # fmt: skip
    running = asyncio.create_task(watch.run())
    assert await later() == [("present", 1), ("present", 2)]
    port.found = [DidGroup(id=2, name="c"), DidGroup(id=3, name="d")]
    port.whole = False
    assert await later() == [("changed", 2), ("joined", 3)]
    port.whole = True
    port.errors = [Unreachable("refused")]
    assert await later() == [("gap", None), ("gap", None), ("left", 1)]
    port.errors = [Unauthorized("401", status=401)]
    await later()
    with pytest.raises(Unauthorized):
        await running


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["calls", "--watch", "-o", "csv"], "-o jsonl"),
        (["meetings", "--watch", "--limit", "3"], "--limit"),
        (["rooms", "--watch", "--order", "id"], "--order"),
        (["rooms", "--watch", "--reveal-codes"], "never prints access codes"),
    ],
)
def test_what_a_watch_cannot_have(
    served: Served, capsys: pytest.CaptureFixture[str], argv: list[str], why: str
) -> None:
    assert main(argv) == exits.USAGE
    assert why in capsys.readouterr().err
    assert not served.requests


def test_failures_have_the_exit_codes_of_one_read(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--login", "eve", "calls", "--watch"]) == exits.AUTH
    assert main(["--base-url", served.base_url[:-2], "calls", "--watch"]) == exits.CONFIG
    assert main(["--base-url", served.base_url[:-2], "rooms", "--watch"]) == exits.CONFIG
    assert main(["--base-url", "http://127.0.0.1:9/v1", "meetings", "--watch"]) == exits.DOWN
    assert capsys.readouterr().out == ""


def started(*argv: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "confmon", "--interval", "0.5", *argv],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def lines_of(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_each_line_comes_at_once_until_a_signal(served: Served, number: signal.Signals) -> None:
    process = started("calls", "--watch", "-o", "jsonl")
    lines = lines_of(process)
    there = {next(lines)["id"] for _ in served.world.calls}
    assert there == set(served.world.calls)
    [call] = served.callers(1)
    assert main(["mute", str(call.id)]) == exits.OK
    changed = next(lines)
    assert (changed["event"], changed["id"], changed["was"]) == (
        "changed",
        call.id,
        {"muteMode": 0},
    )
    process.send_signal(number)
    _, err = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, err) == (128 + number, "")


def test_a_closed_pipe_ends_it_though_nothing_changes(served: Served) -> None:
    process = started("calls", "--watch")
    lines = lines_of(process)
    for _ in served.world.calls:
        next(lines)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(LIMIT_S) == exits.OK
    assert process.stderr.read() == ""
    process.stderr.close()


def test_a_signal_counts_though_nobody_reads(served: Served) -> None:
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)  # the lines do not fit
    process = subprocess.Popen(
        [sys.executable, "-m", "confmon", "calls", "--watch"], stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert select.select([reader], [], [], LIMIT_S)[0]
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=LIMIT_S)[1] == b""
    assert process.returncode == 128 + signal.SIGTERM
    os.close(reader)
