"""The audit log: who asked for what, written before it is sent, and its outcome.

JSON lines, append only, one file a user. An `intent` line is on the disk before the request goes
out; an `outcome` line follows. `confmon.audit.trail` reads them.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import pwd
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from confmon.audit import append_file
from confmon.models.people import phone_numbers
from confmon.models.privacy import is_secret
from confmon.models.resources import SECRETS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from confmon.audit.trail import Entry
    from confmon.monitor.actions.action import Action, Result

_SECRET = re.compile(r"accesscode|password|pin$", re.IGNORECASE)
_LONGEST_TEXT = 400


def _now() -> datetime:
    return datetime.now(UTC)


class AuditLog:
    """Fulfils `confmon.monitor.actions.journal.Audit`.

    `origin` is the server's, such as ``https://api.carrierx.com``. `via` is the part of
    confmon that acted: ``screen``, ``cli``, ``demo``. The file is rotated when it has `full` bytes;
    `kept` older ones stay. `path` is None where there is no folder for it: no line can be written.
    """

    def __init__(
        self,
        path: Path | None,
        profile: str,
        origin: str,
        via: str,
        now: Callable[[], datetime] = _now,
        *,
        full: int = append_file.FULL,
        kept: int = append_file.KEPT,
        copy: Callable[[bytes], None] | None = None,
    ) -> None:
        """`copy` gets every line that is in the file; it must neither wait nor fail."""
        self.path = path
        self._now = now
        self._copy = copy
        self._full, self._kept = full, kept
        self._who = {**find_operator(os.environ), "profile": profile, "origin": origin, "via": via}

    def intent(self, action: Action) -> None:
        """Write and fsync that `action` is about to be sent. OSError: it must not be sent."""
        self._write(
            {
                "event": "intent",
                **_describe(action),
                "before": _hide_secrets(action.before),
                "after": _hide_secrets(action.change),
                "group": action.group,
                "undoes": action.undoes,
            }
        )

    def outcome(self, action: Action, result: Result) -> None:
        """Write the outcome of `action`. OSError: the line is missing."""
        self._write(
            {
                "event": "outcome",
                **_describe(action),
                "result": result.outcome.value,
                "detail": _cut_numbers(result.detail, _ids(action)),
                "status": result.status,
                "latency_ms": _ms(result.latency_s),
                "proved_after_ms": _ms(result.proved_s),
            }
        )

    def noticed(self, entry: Entry) -> None:
        """Write that the operator knows of an intent without an outcome. OSError as above."""
        action, pid, host = entry.key
        self._write({"event": "noticed", "action": action, "pid_then": pid, "host_then": host})

    def trouble(self) -> str:
        """Return why the log can't be written, or an empty string. No line is written."""
        try:
            append_file.check(self._file())
        except OSError as error:
            return f"the audit log can't be written: {error.strerror or 'I/O error'}"
        return ""

    def now(self) -> datetime:
        """Return the time by the clock that the lines are stamped with."""
        return self._now()

    def _write(self, entry: Mapping[str, Any]) -> None:
        time = self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = fit_line({"time": time, **entry, **self._who})
        append_file.append(self._file(), line, full=self._full, kept=self._kept)
        if self._copy is not None:
            self._copy(line)

    def _file(self) -> Path:
        if self.path is None:
            raise OSError(errno.ENOENT, "there is no home folder")
        return self.path


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def find_operator(environ: Mapping[str, str]) -> dict[str, str | int | None]:
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
        "host": os.uname().nodename,
        "pid": os.getpid(),
    }


def fit_line(entry: Mapping[str, Any]) -> bytes:
    """Return `entry` as one ASCII line below `lines.LONGEST_LINE`, its texts cut as needed.

    OSError: it does not fit even so.
    """
    longest = _LONGEST_TEXT
    while longest:
        line = json.dumps(_cut(entry, longest), separators=(",", ":")).encode() + b"\n"
        if len(line) < append_file.LONGEST_LINE:
            return line
        longest //= 2
    raise OSError(errno.EMSGSIZE, "too long for a line of the audit log")


def _cut(value: Any, longest: int, depth: int = 0) -> Any:
    """Return `value` with its texts cut, and so what is in the fields: attributes may be many."""
    if isinstance(value, str) and len(value) > longest:
        return value[:longest] + "…"
    most = longest if depth > 1 else sys.maxsize
    if isinstance(value, dict):
        kept = dict(itertools.islice(value.items(), most))
        more = {"…": f"{len(value) - most} more"} if len(value) > most else {}
        return {name[:_LONGEST_TEXT]: _cut(part, longest, depth + 1)
                for name, part in kept.items()} | more  # fmt: skip
    if isinstance(value, list):
        more_ = [f"… {len(value) - most} more"] if len(value) > most else []
        return [_cut(part, longest, depth + 1) for part in value[:most]] + more_
    return value


def _describe(action: Action) -> dict[str, Any]:
    return {
        "action": action.id,
        "verb": action.verb,
        "method": action.method,
        "path": action.path,
        "meeting": action.meeting,
        "target": _cut_numbers(action.label, _ids(action)),
        "identity": action.identity,
    }


def _hide_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _hide(name, value) for name, value in values.items()}


def _hide(name: str, value: Any) -> Any:
    if value is not None and (name in SECRETS or _SECRET.search(name) or is_secret(name)):
        return f"**** ({len(value)})" if isinstance(value, list) else "****"
    if isinstance(value, dict):
        return _hide_secrets(value)
    if isinstance(value, list | tuple):
        return [_hide(name, item) for item in value]
    return _cut_numbers(value) if isinstance(value, str) else value


def _ids(action: Action) -> tuple[int | str | None, ...]:
    """Return the numbers that say what was acted on: no telephone's."""
    return (action.key, action.meeting)


def _cut_numbers(text: str, ids: tuple[int | str | None, ...] = ()) -> str:
    """Return `text` with numbers cut to their last four digits: logs outlive their reason."""
    return phone_numbers.cut(text, phone_numbers.last, ids)
