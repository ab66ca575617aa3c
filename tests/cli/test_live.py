"""The one-shot commands against the simulator on a real socket, its faults and quirks included."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from confmon.cli import main
from confmon.process import exits
from tests.cli.conftest import LIMIT_S, Served, audited

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_lists_say_the_same_in_every_format(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = sorted(served.world.calls)
    assert main(["calls", "-o", "json"]) == exits.OK
    rows = json.loads(capsys.readouterr().out)
    assert sorted(row["id"] for row in rows) == ids
    assert main(["calls", "-o", "jsonl"]) == exits.OK
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(row["id"] for row in lines) == ids
    assert main(["calls", "-o", "csv"]) == exits.OK
    sheet = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert sorted(int(row["id"]) for row in sheet) == ids
    assert main(["calls"]) == exits.OK
    table = capsys.readouterr().out.splitlines()
    assert sorted(int(line.split()[0]) for line in table[1:]) == ids


def test_meetings_count_their_callers(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["meetings", "-o", "json"]) == exits.OK
    rows = json.loads(capsys.readouterr().out)
    assert {row["meetingNumber"] for row in rows} == set(served.world.meetings)
    assert main(["meetings"]) == exits.OK
    text = capsys.readouterr().out
    for number, meeting in served.world.meetings.items():
        [line] = [line for line in text.splitlines() if str(number) in line]
        assert str(sum(meeting.heads[role] for role in (1, 2, 3))) in line.split()


def test_access_codes_are_hidden_unless_revealed(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = {call.access_code for call in served.world.calls.values() if call.access_code}
    number = str(next(iter(served.world.meetings)))
    for argv in (["calls", "-o", "json"], ["calls"], ["attributes", number, "-o", "csv"]):
        assert main(argv) == exits.OK
        out = capsys.readouterr().out
        assert not any(f"'{code}'" in out or f'"{code}"' in out for code in codes)
    assert main(["calls", "--reveal-codes", "-o", "json"]) == exits.OK
    shown = {row["accessCode"] for row in json.loads(capsys.readouterr().out)}
    assert codes <= shown


def test_a_filter_picks_even_if_the_server_ignores_it(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    muted = sorted(call.id for call in served.world.calls.values() if call.mute_mode)
    hosts = sorted(call.id for call in served.world.calls.values() if call.role == 1)
    assert muted
    for served.quirks.ignore_filter in (False, True):
        for expression, wanted in (
            ("muteMode ne 0", muted), ("muted", muted), ("role eq 1 and state ge 0", hosts),
        ):  # fmt: skip
            assert main(["calls", "--filter", expression, "-o", "jsonl"]) == exits.OK
            rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
            assert sorted(row["id"] for row in rows) == wanted


def test_one_meetings_calls(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    number, meeting = next(iter(served.world.meetings.items()))
    assert main(["calls", "--meeting", str(number), "-o", "jsonl"]) == exits.OK
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["id"] for row in rows} == {call.id for call in meeting.calls.values()}


def test_verbs_change_the_bridge_and_leave_a_trail(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = served.callers(2)
    ids = [str(first.id), str(second.id)]
    assert main(["mute", *ids]) == exits.OK
    assert (first.mute_mode, second.mute_mode) == (2, 2)
    assert main(["name", ids[0], "Zoë at the desk"]) == exits.OK
    assert main(["gain", ids[0], "-2"]) == exits.OK
    assert main(["hold", ids[0]]) == exits.OK
    assert (first.custom_name, first.gain_level, first.hold_mode) == ("Zoë at the desk", -2, 1)
    assert main(["release", ids[0]]) == exits.OK
    assert main(["unmute", *ids]) == exits.OK
    assert (first.mute_mode, second.mute_mode, first.hold_mode) == (0, 0, 0)
    assert main(["drop", "--yes", ids[0]]) == exits.OK
    assert first.id not in served.world.calls
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 9
    lines = audited(home)
    assert len(lines) == 18
    for intent in (line for line in lines if line["event"] == "intent"):
        [outcome] = [
            line for line in lines
            if line["event"] == "outcome" and line["action"] == intent["action"]
        ]  # fmt: skip
        status = 204 if outcome["method"] == "DELETE" else 200
        assert (outcome["result"], outcome["status"]) == ("done", status)
        assert lines.index(intent) < lines.index(outcome)


def test_end_ends_the_meeting_and_nothing_else(served: Served) -> None:
    number, *others = served.world.meetings
    assert main(["end", "--yes", str(number)]) == exits.OK
    assert list(served.world.meetings) == others


def test_a_login_that_may_only_look(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.quirks.forbid_writes = True
    [call] = served.callers(1)
    assert main(["hold", str(call.id)]) == exits.AUTH
    assert call.hold_mode == 0
    assert "not permitted" in capsys.readouterr().err
    assert audited(home)[-1]["result"] == "refused"


def test_failures_have_their_codes_and_no_secret(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["attributes", "1"]) == exits.NOT_PROVED
    assert main(["--login", "eve", "calls"]) == exits.AUTH
    assert main(["--base-url", served.base_url[:-2], "calls"]) == exits.CONFIG
    assert main(["--base-url", "http://127.0.0.1:9/v1", "calls"]) == exits.DOWN
    out, err = capsys.readouterr()
    assert out == ""
    assert "portal" in err
    assert "base_url" in err
    assert "127.0.0.1:9" in err
    assert "hunter2" not in err
    assert "keeps trying" not in err


def test_data_commands_never_load_the_screen(served: Served) -> None:
    program = (
        "import sys; from confmon.cli import main; code = main(['calls', '-o', 'json']);"
        "bad = {'textual', 'rich', 'click', 'starlette'} & {n.split('.')[0] for n in sys.modules};"
        "sys.exit(f'{code} {bad}' if code or bad else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads(done.stdout)) == len(served.world.calls)


GONE = b""
"""In the place of an answer: the terminal goes away."""


def in_a_terminal(argv: list[str], *dialogue: bytes) -> tuple[int, bytes]:
    """Run confmon in a pseudo-terminal; `dialogue` is what has to be shown, what is typed then, …

    What is shown counts from the answer before.
    """
    terminal, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "confmon", *argv], stdin=inner, stdout=inner, stderr=inner
    )
    os.close(inner)
    steps, heard = list(zip(dialogue[::2], dialogue[1::2], strict=True)), 0
    seen, until = b"", time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:  # the last holder of the other end has gone
                break
            seen += chunk
        if steps and steps[0][0] in seen[heard:]:
            heard = len(seen)
            answer = steps.pop(0)[1]
            if answer == GONE:
                break
            os.write(terminal, answer)
    os.close(terminal)
    return process.wait(LIMIT_S), seen


def test_a_terminal_that_goes_away_confirms_nothing(served: Served) -> None:
    call = served.callers(1)[0]
    code, _ = in_a_terminal(["drop", str(call.id)], b"Type y:", GONE)
    assert code in (exits.USAGE, 128 + signal.SIGHUP)
    assert call.id in served.world.calls


def test_a_drop_is_confirmed_at_a_terminal(served: Served) -> None:
    first, second = served.callers(2)
    code, seen = in_a_terminal(["drop", str(first.id)], b"Type y:", b"\n")
    assert code == exits.USAGE
    assert first.id in served.world.calls
    code, seen = in_a_terminal(["drop", str(first.id), str(second.id)], b"Type 2:", b"2\n")
    assert (code, seen.count(b"dropped")) == (exits.OK, 2)
    assert not {first.id, second.id} & set(served.world.calls)
