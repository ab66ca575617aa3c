"""One action from the audit line to its proof, for a command that sends and then looks.

The screen proves many actions at once from its polls; here each target is read alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import TYPE_CHECKING

from confmon.api.errors import BridgeError, NotFound
from confmon.monitor.action import Outcome, Result
from confmon.monitor.verbs import VERBS, identity_of, shows

if TYPE_CHECKING:
    from confmon.api.codes import Codes
    from confmon.api.records import Call, Meeting
    from confmon.clock import Clock
    from confmon.monitor.action import Action
    from confmon.monitor.port import Audit, Bridge

_PAUSES_S = (0.0, 0.2, 0.4, 0.8)
"""Between the answer and the first read, then between reads; the last one repeats."""

INTERRUPTED = Result(outcome=Outcome.UNKNOWN, detail="interrupted; it may have been sent")


async def carry_out(
    action: Action, bridge: Bridge, audit: Audit, codes: Codes, clock: Clock
) -> Result:
    """Audit, send, and read back until it shows or the verb's patience is over.

    Whatever interrupts it, an intent that was written gets its outcome.
    """
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
        result = await _send_and_prove(action, bridge, codes, clock)
    finally:
        try:
            audit.outcome(action, result)
        except OSError:
            detail = f"{result.detail}; its outcome could not be audited".lstrip("; ")
            result = Result(
                outcome=result.outcome,
                detail=detail,
                status=result.status,
                latency_s=result.latency_s,
            )
    return result


async def _send_and_prove(action: Action, bridge: Bridge, codes: Codes, clock: Clock) -> Result:
    sent_at = clock.now()
    status: int | None = None
    lost = ""
    try:
        await _send(action, bridge)
    except NotFound as error:
        return _gone(action, error.status, clock.now() - sent_at)
    except BridgeError as error:
        status = error.status
        if not error.lost:
            return Result(
                outcome=Outcome.REFUSED,
                detail=f"{error}. {error.hint}".rstrip(". ") if error.hint else str(error),
                status=status,
                latency_s=clock.now() - sent_at,
            )
        lost = f"the answer was lost: {error}"
    else:
        status = 200  # any 2xx
    latency_s = clock.now() - sent_at
    until = clock.now() + VERBS[action.verb].patience_s
    looks = 0
    trouble = ""
    for pause_s in itertools.chain(_PAUSES_S, itertools.repeat(_PAUSES_S[-1])):
        if clock.now() + pause_s > until:
            break
        await clock.sleep(pause_s)
        try:
            record = await _read(action, bridge)
        except NotFound:
            return _gone(action, status, latency_s)
        except BridgeError as error:
            trouble = str(error)
            if error.retry_after_s:
                await clock.sleep(min(error.retry_after_s, max(0.0, until - clock.now())))
            continue
        if identity_of(record) != action.identity:
            return _gone(action, status, latency_s)
        if action.method == "PUT" and shows(record, action.change, codes):
            return Result(outcome=Outcome.DONE, status=status, latency_s=latency_s)
        looks += 1
    if looks:
        detail = lost or "the server said yes, and a read shows otherwise"
        return Result(
            outcome=Outcome.NOT_APPLIED, detail=detail, status=status, latency_s=latency_s
        )
    detail = "; ".join(part for part in (lost, trouble) if part)
    return Result(outcome=Outcome.UNKNOWN, detail=detail, status=status, latency_s=latency_s)


def _gone(action: Action, status: int | None, latency_s: float) -> Result:
    """The target is not there: just what a DELETE wants, and too late for anything else."""
    done = action.method == "DELETE"
    return Result(
        outcome=Outcome.DONE if done else Outcome.GONE, status=status, latency_s=latency_s
    )


async def _send(action: Action, bridge: Bridge) -> None:
    match action.kind, action.method:
        case "call", "PUT":
            await bridge.put_call(action.target, action.change)
        case "call", "DELETE":
            await bridge.delete_call(action.target)
        case "meeting", "PUT":
            await bridge.put_meeting(action.target, action.change)
        case _:
            await bridge.delete_meeting(action.target)


async def _read(action: Action, bridge: Bridge) -> Call | Meeting:
    if action.kind == "call":
        return await bridge.get_call(action.target)
    return await bridge.get_meeting(action.target)
