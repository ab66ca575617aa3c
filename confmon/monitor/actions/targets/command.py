"""The target of a verb of the command line: read again if that is due, and read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.models.errors import BridgeError, NotFound
from confmon.monitor.actions.action import Outcome, Reply, Result
from confmon.monitor.actions.judge import Evidence, evidence_of, patience_s
from confmon.monitor.actions.targets.live_target import LiveTarget, read, renew
from confmon.monitor.actions.targets.readback import read_back
from confmon.monitor.actions.targets.target import refused
from confmon.monitor.actions.verbs import left_meanwhile

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.clock import Clock
    from confmon.models.codes import Codes
    from confmon.monitor.actions.action import Action
    from confmon.ports import Bridge


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent(Result):
    """Nothing was sent; `detail` says why."""


class CommandTarget(LiveTarget):
    """The target of a verb of the command line, which reads it back by itself."""

    def __init__(
        self,
        action: Action,
        bridge: Bridge,
        codes: Codes,
        clock: Clock,
        *,
        is_due: Callable[[], bool] = lambda: False,
        refuses_login: Callable[[], bool] = lambda: False,
        note_error: Callable[[BridgeError], None] = lambda _error: None,
    ) -> None:
        """`is_due`: whether it was read too long ago. `note_error` takes a refusal.

        `refuses_login`: whether such an answer has refused the login.
        """
        super().__init__(action, bridge)
        self._codes = codes
        self._clock = clock
        self._is_due = is_due
        self._refuses_login = refuses_login
        self._note_error = note_error
        self.is_checked = False
        """Whether it is the one that was meant, as far as a read before the request shows."""

    async def refusal(self) -> Result | None:
        """Return why nothing may be sent to it now, or None."""
        if not self._refuses_login():
            return None
        detail = "the login is not accepted; nothing was sent"
        return Unsent(outcome=Outcome.REFUSED, detail=detail, status=401)

    async def read_first(self) -> Result | None:
        """Read it again where that is due. Returns why it is not the one that was meant."""
        ended = await self._read_again() if self._is_due() else None
        self.is_checked = ended is None
        return ended

    async def _read_again(self) -> Result | None:
        try:
            record = await read(self.action, self._bridge)
        except NotFound:
            return Unsent(outcome=Outcome.GONE, detail="already gone; nothing was sent")
        except BridgeError as error:
            detail = f"it could not be read first: {error}; nothing was sent"
            return Unsent(outcome=Outcome.REFUSED, detail=detail)
        if not self.action.is_on(record):
            detail = "another one has its number by now; nothing was sent"
            return Unsent(outcome=Outcome.REFUSED, detail=detail)
        self.action = renew(self.action, record)
        return None

    def failed(self, error: BridgeError, latency_s: float) -> Result | Reply:
        """Return how it ended when the answer was an error; a Reply: only reading can tell.

        A target that is not there is just what a DELETE wants, and too late for anything else.
        """
        if isinstance(error, NotFound):
            done = self.action.method == "DELETE"
            return Reply(error.status, latency_s).result(Outcome.DONE if done else Outcome.GONE)
        self._note_error(error)
        if not error.lost:
            return refused(error, latency_s)
        return Reply(error.status, lost=f"the answer was lost: {error}")

    async def read_evidence(self) -> tuple[Evidence, str]:
        """Read it. Returns what that shows of the change. Raises BridgeError."""
        try:
            evidence = evidence_of(self.action, await read(self.action, self._bridge), self._codes)
        except NotFound:
            return Evidence.GONE, ""
        unreadable = f"{' and '.join(self.action.change)} cannot be read"
        return evidence, unreadable if evidence is Evidence.UNREADABLE else ""

    async def prove(self, reply: Reply) -> Result:
        """Read it back, and say what became of the action."""
        proof = await read_back(self.action, self.read_evidence, self._clock, lost=bool(reply.lost))
        match proof.outcome:
            case Outcome.LEFT:
                return left_meanwhile(self.action, reply.latency_s, proof.proved_s)
            case Outcome.DONE:
                is_late = proof.evidence is Evidence.SHOWN
                is_late = is_late and proof.waited_s > patience_s(self.action)
                detail = "applied late" if is_late else ""
                return reply.result(Outcome.DONE, detail, proof.proved_s)
            case Outcome.NOT_APPLIED:
                detail = "the server accepted it, and reads show otherwise"
            case _:
                count = proof.contrary.count
                seen = f"{count} reads show no change" if count else ""
                detail = "; ".join(part for part in (reply.lost, seen, proof.trouble) if part)
        return reply.result(proof.outcome, detail)
