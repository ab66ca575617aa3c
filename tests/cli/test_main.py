"""Exit codes, streams, and what is loaded for which command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import confmon
from confmon.cli import main
from confmon.cli.composition import with_client
from confmon.models import errors
from confmon.process import crash, exits
from confmon.process.bugs import report_bug
from confmon.process.exits import code_of
from tests.stopwatch import PATIENCE_S

LOADED = (
    "import json, sys; from confmon.cli import main; code = main(sys.argv[1:]);"
    "print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)"
)


def loaded(*argv: str) -> tuple[int, set[str]]:
    """Run a command in a process of its own; return its exit code and what it imported."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *argv], capture_output=True, text=True, timeout=PATIENCE_S,
        check=True,
    )  # fmt: skip
    code, names = json.loads(done.stderr.splitlines()[-1])
    return code, {name.partition(".")[0] for name in names}


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == exits.OK
    assert capsys.readouterr() == (f"confmon {confmon.__version__}\n", "")


def test_version_loads_next_to_nothing() -> None:
    code, modules = loaded("--version")
    assert code == 0
    assert not modules & {"asyncio", "dataclasses", "httpx", "pydantic", "textual", "rich", "ssl"}
    assert len(modules) < 80


def test_configuration_is_read_without_anything_heavy(config_file: Path) -> None:
    config_file.write_text('[profiles.p]\n[keys]\nmute = "f9"\n[codes."call.state"]\n3 = "odd"\n')
    code, modules = loaded("config", "validate")
    assert code == 0
    assert not modules & {"httpx", "pydantic", "textual", "rich", "click", "starlette"}


def test_unconfigured_is_reported_in_three_lines(capsys: pytest.CaptureFixture[str]) -> None:
    for argv in ([], ["meetings"], ["mute", "1"]):
        assert main(argv) == exits.CONFIG
        out, err = capsys.readouterr()
        assert out == ""
        assert len(err.splitlines()) == 3
        assert "confmon demo" in err
        assert "config.toml" in err
        assert "CONFMON_BASE_URL" in err


def test_a_bug_that_ends_nothing_is_logged_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Client:
        async def aclose(self) -> None:
            pass

    async def work(_client: Client) -> int:
        for _ in range(100):  # it may come again and again, for weeks
            report_bug(ValueError("hunter2"))
        return exits.OK

    assert with_client(Client, work) == exits.OK
    _, err = capsys.readouterr()
    lines = err.splitlines()
    assert 0 < len(lines) < 10
    for line in lines:
        assert line.startswith("confmon: internal error: ValueError; see ")
        assert "hunter2" not in line + Path(line.partition("see ")[2]).read_text()


@pytest.mark.parametrize(
    "argv",
    [
        ["nonsense"], ["--password", "x"], ["calls", "-o", "xml"], ["mute"], ["mute", "x"],
        ["gain", "1"], ["meetings", "--interval"], ["simulate", "--port", "70000"],
        ["demo", "--calls", "-1"], ["calls", "--filter", "nope eq 1"],
        ["--interval", "0.1", "--login", "x", "meetings"], ["--vers"],
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_64(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == exits.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("confmon")


def test_no_screen_without_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFMON_BASE_URL", "https://bridge.example/v1")
    monkeypatch.setenv("CONFMON_LOGIN", "ann")
    for argv in ([], ["demo"]):
        assert main(argv) == exits.USAGE
        out, err = capsys.readouterr()
        assert out == ""
        assert "terminal" in err
        assert "confmon meetings" in err


def test_flags_go_before_or_after_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFMON_LOGIN", "ann")
    for argv in (["--base-url", "https://a.example", "config", "show"],
                 ["config", "show", "--base-url", "https://a.example"]):  # fmt: skip
        assert main(argv) == exits.OK
        assert 'base_url = "https://a.example"  # --base-url' in capsys.readouterr().out


def test_a_reader_that_leaves_is_no_failure() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "confmon", "completion", "fish"],
        stdout=writing, stderr=subprocess.PIPE, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_crash_log_has_frames_and_no_values(tmp_path: Path) -> None:
    hidden = "hunter2"
    try:
        try:
            raise KeyError(hidden)
        except KeyError as first:
            raise ValueError(f"bad {hidden}") from first
    except ValueError as error:
        line = crash.report(error, tmp_path / "state")
    [log] = (tmp_path / "state").iterdir()
    text = log.read_text()
    assert line == f"confmon: internal error: ValueError; see {log}"
    assert text.index("KeyError") < text.index("ValueError")
    assert "test_main.py" in text
    assert hidden not in text.replace('hidden = "hunter2"', "")
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_crash_without_a_folder_still_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "no log" in crash.report(ValueError(), tmp_path / "file")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.Unauthorized("x"), 77), (errors.Forbidden("x"), 77), (errors.Unreachable("x"), 69),
        (errors.TimedOut("x"), 69), (errors.ServerTrouble("x"), 69), (errors.Throttled("x"), 69),
        (errors.Garbled("x"), 69), (errors.Redirected("x"), 69), (errors.Guarded("x"), 78),
        (errors.NotFound("x"), 1),
    ],
)  # fmt: skip
def test_each_failure_has_its_exit_code(error: errors.BridgeError, code: int) -> None:
    assert code_of(error) == code
