"""Turns what the rules find into signals: after their threshold, until their cause leaves.

Only what changed is looked at, and in parts: nobody waits for it. A condition ages by the reads
that show it, not by the clock. What no read has shown (a failed poll, a stale feed, a torn read) is
not known: it neither makes a signal appear nor takes one away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.attention.signal import Counts, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from confmon.clock import CallLater, Clock
    from confmon.config.settings.attention import AttentionSettings
    from confmon.monitor.attention.rule import Rule
    from confmon.monitor.attention.signal import SignalTarget
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.polling.state_update import Published


class Attention:
    """The signals of one session, and what the operators did about them."""

    def __init__(
        self,
        store: LiveStore,
        settings: AttentionSettings,
        clock: Clock,
        *,
        rules: Sequence[Rule],
        call_later: CallLater | None = None,
    ) -> None:
        """Without `call_later`, everything that a read changed is looked at at once."""
        self._store, self._settings, self._clock = store, settings, clock
        self._call_later = call_later
        self.rules = tuple(rule for rule in rules if rule.id not in settings.off)
        """The rules that are watched."""
        self.signals: tuple[Signal, ...] = ()
        """Red before amber, the oldest first."""
        self.version = 0
        """Counts the changes of `signals`, for those who draw them."""
        store.on_published(self.follow)

    def follow(self, published: Published) -> None:
        """Take in what a read changed."""

    def tick(self) -> None:
        """End the snoozes that are over."""

    def acknowledge(self, signal: Signal, by: str) -> None:
        """Keep a signal quiet until its cause comes back, or it turns from amber to red."""

    def snooze(self, signal: Signal, minutes: float = 10) -> None:
        """Keep a signal quiet for so long, or until it turns from amber to red."""

    def wake(self, signal: Signal) -> None:
        """Take back an acknowledgement or a snooze."""

    def counts(self) -> Counts:
        """Return how many signals are red, amber and quiet."""
        quiet = sum(signal.is_quiet for signal in self.signals)
        red = sum(one.severity == "red" and not one.is_quiet for one in self.signals)
        return Counts(red, len(self.signals) - quiet - red, quiet)

    def next_after(self, target: SignalTarget | None) -> Signal | None:
        """Return the signal to go to from a target: the next loud one, of another target if any."""
        loud = [signal for signal in self.signals if not signal.is_quiet]
        at = next((at for at, one in enumerate(loud) if one.target == target), -1)
        following = loud[at + 1 :] + loud[: at + 1]
        others = (signal for signal in following if signal.target != target)
        return next(others, following[0] if following else None)

    def asking(self) -> tuple[Signal, ...]:
        """Return who asks for help or has a question: by the read that first showed it, then id."""
        asks = [signal for signal in self.signals if signal.rule in ("help", "question")]
        return tuple(sorted(asks, key=lambda signal: (signal.since, signal.target)))

    def of(self, target: SignalTarget) -> tuple[Signal, ...]:
        """Return the signals of a target, the most urgent first."""
        return tuple(signal for signal in self.signals if signal.target == target)

    def in_meeting(self, number: int) -> tuple[Signal, ...]:
        """Return the signals of a meeting and of its callers, the most urgent first."""
        return tuple(signal for signal in self.signals if signal.meeting == number)

    def learn_attributes(self, number: int, attributes: Mapping[str, str]) -> None:
        """Take in the attributes of a meeting, whenever somebody has read them."""
