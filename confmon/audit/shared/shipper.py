"""Copies the lines of the local audit log into the shared one: all, in order, each once.

The local log is the truth; nothing waits for this. The lines of a batch are written into the
position file before they are sent, and sent again as they are until they are known to be there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from confmon.audit.shared import position as positions
from confmon.audit.shared.chain import chain_lines
from confmon.audit.shared.local_lines import read_on
from confmon.audit.shared.position import Position
from confmon.audit.trail import parse_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confmon.audit.shared.local_lines import Unread
    from confmon.sharing.engine import Connection

BATCH: Final = 100
"""Lines that are sent at a time: with 4 kB each they fit the position file."""
LOST: Final = "lost"
"""The event of a line that says that others were rotated away before they could be copied."""

_INSERT = (
    "INSERT INTO audit (box, n, at, previous, hash, line) VALUES (?, ?, now_ms(), ?, ?, ?)"
    " ON CONFLICT (box, n) DO NOTHING"
)
_THERE = "SELECT n, hash FROM audit WHERE box = ? AND n >= ? ORDER BY n"


def _now() -> datetime:
    return datetime.now(UTC)


class AuditChanged(Exception):
    """The shared lines of this box are not what this box wrote."""

    def __init__(self, box: str, state: Path) -> None:
        super().__init__(
            f"the shared audit of this box ({box}) was changed; no more lines are copied into it."
            f" The local log has them all. To begin anew, remove {state}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipper:
    """Copies the lines that concern one bridge.

    `log` is the local audit log, `state` the position file, `origins` are those of the bridge and
    of its Mediator: lines of others stay here.
    """

    log: Path
    state: Path
    origins: frozenset[str]
    host: str
    user: str
    now: Callable[[], datetime] = _now

    def ship(self, connection: Connection) -> int:
        """Copy some lines, and return how many; 0: there is none left, or another process copies.

        AuditChanged; ShareUnavailable; OSError: the log or the position can't be read or written.
        """
        with positions.locked(self.state) as is_free:
            return self._ship(connection) if is_free else 0

    def has_left(self) -> bool:
        """Tell whether there is something to copy. OSError: the log can't be read."""
        position = positions.read(self.state) or Position.new(self.host, self.user)
        if position.pending:
            return True
        found = read_on(self.log, position.files, self._pick, 1)
        return bool(found.lines) or found.lost or not found.is_all

    def _ship(self, connection: Connection) -> int:
        before = positions.read(self.state)
        position = before or Position.new(self.host, self.user)
        while not position.pending:
            found = read_on(self.log, position.files, self._pick, BATCH)
            position = self._extend(position, found)
            if found.is_all and not position.pending:
                if position != before:
                    positions.write(self.state, position)
                return 0
        # Before the first of them may be in the table: what is sent once is sent again the same.
        if position != before:
            positions.write(self.state, position)
        self._insert(connection, position)
        last = position.pending[-1]
        positions.write(self.state, replace(position, n=last.n, hash=last.hash, pending=()))
        return len(position.pending)

    def _extend(self, position: Position, found: Unread) -> Position:
        lines = [self._lost_line(), *found.lines] if found.lost else found.lines
        pending = tuple(chain_lines(position.n, position.hash, lines))
        return replace(position, files=found.positions, pending=pending)

    def _insert(self, connection: Connection, position: Position) -> None:
        expected = [(chained_line.n, chained_line.hash) for chained_line in position.pending]
        if position.n:
            expected.insert(0, (position.n, position.hash))
        rows = [(position.box, *chained_line) for chained_line in position.pending]
        with connection.transaction():
            connection.execute_many(_INSERT, rows)
            there = connection.query(_THERE, (position.box, position.n))
            if [tuple(row) for row in there] != expected:
                raise AuditChanged(position.box, self.state)

    def _pick(self, row: bytes) -> str | None:
        """Return a line that others are to have."""
        entry = parse_line(row)  # {}: a full disk or a kill cut it off
        is_theirs = entry.get("via") != "demo" and entry.get("origin") in self.origins
        return row.decode().rstrip("\n") if is_theirs else None

    def _lost_line(self) -> str:
        time = self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        entry = {"time": time, "event": LOST, "user": self.user, "host": self.host}
        return json.dumps(entry, separators=(",", ":"))
