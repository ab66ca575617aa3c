"""The real program in a pseudo-terminal with an emulator. Each wait is for an event."""

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
from collections import deque
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

import pyte

from confmon.tui.glyphs import forms_for
from confmon.tui.keys.pace import PAUSE_S
from tests.faults.grammar import Reader, Token
from tests.faults.planted import SECRETS
from tests.stopwatch import PATIENCE_S, Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COLUMNS, LINES = 120, 36
LOOK_S = 0.6
"""Longer than a new dialog ignores keys, counted from its appearance."""
LOGIN = str(Path(__file__).with_name("login.py"))
TOO_LONG_S = 0.8
"""The program gives up a sequence after a second of silence."""
HAND_S = PAUSE_S + 0.2
"""The pause before a key that acts: without it, both could be typed or pasted text."""
_FOREIGN = re.compile(r"\x1b\[[<>=?][0-9;]*\$?[a-gi-km-z]|\x1b\[[0-9;]*[bST]")
_LOG = "╭─ my actions"
_FRAME = 2026
_FRAME_ENDS = "\x1b[?2026l"
_MODE = re.compile(r"\x1b\[\?([0-9;]+)([hl])")


class Terminal:
    """One run of confmon on its own terminal. `raw` has every byte that it wrote there."""

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
        stderr: str | None = None,
        before: Sequence[str] = (),
    ) -> None:
        """Start it. `nohup`: it ignores SIGHUP. `own`: it gets the signals of the terminal.

        `in_shell`: it is the child of a shell in a login, see `tests/faults/login.py`. `stderr`: a
        file for it, or an empty string to close it. `before`: words before the command line, for a
        program that executes confmon.
        """
        self.master, self.slave = pty.openpty()
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self.screen)
        self.reader = Reader()
        self.raw = bytearray()
        self.modes: set[int] = set()
        self._tokens: deque[Token] = deque()
        has_ascii_only = environ.get("LC_ALL") == "C" and environ.get("PYTHONUTF8") == "0"
        self._forms = str.maketrans(
            dict(forms_for(environ, "ascii" if has_ascii_only else "utf-8"))
        )
        self.resize(columns, lines)
        self.settings_before = termios.tcgetattr(self.slave)
        self.started_at = Stopwatch().now()

        def as_asked() -> None:
            if own and not in_shell:
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGHUP, signal.SIG_IGN if nohup else signal.SIG_DFL)
            if stderr is not None:
                os.close(2)
                if stderr:
                    os.open(stderr, os.O_WRONLY)
            if full_disk:
                resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

        self.process = subprocess.Popen(
            [*before, sys.executable, *([LOGIN] if in_shell else []), *self.PROGRAM, *arguments],
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
            pids, began = folder / "pids", monotonic()
            while not pids.exists():
                assert monotonic() < began + PATIENCE_S
                select.select([], [], [], 0.01)
            self.login, self.shell, self.pid = map(int, pids.read_text().split())
            self.session = self.login
        self.pidfd = os.pidfd_open(self.pid)
        self.login_fd = os.pidfd_open(self.login)
        self.watch = Stopwatch(self.pid)
        self.code: int | None = None
        self.leaked: set[str] = set()

    # In.

    def type(self, keys: str) -> float:
        """Send keys and return when."""
        return self.send(keys.encode())

    def send(self, data: bytes) -> float:
        """Send bytes as a terminal does, and return when."""
        at = monotonic()
        os.write(self.master, data)
        return at

    def answer(self, key: str, question: str) -> None:
        """Answer a question once it no longer ignores keys."""
        self.look_on(LOOK_S)
        self.type(key)
        self.loses(question)

    def send_cut(self, *pieces: bytes, pause_s: float = 0.0) -> None:
        """Send pieces with pauses between them, as a slow line delivers them.

        If this machine is so busy that a pause becomes too long for the test, wait until the
        program drops the pieces, and send all once more.
        """
        while not self._sent_in_time(pieces, pause_s):
            self.look_on(TOO_LONG_S * 2)

    def _sent_in_time(self, pieces: Sequence[bytes], pause_s: float) -> bool:
        for piece in pieces[:-1]:
            at = self.send(piece)
            self.until(self.has_heard, what=f"{piece!r} is read")
            self.look_on(at + pause_s - monotonic())
            if monotonic() - at > TOO_LONG_S:
                return False
        self.send(pieces[-1])
        self.until(self.has_heard, what=f"{pieces[-1]!r} is read")
        return True

    def is_full(self) -> bool:
        """Tell whether the terminal takes no more, as nothing reads from it."""
        return not select.select([], [self.slave], [], 0)[1]

    def wait_a_hand(self, seconds: float = HAND_S) -> None:
        """Wait as long as a person between two keys, counted from the read of the last."""
        self.until(self.has_heard, what="every key read")
        self.look_on(seconds)

    def has_heard(self) -> bool:
        """Tell whether the program has read every key that was sent."""
        return not any(fcntl.ioctl(self.slave, termios.FIONREAD, bytes(4)))

    def resize(self, columns: int, lines: int) -> None:
        """Make the terminal another size."""
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        self.screen.resize(lines, columns)

    def hang_up(self) -> None:
        """Close this end of the line."""
        os.close(self.master)
        self.master = -1

    def fill_disk(self) -> None:
        """Leave the program no room to write files."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def free_disk(self) -> None:
        """Give the program room to write files again."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        signal.pidfd_send_signal(self.pidfd, number)

    # Out.

    def read(self, timeout_s: float) -> bool:
        """Take the program's output up to the end of a frame; return False if there is none.

        It goes frame by frame, so that no screen is missed, however late this process reads.
        """
        if not self._tokens and not self._receive(timeout_s):
            return False
        while self._tokens:
            token = self._tokens.popleft()
            if token.text == "\x1b[?2026$p" and self.master >= 0:
                os.write(self.master, b"\x1b[?2026;2$y")  # as modern terminals answer
            if found := _MODE.match(token.text):
                named = {int(mode) for mode in found[1].split(";")}
                self.modes = self.modes | named if found[2] == "h" else self.modes - named
            if token.kind in ("text", "control") or not _FOREIGN.match(token.text):
                self._stream.feed(token.text)
            elif token.kind == "csi":
                self._beyond_pyte(token.text)
            if token.text == _FRAME_ENDS:
                break
        return True

    def _receive(self, timeout_s: float) -> bool:
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
        self._tokens.extend(self.reader.feed(data))
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
        """Read until `holds()`, and return how long that took.

        `holds` is called only between frames.
        """
        began = monotonic()
        while _FRAME in self.modes or not holds():
            left = began + within_s - monotonic()
            assert left > 0, f"not seen within {within_s} s: {what}\n{self.text()}"
            if not self.read(min(left, 0.05)):
                assert not self.ended(), f"ended with {self.code} before: {what}\n{self.text()}"
        return monotonic() - began

    def sees(self, *texts: str, within_s: float = PATIENCE_S) -> float:
        """Read until all of these texts are on the screen."""
        return self.until(lambda: self.shows(*texts), within_s, " and ".join(texts))

    def loses(self, *texts: str, within_s: float = PATIENCE_S) -> float:
        """Read until none of these texts is on the screen."""
        return self.until(
            lambda: not any(self.shows(text) for text in texts), within_s, f"no {texts}"
        )

    def look_on(self, seconds: float) -> None:
        """Take all output of this time."""
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0:
            self.read(left)

    def shows(self, *texts: str) -> bool:
        """Tell whether all of these texts are on the screen now, or in the log, wrapped there."""
        now, texts = self.text(), tuple(map(self.drawn, texts))
        if all(text in now for text in texts):
            return True
        return all(text in now or text in self.logged() for text in texts)

    def drawn(self, text: str) -> str:
        """Return a text as this terminal can show it."""
        return text.translate(self._forms)

    def logged(self) -> str:
        """Return the log of the operator's actions, line by line, none of them wrapped."""
        rows = [[self.screen.buffer[y][x].data for x in range(self.screen.columns)]
                for y in range(self.screen.lines)]  # fmt: skip
        title, edge, thumb = map(self.drawn, (_LOG, "│", "▐"))
        top = next((y for y, row in enumerate(rows) if title in "".join(row)), len(rows))
        lines: list[str] = []
        for row in rows[top + 1 :]:
            start = "".join(rows[top]).index(title)
            if row[start] != edge:
                break
            words = "".join(row[start + 1 :]).partition(edge)[0].rstrip(f" {thumb}")
            if lines and words.startswith(" "):
                lines[-1] += f" {words.strip()}"
            else:
                lines.append(words)
        return "\n".join(lines)

    def text(self) -> str:
        """Return the screen, line by line, and note any secret on it."""
        text = "\n".join(self.screen.display)
        self.leaked.update(secret for secret in SECRETS if secret in text)
        return text

    def settle(self, quiet_s: float = 0.1, at_most_s: float = 2.0) -> None:
        """Read until there is no output for `quiet_s`, or for `at_most_s`: the clock ticks on.

        The seconds are the program's own: a program that waits for a processor is not quiet.
        """
        began, now = monotonic(), self.watch.now()
        end, quiet_at = now + at_most_s, now + quiet_s
        while (now := self.watch.now()) < min(end, quiet_at) and monotonic() < began + PATIENCE_S:
            if self.read(quiet_at - now):
                quiet_at = self.watch.now() + quiet_s
            elif self.master < 0 or self._is_dead():
                break

    def answer_time(self, keys: str) -> float:
        """Send keys to a quiet screen and return the seconds to the first byte back."""
        self.settle(0.03, at_most_s=1.0)
        while self._tokens:
            self.read(0)
        began = self.watch.now()
        self.type(keys)
        assert self.read(PATIENCE_S), f"nothing came back to {keys!r}"
        return self.watch.now() - began

    # The end.

    def ended(self) -> bool:
        """Tell whether the program has ended; if so, take the rest of its output."""
        if self.code is None and self._is_dead():
            self.code = self.process.wait()
            while self.read(0):
                pass
        return self.code is not None

    def used_s(self) -> float:
        """Return how long the program has run, in seconds of its own."""
        return self.watch.now() - self.started_at

    def leaves_on(self, keys: str) -> float:
        """Send keys that end the program, and return how long that took."""
        self.wait_a_hand()
        return self.leaves(lambda: self.type(keys))

    def leaves(self, on: Callable[[], object], *, reading: bool = True) -> float:
        """End the program by `on`, and return how long that took.

        With `reading` False its last output is not read.
        """
        at, began = monotonic(), self.watch.now()
        on()
        while not self._is_dead():
            assert monotonic() < at + PATIENCE_S, f"still there\n{self.text()}"
            if reading and self.master >= 0:
                self.read(0.05)
            else:
                select.select([self.pidfd], [], [], 0.05)
            self.watch.queued_s()
        took_s = self.watch.now() - began
        self.ended()
        return took_s

    def _is_dead(self) -> bool:
        return bool(select.select([self.pidfd], [], [], 0)[0])

    def is_stopped(self) -> bool:
        """Tell whether the program is stopped (ctrl+z), and the shell in the same job."""
        states = (Path(f"/proc/{pid}/stat").read_text() for pid in (self.pid, self.shell))
        return all(state.rpartition(")")[2].split()[0] == "T" for state in states)

    def wake(self) -> None:
        """Continue the job, as `fg` does."""
        os.killpg(os.getpgid(self.pid), signal.SIGCONT)

    def settings(self) -> list[Any]:
        """Return the present line settings."""
        return termios.tcgetattr(self.slave)

    def close(self) -> None:
        """Kill the program, and close the terminal."""
        if self.code is None and not self.ended():
            with contextlib.suppress(ProcessLookupError):
                self.wake()
                self.signal(signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):  # it waits on where its shell was killed
            signal.pidfd_send_signal(self.login_fd, signal.SIGKILL)
        if self.code is None:
            self.code = self.process.wait()
        for fd in (self.master, self.slave, self.pidfd, self.login_fd):
            if fd >= 0:
                os.close(fd)
        self.master = self.slave = self.pidfd = self.login_fd = -1
