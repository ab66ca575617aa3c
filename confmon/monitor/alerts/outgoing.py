"""Which signals leave confmon, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models import phone_numbers
from confmon.models.alert import Alert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confmon.config.settings.alerts import AlertSettings
    from confmon.monitor.attention.signal import Signal


def alerts_of(
    signals: Iterable[Signal], settings: AlertSettings, *, mask: bool, skew_s: float = 0.0
) -> dict[tuple[object, ...], Alert]:
    """Return the alerts of signals by their identity, the most urgent first.

    `mask`: numbers in the text are cut to four digits; in what tells two signals apart they always
    are. `skew_s` is how far the server's clock is ahead of ours.
    """
    found: dict[tuple[object, ...], Alert] = {}
    for signal in signals:
        if settings.rules and signal.rule not in settings.rules:
            continue
        if settings.severity == "red" and signal.severity != "red":
            continue
        alert = _alert(signal, skew_s, mask=mask)
        found.setdefault(alert.identity, alert)
    return found


def _alert(signal: Signal, skew_s: float, *, mask: bool) -> Alert:
    text = signal.text
    if mask:
        ids = (signal.meeting, signal.call)
        text = phone_numbers.cut(text, phone_numbers.hidden, ids)
    until = signal.snoozed_until
    return Alert(
        rule=signal.rule,
        title=signal.title,
        severity=signal.severity,
        text=text,
        since=signal.since - skew_s,
        meeting=signal.meeting,
        call=signal.call,
        subject=phone_numbers.cut(signal.subject, phone_numbers.last),
        acknowledged_by=signal.acknowledged_by,
        snoozed_until=until - skew_s if until else 0.0,
    )
