"""A live store that a test feeds read by read, and the rules over it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from confmon.config.settings.attention import AttentionSettings
from confmon.models.codes import Codes
from confmon.models.live_records import Call, Meeting, Scan
from confmon.monitor.attention.engine import Attention
from confmon.monitor.attention.rules import BY_ID, RULES
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Snapshot, calls_of
from tests.clock import HandClock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confmon.monitor.attention.signal import Signal, SignalTarget
    from confmon.monitor.polling.snapshot import Feed

POLL_S = 2.0
ROOM = 100
"""The meeting that most tests are about."""


class Ours:
    """The changes and leaves that are our own doing, as a test says."""

    is_idle = False

    def __init__(self) -> None:
        self.changes: set[tuple[SignalTarget, str]] = set()
        self.leaves: set[int] = set()

    def explain_change(self, wire: str, _was: object, _now: object, target: SignalTarget) -> bool:
        return (target, wire) in self.changes

    def explain_leave(self, call: Call) -> bool:
        return call.id in self.leaves


class Desk:
    """The server's truth, and what is made of it. `rules` are watched; all, if there are none."""

    def __init__(self, *rules: str, **settings: Any) -> None:
        self.clock = HandClock()
        self.store = LiveStore(self.clock, Codes())
        self.ours = Ours()
        self.attention = Attention(
            self.store,
            AttentionSettings(**settings),
            self.clock,
            rules=[BY_ID[rule] for rule in rules] if rules else RULES,
            ours=self.ours,
        )
        self.calls: dict[int, Call] = {}
        self.meetings: dict[int, Meeting] = {}
        self.ids = 0

    @property
    def signals(self) -> tuple[Signal, ...]:
        return self.attention.signals

    @property
    def found(self) -> list[tuple[str, str, SignalTarget]]:
        """Rule, severity and target of each signal."""
        return [(signal.rule, signal.severity, signal.target) for signal in self.signals]

    def ms(self, ago_s: float = 0.0) -> int:
        return int((self.clock.wall() - ago_s) * 1000)

    def open(self, number: int = ROOM, **fields: Any) -> Meeting:
        """Begin a meeting."""
        fields.setdefault("id", number)
        meeting = Meeting(meeting_number=number, **fields)
        self.meetings[number] = meeting
        return meeting

    def join(self, count: int = 1, number: int | None = ROOM, **fields: Any) -> list[int]:
        """Let callers join; each has a number of their own unless `fields` has one."""
        ids = []
        for _ in range(count):
            self.ids += 1
            plain: dict[str, Any] = {
                "caller": f"1404555{self.ids:04}", "created": self.ms(), "joined": self.ms(),
                "role": 2, "mute_mode": 0, "hold_mode": 0, "state": 2, "callee": "16055550100",
            }  # fmt: skip
            self.calls[self.ids] = Call(id=self.ids, meeting_number=number, **(plain | fields))
            ids.append(self.ids)
        return ids

    def change(self, *ids: int, **fields: Any) -> None:
        for key in ids or tuple(self.calls):
            self.calls[key] = replace(self.calls[key], **fields)

    def change_meeting(self, number: int = ROOM, **fields: Any) -> None:
        self.meetings[number] = replace(self.meetings[number], **fields)

    def leave(self, ids: Iterable[int]) -> None:
        for key in list(ids):
            del self.calls[key]

    def snapshot(
        self, feed: Feed, *, clean: bool = True, lost: Iterable[int] = ()
    ) -> Snapshot[Any]:
        """Return what a read shows now; `lost` are missing from it."""
        missing = set(lost)
        records: list[Any] = [
            one
            for key, one in (self.meetings if feed == MEETINGS else self.calls).items()
            if key not in missing and (feed.meeting in (None, one.meeting_number))
        ]
        now = self.clock.now()
        scan: Scan[Any] = Scan(records=tuple(records), clean=clean)
        return Snapshot(feed=feed, asked_at=now, answered_at=now, scan=scan)

    def read(self, *feeds: Feed, clean: bool = True, lost: Iterable[int] = ()) -> None:
        """Read feeds in turn; without any, all meetings and all calls."""
        for feed in feeds or (MEETINGS, ALL_CALLS):
            self.store.apply(self.snapshot(feed, clean=clean, lost=lost))

    def poll(self, seconds: float = POLL_S, *, every_s: float = POLL_S) -> None:
        """Let time go by, and read everything every two seconds, the last time at its end."""
        until = self.clock.time_s + seconds
        while self.clock.time_s < until:
            self.clock.time_s = min(until, self.clock.time_s + every_s)
            self.read()

    def wait(self, seconds: float) -> None:
        """Let time go by without a read."""
        self.clock.time_s += seconds
        self.attention.tick()


def opened(*rules: str, hosts: int = 1, callers: int = 2, **settings: Any) -> Desk:
    """Return a desk with one meeting, read once."""
    desk = Desk(*rules, **settings)
    desk.open()
    desk.join(hosts, role=1)
    desk.join(callers)
    desk.read()
    return desk


__all__ = ["ALL_CALLS", "MEETINGS", "POLL_S", "ROOM", "Desk", "calls_of", "opened"]
