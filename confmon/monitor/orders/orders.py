"""The standing orders of meetings: they hold for latecomers too, until they are ended.

Whoever joins a meeting with an order is reached as soon as a read shows it, by the same actions
that keys send, paced like a bulk. Nothing is sent on stale data: a later read shows them again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.identity import same_meeting
from confmon.models.live_records import Meeting
from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.plan import callers, label_of
from confmon.monitor.actions.verbs import VERBS, build, new_id, unsendable
from confmon.monitor.orders.order import ORDER_KINDS, Order, title_of
from confmon.monitor.polling.snapshot import MEETINGS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import Any

    from confmon.models.live_records import Call
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.undoing.undo import Undo
    from confmon.monitor.orders.context import OrderContext
    from confmon.monitor.orders.ledger import Ledger
    from confmon.monitor.polling.snapshot import Snapshot
    from confmon.monitor.polling.state_update import Diff


class Orders:
    """The orders that hold, of all meetings."""

    def __init__(self, context: OrderContext, ledger: Ledger, undo: Undo) -> None:
        self._context = context
        self._ledger = ledger
        self._undo = undo
        self._standing: list[Order] = []
        context.pending_actions.on_settled(self._note_by_hand)
        context.store.on_changed(self._read)
        context.store.on_applied(lambda _snapshot: self.go_on())

    # What holds.

    def __iter__(self) -> Iterator[Order]:
        return iter(self._standing)

    def of(self, number: int) -> list[Order]:
        """Return the orders of a meeting."""
        return [order for order in self._standing if order.number == number]

    def find(self, id_: str, number: int) -> Order | None:
        """Return an order of a meeting, if it holds."""
        return next((order for order in self.of(number) if order.kind == id_), None)

    def marks(self, number: int) -> tuple[str, ...]:
        """Return what tables and titles show of a meeting's orders."""
        return tuple(order.of.mark for order in self.of(number)) if self._standing else ()

    @property
    def meetings(self) -> set[int]:
        """The meetings with orders: their callers are read at every interval."""
        return {order.number for order in self._standing}

    # Beginning and ending.

    def begin(self, id_: str, meeting: Meeting) -> str:
        """Let an order hold from now on. Returns what there is to say."""
        kind = ORDER_KINDS[id_]
        if self.find(id_, meeting.meeting_number) is not None:
            return f"{kind.name} holds already"
        if refusal := unsendable(kind.verb, self._context.store.live_state.codes):
            return f"{refusal}; nothing was sent"
        return self.take_up(Order(kind.id, title_of(kind.id, meeting), meeting))

    def take_up(self, order: Order) -> str:
        """Let an order hold, with those that an earlier run has reached already.

        Not in another session under the number, which may have begun while a question was open.
        """
        now = self._context.store.record(("meeting", order.number))
        if not isinstance(now, Meeting) or not same_meeting(order.meeting, now):
            return f"{order.title}: the meeting is over; nothing was sent"
        self._standing.append(order)
        self._ledger.open(order)
        actions = self._due(order)
        order.step = self._undo.began(order.title, actions, lambda: self.end(order))
        if actions:
            self._context.send(actions)
        reached = callers(len(actions)) if actions else "nobody to reach yet"
        return f"{order.title}: {reached}; it holds for who joins later"

    def end(self, order: Order) -> str:
        """End an order, and give everybody back what it took. Returns what there is to say."""
        if order not in self._standing:
            return f"{order.title} has ended already"
        self._forget(order)
        for press in {owed.action.press for owed in order.owed.values() if owed.result is None}:
            self._context.stop(press)
        count = self._ledger.count_owed(order)
        self._ledger.close(order)
        if not count:
            return f"{order.title} ended; nobody to restore"
        return f"{order.title} ended: restoring {callers(count)}"

    def _forget(self, order: Order) -> None:
        self._standing.remove(order)
        if order.step is not None:
            self._undo.forget(order.step)

    def _note_by_hand(self, action: Action, result: Result) -> None:
        """Leave callers as they are that the operator has changed by hand."""
        if action.resource != "call" or result.outcome not in (Outcome.DONE, Outcome.UNKNOWN):
            return
        for order in self._standing:
            if VERBS[order.of.verb].field_name in action.change and action.key in order.passed:
                order.by_hand.add(action.target[1])

    # Latecomers.

    def _read(self, change: Diff, _asked_at: float, _snapshot: Snapshot[Any] | None) -> None:
        """Note callers to look at; that is done once the read has been taken in."""
        if change.kind == "call" and self._standing:
            for order in self._standing:
                if order.touched is not None:
                    order.touched.update(change.added, change.changed)

    def go_on(self) -> None:
        """End the orders of meetings that have ended, and reach who has joined the others."""
        for order in list(self._standing):
            record = self._context.store.record(("meeting", order.number))
            if not isinstance(record, Meeting) or not same_meeting(order.meeting, record):
                if self._context.store.live_state.meetings_known:
                    self._forget(order)
                    self._ledger.drop(order)
                    self._context.say(f"{order.title} ended: the meeting is over")
            elif not self._context.why_not() and (actions := self._due(order)):
                self._context.send(actions)

    def _is_same_session(self, order: Order, calls: Collection[Call]) -> bool:
        """Whether callers are in the session the order is of.

        The callers of a new session may be read before the list of meetings shows that it is new.
        If nobody is left who was there before, that list decides, once it was asked for later.
        """
        if order.touched is None or not calls or any(map(order.knows, calls)):
            order.unsure_since = None
            return True
        if order.unsure_since is None:
            order.unsure_since = self._context.clock.now()
        seen = self._context.store.seen.get(MEETINGS)
        return seen is not None and seen.asked_at > order.unsure_since

    def _due(self, order: Order) -> list[Action]:
        """Return what reaches those that an order has to reach now, as one bulk."""
        live_state, verb, now = (
            self._context.store.live_state,
            order.of.verb,
            self._context.clock.now(),
        )
        calls = live_state.by_meeting.get(order.number, {})
        looked_at: Iterable[Call] = calls.values()
        if order.touched is not None:
            again = [key for key, owed in order.owed.items() if owed.is_due_again(now)]
            looked_at = [calls[key] for key in {*order.touched, *again} if key in calls]
        if not live_state.knows(order.number) or not self._is_same_session(order, calls.values()):
            return []
        order.touched = set()
        actions, group, field = [], new_id(), VERBS[verb].field_name
        for call in looked_at:
            if self._context.pending_actions.changing(
                ("call", call.id), (field,)
            ) or self._ledger.is_restoring(call.id, field):
                order.touched.add(call.id)  # what is shown now is about to change
                continue
            if not order.look(call, live_state.codes, now):
                continue
            label = label_of(call, mask=self._context.mask)
            action = build(verb, call, label, live_state.codes, group=group)
            self._ledger.owe(order, action)
            actions.append(action)
        return actions
