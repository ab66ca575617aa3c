"""One action from the audit line to its proof, for a command that sends and then looks.

The screen proves many actions at once from its polls; here each target is read alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.api.errors import BridgeError, NotFound
from confmon.monitor.action import Outcome, Result
from confmon.monitor.audited import audited, pauses_s, refusal
from confmon.monitor.verbs import VERBS, identity_of, left_meanwhile, shows

if TYPE_CHECKING:
    from confmon.api.codes import Codes
    from confmon.api.records import Call, Meeting
    from confmon.clock import Clock
    from confmon.monitor.action import Action
    from confmon.monitor.port import Audit, Bridge


async def carry_out(
    action: Action, bridge: Bridge, audit: Audit, codes: Codes, clock: Clock
) -> Result:
    """Audit, send, and read back until it shows or the verb's patience is over.

    Whatever interrupts it, an intent that was written gets its outcome.
    """
    return await audited(action, audit, lambda: _send_and_prove(action, bridge, codes, clock))


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
            return refusal(error, clock.now() - sent_at)
        lost = f"the answer was lost: {error}"
    else:
        status = 200  # any 2xx
    latency_s = clock.now() - sent_at
    until = clock.now() + VERBS[action.verb].patience_s
    looks = 0
    trouble = ""
    for pause_s in pauses_s(clock, until):
        await clock.sleep(pause_s)
        try:
            record = await _read(action, bridge)
        except NotFound:
            return _left(action, status, latency_s)
        except BridgeError as error:
            trouble = str(error)
            if error.retry_after_s:
                await clock.sleep(min(error.retry_after_s, max(0.0, until - clock.now())))
            continue
        if identity_of(record) != action.identity:
            return _left(action, status, latency_s)
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


def _left(action: Action, status: int | None, latency_s: float) -> Result:
    """The target was there when the request was sent, and is gone now."""
    if action.method == "DELETE":
        return Result(outcome=Outcome.DONE, status=status, latency_s=latency_s)
    return left_meanwhile(action, latency_s)


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
