"""`attendance`: who was in a session of a meeting, from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.cli.commands.past.asked import find_session, opened, print_gaps
from confmon.cli.commands.past.rows import cut_name, cut_phone, iso, lasting
from confmon.cli.output.printing import TableColumn, print_list, print_options
from confmon.models.moments import moment
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.cli.output.printing import PrintOptions
    from confmon.history.answers import Attendee
    from confmon.models.codes import Codes

FIELDS = (
    "number", "name", "role", "joined", "joined_uncertainty_s", "left", "left_uncertainty_s",
    "reconnects", "total_s", "muted_s", "held_s",
)  # fmt: skip


def run(arguments: Namespace) -> int:
    """Print a line for each person. CliExit: 1, there was no such meeting."""
    with opened(arguments) as asked:
        session = find_session(asked, arguments.meeting, arguments.session)
        attendance = asked.history.attendance(
            session.session, asked.codes, asked.since, asked.until
        )
        if attendance is None:  # deleted meanwhile, as too old
            raise exits.CliExit(exits.NOT_PROVED, "confmon: the session is not kept any more")
        print_gaps(attendance.gaps)
        printing = print_options(arguments, asked.settings)
        print_list(
            attendance.attendees,
            FIELDS,
            printing,
            columns=_columns(printing, asked.codes),
            to_row=lambda one: to_row(one, printing),
        )
    return exits.OK


def to_row(one: Attendee, printing: PrintOptions) -> dict[str, Any]:
    """Return what JSON has of a person. Moments are UTC, `role` is the raw code."""
    row: dict[str, Any] = {name: getattr(one, name) for name in FIELDS}
    return row | {
        "number": cut_phone(one.number, printing),
        "name": cut_name(one.name, printing),
        "joined": iso(one.joined),
        "left": iso(one.left),
    }


def _columns(printing: PrintOptions, codes: Codes) -> list[TableColumn]:
    return [
        TableColumn("number", lambda one: cut_phone(one.number, printing) or ""),
        TableColumn("name", lambda one: cut_name(one.name, printing) or ""),
        TableColumn("role", lambda one: codes.role(one.role)),
        TableColumn("joined", lambda one: _between(one.joined, one.joined_uncertainty_s)),
        TableColumn("left", lambda one: _between(one.left, one.left_uncertainty_s) or "still in"),
        TableColumn("back", lambda one: str(one.reconnects or ""), right=True),
        TableColumn("in", lambda one: lasting(one.total_s), right=True),
        TableColumn("muted", lambda one: lasting(one.muted_s), right=True),
        TableColumn("held", lambda one: lasting(one.held_s), right=True),
    ]


def _between(at: int | None, uncertain_s: float) -> str:
    """Return a moment, and how much earlier it may have been where that is a second or more."""
    if at is None:
        return ""
    return moment(at) + (f" -{round(uncertain_s)}s" if uncertain_s >= 1 else "")
