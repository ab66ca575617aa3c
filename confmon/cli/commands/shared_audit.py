"""`confmon audit --shared`: what all who share the bridge did; `--verify`: whether that is all."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from confmon.models import moments
from confmon.models.text import clean
from confmon.process import exits, paths
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from confmon.audit.shared.shared_trail import SharedTrail
    from confmon.audit.shared.verify import BoxReport
    from confmon.sharing.engine import Connection
    from confmon.sharing.tables.place import SharePlace

REPORT_FIELDS = ("box", "lines", "first", "last", "result")


def read(arguments: Namespace, since: datetime | None) -> SharedTrail:
    """Return what all boxes did, and tell what of it is not known. CliExit: see `_opened`."""
    from confmon.audit.shared import shared_trail

    with _opened(arguments) as (connection, _):
        found = shared_trail.read(connection, since)
    if not found.entries and since is None:
        print_notice("nothing is in the shared audit yet")
    if found.unreadable:
        print_notice(f"{found.unreadable} lines of the shared audit are unreadable")
    for box, count in found.gaps.items():
        times = "once" if count == 1 else f"{count} times"
        print_notice(f"lines of {box} were rotated away before they could be shared, {times}")
    return found


def verify(arguments: Namespace) -> int:
    """Print how the lines of each box are; 1: some were changed or removed. CliExit as above."""
    from confmon.audit.shared import position
    from confmon.audit.shared.verify import verify as verify_boxes
    from confmon.cli.output.printing import PrintOptions, TableColumn, print_list
    from confmon.cli.shared_audit import position_file

    if not arguments.shared:
        raise exits.CliExit(exits.USAGE, "confmon: --verify needs --shared")
    with _opened(arguments) as (connection, place):
        file = paths.or_none(lambda: position_file(place))
        reports = verify_boxes(connection, lambda: None if file is None else position.read(file))
    print_list(
        reports,
        REPORT_FIELDS,
        PrintOptions(output=arguments.output),
        columns=[
            TableColumn("box", _box),
            TableColumn("lines", lambda one: str(one.lines), right=True),
            TableColumn("first", lambda one: _local(one.first)),
            TableColumn("last", lambda one: _local(one.last)),
            TableColumn("result", _result, uncut=True),
        ],
        to_row=_to_row,
    )
    return exits.NOT_PROVED if any(one.trouble for one in reports) else exits.OK


@contextmanager
def _opened(arguments: Namespace) -> Iterator[tuple[Connection, SharePlace]]:
    """Open the shared tables of the profile. CliExit: 64; 78, nothing is shared; 69, it fails."""
    from confmon.cli import share
    from confmon.config.settings import resolve

    if arguments.demo:
        raise exits.CliExit(exits.USAGE, "confmon: --demo and --shared can't go together")
    configuration = resolve.resolve(arguments, os.environ, resolve.ADDRESS, may_follow=True)
    place = share.share_place(configuration.settings)
    with share.opened(place) as connection:
        yield connection, place


def _box(report: BoxReport) -> str:
    return clean(report.box)


def _result(report: BoxReport) -> str:
    return report.trouble or "ok"


def _local(at: int | None) -> str:
    return "" if at is None else moments.local(_moment(at))


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def _to_row(report: BoxReport) -> dict[str, Any]:
    def text(at: int | None) -> str | None:
        return None if at is None else _moment(at).isoformat(timespec="milliseconds")

    return {
        "box": _box(report),
        "lines": report.lines,
        "first": text(report.first),
        "last": text(report.last),
        "result": _result(report),
    }
