"""`confmon audit`: what was done, who did it, and with which outcome. A row for each action.

Nothing is asked of the bridge, so no profile and no password is needed.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from confmon.audit import trail
from confmon.cli.output.audit_entries import local_time, pick, print_entries, word
from confmon.process import exits, paths
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.audit.log import AuditLog

_AGO = re.compile(r"(\d{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def run(arguments: Namespace) -> int:
    """Print the actions that are picked. CliExit: 64; 78, the log can't be read."""
    now = datetime.now(UTC)
    since = None if arguments.since is None else parse_since(arguments.since, now)
    if arguments.shared or arguments.verify:
        from confmon.cli.commands import shared_audit

        return shared_audit.run(arguments, since, now)
    path = paths.audit_log(demo=arguments.demo)
    try:
        found = trail.read(path, since)
    except OSError as error:
        reason = error.strerror or "I/O error"
        raise exits.config_error(f"{error.filename or path}: {reason}") from None
    entries = pick(found.entries, arguments)
    if not found.entries and since is None:
        print_notice(f"nothing is in {path} yet")
    if found.unreadable:
        print_notice(f"{found.unreadable} lines of {path} are unreadable")
    print_entries(entries, arguments.output, now)
    return exits.OK


def parse_since(text: str, now: datetime) -> datetime:
    """Return the moment that ``--since`` means. CliExit: 64.

    >>> parse_since("90m", datetime(2024, 5, 6, 12, tzinfo=UTC)).isoformat()
    '2024-05-06T10:30:00+00:00'
    """
    try:
        if ago := _AGO.fullmatch(text):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        return datetime.fromisoformat(text).astimezone()  # without a zone: this machine's
    except (ValueError, OverflowError):
        raise exits.usage_error(
            f"--since {text!r}: neither a time such as 2024-05-06 or 2024-05-06T17:30,",
            "nor how long ago, such as 30m, 2h or 7d",
        ) from None


def describe_left_open(log: AuditLog, *, is_seen: bool) -> str:
    """Return one line about the actions that an earlier run left open, or an empty string.

    A crash, a `kill -9` or a power cut between the request and its answer leaves them: intents
    without an outcome. Whether they were carried out only the bridge can tell.

    With `is_seen` the log notes that the operator knows, and the line does not come again.
    """
    entries = trail.find_left_open(log.path, log.now()) if log.path else []
    if not entries:
        return ""
    if is_seen:
        for entry in entries:
            with contextlib.suppress(OSError):  # the line comes once more, then
                log.noticed(entry)
    last = entries[-1]
    what = f"{word(last.get('verb'))} {word(last.get('target'))}, {local_time(last.get('time'))}"
    head = "1 action has" if len(entries) == 1 else f"{len(entries)} actions have"
    last_of = "" if len(entries) == 1 else "the last: "
    return (
        f"{head} no outcome in the audit log ({last_of}{what});"
        " it may have been carried out. See confmon audit --open"
    )
