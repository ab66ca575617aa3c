"""The requests of actions on calls and meetings, and the reads that show their targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from confmon.models.errors import BridgeError, NotFound
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.journal import refusal
from confmon.monitor.actions.judge import Evidence, patience_s, see
from confmon.monitor.actions.readback import Proof, Reply
from confmon.monitor.actions.verbs import left_meanwhile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.models.calls import Answer, Call, Meeting, Value
    from confmon.models.codes import Codes
    from confmon.monitor.actions.action import Action
    from confmon.ports import Bridge


async def send(action: Action, bridge: Bridge) -> Answer:
    """Send it once. Raises BridgeError."""
    resource, key = action.target
    change = cast("Mapping[str, Value]", action.change)
    match resource, action.method:
        case "call", "PUT":
            return await bridge.put_call(key, change)
        case "call", "DELETE":
            return await bridge.delete_call(key)
        case "meeting", "PUT":
            return await bridge.put_meeting(key, change)
        case "meeting", "DELETE":
            return await bridge.delete_meeting(key)
        case what:
            raise ValueError(f"no such action: {what}")


async def read(action: Action, bridge: Bridge) -> Call | Meeting:
    """Read the call or meeting by itself. Raises BridgeError; NotFound: it is gone."""
    resource, key = action.target
    if resource == "call":
        return await bridge.get_call(key)
    return await bridge.get_meeting(key)


class LiveTarget:
    """The call or meeting of one action, for `confmon.monitor.actions.readback.carry_out`."""

    def __init__(
        self, action: Action, bridge: Bridge, codes: Codes, heed: Callable[[BridgeError], None]
    ) -> None:
        """`heed` is called with an answer that says no."""
        self.action = action
        self._bridge = bridge
        self._codes = codes
        self._heed = heed

    async def check(self) -> Result | None:
        """Nothing more to look at: whoever made the action has just read its target."""
        return None

    async def send(self) -> Reply:
        """Send it once. Raises BridgeError."""
        status, latency_s = await send(self.action, self._bridge)
        return Reply(status, latency_s)

    def failed(self, error: BridgeError, latency_s: float) -> Result | Reply:
        """Return how it ended when the answer was an error; a Reply: only reading can tell.

        A target that is not there is just what a DELETE wants, and too late for anything else.
        """
        if isinstance(error, NotFound):
            done = self.action.method == "DELETE"
            return Reply(error.status, latency_s).result(Outcome.DONE if done else Outcome.GONE)
        self._heed(error)
        if not error.lost:
            return refusal(error, latency_s)
        return Reply(error.status, lost=f"the answer was lost: {error}")

    async def look(self) -> tuple[Evidence, str]:
        """Read it. Returns what that shows of the change. Raises BridgeError."""
        try:
            evidence = see(self.action, await read(self.action, self._bridge), self._codes)
        except NotFound:
            return Evidence.GONE, ""
        unreadable = f"{' and '.join(self.action.change)} cannot be read"
        return evidence, unreadable if evidence is Evidence.UNREADABLE else ""

    def result(self, reply: Reply, proof: Proof) -> Result:
        """Return what became of the action, in words."""
        match proof.outcome:
            case Outcome.LEFT:
                return left_meanwhile(self.action, reply.latency_s, proof.proved_s)
            case Outcome.DONE:
                is_late = proof.evidence is Evidence.SHOWN
                is_late = is_late and proof.waited_s > patience_s(self.action)
                detail = "applied late" if is_late else ""
                return reply.result(Outcome.DONE, detail, proof.proved_s)
            case Outcome.NOT_APPLIED:
                detail = "the server said yes, and reads show otherwise"
            case _:
                count = proof.looks.count
                seen = f"{count} reads show no change" if count else ""
                detail = "; ".join(part for part in (reply.lost, seen, proof.trouble) if part)
        return reply.result(proof.outcome, detail)
