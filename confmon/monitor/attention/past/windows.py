"""Counters of the last minutes. What is older is forgotten, and so is what is too much."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

MOST = 20_000
"""So many entries are kept at most, the newest."""

K = TypeVar("K", bound="Hashable")


class Rate(Generic[K]):
    """How many events of each key there were in the last minutes."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._events: deque[tuple[float, K]] = deque()
        self.counts: Counter[K] = Counter()

    def add(self, at: float, key: K) -> None:
        """Take an event in."""
        self._events.append((at, key))
        self.counts[key] += 1
        if len(self._events) > MOST:
            self._forget()

    def prune(self, wall: float) -> None:
        """Forget what is older than the window."""
        while self._events and self._events[0][0] < wall - self._window_s:
            self._forget()

    def __len__(self) -> int:
        return len(self._events)

    def _forget(self) -> None:
        _, key = self._events.popleft()
        self.counts[key] -= 1
        if not self.counts[key]:
            del self.counts[key]


class Share(Rate[bool]):
    """How many of the last minutes' events had a mark."""

    @property
    def marked(self) -> int:
        """How many have one."""
        return self.counts[True]

    @property
    def percent(self) -> float:
        """The share of the marked ones; 0 where there is none."""
        return 100 * self.marked / len(self) if self._events else 0.0


class Visit(NamedTuple):
    """One call of a number. `at` is epoch seconds by the server's clock."""

    at: float
    call: int
    meeting: int | None


class Visits:
    """The last minutes' calls of each number, and which numbers have many."""

    def __init__(self, window_s: float, many: int) -> None:
        self._window_s, self._many = window_s, many
        self._events: deque[tuple[float, str, int]] = deque()
        self._of: dict[str, tuple[Visit, ...]] = {}
        self.frequent: dict[str, None] = {}
        """The numbers with as many calls as are many, the first one first."""

    def of(self, number: str) -> tuple[Visit, ...]:
        """Return the calls of a number, the oldest first."""
        return self._of.get(number, ())

    def add(self, number: str, visit: Visit) -> None:
        """Take a call in, once."""
        visits = self._of.get(number, ())
        if visits and any(known.call == visit.call and known.at == visit.at for known in visits):
            return
        self._events.append((visit.at, number, visit.call))
        self._set(number, (*visits, visit))
        if len(self._events) > MOST:
            self._forget()

    def discard(self, number: str, call: int) -> None:
        """Take a call out."""
        visits = self._of.get(number)
        if visits:
            self._set(number, tuple(visit for visit in visits if visit.call != call))

    def prune(self, wall: float) -> None:
        """Forget what is older than the window."""
        while self._events and self._events[0][0] < wall - self._window_s:
            self._forget()

    def _forget(self) -> None:
        at, number, call = self._events.popleft()
        visits = self._of.get(number, ())
        self._set(number, tuple(v for v in visits if not (v.call == call and v.at == at)))

    def _set(self, number: str, visits: tuple[Visit, ...]) -> None:
        if visits:
            self._of[number] = visits
        else:
            self._of.pop(number, None)
        if len(visits) >= self._many:
            self.frequent[number] = None
        else:
            self.frequent.pop(number, None)


class Groups(Generic[K]):
    """Which calls there are of each kind, and which kinds have many."""

    def __init__(self, many: int) -> None:
        self._many = many
        self._members: dict[K, tuple[int, ...] | dict[int, None]] = {}
        self.large: dict[K, None] = {}
        """The kinds with as many calls as are many."""

    def members(self, key: K) -> Iterable[int]:
        """Return the ids of the calls of a kind, in the order met."""
        return self._members.get(key, ())

    def add(self, key: K, call: int) -> None:
        """Put a call in."""
        members = self._members.get(key, ())
        if call in members:
            return
        # Most kinds have one member, and a dict takes five times the room of a tuple.
        if isinstance(members, tuple):
            members = (*members, call) if len(members) < 8 else dict.fromkeys((*members, call))
            self._members[key] = members
        else:
            members[call] = None
        if len(members) >= self._many:
            self.large[key] = None

    def discard(self, key: K, call: int) -> None:
        """Take a call out."""
        members = self._members.get(key, ())
        if isinstance(members, tuple):
            members = tuple(member for member in members if member != call)
            if members:
                self._members[key] = members
            else:
                self._members.pop(key, None)
        else:
            members.pop(call, None)
            if not members:
                del self._members[key]
        if len(members) < self._many:
            self.large.pop(key, None)
