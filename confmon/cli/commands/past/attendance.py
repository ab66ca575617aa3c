"""`attendance`: who was in a session of a meeting, from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.cli.commands.past.asked import find_session, open_past, print_gaps
from confmon.cli.commands.past.rows import iso
from confmon.cli.output.printing import TableColumn, print_list, print_options, screen_columns
from confmon.models.moments import moment
from confmon.monitor.past.tables.columns import ATTENDANCE
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.live_columns import RenderContext
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.history.answers import Attendee
    from confmon.models.codes import Codes

FIELDS = (
    "number", "name", "role", "joined", "joined_uncertainty_s", "left", "left_uncertainty_s",
    "reconnects", "total_s", "muted_s", "held_s",
)  # fmt: skip


def run(arguments: Namespace) -> int:
    """Print a line for each person. CliExit: 1, there was no such meeting."""
    with open_past(arguments) as asked:
        session = find_session(asked, arguments.meeting, arguments.session)
        attendance = asked.history.attendance(
            session.session, asked.codes, asked.since, asked.until
        )
        if attendance is None:  # deleted meanwhile, as too old
            raise exits.CliExit(exits.NOT_PROVED, "confmon: the session is not kept any more")
        print_gaps(attendance.gaps)
        print_list(
            attendance.attendees,
            FIELDS,
            print_options(arguments, asked.settings),
            columns=_columns(asked.codes),
            to_row=to_row,
        )
    return exits.OK


def to_row(attendee: Attendee) -> dict[str, Any]:
    """Return what JSON has of a person. Moments are UTC, `role` is the raw code."""
    row: dict[str, Any] = {name: getattr(attendee, name) for name in FIELDS}
    return row | {"joined": iso(attendee.joined), "left": iso(attendee.left)}


def _columns(codes: Codes) -> list[TableColumn]:
    """Return the screen's columns, with whole moments: a table is read on other days too."""
    return screen_columns(
        ATTENDANCE,
        RenderContext(LiveState(codes), 0.0),
        joined=lambda attendee: _about(attendee.joined, attendee.joined_uncertainty_s),
        left=lambda attendee: _about(attendee.left, attendee.left_uncertainty_s) or "still in",
    )


def _about(at: int | None, uncertain_s: float) -> str:
    """Return a moment, and how much earlier it may have been where that is a second or more."""
    if at is None:
        return ""
    return moment(at) + (f" -{round(uncertain_s)}s" if uncertain_s >= 1 else "")
