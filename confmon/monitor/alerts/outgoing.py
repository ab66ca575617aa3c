"""Which signals leave confmon, and what goes out of each."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from confmon.models.alert import Alert
from confmon.models.people import phone_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from confmon.config.settings.alerts import AlertSettings
    from confmon.monitor.attention.signal import Signal

PART: Final = 64
"""So many signals are looked at in one step: below a millisecond."""


class Outgoing:
    """The alerts of the signals there are.

    `mask`: numbers in the text are cut to four digits; in what tells two signals apart they always
    are.
    """

    def __init__(self, settings: AlertSettings, *, mask: bool) -> None:
        self._settings, self._mask = settings, mask
        self._made: dict[int, tuple[Signal, Alert]] = {}
        """The alert of each signal, by the signal's `id`: a signal is never changed."""
        self.alerts: Mapping[tuple[object, ...], Alert] = {}
        """By identity, the most urgent first."""

    def follow(self, signals: Sequence[Signal], skew_s: float) -> Generator[None, None, None]:
        """Take in what is so now, step by step. `skew_s`: the server's clock is so far ahead."""
        made: dict[int, tuple[Signal, Alert]] = {}
        found: dict[tuple[object, ...], Alert] = {}
        wanted = filter(self._is_wanted, signals)
        while part := list(islice(wanted, PART)):
            for signal in part:
                known = self._made.get(id(signal)) or (signal, self._alert(signal, skew_s))
                made[id(signal)] = known
                found.setdefault(known[1].identity, known[1])
            yield
        self._made, self.alerts = made, found

    def _is_wanted(self, signal: Signal) -> bool:
        chosen = self._settings
        if chosen.rules and signal.rule not in chosen.rules:
            return False
        return chosen.severity == "amber" or signal.severity == "red"

    def _alert(self, signal: Signal, skew_s: float) -> Alert:
        text, until = signal.text, signal.snoozed_until
        if self._mask:
            text = _cut(text, phone_numbers.hidden, signal.meeting, signal.call)
        return Alert(
            rule=signal.rule,
            title=signal.title,
            severity=signal.severity,
            text=text,
            since=signal.since - skew_s,
            meeting=signal.meeting,
            call=signal.call,
            subject=_cut(signal.subject, phone_numbers.last),
            acknowledged_by=signal.acknowledged_by,
            snoozed_until=until - skew_s if until else 0.0,
        )


def _cut(text: str, how: Callable[[str], str], *ids: int | None) -> str:
    """Return a text with its telephone numbers cut; most have too few digits to have any."""
    if sum(map(str.isdigit, text)) < phone_numbers.LEAST:
        return text
    return phone_numbers.cut(text, how, ids)
