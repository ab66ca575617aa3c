"""The operator's own command that prints a password."""

from __future__ import annotations

import sys
import time
import traceback
from typing import TYPE_CHECKING

import pytest

from confmon.cli import exits
from confmon.cli.command import from_command

if TYPE_CHECKING:
    from pathlib import Path


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def sh(program: str) -> list[str]:
    return ["sh", "-c", program]


def test_the_first_line_counts() -> None:
    assert from_command(python("print('hunter2'); print('note')")).reveal() == "hunter2"


def test_no_shell_reads_it() -> None:
    assert from_command(["echo", "$HOME; `id` | *"]).reveal() == "$HOME; `id` | *"


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        (sh("echo hunter2; exit 3"), "ended with 3"),
        (sh("echo hunter2; kill -9 $$"), "ended by SIGKILL"),
        (["/nonexistent/pass"], "No such file"),
        (["a\0b"], "not a command"),
        (["true"], "no password in its first line"),
        (python("print('hunter2' * 20_000)"), "more than 64 kB"),
        (["yes", "hunter2"], "more than 64 kB"),
    ],
)
def test_a_failure_tells_its_name_and_nothing_it_printed(argv: list[str], text: str) -> None:
    with pytest.raises(exits.Quit) as quit_:
        from_command(argv)
    assert quit_.value.code == exits.CONFIG
    told = "".join(traceback.format_exception(quit_.value))
    assert text in told
    assert argv[0].partition("\0")[0] in told
    assert "hunter2" not in told


def test_one_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    pipe = tmp_path / "held"
    pipe.touch()
    # The grandchild would write after half a second, if it were still there.
    argv = sh(f"echo hunter2; (sleep 0.5; echo late > {pipe}) & sleep 60")
    began = time.monotonic()
    with pytest.raises(exits.Quit, match=r"no answer within 0\.2 s"):
        from_command(argv, timeout_s=0.2)
    assert time.monotonic() - began < 5
    ended = from_command(sh("sleep 0.6; echo over")).reveal()  # by then it would have written
    assert (ended, pipe.read_text()) == ("over", "")


def test_what_it_leaves_in_the_background_is_not_waited_for() -> None:
    began = time.monotonic()
    assert from_command(sh("sleep 7 & echo hunter2")).reveal() == "hunter2"
    assert time.monotonic() - began < 5
