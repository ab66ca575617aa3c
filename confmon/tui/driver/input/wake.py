"""An event that wakes a thread which waits for input."""

from __future__ import annotations

import contextlib
import os
from threading import Event


class Wake(Event):
    """An event that makes the descriptor `fd` readable while it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.fd, self._writer = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(self._writer, False)

    def set(self) -> None:
        """Set it, and wake the threads that wait for `fd`."""
        super().set()
        with contextlib.suppress(OSError):
            os.write(self._writer, b"\0")

    def clear(self) -> None:
        """Clear it, so that `fd` is no longer readable."""
        with contextlib.suppress(OSError):
            os.read(self.fd, 64)
        super().clear()
