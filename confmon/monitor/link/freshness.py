"""How old what is shown is, and why no verb may be used on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.polling.feed import FeedState
from confmon.monitor.polling.freshness import STALE, age_s, is_stale, too_old
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, calls_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.clock import Clock
    from confmon.config.settings.model import Settings
    from confmon.monitor.open_views import OpenViews
    from confmon.monitor.past.frozen import Frozen
    from confmon.monitor.polling.poller import Poller
    from confmon.monitor.views.live_view import View
    from confmon.sharing.share import Share


class Freshness:
    """The part of a session that knows the age of what is shown."""

    def __init__(self, settings: Settings, clock: Clock, views: OpenViews) -> None:
        self.settings = settings
        self.clock = clock
        self.views = views
        """What is looked at, and how each view was left."""
        self.poller: Poller[Feed] | None = None
        self.trouble = ""
        """Why there is no bridge, once opening it has failed."""
        self.frozen: Frozen | None = None
        """The moment that is shown; None: the view follows."""
        self.own_interval_s = settings.interval_s
        """Seconds between two reads of what is looked at, where they are made here."""
        self.share: Share | None = None
        """The other confmon on this bridge; None: there are none."""

    @property
    def view(self) -> View:
        """What the keys are for."""
        return self.views.active

    @property
    def is_past(self) -> bool:
        """Whether the past is shown, or on its way to the screen."""
        return self.frozen is not None and self.frozen.is_past

    @property
    def interval_s(self) -> float:
        """Seconds between two reads of what is looked at; of the collector, while one reads."""
        if self.share is not None and self.share.state.mode == "following":
            return self.share.state.interval_s or self.own_interval_s
        return self.own_interval_s

    def paced_by(self) -> str:
        """Say that another one reads, and at which pace; an empty string: it is read here."""
        if self.share is None or (state := self.share.state).mode != "following":
            return ""
        if not state.collector:
            return "nobody reads now"
        return (
            f"{state.collector} reads every {self.interval_s:g} s;"
            f" from here it would be every {self.own_interval_s:g} s"
        )

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
        """Return the age of what is shown; of a frozen view with the time since then."""
        return self.frozen.age_at(self.clock.now()) if self.frozen else self.age_s()

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
        if self.frozen is not None:
            return self.frozen.disarms
        if reason := self.disarmed_link():
            return reason
        if self.is_stale():
            return too_old(self.age_s())
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
            return "no data yet" if self.age_s() is None else STALE
        return ""

    def _are_stale(self, feeds: Sequence[Feed]) -> bool:
        if self.poller is None:
            return True
        states = [self.poller.state(feed) for feed in feeds]
        return all(is_stale(state, self.clock.now(), self.interval_s) for state in states)
