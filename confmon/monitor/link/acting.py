"""How actions go out: one key press, its undo, and what holds longer than a key press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.actions.dispatcher import Dispatcher
from confmon.monitor.actions.undoing.undo import Undo
from confmon.monitor.link.ignored_fields import forget_ignored, learn_ignored
from confmon.monitor.link.reading import Reading
from confmon.monitor.orders.context import OrderContext
from confmon.monitor.orders.dial_in import DialIns
from confmon.monitor.orders.keeping import Keeping
from confmon.monitor.orders.ledger import Ledger
from confmon.monitor.orders.orders import Orders
from confmon.monitor.orders.search import Search, heard

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.plan import OwnChange
    from confmon.monitor.link.ignored_fields import IgnoredFields
    from confmon.monitor.orders.order_file import OrderFile
    from confmon.monitor.polling.poller import Poller
    from confmon.monitor.polling.snapshot import Feed
    from confmon.ports import Bridge


class Acting(Reading):
    """The part of a session that sends."""

    def _make_actions(self, ignored_fields: IgnoredFields, order_file: OrderFile | None) -> None:
        """Make what sends. What hears of a read or an outcome before it is made before it."""
        self.ignored_fields = ignored_fields
        self.undo = Undo(
            self.store, self.pending_actions, send=self._submit, stop=self._stop, say=self._say
        )
        self._make_orders(order_file)
        self.pending_actions.on_settled(self._settled)
        self.pending_actions.on_corrected(self._corrected)

    def _make_orders(self, order_file: OrderFile | None) -> None:
        """Make what holds longer than a key press."""
        self._order_context = OrderContext(
            store=self.store,
            pending_actions=self.pending_actions,
            clock=self.clock,
            submit=self._submit,
            send=self._send_order,
            stop=self._stop,
            why_not=self.disarmed_link,
            say=self._say,
            mask=self.settings.mask_numbers,
        )
        self.ledger = Ledger(self._order_context)
        """Who was changed by standing orders and searches."""
        self.orders = Orders(self._order_context, self.ledger, self.undo)
        self.keeping = Keeping(order_file, self._order_context, self.ledger, self.orders)
        """What an earlier run left open."""
        self._dial_ins = DialIns(self._order_context)

    def _start_sending(self, bridge: Bridge, poller: Poller[Feed]) -> None:
        self.dispatch = Dispatcher(
            bridge,
            self.store,
            self.pending_actions,
            poller=poller,
            audit=self.audit,
            clock=self.clock,
            disarmed=self.disarmed_link,
        )
        self.dispatch.audit_trouble = self._audit_trouble

    # Actions.

    def send(self, actions: Sequence[Action], own: OwnChange | None = None) -> None:
        """Hand the actions of one key press to the bridge, and do what is `own` to it."""
        if self.dispatch is not None:
            self.undo.pressed(actions, own)
            if own is not None:
                own.do()
            self._submit(actions)

    def under_way(self) -> int:
        """Return how many changes are not settled yet, or wait to be sent."""
        edits = self.opened_sections.under_way if self.opened_sections is not None else 0
        waiting = self.undo.waiting + self.ledger.waiting
        return len(self.pending_actions.under_way()) + waiting + edits

    def _submit(self, actions: Sequence[Action]) -> None:
        if self.dispatch is not None:
            self.dispatch.submit(actions)
            if self.share is not None:
                self._watch()  # their meetings, as the collector reads them now
            self._on_change()

    def announce(self, actions: Sequence[Action]) -> None:
        """Show in their rows what a key asks for, as long as nothing is sent yet."""
        self.pending_actions.announce(actions)
        self._on_change()

    def retract(self, actions: Sequence[Action]) -> None:
        """Show it no longer: it is sent now, or was not meant."""
        self.pending_actions.retract(actions)
        self._on_change()

    def _stop(self, press: str) -> int:
        return self.dispatch.stop(press) if self.dispatch is not None else 0

    # Orders, searches and dial-ins.

    def _send_order(self, actions: Sequence[Action]) -> None:
        self.keeping.save_soon()
        self._submit(actions)
        self._watch()

    def heard_in(self, number: int) -> list[Call]:
        """Return the callers of a meeting who can be heard."""
        calls = self.store.live_state.by_meeting.get(number, {}).values()
        return heard(list(calls), self.store, self.pending_actions)

    def search(self, meeting: Meeting) -> Search:
        """Begin to look for a noisy line in a meeting."""
        suspects = self.heard_in(meeting.meeting_number)
        return Search(meeting, suspects, self._order_context, self.ledger)

    def dial_in(self, edit: Action, meeting: Meeting) -> None:
        """Dial somebody into a meeting, and say if they came."""
        self.sections.start_edit(edit, self._dial_ins.begin(edit, meeting.meeting_number))
        self._watch()

    def followed_meetings(self) -> Collection[int]:
        """Return the meetings where an order holds, or somebody was dialled."""
        return self.orders.meetings | self._dial_ins.meetings

    def _settled(self, action: Action, result: Result) -> None:
        learn_ignored(self.ignored_fields, action, result)
        if self.section is not None:
            self._watch()
        self._on_change()

    def _corrected(self, action: Action, _result: Result) -> None:
        forget_ignored(self.ignored_fields, action)
        self._on_change()
