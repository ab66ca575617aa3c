"""The target of an action of the screen: judged later, by the polls and by reads of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.errors import BridgeError, NotFound
from confmon.models.live_records import Call
from confmon.monitor.actions.action import Outcome, Reply, Result
from confmon.monitor.actions.targets.live_target import LiveTarget, renew
from confmon.monitor.actions.verbs import has_values
from confmon.monitor.polling.freshness import FRESH_S
from confmon.process.bugs import report_bug

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from confmon.models.live_records import Meeting
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.targets.reader import TargetReader


class QueuedTarget(LiveTarget):
    """The call or meeting of the one action that is next."""

    def __init__(
        self, action: Action, reader: TargetReader, why_not: Callable[[Action], Awaitable[str]]
    ) -> None:
        """`why_not` returns why an action may not be sent now, or an empty string."""
        super().__init__(action, reader.bridge)
        self._reader = reader
        self._store = reader.store
        self._pending_actions = reader.pending_actions
        self._clock = reader.clock
        self._why_not = why_not
        self._looked_at = self._sent_at = 0.0

    async def refusal(self) -> Result | None:
        """Return why nothing may be sent to it now, or None. A bulk waits for fresh data."""
        reason = await self._why_not(self.action)
        return Result(outcome=Outcome.REFUSED, detail=reason) if reason else None

    async def read_first(self) -> Result | None:
        """Read it again if that is due. Returns why nothing may be sent, or None.

        What this read shows is the value before, and what undo brings back.
        """
        action, asked_at = self.action, self._clock.now()
        self._looked_at = asked_at
        if action.method != "DELETE" and asked_at - self._store.read_at(action.target) <= FRESH_S:
            return None
        try:
            record = await self._reader.read(action)
        except BridgeError as error:
            self._reader.note_error(error)
            return _unsent(f"it could not be read first: {error}")
        except Exception as error:  # noqa: BLE001 - a bug of ours: unseen is not the same one
            report_bug(error)
            return _unsent("it could not be read first")
        self._store.take_single(action.target, record, asked_at)
        if record is None:
            return Result(outcome=Outcome.GONE)
        if not action.is_on(record):
            is_call = action.resource == "call"
            who = "caller has this id" if is_call else "meeting has this number"
            return _unsent(f"another {who} by now")
        if why := self._changed(record):
            return _unsent(why)
        now = renew(action, record)
        if now.before != action.before:
            self.action = now
            self._pending_actions.renew(now)
        return None

    async def check(self) -> Result | None:
        """Look again if its line has waited for fresh data: the line has the value before."""
        if self._clock.now() - self._looked_at <= FRESH_S:
            return None
        before = self.action.before
        if ended := await self.read_first():
            return ended
        record = self._store.record(self.action.target)
        is_same = record is not None and has_values(record, before)
        return None if is_same else _unsent("changed since")

    def _changed(self, record: Call | Meeting) -> str:
        """Return what a fresh read shows that forbids the action, or an empty string."""
        action = self.action
        if action.unless_changed and not has_values(record, action.before):
            return "changed since"
        wanted, was = action.change.get("muteMode"), action.before.get("muteMode")
        if not (isinstance(record, Call) and isinstance(wanted, int)):
            return ""
        codes = self._store.live_state.codes
        opens = codes.is_muted(wanted) is False and codes.is_soft_muted(record.mute_mode)
        was_soft = isinstance(was, int) and codes.is_soft_muted(was)
        # Nobody opens by one key the line of who may have muted it himself: the next key asks.
        return "muted by the caller or softly since" if opens and not was_soft else ""

    async def send(self) -> Reply:
        """Send it once. Raises BridgeError."""
        self._pending_actions.sent(self.action)
        self._sent_at = self._clock.now()
        try:
            return await super().send()
        except BridgeError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug of ours may come after the request
            report_bug(error)
            return Reply(lost=type(error).__name__)

    def failed(self, error: BridgeError, latency_s: float) -> Result | Reply:
        """Return how it ended when the answer was an error; a Reply: only reading can tell."""
        if isinstance(error, NotFound):
            # A 404 on its own request is as good as a clean scan.
            self._store.take_single(self.action.target, None, self._sent_at)
            outcome = Outcome.DONE if self.action.method == "DELETE" else Outcome.GONE
            detail = "already left" if self.action.resource == "call" else "already ended"
            detail = "" if detail == outcome.value else detail  # not the same words twice
            return Reply(error.status, latency_s).result(outcome, detail)
        self._reader.note_error(error)
        if error.lost:
            return Reply(lost=f"the answer was lost: {error}")
        return Reply(error.status, latency_s).result(Outcome.REFUSED, str(error))


def _unsent(why: str) -> Result:
    return Result(outcome=Outcome.REFUSED, detail=f"{why}; nothing was sent")
