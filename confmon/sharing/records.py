"""What several confmon share, as it is in the tables.

Moments in these records are epoch milliseconds by the clock of the database: it is the one clock
that all of them have.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Mode = Literal["starting", "alone", "following", "leading"]
"""`alone`: there is no shared database, so this confmon reads for itself. `following`: another one
reads, or nobody does at the moment. `leading`: this one is the collector."""

FactKind = Literal["claim", "signal", "standing_order", "queue", "attributes"]
"""The tables of small facts, which all have the same columns."""


Kind = Literal["meetings", "calls"]
"""What a read is of."""


class Scope(NamedTuple):
    """What a read is of: all meetings, all calls, or the calls of one meeting."""

    kind: Kind
    meeting: int | None = None


class Operator(NamedTuple):
    """Who sits where. `name` is the login on the box, `box` the name of its host."""

    name: str
    box: str

    def __str__(self) -> str:
        return f"{self.name}@{self.box}"


class Lease(NamedTuple):
    """Who may write frames: the holder, as long as the epoch is its own and not expired.

    `holder` is the id of a member, `box` the name of its host. `seq` is the number of the newest
    frame. `interval_ms` is the holder's time between two reads.
    """

    epoch: int
    holder: str
    box: str
    expires: int
    seq: int
    interval_ms: int


class FrameRow(NamedTuple):
    """One read of the collector: what it changed against the frame before, or everything.

    `asked` and `answered` are when its request was sent and its last answer had come. `data` is
    made by `confmon.sharing.frames.packing`.
    """

    seq: int
    epoch: int
    scope: Scope
    asked: int
    answered: int
    is_key: bool
    data: bytes


class Member(NamedTuple):
    """One confmon that is here. `kind` is ``screen``, ``collect`` or ``record``.

    `meeting` is the meeting that is looked at. `expires` is when it counts as gone.
    """

    member: str
    operator: Operator
    kind: str
    meeting: int | None
    since: int
    expires: int


class Fact(NamedTuple):
    """Something small that one operator says and all see. `expires` 0: until it is taken back.

    `key` says what it is about, in the manner of its kind: the meeting number of a claim, the rule
    and target of a signal. `data` is JSON.
    """

    kind: FactKind
    key: str
    operator: Operator
    member: str
    at: int
    expires: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareState:
    """What is known of the others at one moment. It is never changed, but made anew.

    `trouble` says why this confmon is alone, or what can't be read although it is not; `away` says
    the former in two words. `collector`
    is the box that reads, or an empty string where nobody does; `is_read`: it has read everything
    once. `ahead_ms` is how far the database's clock is ahead of the monotonic one. `may_claim`: the
    role in the database is no mere reader's, `may_collect`: it may write what it reads.
    """

    mode: Mode = "starting"
    trouble: str = ""
    away: str = ""
    collector: str = ""
    epoch: int = 0
    is_read: bool = False
    interval_s: float | None = None
    ahead_ms: int | None = None
    may_claim: bool = True
    may_collect: bool = True
    members: tuple[Member, ...] = ()
    facts: Mapping[FactKind, Mapping[str, Fact]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def reads_here(self) -> bool:
        """Whether this confmon reads the bridge itself: for all, or because it is alone."""
        return self.mode in ("leading", "alone")

    def fact(self, kind: FactKind, key: str) -> Fact | None:
        """Return one fact, or None."""
        return self.facts.get(kind, {}).get(key)
