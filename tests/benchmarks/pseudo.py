"""A program in a pseudo-terminal: what it writes and when, through a fast line or a slow one."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.benchmarks.control import VARIABLE
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[2]
COLUMNS, LINES = 120, 40
COMPILED = str(Path(tempfile.gettempdir()) / f"confmon-benchmarks-{os.getuid()}")
"""Compiled modules are kept there, whatever the environment says of writing them."""
_BURST = 64
"""Bytes that a slow line hands over at once."""


class Chunk(NamedTuple):
    """Bytes, and when they came out of the line."""

    at: float
    data: bytes


class Terminal:
    """A program on a terminal of its own, with a control socket beside it.

    `bytes_per_s` makes the line slow: no more is taken out of the pseudo-terminal, so the program
    meets the kernel's buffers (some 12 kB) and then has to wait, as over a thin ssh line.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        environ: Mapping[str, str] | None = None,
        bytes_per_s: float | None = None,
    ) -> None:
        self.started_at = monotonic()
        self.chunks: list[Chunk] = []
        self.total = 0
        self._seconds_a_byte = 1 / bytes_per_s if bytes_per_s else 0.0
        self._free_at = 0.0
        self.master, slave = pty.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        keep = ("PATH", "HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
        os.set_inheritable(theirs.fileno(), True)  # noqa: FBT003
        self.started_at = monotonic()
        self.process = subprocess.Popen(
            list(argv),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            start_new_session=True,
            pass_fds=(theirs.fileno(),),
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
            env={name: os.environ[name] for name in keep if name in os.environ}
            | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
            | {VARIABLE: str(theirs.fileno()), "PYTHONPYCACHEPREFIX": COMPILED}
            | dict(environ or {}),
        )
        theirs.close()
        os.close(slave)

    def read(self, timeout_s: float) -> bytes:
        """Take what the line hands over within the time; nothing if nothing came."""
        deadline = monotonic() + timeout_s
        if self._seconds_a_byte:
            wait = min(self._free_at, deadline) - monotonic()
            if wait > 0:
                sleep(wait)
            if monotonic() < self._free_at:
                return b""
        ready = select.select([self.master], [], [], max(0.0, deadline - monotonic()))[0]
        if not ready:
            return b""
        try:
            data = os.read(self.master, _BURST if self._seconds_a_byte else 65536)
        except OSError:  # the program has ended
            return b""
        now = monotonic()
        self._free_at = now + len(data) * self._seconds_a_byte
        self.chunks.append(Chunk(now, data))
        self.total += len(data)
        if b"\x1b[?2026$p" in data:  # is there synchronized output? Terminals of today have it.
            os.write(self.master, b"\x1b[?2026;2$y")
        return data

    def read_for(self, seconds: float) -> None:
        """Take what comes in this time."""
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0:
            self.read(left)

    def until(self, holds: Callable[[], object], within_s: float = PATIENCE_S) -> None:
        """Take what comes until `holds()`. TimeoutError: it never did."""
        end = monotonic() + within_s
        while not holds():
            if monotonic() > end or self.process.poll() is not None:
                tail = b"".join(chunk.data for chunk in self.chunks[-40:])
                raise TimeoutError(f"not seen in {self.process.args!r}: {tail[-3000:]!r}")
            self.read(0.05)

    def shows(self, text: str) -> Callable[[], bool]:
        """Return a test whether this text was ever written in one piece."""
        wanted = text.encode()

        def seen() -> bool:
            return wanted in b"".join(chunk.data for chunk in self.chunks)

        return seen

    def settle(self, quiet_s: float = 0.4) -> None:
        """Take what comes until nothing came for a while."""
        while self.read(quiet_s):
            pass

    def press(self, keys: str) -> float:
        """Type, and return when."""
        at = monotonic()
        os.write(self.master, keys.encode())
        return at

    def order(self, **order: Any) -> tuple[dict[str, Any], int]:
        """Let the program do something, and return its answer and the bytes it wrote."""
        before = self.total
        self.control.send(json.dumps(order).encode())
        end = monotonic() + PATIENCE_S
        while not select.select([self.control], [], [], 0)[0]:
            if monotonic() > end:
                raise TimeoutError(f"no answer to {order}")
            self.read(0.005)
        reply = self.control.recv(4096)
        if not reply:
            raise TimeoutError(f"{self.process.args!r} went away at {order}")
        while self.read(0.01):
            pass
        answer: dict[str, Any] = json.loads(reply)
        return answer, self.total - before

    def close(self) -> None:
        """End the program."""
        self.control.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._drain_until_gone()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)

    def _drain_until_gone(self) -> None:
        end = monotonic() + 3
        self._seconds_a_byte = 0.0
        while self.process.poll() is None and monotonic() < end:
            self.read(0.05)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def python(module: str, *arguments: object) -> list[str]:
    """Return the command line of one of the programs beside this file."""
    return [sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, arguments)]
