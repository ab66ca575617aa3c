"""Every way to end, in a real pseudo-terminal."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from confmon.tui.runner.process import FRAMES_PER_S, scrub_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "hunter2hunter2"
LEAVE = [
    (signal.SIGTERM, 143),
    (signal.SIGHUP, 129),
    (signal.SIGQUIT, 131),
    (signal.SIGINT, 130),
]
WITHIN_S = 3.0


@pytest.mark.parametrize(("number", "code"), LEAVE)
def test_a_signal_leaves_cleanly(session: Callable[..., Any], number: int, code: int) -> None:
    app = session()
    app.process.send_signal(number)
    assert app.exit_code(WITHIN_S) == code
    app.check_given_back()


@pytest.mark.parametrize("output", ["diff", "plain"])
def test_a_signal_ends_a_stuck_loop(session: Callable[..., Any], output: str) -> None:
    app = session(output)
    app.type("s")
    app.until(lambda: app.screen.title == "stuck")
    app.process.send_signal(signal.SIGTERM)
    assert app.exit_code(WITHIN_S) == 143
    app.check_given_back()


@pytest.mark.parametrize("output", ["diff", "plain"])
def test_a_signal_ends_it_on_a_stalled_terminal(session: Callable[..., Any], output: str) -> None:
    app = session(output)
    seen = len(app.raw)
    app.type("f")
    app.until(lambda: len(app.raw) > seen + 20_000)  # and from here on nobody reads
    app.process.send_signal(signal.SIGTERM)
    assert app.exit_code(WITHIN_S, reading=False) == 143
    while app.read(0.2):
        pass
    app.check_given_back()


@pytest.mark.parametrize("nohup", [False, True])
@pytest.mark.parametrize("output", ["diff", "plain"])
def test_a_dropped_connection_ends_it(
    session: Callable[..., Any], output: str, nohup: bool
) -> None:
    app = session(output, nohup=nohup)
    app.hang_up()
    assert app.exit_code(WITHIN_S, reading=False) == 129


def test_quit_is_prompt_and_clean(session: Callable[..., Any]) -> None:
    app = session()
    app.type("q")
    assert app.exit_code(1.0) == 0
    app.check_given_back()


def test_quit_does_not_wait_for_a_hanging_thread(session: Callable[..., Any]) -> None:
    """Such as a name lookup that gets no answer."""
    app = session()
    app.type("t")
    app.until(lambda: app.screen.title == "hanging")
    app.type("q")
    assert app.exit_code(1.0) == 0
    app.check_given_back()


@pytest.mark.parametrize("key", ["x", "w"])
@pytest.mark.parametrize("output", ["diff", "plain"])
def test_a_crash_is_one_line_and_a_report(
    session: Callable[..., Any], tmp_path: Path, output: str, key: str
) -> None:
    app = session(output)
    app.type(key)
    assert app.exit_code(WITHIN_S) == 70
    app.check_given_back()
    printed = app.raw.rsplit(b"\x1b[?1004l", 1)[-1].decode().strip()
    assert printed.count("\n") == 0
    (report,) = tmp_path.glob("crash-*.log")
    assert str(report) in printed
    assert report.stat().st_mode & 0o777 == 0o600
    assert "small_app.py" in report.read_text()
    assert SECRET not in report.read_text() + app.raw.decode()


@pytest.mark.parametrize("output", ["diff", "plain"])
def test_stopped_and_continued(session: Callable[..., Any], output: str) -> None:
    app = session(output)
    app.type("\x1a")
    ended = os.WSTOPPED | os.WNOHANG | os.WNOWAIT
    app.until(lambda: os.waitid(os.P_PID, app.process.pid, ended))
    while app.read(0.1):
        pass
    app.check_given_back()
    app.screen.reset()
    app.process.send_signal(signal.SIGCONT)
    if output == "diff":  # Textual alone draws no more than its next change
        app.start()
    app.until(lambda: 1049 in app.left_on())
    app.type("q")
    assert app.exit_code(WITHIN_S) == 0
    app.check_given_back()


def test_environment_that_changes_textual_is_taken_out() -> None:
    environ = {
        "TEXTUAL": "debug", "TEXTUAL_PRESS": "d,y", "TEXTUAL_SCREENSHOT": "1",
        "SSLKEYLOGFILE": "keys", "TERM": "x", "COLUMNS": "80", "LINES": "24",
    }  # fmt: skip
    scrub_environment(environ)
    assert environ == {"TERM": "x", "TEXTUAL_FPS": str(FRAMES_PER_S)}
