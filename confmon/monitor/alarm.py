"""When to call the operator who looks elsewhere, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.attention.rules import BY_ID

if TYPE_CHECKING:
    from confmon.clock import Clock
    from confmon.monitor.attention.engine import Attention
    from confmon.monitor.attention.signal import Severity, Signal

LEAST_S = 10.0
"""Seconds between two alarms."""

_Identity = tuple[str, object]


class Alarm:
    """Speaks up when a signal appears or turns red, but not for what is quiet."""

    def __init__(self, attention: Attention, clock: Clock) -> None:
        self._attention = attention
        self._clock = clock
        self._version = 0
        self._known: dict[_Identity, Severity] = {}
        self._news: set[_Identity] = set()
        """What nobody was called for yet."""
        self._called_at = float("-inf")

    def due(self) -> str:
        """Return what to tell now, or an empty string.

        It is a rule's title and a meeting's number: nothing that comes from callers.
        """
        self._follow()
        now = self._clock.now()
        if not self._news or now - self._called_at < LEAST_S:
            return ""
        news = [signal for signal in self._attention.signals if _identity(signal) in self._news]
        self._news.clear()
        loud = [signal for signal in news if not signal.is_quiet]
        if not loud:
            return ""
        self._called_at = now
        return _words(loud[0], len(loud) - 1)

    def _follow(self) -> None:
        if self._version == self._attention.version:
            return
        self._version = self._attention.version
        now = {_identity(signal): signal.severity for signal in self._attention.signals}
        self._news &= now.keys()
        for identity, severity in now.items():
            was = self._known.get(identity)
            if was is None or (was == "amber" and severity == "red"):
                self._news.add(identity)
        self._known = now


def _identity(signal: Signal) -> _Identity:
    return (signal.rule, signal.subject or signal.target)


def _words(signal: Signal, others: int) -> str:
    where = "" if signal.meeting is None else f", meeting {signal.meeting}"
    more = f" (and {others} more)" if others else ""
    return f"{BY_ID[signal.rule].title}{where}{more}"
