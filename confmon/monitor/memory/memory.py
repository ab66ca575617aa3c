"""The memory of a running process: it hears what each read changed, and keeps what is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.models.identity import same_call
from confmon.monitor.memory.asking import AskingQueue, Look
from confmon.monitor.memory.authors import Authors
from confmon.monitor.memory.differences import CallDifferences, meeting_events
from confmon.monitor.memory.feed import EventFeed
from confmon.monitor.memory.series import Series
from confmon.monitor.polling.live_store import STEP_RECORDS, batched
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.clock import Clock
    from confmon.models.live_records import Call
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.memory.events import Kind
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.polling.snapshot import Feed, Snapshot
    from confmon.monitor.polling.state_update import Diff

LOOKED_AWAY_S = 60.0
"""Who is first seen to ask after such a gap may have asked for longer."""
_NEVER = float("-inf")


class Memory:
    """What happened, how many there were, and who asked first."""

    def __init__(self, store: LiveStore, pending: PendingActions, clock: Clock) -> None:
        self.events = EventFeed()
        self.series = Series(clock.now, store.wall)
        self.asking = AskingQueue()
        self._store = store
        self._clock = clock
        codes = store.live_state.codes
        self._authors = Authors(pending, clock, codes)
        roles = [code.value for code in codes.rows() if code.field == "call.role"]
        self._recording = {value for value in roles if codes.role(value) == "recording"}
        """The codes of recording legs: they are no callers."""
        self._whole_at: dict[Feed, float] = {}
        """When the newest whole read of each feed was asked for (monotonic)."""
        self._legs: set[int] = set()
        """The ids of recording legs."""
        store.on_changed(self._read)
        store.on_overtaken(self._read_late)

    def _read(self, diff: Diff, asked_at: float, snapshot: Snapshot[Any] | None) -> Iterator[None]:
        wall = self._wall_at(asked_at)
        if diff.kind == "meeting":
            started = MEETINGS in self._whole_at
            if not diff.quiet:
                live_state = self._store.live_state
                events = meeting_events(diff, live_state, wall, self._authors, started=started)
                self.events.add(list(events))
        else:
            yield from self._read_calls(diff, asked_at, wall)
            if snapshot is not None:
                self._look_back(asked_at, wall, snapshot)
        if snapshot is not None and snapshot.scan.clean:
            self._note_whole(snapshot.feed, asked_at, wall)

    def _read_late(self, snapshot: Snapshot[Any]) -> None:
        if snapshot.feed != MEETINGS:
            self._look_back(snapshot.asked_at, self._wall_at(snapshot.asked_at), snapshot)

    def _wall_at(self, asked_at: float) -> float:
        return self._store.wall() - (self._clock.now() - asked_at)

    def _read_calls(self, diff: Diff, asked_at: float, wall: float) -> Iterator[None]:
        asking: dict[int, Kind] = {}
        yield from self._look_who_asks(diff, asked_at, wall, asking)
        self._count(diff)
        if not diff.quiet:
            differences = CallDifferences(
                diff,
                self._store.live_state,
                wall,
                self._authors,
                covered=self._is_covered,
                asking=asking,
            )
            for part in batched(differences.events(), STEP_RECORDS):
                self.events.add(part)
                yield

    def _note_whole(self, feed: Feed, asked_at: float, wall: float) -> None:
        if feed == ALL_CALLS:
            live_state = self._store.live_state
            calls = len(live_state.calls) - len(self._legs)
            self.series.read_whole(calls, asked_at, wall, live_state)
            # Meetings come and go for days: older reads of single ones tell nothing more.
            self._whole_at = {
                known: at
                for known, at in self._whole_at.items()
                if known == MEETINGS or at > asked_at
            }
        self._whole_at[feed] = asked_at

    def _covered_at(self, meeting: int | None) -> float:
        """Return when a meeting's calls were last read whole; -inf: never yet."""
        at = self._whole_at.get(ALL_CALLS, _NEVER)
        if meeting is not None:
            at = max(at, self._whole_at.get(calls_of(meeting), _NEVER))
        return at

    def _is_covered(self, meeting: int | None) -> bool:
        """Tell whether a meeting's calls were read whole before."""
        return ALL_CALLS in self._whole_at or self._covered_at(meeting) > _NEVER

    def _count(self, diff: Diff) -> None:
        calls, recording = self._store.live_state.calls, self._recording
        joins = leaves = 0
        came = [calls[key] for key in diff.added]
        self._legs.update([call.id for call in came if call.role in recording])
        if not diff.quiet:
            joined = [call for call in came if self._is_covered(call.meeting_number)]
            joins += sum([call.role not in recording for call in joined])
        for key in diff.changed:
            old, new = diff.was[key].role, calls[key].role
            if old != new:
                (self._legs.add if new in recording else self._legs.discard)(key)
            if key in diff.replaced:
                leaves += old not in recording
                joins += new not in recording
        leaves += len(diff.gone) - len(self._legs.intersection(diff.gone))
        self._legs.difference_update(diff.gone)
        self.series.count(joins, leaves)

    # Who asks.

    def _look_who_asks(
        self, diff: Diff, asked_at: float, wall: float, told: dict[int, Kind]
    ) -> Iterator[None]:
        """Take in who asks; note in `told` of whom that has changed."""
        calls, asking = self._store.live_state.calls, self.asking
        for key in (*diff.gone, *diff.replaced):
            asking.forget(key)
        asked = [call for key in diff.added if _asks(call := calls[key])]
        asked += [
            call
            for key in diff.changed
            if _asks(call := calls[key]) or key in asking or asking.is_answered(key)
        ]
        for part in batched(asked, STEP_RECORDS):
            yield
            for call in part:
                covered_at = self._covered_at(call.meeting_number)
                look = Look(
                    asked_at,
                    wall,
                    at_least=asked_at - covered_at > LOOKED_AWAY_S,
                    not_before=covered_at,
                )
                kind = asking.see(call, look)
                if kind:
                    told[call.id] = kind

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
                covered_at = self._covered_at(call.meeting_number)
                at_least = asked_at - covered_at > LOOKED_AWAY_S
                self.asking.put_earlier(asker, Look(asked_at, wall, at_least, covered_at))
                continue
            at_least = asker.asked_at - asked_at > LOOKED_AWAY_S
            self.asking.put_not_before(asker, asked_at, at_least=asker.at_least and at_least)


def _asks(call: Call) -> bool:
    return bool(call.operator_mode or call.qa_mode)


def _covers(feed: Feed, call: Call) -> bool:
    return feed.meeting is None or feed.meeting == call.meeting_number
