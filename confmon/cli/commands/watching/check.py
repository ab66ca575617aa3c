"""`check`: a plug-in of Nagios and Icinga. All its exits are 0 to 3, also those of errors."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from confmon.cli import composition
from confmon.cli.commands.watching.attention import Watch, choose_rules, name_of
from confmon.cli.output.plugin import Figure, State, report
from confmon.clock import SystemClock
from confmon.config.settings import resolve
from confmon.models.codes import Codes
from confmon.monitor.attention.rules import BY_ID
from confmon.monitor.exports.numbers import visibility
from confmon.monitor.polling.freshness import ago
from confmon.monitor.polling.snapshot import ALL_CALLS
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Mapping, Sequence

    from confmon.api.live import ConferenceClient
    from confmon.monitor.attention.rule import Rule
    from confmon.monitor.attention.signal import Signal
    from confmon.monitor.exports.numbers import NumberVisibility
    from confmon.monitor.polling.live_store import LiveStore

RULES_NAMED = 3
"""The first line tells about so many rules; the other lines about every signal."""


class Thresholds(NamedTuple):
    """How many signals of a rule make a state. Without one, any does: critical if it is red."""

    warning: Mapping[str, int]
    critical: Mapping[str, int]

    def judge(self, signals: Sequence[Signal]) -> State:
        """Return the worst state that the signals make."""
        found = Counter(signal.rule for signal in signals)
        red = Counter(signal.rule for signal in signals if signal.severity == "red")
        worst = State.OK
        for rule, count in found.items():
            critical = self.critical.get(rule)
            if red[rule] if critical is None else count >= critical:
                return State.CRITICAL
            if count >= self.warning.get(rule, 1):
                worst = State.WARNING
        return worst

    def figures(self, rules: Iterable[Rule], signals: Iterable[Signal]) -> list[Figure]:
        """Return how many signals each rule has, with the ranges that they are judged by."""
        found = Counter(signal.rule for signal in signals)
        return [
            Figure(
                rule.id,
                found[rule.id],
                warning=str(self.warning.get(rule.id, 1) - 1),
                critical=str(self.critical[rule.id] - 1) if rule.id in self.critical else "",
            )
            for rule in rules
        ]


def run(arguments: Namespace) -> int:
    """Read, watch as long as it takes, and print a state. CliExit: whatever it is, UNKNOWN."""
    configuration = resolve.resolve(arguments, os.environ)
    settings = configuration.settings
    rules = choose_rules(arguments.rule, settings.attention)
    timeout_s, meeting = arguments.timeout_s, arguments.meeting
    if arguments.for_s >= timeout_s:
        raise exits.usage_error(
            f"--for {arguments.for_s} does not fit into the {timeout_s} s of --timeout",
            "Give more to both: --timeout here, and the time the monitor lets a plug-in run.",
        )
    thresholds = Thresholds(dict(arguments.warning), dict(arguments.critical))
    watched = {rule.id for rule in rules} - set(settings.attention.off)
    if unwatched := sorted({*thresholds.warning, *thresholds.critical} - watched):
        raise exits.usage_error(f"{unwatched[0]} has a threshold and is not watched")
    numbers = visibility(
        reveal=arguments.reveal_numbers, mask=settings.mask_numbers, is_export=True
    )

    async def work(bridge: ConferenceClient) -> int:
        watch = Watch(bridge, rules, settings.attention, Codes(settings.codes), SystemClock())
        try:
            async with asyncio.timeout(timeout_s):
                await watch.run(settings.interval_s, arguments.for_s, meeting)
        except TimeoutError:
            raise exits.CliExit(exits.DOWN, f"confmon: not done within {timeout_s} s") from None
        signals = watch.signals(meeting)
        state = thresholds.judge(signals)
        lines = [_line(watch.store, signal, numbers) for signal in signals]
        figures = [
            *_figures(watch, signals, meeting),
            *thresholds.figures(watch.attention.rules, signals),
        ]
        summary = _summary(watch, signals, meeting)
        if lacks := [words for words in watch.missing.values() if words]:
            summary = "; ".join([summary, *lacks])
            state = state or State.UNKNOWN  # what was not read may need somebody
        print(report(state, summary, figures, lines))
        return state

    return composition.with_api(configuration, work)


def _line(store: LiveStore, signal: Signal, numbers: NumberVisibility) -> str:
    title, age = BY_ID[signal.rule].title, ago(max(0.0, store.wall() - signal.since))
    text = "" if signal.text == title else f": {signal.text}"
    name = name_of(signal, store, numbers)
    return f"{signal.severity} for {age}: {_place(signal)} {name}".rstrip() + text


def _summary(watch: Watch, signals: Sequence[Signal], meeting: int | None) -> str:
    """Return the worst of each rule, the most urgent first; or how many are well."""
    live_state = watch.store.live_state
    if meeting is not None and meeting not in live_state.meetings and not signals:
        return f"meeting {meeting} is not live"
    if not signals:
        where = f"{len(live_state.meetings)} meetings" if meeting is None else f"meeting {meeting}"
        return f"nothing needs anybody: {_callers(watch, meeting)} callers in {where}"
    worst: dict[str, Signal] = {}
    for signal in signals:
        worst.setdefault(signal.rule, signal)
    of_rule = Counter(signal.rule for signal in signals)
    lines = [
        _place(signal) + (f" (+{of_rule[rule] - 1})" if of_rule[rule] > 1 else "")
        for rule, signal in worst.items()
    ]
    rest = [f"and {len(lines) - RULES_NAMED} more"] if len(lines) > RULES_NAMED else []
    by_severity = Counter(signal.severity for signal in signals)
    return (
        f"{by_severity['red']} red, {by_severity['amber']} amber:"
        f" {', '.join([*lines[:RULES_NAMED], *rest])}"
    )


def _place(signal: Signal) -> str:
    title = BY_ID[signal.rule].title
    return title if signal.meeting is None else f"{title} in {signal.meeting}"


def _callers(watch: Watch, meeting: int | None) -> int:
    live_state = watch.store.live_state
    tally = live_state.everybody() if meeting is None else live_state.tally(meeting)
    return tally.callers


def _figures(watch: Watch, signals: Sequence[Signal], meeting: int | None) -> list[Figure]:
    by_severity = Counter(signal.severity for signal in signals)
    seen = watch.store.seen.get(ALL_CALLS)
    meetings = [n for n in watch.store.live_state.meetings if meeting in (None, n)]
    figures = [
        Figure("calls", _callers(watch, meeting)),
        Figure("meetings", len(meetings)),
        Figure("red", by_severity["red"], critical="0"),
        Figure("amber", by_severity["amber"], warning="0"),
    ]
    if seen is not None:
        figures.append(Figure("scan", seen.answered_at - seen.asked_at, "s"))
    return figures
