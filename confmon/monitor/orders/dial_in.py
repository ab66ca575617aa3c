"""Somebody is dialled and led into a meeting: a Mediator dialout, and the leg that proves it.

The Mediator dials the number, and when it answers the meeting's. The dialout is gone once the call
is set up, which says nothing about the meeting: only a new leg of that number in it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from confmon.models.identity import same_number
from confmon.models.people.phone_numbers import masked
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.log import LogEntry
from confmon.monitor.polling.snapshot import ALL_CALLS, calls_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.models.live_records import Call
    from confmon.monitor.actions.action import Action
    from confmon.monitor.orders.context import OrderContext
    from confmon.monitor.polling.live_store import LiveStore

PROVED_WITHIN_S: Final = 60.0
UNKNOWN_AFTER_S: Final = 120.0
"""So long a fresh read is waited for, that could tell that nobody came."""


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

    def result(self, store: LiveStore, now: float) -> Result | None:
        """Return what became of it, as reads show by now; None: nothing yet."""
        calls = store.live_state.by_meeting.get(self.meeting, {})
        due = self.since + PROVED_WITHIN_S
        read = [store.seen.get(feed) for feed in (ALL_CALLS, calls_of(self.meeting))]
        if any(self._is_it(call) for call in calls.values() if call.id not in self.before):
            outcome, words = Outcome.DONE, "joined"
        elif any(snapshot is not None and snapshot.asked_at >= due for snapshot in read):
            outcome, words = Outcome.NOT_APPLIED, "not seen within a minute in"
        elif now >= due + UNKNOWN_AFTER_S:
            outcome, words = Outcome.UNKNOWN, "no fresh data tells who joined"
        else:
            return None
        return Result(outcome=outcome, detail=f"{words} {self.meeting}")

    def _is_it(self, call: Call) -> bool:
        ends = [end for end in (call.caller, call.callee) if end]
        return any(same_number(end, self.number) for end in ends)


class DialIns:
    """Everybody who is on the way into a meeting."""

    def __init__(self, context: OrderContext) -> None:
        self._context = context
        self._waiting: list[DialIn] = []

    @property
    def meetings(self) -> set[int]:
        """The meetings that somebody is on the way into: their callers are read often."""
        return {dial_in.meeting for dial_in in self._waiting}

    def begin(self, edit: Action, number: int) -> Callable[[Result], None]:
        """Watch for a new leg in a meeting. Return what takes the result of the dialout."""
        before = frozenset(self._context.store.live_state.by_meeting.get(number, {}))
        phone = str(edit.change["stage_one_destination_did"])
        dial_in = DialIn(edit, phone, number, self._context.clock.now(), before)
        self._waiting.append(dial_in)

        def sent(result: Result) -> None:
            if result.outcome is Outcome.REFUSED and dial_in in self._waiting:
                self._waiting.remove(dial_in)
                self._context.say(
                    f"{masked(phone, mask=self._context.mask)} was not dialled: {result.detail}"
                )

        return sent

    def look(self) -> None:
        """Say who has joined, and who has not in time."""
        for dial_in in list(self._waiting):
            if (
                result := dial_in.result(self._context.store, self._context.clock.now())
            ) is not None:
                self._waiting.remove(dial_in)
                self._context.pending_actions.log.append(
                    LogEntry(dial_in.edit, self._context.clock.wall(), result)
                )
                self._context.say(
                    f"{masked(dial_in.number, mask=self._context.mask)}: {result.detail}"
                )
