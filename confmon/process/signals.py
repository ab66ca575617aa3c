"""Signals to a one-shot command: what is under way gets its line in the audit log before the end.

The first signal cancels the work, which then writes the outcomes it can. A second one, or
`GRACE_S` later a thread that still waits for a dead disk or a name server, ends the process at
once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING, Any, NoReturn

from confmon.process import exits

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
def raise_on_signals() -> Iterator[None]:
    """Let a signal end what blocks, such as a question. CliExit: 128 and the signal.

    An event loop's own handlers wait until the loop runs again, and it does not while we block.
    """
    kept: dict[signal.Signals, Any] = {}

    def stop(number: int, _: object) -> NoReturn:
        raise exits.CliExit(128 + number)

    try:
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                with contextlib.suppress(ValueError):  # not in the main thread
                    kept[number] = signal.signal(number, stop)
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
