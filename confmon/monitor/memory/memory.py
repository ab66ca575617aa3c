"""The memory of a running process: it hears what each read changed, and keeps what is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.models.identity import same_call
from confmon.monitor.memory.asking import AskingQueue, Look
from confmon.monitor.memory.authors import Authors
from confmon.monitor.memory.differences import CallDifferences, meeting_events
from confmon.monitor.memory.feed import EventFeed
from confmon.monitor.memory.series import Series
from confmon.monitor.polling.coverage import NEVER, Coverage
from confmon.monitor.polling.live_store import batched
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.clock import Clock
    from confmon.models.live_records import Call
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.memory.events import Kind
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.polling.snapshot import Feed, Snapshot
    from confmon.monitor.polling.state_update import Diff

PART = 64
"""So many calls are taken in in one step."""
LOOKED_AWAY_S = 60.0
"""Who is first seen to ask after such a gap may have asked for longer."""

_ASKING = frozenset(("meeting_number", "operator_mode", "qa_mode"))


class Memory:
    """What happened, how many there were, and who asked first."""

    def __init__(self, store: LiveStore, pending: PendingActions, clock: Clock) -> None:
        self.events = EventFeed()
        self.series = Series(clock.now, store.wall)
        self.asking = AskingQueue()
        self._store = store
        self._clock = clock
        codes = store.live_state.codes
        self.authors = Authors(store, pending, clock)
        """Who made a change: us, or another."""
        roles = [code.value for code in codes.rows() if code.field == "call.role"]
        self._recording = {value for value in roles if codes.role(value) == "recording"}
        """The codes of recording legs: they are no callers."""
        self.coverage = Coverage()
        """Which clean reads there were before the one that is being taken in."""
        self._legs: set[int] = set()
        """The ids of recording legs."""
        store.on_changed(self._read)
        store.on_overtaken(self._read_late)
        store.on_applied(self.coverage.note)

    def _read(self, diff: Diff, asked_at: float, snapshot: Snapshot[Any] | None) -> Iterator[None]:
        wall = self._wall_at(asked_at)
        if diff.kind == "meeting":
            started = self.coverage.meetings_at > NEVER
            if not diff.quiet:
                live_state = self._store.live_state
                events = meeting_events(diff, live_state, wall, self.authors, started=started)
                self.events.add(list(events))
        else:
            yield from self._read_calls(diff, asked_at, wall)
            if snapshot is not None:
                self._look_back(asked_at, wall, snapshot)
        if snapshot is not None and snapshot.scan.clean and snapshot.feed == ALL_CALLS:
            live_state = self._store.live_state
            calls = len(live_state.calls) - len(self._legs)
            self.series.read_whole(calls, asked_at, wall, live_state)

    def _read_late(self, snapshot: Snapshot[Any]) -> None:
        if snapshot.feed != MEETINGS:
            self._look_back(snapshot.asked_at, self._wall_at(snapshot.asked_at), snapshot)

    def _wall_at(self, asked_at: float) -> float:
        return self._store.wall() - (self._clock.now() - asked_at)

    def _read_calls(self, diff: Diff, asked_at: float, wall: float) -> Iterator[None]:
        """Take in calls in parts: who came, what changed, who went; then who leads."""
        happened = CallDifferences(
            self._store.live_state, wall, self.authors, covered=self._is_covered
        )
        joins = leaves = 0
        for keys in batched(diff.added, PART):
            joins += self._take_new(diff, keys, asked_at, wall, happened)
            self.events.add(happened.take())
            yield
        for keys in batched(diff.changed, PART):
            others = self._take_changed(diff, keys, asked_at, wall, happened)
            joins, leaves = joins + others[0], leaves + others[1]
            self.events.add(happened.take())
            yield
        for keys in batched(diff.gone, PART):
            for key in keys:
                self.asking.forget(key)
                leaves += key not in self._legs
                if not diff.quiet:
                    happened.went(diff.was[key])
            self._legs.difference_update(keys)
            self.events.add(happened.take())
            yield
        if not diff.quiet:
            self.events.add(list(happened.host_events()))
        self.series.count(joins, leaves)

    def _take_new(
        self, diff: Diff, keys: list[int], asked_at: float, wall: float, happened: CallDifferences
    ) -> int:
        """Take in calls that are new. Return how many have joined."""
        calls, joins = self._store.live_state.calls, 0
        for call in [calls[key] for key in keys]:
            asks = self._see(call, asked_at, wall) if call.operator_mode or call.qa_mode else None
            if call.role in self._recording:
                self._legs.add(call.id)
            elif not diff.quiet and self._is_covered(call.meeting_number):
                joins += 1
            if not diff.quiet:
                happened.came(call, asks)
        return joins

    def _take_changed(
        self, diff: Diff, keys: list[int], asked_at: float, wall: float, happened: CallDifferences
    ) -> tuple[int, int]:
        """Take in calls that differ. Return how many others have joined and left."""
        calls, asking, recording = self._store.live_state.calls, self.asking, self._recording
        joins = leaves = 0
        for key in keys:
            was, now = diff.was[key], calls[key]
            is_another = key in diff.replaced
            names = diff.fields[key]
            if "role" in names:
                (self._legs.add if now.role in recording else self._legs.discard)(key)
            asks: Kind | None = None
            if is_another:
                asking.forget(key)
                joins += now.role not in recording
                leaves += was.role not in recording
            is_known = key in asking or asking.is_answered(key)
            may_ask = now.operator_mode or now.qa_mode or is_known
            if may_ask and (is_another or not _ASKING.isdisjoint(names)):
                asks = self._see(now, asked_at, wall)
            if diff.quiet:
                continue
            if is_another:
                happened.replaced(was, now, asks)
            else:
                happened.changed(names, was, now, asks)
        return joins, leaves

    def _see(self, call: Call, asked_at: float, wall: float) -> Kind | None:
        """Take in who may ask. Return "asked" or "answered" if that has changed."""
        covered_at = self.coverage.of(call.meeting_number)
        at_least = asked_at - covered_at > LOOKED_AWAY_S
        return self.asking.see(call, Look(asked_at, wall, at_least, covered_at)) or None

    def _is_covered(self, meeting: int | None) -> bool:
        """Tell whether a meeting's calls were read whole before."""
        return self.coverage.of(meeting) > NEVER

    # Who asked, by a read that a later one has overtaken.

    def _look_back(self, asked_at: float, wall: float, snapshot: Snapshot[Any]) -> None:
        """Take the earlier moment of an asker from a read that a later one has overtaken."""
        newer = self.asking.newer_than(asked_at)
        if not newer:
            return
        shown = {call.id: call for call in snapshot.scan.records}
        for asker in newer:
            call, known = shown.get(asker.call), self._store.live_state.calls[asker.call]
            if call is None or not same_call(call, known):
                if not snapshot.scan.misses(asker.call) or not _covers(snapshot.feed, known):
                    continue
            elif _asks(call):
                covered_at = self.coverage.of(call.meeting_number)
                at_least = asked_at - covered_at > LOOKED_AWAY_S
                self.asking.put_earlier(asker, Look(asked_at, wall, at_least, covered_at))
                continue
            at_least = asker.asked_at - asked_at > LOOKED_AWAY_S
            self.asking.put_not_before(asker, asked_at, at_least=asker.at_least and at_least)


def _asks(call: Call) -> bool:
    return bool(call.operator_mode or call.qa_mode)


def _covers(feed: Feed, call: Call) -> bool:
    return feed.meeting is None or feed.meeting == call.meeting_number
