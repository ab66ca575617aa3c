"""When a member takes the lease, and when it gives it to another one that can do better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from random import Random

    from confmon.clock import Clock
    from confmon.sharing.engine import Connection
    from confmon.sharing.records import Lease, Member

SCREEN_TAKES_S: Final = (0.2, 0.8)
"""A screen waits so long before it takes a free lease, so that not all do at once."""
COLLECT_FIRST_S: Final = 2.0
"""It waits longer while there is a `confmon collect`, which takes it at once."""
RECONNECT_S: Final = (0.5, 10.0)
GIVEN_S: Final = 4.0
"""So long a screen leaves a lease alone that it gave to a `confmon collect`."""
GIVES_AGAIN_S: Final = 60.0
IDLE_S: Final = 20.0
"""A collector that read nothing for so long lets another one try, if there is one."""
IDLE_READS: Final = 5
"""So many reads it may miss."""
IDLE_REST_S: Final = 5.0
IDLE_HOLDERS: Final = 3
"""After so many collectors that read nothing it is the bridge that is down: the last one stays."""

_NEWEST_EPOCH: Final = "SELECT epoch FROM live_frame ORDER BY seq DESC LIMIT 1"


class GivingWay:
    """What one member remembers of giving way. `kind` is what it is itself."""

    def __init__(self, kind: str, clock: Clock) -> None:
        self._kind, self._clock = kind, clock
        self.takes_after = self.gives_after = self.read_at = clock.now()
        """When it may take the lease again, give it to a `confmon collect`, and read last."""
        self._gave_at: int | None = None
        """The number of the newest frame when it gave way, for it could not read."""

    def give_after(self, moment: float) -> None:
        """Give the lease to no `confmon collect` before a moment."""
        self.gives_after = max(self.gives_after, moment)

    def is_due(
        self, connection: Connection, lease: Lease, others: Sequence[Member], interval_s: float
    ) -> bool:
        """Tell whether the lease is to be given back now; then it is left alone for a while."""
        now = self._clock.now()
        kinds = {member.kind for member in others}
        if self._kind != "collect" and "collect" in kinds and now >= self.gives_after:
            self.takes_after = now + GIVEN_S
            self.gives_after = now + GIVES_AGAIN_S
            return True
        is_idle = now - self.read_at > max(IDLE_S, IDLE_READS * interval_s)
        # Where a read has worked for anybody since, it is worth another try.
        if not is_idle or not kinds & {"collect", "screen"} or lease.seq == self._gave_at:
            return False
        newest = connection.query(_NEWEST_EPOCH)
        if newest and lease.epoch - newest[0][0] >= IDLE_HOLDERS:
            return False
        self._gave_at = lease.seq
        self.takes_after = now + IDLE_REST_S
        return True


def hesitation_s(kind: str, others: Collection[str], random: Random) -> float:
    """Return how long one of a kind waits before it takes a free lease; `others`: their kinds."""
    if kind == "collect":
        return 0.0
    wait_s = random.uniform(*SCREEN_TAKES_S)
    return wait_s + COLLECT_FIRST_S if "collect" in others else wait_s
