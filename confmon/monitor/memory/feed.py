"""The event feed: the last events, with storms folded into one line each.

Several events of one kind in one meeting by one author, each within `FOLD_S` seconds of the one
before, are one line as soon as there are `FOLD_FROM` of them. The line keeps their count, and up to
`MEMBERS_KEPT` of the events themselves for their words.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from confmon.monitor.memory.events import By, Event, Kind

    _Alike = tuple[Kind, int | None, By | None]

EVENTS_KEPT: Final = 5000
"""So many events are kept, in lines and storms together."""
FOLD_S: Final = 5.0
FOLD_FROM: Final = 4
STORM_S: Final = 60.0
"""A storm that lasts longer goes on in a line of its own."""
MEMBERS_KEPT: Final = 200


@dataclass(slots=True)
class FeedLine:
    """One event, or a storm of `count` events. It is never changed: hundreds are made at a read.

    `events` has the first of them, at least one. `at` and `until` are the moments of the first and
    the last (epoch seconds by the server's clock).
    """

    events: tuple[Event, ...]
    count: int
    until: float

    @property
    def kind(self) -> Kind:
        """What happened."""
        return self.events[0].kind

    @property
    def meeting(self) -> int | None:
        """Where it happened; None: in no meeting."""
        return self.events[0].meeting

    @property
    def by(self) -> By | None:
        """Who did it."""
        return self.events[0].by

    @property
    def is_storm(self) -> bool:
        """Whether it is more than one event."""
        return self.count > 1


@dataclass(slots=True)
class _Run:
    """Events alike, one soon after the other: `lines` are the numbers of their lines."""

    began: float
    last: float
    lines: list[int]


class EventFeed:
    """The lines of the feed. Each has a number; a storm that grows gets a new one."""

    def __init__(self) -> None:
        self._lines: OrderedDict[int, FeedLine] = OrderedDict()
        self._next = self._oldest = 0
        self._kept = 0
        self._forgot_at = 0.0
        self._runs: dict[_Alike, _Run] = {}
        self._listeners: list[Callable[[Sequence[Event]], None]] = []
        self.total = 0
        """How many events there were, in all."""

    def __iter__(self) -> Iterator[FeedLine]:
        """Yield the lines, the oldest first."""
        return iter(self._lines.values())

    def newest_first(self) -> Iterator[tuple[int, FeedLine]]:
        """Yield each line with its number, the newest first."""
        return reversed(self._lines.items())

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def version(self) -> int:
        """A number that changes with every event."""
        return self._next

    def on_events(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call `listener` with the events of each read, unfolded; a large one in parts."""
        self._listeners.append(listener)

    def add(self, events: Sequence[Event]) -> None:
        """Take in the events of one read, or of a part of it."""
        if not events:
            return
        alike: dict[_Alike, list[Event]] = {}
        for event in events:
            key = (event.kind, event.meeting, event.by)
            if (group := alike.get(key)) is None:
                alike[key] = [event]
            else:
                group.append(event)
        for key, group in alike.items():
            self._extend(key, group)
        self.total += len(events)
        self._trim()
        self._forget_runs(events[-1].at)
        for listener in self._listeners:
            listener(events)

    def _extend(self, key: _Alike, group: list[Event]) -> None:
        at, lines = group[-1].at, self._lines
        run = self._runs.get(key)
        if run is None or abs(at - run.last) > FOLD_S or at - run.began > STORM_S:
            run = self._runs[key] = _Run(at, at, [])
        elif at > run.last:
            run.last = at
        count = len(group)
        if run.lines:
            if run.lines[0] < self._oldest:
                run.lines = [number for number in run.lines if number in lines]
            for number in run.lines:
                count += lines[number].count
        if count < FOLD_FROM:
            for event in group:
                run.lines.append(self._append(FeedLine((event,), 1, event.at)))
            return
        members: tuple[Event, ...] = ()
        for number in run.lines:
            line = lines.pop(number)
            self._kept -= len(line.events)
            members += line.events
        members += tuple(group[: max(0, MEMBERS_KEPT - len(members))])
        run.lines = [self._append(FeedLine(members, count, at))]

    def _append(self, line: FeedLine) -> int:
        number = self._next
        self._next = number + 1
        self._lines[number] = line
        self._kept += len(line.events)
        return number

    def _trim(self) -> None:
        while self._kept > EVENTS_KEPT:
            number, line = self._lines.popitem(last=False)
            self._oldest = number + 1
            self._kept -= len(line.events)

    def _forget_runs(self, now: float) -> None:
        if len(self._runs) > 256 and abs(now - self._forgot_at) > FOLD_S:
            self._forgot_at = now
            self._runs = {
                key: run for key, run in self._runs.items() if abs(now - run.last) <= FOLD_S
            }
