"""The shared audit read back: the actions of all boxes, joined as those of the local log are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from confmon.audit import trail
from confmon.audit.shared.shipper import LOST
from confmon.models.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from confmon.sharing.engine import Connection

PAGE = 500
"""Rows that are read at a time: some 300 kB."""
_CLOCKS = timedelta(hours=1)
"""The clock of a box may be so far from that of the database."""
_LONGEST_NAME = 200

_ROWS = "SELECT n, line FROM audit WHERE box = ? AND n > ? AND at >= ? ORDER BY n LIMIT ?"
_BOXES = "SELECT DISTINCT box FROM audit ORDER BY box"


@dataclass(slots=True)
class SharedTrail(trail.Trail):
    """What all boxes did. `gaps`: how often lines of a box were lost before they were copied."""

    gaps: dict[str, int] = field(default_factory=dict)


def read(connection: Connection, since: datetime | None = None) -> SharedTrail:
    """Read all boxes, or what was begun `since`. ShareUnavailable."""
    found = SharedTrail()
    for (box,) in connection.query(_BOXES):
        name = clean(str(box), _LONGEST_NAME)
        joined: dict[trail.Key, trail.Entry] = {}
        for row in _rows(connection, box, since):
            if _is_gap(row):
                found.gaps[name] = found.gaps.get(name, 0) + 1
            else:
                found.unreadable += trail.join((row,), joined)
        for entry in joined.values():
            entry.box = name
        found.entries += trail.begun_since(joined.values(), since)
    found.entries.sort(key=lambda entry: str(entry.get("time")))
    return found


def _rows(connection: Connection, box: str, since: datetime | None) -> Iterator[bytes]:
    start = 0 if since is None else int((since - _CLOCKS).timestamp() * 1000)
    n = 0
    while page := connection.query(_ROWS, (box, n, start, PAGE)):
        for _, line in page:
            yield str(line).encode("utf-8", "replace")
        n = page[-1][0]


def _is_gap(row: bytes) -> bool:
    return LOST.encode() in row and trail.parse_line(row).get("event") == LOST
