"""What the poller reads: where it comes from, what is done with it, how its reads go."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from confmon.models.errors import BridgeError

READS_KEPT = 3
"""The slowest of so many reads says how long one takes here."""


@dataclass(slots=True)
class FeedState:
    """How the reads of a feed go. Times are on the monotonic clock."""

    factor: float = 1.0
    asked_at: float | None = None
    ok_asked_at: float | None = None
    latency_s: float = 0.0
    error: BridgeError | None = None
    failures: int = 0
    next_at: float | None = None
    took_s: deque[float] = field(default_factory=lambda: deque(maxlen=READS_KEPT))
    """How long the last whole reads took that were answered well."""

    @property
    def read_s(self) -> float:
        """How long a whole read takes here, all its pages together; 0 before the first."""
        return max(self.took_s, default=0.0)


@dataclass(slots=True, kw_only=True)
class FeedSource:
    """What is read, and what is done with it.

    `fetch` reads it; `take` takes in what it gave, with the moments it was asked for and answered,
    step by step. A feed may outlive the time it is watched: then it keeps its `state`.
    """

    fetch: Callable[[], Awaitable[Any]]
    take: Callable[[float, float, Any], Generator[None, None, object]]
    state: FeedState = field(default_factory=FeedState)
    at_most_s: Callable[[], float] = lambda: float("inf")
    """The longest wait after a read, however long the interval is."""
    young_s: float = 0.0
    """A feed that was read so short a time ago is not read at once when it is watched again."""
    retry_s: float | None = None
    """The least wait after a failure; None: the interval."""
    paced_by_s: Callable[[], float | None] | None = None
    """The interval at which another confmon reads this for us; None: nobody does, it is read here.

    Where another one may read it, `fetch` may wait long for that, and sees to it by itself that one
    read is tried before others are.
    """

    @property
    def pace_s(self) -> float | None:
        """The interval of another confmon that reads it, while one does."""
        return self.paced_by_s() if self.paced_by_s is not None else None
