"""The live state as views read it: what is confirmed, what just changed, what is under way."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from operator import add, attrgetter, sub
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from confmon.models.codes import Codes
    from confmon.models.identity import Target
    from confmon.models.live_records import Call, LiveResource, Meeting


class Change(NamedTuple):
    """What a poll showed to have happened to a record.

    `at` is on the monotonic clock; `wall` is epoch seconds by the server's clock. `was` and `now`
    are the record before and after a change.
    """

    what: Literal["joined", "left", "changed"]
    at: float
    wall: float = 0.0
    was: Call | Meeting | None = None
    now: Call | Meeting | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that changed. Found when somebody looks: hundreds may change at a poll."""
        if self.was is None or self.now is None:
            return ()
        names = [field.name for field in fields(self.now) if field.compare]
        return tuple([n for n in names if getattr(self.was, n) != getattr(self.now, n)])


@dataclass(frozen=True, slots=True)
class Note:
    """What the operator's own action is doing to a record, or how it ended.

    `verb` names the action; `text` is what the row shows (`muting…`, `not applied`).
    """

    verb: str
    text: str
    under_way: bool
    at: float


class Tally(NamedTuple):
    """Head-counts of one meeting. Role 0 legs count in `legs` alone."""

    hosts: int = 0
    participants: int = 0
    listeners: int = 0
    others: int = 0
    legs: int = 0
    muted: int = 0
    held: int = 0
    hands: int = 0

    @property
    def callers(self) -> int:
        """Everybody but recording legs."""
        return self.hosts + self.participants + self.listeners + self.others


TOUCHES_KEPT = 64
"""So many writes are remembered for those who look again."""


class Touch(NamedTuple):
    """The keys of the records that one write changed. Of "tally": the meetings counted anew."""

    revision: int
    kind: Literal["call", "meeting", "tally"]
    keys: Collection[int]


