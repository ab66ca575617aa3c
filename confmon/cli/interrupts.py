"""Signals to a one-shot command: what is under way gets its line in the audit log before the end.

The first signal cancels the work, which then writes the outcomes it can. A second one, or
`GRACE_S` later a thread that still waits for a dead disk or a name server, ends the process as it
stands.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
GRACE_S = 2.5


class Interrupts:
    """Cancels one task on the first signal. `code` is the exit code then, 0 before.

    As a context it spans the event loop's own end, which waits for threads.
    """

    def __init__(self) -> None:
        self.code = 0
        self._last: threading.Timer | None = None

    def __enter__(self) -> Interrupts:
        return self

    def __exit__(self, *_: object) -> None:
        if self._last is not None:
            self._last.cancel()

    @contextlib.contextmanager
    def cancelling(
        self, loop: asyncio.AbstractEventLoop, task: asyncio.Task[int]
    ) -> Iterator[None]:
        """Watch for signals. One that is ignored, as SIGHUP under nohup, stays ignored."""
        watched: list[signal.Signals] = []

        def stop(number: signal.Signals) -> None:
            self.code = 128 + number
            task.cancel()
            forget()
            self._last = threading.Timer(GRACE_S, os._exit, (self.code,))
            self._last.daemon = True
            self._last.start()

        def forget() -> None:
            while watched:
                loop.remove_signal_handler(watched.pop())

        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                with contextlib.suppress(RuntimeError, ValueError):  # not in the main thread
                    loop.add_signal_handler(number, stop, number)
                    watched.append(number)
        try:
            yield
        finally:
            forget()


@contextlib.contextmanager
def by_default() -> Iterator[None]:
    """Let signals end the process at once: while a person is asked, nothing is under way."""
    kept = {}
    try:
        for number in SIGNALS:
            handler = signal.getsignal(number)
            if callable(handler):
                plain = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
                kept[number] = signal.signal(number, plain)
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
