"""The lease: who may write frames. Every statement asks for what it needs, so none can be late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from confmon.sharing.engine import ShareUnavailable
from confmon.sharing.members.row_text import NAME_LENGTH, read_text
from confmon.sharing.records import Lease

if TYPE_CHECKING:
    from confmon.sharing.engine import Connection

LEASE_MS: Final = 6_000
"""So long a lease lasts that nobody renews."""
RENEW_S: Final = 1.5
SHORTEST_S: Final = 0.5
LONGEST_S: Final = 60.0
"""Nobody reads more often, or less."""

# A lease that lasts longer than any does was taken before the clock was set back.
_IS_FREE: Final = f"(expires <= now_ms() OR expires > now_ms() + {2 * LEASE_MS})"
# One column: PostgreSQL describes each in every answer. The box is the last: it may have spaces.
_READ: Final = (
    "SELECT now_ms() || ' ' || epoch || ' ' || seq || ' ' || interval_ms || ' ' ||"
    f" CASE WHEN {_IS_FREE} THEN 0 ELSE expires - now_ms() END || ' ' || substr(holder, 1, 64)"
    " || ' ' || substr(box, 1, 256) AS l FROM lease"
)
_TAKE: Final = (
    f"UPDATE lease SET epoch = epoch + 1, holder = ?, box = ?, expires = now_ms() + {LEASE_MS},"
    f" interval_ms = ? WHERE {_IS_FREE} RETURNING epoch, seq"
)
_MINE: Final = " WHERE holder = ? AND epoch = ? AND expires > now_ms()"
_RENEW: Final = f"UPDATE lease SET expires = now_ms() + {LEASE_MS}" + _MINE
_PACE: Final = "UPDATE lease SET interval_ms = ?" + _MINE
_RELEASE: Final = "UPDATE lease SET expires = 0 WHERE holder = ? AND epoch = ?"
_RELEASE_OLD: Final = "UPDATE lease SET expires = 0 WHERE holder = ?"
_HOLD: Final = "UPDATE lease SET seq = seq" + _MINE


class Taken(NamedTuple):
    """The epoch of a lease that was taken, and the number of the newest frame before it."""

    epoch: int
    seq: int


def read(connection: Connection) -> tuple[int, Lease]:
    """Return the database's clock, and the lease; its `expires` is 0 if anybody may take it."""
    try:
        *numbers, holder, box = connection.query(_READ)[0][0].split(" ", 6)
        now_ms, epoch, seq, interval_ms, left_ms = map(int, numbers)
    except (AttributeError, ValueError):
        raise ShareUnavailable("the shared tables hold a lease that no confmon wrote") from None
    expires = now_ms + left_ms if left_ms else 0
    return now_ms, Lease(epoch, holder, read_text(box, NAME_LENGTH), expires, seq, interval_ms)


def pace_s(known: Lease) -> float | None:
    """Return the holder's seconds between two reads, within what a confmon may have."""
    if not known.interval_ms:
        return None
    return min(LONGEST_S, max(SHORTEST_S, known.interval_ms / 1000))


def take(connection: Connection, holder: str, box: str, interval_ms: int) -> Taken | None:
    """Take the lease, with a new epoch. None: somebody has it."""
    rows = connection.query(_TAKE, (holder, box, interval_ms))
    return Taken(*rows[0]) if rows else None


def renew(connection: Connection, holder: str, epoch: int) -> bool:
    """Make the lease last. False: it is lost; one that has expired has to be taken anew."""
    return connection.execute(_RENEW, (holder, epoch)) == 1


def set_interval(connection: Connection, holder: str, epoch: int, interval_ms: int) -> bool:
    """Say how often the holder reads. False: the lease is lost."""
    return connection.execute(_PACE, (interval_ms, holder, epoch)) == 1


def release(connection: Connection, holder: str, epoch: int) -> None:
    """Give the lease back, so that the next one need not wait."""
    connection.execute(_RELEASE, (holder, epoch))


def release_old(connection: Connection, holder: str) -> None:
    """Give back what this holder had over a connection that is gone."""
    connection.execute(_RELEASE_OLD, (holder,))


def hold(connection: Connection, holder: str, epoch: int) -> bool:
    """In a transaction: let nobody take the lease until its end. False: it is lost."""
    return connection.execute(_HOLD, (holder, epoch)) == 1
