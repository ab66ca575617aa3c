"""What is read from the bridge: what is live by a poller, a section's lists while one is shown."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from confmon.clock import KEY_S, KEYS
from confmon.models.codes import Codes
from confmon.monitor.actions.pending import PendingActions
from confmon.monitor.link.freshness import Freshness
from confmon.monitor.link.share_watch import TOGETHER, ShareWatch, wake_asked, with_asked
from confmon.monitor.polling.live_feeds import feeds_for, live_feeds
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.poller import Poller
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, calls_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from confmon.clock import CallLater, Clock
    from confmon.config.choices import Choices
    from confmon.config.settings.model import Settings
    from confmon.models.errors import Unauthorized
    from confmon.monitor.actions.dispatcher import Dispatcher
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.open_views import OpenViews
    from confmon.monitor.sections import SectionId, Sections
    from confmon.ports import Bridge, Directory, Mediator

SECTION_S = 30.0
"""How often meetings and calls are read while a section is looked at."""


class Reading(Freshness):
    """The part of a session that reads what is looked at, and lets the screen follow."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        views: OpenViews,
        *,
        choices: Choices,
        call_later: CallLater,
        on_change: Callable[[], None],
        audit: Audit,
        mediator_audit: Audit | None,
        open_mediator: Callable[[], Mediator] | None,
    ) -> None:
        super().__init__(settings, clock, views)
        self.choices = choices
        """How views were left, saved filters and pins."""
        self.call_later = call_later
        self.audit = audit
        self.mediator_audit = mediator_audit
        self.open_mediator = open_mediator
        self.codes = Codes(settings.codes)
        self.store = LiveStore(clock, self.codes)
        self.pending_actions = PendingActions(self.store, clock)
        self.bridge: Bridge | None = None
        self.section: SectionId | None = None
        """The section that is looked at; None: what is live."""
        self.dispatch: Dispatcher | None = None
        self.tell: Callable[[str], None] = lambda _text: None
        """Called with what the operator is to know of what went on behind the screen."""
        self._audit_trouble = ""
        self._on_change = on_change
        self._follows_soon = False
        self._share_watch: ShareWatch | None = None
        self._refused: Unauthorized | None = None
        """The 401 of a section that was taken note of."""

    # What a subclass answers.

    def followed_meetings(self) -> Collection[int]:
        """Return the meetings that are read whatever is looked at."""
        raise NotImplementedError

    def read_taken_in(self) -> None:
        """Do what is due after each read, before the screen follows."""

    def _say(self, text: str) -> None:
        self.tell(text)

    # The sections.

    @cached_property
    def sections(self) -> Sections:
        """Rooms, Numbers and Forwarding; loaded when first asked for."""
        from confmon.monitor.sections import Sections

        return Sections(self, self._sections_changed)

    @property
    def opened_sections(self) -> Sections | None:
        """The sections, if any has been looked at."""
        return self.sections if "sections" in self.__dict__ else None

    def _sections_changed(self) -> None:
        refused = self.sections.refused
        if refused is not None and refused is not self._refused:
            self.stop_reading(refused)
        self._refused = refused
        self._on_change()

    @property
    def directory(self) -> Directory | None:
        """What is set up at the endpoint; None as long as there is no connection."""
        return getattr(self.bridge, "directory", None)

    def look_at(self, section: SectionId | None) -> None:
        """Look at a section, or (None) at what is live. What is not looked at is not polled."""
        self.section = section
        if section is not None or self.opened_sections is not None:
            self.sections.watch(section)
        self._watch()

    # The audit log.

    @property
    def audit_trouble(self) -> str:
        """Why the audit log can't be written; until it can, no action is sent."""
        return self.dispatch.audit_trouble if self.dispatch else self._audit_trouble

    def doubt_audit(self, why: str) -> None:
        """Say that the audit log can't be written, before a verb finds out."""
        self._audit_trouble = why
        if self.dispatch is not None:
            self.dispatch.audit_trouble = why

    # What is live.

    def _start_polling(self, bridge: Bridge) -> Poller[Feed]:
        self.bridge = bridge
        self.poller = Poller(
            live_feeds(bridge, self.store),
            self.clock,
            call_later=self.call_later,
            interval_s=self.own_interval_s,
            on_change=self._polled,
        )
        return self.poller

    def set_interval(self, interval_s: float) -> None:
        """Poll more or less often."""
        if self.poller is not None:
            self.poller.set_interval(interval_s)
            interval_s = self.poller.interval_s  # within its limits
        self.own_interval_s = interval_s
        if self.share is not None:
            self.share.set_interval(self.own_interval_s)

    def stop_reading(self, refused: Unauthorized) -> None:
        """Let one refused login stop what is live as well: it is the same login."""
        if self.poller is not None:
            self.poller.stop(refused)

    def retry(self) -> None:
        """Read what is live now, whatever failed before."""
        if self.poller is not None:
            self.poller.retry()
        if self.opened_sections is not None:
            self.opened_sections.resume()
        self.note_refusal()

    def read_overdue(self) -> None:
        """Read what is overdue, after the machine was suspended."""
        if self.poller is not None:
            self.poller.read_overdue()
        if self.opened_sections is not None:
            self.opened_sections.read_overdue()

    def _watch(self) -> None:
        if self.poller is None:
            return
        followed = dict.fromkeys(map(calls_of, self.followed_meetings()), 1.0)
        share = self.share
        if share is not None and share.state.mode in TOGETHER:
            # Whoever reads does so for all, whatever is looked at here.
            feeds = feeds_for(self.view.meeting, all_calls=True, calls_total=0)
            actions = [pending.action for pending in self.pending_actions.under_way()]
            acted_on = {
                calls_of(action.meeting): 1.0 for action in actions if action.meeting is not None
            }
            self.poller.watch(with_asked({**feeds, **followed, **acted_on}, share))
            return
        if self.section is not None and not self.pending_actions.under_way():
            # What needs somebody shows everywhere; what is live is read as slowly as a section.
            factor = SECTION_S / self.poller.interval_s
            self.poller.watch({MEETINGS: factor, ALL_CALLS: factor, **followed})
            return
        total = len(self.store.live_state.calls)
        all_calls = self.view.subject == "calls"
        meeting = self.view.meeting
        if self.is_past and meeting not in self.store.live_state.meetings:
            meeting = None  # it is over now
        feeds = feeds_for(meeting, all_calls=all_calls, calls_total=total)
        self.poller.watch({**feeds, **followed})

    # The others on this bridge.

    @property
    def reads_here(self) -> bool:
        """Whether this confmon reads the bridge, for itself or for all."""
        has_login = getattr(self.bridge, "inner", self.bridge) is not None
        return self.share is None or (has_login and self.share.state.reads_here)

    def _start_sharing(self, bridge: Bridge) -> None:
        """Begin to share the bridge, if it is one that is shared."""
        self.share = getattr(bridge, "share", None)
        if self.share is not None:
            self._share_watch = ShareWatch(self.share)
            self.share.on_change(self._share_changed)
            self.share.start()

    def _share_changed(self) -> None:
        share, poller = self.share, self.poller
        if share is None or poller is None or self._share_watch is None:
            return
        moved, words = self._share_watch.look()
        if words:
            self._say(words)
        wake_asked(share, poller)
        self._watch()
        if moved:
            poller.retry_failed()  # it is another one that reads now
        self.share_seen()
        if moved or words:
            self._on_change()

    def note_refusal(self) -> None:
        """Let another one read for all, as long as the login is refused here."""
        if self.share is not None and self.poller is not None:
            self.share.set_refused(self.poller.unauthorized is not None)

    def share_seen(self) -> None:
        """Do what is due after the others have changed something."""

    def _polled(self, feed: Feed) -> None:
        if feed == ALL_CALLS:
            self._watch()
        refused = self.poller.unauthorized if self.poller is not None else None
        if refused is not None and self.opened_sections is not None:
            self.opened_sections.stop(refused)
        self.note_refusal()
        self.read_taken_in()
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
