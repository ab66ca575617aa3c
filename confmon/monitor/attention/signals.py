"""The signals there are, and what operators do about them."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from confmon.monitor.attention.held import HeldConditions
from confmon.monitor.attention.signal import Counts, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from confmon.monitor.attention.held import Held
    from confmon.monitor.attention.signal import SignalTarget
    from confmon.monitor.polling.live_store import LiveStore

_ORDER = attrgetter("order")


class Signals:
    """The signals of one session. The engine, a subclass, makes them."""

    def __init__(self, store: LiveStore) -> None:
        self._store = store
        self.signals: tuple[Signal, ...] = ()
        """Red before amber, the oldest first."""
        self.version = 0
        """Counts the changes of `signals`, for those who draw them."""
        self.by_target: Mapping[SignalTarget, Sequence[Signal]] = {}
        """The signals of each target, the most urgent first."""
        self._counts = Counts()
        self._held = HeldConditions()
        self._listed: list[Held] = []
        """Those with a signal, in the order of `signals`."""
        self.on_quieted: Callable[[Signal], None] = lambda _signal: None
        """Called with a signal as the operator here has left it."""

    def _show(self) -> None:
        """List what is so now: only what came, changed or went is looked at."""
        turned = [held for held in self._held.turned if held.signal is not held.listed]
        self._held.turned.clear()
        if not turned:
            return
        gone = set(turned)
        listed = [held for held in self._listed if held not in gone]
        listed += [held for held in turned if held.signal is not None]
        listed.sort(key=_ORDER)
        self._listed = listed
        self.signals = tuple([held.signal for held in listed if held.signal is not None])
        self._list_by_target(turned)
        self.version += 1

    def _list_by_target(self, turned: list[Held]) -> None:
        """Put signals out and in by their targets, and count the places to go to."""
        by_target = dict(self.by_target)  # the one before stays as it is: a paused view shows it
        for held in turned:
            before, now = held.listed, held.signal
            if before is not None:
                others = [signal for signal in by_target.pop(before.target) if signal is not before]
                if others:
                    by_target[before.target] = others
            if now is not None:
                others = [*by_target.get(now.target, ()), now]
                by_target[now.target] = others if len(others) == 1 else sorted(others, key=_ORDER)
            held.listed = now
        self.by_target = by_target
        loud = {signal.stop for signal in self.signals if not signal.is_quiet}
        red = {
            signal.stop
            for signal in self.signals
            if signal.severity == "red" and not signal.is_quiet
        }
        stops = {signal.stop for signal in self.signals}
        self._counts = Counts(len(red), len(loud) - len(red), len(stops) - len(loud))

    def end_snoozes(self) -> None:
        """End the snoozes that are over."""
        wall = self._store.wall()
        for held in self._listed:
            signal = held.signal
            if signal is not None and 0 < signal.snoozed_until <= wall:
                held.signal = replace(signal, snoozed_until=0.0)
                self._held.turned[held] = None
        self._show()

    # What operators do.

    def acknowledge(self, signal: Signal, by: str) -> None:
        """Keep a signal quiet until its cause comes back, or it turns from amber to red."""
        self._do(replace(signal, acknowledged_by=by, snoozed_until=0.0))

    def snooze(self, signal: Signal, minutes: float = 10) -> None:
        """Keep a signal quiet for so long, or until it turns from amber to red."""
        until = self._store.wall() + 60 * minutes
        self._do(replace(signal, acknowledged_by="", snoozed_until=until))

    def wake(self, signal: Signal) -> None:
        """Take back an acknowledgement or a snooze."""
        self._do(replace(signal, acknowledged_by="", snoozed_until=0.0))

    def _do(self, wanted: Signal) -> None:
        self.put_quiet(wanted)
        self.on_quieted(wanted)

    def put_quiet(self, wanted: Signal) -> None:
        """Let a signal be as quiet as `wanted`, which another operator may have asked for."""
        identity = wanted.subject or wanted.target
        for held in self._listed:
            now = held.signal
            if now is None or held.rule.id != wanted.rule or held.condition.identity != identity:
                continue
            held.signal = replace(
                now, acknowledged_by=wanted.acknowledged_by, snoozed_until=wanted.snoozed_until
            )
            self._held.turned[held] = None
        self._show()

    # Asking for signals.

    def counts(self) -> Counts:
        """Return how many places to go to are red, amber and quiet."""
        return self._counts

    def of(self, target: SignalTarget) -> tuple[Signal, ...]:
        """Return the signals of a target, the most urgent first."""
        return tuple(self.by_target.get(target, ()))
