"""The search for a noisy line: half of those who can be heard are muted, and the operator is asked.

Everybody who is cleared gets the own state back at once; so does everybody when the search ends,
whatever ends it. What has to wait for fresh data is restored then.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from confmon.models.identity import same_call
from confmon.models.live_records import Call
from confmon.monitor.actions.plan import label_of
from confmon.monitor.actions.verbs import build, new_id
from confmon.monitor.orders.account import Account
from confmon.monitor.orders.halving import most_rounds, narrow_down, next_half
from confmon.monitor.orders.order import title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.models.live_records import Meeting
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.orders.account import Owed
    from confmon.monitor.orders.context import OrderContext
    from confmon.monitor.orders.ledger import Ledger, Restoring
    from confmon.monitor.polling.live_store import LiveStore

LEFT = "everybody who was suspected has left"
NOBODY = "none of them could be muted"
NO_END = "the answers lead to nobody: the noise comes and goes"


class Phase(Enum):
    """What the search waits for."""

    MUTING = "muting"
    ASKING = "asking"
    FOUND = "found"
    OVER = "over"


def heard(calls: Sequence[Call], store: LiveStore, pending_actions: PendingActions) -> list[Call]:
    """Return who can be heard, hosts last: they are muted last."""
    codes = store.live_state.codes
    found = [
        call
        for call in calls
        if codes.role(call.role) != "recording"
        and codes.is_muted(call.mute_mode) is False
        and codes.is_held(call.hold_mode) is False
        and pending_actions.changing(("call", call.id), ("muteMode", "holdMode")) is None
    ]
    return sorted(found, key=lambda call: (codes.role(call.role) == "host", call.id))


class Search:
    """One search in one meeting, until it is over."""

    def __init__(
        self,
        meeting: Meeting,
        suspects: Sequence[Call],
        context: OrderContext,
        ledger: Ledger,
    ) -> None:
        """`suspects` can be heard now."""
        self._context = context
        self._ledger = ledger
        self._calls = {call.id: call for call in suspects}
        self._rounds = most_rounds(len(suspects))
        self._runs: list[Restoring] = []
        self._asked: frozenset[int] = frozenset()
        """Who could not be heard when the question was asked."""
        self.account = Account("search", title_of("search", meeting), meeting)
        self.suspects = tuple(call.id for call in suspects)
        self.phase = Phase.MUTING
        self.ended = ""
        """Why it is over without a find, in words."""
        self._failed: set[int] = set()
        """Who could not be muted: the others are muted first."""
        ledger.open(self.account)
        self._narrow(self.suspects)

    # What is shown.

    @property
    def muted(self) -> int:
        """How many are muted for the question."""
        return len(self._asked)

    @property
    def found(self) -> Call | None:
        """The one caller who is left."""
        return self._calls[self.suspects[0]] if self.phase is Phase.FOUND else None

    def label(self, call: Call) -> str:
        """Return how a caller is named, as the calls show it now."""
        return label_of(
            self._context.store.live_state.calls.get(call.id, call), mask=self._context.mask
        )

    # The steps.

    def go_on(self) -> None:
        """Take note of what reads have shown: who left, who is muted by now."""
        if self.phase is Phase.OVER:
            return
        if why_not := self._context.why_not():
            self.stop(why_not)
            return
        there = tuple(suspect for suspect in self.suspects if self._is_there(suspect))
        if self.phase is Phase.FOUND:
            if not there:
                self.stop(LEFT)
            return
        if there != self.suspects:
            self.suspects = there
            if len(there) < 2:
                self._narrow(there)
                return
        if self.phase is Phase.MUTING and self._is_settled():
            self._asked = frozenset(self._surely_muted())
            self._failed |= self.account.owed.keys() - self._asked
            if self._asked:
                self.phase = Phase.ASKING
            else:
                self.stop(NOBODY)

    def answer(self, *, still_there: bool) -> None:
        """Take the answer to the question whether the noise is still there."""
        if self.phase is not Phase.ASKING:
            return
        still_muted = self._asked & self._surely_muted()
        unsure = self._asked - still_muted
        suspects = narrow_down(self.suspects, still_muted, unsure, still_there=still_there)
        self._rounds -= 1
        if self._rounds <= 0 and len(suspects) > 1:
            self.stop(NO_END)
        else:
            self._narrow(suspects)

    def stop(self, why: str) -> None:
        """End the search: everybody gets back what they had."""
        if self.phase is not Phase.OVER:
            self.phase, self.ended = Phase.OVER, why
            self._ledger.close(self.account)

    def keep(self) -> Owed | None:
        """End the search and let the caller who was found stay muted.

        Returns what was done to the caller; None: nothing yet.
        """
        if self.phase is not Phase.FOUND:
            return None
        owed = self.account.owed.get(self.suspects[0])
        kept = owed if owed is not None and owed.is_done and not owed.changed_by else None
        if kept is not None:
            self._ledger.release(self.account, kept)
        self.stop("")
        return kept

    def _narrow(self, suspects: tuple[int, ...]) -> None:
        self.suspects = suspects
        if not suspects:
            self.stop(LEFT)
            return
        mute = next_half(sorted(suspects, key=self._failed.__contains__))
        if len(suspects) == 1:
            self.phase, mute = Phase.FOUND, suspects
        back = [owed for key, owed in self.account.owed.items() if key not in mute]
        if back and (run := self._ledger.close(self.account, back)) is not None:
            self._runs.append(run)
        if self.phase is Phase.FOUND:
            return
        self.phase = Phase.MUTING
        actions, group = [], new_id()
        for key in mute:
            call = self._context.store.live_state.calls.get(key)
            if key not in self.account.owed and call is not None:
                label, codes = (
                    label_of(call, mask=self._context.mask),
                    self._context.store.live_state.codes,
                )
                action = build("mute", call, label, codes, group=group)
                self._ledger.owe(self.account, action)
                actions.append(action)
        if actions:
            self._context.send(actions)

    def _is_there(self, key: int) -> bool:
        record = self._context.store.record(("call", key))
        number = self.account.number
        return (
            isinstance(record, Call)
            and record.meeting_number == number
            and same_call(record, self._calls[key])
        )

    def _is_settled(self) -> bool:
        """Whether it is known of everybody who can be heard and who can't."""
        self._runs = [run for run in self._runs if run.todo or run.under_way]
        return not self._runs and all(
            owed.result is not None for owed in self.account.owed.values()
        )

    def _surely_muted(self) -> set[int]:
        codes = self._context.store.live_state.codes
        return {
            key
            for key, owed in self.account.owed.items()
            if owed.is_done
            and not owed.changed_by
            and isinstance(call := self._context.store.record(("call", key)), Call)
            and codes.is_muted(call.mute_mode) is True
        }
