"""Reads a bridge for ever, as the screen does, and keeps the figures that other monitors want."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from confmon.cli.commands.watching.attention import choose_rules
from confmon.cli.commands.watching.lookout import Lookout
from confmon.cli.commands.watching.signal_watch import SignalWatch
from confmon.monitor.actions.pending import PendingActions
from confmon.monitor.memory.memory import Memory
from confmon.monitor.polling.freshness import limit_s
from confmon.monitor.polling.live_feeds import feeds_for
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.api.live import ConferenceClient
    from confmon.clock import Clock
    from confmon.config.settings.model import Settings
    from confmon.models.codes import Codes
    from confmon.monitor.polling.feed import FeedState
    from confmon.monitor.polling.snapshot import Feed, Snapshot

ROLES: Final = ("host", "participant", "listener", "recording", "unknown")
STATES: Final = ("on hold", "muted", "not muted", "unknown")
"""Who is on hold is not counted as muted. Roles and states are the words of `Codes`."""
_NEVER: Final = float("-inf")
_RAW: Final = attrgetter("role", "mute_mode", "hold_mode")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures at one moment: frozen, so that another thread may read them.

    `calls` are by role and state, `signals` by rule and severity, `requests` by method and status,
    `actions` by verb and outcome. `unreadable` has how many records of each list could not be read,
    `clean_at` the epoch seconds at which each was asked for by its newest whole read.
    After `calls_until` and `meetings_until` (monotonic) they are too old to go by.
    """

    calls: Mapping[tuple[str, str], int] = field(default_factory=dict)
    calls_until: float = _NEVER
    meetings: int = 0
    meetings_until: float = _NEVER
    signals: Mapping[tuple[str, str], int] = field(default_factory=dict)
    joins: int = 0
    leaves: int = 0
    unreadable: Mapping[str, int] = field(default_factory=dict)
    clean_at: Mapping[str, float] = field(default_factory=dict)
    requests: Mapping[tuple[str, str], int] = field(default_factory=dict)
    actions: Mapping[tuple[str, str], int] = field(default_factory=dict)


class EndlessWatch:
    """Reads of one bridge for ever, and the rules over them."""

    def __init__(
        self,
        bridge: ConferenceClient,
        settings: Settings,
        clock: Clock,
        *,
        on_scan: Callable[[str, float], None],
        count_actions: Callable[[], Mapping[tuple[str, str], int]],
    ) -> None:
        """`on_scan` gets the name of each list that was read, and how long that took.

        `count_actions` returns what became of actions, by verb and outcome.
        """
        self.clock, self.interval_s = clock, settings.interval_s
        self._bridge = bridge
        self._lookout = Lookout(bridge, settings, clock, on_read=self._heard)
        self.store = self._lookout.store
        self._signals = SignalWatch(
            self._lookout,
            choose_rules(None, settings.attention),
            say=print_notice,
            on_change=self._count_signals,
        )
        self.attention = self._signals.attention
        self.memory = Memory(self.store, PendingActions(self.store, clock), clock)
        self._on_scan, self._count_actions = on_scan, count_actions
        self._trouble = ""
        self._scanned_at: dict[Feed, float | None] = {}
        self.figures = Figures()
        """Made anew by each read, and after each failure."""
        self._count_signals()
        self.store.on_applied(self._applied)

    async def run(self) -> None:
        """Read until it is cancelled. Unauthorized: the login was refused; nothing is read then.

        Any other error is a fault of our own.
        """
        self._signals.start()
        try:
            await self._lookout.run(self._feeds())
        finally:
            await self._signals.close()

    def _feeds(self) -> dict[Feed, float]:
        return feeds_for(None, all_calls=False, calls_total=len(self.store.live_state.calls))

    def _heard(self, feed: Feed, state: FeedState) -> None:
        self._tell_trouble()
        if not state.failures and state.ok_asked_at != self._scanned_at.get(feed):
            self._scanned_at[feed] = state.ok_asked_at
            self._on_scan(feed.kind, state.took_s[-1])
            until = (state.ok_asked_at or 0.0) + limit_s(state, self.interval_s)
            self._count(feed, until)
        totals = self.memory.series.totals
        self.figures = replace(
            self.figures,
            joins=totals["joins"],
            leaves=totals["leaves"],
            requests=self._bridge.count_answers(),
            actions=self._count_actions(),
        )
        if feed == ALL_CALLS:
            self._lookout.poller.watch(self._feeds())

    def _tell_trouble(self) -> None:
        """Say once why nothing is read, and once that it is read again."""
        poller = self._lookout.poller
        if poller.unauthorized is not None:
            return  # it ends with that
        errors = [poller.state(feed).error for feed in (MEETINGS, ALL_CALLS)]
        trouble = next((str(error) for error in errors if error is not None), "")
        if trouble != self._trouble:
            print_notice(trouble or "the bridge is read again")
        self._trouble = trouble

    def _count(self, feed: Feed, until: float) -> None:
        live_state = self.store.live_state
        if feed == MEETINGS:
            self.figures = replace(
                self.figures, meetings=len(live_state.meetings), meetings_until=until
            )
        else:
            raw = Counter(map(_RAW, live_state.calls.values()))
            calls = dict.fromkeys(((role, state) for role in ROLES for state in STATES), 0)
            for (role, mute_mode, hold_mode), count in raw.items():
                calls[_kind(live_state.codes, role, mute_mode, hold_mode)] += count
            self.figures = replace(self.figures, calls=calls, calls_until=until)
        self._count_signals()

    def _count_signals(self) -> None:
        signals = dict.fromkeys(
            ((rule.id, level) for rule in self.attention.rules for level in ("amber", "red")), 0
        )
        for signal in self.attention.signals:
            signals[signal.rule, signal.severity] += 1
        self.figures = replace(self.figures, signals=signals)

    def _applied(self, snapshot: Snapshot[Any]) -> None:
        name, scan = snapshot.feed.kind, snapshot.scan
        unreadable = {**self.figures.unreadable, name: len(scan.unreadable)}
        self.figures = replace(self.figures, unreadable=unreadable)
        if scan.clean:
            at = self.clock.wall() - (self.clock.now() - snapshot.asked_at)
            clean_at = {**self.figures.clean_at, name: at}
            self.figures = replace(self.figures, clean_at=clean_at)


def _kind(
    codes: Codes, role: int | None, mute_mode: int | None, hold_mode: int | None
) -> tuple[str, str]:
    """Return the role and the state of a call, by the words of the table of codes."""
    if codes.is_held(hold_mode):
        state = "on hold"
    else:
        state = {True: "muted", False: "not muted", None: "unknown"}[codes.is_muted(mute_mode)]
    return codes.role(role) or "unknown", state
