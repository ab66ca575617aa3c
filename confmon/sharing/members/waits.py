"""How long a confmon among the others waits for what, in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection
    from random import Random

POLL_S: Final = 1.0
"""So often the lease and the members are looked at, whatever is notified."""
HEARING_POLL_S: Final = 5.0
"""So often does a follower that hears words, which say all but that somebody was killed."""
SCREEN_TAKES_S: Final = (0.2, 0.8)
"""A screen waits so long before it takes a free lease, so that not all do at once."""
COLLECT_FIRST_S: Final = 2.0
"""It waits longer while there is a `confmon collect`, which takes it at once."""
GIVEN_S: Final = 4.0
"""So long a screen leaves a lease alone that it gave to a `confmon collect`."""
GIVES_AGAIN_S: Final = 60.0
IDLE_S: Final = 20.0
"""A collector that read nothing for so long lets another one try, if there is one."""
IDLE_READS: Final = 5
"""So many reads it may miss."""
IDLE_REST_S: Final = 5.0
RECONNECT_S: Final = (0.5, 10.0)


def hesitation_s(kind: str, others: Collection[str], random: Random) -> float:
    """Return how long one of a kind waits before it takes a free lease; `others`: their kinds."""
    if kind == "collect":
        return 0.0
    wait_s = random.uniform(*SCREEN_TAKES_S)
    return wait_s + COLLECT_FIRST_S if "collect" in others else wait_s
