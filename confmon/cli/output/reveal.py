"""The audit line that comes before access codes are printed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from confmon.models.rooms import Room
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.edits import edit_actions
from confmon.process import exits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.monitor.actions.journal import Audit


async def audit_reveal(records: Sequence[Any], audit: Audit) -> None:
    """Log that the access codes of these rooms are shown. CliExit: 78, the log can't be written.

    One line for a room, and one for a list of rooms.
    """
    rooms = [record for record in records if isinstance(record, Room)]
    if not rooms:
        return
    edit = edit_actions.room_reveal(rooms[0])
    if len(rooms) > 1:
        label = f"{len(rooms)} rooms"
        edit = replace(edit, key=None, meeting=None, identity=None, label=label)
    try:
        await asyncio.to_thread(audit.intent, edit)
        await asyncio.to_thread(audit.outcome, edit, Result(outcome=Outcome.DONE))
    except OSError as error:
        reason = error.strerror or "I/O error"
        raise exits.config_error(
            f"the audit log can't be written: {reason}; no access code is shown",
        ) from None
