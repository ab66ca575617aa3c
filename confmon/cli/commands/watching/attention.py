"""`attention`: what needs somebody, printed after two reads or after a while."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from confmon.cli import composition
from confmon.cli.output.printing import PrintOptions, TableColumn, print_list, print_options
from confmon.clock import SystemClock
from confmon.config.settings import resolve
from confmon.models.codes import Codes
from confmon.models.errors import BridgeError
from confmon.models.live_records import Meeting
from confmon.monitor.actions.plan import label_of
from confmon.monitor.attention.engine import Attention
from confmon.monitor.attention.rules import RULES
from confmon.monitor.exports.numbers import NumberVisibility, cut_number
from confmon.monitor.polling.freshness import ago
from confmon.monitor.polling.live_feeds import live_feeds
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Snapshot
from confmon.process import exits
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from confmon.api.live import ConferenceClient
    from confmon.clock import Clock
    from confmon.config.settings.attention import AttentionSettings
    from confmon.models.live_records import Call
    from confmon.monitor.attention.rule import Rule
    from confmon.monitor.attention.signal import Signal
    from confmon.monitor.polling.snapshot import Feed

FIELDS = ("rule", "severity", "target", "meeting", "call", "name", "since", "text")
ATTRIBUTES_OF = 50
"""The attributes of so many meetings are read: each takes a request."""


class NoActions:
    """A command that only looks changes nothing."""

    is_idle = True

    def explain_change(self, *_: object) -> bool:
        """No change is ours."""
        return False

    def explain_leave(self, _call: Call) -> bool:
        """No leave is ours."""
        return False


def run(arguments: Namespace) -> int:
    """Read, watch as long as it takes, and print."""
    configuration = resolve.resolve(arguments, os.environ)
    settings = configuration.settings
    printing = print_options(arguments, settings)
    rules = choose_rules(arguments.rule, settings.attention)

    async def work(bridge: ConferenceClient) -> int:
        clock = SystemClock()
        watch = Watch(bridge, rules, settings.attention, Codes(settings.codes), clock)
        await watch.run(settings.interval_s, arguments.for_s, arguments.meeting)
        _print(watch.signals(arguments.meeting), watch.store, printing)
        return exits.OK

    return composition.with_api(configuration, work)


def choose_rules(only: str | None, settings: AttentionSettings) -> list[Rule]:
    """Return every rule, or the one that is named. CliExit: 64, that one is off."""
    if only in settings.off:
        raise exits.usage_error(f"[attention] off has {only}")
    return [rule for rule in RULES if only in (None, rule.id)]


class Watch:
    """Reads of one bridge, and the rules over them."""

    def __init__(
        self,
        bridge: ConferenceClient,
        rules: Sequence[Rule],
        settings: AttentionSettings,
        codes: Codes,
        clock: Clock,
    ) -> None:
        self.bridge, self.clock = bridge, clock
        self.missing: dict[Feed, str] = {}
        """What every read so far of a list has lacked; none: one was whole."""
        self.store = LiveStore(clock, codes)
        self._open_feed = live_feeds(bridge, self.store)
        self.attention = Attention(self.store, settings, clock, rules=rules, ours=NoActions())

    async def run(self, interval_s: float, for_s: float, meeting: int | None) -> None:
        """Read every `interval_s`, at least twice, and for the last time after `for_s`.

        A read that fails in between says nothing; the first and the last one have to work.
        Raises BridgeError.
        """
        await self._read()
        await self._read_attributes(meeting)
        until = self.clock.now() + max(for_s, interval_s)
        while (left_s := until - self.clock.now()) > 0:
            await self.clock.sleep(min(interval_s, left_s))
            try:
                await self._read()
            except BridgeError as error:
                if self.clock.now() >= until or error.status in (401, 403):
                    raise
                print_notice(f"a read failed: {error}")

    def signals(self, meeting: int | None) -> list[Signal]:
        """Return what was found, of one meeting or of all; the most urgent first."""
        return [signal for signal in self.attention.signals if meeting in (None, signal.meeting)]

    async def _read(self) -> None:
        for feed in (MEETINGS, ALL_CALLS):
            asked_at = self.clock.now()
            self._take_in(feed, asked_at, await self._open_feed(feed).fetch())

    def _take_in(self, feed: Feed, asked_at: float, scan: Any) -> None:
        now = self.clock.now()
        lacks = "" if scan.clean else f"the list of {feed} moved while it was read"
        if scan.unreadable:
            lacks = f"{len(scan.unreadable)} {feed} could not be read"
        self.missing[feed] = lacks if self.missing.get(feed, lacks) else ""
        self.store.apply(Snapshot(feed=feed, asked_at=asked_at, answered_at=now, scan=scan))
        self.store.expire()  # whoever left long ago is let go

    async def _read_attributes(self, meeting: int | None) -> None:
        """Read the attributes of the meetings, where a rule asks for them."""
        if not any(rule.attributes for rule in self.attention.rules):
            return
        numbers = [number for number in self.store.live_state.meetings if meeting in (None, number)]
        if len(numbers) > ATTRIBUTES_OF:
            print_notice(
                f"{len(numbers)} meetings: their attributes are not read, so their limits are not"
                " known; --meeting reads those of one"
            )
            return
        for number in numbers:
            try:
                found = await self.bridge.get_attributes(number)
            except BridgeError as error:
                print_notice(f"the attributes of {number} are not known: {error}")
                return
            self.attention.learn_attributes(
                number, {attribute.name: attribute.value for attribute in found}
            )


def name_of(signal: Signal, store: LiveStore, numbers: NumberVisibility) -> str:
    """Return which caller or meeting it is about, with the number as it may be shown."""
    kind, key = signal.target
    if kind == "bridge":
        return ""
    record = store.record((kind, key))
    if record is None:
        return ""
    if isinstance(record, Meeting):
        return record.subscriber_name or ""
    mask = numbers is not NumberVisibility.ALL
    return label_of(cut_number(record, numbers), mask=mask)


def _print(signals: Sequence[Signal], store: LiveStore, printing: PrintOptions) -> None:
    def name(signal: Signal) -> str:
        return name_of(signal, store, printing.numbers)

    def to_row(signal: Signal) -> Mapping[str, Any]:
        return {
            "rule": signal.rule,
            "severity": signal.severity,
            "target": signal.target[0],
            "meeting": signal.meeting,
            "call": signal.call,
            "name": name(signal),
            "since": _iso(signal.since),
            "text": signal.text,
        }

    titles = {rule.id: rule.title for rule in RULES}
    columns = [
        TableColumn("", lambda signal: signal.severity),
        TableColumn("what", lambda signal: titles[signal.rule]),
        TableColumn("meeting", lambda signal: str(signal.meeting or ""), right=True),
        TableColumn("name", name),
        TableColumn("age", lambda signal: ago(max(0.0, store.wall() - signal.since)), right=True),
        TableColumn("", lambda signal: signal.text, uncut=True),
    ]
    print_list(signals, FIELDS, printing, columns=columns, to_row=to_row)


def _iso(epoch_s: float) -> str | None:
    """Return a moment in UTC; None where the server sent one that no calendar has."""
    try:
        return f"{datetime.fromtimestamp(int(epoch_s), UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (OverflowError, ValueError, OSError):
        return None
