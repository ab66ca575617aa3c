"""Whoever started it is gone: it goes too, or goes on where the terminal is still its own."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.faults.bench import Bench
    from tests.faults.terminal import Terminal

GONE_S = 3.0


def kill(pid: int) -> None:
    """End a process as no program can prevent."""
    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("nohup", [False, True], ids=["hears_of_it", "nohup"])
def test_the_login_is_killed_and_the_line_still_open(bench: Bench, nohup: bool) -> None:
    terminal = bench.open_board(in_shell=True, nohup=nohup)
    assert terminal.leaves(lambda: kill(terminal.login)) <= GONE_S
    assert terminal.code == 129
    terminal.hang_up()  # the kernel has taken the terminal away from everybody


@pytest.mark.parametrize("nohup", [False, True], ids=["hears_of_it", "nohup"])
def test_the_shell_is_killed_and_another_program_has_the_terminal(
    bench: Bench, nohup: bool
) -> None:
    terminal = bench.open_board(in_shell=True, nohup=nohup)

    def lose() -> None:
        kill(terminal.shell)
        os.kill(terminal.login, signal.SIGUSR1)

    assert terminal.leaves(lose) <= GONE_S
    assert terminal.code == 129


def goes_on(bench: Bench, terminal: Terminal) -> None:
    """It still answers, and acts."""
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("done")
    bench.agrees(terminal)


@pytest.mark.parametrize("nohup", [False, True], ids=["hears_of_it", "nohup"])
def test_the_shell_is_killed_and_the_terminal_is_still_ours(bench: Bench, nohup: bool) -> None:
    terminal = bench.open_board(in_shell=True, nohup=nohup)
    kill(terminal.shell)
    since = len(bench.server.journal.requests)
    terminal.until(
        lambda: bench.server.journal.finished("/calls", since) >= 12, what="six seconds of polls"
    )
    goes_on(bench, terminal)


def test_a_terminal_that_does_not_control_it(bench: Bench) -> None:
    """As after `setsid`, or on a console without job control: only the line itself tells."""
    terminal = bench.open_board(own=False)
    goes_on(bench, terminal)
    assert terminal.leaves(terminal.hang_up, reading=False) <= GONE_S
    assert terminal.code == 129
