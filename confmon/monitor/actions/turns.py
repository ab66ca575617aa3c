"""Who may send next: so many targets of a bulk at the same time, and as many of single presses.

A single press never waits for a bulk. What a bulk still has to send to the same target goes before
it, as a single press does: the order on one target stays.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from confmon.models.errors import BridgeError, Throttled
from confmon.monitor.polling.freshness import STALE

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.clock import Clock
    from confmon.models.identity import Target

QUIET_S: Final = 5.0
"""A bulk rests so long after a 429 that does not say how long."""
LONGEST_WAIT_S: Final = 20.0
"""A bulk waits so long for data that is fresh again: another one may read for all meanwhile."""


@dataclass(slots=True, eq=False)
class _Ticket:
    target: Target
    bulk: bool
    called: asyncio.Future[None]


class Turns:
    """Two queues, each with so many turns at the same time: of bulks, and of single presses."""

    def __init__(self, at_once: int) -> None:
        self._free = {True: at_once, False: at_once}
        self._waiting: dict[bool, deque[_Ticket]] = {True: deque(), False: deque()}

    async def take(self, target: Target, *, bulk: bool) -> bool:
        """Wait for a turn. Returns which kind it is, to be given back: True for a bulk's."""
        if self._free[bulk]:
            self._free[bulk] -= 1
            return bulk
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ticket = _Ticket(target, bulk, called)
        self._waiting[bulk].append(ticket)
        try:
            await called
        except asyncio.CancelledError:
            if not called.cancelled():
                self.give_back(bulk=ticket.bulk)
            elif ticket in self._waiting[ticket.bulk]:
                self._waiting[ticket.bulk].remove(ticket)
            raise
        return ticket.bulk

    def give_back(self, *, bulk: bool) -> None:
        """Let the next one go."""
        while self._waiting[bulk]:
            ticket = self._waiting[bulk].popleft()
            if not ticket.called.done():  # else its task has been cancelled, and knows not yet
                ticket.called.set_result(None)
                return
        self._free[bulk] += 1

    def hurry(self, target: Target) -> None:
        """Let what a bulk still has to send to a target go as a single press does."""
        for ticket in [waiting for waiting in self._waiting[True] if waiting.target == target]:
            self._waiting[True].remove(ticket)
            ticket.bulk = False
            if ticket.called.done():
                continue
            if self._free[False]:
                self._free[False] -= 1
                ticket.called.set_result(None)
            else:
                self._waiting[False].append(ticket)


class Rest:
    """How long a bulk rests because a 429 asked for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = float("-inf")

    @property
    def left_s(self) -> float:
        """Seconds until something may be sent again."""
        return max(0.0, self._until - self._clock.now())

    def note_error(self, error: BridgeError) -> None:
        """Take in what an answer asks for."""
        if isinstance(error, Throttled):
            wait_s = QUIET_S if error.retry_after_s is None else error.retry_after_s
            self._until = max(self._until, self._clock.now() + wait_s)


class Patience:
    """Whether bulks wait for fresh data. All of them together are patient once."""

    def __init__(self, disarmed: Callable[[], str], clock: Clock) -> None:
        """`disarmed` returns why nothing may be sent now, or an empty string."""
        self._disarmed = disarmed
        self._clock = clock
        self._since: float | None = None

    @property
    def lasts(self) -> bool:
        """Whether data is stale, and has not been for too long yet."""
        if self._disarmed() != STALE:
            self._since = None
            return False
        if self._since is None:
            self._since = self._clock.now()
        return self._clock.now() - self._since < LONGEST_WAIT_S
