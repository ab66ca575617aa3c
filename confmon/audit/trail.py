"""The audit log read back: each action's intent joined with its outcome, across rotated files."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from confmon.audit import append_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Key = tuple[str, int, str]
"""Action id, process id and host: ids alone are unique in one process only."""

UNDER_WAY_S = 600.0
"""An action of a process that lives may wait so long for its outcome before it counts as open."""
_TAIL = 256 << 10
"""Bytes that are read at a start to find what was left open: some 600 lines."""


@dataclass(slots=True)
class Entry:
    """One action. `intent` and `outcome` are the lines as written; {} where there is none."""

    key: Key
    intent: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)
    noticed: bool = False
    """Whether the operator was notified at a start that the outcome is missing."""
    box: str = ""
    """The box that wrote it, in the shared audit."""

    def get(self, name: str) -> Any:
        """Return what the lines say of the action itself; the outcome repeats most of it."""
        return self.intent.get(name, self.outcome.get(name))

    @property
    def is_open(self) -> bool:
        """Whether it was about to be sent and has no outcome."""
        return not self.outcome

    def is_under_way(self, now: datetime) -> bool:
        """Whether the process that sent it may still write the outcome."""
        _, pid, host = self.key
        then = parse_time(self.get("time"))
        if then is None or now - then > timedelta(seconds=UNDER_WAY_S):
            return False
        return host != os.uname().nodename or _is_running(pid)


@dataclass(slots=True)
class Trail:
    """What the log says, the oldest action first. `unreadable`: lines that are not ours."""

    entries: list[Entry] = field(default_factory=list)
    unreadable: int = 0


def read(path: Path, since: datetime | None = None) -> Trail:
    """Read the whole log, or what was begun `since`. OSError: a file can't be read.

    A log that does not exist is empty.
    """
    joined: dict[Key, Entry] = {}
    unreadable = 0
    for name in append_file.files(path):
        try:
            descriptor = append_file.open_to_read(name)
        except FileNotFoundError:  # none yet, or rotated on while we looked
            continue
        with os.fdopen(descriptor, "rb") as file:
            if since and os.fstat(descriptor).st_mtime < since.timestamp():
                continue
            unreadable += join(file, joined)
    return Trail(begun_since(joined.values(), since), unreadable)


def begun_since(entries: Iterable[Entry], since: datetime | None) -> list[Entry]:
    """Return the actions that were begun since a moment."""
    start = "" if since is None else since.astimezone(UTC).isoformat(timespec="milliseconds")
    return [entry for entry in entries if str(entry.get("time")) >= start[:23]]


def find_left_open(path: Path, now: datetime) -> list[Entry]:
    """Return the recent actions without an outcome that no operator was notified of.

    Only the log's end is read, so that a start does not wait for years of it. A log that can't be
    read has none; that it can't be written shows at the first line.
    """
    joined: dict[Key, Entry] = {}
    for lines in reversed(_tail(path)):
        join(lines, joined)
    return [
        entry for entry in joined.values()
        if entry.intent and entry.is_open and not entry.noticed and not entry.is_under_way(now)
    ]  # fmt: skip


def parse_time(text: Any) -> datetime | None:
    """Return the time of a line."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _tail(path: Path) -> list[list[bytes]]:
    """Return the last lines of the log, the newest file first."""
    found: list[list[bytes]] = []
    left = _TAIL
    for name in reversed(append_file.files(path)):
        try:
            descriptor = append_file.open_to_read(name)
        except OSError:
            continue
        with os.fdopen(descriptor, "rb") as file:
            size = os.fstat(descriptor).st_size
            file.seek(max(0, size - left))
            rows = file.read(left).splitlines()
            found.append(rows[1:] if size > left else rows)
        left -= size
        if left <= 0:
            break
    return found


def join(rows: Iterable[bytes | str], joined: dict[Key, Entry]) -> int:
    """Add lines to the actions they speak of, and return how many were unreadable."""
    unreadable = 0
    for row in rows:
        if row.strip() and not _add_line(joined, parse_line(row)):
            unreadable += 1
    return unreadable


def parse_line(row: bytes | str) -> dict[str, Any]:
    """Return the fields of a line; {}: it is none of a log, or was cut off."""
    try:
        found = json.loads(row if isinstance(row, str) else row.decode())
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _add_line(joined: dict[Key, Entry], line: dict[str, Any]) -> bool:
    """Add one line to its action; False: it is no line of confmon's."""
    late = "_then" if line.get("event") == "noticed" else ""
    action, pid, host = line.get("action"), line.get(f"pid{late}"), line.get(f"host{late}")
    if not isinstance(action, str) or not isinstance(pid, int) or not isinstance(host, str | None):
        return False
    key = (action, pid, host or "")
    entry = joined.get(key) or Entry(key)
    match line.get("event"):
        case "intent":
            entry.intent = line
        case "outcome":
            entry.outcome = line
        case "noticed":
            entry.noticed = True
        case _:
            return False
    if not late:
        joined[key] = entry
    return True


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return pid > 0
