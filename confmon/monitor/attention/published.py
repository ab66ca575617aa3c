"""What one read changed in the live state, as the engine follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confmon.models.live_records import LiveResource
    from confmon.monitor.polling.snapshot import Feed
    from confmon.monitor.polling.state_update import Diff


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What one read changed.

    `asked_at` is on the monotonic clock, `wall` the same moment in epoch seconds by the server's
    clock. `feed` is None for a record that was read alone. `is_first`: the first read of its feed,
    so who came has not just joined. `is_clean`: the read was not torn.
    """

    kind: LiveResource
    diff: Diff
    asked_at: float
    wall: float
    feed: Feed | None = None
    is_first: bool = False
    is_clean: bool = True
