"""Everything behind the screen, without a screen: one object that ties the live parts together.

It opens before the bridge does: the first frame is drawn while HTTP is still being loaded.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from confmon.clock import timers_on
from confmon.config.choices import Choices
from confmon.config.start import Start
from confmon.monitor.alarm import Alarm
from confmon.monitor.alerts.outlets import Outlets
from confmon.monitor.attention.engine import Attention
from confmon.monitor.attention.rules import RULES
from confmon.monitor.link.acting import Acting
from confmon.monitor.memory.memory import Memory
from confmon.monitor.needs import Needs, known_age_s
from confmon.monitor.open_views import OpenViews
from confmon.monitor.past.frozen import THE_PAST, Frozen
from confmon.monitor.past.recording import Recording
from confmon.monitor.past.warm_start import WarmStart
from confmon.monitor.podium import Podium
from confmon.monitor.polling.freshness import limit_s
from confmon.monitor.polling.snapshot import ALL_CALLS
from confmon.monitor.views.live_columns import RenderContext

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
    from confmon.monitor.past.reader import HistoryReader
    from confmon.monitor.past.travel import PastMoment, Travel
    from confmon.monitor.polling.live_state import LiveState
    from confmon.monitor.views.live_view import Subject, View
    from confmon.ports import Bridge, Mediator

NO_HISTORY: Final = "nothing is recorded here: history is off"
NO_PAUSE: Final = "the past does not move; esc goes back to now"


class Session(Acting):
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
        self._paused_before: Frozen | None = None
        """What was shown before the past, where that was a paused view."""

    # What is shown.

    @property
    def live_state(self) -> LiveState:
        """What the view shows: the live store's live state, or one of an earlier moment."""
        return self.frozen.live_state if self.frozen else self.store.live_state

    @property
    def is_paused(self) -> bool:
        """Whether the view is frozen while collection goes on."""
        return self.frozen is not None and not self.frozen.is_past

    @property
    def past(self) -> PastMoment | None:
        """The moment of the past that is shown."""
        return self.frozen.past if self.frozen else None

    @property
    def paused_for_s(self) -> float:
        """How long the view has been frozen."""
        return self.clock.now() - self.frozen.since_s if self.frozen else 0.0

    def pause(self) -> None:
        """Freeze the view, or let it follow again. The past stays: it does not move anyway."""
        if self.is_past:
            self._say(NO_PAUSE)
            return
        self.frozen = None if self.frozen else self._freeze()

    def _freeze(self) -> Frozen:
        return Frozen(
            self.store.live_state.copy(),
            wall_s=self.store.wall(),
            since_s=self.clock.now(),
            age_s=self.age_s(),
            needs=self.attention.by_target,
        )

    # The past.

    def go_to_past(self, at_s: float) -> None:
        """Show a moment of the past, epoch seconds by the server's clock."""
        if self._may_travel():
            self.travel.go_to(at_s)

    def step_past(self, scans: int) -> None:
        """Show the state so many reads on, or (less than 0) back."""
        paused = self.frozen if self.is_paused else None
        if self._may_travel():
            if paused is not None:
                self.travel.go_to(paused.wall_s)
            self.travel.step(scans)

    def shift_past(self, seconds: int) -> None:
        """Show the past so many seconds on or back."""
        if self._may_travel():
            self.travel.shift(seconds)

    def leave_past(self) -> None:
        """Show what is live again."""
        self._paused_before = None
        self.travel.leave()
        self._watch()

    def _may_travel(self) -> bool:
        """Let no verb act from the moment on that the past is asked for. False: there is none."""
        if self.history is None:
            self._say(NO_HISTORY)
            return False
        if not self.is_past:
            self._paused_before = self.frozen
            self.frozen = replace(self.frozen or self._freeze(), disarms=THE_PAST)
            self.views.put_marks_aside()
            self._on_change()
        return True

    def _show_past(self, moment: PastMoment | None) -> None:
        """Show a moment of the past; None: what was shown before it."""
        if moment is not None:
            wall_s = moment.at / 1000
            self.frozen = Frozen(
                moment.live_state,
                wall_s=wall_s,
                since_s=self.clock.now(),
                age_s=max(0.0, self.store.wall() - wall_s),
                needs={},
                disarms=THE_PAST,
                past=moment,
            )
        elif self.is_past:
            self.frozen = self._paused_before
            self.views.restore_marks()
        self._on_change()

    @cached_property
    def history_reader(self) -> HistoryReader:
        """Reads the history, where there is one, in a thread; one for all who ask."""
        from confmon.history.history import open_history
        from confmon.monitor.past.reader import HistoryReader

        assert self.history is not None  # noqa: S101  else nobody asks
        return HistoryReader(partial(open_history, self.history.place.path))

    @cached_property
    def travel(self) -> Travel:
        """Reads the past; made when it is first asked for."""
        from confmon.monitor.past.records import PastRecords
        from confmon.monitor.past.travel import Travel

        return Travel(
            self.history_reader,
            PastRecords(self.codes),
            self.codes,
            self.clock,
            wall=self.store.wall,
            show=self._show_past,
            say=self._say,
        )

    def look(self) -> RenderContext:
        """Return what cells are drawn with; of the past what was recorded, nothing of now."""
        frozen = self.frozen
        if frozen is not None and frozen.past is not None:
            return RenderContext(
                frozen.live_state,
                frozen.wall_s,
                self.settings.mask_numbers,
                pins=self.views.pins,
            )
        needs = frozen.needs if frozen else self.attention.by_target
        return RenderContext(
            self.live_state,
            frozen.wall_s if frozen else self.store.wall(),
            self.settings.mask_numbers,
            asking=self.memory.asking,
            needs=lambda target: needs.get(target, ()),
            history=self.memory.series.callers_in,
            speaks=self.podium.is_on,
            pins=self.views.pins,
            orders=self.orders.marks,
        )

    def go(self, subject: Subject, meeting: int | None = None) -> View:
        """Look at something else and poll it; a list keeps its filter, marks and order."""
        self.views.go(subject, meeting)
        self.views.forget_ended({*self.store.live_state.meetings, *self.live_state.meetings})
        self._watch()
        return self.view

    def look_beside(self, view: View | None) -> None:
        """Let the keys be for callers beside the meetings, or (None) for the meetings again."""
        self.views.look_beside(view)
        self._watch()

    # The link to the bridge.

    def connect(self, bridge: Bridge) -> None:
        """Begin to poll. Needs a running event loop."""
        from confmon.monitor.attribute_reader import AttributeReader

        if self.history is not None:
            self.history.start()
        self._start_sending(bridge, self._start_polling(bridge))
        self.look_at(self.section)
        self._attribute_reader = AttributeReader(self, self._on_change)
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
        if "travel" in self.__dict__:
            self.travel.stop()
        if "history_reader" in self.__dict__:
            await self.history_reader.close()
        if self.poller is not None:
            await self.poller.close()
        if self.history is not None:
            await asyncio.to_thread(self.history.close)
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
        self._sound()

    def _sound(self) -> None:
        if self.call_operator is not None and (words := self._alarm.due()):
            self.call_operator(words)

    def tick(self) -> None:
        """Let marks and notes fade, and give up on what nobody can settle."""
        self.store.expire()
        self.pending_actions.expire()
        self.podium.tick()
        self.attention.tick()
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
        if self._attribute_reader is not None:
            self._attribute_reader.read_overdue()
