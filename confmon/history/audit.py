"""The audit log: who asked for what, written before it is sent, and what became of it.

JSON lines, append only, one file a user. An `intent` line is on the disk before the request goes
out; an `outcome` line follows. The file is opened for each line, so it may be rotated at any time.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import stat
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from confmon.monitor.action import Action, Result

LONGEST_LINE = 4096
"""Bytes. One write of less than a page is not interleaved with another process's."""

_SECRET = re.compile(r"accesscode|keychain|password|pin$", re.IGNORECASE)
_NUMBER = re.compile(r"\d{7,}")


def _now() -> datetime:
    return datetime.now(UTC)


class AuditLog:
    """Fulfils `confmon.monitor.port.Audit`.

    `origin` says which face of confmon acted: ``screen``, ``cli``, ``demo``.
    """

    def __init__(
        self, path: Path, profile: str, origin: str, now: Callable[[], datetime] = _now
    ) -> None:
        self.path = path
        self._now = now
        self._who = {**operator(os.environ), "profile": profile, "origin": origin}

    def intent(self, action: Action) -> None:
        """Write and fsync that `action` is about to be sent. OSError: it must not be sent."""
        self._write(
            {
                "event": "intent",
                **_what(action),
                "before": _discreet(action.before),
                "after": _discreet(action.change),
                "group": action.group,
                "undoes": action.undoes,
            }
        )

    def outcome(self, action: Action, result: Result) -> None:
        """Write what became of `action`. OSError: the line is missing."""
        latency_ms = None if result.latency_s is None else round(result.latency_s * 1000)
        self._write(
            {
                "event": "outcome",
                **_what(action),
                "result": result.outcome.value,
                "detail": _shortened(result.detail),
                "status": result.status,
                "latency_ms": latency_ms,
            }
        )

    def _write(self, entry: Mapping[str, Any]) -> None:
        time = self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = fitted({"time": time, **entry, **self._who})
        descriptor = _open(self.path)
        new = os.fstat(descriptor).st_size == 0
        try:
            if os.write(descriptor, line) != len(line):
                raise OSError(f"{self.path}: only part of a line could be written")
            os.fsync(descriptor)
            if new:
                _sync_folder(self.path.parent)
        finally:
            os.close(descriptor)


def operator(environ: Mapping[str, str]) -> dict[str, str | int | None]:
    """Return who is at the keys: user, the user before sudo, the ssh client, the terminal."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    try:
        terminal = os.ttyname(sys.stdin.fileno())
    except (OSError, ValueError, AttributeError):
        terminal = None
    ssh = environ.get("SSH_CONNECTION") or environ.get("SSH_CLIENT") or ""
    return {
        "user": user,
        "sudo_user": environ.get("SUDO_USER"),
        "ssh_client": ssh.partition(" ")[0] or None,
        "tty": terminal,
        "pid": os.getpid(),
    }


def fitted(entry: Mapping[str, Any]) -> bytes:
    """Return `entry` as one ASCII line below `LONGEST_LINE`, its texts cut as far as needed."""
    longest = 400
    while True:
        line = json.dumps(_cut(entry, longest), separators=(",", ":")).encode() + b"\n"
        if len(line) < LONGEST_LINE or longest == 0:
            return line
        longest //= 2


def _cut(value: Any, longest: int) -> Any:
    if isinstance(value, str) and len(value) > longest:
        return value[:longest] + "…"
    if isinstance(value, dict):
        return {name: _cut(part, longest) for name, part in value.items()}
    return value


def _what(action: Action) -> dict[str, Any]:
    return {
        "action": action.id,
        "verb": action.verb,
        "method": action.method,
        "path": action.path,
        "meeting": action.meeting,
        "target": _shortened(action.label),
    }


def _discreet(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "****" if _SECRET.search(name) else value for name, value in values.items()}


def _shortened(text: str) -> str:
    """Return `text` with long numbers cut to their last four digits: logs outlive their reason."""
    return _NUMBER.sub(lambda found: "…" + found.group()[-4:], text)


def _open(path: Path) -> int:
    """Open the log for appending, 0600, as a regular file of our own, and never by a link."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.geteuid():
            raise PermissionError(f"{path}: not a file of this user")
        if facts.st_mode & 0o077:
            os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _sync_folder(folder: Path) -> None:
    """Put the name of a new file on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
