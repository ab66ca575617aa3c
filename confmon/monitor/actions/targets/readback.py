"""Reads the target of one action until a read proves what became of it.

For a form or a command, which waits for one action: the screen judges many at once from its polls.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from confmon.models.errors import BridgeError
from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.judge import (
    ContraryReads,
    Evidence,
    give_up_s,
    judge,
    judge_end,
    patience_s,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from confmon.clock import Clock
    from confmon.monitor.actions.action import Action

_PAUSES_S: Final = (0.0, 0.2, 0.4, 0.8)
"""Between the answer and the first read, then between reads; the last one repeats."""
_SELDOM_S: Final = 3.0
"""Between reads once what is usual has passed."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What reading a target back has come to.

    `evidence` is what the read showed that settled it, None where none did; it was asked for
    `waited_s` after the answer and came `proved_s` after it. `differs` is what the last read that
    did not show the change shows instead, `trouble` why the last other one proved nothing.
    """

    outcome: Outcome
    contrary: ContraryReads
    evidence: Evidence | None = None
    waited_s: float = 0.0
    proved_s: float | None = None
    differs: str = ""
    trouble: str = ""


async def read_back(
    action: Action,
    read_evidence: Callable[[], Awaitable[tuple[Evidence, str]]],
    clock: Clock,
    *,
    lost: bool,
) -> Proof:
    """Read a target after its answer until a read settles the action, or time is over.

    `read_evidence` returns what a read shows, and in words what differs; it raises BridgeError.
    """
    answered_at = clock.now()
    contrary, differs, trouble = ContraryReads(), "", ""
    for pause_s in _pauses_s(action, answered_at, clock):
        await clock.sleep(pause_s)
        asked_at = clock.now()
        try:
            evidence, words = await read_evidence()
        except BridgeError as error:
            trouble = str(error)
            if error.retry_after_s:
                rest_s = max(0.0, answered_at + give_up_s(action) - clock.now())
                await clock.sleep(min(error.retry_after_s, rest_s))
            continue
        waited_s = asked_at - answered_at
        contrary = contrary.after(evidence, waited_s)
        if evidence is Evidence.NOT_SHOWN:
            differs = words
        elif evidence is Evidence.UNREADABLE:
            trouble = words
        outcome = judge(action, evidence, contrary, waited_s, lost=lost)
        if outcome not in (None, Outcome.UNKNOWN):  # a lost one may still be on its way
            proved_s = clock.now() - answered_at
            return Proof(outcome, contrary, evidence, waited_s, proved_s, differs, trouble)
    return Proof(judge_end(action, contrary), contrary, differs=differs, trouble=trouble)


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
