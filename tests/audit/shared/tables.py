"""The shared tables in a file, a local log, and what copies one into the other."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from confmon.audit import append_file
from confmon.audit.shared.shipper import Shipper
from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.tables.schema import INDEXES, TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from confmon.sharing.engine import Connection

ORIGIN = "https://api.example"
NOW = datetime(2024, 5, 6, 12, tzinfo=UTC)


def open_tables(path: Path) -> FileConnection:
    """Return a connection to shared tables, which are made where they are missing."""
    is_new = not path.exists()
    connection = FileConnection(path, lambda: 1_714_996_800_000)
    if is_new:
        for statement in (*TABLES, *INDEXES):
            connection.execute(statement.replace("{BLOB}", "BLOB"))
    return connection


def shipper_of(folder: Path, name: str = "one") -> Shipper:
    """Return what copies the log in a folder. `name` is the host's."""
    return Shipper(
        log=folder / "audit.jsonl",
        state=folder / "shared-audit.json",
        origins=frozenset({ORIGIN, "https://mediator.example"}),
        host=name,
        user="alice",
        now=lambda: NOW,
    )


def line_of(action: str, origin: str = ORIGIN, **more: object) -> str:
    """Return a line of the log, without its newline."""
    entry = {"time": "2024-05-06T12:00:00.000Z", "event": "intent", "action": action,
             "pid": 1, "host": "one", "origin": origin, "via": "screen"}  # fmt: skip
    return json.dumps({**entry, **more}, separators=(",", ":"))


def append(folder: Path, *lines: str, full: int = append_file.FULL) -> None:
    """Write lines into the log of a folder."""
    for line in lines:
        append_file.append(folder / "audit.jsonl", line.encode() + b"\n", full=full)


def ship_all(shipper: Shipper, connection: Connection) -> int:
    """Copy all that is left, and return how many lines."""
    copied = 0
    while found := shipper.ship(connection):
        copied += found
    return copied


def shared_lines(connection: Connection) -> list[str]:
    """Return the lines in the table, in order."""
    return [row[0] for row in connection.query("SELECT line FROM audit ORDER BY box, n")]
