"""What needs somebody, on the command line against the simulator, and its settings."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from confmon.cli import main
from confmon.cli.commands.watching.attention import Watch
from confmon.config.settings.attention import AttentionSettings
from confmon.models.codes import Codes
from confmon.models.errors import ServerTrouble
from confmon.models.live_records import Meeting
from confmon.monitor.attention.rules import RULES
from confmon.process import exits
from tests.clock import HandClock
from tests.monitor.conftest import MemoryBridge, a_call

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Served

FAST = ("--interval", "0.5")


def listed(capsys: pytest.CaptureFixture[str], *argv: str) -> list[dict[str, Any]]:
    assert main([*FAST, "attention", "-o", "json", *argv]) == exits.OK
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_who_asks_is_listed_in_every_format(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    [caller, other] = served.callers(2)
    caller.qa_mode = other.qa_mode = 1
    rows = listed(capsys, "--rule", "question")
    assert {row["call"] for row in rows} == {caller.id, other.id}
    [row] = [row for row in rows if row["call"] == caller.id]
    assert list(row) == ["rule", "severity", "target", "meeting", "call", "name", "since", "text"]
    assert (row["rule"], row["severity"], row["target"]) == ("question", "amber", "call")
    assert row["meeting"] == caller.meeting.number
    assert row["since"].endswith("Z")
    for output in ("jsonl", "csv", "table"):
        assert main([*FAST, "attention", "--rule", "question", "-o", output]) == exits.OK
        text = capsys.readouterr().out
        match output:
            case "jsonl":
                again = [json.loads(line) for line in text.splitlines()]
            case "csv":
                again = list(csv.DictReader(io.StringIO(text)))
            case _:
                assert text.count("has a question") == 4  # title and text of both
                continue
        assert {str(row["call"]) for row in again} == {str(caller.id), str(other.id)}


async def watched(bridge: MemoryBridge, clock: HandClock, for_s: float) -> list[str]:
    """Return the rules that spoke up after a watch of so long."""
    watch = Watch(cast("Any", bridge), RULES, AttentionSettings(), Codes(), clock)
    running = asyncio.create_task(watch.run(2.0, for_s, None))
    await clock.advance(for_s + 5)
    await running
    return [signal.rule for signal in watch.attention.signals]


@pytest.fixture
def lonely() -> tuple[MemoryBridge, HandClock]:
    """A bridge with one caller alone."""
    clock = HandClock()
    bridge = MemoryBridge(clock)
    bridge.meetings[100] = Meeting(meeting_number=100, id=1, created=1_700_000_500_000)
    bridge.calls[1] = a_call(1, meeting_number=100, role=1, joined=1_700_000_500_000)
    return bridge, clock


async def test_it_reads_twice_and_longer_if_asked_to(
    lonely: tuple[MemoryBridge, HandClock],
) -> None:
    bridge, clock = lonely
    assert await watched(bridge, clock, 0) == []
    assert len(bridge.asked("scan_calls")) == 2
    assert await watched(bridge, clock, 300) == ["alone"]
    assert len(bridge.asked("scan_calls")) == 2 + 151


async def test_a_read_that_fails_in_between_says_nothing(
    lonely: tuple[MemoryBridge, HandClock], capsys: pytest.CaptureFixture[str]
) -> None:
    bridge, clock = lonely
    asked = iter(range(1000))
    bridge.decide = lambda name, _: (
        ServerTrouble("down") if name == "scan_calls" and next(asked) == 50 else None
    )
    assert await watched(bridge, clock, 300) == ["alone"]
    assert "a read failed: down" in capsys.readouterr().err


@pytest.mark.parametrize("at", [0, 150])
async def test_the_first_and_the_last_read_have_to_work(
    at: int, lonely: tuple[MemoryBridge, HandClock]
) -> None:
    bridge, clock = lonely
    asked = iter(range(1000))
    bridge.decide = lambda name, _: (
        ServerTrouble("down") if name == "scan_calls" and next(asked) == at else None
    )
    with pytest.raises(ServerTrouble):
        await watched(bridge, clock, 300)


def test_signals_of_one_meeting(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    for caller in served.callers(30):
        caller.qa_mode = 1
    number = served.callers(1)[0].meeting.number
    rows = listed(capsys, "--meeting", str(number), "--rule", "question")
    assert rows
    assert {row["meeting"] for row in rows} == {number}


def test_the_attributes_tell_how_many_fit(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    [meeting, *_] = served.world.meetings.values()
    meeting.attributes["conference_maxcalls"] = str(meeting.participant_count)
    [row] = listed(capsys, "--rule", "capacity")
    assert (row["meeting"], row["call"], row["severity"]) == (meeting.number, None, "red")
    assert row["text"].startswith("full: ")


def test_numbers_are_cut_as_elsewhere(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    [caller] = served.callers(1)
    caller.qa_mode = 1
    [cut] = listed(capsys, "--rule", "question")
    [whole] = listed(capsys, "--rule", "question", "--reveal-numbers")
    assert "•" in cut["name"]
    assert whole["name"].endswith(caller.caller or "?")


def test_a_rule_that_is_off_is_not_asked_for(
    served: Served, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text('[attention]\noff = ["question"]\n', "utf-8")
    config_file.chmod(0o600)
    for caller in served.callers(3):
        caller.qa_mode = 1
    assert listed(capsys) == [row for row in listed(capsys) if row["rule"] != "question"]
    assert main(["attention", "--rule", "question"]) == exits.USAGE
    assert "off" in capsys.readouterr().err


def test_a_wrong_password_ends_as_elsewhere(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "password").write_text("wrong\n", "utf-8")
    assert main(["attention"]) == exits.AUTH
    assert capsys.readouterr().out == ""


def test_a_rule_that_does_not_exist_is_a_wrong_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["attention", "--rule", "questions"]) == exits.USAGE
    assert "question" in capsys.readouterr().err


def write(file: Path, text: str) -> None:
    file.write_text(f'[profiles.p]\nbase_url = "https://a.example"\nlogin = "x"\n{text}', "utf-8")
    file.chmod(0o600)


def test_the_configuration_shows_every_figure(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(config_file, '[attention]\noff = ["alone"]\ndead_air_s = 90\nbell = true\n')
    assert main(["config", "show"]) == exits.OK
    text = capsys.readouterr().out
    table = text[text.index("[attention]") :].splitlines()
    assert f'off = ["alone"]  # {config_file}:5' in table
    assert f"dead_air_s = 90.0  # {config_file}:6" in table
    assert f"bell = true  # {config_file}:7" in table
    assert "osc9 = false  # default" in table
    assert "no_host_needed = []  # default" in table


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('off = ["alon"]', "attention.off: there is no rule 'alon'; did you mean alone?"),
        ('off = "alone"', "attention.off: must be a list of rules"),
        ("off = [1]", "attention.off: must be a list of rules"),
        ("dead_air = 9", "attention.dead_air: unknown key; did you mean dead_air_s?"),
        ("dead_air_s = -1", "attention.dead_air_s: must be from 0 to 864000"),
        ('dead_air_s = "1m"', "attention.dead_air_s: must be a number"),
        ("flapping_joins = 0", "attention.flapping_joins: must be from 1 to"),
        ("capacity_red_percent = 120", "attention.capacity_red_percent: must be from 0 to 100"),
        ("bell = 1", "attention.bell: must be true or false"),
        ("no_host_needed = 100", "attention.no_host_needed: must be a list of numbers"),
        ('no_host_needed = ["x"]', "attention.no_host_needed: 'x': only digits"),
    ],
)
def test_a_mistake_is_reported_with_its_line(
    line: str, complaint: str, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(config_file, f"[attention]\n\n{line}\n")
    assert main(["config", "validate"]) == exits.CONFIG
    err = capsys.readouterr().err
    assert f"{config_file}:6: " in err
    assert complaint in err


def test_attention_must_be_a_table(config_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(config_file, "")
    config_file.write_text("attention = 1\n" + config_file.read_text("utf-8"), "utf-8")
    assert main(["config", "validate"]) == exits.CONFIG
    assert "attention: must be a table" in capsys.readouterr().err
