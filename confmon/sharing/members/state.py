"""What a confmon that has a database knows of the others, as one record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.sharing.records import ShareState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.sharing.records import Fact, FactKind, Lease, Member, Mode


def make_state(
    mode: Mode,
    trouble: str,
    lease: Lease,
    ahead_ms: int | None,
    *,
    members: tuple[Member, ...],
    facts: Mapping[FactKind, Mapping[str, Fact]],
) -> ShareState:
    """Return the state by the lease as it was last read."""
    return ShareState(
        mode=mode,
        trouble=trouble,
        collector=lease.box if lease.expires else "",
        epoch=lease.epoch,
        interval_s=lease.interval_ms / 1000 if lease.interval_ms else None,
        ahead_ms=ahead_ms,
        members=members,
        facts=facts,
    )
