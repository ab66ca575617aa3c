"""Who is here: each confmon keeps a row of its own alive, and reads those of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.sharing.members.row_text import ID_LENGTH, read_number, read_operator, read_text
from confmon.sharing.members.table_copy import TableCopy, to_stamp
from confmon.sharing.records import Member

if TYPE_CHECKING:
    from confmon.sharing.engine import Connection, Row
    from confmon.sharing.records import Operator

BEAT_S: Final = 10.0
GONE_MS: Final = 30_000
"""Who was not heard of for so long is gone."""

# A row that lasts longer than any does was written before the clock was set back.
IS_HERE: Final = f"expires > now_ms() AND expires <= now_ms() + {2 * GONE_MS}"
ARE_SHORT: Final = "length(member) <= 64 AND length(operator) <= 256 AND length(box) <= 256"
"""Whether names are no longer than those of a confmon."""
_COLUMNS: Final = "member, changed, operator, box, kind, meeting, since, expires"
_BEAT: Final = f"UPDATE member SET expires = now_ms() + {GONE_MS} WHERE member = ?"
# It lasts no longer for that: what it says would end before it.
_LOOK: Final = "UPDATE member SET changed = now_ms(), meeting = ? WHERE member = ?"
_JOIN: Final = (
    "INSERT INTO member (member, operator, box, kind, meeting, since, expires, changed)"
    f" VALUES (?, ?, ?, ?, ?, now_ms(), now_ms() + {GONE_MS}, now_ms())"
)
_LEAVE: Final = "DELETE FROM member WHERE member = ?"
_FORGET: Final = f"DELETE FROM member WHERE NOT ({IS_HERE})"


class Presence:
    """This confmon's own row, and a copy of all rows."""

    def __init__(self, member: str, who: Operator, kind: str) -> None:
        self._member, self._who, self._kind = member, who, kind
        self.meeting: int | None = None
        """The meeting that is looked at. Set it on any thread; the next step writes it."""
        self._written: int | None = None
        self._copy = TableCopy("member", _COLUMNS, f"{IS_HERE} AND {ARE_SHORT}", _to_member)

    def members(self) -> tuple[Member, ...]:
        """Return who is here, as last read, in a lasting order."""
        return tuple(
            sorted(self._copy.values(), key=lambda member: (member.operator, member.member))
        )

    def beat(self, connection: Connection) -> bool:
        """Keep the own row alive, or make it. True: there was none, or it was taken for gone."""
        if connection.execute(_BEAT, (self._member,)):
            return False
        meeting = self.meeting
        connection.execute(_JOIN, (self._member, *self._who, self._kind, meeting))
        connection.notify("member")
        self._written = meeting
        return True

    def write_look(self, connection: Connection) -> None:
        """Write which meeting is looked at, if that has changed."""
        meeting = self.meeting
        if meeting != self._written:
            connection.execute(_LOOK, (meeting, self._member))
            connection.notify("member")
            self._written = meeting

    def refresh(self, connection: Connection) -> None:
        """Read what the others changed."""
        self._copy.refresh_to(connection, to_stamp(connection.query(self._copy.stamp)[0][0]))

    def leave(self, connection: Connection) -> None:
        """Take the own row away."""
        connection.execute(_LEAVE, (self._member,))
        connection.notify("member")

    def forget_others(self, connection: Connection) -> None:
        """Delete the rows of those that are gone: one that only slept finds out by that."""
        connection.execute(_FORGET)


def _to_member(row: Row) -> Member:
    member, _, operator, box, kind, meeting, since, expires = row
    return Member(
        read_text(member, ID_LENGTH),
        read_operator(operator, box),
        read_text(kind, ID_LENGTH),
        read_number(int(meeting)) if meeting else None,
        read_number(int(since)),
        read_number(int(expires)),
    )
