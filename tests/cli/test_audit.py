"""`confmon audit`: rows, filters and formats; and what is reported at the next start."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from confmon.audit.log import AuditLog
from confmon.cli import main
from confmon.cli.commands.audit import describe_left_open, parse_since
from confmon.cli.output.audit_entries import FIELDS, OUTCOME_FIELDS
from confmon.models import access_codes
from confmon.models.resources.directory import ROOMS
from confmon.models.rooms import AccessCode, AttributeValue, Room
from confmon.monitor.actions.action import Action, Outcome, Result
from confmon.monitor.edits import edit_actions
from confmon.process import exits, paths

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC)
DONE = Result(outcome=Outcome.DONE, status=200, latency_s=0.1)


def log(ago: timedelta = timedelta(), profile: str = "prod", **sizes: Any) -> AuditLog:
    path = paths.audit_log()
    return AuditLog(path, profile, "https://a.example", "cli", lambda: NOW - ago, **sizes)


def action(id_: str, verb: str = "mute", **changed: Any) -> Action:
    values: dict[str, Any] = {
        "resource": "call", "key": 4711, "meeting": 300, "label": "Jane +15162065319",
        "method": "PUT", "change": {"muteMode": 2}, "before": {"muteMode": 0},
    }  # fmt: skip
    return Action(id=id_, verb=verb, **{**values, **changed})


@pytest.fixture
def three() -> None:
    """Write an old mute, a failed end of a meeting, and a drop without an outcome."""
    old = log(timedelta(days=2), "lab")
    old.intent(action("a-1"))
    old.outcome(action("a-1"), DONE)
    end = action("b-1", "end", resource="meeting", key=517225, meeting=None, label="517225 Board",
                 method="DELETE", change={}, before={})  # fmt: skip
    log(timedelta(hours=3)).intent(end)
    log(timedelta(hours=3)).outcome(end, Result(outcome=Outcome.REFUSED, detail="=no", status=403))
    lost = action("b-2", "drop", key=815, label="Zoë", method="DELETE", change={}, before={})
    log(timedelta(minutes=30)).intent(lost)


def picked(capsys: pytest.CaptureFixture[str], *argv: str) -> list[str]:
    assert main(["audit", "-o", "json", *argv]) == exits.OK
    return [row["action"] for row in json.loads(capsys.readouterr().out)]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("argv", "ids"),
    [
        ([], ["a-1", "b-1", "b-2"]),
        (["--since", "1d"], ["b-1", "b-2"]),
        (["--since", "2h"], ["b-2"]),
        (["--since", (NOW - timedelta(hours=5)).isoformat()], ["b-1", "b-2"]),
        (["--since", "2100-01-01"], []),
        (["--verb", "end"], ["b-1"]),
        (["--target", "4711"], ["a-1"]),
        (["--target", "5319"], ["a-1"]),
        (["--target", "ZOË"], ["b-2"]),
        (["--target", "51722"], ["b-1"]),
        (["--meeting", "300"], ["a-1", "b-2"]),
        (["--meeting", "517225"], ["b-1"]),
        (["--profile", "lab"], ["a-1"]),
        (["--open"], ["b-2"]),
        (["--limit", "2"], ["b-1", "b-2"]),
        (["--limit", "9", "--open", "--verb", "mute"], []),
        (["--demo"], []),
    ],
)
def test_it_picks(argv: list[str], ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert picked(capsys, *argv) == ids


@pytest.mark.usefixtures("three")
def test_every_format_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "-o", "jsonl"]) == exits.OK
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert set(rows[0]) == {*FIELDS, *OUTCOME_FIELDS, "ended"}
    mute, end, drop = rows
    assert (mute["before"], mute["after"]) == ({"muteMode": 0}, {"muteMode": 2})
    assert (mute["result"], mute["status"], mute["latency_ms"]) == ("done", 200, 100)
    assert (mute["origin"], mute["via"], mute["profile"]) == ("https://a.example", "cli", "lab")
    assert (end["result"], end["detail"]) == ("refused", "=no")
    assert (drop["result"], drop["ended"], drop["pid"]) == (None, None, os.getpid())

    assert main(["audit", "-o", "csv"]) == exits.OK
    sheet = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["action"] for row in sheet] == ["a-1", "b-1", "b-2"]
    assert sheet[0]["after"] == '{"muteMode": 2}'
    assert sheet[1]["detail"] == "'=no"  # no formula for a spreadsheet

    assert main(["audit"]) == exits.OK
    head, *table = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["time", "user", "profile"]
    assert "muteMode 0→2" in table[0]
    assert "done" in table[0]
    assert "…5319" in table[0]
    assert "no outcome" in table[2]


def test_an_edit_is_shown_by_name_and_without_its_codes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    room = Room(
        meeting_number=273751,
        description="Sales",
        keychain=(AccessCode(access_code="445566", role=1),),
        attributes=(AttributeValue(name="conference_mute_policy", value="l"),),
    )
    keys = access_codes.added(room.keychain, "778899", "participant")
    attributes = {"conference_mute_policy": "p", "conference_entrytones": "on"}
    edit = edit_actions.update(ROOMS, room, {"keychain": keys, "attributes": attributes})
    log().intent(edit)
    log().outcome(edit, DONE)
    assert main(["audit", "--meeting", "273751", "--verb", "room_update"]) == exits.OK
    table = capsys.readouterr().out
    assert 'room 273751 "Sales"' in table
    assert "keychain **** (1)→**** (2)" in table
    assert "attributes" not in table
    assert main(["audit", "-o", "csv"]) == exits.OK
    assert not {"445566", "778899"} & set(re.findall(r"\d+", capsys.readouterr().out + table))


def test_it_reads_across_rotated_files(capsys: pytest.CaptureFixture[str]) -> None:
    small = log(full=2000)
    for number in range(20):
        small.intent(action(f"a-{number}"))
        small.outcome(action(f"a-{number}"), DONE)
    assert len(list(paths.state().iterdir())) > 3
    ids = picked(capsys)
    assert ids == [f"a-{number}" for number in range(20 - len(ids), 20)]
    assert len(ids) > 5


def test_a_forged_line_is_inert_and_a_broken_one_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log().intent(action("a-1"))
    path = paths.audit_log()
    forged = {"event": "intent", "action": "x", "pid": 1, "host": "h",
              "time": "\x1b[2J", "target": "\x1b]0;owned\x07", "path": 7,
              "after": {"\x1b[31m": {"\x07": 1}}}  # fmt: skip
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(forged) + "\nnonsense\n")
        file.write(json.dumps({**forged, "path": f"/meetings/{'9' * 5000}"}) + "\n")
    assert main(["audit", "--meeting", "300"]) == exits.OK
    assert "mute" in capsys.readouterr().out
    for output in ("table", "json", "csv"):
        assert main(["audit", "-o", output]) == exits.OK
        out, err = capsys.readouterr()
        assert "\x1b" not in out
        assert "\x07" not in out
        assert "1 lines" in err


def test_no_log_yet_is_no_failure_and_an_unreadable_one_is(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit"]) == exits.OK
    assert "nothing is in" in capsys.readouterr().err
    paths.audit_log().mkdir(parents=True)
    assert main(["audit"]) == exits.CONFIG
    assert str(home) in capsys.readouterr().err


@pytest.mark.parametrize("text", ["yesterday", "", "5", "3y", "2024-13-01", "9" * 9 + "w", "-2h"])
def test_a_since_that_is_no_time_is_64(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", f"--since={text}"]) == exits.USAGE
    assert "--since" in capsys.readouterr().err


def test_the_time_that_is_printed_can_be_given_to_since(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log().intent(action("a-1"))
    assert main(["audit"]) == exits.OK
    printed = " ".join(capsys.readouterr().out.splitlines()[1].split()[:2])
    assert parse_since(printed, NOW).tzinfo is not None
    assert abs(parse_since(printed, NOW) - NOW) < timedelta(minutes=5)
    assert main(["audit", "-o", "csv"]) == exits.OK
    assert capsys.readouterr().out.splitlines()[1].split(",")[0].endswith("Z")


def test_since_without_a_zone_is_this_machines_time() -> None:
    assert parse_since("2024-05-06", NOW) == datetime(2024, 5, 6).astimezone()
    assert parse_since("2024-05-06T10:00Z", NOW) == datetime(2024, 5, 6, 10, tzinfo=UTC)


def test_what_was_left_open_is_reported_once(capsys: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED], capture_output=True, timeout=90, check=False
    )
    assert done.returncode == -9
    line = describe_left_open(log(), is_seen=False)
    assert line.startswith("1 action has no outcome in the audit log (drop Jane +…5319, ")
    assert "confmon audit --open" in line
    assert describe_left_open(log(), is_seen=True) == line  # nobody has seen it so far
    assert describe_left_open(log(), is_seen=True) == ""
    assert picked(capsys, "--open") == ["k-1"]  # and for ever there


KILLED = """
import os, signal
from confmon.process import (paths as folders)
from confmon.audit.log import (AuditLog)
from confmon.monitor.actions.action import (Action)
log = AuditLog(folders.audit_log(), "prod", "https://a.example", "cli")
log.intent(Action(id="k-1", verb="drop", resource="call", key=1, label="Jane +15162065319",
                  method="DELETE"))
os.kill(os.getpid(), signal.SIGKILL)
"""
