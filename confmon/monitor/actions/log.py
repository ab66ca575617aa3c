"""The log of this run: a line for each action, and one for each bulk, whatever its size.

A bulk counts what became of every target, and names each one that was not done. It keeps no more
than that, so its counts stay right as long as its line is there: what is too much for the log
leaves line by line, the oldest first.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from confmon.monitor.actions.action import STOPPED, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from confmon.monitor.actions.action import Action, Result

PACED_BY, PACE_KEPT = 8, 16
"""So many requests of a bulk tell its pace, and so many of the last ones make it."""
LINES_KEPT = 500
NAMED_KEPT = 5000
"""So many targets that were not done are named in all the bulks of the log."""


@dataclass(slots=True)
class LogEntry:
    """One action: what was asked and how far it is. `at` is epoch seconds, ours.

    `claimed_by` is another operator who had claimed the meeting then, or an empty string.

    `confmon.monitor.edits.under_way` adds an `Action`, which is no pending action.
    """

    action: Action
    at: float
    result: Result
    claimed_by: str = ""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Bulk:
    """One key press on several targets. `at` is epoch seconds, ours, of its beginning.

    `counts` has every target under its outcome. `named` are those that were not done, or were done
    and changed again, by action id; not those that were `stopped` before they were sent. `version`
    counts its changes.
    """

    verb: str
    at: float
    first: str
    """The target that came first: of one alone, such as a latecomer to a lecture, the only one."""
    meetings: set[int | None] = field(default_factory=set)
    total: int = 0
    stopped: int = 0
    counts: Counter[Outcome] = field(default_factory=Counter)
    named: dict[str, LogEntry] = field(default_factory=dict)
    version: int = 0
    sent_at: deque[float] = field(default_factory=lambda: deque(maxlen=PACE_KEPT))
    """When the last ones were sent, on the log's clock: it tells the pace."""

    @property
    def settled(self) -> int:
        """How many targets have their outcome."""
        return sum(count for outcome, count in self.counts.items() if outcome.settled)

    def left_s(self, now: float, total: int | None = None) -> float | None:
        """Return in how many seconds all may be sent, by the pace of late; None: not known yet.

        `now` is on the log's clock. `total` is how many targets there are if not all came yet.
        """
        waiting = self.counts[Outcome.WAITING]
        rest = waiting if total is None else total - self.total + waiting
        count = len(self.sent_at)
        if count < PACED_BY or rest <= 0:
            return None
        return max(0.0, now - self.sent_at[0]) / count * rest


class ActionLog:
    """The lines, the oldest first."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is a monotonic clock, in seconds."""
        self.now = now
        self._lines: deque[LogEntry | Bulk] = deque()
        self._bulks: dict[str, Bulk] = {}
        self._named = 0

    def __iter__(self) -> Iterator[LogEntry | Bulk]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def bulk_of(self, press: str) -> Bulk | None:
        """Return the line of a bulk by its press id, if it is still there."""
        return self._bulks.get(press)

    def append(self, entry: LogEntry) -> None:
        """Take an action in: on a line of its own, or on its bulk's."""
        action = entry.action
        if action.group is None or action.at_once:
            self._lines.append(entry)
        else:
            bulk = self._bulks.get(action.group)
            if bulk is None:
                bulk = self._bulks[action.group] = Bulk(action.verb, entry.at, action.label)
                self._lines.append(bulk)
            bulk.total += 1
            bulk.counts[entry.result.outcome] += 1
            bulk.meetings.add(action.meeting)
            bulk.version += 1
        self._trim()

    def tell(self, entry: LogEntry, result: Result, *, named: bool = False) -> None:
        """Note how far an action is now; `named`: name it although it was done."""
        was, entry.result = entry.result.outcome, result
        bulk = self._bulks.get(entry.action.group or "")
        if bulk is None:
            return  # on a line of its own, or its bulk's line has left
        bulk.counts[was] -= 1
        bulk.counts[result.outcome] += 1
        bulk.version += 1
        if result.detail == STOPPED:
            bulk.stopped += 1
            return
        if was is Outcome.WAITING:
            bulk.sent_at.append(self.now())
        not_done = result.outcome.settled and result.outcome is not Outcome.DONE
        if (named or not_done) and entry.action.id not in bulk.named:
            bulk.named[entry.action.id] = entry
            self._named += 1
            self._trim()

    def _trim(self) -> None:
        while len(self._lines) > LINES_KEPT or (self._named > NAMED_KEPT and len(self._lines) > 1):
            line = self._lines.popleft()
            if isinstance(line, Bulk):
                self._named -= len(line.named)
                self._bulks = {key: bulk for key, bulk in self._bulks.items() if bulk is not line}
