"""Everything behind the screen, without a screen: one object that ties the live parts together.

It opens before the bridge does: the first frame is drawn while HTTP is still being loaded.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from confmon.clock import timers_on
from confmon.config.choices import Choices
from confmon.config.start import Start
from confmon.monitor.alarm import Alarm
from confmon.monitor.alerts.outlets import Outlets
from confmon.monitor.attention.engine import Attention
from confmon.monitor.attention.rules import RULES
from confmon.monitor.memory.memory import Memory
from confmon.monitor.needs import Needs, known_age_s
from confmon.monitor.open_views import OpenViews
from confmon.monitor.past.recording import Recording
from confmon.monitor.past.warm_start import WarmStart
from confmon.monitor.podium import Podium
from confmon.monitor.polling.freshness import limit_s
from confmon.monitor.polling.snapshot import ALL_CALLS
from confmon.monitor.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.clock import CallLater, Clock
    from confmon.config.settings.model import Settings
    from confmon.history.place import HistoryPlace
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.alerts.alerts import Alerts
    from confmon.monitor.attribute_reader import AttributeReader
    from confmon.monitor.link.ignored_fields import IgnoredFields
    from confmon.monitor.orders.order_file import OrderFile
    from confmon.ports import Bridge, Mediator


class Session(Shown):
    """The live state of one profile, and the verbs used on it."""

    def __init__(
        self,
        settings: Settings,
        *,
        audit: Audit,
        ignored_fields: IgnoredFields,
        clock: Clock,
        on_change: Callable[[], None],
        call_later: CallLater | None = None,
        open_mediator: Callable[[], Mediator] | None = None,
        mediator_audit: Audit | None = None,
        choices: Choices | None = None,
        start: Start | None = None,
        order_file: OrderFile | None = None,
        outlets: Outlets | None = None,
        history: HistoryPlace | None = None,
    ) -> None:
        """`on_change` is called after every reply, failure and settled action.

        Reads come by timers of `call_later`; without it, of the clock.
        `open_mediator` is called on a thread when Forwarding is first looked at; without it no
        Mediator is configured. `history` is where it is kept; None: it is not.
        """
        start, choices = start or Start(), choices or Choices(None, settings.profile)
        super().__init__(
            settings,
            clock,
            OpenViews(choices, start),
            choices=choices,
            call_later=call_later or timers_on(clock),
            on_change=on_change,
            audit=audit,
            mediator_audit=mediator_audit,
            open_mediator=open_mediator,
        )
        self.start = start
        self.memory = Memory(self.store, self.pending_actions, clock)
        self.attention = Attention(
            self.store,
            settings.attention,
            clock,
            rules=RULES,
            ours=self.memory.authors,
            is_answered=self.memory.asking.is_answered,
        )
        """What needs somebody."""
        self.podium = Podium(
            self.store,
            self.pending_actions,
            self.memory.asking,
            clock,
            on_answered=self.attention.look_at_caller,
        )
        """Who of those who ask is called up to speak."""
        self.needs = Needs(self.attention, self.memory.asking)
        """The ways to it."""
        self.call_operator: Callable[[str], None] | None = None
        """Called with why somebody is needed, once in a while; None: nobody is called."""
        self._alarm = Alarm(self.attention, clock)
        self._make_actions(ignored_fields, order_file)
        self._attribute_reader: AttributeReader | None = None
        self._outlets = outlets or Outlets()
        self.alerts: Alerts | None = None
        """Tells others of signals, where the configuration names any."""
        self._warm_start: WarmStart | None = None
        self.history: Recording | None = None
        """What is kept of what happens."""
        if history is not None:
            self.history = Recording(
                history,
                self.store,
                self.memory.coverage,
                self.pending_actions,
                clock,
                gap_from_s=self._unseen_from_s,
            )
            self._warm_start = WarmStart(
                self.history,
                self.history_reader,
                self.store,
                self.memory.series,
                self.attention,
                seen_within_s=self._unseen_from_s,
            )

    def connect(self, bridge: Bridge) -> None:
        """Begin to poll. Needs a running event loop."""
        from confmon.monitor.attribute_reader import AttributeReader

        if self.history is not None:
            self.history.start(getattr(bridge, "share", None))
        self._start_sending(bridge, self._start_polling(bridge))
        self._start_sharing(bridge)
        if self.share is not None:
            from confmon.monitor.together.together import Together

            self.views.show_others()
            self.together = Together(self.share, self, self._on_change)
        self.look_at(self.section)
        self._attribute_reader = AttributeReader(self, self._on_change, share=self.share)
        self._attribute_reader.start()
        self._start_alerts()

    def _start_alerts(self) -> None:
        if self._outlets.open_receivers is None:
            return
        from confmon.monitor.alerts.alerts import Alerts

        self.alerts = Alerts(
            self.attention,
            self.store,
            self.settings,
            self.clock,
            open_receivers=self._outlets.open_receivers,
            say=self._say,
            age_s=lambda: known_age_s(self),
            may_send=lambda: self.reads_here,
        )
        self.alerts.start()

    async def close(self) -> None:
        """Settle what is under way, stop polling and close the connections."""
        if self._attribute_reader is not None:
            await self._attribute_reader.close()
        if self.opened_sections is not None:
            await self.opened_sections.close()
        if self.dispatch is not None:
            await self.dispatch.close()
        await self.keeping.close()
        if self.alerts is not None:
            await self.alerts.close()
        await self._close_past()
        if self.poller is not None:
            await self.poller.close()
        began = self.clock.now()
        if self.history is not None:
            await asyncio.to_thread(self.history.close)
        if self.share is not None:
            await self.share.close(self.clock.now() - began)
        if self.bridge is not None:
            await self.bridge.aclose()

    def _unseen_from_s(self) -> float:
        """Return after how long without a whole read of all calls nobody knows who is there."""
        if self.poller is None:
            return float("inf")
        return limit_s(self.poller.state(ALL_CALLS), self.interval_s)

    def retry(self) -> None:
        """Read what is live now, whatever failed before."""
        super().retry()
        if self._attribute_reader is not None:
            self._attribute_reader.retry()

    def read_taken_in(self) -> None:
        """Call an operator, if somebody is needed, and learn from the history once."""
        if self._warm_start is not None:
            self._warm_start.look()
        self.share_seen()
        if self.together is not None:
            self.together.look()
        self._sound()

    def share_seen(self) -> None:
        """Take what the collector has read of meetings for the rules."""
        if self._attribute_reader is not None:
            self._attribute_reader.take_shared()

    def _sound(self) -> None:
        if self.call_operator is not None and (words := self._alarm.due()):
            self.call_operator(words)

    def tick(self) -> None:
        """Let marks and notes fade, and give up on what nobody can settle."""
        self.store.expire()
        self.pending_actions.expire()
        self.podium.tick()
        self.attention.tick()
        if self.together is not None:
            self.together.look()
        self._dial_ins.look()
        self.orders.go_on()
        self.ledger.go_on()
        self.keeping.save_soon()
        if self.history is not None and (words := self.history.look()):
            self._say(words)
        self._sound()
        for line in self._outlets.news():
            self._say(line)
        self.read_overdue()
        self.note_refusal()
        if self._attribute_reader is not None:
            self._attribute_reader.read_overdue()
