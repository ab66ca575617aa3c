"""Every way to end, from every state: the terminal is given back, in time, with the right code."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from confmon.tui.keys.pace import HELD_S
from tests.faults.replies import black_hole, drip, saying
from tests.faults.server import PASSWORD
from tests.faults.terminal import HAND_S
from tests.faults.test_network import begin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.bench import Bench
    from tests.faults.terminal import Terminal

GONE_S = 3.0
HEARD_S = 2.0


def in_a_dialog(bench: Bench) -> Terminal:
    terminal = bench.open_board()
    bench.go_to(terminal, "Boris")
    terminal.wait_a_hand()
    terminal.type("d")
    terminal.sees("Drop Boris")
    return terminal


def in_a_black_hole(bench: Bench) -> Terminal:
    terminal = bench.open_board()
    begin(bench, "black_hole")
    terminal.until(lambda: bench.server.journal.requests[-1].fault, what="a lost request")
    return terminal


def in_a_filter(bench: Bench) -> Terminal:
    terminal = bench.open_board()
    terminal.type("/zzz")
    terminal.sees("Nothing matches")
    return terminal


def at_the_first_frame(bench: Bench) -> Terminal:
    terminal = bench.start()
    terminal.sees("confmon", "Starting…")
    return terminal


@pytest.mark.parametrize(
    ("number", "code", "where"),
    [
        (signal.SIGTERM, 143, in_a_black_hole),
        (signal.SIGINT, 130, in_a_dialog),
        (signal.SIGQUIT, 131, in_a_filter),
        (signal.SIGHUP, 129, at_the_first_frame),
    ],
)
def test_a_signal(bench: Bench, number: int, code: int, where: Callable[[Bench], Terminal]) -> None:
    terminal = where(bench)
    assert terminal.leaves(lambda: terminal.signal(number)) <= GONE_S
    assert terminal.code == code


@pytest.mark.parametrize("nohup", [False, True], ids=["pty_closed", "nohup_and_ssh_gone"])
def test_the_line_is_gone(bench: Bench, nohup: bool) -> None:
    terminal = bench.open_board(nohup=nohup)
    assert terminal.leaves(terminal.hang_up, reading=False) <= GONE_S
    assert terminal.code == 129


def test_a_signal_on_a_stalled_terminal(bench: Bench) -> None:
    terminal = bench.open_board()
    terminal.type("?" * 1000)  # the help comes and goes, and nobody reads
    assert terminal.leaves(lambda: terminal.signal(signal.SIGTERM), reading=False) <= GONE_S
    assert terminal.code == 143
    terminal.settle()


# `q`, from everywhere.


def refused_at_start(bench: Bench) -> Terminal:
    bench.server.refuse()
    terminal = bench.start()
    terminal.sees("refused the connection")
    return terminal


def connecting(bench: Bench) -> Terminal:
    bench.server.fault(black_hole)
    terminal = bench.start()
    terminal.sees("Reading…")
    return terminal


def unauthorized(bench: Bench) -> Terminal:
    bench.server.fault(saying(401, b"unauthorized"))
    terminal = bench.start()
    terminal.sees("Not authorized")
    return terminal


def throttled(bench: Bench) -> Terminal:
    bench.server.fault(saying(429, b"", "Retry-After: 300"))
    terminal = bench.start()
    terminal.sees("next try in")
    return terminal


def dripping(bench: Bench) -> Terminal:
    terminal = bench.open_board()
    bench.server.fault(drip)
    terminal.until(lambda: bench.server.journal.requests[-1].fault, what="a drip")
    return terminal


def paused(bench: Bench) -> Terminal:
    terminal = bench.open_board()
    terminal.type("p")
    terminal.sees("PAUSED")
    return terminal


def too_small(bench: Bench) -> Terminal:
    terminal = bench.open_board()
    terminal.resize(20, 5)
    terminal.sees("too small")
    return terminal


def marked(bench: Bench) -> Terminal:
    terminal = bench.open_board()
    terminal.type("A")
    terminal.sees("12 marked")
    return terminal


def acting(bench: Bench) -> Terminal:
    """A request is under way that gets no answer."""
    terminal = bench.open_board()
    bench.server.fault(black_hole, method="PUT")
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.until(bench.server.journal.writes, what="the PUT")
    return terminal


@pytest.mark.parametrize(
    "where",
    [
        at_the_first_frame,
        refused_at_start,
        connecting,
        unauthorized,
        throttled,
        in_a_black_hole,
        dripping,
        paused,
        too_small,
        marked,
        acting,
    ],
)
def test_q_leaves_at_once(bench: Bench, where: Callable[[Bench], Terminal]) -> None:
    terminal = where(bench)
    key = "q"
    if where is acting:  # it asks first
        terminal.wait_a_hand()
        terminal.type("q")
        terminal.sees("under way; leave?")
        key = "y"
    assert terminal.leaves_on(key) <= 1.0
    assert terminal.code == 0


def test_q_closes_what_is_open_and_then_leaves(bench: Bench) -> None:
    terminal = in_a_dialog(bench)
    terminal.answer("q", "Drop Boris")
    terminal.wait_a_hand()
    terminal.type("?")
    terminal.sees("Move. PgUp")
    terminal.answer("q", "Move. PgUp")
    terminal.wait_a_hand(HELD_S + HAND_S)
    terminal.type("E")
    terminal.sees("End meeting 300100")
    terminal.answer("\x1b", "End meeting")
    terminal.wait_a_hand()
    terminal.type("/zzz")
    terminal.sees("Nothing matches")
    terminal.answer("\x1b", "Nothing matches")
    bench.agrees(terminal)
    assert not bench.server.journal.writes()


# No terminal, or none that can be drawn on.


def without_terminal(bench: Bench, stdin: int, stdout: int, **environ: str) -> tuple[int, str]:
    """Run the program on these descriptors and return its exit code and what it printed."""
    bench.write_config()
    done = subprocess.run(
        [sys.executable, "-m", "confmon", "--config", str(bench.config)],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=bench.environ() | environ,
        cwd=bench.home,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize("terminal_on", ["nothing", "stdin", "stdout"])
def test_no_terminal(bench: Bench, terminal_on: str) -> None:
    master, slave = os.openpty()
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        code, shown = without_terminal(
            bench,
            slave if terminal_on == "stdin" else nothing,
            slave if terminal_on == "stdout" else nothing,
        )
    finally:
        for descriptor in (master, slave, nothing):
            os.close(descriptor)
    assert code == 64
    assert "needs a terminal" in shown
    assert "confmon meetings, calls" in shown
    assert not bench.server.journal.connections


def test_a_dumb_terminal(bench: Bench) -> None:
    for term in ("dumb", ""):
        terminal = bench.start(environ={"TERM": term})
        terminal.leaves(lambda: None)
        assert terminal.code == 64
        assert terminal.shows("confmon meetings, calls", "needs a terminal")
        assert b"\x1b" not in terminal.raw


# Crashes. A module that cannot be imported is in place of a bug: what raises is real code of ours.

BREAKER = f"""
import sys
from importlib.abc import MetaPathFinder

