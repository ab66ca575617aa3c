"""A thread that sees to it that the process ends when it must, whatever the event loop does."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LEAVE_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
_TICK_S = 0.5
_HUNG_UP = 128 + signal.SIGHUP


class Watchdog:
    """Asks for an orderly end, and ends the process itself where that is not answered.

    The end is asked for on one of `LEAVE_ON`, when the terminal hangs up (also where SIGHUP is
    ignored), and when our parent is gone and another program has the terminal; where the terminal
    does not control us that can't be told, and the parent decides. `ask` gets the exit code and
    must return at once; `is_leaving` says that the program ends for a reason of its own; if
    `grace_s` later the process is still there, `force` gets the code. All three are
    called in this thread. Made and closed in the main thread.
    """

    def __init__(
        self,
        fd: int,
        *,
        ask: Callable[[int], None],
        is_leaving: Callable[[], int | None],
        force: Callable[[int], None],
        grace_s: float,
    ) -> None:
        self._fd = fd
        self._ask = ask
        self._is_leaving = is_leaving
        self._force = force
        self._grace_s = grace_s
        self._code: int | None = None
        self._deadline: float | None = None
        self._parent = os.getppid()
        self._controlled = self._foreground() is not None
        self._signalled, self._signal_in = os.pipe()
        os.set_blocking(self._signal_in, False)
        os.set_blocking(self._signalled, False)
        # The C half of a signal handler writes here even while Python is stuck in a call.
        self._wakeup_before = signal.set_wakeup_fd(self._signal_in, warn_on_full_buffer=False)
        self._before = {
            number: signal.signal(number, _noted)
            for number in LEAVE_ON
            if signal.getsignal(number) is not signal.SIG_IGN  # nohup
        }
        self._closed = False
        self._thread = Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()

    @property
    def code(self) -> int | None:
        """The exit code that was asked for, None if nobody did."""
        return self._code

    def close(self) -> None:
        """Stop watching; signals do what they did before."""
        self._closed = True
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.write(self._signal_in, b"\0")
        self._thread.join(1.0)
        os.close(self._signal_in)
        os.close(self._signalled)

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._signalled, select.POLLIN)
        poll.register(self._fd, 0)  # tells of hang-up only
        while not self._closed:
            wait_s = _TICK_S
            if self._deadline is not None:
                wait_s = max(0.0, min(wait_s, self._deadline - monotonic()))
            for fd, event in poll.poll(wait_s * 1000):
                if fd == self._fd:
                    poll.unregister(fd)
                    if event & (select.POLLHUP | select.POLLERR):
                        self._leave(_HUNG_UP)
            for number in self._signals():
                if number in LEAVE_ON:
                    self._leave(128 + number)
            if self._is_abandoned():
                self._leave(_HUNG_UP)
            self._look_at_deadline()

    def _signals(self) -> bytes:
        with contextlib.suppress(BlockingIOError):
            return os.read(self._signalled, 64)
        return b""

    def _is_abandoned(self) -> bool:
        foreground = self._foreground()
        if foreground is None and self._controlled:
            return True
        return os.getppid() != self._parent and foreground != os.getpgrp()

    def _foreground(self) -> int | None:
        """Return which job has the terminal; None if it is not, or no longer, the one over us."""
        try:
            return os.tcgetpgrp(self._fd)
        except OSError:
            return None

    def _leave(self, code: int) -> None:
        if self._code is None:
            self._code = code
            self._deadline = monotonic() + self._grace_s
            self._ask(code)

    def _look_at_deadline(self) -> None:
        if self._closed:
            return
        if self._deadline is None:
            if self._is_leaving() is not None:
                self._deadline = monotonic() + self._grace_s
        elif monotonic() >= self._deadline:
            code = self._code if self._code is not None else self._is_leaving()
            self._force(code or 0)
            self._deadline = monotonic() + self._grace_s


def _noted(*_: object) -> None:
    """Python's half of the handler: nothing is left to do."""
