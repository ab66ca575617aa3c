"""What an earlier run left open: actions whose audit line says no outcome. Told at the next start.

A crash, a `kill -9` or a power cut between the request and its answer leaves them. Whether they
were carried out only the bridge can tell, so the operator has to look.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from confmon.audit import trail
from confmon.cli.commands.audit import local, word

if TYPE_CHECKING:
    from confmon.audit.log import AuditLog


def left_open(log: AuditLog, *, told: bool) -> str:
    """Return one line about the actions left open, or an empty string.

    With `told` they are written down as told, and not told again.
    """
    entries = trail.left_open(log.path, log.now()) if log.path else []
    if not entries:
        return ""
    if told:
        for entry in entries:
            with contextlib.suppress(OSError):  # told once more, then
                log.noticed(entry)
    last = entries[-1]
    what = f"{word(last.get('verb'))} {word(last.get('target'))}, {local(last.get('time'))}"
    head = "1 action has" if len(entries) == 1 else f"{len(entries)} actions have"
    last_of = "" if len(entries) == 1 else "the last: "
    return (
        f"{head} no outcome in the audit log ({last_of}{what});"
        " it may have been carried out. See confmon audit --open"
    )


def at_start(log: AuditLog) -> list[str]:
    """Return what the screen has to tell at its start, and count it as told."""
    return [line for line in (left_open(log, told=True),) if line]
