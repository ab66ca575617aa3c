"""The line to the terminal: takes what fits at once, and the rest from a thread."""

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

_POLL_S = 0.2
BLIND_S = 1.0
"""Who looks at a terminal that has taken nothing for so long does not see what keys do."""
_PIECE = 4096
_PIECE_THAT_MAY_BLOCK = 256


class TtyWriter:
    """Writes to a terminal that may be slow, stalled or gone, and never makes the caller wait.

    `take` gives the bytes to send next. `kick` says there may be some: if the line is free they
    are written on the spot; if not, a thread waits for the terminal and then takes whatever is
    due by that time, so what was overtaken is never sent. `lock` is held whenever `take` runs.
    A terminal that is gone swallows everything.
    """

    def __init__(self, fd: int, take: Callable[[], bytes], lock: RLock) -> None:
        self._take = take
        self._ready = Condition(lock)
        self._rest = b""
        self._closing = False
        self._gone = False
        self._stuck_since_s: float | None = None
        """When the terminal last took something, while there is more for it to take."""
        self._was_stuck = False
        self._fd, self._may_block = _own_descriptor(fd)
        self._thread = Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    @property
    def is_blind(self) -> bool:
        """True from when the terminal has taken nothing for a while until it has taken all."""
        since_s = self._stuck_since_s
        return self._was_stuck or (since_s is not None and monotonic() - since_s > BLIND_S)

    def kick(self) -> None:
        """Send what is due, now or as soon as the terminal takes it."""
        with self._ready:
            if self._rest or self._closing:
                return  # the thread is at it, and takes again when done
            self._rest = self._take()
            if self._rest and not self._may_block:
                self._rest = self._write(self._rest)
            if self._rest:
                self._stuck_since_s = monotonic()
                self._ready.notify_all()

    def close(self, timeout_s: float) -> bool:
        """Wait until all is sent, but no longer than `timeout_s`; True if it was."""
        deadline = monotonic() + timeout_s
        with self._ready:
            while self._rest and (left := deadline - monotonic()) > 0:
                self._ready.wait(left)
            self._closing = True
            all_sent = not self._rest
            self._ready.notify_all()
        self._thread.join(2 * _POLL_S)
        if not self._thread.is_alive():
            os.close(self._fd)
        return all_sent

    def _write(self, data: bytes) -> bytes:
        """Write what the terminal takes; the rest."""
        if self._gone:
            return b""
        piece = _PIECE_THAT_MAY_BLOCK if self._may_block else _PIECE
        try:
            while data:
                data = data[os.write(self._fd, data[:piece]) :]
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
            with self._ready:
                while not self._rest and not self._closing:
                    self._ready.wait()
                if self._closing:
                    return
            with contextlib.suppress(OSError):
                if not select.select([], [self._fd], [], _POLL_S)[1]:
                    continue
            rest = self._write(self._rest)  # nobody else writes while there is a rest
            with self._ready:
                if len(rest) == len(self._rest):
                    # Linux calls a terminal ready that has less room than the least it takes.
                    self._ready.wait(_POLL_S)
                    continue
                self._was_stuck = self.is_blind
                self._rest = rest or self._take()
                self._stuck_since_s = monotonic() if self._rest else None
                if not self._rest:
                    self._was_stuck = False
                    self._ready.notify_all()


def _own_descriptor(fd: int) -> tuple[int, bool]:
    """A descriptor for the same terminal that does not block, and False; else a copy, and True.

    The terminal is opened anew because the flag belongs to the open file, which the shell and
    our own input share.
    """
    flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(os.ttyname(fd), flags), False
    except OSError:
        return os.dup(fd), True
