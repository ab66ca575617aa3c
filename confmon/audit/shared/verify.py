"""Whether the shared audit is what was written: of each box no line missing, none changed.

A tail that was cut off looks whole to others: only the box itself knows its last line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.audit.shared.chain import AuditRow, first_previous, next_hash, read_boxes, read_rows
from confmon.audit.trail import parse_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.audit.shared.position import Position
    from confmon.sharing.engine import Connection


@dataclass(slots=True)
class BoxReport:
    """What was found of one box. `first` and `last` are when lines came, in epoch milliseconds."""

    box: str
    lines: int = 0
    first: int | None = None
    last: int | None = None
    trouble: str = ""


def verify(
    connection: Connection, find_own: Callable[[], Position | None] = lambda: None
) -> list[BoxReport]:
    """Check every box. `find_own` returns the position of this one. ShareUnavailable.

    Lines may be copied meanwhile: what is in the table was in the position file before.
    """
    own = find_own()
    boxes = set(read_boxes(connection))
    if own is not None and own.n:
        boxes.add(own.box)
    return [
        _verify_own(connection, own, find_own)
        if own is not None and box == own.box
        else verify_box(connection, box)
        for box in sorted(boxes)
    ]


def verify_box(
    connection: Connection, box: str, seen: Callable[[AuditRow], None] = lambda _: None
) -> BoxReport:
    """Check one box. The first thing that is wrong is reported; `seen` is called with each row."""
    report = BoxReport(box)
    previous = first_previous(box)
    n = 0
    for row in read_rows(connection, box):
        n += 1
        report.lines += 1
        report.first = row.at if report.first is None else report.first
        report.last = row.at
        if not report.trouble:
            report.trouble = _trouble(row, n, previous)
        n, previous = row.n, row.hash
        seen(row)
    return report


def _verify_own(
    connection: Connection, own: Position, find_own: Callable[[], Position | None]
) -> BoxReport:
    """Check this box, and that its last lines are the ones that were sent."""
    ends: dict[int, str] = {}

    def keep(row: AuditRow) -> None:
        if row.n >= own.n:
            ends[row.n] = row.hash

    report = verify_box(connection, own.box, keep)
    if report.trouble:
        return report
    newest = max(ends, default=report.lines)
    if newest < own.n:
        missing = (
            f"lines {newest + 1} to {own.n} were" if newest + 1 < own.n else f"line {own.n} was"
        )
        report.trouble = f"{missing} removed from the end"
        return report
    later = find_own()
    sent = {own.n: own.hash}
    if later is not None and later.box == own.box:
        sent |= {later.n: later.hash} | {
            chained_line.n: chained_line.hash for chained_line in later.pending
        }
    for n, hash_ in ends.items():
        if sent.get(n, hash_) != hash_ or n > max(sent):
            report.trouble = f"line {n} is not what this box wrote"
            break
    return report


def _trouble(row: AuditRow, n: int, previous: str) -> str:
    if row.n != n:
        missing = f"line {n} is" if row.n == n + 1 else f"lines {n} to {row.n - 1} are"
        return f"{missing} missing" if row.n > n else f"line {row.n} was inserted"
    if row.previous != previous:
        return f"line {n} does not follow the line before it"
    if row.hash != next_hash(previous, row.line):
        return f"line {n} was changed"
    return "" if parse_line(row.line) else f"line {n} is no line of an audit log"
