"""`confmon audit --shared`: what all who share the bridge did; `--verify`: whether that is all."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from confmon.audit.shared import position, shared_trail
from confmon.audit.shared.verify import verify
from confmon.cli import share
from confmon.cli.output.audit_entries import pick, print_entries
from confmon.cli.output.printing import PrintOptions, TableColumn, print_list
from confmon.cli.shared_audit import position_file
from confmon.config.settings import resolve
from confmon.models import moments
from confmon.models.text import clean
from confmon.process import exits, paths
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.audit.shared.position import Position
    from confmon.audit.shared.verify import BoxReport
    from confmon.sharing.engine import Connection
    from confmon.sharing.tables.place import SharePlace

REPORT_FIELDS = ("box", "lines", "first", "last", "result")


def run(arguments: Namespace, since: datetime | None, now: datetime) -> int:
    """Print the actions of all boxes that are picked, or how the lines of each box are.

    Returns 1 where lines were changed or removed. CliExit: 64; 78, nothing is shared; 69, the
    shared tables can't be read.
    """
    if not arguments.shared:
        raise exits.usage_error("--verify needs --shared")
    if arguments.demo:
        raise exits.usage_error("--demo and --shared can't go together")
    configuration = resolve.resolve(arguments, os.environ, resolve.ADDRESS, may_follow=True)
    place = share.share_place(configuration.settings)
    with share.open_share(place) as connection:
        if arguments.verify:
            return _verify(connection, place, arguments.output)
        _print_actions(connection, arguments, since, now)
    return exits.OK


def _print_actions(
    connection: Connection, arguments: Namespace, since: datetime | None, now: datetime
) -> None:
    arguments.profile = None  # it gave the share; other boxes name their profiles differently
    found = shared_trail.read(connection, since)
    if not found.entries and since is None:
        print_notice("nothing is in the shared audit yet")
    if found.unreadable:
        print_notice(f"{found.unreadable} lines of the shared audit are unreadable")
    for box, count in found.gaps.items():
        times = "once" if count == 1 else f"{count} times"
        print_notice(f"lines of {box} were rotated away before they could be shared, {times}")
    print_entries(pick(found.entries, arguments), arguments.output, now, of_boxes=True)


def _verify(connection: Connection, place: SharePlace, output: str) -> int:
    def find_own() -> Position | None:
        if paths.or_none(paths.state) is None:
            return None
        return position.read(position_file(connection, place))

    reports = verify(connection, find_own)
    print_list(
        reports,
        REPORT_FIELDS,
        PrintOptions(output=output),
        columns=[
            TableColumn("box", lambda report: clean(report.box)),
            TableColumn("lines", lambda report: str(report.lines), right=True),
            TableColumn("first", lambda report: _local(report.first)),
            TableColumn("last", lambda report: _local(report.last)),
            TableColumn("result", lambda report: report.trouble or "ok", uncut=True),
        ],
        to_row=_to_row,
    )
    return exits.NOT_PROVED if any(report.trouble for report in reports) else exits.OK


def _local(at: int | None) -> str:
    return "" if at is None else moments.local(_moment(at))


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def _to_row(report: BoxReport) -> dict[str, Any]:
    def text(at: int | None) -> str | None:
        return None if at is None else _moment(at).isoformat(timespec="milliseconds")

    return {
        "box": clean(report.box),
        "lines": report.lines,
        "first": text(report.first),
        "last": text(report.last),
        "result": report.trouble or "ok",
    }
