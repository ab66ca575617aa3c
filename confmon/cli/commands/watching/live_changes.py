"""`meetings --watch` and `calls --watch`: a JSON line for each change of what is live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.cli.commands.watching.change_lines import ChangeLines
from confmon.cli.commands.watching.lookout import Lookout, at_once
from confmon.cli.filtering.list_options import meets_all
from confmon.cli.output.line_output import LineOutput, print_lines
from confmon.clock import SystemClock
from confmon.models.live_records import Call, Meeting
from confmon.models.records import wire_name
from confmon.monitor.exports.rows import names_of
from confmon.monitor.polling.live_store import STEP_RECORDS, batched
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of
from confmon.monitor.views.filter import Filter
from confmon.process import streams

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from confmon.cli.commands.watching.change_lines import Line
    from confmon.cli.filtering.list_options import ListOptions
    from confmon.cli.output.printing import PrintOptions
    from confmon.clock import Clock
    from confmon.config.settings.model import Settings
    from confmon.monitor.polling.feed import FeedState
    from confmon.monitor.polling.snapshot import Feed, Snapshot
    from confmon.monitor.polling.state_update import Diff
    from confmon.ports import Bridge


class LiveChanges:
    """Tells the changes of one feed, as the live store finds them."""

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        clock: Clock,
        feed: Feed,
        *,
        options: ListOptions,
        printing: PrintOptions,
        words: str = "",
        put: Callable[[Line], None],
        before_read: Callable[[], Awaitable[None]] = at_once,
    ) -> None:
        """`words` are the screen's filter. A read begins after `before_read`."""
        self._feed = feed
        self._words = Filter()
        self._words.set(words)
        self._conditions = options.conditions
        self._lookout = Lookout(
            bridge, settings, clock, on_read=self._heard, before_read=before_read
        )
        self._feeds = {feed: 1.0}
        if "owner" in words and feed != MEETINGS:
            self._feeds[MEETINGS] = 1.0
        self._lines = ChangeLines(
            put=put,
            names=options.pick_fields(names_of(Meeting if feed == MEETINGS else Call)),
            printing=printing,
            matches=self._matches,
            is_filtered=bool(words or options.conditions),
            wire=wire_name,
        )
        self._lookout.store.on_changed(self._take_changes)

    def end(self) -> None:
        """Let `run` end."""
        self._lookout.end()

    async def run(self) -> None:
        """Tell what changes until `end`. BridgeError: 401; or the first read failed."""
        await self._lookout.run(self._feeds)

    def _take_changes(
        self, diff: Diff, asked_at: float, snapshot: Snapshot[Any] | None
    ) -> Iterator[None] | None:
        if snapshot is None or snapshot.feed != self._feed:
            return None
        at = self._lookout.wall_of(asked_at)
        self._lines.read(at)
        steps = self._steps(diff, at, self._lines.came())
        self._lines.is_whole |= snapshot.scan.clean
        return steps

    def _steps(self, diff: Diff, at: float, came: str) -> Iterator[None]:
        lines = self._lines
        now = self._lookout.store.live_state.records_of(diff.kind)[0]
        for keys in batched(diff.gone, STEP_RECORDS):
            lines.there("left", [diff.was[key] for key in keys], at)
            yield
        for keys in batched(diff.changed, STEP_RECORDS):
            for key in keys:
                if key in diff.replaced:
                    lines.there("left", [diff.was[key]], at)
                    lines.there("joined", [now[key]], at)
                else:
                    lines.changed(diff.was[key], now[key], diff.fields[key], at)
            yield
        for keys in batched(diff.added, STEP_RECORDS):
            lines.there(came, [now[key] for key in keys], at)
            yield

    def _matches(self, record: Any) -> bool:
        if not meets_all(record, self._conditions):
            return False
        state = self._lookout.store.live_state
        return not self._words or bool(self._words.select([record], state))

    def _heard(self, feed: Feed, state: FeedState) -> None:
        if not streams.has_reader():
            self.end()
        if feed != self._feed or state.error is None:
            return
        if self._lines.read_at is None:
            self._lookout.end(state.error)
        else:
            now = self._lookout.wall_of(self._lookout.clock.now())
            self._lines.lost(now, str(state.error))


async def print_live_changes(
    bridge: Bridge,
    settings: Settings,
    feed: Feed,
    *,
    options: ListOptions,
    printing: PrintOptions,
    words: str,
) -> None:
    """Print the changes of a feed on stdout until it can't be written. BridgeError: as `run`."""
    output = LineOutput()
    changes = LiveChanges(
        bridge, settings, SystemClock(), feed, options=options, printing=printing,
        words=words, put=output.put, before_read=output.drained,
    )  # fmt: skip
    await print_lines(output, changes.run, changes.end)


def feed_of(command: str, meeting: int | None) -> Feed:
    """Return what `meetings`, `calls` and `calls --meeting` read."""
    if command == "meetings":
        return MEETINGS
    return ALL_CALLS if meeting is None else calls_of(meeting)
