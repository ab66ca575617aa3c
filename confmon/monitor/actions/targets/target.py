"""What one action is done to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from confmon.models.errors import PASSING
from confmon.monitor.actions.action import Outcome, Reply, Result

if TYPE_CHECKING:
    from confmon.models.errors import BridgeError
    from confmon.monitor.actions.action import Action


class ActionTarget(ABC):
    """What one action is done to: how it is read, sent to and proved.

    `action` has its value before as the last read showed it.
    """

    def __init__(self, action: Action) -> None:
        self.action = action

    async def refusal(self) -> Result | None:
        """Return why nothing may be sent to it now, or None. What passes soon may be waited for."""
        return None

    async def read_first(self) -> Result | None:
        """Check before the audit line that it is the same. Returns why it is not, or None."""
        return None

    async def check(self) -> Result | None:
        """Check after the audit line that it is as it was. Returns why it is not, or None."""
        return None

    @abstractmethod
    async def send(self) -> Reply:
        """Send it once. Raises BridgeError."""

    @abstractmethod
    def failed(self, error: BridgeError, latency_s: float) -> Result | Reply:
        """Return how it ended when the answer was an error; a Reply: only reading can tell."""

    async def prove(self, reply: Reply) -> Result:
        """Find out what became of it, in words. Unless that can be read, nothing is known."""
        return reply.result(Outcome.UNKNOWN, reply.lost)


def refused(error: BridgeError, latency_s: float) -> Result:
    """Return the result of a request that was answered with no."""
    hint = "" if isinstance(error, PASSING) else error.hint
    return Result(
        outcome=Outcome.REFUSED,
        detail=f"{error}. {hint}".rstrip(". ") if hint else str(error),
        status=error.status,
        latency_s=latency_s,
    )
