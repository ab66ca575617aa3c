"""The real program in a pseudo-terminal, watched by an emulator. Waits end on events or fail."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import resource
import select
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

import pyte

from tests.faults.grammar import Reader
from tests.faults.planted import SECRETS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COLUMNS, LINES = 120, 36
LOGIN = str(Path(__file__).with_name("login.py"))
PATIENCE_S = float(os.environ.get("FAULTS_PATIENCE_S", "30"))
"""What a busy machine may need for what takes half a second; only a failure takes so long."""
HAND_S = 0.6
"""From a key to one that acts: sooner, the two could be letters of a word."""
_FOREIGN = re.compile(r"\x1b\[[<>=?][0-9;]*\$?[a-gi-km-z]|\x1b\[[0-9;]*[bST]")
_FRAME = 2026
_MODE = re.compile(r"\x1b\[\?([0-9;]+)([hl])")


class Terminal:
    """One run of confmon on a terminal of its own. `raw` has every byte it ever wrote there."""

    PROGRAM: ClassVar[tuple[str, ...]] = ("-m", "confmon")

    def __init__(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        folder: Path,
        *,
        columns: int = COLUMNS,
        lines: int = LINES,
        nohup: bool = False,
        full_disk: bool = False,
        own: bool = True,
        in_shell: bool = False,
    ) -> None:
        """`nohup`: SIGHUP is ignored. `own`: the terminal controls the program, so it hears of it.

        `in_shell`: it is the child of a shell in a login, see `tests/faults/login.py`.
        """
        self.master, self.slave = pty.openpty()
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self.screen)
        self.reader = Reader()
        self.raw = bytearray()
        self.modes: set[int] = set()
        self.resize(columns, lines)
        self.settings_before = termios.tcgetattr(self.slave)
        self.started_at = monotonic()

        def as_asked() -> None:
            if own and not in_shell:
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGHUP, signal.SIG_IGN if nohup else signal.SIG_DFL)
            if full_disk:
                resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

        self.process = subprocess.Popen(
            [sys.executable, *([LOGIN] if in_shell else []), *self.PROGRAM, *arguments],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            preexec_fn=as_asked,  # noqa: PLW1509 - what it calls is safe beside threads
            cwd=folder,
            env=dict(environ),
        )
        self.pid = self.session = self.login = self.shell = self.process.pid
        if in_shell:
            pids = folder / "pids"
            while not pids.exists():
                assert monotonic() < self.started_at + PATIENCE_S
                select.select([], [], [], 0.01)
            self.login, self.shell, self.pid = map(int, pids.read_text().split())
            self.session = self.login
        self.pidfd = os.pidfd_open(self.pid)
        self.code: int | None = None
        self.leaked: set[str] = set()
        self._queued_ns: dict[str, int] = {}

    # In.

    def type(self, keys: str) -> float:
        """Send keys and return when."""
        at = monotonic()
        os.write(self.master, keys.encode())
        return at

    def wait_a_hand(self, seconds: float = HAND_S) -> None:
        """Wait as long as a hand does from one key to the next, from when the last was read."""
        self.until(self.has_heard, what="every key read")
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            self.read(left)

    def has_heard(self) -> bool:
        """Tell whether the program has read every key that was sent."""
        return not any(fcntl.ioctl(self.slave, termios.FIONREAD, bytes(4)))

    def resize(self, columns: int, lines: int) -> None:
        """Make the terminal another size."""
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        self.screen.resize(lines, columns)

    def hang_up(self) -> None:
        """Close our end: the line is gone."""
        os.close(self.master)
        self.master = -1

    def fill_disk(self) -> None:
        """Leave no room for what the program writes into files."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def free_disk(self) -> None:
        """Let there be room again for what the program writes into files."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        signal.pidfd_send_signal(self.pidfd, number)

    # Out.

    def read(self, timeout_s: float) -> bool:
        """Take in what the program has written; False if nothing came."""
        if self.master < 0:
            return False
        ready = select.select([self.master, self.pidfd], [], [], timeout_s)[0]
        if self.master not in ready:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.raw += data
        for token in self.reader.feed(data):
            if token.text == "\x1b[?2026$p":  # terminals of today have synchronized output
                os.write(self.master, b"\x1b[?2026;2$y")
            if found := _MODE.match(token.text):
                told = {int(mode) for mode in found[1].split(";")}
                self.modes = self.modes | told if found[2] == "h" else self.modes - told
            if token.kind in ("text", "control") or not _FOREIGN.match(token.text):
                self._stream.feed(token.text)
            elif token.kind == "csi":
                self._beyond_pyte(token.text)
        return bool(data)

    def _beyond_pyte(self, sequence: str) -> None:
        count = int(sequence[2:-1] or "1") if sequence[2:-1].isdigit() else 1
        top, bottom = self.screen.margins or (0, self.screen.lines - 1)
        if sequence[-1] in "ST":
            here = self.screen.cursor.x, self.screen.cursor.y
            for _ in range(count):
                self.screen.cursor.y = bottom if sequence[-1] == "S" else top
                (self.screen.index if sequence[-1] == "S" else self.screen.reverse_index)()
            self.screen.cursor.x, self.screen.cursor.y = here

    def until(
        self, holds: Callable[[], object], within_s: float = PATIENCE_S, what: str = ""
    ) -> float:
        """Read until `holds()`, and return how long that took from now.

        It is not asked in the middle of a frame.
        """
        began = monotonic()
        while _FRAME in self.modes or not holds():
            left = began + within_s - monotonic()
            assert left > 0, f"not seen within {within_s} s: {what}\n{self.text()}"
            if not self.read(min(left, 0.05)):
                assert not self.ended(), f"ended with {self.code} before: {what}\n{self.text()}"
        return monotonic() - began

    def sees(self, *texts: str, within_s: float = PATIENCE_S) -> float:
        """Read until all of these stand on the screen."""
        return self.until(lambda: self.shows(*texts), within_s, " and ".join(texts))

    def loses(self, *texts: str, within_s: float = PATIENCE_S) -> float:
        """Read until none of these stands on the screen any more."""
        return self.until(
            lambda: not any(self.shows(text) for text in texts), within_s, f"no {texts}"
        )

    def shows(self, *texts: str) -> bool:
        """Tell whether all of these stand on the screen now."""
        now = self.text()
        return all(text in now for text in texts)

    def text(self) -> str:
        """Return the screen, line by line; a secret that stands on it is noted."""
        text = "\n".join(self.screen.display)
        self.leaked.update(secret for secret in SECRETS if secret in text)
        return text

    def settle(self, quiet_s: float = 0.1, at_most_s: float = 2.0) -> None:
        """Take in what is on its way; a screen that ticks is never quiet for long."""
        end = monotonic() + at_most_s
        while self.read(quiet_s) and monotonic() < end:
            pass

    def answer_time(self, keys: str) -> float:
        """Send keys to a quiet screen and return the seconds to the first byte back."""
        self.settle(0.03, at_most_s=1.0)
        queued = self.queued_s()
        at = self.type(keys)
        assert self.read(PATIENCE_S), f"nothing came back to {keys!r}"
        return monotonic() - at - (self.queued_s() - queued)

    def queued_s(self) -> float:
        """Return how long the program has waited for a processor so far.

        A busy machine must not be taken for a slow program: this is taken off what is measured.
        What a thread has waited is remembered: the kernel forgets it when the thread ends.
        """
        for task in Path(f"/proc/{self.pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError, IndexError):
                self._queued_ns[task.parent.name] = int(task.read_text().split()[1])
        return sum(self._queued_ns.values()) / 1e9

    # The end.

    def ended(self) -> bool:
        """Tell whether the program is gone; if so everything it wrote is taken in."""
        if self.code is None and self._is_dead():
            self.code = self.process.wait()
            while self.read(0):
                pass
        return self.code is not None

    def used_s(self) -> float:
        """Return how long the program has been there, but for what it waited for a processor."""
        return monotonic() - self.started_at - self.queued_s()

    def leaves_on(self, keys: str) -> float:
        """Send keys that end the program, and return how long it took to be gone."""
        self.wait_a_hand()
        return self.leaves(lambda: self.type(keys))

    def leaves(self, on: Callable[[], object], *, reading: bool = True) -> float:
        """Do what ends the program, and return how long it took to be gone.

        With `reading` False nobody takes in what it still writes.
        """
        queued = self.queued_s()
        at = monotonic()
        on()
        while not self._is_dead():
            assert monotonic() < at + PATIENCE_S, f"still there\n{self.text()}"
            if reading and self.master >= 0:
                self.read(0.05)
            else:
                select.select([self.pidfd], [], [], 0.05)
            self.queued_s()
        took_s = monotonic() - at - (self.queued_s() - queued)
        self.ended()
        return took_s

    def _is_dead(self) -> bool:
        return bool(select.select([self.pidfd], [], [], 0)[0])

    def is_stopped(self) -> bool:
        """Tell whether the program is asleep (ctrl+z)."""
        how = os.WSTOPPED | os.WNOHANG | os.WNOWAIT
        return self.code is None and os.waitid(os.P_PID, self.process.pid, how) is not None

    def settings(self) -> list[Any]:
        """Return the line settings as they are now."""
        return termios.tcgetattr(self.slave)

    def close(self) -> None:
        """End the program whatever it does, and let the terminal go."""
        if self.code is None and not self.ended():
            with contextlib.suppress(ProcessLookupError):
                self.signal(signal.SIGCONT)
                self.signal(signal.SIGKILL)
            self.code = self.process.wait()
        for fd in (self.master, self.slave, self.pidfd):
            if fd >= 0:
                os.close(fd)
        self.master = self.slave = self.pidfd = -1
