"""One writer a database: a lock that ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class WriterLock:
    """Held by who writes a database. Who does not get it reads, and asks again."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}.lock")
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this process writes: a lock on a file that was removed keeps nobody out."""
        if self._descriptor is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._path.stat())
        except OSError:
            return False

    def take(self) -> bool:
        """Take the lock, or return False: another confmon has it. OSError: it can't be made."""
        if self.is_held:
            return True
        self.release()
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError):
                return False
            raise
        self._descriptor = descriptor
        return self.is_held  # else it was removed meanwhile

    def release(self) -> None:
        """Let another confmon write."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
