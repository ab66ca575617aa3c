"""The steps of every action: from the audit line to the request, and on to its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.errors import BridgeError
from confmon.monitor.actions.action import Result
from confmon.monitor.actions.journal import INTERRUPTED, ActionLines

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from confmon.clock import Clock
    from confmon.monitor.actions.action import Action, Reply
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.actions.targets.target import ActionTarget


async def carry_out(target: ActionTarget, audit: Audit, clock: Clock) -> Result:
    """Send an action, find out what became of it, and write both lines of the audit log.

    Whatever interrupts it, an intent that was written gets its outcome.
    """
    lines, result = ActionLines(audit), INTERRUPTED
    try:
        sent = await send_once(target, lines.write_intent, clock)
        result = sent if isinstance(sent, Result) else await target.prove(sent)
    finally:
        result = lines.write_outcome(result)
    return result


async def send_once(
    target: ActionTarget, write_intent: Callable[[Action], Awaitable[Result | None]], clock: Clock
) -> Reply | Result:
    """Go the steps of every action: allowed? → is it the same? → audit line → allowed? → request.

    Returns the reply that a read has to judge, or what became of the action where none has to.
    """
    ended = await target.refusal() or await target.read_first() or await target.refusal()
    # The audit line is on the disk before the request; that takes its time.
    ended = ended or await write_intent(target.action)
    ended = ended or await target.refusal() or await target.check()
    if ended is not None:
        return ended
    sent_at = clock.now()
    try:
        return await target.send()
    except BridgeError as error:
        return target.failed(error, clock.now() - sent_at)
