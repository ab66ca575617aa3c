"""`poll`: start a poll in a live meeting. The API agrees to it and never shows it."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from confmon.cli import composition
from confmon.cli.commands import change
from confmon.clock import SystemClock
from confmon.models.errors import BridgeError, NotFound
from confmon.models.identity import identity_of
from confmon.monitor.actions.action import Action, Outcome, Result
from confmon.monitor.actions.journal import audited, refusal
from confmon.monitor.actions.plan import label_of
from confmon.monitor.actions.verbs import new_id
from confmon.process import exits
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.api.live import ConferenceClient

STARTED = 2
"""The one status of `pollingMode` in the reference, in its example of changing a meeting."""
_UNSEEN = "the server said yes; no read ever shows a poll, so nothing proves it"


def run(arguments: Namespace) -> int:
    """Start it. The exit code is 1 at best: what can't be read back is not known."""
    configuration = change.prepare(arguments, "poll", asks=False, mediator=False)
    audit = composition.audit_log(configuration.settings, "cli")
    clock = SystemClock()

    async def work(bridge: ConferenceClient) -> int:
        number = arguments.meeting
        try:
            meeting = await bridge.get_meeting(number)
        except NotFound as error:
            raise change.gone(f"live meeting {number}", error) from None
        except BridgeError as error:
            raise exits.ended_by(error, "nothing was sent") from None
        action = Action(
            id=new_id(), verb="poll", resource="meeting", key=number, label=label_of(meeting),
            method="PUT", change={"pollingMode.status": STARTED}, meeting=number,
            identity=identity_of(meeting), seen=meeting,
        )  # fmt: skip

        async def send() -> Result:
            sent_at = clock.now()
            try:
                answer = await bridge.put_meeting(number, {"pollingMode": {"status": STARTED}})
            except NotFound as error:
                return Result(outcome=Outcome.GONE, status=error.status)
            except BridgeError as error:
                if not error.lost:
                    return refusal(error, clock.now() - sent_at)
                return Result(outcome=Outcome.UNKNOWN, detail=f"the answer was lost: {error}")
            status, latency_s = answer
            return Result(
                outcome=Outcome.UNKNOWN, detail=_UNSEEN, status=status, latency_s=latency_s
            )

        try:
            result = await audited(action, audit, send)
        except asyncio.CancelledError:
            print_notice(f"{action.label}: interrupted; confmon audit says how far it came")
            raise
        detail = f": {result.detail}" if result.detail else ""
        print(f"{action.label}: poll {result.outcome.value}{detail}", file=sys.stderr, flush=True)
        return change.code_of(result)

    return composition.with_api(configuration, work)
