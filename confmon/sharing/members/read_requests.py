"""Meetings that an operator wants read at once, because something was changed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from confmon.sharing.engine import Connection

_LASTS_MS: Final = 3_000
_FORGET_MS: Final = 60_000
_MOST: Final = 200
"""No more meetings are read at once, whoever asks."""

_PUT: Final = (
    "INSERT INTO read_request VALUES (?, now_ms()) ON CONFLICT (meeting) DO UPDATE SET"
    " at = excluded.at"
)
_READ: Final = (
    f"SELECT meeting, at FROM read_request WHERE at > now_ms() - {_LASTS_MS} AND at <= now_ms()"
    f" ORDER BY at LIMIT {_MOST}"
)
_FORGET: Final = (
    f"DELETE FROM read_request WHERE at < now_ms() - {_FORGET_MS} OR at > now_ms() + {_FORGET_MS}"
)


def put(connection: Connection, meeting: int) -> None:
    """Ask for a read of a meeting; 0: of the list of meetings."""
    connection.execute(_PUT, (meeting,))
    connection.notify("read")


def read(connection: Connection) -> dict[int, int]:
    """Return what was asked for in the last 3 s, and when last."""
    return dict(connection.query(_READ))


def delete_old(connection: Connection) -> None:
    """Delete what nobody waits for any more."""
    connection.execute(_FORGET)
