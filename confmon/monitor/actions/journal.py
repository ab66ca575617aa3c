"""The bracket round a change that is sent and then looked for: intent before, outcome after.

Whatever interrupts it, an intent that was written gets its outcome.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from confmon.models.errors import PASSING
from confmon.monitor.actions.action import Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from confmon.models.errors import BridgeError
    from confmon.monitor.actions.action import Action

INTERRUPTED = Result(outcome=Outcome.UNKNOWN, detail="interrupted; it may have been sent")


class Audit(Protocol):
    """Where every action is written down. No audit, no action, no access code revealed."""

    def intent(self, action: Action) -> None:
        """Write and fsync that this is about to be sent. OSError: it must not be sent."""
        ...

    def outcome(self, action: Action, result: Result) -> None:
        """Write what became of it. OSError: said on screen."""
        ...


async def audited(action: Action, audit: Audit, work: Callable[[], Awaitable[Result]]) -> Result:
    """Write the intent, do `work`, and write the outcome. Without a line nothing is done."""
    writing = asyncio.ensure_future(asyncio.to_thread(audit.intent, action))
    try:
        await asyncio.shield(writing)
    except OSError as error:
        reason = error.strerror or "I/O error"
        return Result(
            outcome=Outcome.REFUSED, detail=f"the audit log can't be written: {reason}; not sent"
        )
    except asyncio.CancelledError:
        with contextlib.suppress(OSError):  # the thread goes on: its line is coming all the same
            await writing
            audit.outcome(action, Result(outcome=Outcome.REFUSED, detail="interrupted; not sent"))
        raise
    result = INTERRUPTED
    try:
        result = await work()
    finally:
        try:
            audit.outcome(action, result)
        except OSError:
            detail = f"{result.detail}; its outcome could not be audited".lstrip("; ")
            result = replace(result, detail=detail)
    return result


def refusal(error: BridgeError, latency_s: float) -> Result:
    """Return the result of a request that was answered with no."""
    hint = "" if isinstance(error, PASSING) else error.hint
    return Result(
        outcome=Outcome.REFUSED,
        detail=f"{error}. {hint}".rstrip(". ") if hint else str(error),
        status=error.status,
        latency_s=latency_s,
    )
