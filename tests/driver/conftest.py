"""A program in a real pseudo-terminal, with an emulator."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import pyte
import pytest

from tests.stopwatch import PATIENCE_S, Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
APP = Path(__file__).with_name("small_app.py")
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-z]|\x1b\[\?[0-9;]*\$p|\x1b\]22;[^\x07]*\x07")
_MODE = re.compile(rb"\x1b\[\?([0-9]+)([hl])")


class Session:
    """The small app in its own terminal. Every wait is for an event, with a deadline."""

    def __init__(self, output: str, folder: Path, *, nohup: bool, columns: int, lines: int) -> None:
        self.master, self.slave = pty.openpty()
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.resize(columns, lines)
        self.modes_before = termios.tcgetattr(self.slave)

        def own_terminal() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGHUP, signal.SIG_IGN if nohup else signal.SIG_DFL)

        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, str(APP), output, str(folder)],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            preexec_fn=own_terminal,  # noqa: PLW1509 - no threads here
            env=keep
            | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
            | {"PYTHONPATH": str(ROOT), "TEXTUAL": "debug", "TEXTUAL_PRESS": "x"},
        )
        self._pidfd = os.pidfd_open(self.process.pid)
        self.watch = Stopwatch(self.process.pid)

    def resize(self, columns: int, lines: int) -> None:
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        self.screen.resize(lines, columns)

    def type(self, keys: str) -> None:
        self.send(keys.encode())

    def send(self, data: bytes) -> None:
        os.write(self.master, data)

    def read(self, timeout_s: float) -> bool:
        """Take the program's output; return False if it has ended or there is none."""
        ready = select.select([self.master, self._pidfd], [], [], timeout_s)[0]
        if self.master not in ready:
            return False
        data = os.read(self.master, 65536)
        self.raw += data
        if b"\x1b[?2026$p" in data:
            os.write(self.master, b"\x1b[?2026;2$y")
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))
        return True

    def until(self, holds: Callable[[], object]) -> None:
        """Read until `holds()`."""
        deadline = monotonic() + PATIENCE_S
        while not holds():
            left = deadline - monotonic()
            assert left > 0, "\n".join(["not seen:", *self.screen.display])
            self.read(min(left, 0.1))

    def is_quiet(self, seconds: float) -> bool:
        """Read; tell whether there was no output for so many seconds of the program's own."""
        until, deadline = self.watch.now() + seconds, monotonic() + PATIENCE_S
        while (left := until - self.watch.now()) > 0 and monotonic() < deadline:
            if self.read(left):
                return False
        return True

    def text(self) -> str:
        return "\n".join(self.screen.display)

    def shows(self, text: str) -> Callable[[], bool]:
        return lambda: text in self.text()

    def start(self) -> None:
        """Wait for the whole first screen."""
        self.until(lambda: "漢字 5" in self.text() and "f Flood" in self.text())

    def exit_code(self, within_s: float, *, reading: bool = True) -> int:
        """Wait for the end, measured from now in seconds of the program's own."""
        began, deadline = self.watch.now(), monotonic() + PATIENCE_S
        watched = [self._pidfd, self.master] if reading else [self._pidfd]
        while self._pidfd not in (ready := select.select(watched, [], [], 0.05)[0]):
            if ready:
                self.read(0)
            assert monotonic() < deadline, f"still there\n{self.text()}"
            self.watch.queued_s()
        took_s = self.watch.now() - began
        code = self.process.wait()
        while reading and self.read(0):
            pass
        assert took_s <= within_s, f"gone after {took_s:.2f} s"
        return code

    def hang_up(self) -> None:
        os.close(self.master)
        self.master = -1

    def left_on(self) -> set[int]:
        """Private modes the program has set and not reset."""
        state = {int(mode): how == b"h" for mode, how in _MODE.findall(self.raw)}
        return {mode for mode, on in state.items() if on}

    def check_given_back(self) -> None:
        """Line settings as before; only line wrap and the cursor on."""
        assert termios.tcgetattr(self.slave) == self.modes_before
        assert self.left_on() <= {7, 25}
        assert b"\x1b[?1049l" in self.raw

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()
        for fd in (self.master, self.slave, self._pidfd):
            if fd >= 0:
                os.close(fd)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Start small apps: ``session("diff")``; they end with the test."""
    sessions: list[Session] = []

    def start(
        output: str = "diff", *, nohup: bool = False, columns: int = 80, lines: int = 24
    ) -> Session:
        one = Session(output, tmp_path, nohup=nohup, columns=columns, lines=lines)
        sessions.append(one)
        one.start()
        return one

    yield start
    for one in sessions:
        one.close()
