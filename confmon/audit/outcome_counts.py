"""Counts what becomes of actions, of every confmon of this user, while it is looked at."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from confmon.audit import append_file
from confmon.audit.trail import parse_line
from confmon.monitor.actions.action import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

OTHER = "other"
_RESULTS = tuple(outcome.value for outcome in Outcome)
_MOST = 4 << 20
"""Bytes that are taken in at a time."""


class OutcomeCounts:
    """Follows the audit log from its end on, through its rotations.

    What can't be read says nothing: no figure depends on it.
    """

    def __init__(self, path: Path | None, origins: Sequence[str], verbs: Sequence[str]) -> None:
        """Count the lines of these servers; another verb than these is ``other``."""
        self._path, self._origins, self._verbs = path, origins, verbs
        self._counts: Counter[tuple[str, str]] = Counter()
        self._cut = b""
        self._descriptor = None if path is None else _open(path)
        if self._descriptor is not None:
            os.lseek(self._descriptor, 0, os.SEEK_END)

    def read(self) -> Mapping[tuple[str, str], int]:
        """Take in what was written meanwhile; return the counts by verb and outcome."""
        with contextlib.suppress(OSError):  # moved away at this moment: again at the next read
            self._take()
            for newer in self._newer_files():
                descriptor = _open(newer)
                if descriptor is None:
                    break
                self.close()
                self._descriptor = descriptor
                self._take()
        return dict(self._counts)

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor, self._cut = None, b""

    def _newer_files(self) -> list[Path]:
        """Return the files that were begun after the one that is open, the oldest first."""
        if self._path is None:
            return []
        if self._descriptor is None:
            return append_file.files(self._path)
        inode = os.fstat(self._descriptor).st_ino
        if self._path.lstat().st_ino == inode:
            return []
        files = append_file.files(self._path)
        held = [
            at for at, file in enumerate(files) if file.exists() and file.lstat().st_ino == inode
        ]
        return files[held[0] + 1 :] if held else files[-1:]

    def _take(self) -> None:
        if self._descriptor is None:
            return
        *rows, self._cut = (self._cut + os.read(self._descriptor, _MOST)).split(b"\n")
        for row in rows:
            self._count(row)

    def _count(self, row: bytes) -> None:
        line = parse_line(row)
        if line.get("event") == "outcome" and line.get("origin") in self._origins:
            verb, result = line.get("verb"), line.get("result")
            self._counts[_known(verb, self._verbs), _known(result, _RESULTS)] += 1


def _open(path: Path) -> int | None:
    try:
        return append_file.open_to_read(path)
    except OSError:
        return None


def _known(word: Any, words: Sequence[str]) -> str:
    return str(word) if word in words else OTHER
