"""The live store: what the reads have shown so far. Snapshots and actions meet only here.

Rules it keeps, each with a property test:
- an older reply never undoes a newer one, also across feeds;
- a record is gone only when a scan misses it that has read so far without a gap, or when its own
  read says so;
- a feed that had rows is believed to be empty only the second time in a row;
- a key reused by another caller is another record: what was pending on it is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from confmon.clock import run_at_once
from confmon.models.identity import key_of, same
from confmon.models.live_records import Call, Meeting
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, Snapshot, calls_of
from confmon.monitor.polling.state_update import Diff, StateUpdate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.clock import Clock
    from confmon.models.codes import Codes
    from confmon.models.identity import Target
    from confmon.models.live_records import LiveResource

CHANGE_SHOWN_S = 6.0
"""How long a row keeps its joined/left/changed mark."""

STEP_RECORDS = 256
"""So many records are looked at in one step: below 2 ms, even if all of them are new."""

Steps = Generator[None, None, Diff | None]
OnChanged = Callable[[Diff, float, Snapshot[Any] | None], Iterable[None] | None]

_ID = attrgetter("id")
_NUMBER = attrgetter("meeting_number")
_EMPTY_DOUBTED_FROM = 2
"""A feed of so many rows is not believed empty at the first empty answer."""

T = TypeVar("T")


class LiveStore:
    """Confirmed state, what just changed, and which reads it is all made from."""

    def __init__(self, clock: Clock, codes: Codes) -> None:
        self._clock = clock
        self.live_state = LiveState(codes)
        self.seen: dict[Feed, Snapshot[Any]] = {}
        self.skew_s: float | None = None
        """The server's clock less ours, from the last reply that had a Date header."""
        self._read_alone: dict[Target, float] = {}
        self._keys: dict[Feed, tuple[Snapshot[Any], frozenset[int]]] = {}
        """The keys in the last read of a feed, made when first asked for."""
        self._empties: set[Feed] = set()
        self._under_way: Steps | None = None
        """The steps left of the snapshot that is being taken in."""
        self._applied: list[Callable[[Snapshot[Any]], None]] = []
        self._replaced: list[Callable[[Target], None]] = []
        self._changed: list[OnChanged] = []
        self._overtaken: list[Callable[[Snapshot[Any]], None]] = []

    def on_applied(self, listener: Callable[[Snapshot[Any]], None]) -> None:
        """Call `listener` after each snapshot that was taken in."""
        self._applied.append(listener)

    def on_changed(self, listener: OnChanged) -> None:
        """Call `listener` after each read that was taken in, before actions are judged by it.

        It gets what changed, when the read was asked for (monotonic), and the snapshot: None for
        one record that was read alone. If it has much to do, it returns steps, as `applying` does.
        """
        self._changed.append(listener)

    def on_overtaken(self, listener: Callable[[Snapshot[Any]], None]) -> None:
        """Call `listener` with each snapshot that is older than what is known."""
        self._overtaken.append(listener)

    def on_replaced(self, listener: Callable[[Target], None]) -> None:
        """Call `listener` when a key turned out to belong to another caller or session."""
        self._replaced.append(listener)

    def wall(self) -> float:
        """Epoch seconds by the server's clock, as far as it is known."""
        return self._clock.wall() + (self.skew_s or 0.0)

    def record(self, target: Target) -> Call | Meeting | None:
        """Return the confirmed record of a target, or None if there is none."""
        kind, key = target
        record: Call | Meeting | None = self.live_state.records_of(kind)[0].get(key)
        return record

    def apply(self, snapshot: Snapshot[Any]) -> Diff | None:
        """Take a snapshot in and return what it changed; None if it is older than what is known."""
        return run_at_once(self.applying(snapshot))

    def applying(self, snapshot: Snapshot[Any]) -> Steps:
        """Take a snapshot in, step by step: whoever runs the steps may pause between them.

        All that it changes is shown at once; then the listeners take their steps. Whatever else is
        to change the live state meanwhile runs the steps that are left first.
        """
        self._finish()
        self._under_way = self._steps(snapshot)
        return self._under_way

    def _finish(self) -> None:
        if self._under_way is not None:
            run_at_once(self._under_way)

    def _steps(self, snapshot: Snapshot[Any]) -> Steps:
        feed, scan = snapshot.feed, snapshot.scan
        if not self._believes(snapshot):
            return None
        if scan.server_time_s is not None:
            self._note_skew(scan.server_time_s, snapshot)
        kind: LiveResource = "meeting" if feed == MEETINGS else "call"
        of_key = _NUMBER if feed == MEETINGS else _ID
        scope, known = self._scope(feed), self.live_state.records_of(kind)[0].get
        newer = self._newer_than(snapshot, kind)
        update = self._update(kind, quiet=self._first(feed))
        came = 0
        for part in batched(scan.records, STEP_RECORDS):
            keys = list(map(of_key, part))
            trios = zip(keys, map(known, keys), part, strict=True)
            # An unchanged record is the same object, so only few are looked at.
            for key, old, record in [trio for trio in trios if trio[1] is not trio[2]]:
                came += key not in scope
                if not newer.overtakes(key, old, record):
                    update.put(key, record)
            yield
        if newer.absent or len(scan.records) - came < len(scope):
            found = set(map(of_key, scan.records)) - newer.absent | newer.kept
            for keys in batched(scope, STEP_RECORDS):
                for key in [key for key in keys if key not in found and scan.misses(key)]:
                    update.remove(key)
                yield
        steps, self._under_way = self._under_way, None
        change = self._publish(update)
        self._note_seen(snapshot)
        for _ in self._tell(change, snapshot.asked_at, snapshot):
            self._under_way = steps
            yield
            self._under_way = None
        for listener in self._applied:
            listener(snapshot)
        return change

    def _note_seen(self, snapshot: Snapshot[Any]) -> None:
        feed = snapshot.feed
        self.seen[feed] = snapshot
        self._note_known(feed)

    def _note_known(self, feed: Feed) -> None:
        live_state = self.live_state
        if feed == MEETINGS:
            live_state.meetings_known = True
        elif feed == ALL_CALLS:
            if not live_state.calls_known:
                live_state.calls_known = True
                live_state.touch_all()
            self._forget_ended()
        elif feed.meeting is not None and feed.meeting not in live_state.by_meeting:
            live_state.by_meeting[feed.meeting] = {}
            live_state.touch("tally", [feed.meeting])

    def take_single(self, target: Target, record: Call | Meeting | None, asked_at: float) -> None:
        """Take in one record read alone; None: its own read says that it is gone."""
        self._finish()
        numbers = {r.meeting_number for r in (self.record(target), record) if r is not None}
        if self._asked_of(target, numbers) > asked_at:
            return
        self._read_alone[target] = asked_at
        kind, key = target
        update = self._update(kind, quiet=False)
        if record is not None:
            update.put(key, record)
        else:
            update.remove(key)
        for _ in self._tell(self._publish(update), asked_at, None):
            pass  # one record is not much to do

    def _update(self, kind: LiveResource, *, quiet: bool) -> StateUpdate:
        now, wall = self._clock.now(), self.wall()
        return StateUpdate(self.live_state, kind, now=now, wall=wall, quiet=quiet)

    def _publish(self, update: StateUpdate) -> Diff:
        change = update.publish()
        for target in update.replaced:
            for listener in self._replaced:
                listener(target)
        return change

    def _tell(
        self, change: Diff, asked_at: float, snapshot: Snapshot[Any] | None
    ) -> Iterator[None]:
        for listener in self._changed:
            yield from listener(change, asked_at, snapshot) or ()

    def expire(self) -> bool:
        """Let marks of change fade. Return whether anything faded."""
        now = self._clock.now()
        live_state = self.live_state
        faded = [t for t, change in live_state.changes.items() if now - change.at > CHANGE_SHOWN_S]
        for target in faded:
            del live_state.changes[target]
            kind, key = target
            live_state.records_of(kind)[1].pop(key, None)
        live_state.touch("call", [key for kind, key in faded if kind == "call"])
        live_state.touch("meeting", [key for kind, key in faded if kind == "meeting"])
        return bool(faded)

    def _believes(self, snapshot: Snapshot[Any]) -> bool:
        if self._outdated(snapshot):
            for listener in self._overtaken:
                listener(snapshot)
            return False
        return not self._doubted(snapshot)

    def _outdated(self, snapshot: Snapshot[Any]) -> bool:
        feed = snapshot.feed
        newest = [self.seen[f].asked_at for f in (feed, *self._wider(feed)) if f in self.seen]
        return any(asked_at >= snapshot.asked_at for asked_at in newest)

    @staticmethod
    def _wider(feed: Feed) -> tuple[Feed, ...]:
        return (ALL_CALLS,) if feed.meeting is not None else ()

    def _doubted(self, snapshot: Snapshot[Any]) -> bool:
        feed = snapshot.feed
        if snapshot.scan.records or snapshot.scan.unreadable:
            self._empties.discard(feed)
            return False
        if len(self._scope(feed)) < _EMPTY_DOUBTED_FROM:
            return False
        if not snapshot.scan.clean:
            return True
        if feed in self._empties:
            self._empties.discard(feed)
            return False
        self._empties.add(feed)
        return True

    def _scope(self, feed: Feed) -> dict[int, Any]:
        if feed == MEETINGS:
            return self.live_state.meetings
        if feed == ALL_CALLS:
            return self.live_state.calls
        return self.live_state.by_meeting.get(feed.meeting or 0, {})

    def _first(self, feed: Feed) -> bool:
        return feed not in self.seen and not (feed.meeting is not None and ALL_CALLS in self.seen)

    def _note_skew(self, server_time_s: float, snapshot: Snapshot[Any]) -> None:
        # The Date header was written at some moment of the read, which may have taken seconds: a
        # skew that fits into that is kept. It has whole seconds, so less than two are no skew.
        ahead = self._clock.wall() - self._clock.now()
        least = server_time_s - (snapshot.answered_at + ahead)
        most = server_time_s - (snapshot.asked_at + ahead)
        skew = min(max(self.skew_s or 0.0, least), most)
        self.skew_s = skew if abs(skew) > 2 else 0.0

    def read_at(self, target: Target) -> float:
        """Return when the newest read was asked for that showed a target; -inf: none has yet."""
        record = self.record(target)
        feeds = [MEETINGS]
        if isinstance(record, Call):
            number = record.meeting_number
            feeds = [ALL_CALLS] if number is None else [ALL_CALLS, calls_of(number)]
        asked = [self._read_alone.get(target, float("-inf"))]
        asked += [self.seen[feed].asked_at for feed in feeds if self._shows(feed, target[1])]
        return max(asked)

    def _shows(self, feed: Feed, key: int) -> bool:
        """Whether the last read of a feed had this key in it: a torn one may have missed it."""
        seen = self.seen.get(feed)
        if seen is None:
            return False
        known = self._keys.get(feed)
        if known is None or known[0] is not seen:
            keys = frozenset(key_of(record) for record in seen.scan.records)
            known = self._keys[feed] = (seen, keys)
        return key in known[1]

    def _asked_of(self, target: Target, numbers: Iterable[int | None]) -> float:
        """Return when the newest read was asked for that covers a target in these meetings."""
        feeds = [MEETINGS]
        if target[0] == "call":
            feeds = [ALL_CALLS, *(calls_of(number) for number in numbers if number is not None)]
        asked = [self.seen[feed].asked_at for feed in feeds if feed in self.seen]
        return max([*asked, self._read_alone.get(target, float("-inf"))])

    def _newer_than(self, snapshot: Snapshot[Any], kind: LiveResource) -> _Newer:
        """Return what reads show that were asked for later than a snapshot.

        Only a read of everything makes a record read alone obsolete: replies older than that read
        are dropped anyway.
        """
        feed, asked_at = snapshot.feed, snapshot.asked_at
        alone = {key: at for (of, key), at in self._read_alone.items() if of == kind}
        if feed.meeting is None:
            for key in [key for key, at in alone.items() if at < asked_at]:
                del self._read_alone[kind, key]
        newer = _Newer({key for key, at in alone.items() if at >= asked_at})
        if feed == ALL_CALLS:
            newer.meetings.update(self._newer_meetings(asked_at))
            for number in newer.meetings:
                newer.kept.update(self.live_state.by_meeting.get(number, ()))
        elif feed.meeting is not None:
            newer.elsewhere = lambda call: (
                call.meeting_number != feed.meeting
                and self._asked_of(("call", call.id), [call.meeting_number]) > asked_at
            )
        return newer

    def _forget_ended(self) -> None:
        # Meeting numbers come and go for days; what nobody can see any more is let go.
        if MEETINGS not in self.seen:
            return
        live_state = self.live_state
        newer = set(self._newer_meetings(self.seen[ALL_CALLS].asked_at))
        for number in [
            n for n, calls in live_state.by_meeting.items() if not calls and n not in newer
        ]:
            if number not in live_state.meetings and number not in live_state.left_meetings:
                live_state.drop_tallies([number])
                del live_state.by_meeting[number]
                self.seen.pop(calls_of(number), None)
                self._empties.discard(calls_of(number))
                self._keys.pop(calls_of(number), None)
        known = (
            live_state.by_meeting.keys()
            | live_state.meetings.keys()
            | live_state.left_meetings.keys()
        )
        live_state.drop_tallies(live_state.tallies.keys() - known)

    def _newer_meetings(self, asked_at: float) -> Iterable[int]:
        return [
            feed.meeting
            for feed, seen in self.seen.items()
            if feed.meeting is not None and seen.asked_at > asked_at
        ]


@dataclass(slots=True)
class _Newer:
    """What reads show that were asked for later than the one that is being taken in."""

    kept: set[int]
    """Keys of records that stay as they are, whatever the read shows."""
    meetings: set[int] = field(default_factory=set)
    """The meetings with an own feed that asked later: what it showed holds."""
    elsewhere: Callable[[Call], bool] = lambda _call: False
    """Whether a call is known to be in another meeting by a newer read."""
    absent: set[int] = field(default_factory=set)
    """Keys that the read shows, and newer reads do not."""

    def overtakes(self, key: int, old: Any, record: Any) -> bool:
        """Whether what is known of a key is newer than the record that the read shows."""
        if key in self.kept:
            return True
        if self.meetings and record.meeting_number in self.meetings:
            if old is None or not same(old, record):
                self.absent.add(key)
            return True
        return isinstance(old, Call) and self.elsewhere(old)


def batched(items: Iterable[T], count: int) -> Iterator[list[T]]:
    """Yield lists of `count` items; the last one may be shorter."""
    rest = iter(items)
    while part := list(islice(rest, count)):
        yield part
