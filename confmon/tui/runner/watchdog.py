"""A thread that ends the process when it must end, whatever the event loop does."""

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
_HANG_UP_CODE = 128 + signal.SIGHUP


class Watchdog:
    """Asks the app for an orderly end, and forces the end if that takes too long.

    It asks on a signal of `LEAVE_ON`, when the terminal hangs up (also if SIGHUP is ignored), and
    when the parent process is gone and another program has the terminal (if the terminal does not
    control this process, when the parent is gone). `ask` gets the exit code and must return at
    once. `is_leaving` returns a code if the app ends for a reason of its own. If the process still
    runs `grace_s` later, `force` gets the code. All three are called in this thread. Make and close
    it in the main thread.
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
        self.code: int | None = None
        """The exit code of a signal or hang-up, None without one."""
        self._deadline: float | None = None
        self._parent = os.getppid()
        self._controlled = self._foreground_group() is not None
        self._signal_out, self._signal_in = os.pipe()
        os.set_blocking(self._signal_in, False)
        os.set_blocking(self._signal_out, False)
        # The C part of a signal handler writes here even while Python is stuck in a call.
        self._wakeup_before = signal.set_wakeup_fd(self._signal_in, warn_on_full_buffer=False)
        self._handlers_before = {
            number: signal.signal(number, _ignore)
            for number in LEAVE_ON
            if signal.getsignal(number) is not signal.SIG_IGN  # nohup
        }
        self._closed = False
        self._thread = Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching; signals do what they did before."""
        self._closed = True
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._handlers_before.items():
            signal.signal(number, handler)
        os.write(self._signal_in, b"\0")
        self._thread.join(1.0)
        os.close(self._signal_in)
        os.close(self._signal_out)

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._signal_out, select.POLLIN)
        poll.register(self._fd, 0)  # reports hang-up only
        while not self._closed:
            wait_s = _TICK_S
            if self._deadline is not None:
                wait_s = max(0.0, min(wait_s, self._deadline - monotonic()))
            for fd, event in poll.poll(wait_s * 1000):
                if fd == self._fd:
                    poll.unregister(fd)
                    if event & (select.POLLHUP | select.POLLERR):
                        self._ask_to_leave(_HANG_UP_CODE)
            for number in self._read_signals():
                if number in LEAVE_ON:
                    self._ask_to_leave(128 + number)
            if self._is_abandoned():
                self._ask_to_leave(_HANG_UP_CODE)
            self._check_deadline()

    def _read_signals(self) -> bytes:
        with contextlib.suppress(BlockingIOError):
            return os.read(self._signal_out, 64)
        return b""

    def _is_abandoned(self) -> bool:
        foreground = self._foreground_group()
        if foreground is None and self._controlled:
            return True
        return os.getppid() != self._parent and foreground != os.getpgrp()

    def _foreground_group(self) -> int | None:
        """Return the job that has the terminal; None if it does not control this process."""
        try:
            return os.tcgetpgrp(self._fd)
        except OSError:
            return None

    def _ask_to_leave(self, code: int) -> None:
        if self.code is None:
            self.code = code
            self._deadline = monotonic() + self._grace_s
            self._ask(code)

    def _check_deadline(self) -> None:
        if self._closed:
            return
        if self._deadline is None:
            if self._is_leaving() is not None:
                self._deadline = monotonic() + self._grace_s
        elif monotonic() >= self._deadline:
            self._force(self.code or self._is_leaving() or 0)
            self._deadline = monotonic() + self._grace_s


def _ignore(*_: object) -> None:
    """Do nothing: the C part of the handler has done it all."""
