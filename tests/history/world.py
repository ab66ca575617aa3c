"""A bridge that changes at random, the reads of it, and the database that they are written to.

The whole way is the real one: live store, coverage, recorder, store. The world knows what was true
when; time is a counter of seconds.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from confmon.history.database import HistoryUnavailable
from confmon.history.place import HistoryPlace
from confmon.history.store import Store
from confmon.models.codes import Codes
from confmon.models.live_records import Call, Meeting, Scan
from confmon.monitor.past.recorder import Recorder
from confmon.monitor.polling.coverage import Coverage
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, Snapshot, calls_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from confmon.history.read import Item
    from tests.history.shared import Member

NUMBERS = (100, 200, 300)
GAP_FROM_S = 600.0


@dataclass
class Clock:
    """Time that a test moves; `ahead_s` is what the wall clock has more."""

    time_s: float = 1000.0
    ahead_s: float = 1_700_000_000.0

    def now(self) -> float:
        return self.time_s

    def wall(self) -> float:
        return self.time_s + self.ahead_s

    def wall_ms(self) -> int:
        return round(self.wall() * 1000)

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing waits here")


@dataclass
class Presence:
    """A call in a meeting, from when to when in truth (epoch milliseconds)."""

    call: int
    created: int | None
    number: int | None
    began: int
    ended: int | None = None


@dataclass
class Look:
    """What a clean read of all calls showed, and when that was true."""

    moment: int
    shown: set[tuple[int, int | None, int | None]]


class DirectKeeper:
    """Hands each item to the store at once; drops some where a test says so."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.drops = False
        self.is_disk_full: Callable[[], bool] = lambda: False
        self.fail: Callable[[Item], None] = self.fill_disk
        """Tries to write an item where that fails."""

    @property
    def wants_calls(self) -> bool:
        return self.store.awaits_calls

    @wants_calls.setter
    def wants_calls(self, _value: bool) -> None:
        raise AssertionError("the store knows")

    @property
    def wants_meetings(self) -> bool:
        return self.store.awaits_meetings

    @wants_meetings.setter
    def wants_meetings(self, _value: bool) -> None:
        raise AssertionError("the store knows")

    def put(self, item: Item) -> None:
        if self.drops:
            return
        if self.is_disk_full():
            with suppress(HistoryUnavailable):
                self.fail(item)
                return
        self.store.take(item)

    def fill_disk(self, item: Item) -> None:
        """Try to write on a disk with no room, which has some again after that."""
        connection = self.store._connection
        assert connection is not None
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        try:
            self.store.take(item)
        finally:
            connection.execute("PRAGMA max_page_count = 1000000")


