"""What operators did about signals: acknowledged or snoozed by one, it is quiet for all.

One fact a signal has what was done about it last; awake again is put as well. It is not for a
signal that began later, nor for one that has turned red since.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS
from confmon.monitor.together.facts import number_in, whole_in
from confmon.monitor.together.people import name_for
from confmon.monitor.views.need_columns import signal_key

if TYPE_CHECKING:
    from confmon.monitor.attention.signal import Signal, SignalTarget
    from confmon.monitor.attention.signals import Signals
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.together.facts import Facts
    from confmon.sharing.records import Fact

_TARGETS = ("call", "meeting", "bridge")


class SharedSignals:
    """Says what is done about signals here, and does here what others do about them."""

    def __init__(self, facts: Facts, signals: Signals, store: LiveStore) -> None:
        self._facts = facts
        self._signals = signals
        self._store = store
        self._first_read: float | None = None
        """When everything had been read once (epoch seconds by the server's clock)."""
        self._known: dict[str, SignalTarget] = {}
        """The signals that a fact was for when they were looked at last."""
        signals.on_quieted = self._say

    def _say(self, signal: Signal) -> None:
        kind, key = signal.target
        data = {
            "rule": signal.rule,
            "target": kind,
            "id": key,
            "subject": signal.subject,
            "severity": signal.severity,
            "began": round(signal.since, 3),
            "acknowledged": bool(signal.acknowledged_by),
            "snoozed_until": round(signal.snoozed_until, 3),
            "at": round(self._store.wall(), 3),
        }
        self._facts.put("signal", signal_key(signal), data)

    def look(self) -> None:
        """Do here what the facts say, and drop those of signals that have gone."""
        seen = self._store.seen
        if self._first_read is None and MEETINGS in seen and ALL_CALLS in seen:
            self._first_read = self._store.wall()
        known: dict[str, SignalTarget] = {}
        for key, fact in self._facts.of("signal").items():
            target = _target(fact.data)
            if target is None or self._facts.is_too_old(fact):
                if self._facts.is_ours_to_drop(fact):
                    self._facts.drop("signal", key)
                continue
            signal = self._find(key, target)
            if signal is not None:
                known[key] = target
                self._follow(signal, fact)
            elif key in self._known and self._facts.is_ours_to_drop(fact):
                # It was there and has gone: when its cause comes back, it is another signal.
                self._facts.drop("signal", key)
        self._known = known

    def _find(self, key: str, target: SignalTarget) -> Signal | None:
        found = self._signals.by_target.get(target, ())
        return next((signal for signal in found if signal_key(signal) == key), None)

    def _follow(self, signal: Signal, fact: Fact) -> None:
        """Leave a signal as a fact says, if it is about this occurrence of it."""
        data = fact.data
        at, until = number_in(data, "at"), number_in(data, "snoozed_until") or 0.0
        if at is None or not self._began_before(signal, at):
            return
        if signal.severity == "red" and data.get("severity") != "red":
            return
        by = ""
        if data.get("acknowledged") is True:
            by = name_for(fact.operator, self._facts.share.who)
        if 0 < until <= self._store.wall():
            until = 0.0
        if by == signal.acknowledged_by and abs(until - signal.snoozed_until) < 1:
            return
        self._signals.put_quiet(replace(signal, acknowledged_by=by, snoozed_until=until))

    def _began_before(self, signal: Signal, at: float) -> bool:
        """Whether a signal began before a moment, as far as this confmon can tell.

        Of what was so at the first read nobody here knows since when.
        """
        return signal.since <= at or (
            self._first_read is not None and signal.since <= self._first_read
        )


def _target(data: Any) -> SignalTarget | None:
    kind, key = data.get("target"), whole_in(data, "id")
    if kind not in _TARGETS or key is None:
        return None
    return cast("SignalTarget", (kind, key))
