"""Who needs the operator next, and how fresh the knowledge of it is.

Signals come from the rules, askers from the order of asking. Where one has been is remembered by
what it is about, never by a place in a list.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

from confmon.monitor.polling.freshness import age_s, is_stale
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS

if TYPE_CHECKING:
    from collections.abc import Hashable

    from confmon.clock import Clock
    from confmon.monitor.attention.engine import Attention
    from confmon.monitor.attention.signal import Severity, Signal
    from confmon.monitor.memory.asking import Asker, AskingQueue
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.polling.poller import Poller
    from confmon.monitor.polling.snapshot import Feed

SNOOZE_MINUTES = 10.0


class Stop(NamedTuple):
    """A signal to go to: the `at`th of `of` callers and meetings; `more` are about the same."""

    signal: Signal
    at: int
    of: int
    more: int


class Turn(NamedTuple):
    """An asker to go to: the `at`th of `of`; `after` ask after this one in the same meeting."""

    asker: Asker
    at: int
    of: int
    after: int


class Needs:
    """The signals by what they are about, and the ways through signals and askers."""

    def __init__(self, attention: Attention, asking: AskingQueue) -> None:
        self._attention = attention
        self._asking = asking
        self._visited: dict[Hashable, Severity] = {}
        """Where the operator has been in this round, and how bad it was."""
        self._last: Hashable = None
        self._last_asker: Asker | None = None

    # From signal to signal.

    def next_signal(self) -> Stop | None:
        """Return the worst and oldest that the operator has not been at in this round.

        One that has turned red since is new. None: nothing needs somebody now.
        """
        stops: dict[Hashable, list[Signal]] = {}
        for signal in self._attention.signals:
            if not signal.is_quiet:
                stops.setdefault(signal.stop, []).append(signal)
        if not stops:
            return None
        self._visited = {stop: was for stop, was in self._visited.items() if stop in stops}
        if not (waiting := self._waiting(stops)):
            self._visited.clear()
            waiting = [stop for stop in stops if stop != self._last] or list(stops)
        chosen = waiting[0]
        signals = stops[chosen]
        self.visit(signals[0])
        return Stop(signals[0], list(stops).index(chosen) + 1, len(stops), len(signals) - 1)

    def _waiting(self, stops: dict[Hashable, list[Signal]]) -> list[Hashable]:
        return [
            stop
            for stop, (worst, *_) in stops.items()
            if stop not in self._visited
            or (worst.severity == "red" and self._visited[stop] == "amber")
        ]

    def visit(self, signal: Signal) -> None:
        """Note that the operator goes to a signal."""
        self._last = signal.stop
        self._visited[self._last] = signal.severity

    # From asker to asker.

    def next_asker(self, under: int | None) -> Turn | None:
        """Return the asker to go to from the caller `under` the cursor; None: nobody asks.

        From one who asks, or was gone to last: the next in the queue of the meeting, then of
        the meeting with the next oldest. From anywhere else: who has asked longest of all.
        """
        groups: dict[int | None, list[Asker]] = {}
        for asker in self._asking:
            groups.setdefault(asker.meeting, []).append(asker)
        queue = list(chain.from_iterable(groups.values()))
        if not queue:
            return None
        at = self._after(under, queue, groups) % len(queue)
        asker = self._last_asker = queue[at]
        group = groups[asker.meeting]
        return Turn(asker, at + 1, len(queue), len(group) - 1 - group.index(asker))

    def _after(
        self, under: int | None, queue: list[Asker], groups: dict[int | None, list[Asker]]
    ) -> int:
        """Return the place in the queue that follows a caller."""
        here = None if under is None else self._asking.of(under)
        if here is not None:
            return queue.index(here) + 1
        was = self._last_asker
        if was is None or was.call != under or was.meeting not in groups:
            return 0
        group = groups[was.meeting]
        later = [
            asker for asker in group if (asker.asked_at, asker.call) > (was.asked_at, was.call)
        ]
        return queue.index(later[0]) if later else queue.index(group[-1]) + 1


# How fresh all that is.


class LiveReads(Protocol):
    """As much of a session as tells how fresh the signals are."""

    clock: Clock
    store: LiveStore
    poller: Poller[Feed] | None
    attention: Attention

    @property
    def interval_s(self) -> float:
        """Seconds between two reads of what is looked at."""
        ...


def known_age_s(session: LiveReads) -> float | None:
    """Return how old the reads behind the signals are; None: not everything was read."""
    if session.poller is None:
        return None
    return oldest_age_s(session.poller, session.clock.now())


def oldest_age_s(poller: Poller[Feed], now: float) -> float | None:
    """Return how old the older of the two lists is; None: not both were read."""
    ages = [age_s(poller.state(feed), now) for feed in (MEETINGS, ALL_CALLS)]
    return None if None in ages else max(age for age in ages if age is not None)


def are_stale(session: LiveReads) -> bool:
    """Whether the reads behind the signals are too old to go by."""
    poller = session.poller
    return poller is None or any(
        is_stale(poller.state(feed), session.clock.now(), session.interval_s)
        for feed in (MEETINGS, ALL_CALLS)
    )


def known_until(session: LiveReads) -> float:
    """Return the bridge's time up to which the signals are known.

    Nobody knows whether somebody waits on after the last read, so ages stop there.
    """
    wall = session.store.wall()
    return wall - (known_age_s(session) or 0.0) if are_stale(session) else wall


def toggle_acknowledged(attention: Attention, signals: tuple[Signal, ...], by: str) -> bool:
    """Acknowledge signals; if all of them are, take that back. Return whether they are now."""
    if all(signal.acknowledged_by for signal in signals):
        return _wake(attention, signals)
    for signal in signals:
        attention.acknowledge(signal, by)
    return True


def toggle_snoozed(attention: Attention, signals: tuple[Signal, ...]) -> bool:
    """Snooze signals; if all of them are, take that back. Return whether they are now."""
    if all(signal.snoozed_until for signal in signals):
        return _wake(attention, signals)
    for signal in signals:
        attention.snooze(signal, SNOOZE_MINUTES)
    return True


def _wake(attention: Attention, signals: tuple[Signal, ...]) -> bool:
    for signal in signals:
        attention.wake(signal)
    return False