@dataclass
class World:
    """The bridge, and confmon beside it."""

    random: Random
    path: Path
    wire_joined: bool = True
    clock: Clock = field(default_factory=Clock)
    calls: dict[int, Call] = field(default_factory=dict)
    meetings: dict[int, Meeting] = field(default_factory=dict)
    presences: list[Presence] = field(default_factory=list)
    open: dict[int, Presence] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)
    births: int = 0
    member: Member | None = None
    """One of several confmon that share a history; None: the history is in the file."""

    def __post_init__(self) -> None:
        self.start()

    # confmon.

    def start(self) -> None:
        """Start confmon on the database that is there."""
        codes = Codes()
        self.live = LiveStore(self.clock, codes)
        self.coverage = Coverage()
        place = HistoryPlace(path=self.path, endpoint="test")
        if self.member is not None:
            self.member.lead()
            place = self.member.place()
        self.store = Store(
            place, is_recording=lambda role: role == 0, gap_from_s=lambda: GAP_FROM_S
        )
        assert self.store.open()
        self.keeper = DirectKeeper(self.store)
        if self.member is not None:
            self.keeper.fail = self.cut_off
        self.keeper.is_disk_full = lambda: self.random.random() < 0.1
        self.recorder = Recorder(
            self.live, self.coverage, self.clock, self.keeper, gap_from_s=lambda: GAP_FROM_S
        )
        self.live.on_applied(self.coverage.note)

    def cut_off(self, item: Item) -> None:
        """Try to write while the database goes away, which is there again after that."""
        assert self.member is not None
        self.member.breaks_after = self.random.randrange(12)
        try:
            self.store.take(item)
        finally:
            self.member.breaks_after = None
            assert self.store.open()

    def restart(self) -> None:
        """End confmon and start it again, some time later."""
        self.store.close()
        self.pass_time(self.random.choice([0, 30, 3600]))
        for _ in range(self.random.randrange(6)):
            self.change_world()
        self.start()

    def pass_time(self, seconds: float = 10.0) -> None:
        self.clock.time_s += seconds

    def read(self, feed: Feed, *, torn: bool = False) -> None:
        """Read a feed: asked, true at a later moment, answered at a later one again."""
        asked_at = self.clock.now()
        if self.random.random() < 0.3:
            self.pass_time()
            self.change_world()
        records: list[Any]
        if feed == MEETINGS:
            records = list(self.meetings.values())
        else:
            among = (feed.meeting, *NUMBERS) if feed.meeting is None else (feed.meeting,)
            records = [call for call in self.calls.values() if call.meeting_number in among]
        moment = self.clock.wall_ms()
        if torn and records:
            records.pop(self.random.randrange(len(records)))
        if self.random.random() < 0.3:
            self.pass_time()
            self.change_world()
        scan: Scan[Any] = Scan(records=tuple(records), clean=not torn)
        snapshot: Snapshot[Any] = Snapshot(
            feed=feed, asked_at=asked_at, answered_at=self.clock.now(), scan=scan
        )
        taken = self.live.apply(snapshot) is not None
        if taken and feed == ALL_CALLS and not torn and not self.keeper.drops:
            shown = {(call.id, call.created, call.meeting_number) for call in records}
            self.looks.append(Look(moment, shown))
        self.recorder.look()
        self.pass_time()

    def read_all(self) -> None:
        """Read everything, until it is believed."""
        for _ in range(2):
            self.read_calmly(MEETINGS)
            self.read_calmly(ALL_CALLS)

    def read_calmly(self, feed: Feed) -> None:
        """Read a feed while nothing changes."""
        kept, self.random = self.random, _Calm()  # type: ignore[assignment]
        self.read(feed)
        self.random = kept

    # What happens.

    def step(self) -> None:
        """Something happens: on the bridge, or here."""
        chosen = self.random.random()
        if chosen < 0.55:
            self.pass_time(self.random.choice([0, 10, 30]))
            self.change_world()
        elif chosen < 0.95:
            feed = self.random.choice([MEETINGS, ALL_CALLS, ALL_CALLS, *map(calls_of, NUMBERS)])
            self.read(feed, torn=self.random.random() < 0.2)
        else:
            self.random.choice([self.restart, self.lose_some])()

    def lose_some(self) -> None:
        """Reads are lost, because nothing could be written for too long."""
        self.keeper.drops = True
        for _ in range(self.random.randrange(8)):
            self.change_world()
            self.read(self.random.choice([MEETINGS, ALL_CALLS]))
        self.keeper.drops = False
        self.store.lose("paused")

    def change_world(self) -> None:
        self.random.choice([self.join, self.join, self.leave, self.change, self.move, self.end])()

    def join(self) -> None:
        """A caller comes, maybe under an id that was another's."""
        key = self.random.randrange(1, 9)
        if key in self.calls:
            self.leave_by(key)
        self.births += 1
        now = self.clock.wall_ms()
        number = self.random.choice([*NUMBERS, None])
        if number is not None and number not in self.meetings:
            self.begin(number)
        self.calls[key] = Call(
            id=key,
            meeting_number=number,
            created=self.births * 10_000,
            joined=now if self.wire_joined else None,
            caller=f"1555{self.births:07d}",
            role=self.random.choice([0, 1, 2]),
            mute_mode=0,
            access_code="4711",
        )
        self.enter(key)

    def begin(self, number: int) -> None:
        self.births += 1
        self.meetings[number] = Meeting(
            meeting_number=number, id=self.births, created=self.clock.wall_ms(), mute_mode=0
        )

    def enter(self, key: int) -> None:
        call = self.calls[key]
        presence = Presence(key, call.created, call.meeting_number, self.clock.wall_ms())
        self.presences.append(presence)
        self.open[key] = presence

    def exit(self, key: int) -> None:
        self.open.pop(key).ended = self.clock.wall_ms()

    def leave(self) -> None:
        if self.calls:
            self.leave_by(self.random.choice(list(self.calls)))

    def leave_by(self, key: int) -> None:
        self.exit(key)
        del self.calls[key]

    def change(self) -> None:
        if self.calls:
            key = self.random.choice(list(self.calls))
            change: dict[str, Any] = self.random.choice(
                [{"mute_mode": self.random.randrange(4)}, {"custom_name": "Zoë"}, {"role": 1}]
            )
            self.calls[key] = replace(self.calls[key], **change)

    def move(self) -> None:
        if self.calls:
            key = self.random.choice(list(self.calls))
            number = self.random.choice([*NUMBERS, None])
            if number == self.calls[key].meeting_number:
                return
            if number is not None and number not in self.meetings:
                self.begin(number)
            self.exit(key)
            self.calls[key] = replace(
                self.calls[key],
                meeting_number=number,
                joined=self.clock.wall_ms() if self.wire_joined else None,
            )
            self.enter(key)

    def end(self) -> None:
        """A meeting ends, and begins again for half of them at once."""
        if self.meetings:
            number = self.random.choice(list(self.meetings))
            del self.meetings[number]
            for key in [k for k, call in self.calls.items() if call.meeting_number == number]:
                self.leave_by(key)
            if self.random.random() < 0.5:
                self.begin(number)


class _Calm:
    """Nothing is chosen to happen."""

    def random(self) -> float:
        return 1.0
