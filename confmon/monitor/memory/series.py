"""Figures over the last half hour, in slots of fixed length: how many calls, joins and leaves.

A slot in which nothing was read whole has no figure: None, never 0.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from confmon.monitor.polling.live_state import LiveState

SLOT_S: Final = 60
SLOTS: Final = 30
FINE_SLOT_S: Final = 15
FINE_SLOTS: Final = 40
"""The finer slots are for the first minutes after a start."""
YOUNG_S: Final = 8 * 60
"""So long after the start a meeting's history is shown in finer slots."""
WORTH_MINUTES: Final = 2
"""So many recorded minutes tell more than the finer slots of a run that has just begun."""
MEETINGS_KEPT: Final = 2000
AT_ONCE: Final = 128
"""So many meetings are counted at a read: the others follow at the next ones."""
_MINUTE_S: Final = 60.0

Figure = Literal["calls", "joins", "leaves"]
Values = tuple[int | None, ...]


class Ring:
    """The figures of the last `slots` slots of `slot_s` seconds each."""

    __slots__ = ("_newest", "_slots", "_values", "slot_s")

    def __init__(self, slot_s: int, slots: int) -> None:
        self.slot_s = slot_s
        self._slots = slots
        self._newest: int | None = None
        self._values: deque[int | None] = deque(maxlen=slots)

    def put(self, wall: float, value: int) -> None:
        """Note the figure of the slot of this moment (epoch seconds); the last one counts."""
        self._move_to(wall)
        self._values[-1] = value

    def add(self, wall: float, value: int) -> None:
        """Add to the figure of the slot of this moment."""
        self._move_to(wall)
        self._values[-1] = (self._values[-1] or 0) + value

    def fill(self, wall: float, values: Sequence[int | None]) -> None:
        """Take figures of slots up to that of this moment, oldest first, where none is known."""
        last = int(wall // self.slot_s)
        newest = last if self._newest is None else max(self._newest, last)
        known = self.values(newest * self.slot_s)
        given = dict(zip(range(last, last - len(values), -1), reversed(values), strict=False))
        slots = range(newest - self._slots + 1, newest + 1)
        filled = [
            given.get(slot) if value is None else value
            for slot, value in zip(slots, known, strict=True)
        ]
        self._values, self._newest = deque(filled, maxlen=self._slots), newest

    def values(self, wall: float) -> Values:
        """Return the figures of the slots up to this moment, the oldest first."""
        if self._newest is None:
            return (None,) * self._slots
        behind = min(self._slots, max(0, int(wall // self.slot_s) - self._newest))
        padded = [None] * self._slots + list(self._values) + [None] * behind
        return tuple(padded[-self._slots :])

    def _move_to(self, wall: float) -> None:
        slot = int(wall // self.slot_s)
        newest = self._newest
        if newest is None or not -1 <= slot - newest < self._slots:
            self._values.clear()  # the first one, after a long gap, or the clock was set back
            self._values.append(None)
        else:
            self._values.extend([None] * (slot - newest))
            slot = max(slot, newest)
        self._newest = slot


class _Rate:
    """How often something happens: so many a minute, by slots and over the last minute."""

    def __init__(self) -> None:
        self.slots, self.fine = Ring(SLOT_S, SLOTS), Ring(FINE_SLOT_S, FINE_SLOTS)
        self.waiting = 0
        """What reads showed that were not whole: it is counted with the next whole one."""
        self.last_minute: deque[tuple[float, int]] = deque()
        """How many each whole read of the last minute showed, with its monotonic moment."""

    def book(self, asked_at: float, wall: float) -> None:
        count, self.waiting = self.waiting, 0
        self.slots.add(wall, count)
        self.fine.add(wall, count)
        self.last_minute.append((asked_at, count))
        while self.last_minute[0][0] <= asked_at - _MINUTE_S:
            self.last_minute.popleft()


class Series:
    """Calls, joins and leaves of the whole bridge, and the callers of each meeting.

    A call is anybody but a recording leg. Joins and leaves are counted between two whole reads of
    all calls that are at most a minute apart: nobody knows when those of a longer gap happened.
    """

    def __init__(self, now: Callable[[], float], wall: Callable[[], float]) -> None:
        """`now` is the monotonic clock, `wall` epoch seconds by the server's clock."""
        self._now, self._wall = now, wall
        self._calls = Ring(SLOT_S, SLOTS), Ring(FINE_SLOT_S, FINE_SLOTS)
        self._rates: dict[str, _Rate] = {"joins": _Rate(), "leaves": _Rate()}
        self.totals: Counter[str] = Counter(joins=0, leaves=0)
        """All that reads have shown since the start, also of a time when nothing was read."""
        self._meetings: dict[int, Ring] = {}
        self._meetings_fine: dict[int, Ring] = {}
        """The same in finer slots; empty once there is enough in the others."""
        self._began: float | None = None
        self._to_count: list[int] = []
        self._counted_slot = -1
        self._read_at: float | None = None
        self._unbroken_since: float | None = None
        """Since when (monotonic) all calls were read whole at least once a minute."""

    def values(self, figure: Figure, *, fine: bool = False) -> Values:
        """Return a figure for each slot, the oldest first: calls, or joins or leaves a minute.

        30 slots of a minute; `fine`: 40 of 15 s. The last one is not over yet: it has the joins
        or leaves of the last 60 seconds.
        """
        wall = self._wall()
        if figure == "calls":
            return self._calls[fine].values(wall)
        rate = self._rates[figure]
        ring = rate.fine if fine else rate.slots
        per_minute = SLOT_S // ring.slot_s
        values = [None if value is None else value * per_minute for value in ring.values(wall)]
        return (*values[:-1], self.last_minute(figure))

    def last_minute(self, figure: Literal["joins", "leaves"]) -> int | None:
        """Return how many joined or left within the last 60 seconds; None: not known."""
        now, since = self._now(), self._unbroken_since
        if since is None or self._read_at is None:
            return None
        if since > self._read_at - _MINUTE_S or self._read_at < now - _MINUTE_S:
            return None  # less than a minute was read, or all of it was long ago
        return sum(n for at, n in self._rates[figure].last_minute if at > now - _MINUTE_S)

    def minute_known_in_s(self) -> float | None:
        """Return in how many seconds a whole minute will have been read; None: nothing is read."""
        now, since = self._now(), self._unbroken_since
        if since is None or self._read_at is None or self._read_at < now - FINE_SLOT_S:
            return None
        return max(0.0, since + _MINUTE_S - now)

    def callers_in(self, meeting: int) -> Values:
        """Return the callers of a meeting for each of the last 30 slots, the oldest first.

        The slots are minutes; of 15 s in the first minutes after a start.
        """
        ring = self._meetings_fine.get(meeting) or self._meetings.get(meeting)
        return ring.values(self._wall())[-SLOTS:] if ring is not None else (None,) * SLOTS

    # What was recorded before.

    def fill(
        self,
        wall: float,
        calls: Sequence[int | None],
        callers: Mapping[int, Sequence[int | None]],
    ) -> None:
        """Take the minutes up to that of a moment (epoch seconds) from what was recorded.

        `callers` are those of each meeting; what this run has read itself stays. From then on
        minutes tell enough, and no finer slots are shown.
        """
        if sum(value is not None for value in calls) < WORTH_MINUTES:
            return
        self._began = wall - YOUNG_S
        self._meetings_fine.clear()
        self._calls[0].fill(wall, calls)
        for number, values in callers.items():
            if (ring := self._ring_of(number)) is not None:
                ring.fill(wall, values)

    def _ring_of(self, meeting: int) -> Ring | None:
        """Return the ring of a meeting, a new one if there is room."""
        ring = self._meetings.get(meeting)
        if ring is None and len(self._meetings) < MEETINGS_KEPT:
            ring = self._meetings[meeting] = Ring(SLOT_S, SLOTS)
        return ring

    # What reads show.

    def count(self, joins: int, leaves: int) -> None:
        """Note who came and left by any read; the next whole read of all calls books them."""
        self._rates["joins"].waiting += joins
        self._rates["leaves"].waiting += leaves
        self.totals.update(joins=joins, leaves=leaves)

    def read_whole(self, calls: int, asked_at: float, wall: float, live_state: LiveState) -> None:
        """Note a whole read of all calls, and how many there are."""
        for ring in self._calls:
            ring.put(wall, calls)
        is_unbroken = self._read_at is not None and asked_at - self._read_at <= _MINUTE_S
        if not is_unbroken:
            self._unbroken_since = asked_at
        for rate in self._rates.values():
            if is_unbroken:
                rate.book(asked_at, wall)
            else:
                rate.waiting = 0
                rate.last_minute.clear()
        self._read_at = asked_at
        self._count_meetings(wall, live_state)

    def _count_meetings(self, wall: float, live_state: LiveState) -> None:
        if self._began is None:
            self._began = wall
        is_young = 0 <= wall - self._began < YOUNG_S
        if not is_young:
            self._meetings_fine.clear()
        slot = int(wall // (FINE_SLOT_S if is_young else SLOT_S))
        if slot != self._counted_slot:
            self._counted_slot = slot
            known = live_state.by_meeting.keys() | live_state.meetings.keys()
            for number in self._meetings.keys() - known:
                del self._meetings[number]
                self._meetings_fine.pop(number, None)
            self._to_count = list(known)
        due, self._to_count = self._to_count[:AT_ONCE], self._to_count[AT_ONCE:]
        for number in due:
            if number not in live_state.by_meeting and number not in live_state.meetings:
                continue
            if (ring := self._ring_of(number)) is None:
                continue
            callers = live_state.tally(number).callers
            ring.put(wall, callers)
            if is_young:
                fine = self._meetings_fine.setdefault(number, Ring(FINE_SLOT_S, FINE_SLOTS))
                fine.put(wall, callers)
