"""Everything behind the screen, without a screen: one object that ties the live parts together.

It opens before the bridge does: the first frame is drawn while HTTP is still being loaded.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from confmon.clock import KEY_S, KEYS, timers_on
from confmon.config.choices import Choices
from confmon.config.start import Start
from confmon.models.codes import Codes
from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.dispatcher import Dispatcher
from confmon.monitor.actions.pending import PendingActions
from confmon.monitor.actions.undo import Undo
from confmon.monitor.alarm import Alarm
from confmon.monitor.attention.engine import Attention
from confmon.monitor.attention.rules import RULES
from confmon.monitor.memory.memory import Memory
from confmon.monitor.needs import Needs
from confmon.monitor.open_views import OpenViews
from confmon.monitor.orders.dial_in import DialIns
from confmon.monitor.orders.keeping import Keeping
from confmon.monitor.orders.ledger import Ledger
from confmon.monitor.orders.orders import Orders
from confmon.monitor.orders.search import Search, heard
from confmon.monitor.podium import Podium
from confmon.monitor.polling.freshness import age_s, ago, is_stale
from confmon.monitor.polling.live_feeds import LiveFeeds, feeds_for
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.poller import FeedState, Poller
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, calls_of
from confmon.monitor.views.live_columns import RenderContext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from confmon.clock import CallLater, Clock
    from confmon.config.settings.model import Settings
    from confmon.models.errors import Unauthorized
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.actions.plan import OwnChange
    from confmon.monitor.attention.signal import Signal, SignalTarget
    from confmon.monitor.attribute_reader import AttributeReader
    from confmon.monitor.orders.order_file import OrderFile
    from confmon.monitor.polling.live_state import LiveState
    from confmon.monitor.sections import SectionId, Sections
    from confmon.monitor.views.live_view import Subject, View
    from confmon.ports import Bridge, Directory, Mediator

SECTION_S = 30.0
"""How often meetings and calls are read while a section is looked at."""


class IgnoredFields(Protocol):
    """The meeting fields this endpoint was seen to ignore, remembered between sessions."""

    def known(self) -> frozenset[str]:
        """Return the wire names."""
        ...

    def add(self, field: str) -> None:
        """Remember one."""
        ...

    def forget(self, field: str) -> None:
        """The endpoint applied it after all."""
        ...


class Session:
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
    ) -> None:
        """`on_change` is called after every reply, failure and settled action.

        Reads come by timers of `call_later`; without it, of the clock.
        `open_mediator` is called on a thread when Forwarding is first looked at; without it no
        Mediator is configured.
        """
        self.settings = settings
        self.start = start or Start()
        self.choices = choices or Choices(None, settings.profile)
        """How views were left, saved filters and pins."""
        self.clock = clock
        self.call_later = call_later or timers_on(clock)
        self.audit = audit
        self.ignored_fields = ignored_fields
        self.codes = Codes(settings.codes)
        self.store = LiveStore(clock, self.codes)
        self.pending_actions = PendingActions(self.store, clock)
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
        self.undo = Undo(
            self.store, self.pending_actions, send=self._submit, stop=self._stop, say=self._say
        )
        self._make_orders(order_file)
        self.tell: Callable[[str], None] = lambda _text: None
        """Called with what the operator is to be told of what went on behind the screen."""
        self.open_mediator = open_mediator
        self.mediator_audit = mediator_audit
        self.section: SectionId | None = None
        """The section that is looked at; None: what is live."""
        self.bridge: Bridge | None = None
        self.poller: Poller[Feed] | None = None
        self.dispatch: Dispatcher | None = None
        self._attribute_reader: AttributeReader | None = None
        self.trouble = ""
        """Why there is no bridge, once opening it has failed."""
        self._audit_trouble = ""
        self.views = OpenViews(self.choices, self.start)
        """What is looked at, and how each view was left."""
        self._paused: tuple[LiveState, float, float] | None = None
        self._paused_needs: Mapping[SignalTarget, Sequence[Signal]] = {}
        self._age_at_pause_s: float | None = None
        self._on_change = on_change
        self._follows_soon = False
        self._refused: Unauthorized | None = None
        """The 401 of a section that was taken note of."""
        self._interval_s = settings.interval_s
        self.pending_actions.on_settled(self._settled)
        self.pending_actions.on_corrected(self._corrected)

    def _make_orders(self, order_file: OrderFile | None) -> None:
        """Make what holds longer than a key press."""
        clock, mask = self.clock, self.settings.mask_numbers
        self.ledger = Ledger(
            self.store,
            self.pending_actions,
            clock=clock,
            send=self._submit,
            why_not=self.disarmed_link,
            say=self._say,
        )
        """Whom standing orders and searches have changed."""
        self.orders = Orders(
            self.store,
            self.pending_actions,
            self.ledger,
            self.undo,
            clock=clock,
            send=self._send_order,
            stop=self._stop,
            say=self._say,
            mask=mask,
        )
        self.keeping = Keeping(
            order_file, self.store, self.ledger, self.orders, say=self._say, mask=mask
        )
        """What an earlier run left open."""
        self._dial_ins = DialIns(
            self.store, self.pending_actions.log, clock=clock, say=self._say, mask=mask
        )

    # What is shown.

    @property
    def view(self) -> View:
        """What the keys are for."""
        return self.views.active

    @property
    def live_state(self) -> LiveState:
        """What the view shows: the live store's live state, or the one it had when paused."""
        return self._paused[0] if self._paused else self.store.live_state

    @property
    def is_paused(self) -> bool:
        """Whether the view is frozen while collection goes on."""
        return self._paused is not None

    @property
    def paused_for_s(self) -> float:
        """How long the view has been frozen."""
        return self.clock.now() - self._paused[1] if self._paused else 0.0

    def pause(self) -> None:
        """Freeze the view, or let it follow again."""
        if self._paused:
            self._paused = None
        else:
            self._paused = (self.store.live_state.copy(), self.clock.now(), self.store.wall())
            self._paused_needs = self.attention.by_target
            self._age_at_pause_s = self.age_s()

    def look(self) -> RenderContext:
        """Return what cells are drawn with."""
        wall = self._paused[2] if self._paused else self.store.wall()
        needs = self._paused_needs if self._paused else self.attention.by_target
        return RenderContext(
            self.live_state,
            wall,
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
        self.views.forget_ended(self.store.live_state.meetings)
        self._watch()
        return self.view

    def look_beside(self, view: View | None) -> None:
        """Let the keys be for callers beside the meetings, or (None) for the meetings again."""
        self.views.look_beside(view)
        self._watch()

    # The sections.

    @cached_property
    def sections(self) -> Sections:
        """Rooms, Numbers and Forwarding; loaded when first asked for."""
        from confmon.monitor.sections import Sections

        return Sections(self, self._sections_changed)

    def _sections_changed(self) -> None:
        refused = self.sections.refused
        if refused is not self._refused:
            self.stop_reading(refused)
        self._refused = refused
        self._on_change()

    def stop_reading(self, refused: Unauthorized | None) -> None:
        """Let one refused login stop what is live as well: it is the same login."""
        if refused is not None and self.poller is not None:
            self.poller.stop(refused)

    def retry(self) -> None:
        """Read what is live now, whatever failed before."""
        if self.poller is not None:
            self.poller.retry()
        if self._attribute_reader is not None:
            self._attribute_reader.retry()
        if "sections" in self.__dict__:
            self.sections.resume()

    @property
    def directory(self) -> Directory | None:
        """What stands at the endpoint; None as long as there is no connection."""
        return getattr(self.bridge, "directory", None)

    def look_at(self, section: SectionId | None) -> None:
        """Look at a section, or (None) at what is live. What is not looked at is not polled."""
        self.section = section
        if section is not None or "sections" in self.__dict__:
            self.sections.watch(section)
        self._watch()

    # The bridge.

    def connect(self, bridge: Bridge) -> None:
        """Begin to poll. Needs a running event loop."""
        from confmon.monitor.attribute_reader import AttributeReader

        self.bridge = bridge
        self.poller = Poller(
            LiveFeeds(bridge, self.store).open,
            self.clock,
            call_later=self.call_later,
            interval_s=self._interval_s,
            on_change=self._polled,
        )
        self.dispatch = Dispatcher(
            bridge,
            self.store,
            self.pending_actions,
            poller=self.poller,
            audit=self.audit,
            clock=self.clock,
            disarmed=self.disarmed_link,
        )
        self.dispatch.audit_trouble = self._audit_trouble
        self.look_at(self.section)
        self._attribute_reader = AttributeReader(self, self._on_change)
        self._attribute_reader.start()

    async def close(self) -> None:
        """Settle what is under way, stop polling and close the connections."""
        if self._attribute_reader is not None:
            await self._attribute_reader.close()
        if "sections" in self.__dict__:
            await self.sections.close()
        if self.dispatch is not None:
            await self.dispatch.close()
        await self.keeping.close()
        if self.poller is not None:
            await self.poller.close()
        if self.bridge is not None:
            await self.bridge.aclose()

    @property
    def audit_trouble(self) -> str:
        """Why the audit log can't be written; until it can, no action is sent."""
        return self.dispatch.audit_trouble if self.dispatch else self._audit_trouble

    def doubt_audit(self, why: str) -> None:
        """Say that the audit log can't be written, before a verb finds out."""
        self._audit_trouble = why
        if self.dispatch is not None:
            self.dispatch.audit_trouble = why

    @property
    def interval_s(self) -> float:
        """Seconds between two reads of what is looked at."""
        return self.poller.interval_s if self.poller else self._interval_s

    def set_interval(self, interval_s: float) -> None:
        """Poll more or less often."""
        self._interval_s = interval_s
        if self.poller is not None:
            self.poller.set_interval(interval_s)

    def _watch(self) -> None:
        if self.poller is None:
            return
        # Who joins where an order holds, or somebody was dialled, is seen whatever is looked at.
        numbers = self.orders.meetings | self._dial_ins.meetings
        ordered = dict.fromkeys(map(calls_of, numbers), 1.0)
        if self.section is not None and not self.pending_actions.under_way():
            # What needs somebody is told everywhere; what is live is read as slowly as a section.
            factor = SECTION_S / self.poller.interval_s
            self.poller.watch({MEETINGS: factor, ALL_CALLS: factor, **ordered})
            return
        total = len(self.store.live_state.calls)
        all_calls = self.view.subject == "calls"
        feeds = feeds_for(self.view.meeting, all_calls=all_calls, calls_total=total)
        self.poller.watch({**feeds, **ordered})

    def _polled(self, feed: Feed) -> None:
        if feed == ALL_CALLS:
            self._watch()
        refused = self.poller.unauthorized if self.poller is not None else None
        if refused is not None and "sections" in self.__dict__:
            self.sections.stop(refused)
        self._sound()
        self._follow()

    def _follow(self) -> None:
        """Let the screen follow a read, but behind a key that is on its way to it."""
        if not KEYS.is_on_its_way(self.clock.now()):
            self._on_change()
        elif not self._follows_soon:
            self._follows_soon = True
            self.call_later(KEY_S, self._follow_now)

    def _follow_now(self) -> None:
        self._follows_soon = False
        self._on_change()

    def _sound(self) -> None:
        if self.call_operator is not None and (words := self._alarm.due()):
            self.call_operator(words)

    # How fresh it is, and whether a verb may be sent.

    def feeds(self, view: View | None = None) -> tuple[Feed, ...]:
        """Return the feeds behind a view, any of which keeps it fresh; None: what keys are for."""
        view = view or self.view
        if view.subject == "meetings":
            return (MEETINGS,)
        if view.meeting is not None:
            return (calls_of(view.meeting), ALL_CALLS)
        return (ALL_CALLS,)

    def feed_state(self) -> FeedState:
        """Return the state of the freshest feed behind the view."""
        if self.poller is None:
            return FeedState()
        states = [self.poller.state(feed) for feed in self.feeds()]
        return max(states, key=lambda state: state.ok_asked_at or float("-inf"))

    def shown_age_s(self) -> float | None:
        """Return the age of what is shown; of a paused view with the time since then."""
        if not self.is_paused:
            return self.age_s()
        before = self._age_at_pause_s
        return None if before is None else before + self.paused_for_s

    def age_s(self) -> float | None:
        """Return the age of what was read last, by the moment it was asked for."""
        return age_s(self.feed_state(), self.clock.now())

    def is_stale(self, view: View | None = None) -> bool:
        """Whether a view is too old to act on, by the pace of its feeds; None: what keys mean."""
        return self._are_stale(self.feeds(view))

    def disarmed(self) -> str:
        """Return why no verb may be used on what is shown, or an empty string."""
        if self.settings.read_only:
            return "read-only"
        if self.is_paused:
            return "the view is paused"
        if reason := self.disarmed_link():
            return reason
        if self.is_stale():
            age = self.age_s()
            return "no data yet" if age is None else f"data is {ago(age)} old"
        return ""

    def disarmed_link(self) -> str:
        """Return why nothing may be sent to the bridge at all, or an empty string."""
        if self.settings.read_only:
            return "read-only"
        if self.poller is None:
            return self.trouble or "not connected yet"
        if self.poller.unauthorized is not None:
            return "not authorized"
        if self._are_stale((MEETINGS, ALL_CALLS, *self.feeds())):
            return "no data yet" if self.age_s() is None else "data is stale"
        return ""

    def _are_stale(self, feeds: Sequence[Feed]) -> bool:
        if self.poller is None:
            return True
        states = [self.poller.state(feed) for feed in feeds]
        return all(is_stale(state, self.clock.now(), self.interval_s) for state in states)

    # Wishes.

    def send(self, actions: Sequence[Action], own: OwnChange | None = None) -> None:
        """Hand the actions of one key press to the bridge, and do what is `own` to it."""
        if self.dispatch is not None:
            self.undo.pressed(actions, own)
            if own is not None:
                own.do()
            self._submit(actions)

    def under_way(self) -> int:
        """Return how many changes are not settled yet, or wait to be sent."""
        edits = self.sections.under_way if "sections" in self.__dict__ else 0
        waiting = self.undo.waiting + self.ledger.waiting
        return len(self.pending_actions.under_way()) + waiting + edits

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
        mask = self.settings.mask_numbers
        return Search(meeting, suspects, self.store, self.ledger, send=self._send_order, mask=mask)

    def dial_in(self, edit: Action, meeting: Meeting) -> None:
        """Dial somebody into a meeting, and say if they came."""
        self.sections.start_edit(edit, self._dial_ins.begin(edit, meeting.meeting_number))
        self._watch()

    def _submit(self, actions: Sequence[Action]) -> None:
        if self.dispatch is not None:
            self.dispatch.submit(actions)
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

    def _say(self, text: str) -> None:
        self.tell(text)

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
        self._sound()
        if self.poller is not None:
            self.poller.read_overdue()
        if self._attribute_reader is not None:
            self._attribute_reader.read_overdue()
        if "sections" in self.__dict__:
            self.sections.read_overdue()

    def _settled(self, action: Action, result: Result) -> None:
        if action.resource == "meeting":
            status = result.status or 0
            for field in action.change:
                # A 2xx that changed nothing, or "Invalid field": a lost answer says neither.
                said_so = 200 <= status < 300 or status == 400
                if said_so and result.outcome is not Outcome.DONE:
                    self.ignored_fields.add(field)
                elif result.outcome is Outcome.DONE:
                    self.ignored_fields.forget(field)
        if self.section is not None:
            self._watch()
        self._on_change()

    def _corrected(self, action: Action, _result: Result) -> None:
        if action.resource == "meeting":
            for field in action.change:
                self.ignored_fields.forget(field)
        self._on_change()
