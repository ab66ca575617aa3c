"""The operator's own command that prints a password."""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING

import pytest

from confmon.config.credentials.command import run_credentials_command
from confmon.process import exits

if TYPE_CHECKING:
    from pathlib import Path


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def sh(program: str) -> list[str]:
    return ["sh", "-c", program]


def test_the_first_line_counts() -> None:
    assert run_credentials_command(python("print('hunter2'); print('note')")).reveal() == "hunter2"


def test_no_shell_reads_it() -> None:
    assert run_credentials_command(["echo", "$HOME; `id` | *"]).reveal() == "$HOME; `id` | *"


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        (sh("echo hunter2; exit 3"), "ended with 3"),
        (sh("echo hunter2; kill -9 $$"), "ended by SIGKILL"),
        (python("import os; print('hunter2', flush=True); os.kill(os.getpid(), 40)"), "signal 40"),
        (["/nonexistent/pass"], "No such file"),
        (["a\0b"], "not a command"),
        (["true"], "no password in its first line"),
        (python("print('hunter2' * 20_000)"), "more than 64 kB"),
        (["yes", "hunter2"], "more than 64 kB"),
    ],
)
def test_a_failure_tells_its_name_and_nothing_it_printed(argv: list[str], text: str) -> None:
    with pytest.raises(exits.CliExit) as quit_:
        run_credentials_command(argv)
    assert quit_.value.code == exits.CONFIG
    printed = "".join(traceback.format_exception(quit_.value))
    assert text in printed
    assert argv[0].partition("\0")[0] in printed
    assert "hunter2" not in printed


def test_one_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    pipe = tmp_path / "held"
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    argv = sh(f"exec 3> {pipe}; sleep 3600 & echo both >&3; echo hunter2; wait")
    printed, timeout_s = b"", 0.2
    while printed != b"both\n":  # it was ended before it had started the other one
        with pytest.raises(exits.CliExit, match=rf"no answer within {timeout_s:g} s"):
            run_credentials_command(argv, timeout_s=timeout_s)
        printed, timeout_s = os.read(held, 64), 2 * timeout_s
    os.set_blocking(held, True)
    assert os.read(held, 64) == b""  # which comes when the last who could write is gone
    os.close(held)


def test_what_it_leaves_in_the_background_is_not_waited_for() -> None:
    assert run_credentials_command(sh("sleep 60 & echo hunter2")).reveal() == "hunter2"
