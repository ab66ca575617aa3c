"""`poll`: start a poll in a live meeting. The API agrees to it and never shows it."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from confmon.cli import composition
from confmon.cli.commands import preparation
from confmon.clock import SystemClock
from confmon.models.errors import BridgeError, NotFound
from confmon.models.identity import identity_of
from confmon.monitor.actions.action import Action, Outcome, Reply, Result
from confmon.monitor.actions.plan import label_of
from confmon.monitor.actions.sending import carry_out
from confmon.monitor.actions.targets.live_target import LiveTarget
from confmon.monitor.actions.targets.target import refused
from confmon.monitor.actions.verbs import new_id
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.api.live import ConferenceClient

STARTED = 2
"""The one status of `pollingMode` in the reference, in its example of changing a meeting."""
_UNSEEN = "the server accepted it; no read ever shows a poll, so nothing proves it"


def run(arguments: Namespace) -> int:
    """Start it. The exit code is 1 at best: what can't be read back is not known."""
    configuration = preparation.prepare(arguments, "poll")
    audit = composition.audit_log(configuration.settings, "cli")
    clock = SystemClock()

    async def work(bridge: ConferenceClient) -> int:
        number = arguments.meeting
        with preparation.before_sending(f"live meeting {number}"):
            meeting = await bridge.get_meeting(number)
        action = Action(
            id=new_id(), verb="poll", resource="meeting", key=number, label=label_of(meeting),
            method="PUT", change={"pollingMode.status": STARTED}, meeting=number,
            identity=identity_of(meeting), seen=meeting,
        )  # fmt: skip

        try:
            result = await carry_out(_PollTarget(action, bridge), audit, clock)
        except asyncio.CancelledError:
            print_notice(f"{action.label}: interrupted; confmon audit says how far it came")
            raise
        detail = f": {result.detail}" if result.detail else ""
        print(f"{action.label}: poll {result.outcome.value}{detail}", file=sys.stderr, flush=True)
        return preparation.exit_code_of(result)

    return composition.with_api(configuration, work)


class _PollTarget(LiveTarget):
    """The meeting that a poll is started in."""

    async def send(self) -> Reply:
        """Start it. Raises BridgeError."""
        number = self.action.target[1]
        answer = await self._bridge.put_meeting(number, {"pollingMode": {"status": STARTED}})
        return Reply(answer.status, answer.latency_s)

    def failed(self, error: BridgeError, latency_s: float) -> Result | Reply:
        """Return how it ended: no read could tell more."""
        if isinstance(error, NotFound):
            return Result(outcome=Outcome.GONE, status=error.status)
        if not error.lost:
            return refused(error, latency_s)
        return Result(outcome=Outcome.UNKNOWN, detail=f"the answer was lost: {error}")

    async def prove(self, reply: Reply) -> Result:
        """Say that nothing is known."""
        return reply.result(Outcome.UNKNOWN, _UNSEEN)