class Breaker(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == {{module!r}}:
            password = {PASSWORD!r}
            raise RuntimeError("broken beside " + password)

sys.meta_path.insert(0, Breaker())
"""


def broken(folder: Path, bench: Bench, module: str) -> dict[str, str]:
    """Return an environment in which a module of the program is broken."""
    place = folder / "broken"
    place.mkdir()
    (place / "sitecustomize.py").write_text(BREAKER.format(module=module))
    return {"PYTHONPATH": f"{place}{os.pathsep}{bench.environ()['PYTHONPATH']}"}


def crash_in_a_key(terminal: Terminal) -> None:
    terminal.sees("Board of trustees")
    terminal.type("?")


def crash_in_a_dialog(terminal: Terminal) -> None:
    terminal.sees("Board of trustees")
    terminal.type("E")


def crash_by_itself(terminal: Terminal) -> None:
    terminal.sees("Starting…")


def crash_before_the_screen(terminal: Terminal) -> None:
    assert terminal.started_at


@pytest.mark.parametrize(
    ("module", "crash"),
    [
        ("confmon.tui.screens.help", crash_in_a_key),
        ("confmon.tui.dialogs.confirm", crash_in_a_dialog),
        ("confmon.tui.screens.live.screen", crash_by_itself),
        ("confmon.tui.app", crash_before_the_screen),
    ],
)
def test_a_crash(
    bench: Bench, tmp_path: Path, module: str, crash: Callable[[Terminal], None]
) -> None:
    bench.has_bugs = True
    terminal = bench.start(environ=broken(tmp_path, bench, module))
    terminal.leaves(partial(crash, terminal))
    assert terminal.code == 70
    reported = re.sub(r"\x1b\[[0-?]*[a-z]", "", terminal.raw.decode().rpartition("\x1b[?1049l")[2])
    lines = reported.strip().splitlines()
    assert len(lines) == 1
    (log,) = bench.state.glob("crash-*.log")
    assert lines[0] == f"confmon: internal error: RuntimeError; see {log}"
    assert log.stat().st_mode & 0o777 == 0o600
    assert "find_spec" in log.read_text()


def test_an_http_library_that_cannot_be_loaded(bench: Bench, tmp_path: Path) -> None:
    bench.has_bugs = True
    terminal = bench.start(environ=broken(tmp_path, bench, "httpx"))
    terminal.sees("No connection", "internal error: RuntimeError")
    assert terminal.leaves_on("q") <= 1
    assert terminal.shows("confmon: internal error: RuntimeError; see ")
    bench.recovers = False
