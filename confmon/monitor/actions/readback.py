"""One action from the audit line to its proof, for a form or a command that sends and then looks.

The screen judges many actions at once from its polls; here each target is read by itself.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from confmon.models.errors import PASSING, BridgeError
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.journal import INTERRUPTED, ActionLines
from confmon.monitor.actions.judge import (
    Evidence,
    Looks,
    give_up_s,
    judge,
    judge_end,
    patience_s,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from confmon.clock import Clock
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.journal import Audit

_PAUSES_S: Final = (0.0, 0.2, 0.4, 0.8)
"""Between the answer and the first read, then between reads; the last one repeats."""
_SELDOM_S: Final = 3.0
"""Between reads once what is usual has passed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the request itself was answered; `lost` says why there was no answer."""

    status: int | None = None
    latency_s: float | None = None
    lost: str = ""

    def result(self, outcome: Outcome, detail: str = "", proved_s: float | None = None) -> Result:
        """Return the result of an action that was answered so."""
        return Result(
            outcome=outcome,
            detail=detail,
            status=self.status,
            latency_s=self.latency_s,
            proved_s=proved_s,
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """What reading a target back has come to.

    `evidence` is what the read showed that settled it, None where none did; it was asked for
    `waited_s` after the answer and came `proved_s` after it. `differs` is what the last read that
    did not show the change shows instead, `trouble` why the last other one proved nothing.
    """

    outcome: Outcome
    looks: Looks
    evidence: Evidence | None = None
    waited_s: float = 0.0
    proved_s: float | None = None
    differs: str = ""
    trouble: str = ""


class ActionTarget(ABC):
    """What one action is done to: how it is looked at, sent to and proved.

    `action` has its value before as the last look showed it.
    """

    def __init__(self, action: Action) -> None:
        self.action = action

    def refusal(self) -> Result | None:
        """Return why nothing may be sent to it now, or None."""
        return None

    async def look_first(self) -> Result | None:
        """Look before the audit line whether it is the same. Returns why it is not, or None."""
        return None

    async def check(self) -> Result | None:
        """Look after the audit line whether it is as it was. Returns why it is not, or None."""
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
    ended = target.refusal() or await target.look_first() or target.refusal()
    # The audit line is on the disk before the request; that takes its time.
    ended = ended or await write_intent(target.action)
    ended = ended or target.refusal() or await target.check()
    if ended is not None:
        return ended
    sent_at = clock.now()
    try:
        return await target.send()
    except BridgeError as error:
        return target.failed(error, clock.now() - sent_at)


def refused(error: BridgeError, latency_s: float) -> Result:
    """Return the result of a request that was answered with no."""
    hint = "" if isinstance(error, PASSING) else error.hint
    return Result(
        outcome=Outcome.REFUSED,
        detail=f"{error}. {hint}".rstrip(". ") if hint else str(error),
        status=error.status,
        latency_s=latency_s,
    )


async def read_back(
    action: Action, look: Callable[[], Awaitable[tuple[Evidence, str]]], clock: Clock, *, lost: bool
) -> Proof:
    """Read a target after its answer until a read settles the action, or time is over.

    `look` returns what a read shows, and in words what is otherwise; it raises BridgeError.
    """
    answered_at = clock.now()
    looks, differs, trouble = Looks(), "", ""
    for pause_s in _pauses_s(action, answered_at, clock):
        await clock.sleep(pause_s)
        asked_at = clock.now()
        try:
            evidence, words = await look()
        except BridgeError as error:
            trouble = str(error)
            if error.retry_after_s:
                rest_s = max(0.0, answered_at + give_up_s(action) - clock.now())
                await clock.sleep(min(error.retry_after_s, rest_s))
            continue
        waited_s = asked_at - answered_at
        looks = looks.after(evidence, waited_s)
        if evidence is Evidence.NOT_SHOWN:
            differs = words
        elif evidence is Evidence.UNREADABLE:
            trouble = words
        outcome = judge(action, evidence, looks, waited_s, lost=lost)
        if outcome not in (None, Outcome.UNKNOWN):  # a lost one may still be on its way
            proved_s = clock.now() - answered_at
            return Proof(outcome, looks, evidence, waited_s, proved_s, differs, trouble)
    return Proof(judge_end(action, looks), looks, differs=differs, trouble=trouble)


def _pauses_s(action: Action, answered_at: float, clock: Clock) -> Iterator[float]:
    """Yield how long to wait before each read."""
    usual_until = answered_at + patience_s(action)
    for pause_s in itertools.chain(_PAUSES_S, itertools.repeat(_PAUSES_S[-1])):
        if clock.now() + pause_s > usual_until:
            break
        yield pause_s
    give_up_at = answered_at + give_up_s(action)
    if give_up_at > usual_until:
        yield max(0.0, usual_until - clock.now())
        while clock.now() + _SELDOM_S <= give_up_at:
            yield _SELDOM_S
