"""Writes to the terminal: at once what it has room for, the rest from a thread."""

from __future__ import annotations

import contextlib
import os
import select
from threading import Condition, Thread
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import RLock

_WAIT_S = 0.2
BLIND_S = 1.0
"""If the terminal takes nothing for so long, the operator does not see what keys do."""
_WRITE_SIZE = 4096
_BLOCKING_WRITE_SIZE = 256


class TtyWriter:
    """Writes to a terminal that may be slow, stalled or gone, and never makes the caller wait.

    `take` returns the bytes to send next. `send_pending` writes them at once if the terminal has
    room. If not, a thread waits for the terminal and calls `take` again only then, so that no
    outdated output is sent. `lock` is held whenever `take` runs. Output to a terminal that is gone
    is dropped.
    """

    def __init__(self, fd: int, take: Callable[[], bytes], lock: RLock) -> None:
        self._take = take
        self._changed = Condition(lock)
        self._rest = b""
        self._closing = False
        self._gone = False
        self._stuck_since_s: float | None = None
        """When the terminal last took something, while there is more to send."""
        self._was_stuck = False
        self._fd, self._may_block = _open_again(fd)
        self._thread = Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    @property
    def is_blind(self) -> bool:
        """True once the terminal has taken nothing for a while, until it has taken all."""
        since_s = self._stuck_since_s
        return self._was_stuck or (since_s is not None and monotonic() - since_s > BLIND_S)

    def send_pending(self) -> None:
        """Send what is pending, now or as soon as the terminal takes it."""
        with self._changed:
            if self._rest or self._closing:
                return  # the thread is sending, and takes the rest when done
            self._rest = self._take()
            if self._rest and not self._may_block:
                self._rest = self._write(self._rest)
            if self._rest:
                self._stuck_since_s = monotonic()
                self._changed.notify_all()

    def close(self, timeout_s: float) -> bool:
        """Wait until all is sent, but no longer than `timeout_s`; return True if it is."""
        deadline = monotonic() + timeout_s
        with self._changed:
            while self._rest and (left := deadline - monotonic()) > 0:
                self._changed.wait(left)
            self._closing = True
            all_sent = not self._rest
            self._changed.notify_all()
        self._thread.join(2 * _WAIT_S)
        if not self._thread.is_alive():
            os.close(self._fd)
        return all_sent

    def _write(self, data: bytes) -> bytes:
        """Write what the terminal takes; return the rest."""
        if self._gone:
            return b""
        size = _BLOCKING_WRITE_SIZE if self._may_block else _WRITE_SIZE
        try:
            while data:
                data = data[os.write(self._fd, data[:size]) :]
                if self._may_block:
                    break
        except BlockingIOError:
            pass
        except OSError:
            self._gone = True
            return b""
        return data

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._rest and not self._closing:
                    self._changed.wait()
                if self._closing:
                    return
            with contextlib.suppress(OSError):
                if not select.select([], [self._fd], [], _WAIT_S)[1]:
                    continue
            rest = self._write(self._rest)  # only this thread writes while there is a rest
            with self._changed:
                if len(rest) == len(self._rest):
                    # Linux calls a terminal ready even if it has too little room to take anything.
                    self._changed.wait(_WAIT_S)
                    continue
                self._was_stuck = self.is_blind
                self._rest = rest or self._take()
                self._stuck_since_s = monotonic() if self._rest else None
                if not self._rest:
                    self._was_stuck = False
                    self._changed.notify_all()


def _open_again(fd: int) -> tuple[int, bool]:
    """Return a non-blocking descriptor for the same terminal, and False; else a copy, and True.

    The terminal is opened again because the flag belongs to the open file, which the shell and our
    own input share.
    """
    flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(os.ttyname(fd), flags), False
    except OSError:
        return os.dup(fd), True
