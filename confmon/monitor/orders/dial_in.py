"""Somebody is dialled and led into a meeting: a Mediator dialout, and the leg that proves it.

The Mediator dials the number, and when it answers the meeting's. The dialout is gone once the call
is set up, which says nothing about the meeting: only a new leg of that number in it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from confmon.models.identity import same_number
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.polling.snapshot import ALL_CALLS, calls_of

if TYPE_CHECKING:
    from confmon.models.live_records import Call
    from confmon.monitor.actions.action import Action
    from confmon.monitor.polling.live_store import LiveStore

PROVED_WITHIN_S: Final = 60.0
UNTOLD_AFTER_S: Final = 120.0
"""So long a fresh read is waited for, that could tell that nobody came."""

_WORDS: Final = {
    "joined": (Outcome.DONE, "joined"),
    "not seen": (Outcome.NOT_APPLIED, "not seen within a minute in"),
    "unknown": (Outcome.UNKNOWN, "no fresh data tells who joined"),
}

Seen = Literal["", "joined", "not seen", "unknown"]


@dataclass(eq=False, slots=True)
class DialIn:
    """One number on its way into a meeting, by an `edit`. `since` is on the monotonic clock.

    `before` are the legs that were in the meeting when it was asked for: they are not the new one.
    """

    edit: Action
    number: str
    meeting: int
    since: float
    before: frozenset[int]

    def seen(self, store: LiveStore, now: float) -> Seen:
        """Return what reads show by now; empty: nothing yet."""
        calls = store.live_state.by_meeting.get(self.meeting, {})
        if any(self._is_it(call) for call in calls.values() if call.id not in self.before):
            return "joined"
        due = self.since + PROVED_WITHIN_S
        if now < due:
            return ""
        read = [
            store.seen[feed] for feed in (ALL_CALLS, calls_of(self.meeting)) if feed in store.seen
        ]
        if any(snapshot.asked_at >= due for snapshot in read):
            return "not seen"
        return "unknown" if now >= due + UNTOLD_AFTER_S else ""

    def result(self, seen: Seen) -> Result:
        """Return what became of it, for the log."""
        outcome, words = _WORDS[seen]
        return Result(outcome=outcome, detail=f"{words} {self.meeting}")

    def _is_it(self, call: Call) -> bool:
        ends = [end for end in (call.caller, call.callee) if end]
        return any(same_number(end, self.number) for end in ends)
