"""One rate limit for all requests of a client, in which actions go before polling.

There are `per_s` new tokens a second, and at most one second's worth; a request takes one. Polling
leaves a quarter of them untouched, so that an action seldom waits. When both wait, the action goes,
except that one poll follows every eight actions: a bulk verb must be seen to work while it runs.
What is asked `AT_ONCE` goes before all of them. What comes `LAST` goes while nobody else waits, and
leaves half of the tokens untouched.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from confmon.ports import AT_ONCE, LAST

if TYPE_CHECKING:
    from confmon.clock import Clock

MINUTE_S = 60.0
ACTIONS_IN_A_ROW = 8


class RateLimit:
    """Requests per second, shared by every feed and every action."""

    def __init__(self, per_s: float, clock: Clock) -> None:
        if not per_s > 0:
            raise ValueError("requests_per_s must be more than 0")
        self._per_s = per_s
        self._size = max(2.0, per_s)
        self._spared = self._size / 4
        self._tokens = self._size
        self._clock = clock
        self._filled_at = clock.now()
        self._at_once: deque[object] = deque()
        self._first: deque[object] = deque()
        self._rest: deque[object] = deque()
        self._last: deque[object] = deque()
        self._in_a_row = 0
        self._taken: deque[float] = deque()

    async def acquire(self, *, priority: bool = False) -> None:
        """Wait until one request may be sent; `priority`: an action or the read that proves it."""
        ticket = object()
        queue = self._last if LAST.get() else self._rest
        if priority:
            queue = self._at_once if AT_ONCE.get() else self._first
        queue.append(ticket)
        try:
            while (missing := self._missing(ticket, queue)) > 0:
                # looks again soon: others may have given up, or an action pushed in before
                await self._clock.sleep(min(max(missing / self._per_s, 0.001), 0.25))
        finally:
            queue.remove(ticket)
        self._tokens -= 1
        self._in_a_row = self._in_a_row + 1 if priority else 0
        self._taken.append(self._clock.now())
        self.per_minute()  # which forgets: nobody may ever ask

    def _missing(self, ticket: object, queue: deque[object]) -> float:
        """Return how many tokens must still come before this ticket may go."""
        now = self._clock.now()
        self._tokens = min(self._size, self._tokens + (now - self._filled_at) * self._per_s)
        self._filled_at = now
        at, at_once = queue.index(ticket), len(self._at_once)
        if queue is self._at_once:
            return at + 1 - self._tokens
        if queue is self._last:
            others = at_once + len(self._first) + len(self._rest)
            return others + at + 1 + self._size / 2 - self._tokens
        polls_turn = bool(self._rest) and self._in_a_row >= ACTIONS_IN_A_ROW
        if queue is self._first:
            return at_once + at + polls_turn + 1 - self._tokens
        if polls_turn and at == 0:
            return at_once + 1 - self._tokens
        return at_once + len(self._first) + at + 1 + self._spared - self._tokens

    def per_minute(self) -> int:
        """Return how many requests were sent in the last minute."""
        since = self._clock.now() - MINUTE_S
        while self._taken and self._taken[0] <= since:
            self._taken.popleft()
        return len(self._taken)
