"""The state file that says which orders and searches are open, for the next start to find.

It has ids and codes of calls, and no telephone number. Each running confmon writes its own entries;
those of a process that has ended are what a start finds.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from confmon.process.state_file import read_json, replace_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class OrderFile:
    """The entries of one endpoint. Without a `path` they are forgotten at the end."""

    def __init__(self, path: Path | None, key: str) -> None:
        self._path = path
        self._key = key

    @property
    def is_kept(self) -> bool:
        """Whether the next start can find anything."""
        return self._path is not None

    def find(self) -> list[dict[str, Any]]:
        """Return the entries of processes that have ended."""
        return [entry for entry in self._entries() if not _is_running(entry)]

    def write(self, entries: Sequence[dict[str, Any]]) -> bool:
        """Write the entries of this process in place of its own and of those that have ended.

        Whether it was written.
        """
        if self._path is None:
            return True
        me = {"pid": os.getpid(), "host": os.uname().nodename}
        others = [entry for entry in self._entries() if _is_another(entry)]
        all_of_them = [*others, *({**entry, **me} for entry in entries)]
        known = read_json(self._path)
        everything = {**known, self._key: all_of_them}
        if not all_of_them:
            del everything[self._key]
        try:
            if everything != known:
                replace_json(self._path, everything)
        except OSError:
            return False
        return True

    def _entries(self) -> list[dict[str, Any]]:
        found = read_json(self._path).get(self._key)
        entries = found if isinstance(found, list) else []
        return [entry for entry in entries if isinstance(entry, dict)]


def _is_another(entry: dict[str, Any]) -> bool:
    """Whether an entry is of another process that still runs."""
    is_mine = (entry.get("pid"), entry.get("host")) == (os.getpid(), os.uname().nodename)
    return not is_mine and _is_running(entry)


def _is_running(entry: dict[str, Any]) -> bool:
    """Whether the process that wrote an entry may still run; on another host nobody can tell."""
    pid = entry.get("pid")
    if not isinstance(pid, int) or isinstance(pid, bool) or pid <= 0:
        return False
    if entry.get("host") != os.uname().nodename:
        return True
    if pid == os.getpid():
        return False  # an earlier process had the same id
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True
