"""The shared audit read back: the actions of all boxes, joined as those of the local log are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from confmon.audit import trail
from confmon.audit.shared.chain import read_boxes, read_rows
from confmon.audit.shared.shipper import LOST
from confmon.models.text import clean

if TYPE_CHECKING:
    from datetime import datetime

    from confmon.sharing.engine import Connection

_CLOCKS = timedelta(hours=1)
"""The clock of a box may be so far from that of the database."""
_LONGEST_NAME = 200


@dataclass(slots=True)
class SharedTrail(trail.Trail):
    """What all boxes did. `gaps`: how often lines of a box were lost before they were copied."""

    gaps: dict[str, int] = field(default_factory=dict)


def read(connection: Connection, since: datetime | None = None) -> SharedTrail:
    """Read all boxes, or what was begun `since`. ShareUnavailable."""
    found = SharedTrail()
    start = None if since is None else int((since - _CLOCKS).timestamp() * 1000)
    for box in read_boxes(connection):
        name = clean(box, _LONGEST_NAME)
        joined: dict[trail.Key, trail.Entry] = {}
        for row in read_rows(connection, box, start):
            line = str(row.line)
            if LOST in line and trail.parse_line(line).get("event") == LOST:
                found.gaps[name] = found.gaps.get(name, 0) + 1
            else:
                found.unreadable += trail.join((line,), joined)
        for entry in joined.values():
            entry.box = name
        found.entries += trail.begun_since(joined.values(), since)
    found.entries.sort(key=lambda entry: str(entry.get("time")))
    return found