@dataclass(slots=True)
class LiveState:
    """Everything a view shows. The live store keeps one up to date; a paused view holds a copy."""

    codes: Codes
    calls: dict[int, Call] = field(default_factory=dict)
    meetings: dict[int, Meeting] = field(default_factory=dict)
    by_meeting: dict[int, dict[int, Call]] = field(default_factory=dict)
    left_calls: dict[int, Call] = field(default_factory=dict)
    left_meetings: dict[int, Meeting] = field(default_factory=dict)
    changes: dict[Target, Change] = field(default_factory=dict)
    notes: dict[Target, Note] = field(default_factory=dict)
    tallies: dict[int, Tally] = field(default_factory=dict)
    meetings_known: bool = False
    """Whether the list of meetings has been read at least once."""
    calls_known: bool = False
    """Whether the callers of every meeting have been read at least once."""
    claimed: Mapping[int, bool] = field(default_factory=dict)
    """The meetings that operators have claimed; True: this one has. It is made anew."""
    revision: int = 0
    """The number of the last write."""
    _touches: deque[Touch] = field(default_factory=lambda: deque(maxlen=TOUCHES_KEPT))
    _everybody: Tally | None = None

    def touch(self, kind: Literal["call", "meeting", "tally"], keys: Collection[int]) -> None:
        """Note which records were written."""
        if keys:
            self.revision += 1
            self._touches.append(Touch(self.revision, kind, keys))

    def touch_all(self) -> None:
        """Note that everything may read otherwise now."""
        self.revision += 1
        self._touches.clear()

    def touched_since(self, revision: int) -> list[Touch] | None:
        """Return the writes after a revision; None: it is too long ago, or another state's."""
        behind = self.revision - revision
        if not 0 <= behind <= len(self._touches):
            return None
        return list(self._touches)[len(self._touches) - behind :]

    def records_of(self, kind: LiveResource) -> tuple[dict[int, Any], dict[int, Any]]:
        """Return the records of a kind, and those that have just left."""
        if kind == "call":
            return self.calls, self.left_calls
        return self.meetings, self.left_meetings

    def knows(self, number: int) -> bool:
        """Whether the callers of a meeting have been read, so that it can be counted."""
        return self.calls_known or number in self.by_meeting

    def copy(self) -> LiveState:
        """Return a live state that later polls do not touch."""
        return replace(
            self,
            calls=dict(self.calls),
            meetings=dict(self.meetings),
            by_meeting={number: dict(calls) for number, calls in self.by_meeting.items()},
            left_calls=dict(self.left_calls),
            left_meetings=dict(self.left_meetings),
            changes=dict(self.changes),
            notes=dict(self.notes),
            tallies=dict(self.tallies),
            _touches=deque(maxlen=TOUCHES_KEPT),
        )

    def tally(self, number: int) -> Tally:
        """Return the head-counts of a meeting, counted once and then kept up."""
        known = self.tallies.get(number)
        if known is None:
            known = self.tallies[number] = count(
                self.by_meeting.get(number, {}).values(), self.codes
            )
        return known

    def everybody(self) -> Tally:
        """Return the head-counts of all meetings together, counted once and then kept up."""
        if self._everybody is None:
            self._everybody = total([self.tally(number) for number in self.by_meeting])
        return self._everybody

    def put_tallies(self, tallies: dict[int, Tally]) -> None:
        """Write the head-counts of some meetings."""
        if self._everybody is not None:
            olds = [self.tallies.get(number, _NOBODY) for number in tallies]
            everybody = zip(
                self._everybody, total(list(tallies.values())), total(olds), strict=True
            )
            self._everybody = Tally._make(known + new - old for known, new, old in everybody)
        self.tallies.update(tallies)

    def drop_tallies(self, numbers: Iterable[int]) -> None:
        """Forget the head-counts of some meetings; they are counted when somebody looks."""
        for number in numbers:
            if self.tallies.pop(number, _NOBODY) != _NOBODY or number in self.by_meeting:
                self._everybody = None

    def recounted(self, known: Tally, old: Call | None, new: Call | None) -> Tally:
        """Return a meeting's head-counts with one call's share taken out and another's put in.

        Thousands of calls change between two looks: what did not change is not counted again.
        """
        less = _COUNTED(old) if old is not None else None
        more = _COUNTED(new) if new is not None else None
        difference = _difference(self.codes, less, more) if less != more else None
        return known if difference is None else Tally._make(map(add, known, difference))


def count(calls: Iterable[Call], codes: Codes) -> Tally:
    """Count heads, states and raised hands."""
    return total([_share(codes, _COUNTED(call)) for call in calls])


def total(tallies: Sequence[Tally]) -> Tally:
    """Return the head-counts of several meetings together."""
    return Tally(*map(sum, zip(*tallies, strict=True))) if tallies else _NOBODY


_COUNTED = attrgetter("role", "mute_mode", "hold_mode", "qa_mode", "operator_mode")


@lru_cache(maxsize=1024)
def _share(codes: Codes, counted: tuple[int | None, ...]) -> Tally:
    """Return what one call adds to the head-counts of its meeting."""
    role_code, mute_mode, hold_mode, qa_mode, operator_mode = counted
    role = codes.role(role_code)
    if role == "recording":
        return Tally(legs=1)
    heads = (role == "host", role == "participant", role == "listener")
    muted, held = codes.is_muted(mute_mode) is True, codes.is_held(hold_mode) is True
    return Tally(*heads, not any(heads), 0, muted, held, bool(qa_mode or operator_mode))


@lru_cache(maxsize=1024)
def _difference(
    codes: Codes, less: tuple[int | None, ...] | None, more: tuple[int | None, ...] | None
) -> tuple[int, ...] | None:
    """Return what head-counts gain by one call in place of another; None: nothing."""
    old = _share(codes, less) if less is not None else _NOBODY
    new = _share(codes, more) if more is not None else _NOBODY
    return tuple(map(sub, new, old)) if new != old else None


_NOBODY = Tally()
