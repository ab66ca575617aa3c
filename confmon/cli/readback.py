"""One action from the audit line to its proof, for a command that sends and then looks.

The screen proves many actions at once from its polls; here each target is read alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from confmon.models.errors import BridgeError, NotFound
from confmon.monitor.actions import live_requests
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.journal import audited, pauses_s, refusal
from confmon.monitor.actions.judge import LOOKS_BEFORE_NO, UNKNOWN_AFTER_S
from confmon.monitor.actions.verbs import VERBS, left_meanwhile, shows, tells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from confmon.clock import Clock
    from confmon.models.codes import Codes
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.journal import Audit
    from confmon.ports import Bridge

_SELDOM_S: Final = 3.0


async def send_and_prove(
    action: Action,
    bridge: Bridge,
    audit: Audit,
    codes: Codes,
    clock: Clock,
    *,
    heed: Callable[[BridgeError], None] = lambda _: None,
) -> Result:
    """Audit, send, and read back until it shows, the verb's patience is over, or nobody can tell.

    Whatever interrupts it, an intent that was written gets its outcome. `heed` is called with an
    answer that says no.
    """
    return await audited(action, audit, lambda: _send_and_prove(action, bridge, codes, clock, heed))


async def _send_and_prove(
    action: Action,
    bridge: Bridge,
    codes: Codes,
    clock: Clock,
    heed: Callable[[BridgeError], None],
) -> Result:
    sent_at = clock.now()
    told = _Told()
    try:
        told.status, told.latency_s = await live_requests.send(action, bridge)
    except NotFound as error:
        return _gone(action, _Told(error.status, clock.now() - sent_at))
    except BridgeError as error:
        heed(error)
        if not error.lost:
            return refusal(error, clock.now() - sent_at)
        told = _Told(error.status, lost=f"the answer was lost: {error}")
    answered_at = clock.now()
    patience_s = VERBS[action.verb].patience_s
    looks, trouble = 0, ""
    for pause_s in _pauses_s(clock, answered_at, patience_s):
        await clock.sleep(pause_s)
        asked_at = clock.now()
        try:
            record = await live_requests.read(action, bridge)
        except NotFound:
            return _left(action, told, clock.now() - answered_at)
        except BridgeError as error:
            trouble = str(error)
            if error.retry_after_s:
                rest_s = answered_at + UNKNOWN_AFTER_S - clock.now()
                await clock.sleep(min(error.retry_after_s, max(0.0, rest_s)))
            continue
        proved_s = clock.now() - answered_at
        if not action.is_on(record):
            return _left(action, told, proved_s)
        if action.method == "PUT" and not tells(record, action.change):
            trouble = f"{' and '.join(action.change)} cannot be read"
            continue
        if action.method == "PUT" and shows(record, action.change, codes):
            is_late = asked_at - answered_at > patience_s
            return told.result(Outcome.DONE, "applied late" if is_late else "", proved_s)
        looks += 1
        enough = looks >= LOOKS_BEFORE_NO and asked_at - answered_at >= patience_s
        if enough and not told.lost:  # a lost one may still be on its way
            detail = "the server said yes, and reads show otherwise"
            return told.result(Outcome.NOT_APPLIED, detail)
    seen = f"{looks} reads show no change" if looks else ""
    detail = "; ".join(part for part in (told.lost, seen, trouble) if part)
    return told.result(Outcome.UNKNOWN, detail)


@dataclass
class _Told:
    """What the request itself was answered: nothing, if the answer was lost."""

    status: int | None = None
    latency_s: float | None = None
    lost: str = ""

    def result(self, outcome: Outcome, detail: str = "", proved_s: float | None = None) -> Result:
        return Result(
            outcome=outcome, detail=detail, status=self.status, latency_s=self.latency_s,
            proved_s=proved_s,
        )  # fmt: skip


def _pauses_s(clock: Clock, answered_at: float, patience_s: float) -> Iterator[float]:
    """Yield how long to wait before each read: seldom, once what is usual has passed."""
    yield from pauses_s(clock, answered_at + patience_s)
    yield max(0.0, answered_at + patience_s - clock.now())
    while clock.now() + _SELDOM_S <= answered_at + UNKNOWN_AFTER_S:
        yield _SELDOM_S


def _gone(action: Action, told: _Told, proved_s: float | None = None) -> Result:
    """The target is not there: just what a DELETE wants, and too late for anything else."""
    done = action.method == "DELETE"
    return told.result(Outcome.DONE if done else Outcome.GONE, proved_s=proved_s)


def _left(action: Action, told: _Told, proved_s: float) -> Result:
    """The target was there when the request was sent, and is gone now."""
    if action.method == "DELETE":
        return told.result(Outcome.DONE, proved_s=proved_s)
    return left_meanwhile(action, told.latency_s, proved_s)
