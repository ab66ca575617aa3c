"""The live store: the one mutable object. Snapshots and actions meet here and nowhere else.

Rules it keeps, each with a property test:
- an older reply never undoes a newer one, also across feeds;
- a record is gone only when a scan misses it that has read so far without a gap, or when its own
  read says so;
- a feed that had rows is believed to be empty only the second time in a row;
- a key reused by another caller is another record: what was pending on it is dropped.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from confmon.models.calls import Call, Meeting
from confmon.models.identity import anchored, key_of, same, target_of
from confmon.monitor.polling.diff import Diff, diff_records
from confmon.monitor.polling.live_state import Change, LiveState
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, Snapshot, calls_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from confmon.clock import Clock
    from confmon.models.calls import Scan
    from confmon.models.codes import Codes
    from confmon.models.identity import Target

CHANGE_SHOWN_S = 6.0
"""How long a row keeps its joined/left/changed mark."""

_ID = attrgetter("id")
_EMPTY_DOUBTED_FROM = 2
"""A feed of so many rows is not believed empty at the first empty answer."""


class LiveStore:
    """Confirmed state, what just changed, and which reads it all stands on."""

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
        self._applied: list[Callable[[Snapshot[Any]], None]] = []
        self._replaced: list[Callable[[Target], None]] = []

    def on_applied(self, listener: Callable[[Snapshot[Any]], None]) -> None:
        """Call `listener` after each snapshot that was taken in."""
        self._applied.append(listener)

    def on_replaced(self, listener: Callable[[Target], None]) -> None:
        """Call `listener` when a key turned out to belong to another caller or session."""
        self._replaced.append(listener)

    def wall(self) -> float:
        """Epoch seconds by the server's clock, as far as it is known."""
        return self._clock.wall() + (self.skew_s or 0.0)

    def record(self, target: Target) -> Call | Meeting | None:
        """Return the confirmed record of a target, or None if there is none."""
        kind, key = target
        return (
            self.live_state.calls.get(key) if kind == "call" else self.live_state.meetings.get(key)
        )

    def apply(self, snapshot: Snapshot[Any]) -> Diff | None:
        """Take a snapshot in and return what it changed; None if it is older than what stands."""
        feed = snapshot.feed
        if self._outdated(snapshot) or self._doubted(snapshot):
            return None
        if snapshot.scan.server_time_s is not None:
            self._note_skew(snapshot.scan.server_time_s)
        first = self._first(feed)
        if feed == MEETINGS:
            change = self._apply_meetings(cast("Snapshot[Meeting]", snapshot), quiet=first)
        else:
            change = self._apply_calls(cast("Snapshot[Call]", snapshot), quiet=first)
        self.seen[feed] = snapshot
        if feed == MEETINGS:
            self.live_state.meetings_known = True
        elif feed == ALL_CALLS:
            self.live_state.calls_known = True
            self._forget_ended()
        elif feed.meeting is not None:
            self.live_state.by_meeting.setdefault(feed.meeting, {})
        for listener in self._applied:
            listener(snapshot)
        return change

    def settle(self, target: Target, record: Call | Meeting | None, asked_at: float) -> None:
        """Take in one record read alone; None: its own read says that it is gone."""
        numbers = {r.meeting_number for r in (self.record(target), record) if r is not None}
        if self._asked_of(target, numbers) > asked_at:
            return
        self._read_alone[target] = asked_at
        if record is not None:
            self._put(record, quiet=False)
        else:
            self._remove(target)

    def expire(self) -> bool:
        """Let marks of change fade. Return whether anything faded."""
        now = self._clock.now()
        live_state = self.live_state
        faded = [t for t, change in live_state.changes.items() if now - change.at > CHANGE_SHOWN_S]
        for target in faded:
            del live_state.changes[target]
            kind, key = target
            (live_state.left_calls if kind == "call" else live_state.left_meetings).pop(key, None)
        return bool(faded)

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

    def _note_skew(self, server_time_s: float) -> None:
        # The Date header has whole seconds, so a smaller skew than two is no skew.
        skew = server_time_s - self._clock.wall()
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

    def _apply_meetings(self, snapshot: Snapshot[Meeting], *, quiet: bool) -> Diff:
        new = {meeting.meeting_number: meeting for meeting in snapshot.scan.records}
        old = self.live_state.meetings
        self._keep_newer("meeting", old, new, snapshot)
        change = diff_records(old, new)
        return self._take(change, new, "meeting", snapshot.scan, quiet=quiet)

    def _apply_calls(self, snapshot: Snapshot[Call], *, quiet: bool) -> Diff:
        feed = snapshot.feed
        records = snapshot.scan.records
        new = dict(zip(map(_ID, records), records, strict=True))
        old = self._scope(feed)
        if feed == ALL_CALLS:
            for number in self._newer_meetings(snapshot.asked_at):
                # This meeting's own feed asked later: what it showed stands.
                kept = self.live_state.by_meeting.get(number, {})
                for key, call in [i for i in new.items() if i[1].meeting_number == number]:
                    if key in old and same(old[key], call):
                        new[key] = old[key]
                    else:
                        del new[key]
                new.update(kept)
        else:
            # Calls this meeting's feed does not know of any more may have moved elsewhere.
            known = self.live_state.calls
            moved = {key: known[key] for key in new if key in known and key not in old}
            old = old | moved
            for key, call in moved.items():
                if self._asked_of(("call", key), [call.meeting_number]) > snapshot.asked_at:
                    new[key] = call
        self._keep_newer("call", old, new, snapshot)
        return self._take(diff_records(old, new), new, "call", snapshot.scan, quiet=quiet)

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
                del live_state.by_meeting[number]
                live_state.tallies.pop(number, None)
                self.seen.pop(calls_of(number), None)
                self._empties.discard(calls_of(number))
                self._keys.pop(calls_of(number), None)
        known = (
            live_state.by_meeting.keys()
            | live_state.meetings.keys()
            | live_state.left_meetings.keys()
        )
        for number in live_state.tallies.keys() - known:
            del live_state.tallies[number]

    def _newer_meetings(self, asked_at: float) -> Iterable[int]:
        return [
            feed.meeting
            for feed, seen in self.seen.items()
            if feed.meeting is not None and seen.asked_at > asked_at
        ]

    def _keep_newer(
        self, kind: str, old: dict[int, Any], new: dict[int, Any], snapshot: Snapshot[Any]
    ) -> None:
        # What was read alone after this scan was asked for is newer than the scan. Only a scan of
        # everything makes such a read obsolete: replies older than that one are dropped anyway.
        for target, read_at in list(self._read_alone.items()):
            key = target[1]
            if target[0] != kind:
                continue
            if read_at < snapshot.asked_at:
                if snapshot.feed.meeting is None:
                    del self._read_alone[target]
            elif key in old:
                new[key] = old[key]
            else:
                new.pop(key, None)

    def _take(
        self, change: Diff, new: dict[int, Any], kind: str, scan: Scan[Any], *, quiet: bool
    ) -> Diff:
        changed = [key for key in change.changed if self._put(new[key], quiet=quiet)]
        for key in change.added:
            self._put(new[key], quiet=quiet)
        gone = change.gone if scan.clean else tuple(filter(scan.misses, change.gone))
        for key in gone:
            self._remove(cast("Target", (kind, key)))
        return Diff(change.added, tuple(changed), gone)

    def _put(self, record: Call | Meeting, *, quiet: bool) -> bool:
        """Take a record in; False if it says nothing new, and the object there is stays."""
        target = target_of(record)
        old, left = self.record(target), self._left(target)
        before = old or left  # who has just left is still on the screen under this key
        is_another = before is not None and not same(before, record)
        if before is not None and not is_another:
            record = anchored(record, before)
            if old == record:
                return False  # later stages compare with `is`
        self._write(record)
        live_state, now = self.live_state, self._clock.now()
        if before is None:
            live_state.notes.pop(target, None)  # it was about who had this key long ago
        elif is_another:
            live_state.notes.pop(target, None)
            for listener in self._replaced:
                listener(target)
        if old is not None and not is_another:
            live_state.changes[target] = Change("changed", now, was=old, now=record)
        elif not quiet:
            live_state.changes[target] = Change("joined", now)
        return True

    def _left(self, target: Target) -> Call | Meeting | None:
        kind, key = target
        live_state = self.live_state
        return (
            live_state.left_calls.get(key) if kind == "call" else live_state.left_meetings.get(key)
        )

    def _write(self, record: Call | Meeting) -> None:
        """Put a record where views look for it, and count its heads."""
        live_state = self.live_state
        if isinstance(record, Meeting):
            live_state.meetings[record.meeting_number] = record
            live_state.left_meetings.pop(record.meeting_number, None)
            return
        old = live_state.calls.get(record.id)
        if old is not None and old.meeting_number != record.meeting_number:
            self._unlist(old)
        live_state.calls[record.id] = record
        if record.meeting_number is not None:
            listed = live_state.by_meeting.setdefault(record.meeting_number, {})
            live_state.recount(record.meeting_number, listed.get(record.id), record)
            listed[record.id] = record
        live_state.left_calls.pop(record.id, None)

    def _remove(self, target: Target) -> None:
        kind, key = target
        live_state = self.live_state
        if kind == "call":
            call = live_state.calls.pop(key, None)
            if call is None:
                return
            self._unlist(call)
            live_state.left_calls[key] = call
        else:
            meeting = live_state.meetings.pop(key, None)
            if meeting is None:
                return
            live_state.left_meetings[key] = meeting
        live_state.changes[target] = Change("left", self._clock.now(), wall=self.wall())

    def _unlist(self, call: Call) -> None:
        if call.meeting_number is None:
            return
        listed = self.live_state.by_meeting.get(call.meeting_number, {}).pop(call.id, None)
        self.live_state.recount(call.meeting_number, listed, None)
