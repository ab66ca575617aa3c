"""What an administrator asks: who collects, how old that is, who is here, how much is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from confmon.clock import SystemClock
from confmon.models.text import clean_line
from confmon.sharing.members import lease
from confmon.sharing.members.facts import Facts
from confmon.sharing.members.presence import Presence
from confmon.sharing.records import Lease, Operator
from confmon.sharing.tables.preparation import require

if TYPE_CHECKING:
    from confmon.sharing.engine import Connection
    from confmon.sharing.records import Fact, Member

_META: Final = "SELECT name, value FROM share_meta"
_FRAMES: Final = "SELECT kind, MAX(answered) FROM live_frame GROUP BY kind ORDER BY kind"
_AUDIT: Final = "SELECT box, COUNT(*), MAX(at) FROM audit GROUP BY box ORDER BY box"
_SIZE: Final = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    "postgresql": "SELECT CAST(COALESCE(SUM(pg_total_relation_size(oid)), 0) AS BIGINT)"
    " FROM pg_class WHERE relkind = 'r'"
    " AND relnamespace = CAST(current_schema() AS regnamespace)",
}
_NOBODY: Final = Operator("", "")


class AuditOfBox(NamedTuple):
    """How many lines the shared audit has of one box, and when the newest came."""

    box: str
    lines: int
    newest: int


class ShareStatus(NamedTuple):
    """What the shared tables say at one moment, `now`, by their own clock (epoch milliseconds).

    `lease.expires` is 0 where nobody collects. `newest` is when the newest read of each kind was
    answered.
    """

    endpoint: str
    version: str
    now: int
    lease: Lease
    newest: dict[str, int]
    members: tuple[Member, ...]
    claims: tuple[Fact, ...]
    audit: tuple[AuditOfBox, ...]
    bytes: int

    @property
    def collector(self) -> Member | None:
        """The member that collects; None: nobody does, or it is not among those who are here."""
        if not self.lease.expires:
            return None
        return next((member for member in self.members if member.member == self.lease.holder), None)


def read_status(connection: Connection, endpoint: str) -> ShareStatus:
    """Read it, without a change. NotPrepared: the tables are not those of this bridge."""
    require(connection, endpoint)
    meta: dict[str, str] = dict(connection.query(_META))
    now, held = lease.read(connection)
    presence, facts = Presence("", _NOBODY, ""), Facts("", _NOBODY, SystemClock())
    presence.refresh(connection)
    facts.refresh(connection, ["claim"])
    return ShareStatus(
        endpoint=clean_line(meta.get("endpoint", "")),
        version=clean_line(meta.get("version", "")),
        now=now,
        lease=held,
        newest={clean_line(kind): answered for kind, answered in connection.query(_FRAMES)},
        members=presence.members(),
        claims=tuple(facts.known.get("claim", {}).values()),
        audit=tuple(
            AuditOfBox(clean_line(box), lines, newest)
            for box, lines, newest in connection.query(_AUDIT)
        ),
        bytes=connection.query(_SIZE[connection.dialect])[0][0],
    )
