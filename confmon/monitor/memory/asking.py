"""Who asks for an operator or has a question, the one who has waited longest first.

Whoever asks is placed by the first read that showed it, then by call id. Reads are ordered by when
they were asked for, so the order does not depend on which of two feeds answers first. An operator
may put somebody into the queue, and take one out as answered, whatever the API says of the caller.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.models.live_records import Call


class Asker(NamedTuple):
    """A caller who asks for help (operatorMode) or has a question (qaMode).

    `since` is epoch seconds by the server's clock: when the first read that showed it was asked
    for. `at_least`: it may have asked earlier, when confmon did not look. `asked_at` is the same
    moment on the monotonic clock. `by_hand`: an operator has put the caller into the queue, and it
    stays there although it asks for nothing.
    """

    call: int
    meeting: int | None
    since: float
    at_least: bool
    asked_at: float
    help: bool
    question: bool
    by_hand: bool = False


class Look(NamedTuple):
    """The read that shows a caller, as far as it matters here.

    `not_before`: when the last read before it was asked for that covered the caller (monotonic).
    """

    asked_at: float
    wall: float
    at_least: bool
    not_before: float


_Place = tuple[float, int]


class AskingQueue:
    """The askers of every meeting, in the order in which they asked."""

    def __init__(self) -> None:
        self._askers: dict[int, Asker] = {}
        self._not_before: dict[int, float] = {}
        self._order: list[_Place] = []
        self._in_meeting: dict[int | None, list[_Place]] = {}
        self._answered: dict[int, Asker] = {}
        """Who was answered while the API still says that they ask."""
        self.version = 0
        """Counts the changes, for views that keep what they made."""

    def __len__(self) -> int:
        return len(self._askers)

    def __contains__(self, call: int) -> bool:
        return call in self._askers

    def __iter__(self) -> Iterator[Asker]:
        """Yield the askers of all meetings, the oldest first."""
        return (self._askers[call] for _, call in self._order)

    def of(self, call: int) -> Asker | None:
        """Return the asker with this call id, if it asks."""
        return self._askers.get(call)

    def since(self, call: int) -> float | None:
        """Return since when a caller asks (epoch seconds by the server's clock)."""
        asker = self._askers.get(call)
        return asker.since if asker is not None else None

    def place(self, call: int) -> int | None:
        """Return a caller's place within its meeting; 1 has waited longest. None: does not ask."""
        asker = self._askers.get(call)
        if asker is None:
            return None
        return bisect_left(self._in_meeting[asker.meeting], _place_of(asker)) + 1

    def count_in(self, meeting: int) -> int:
        """Return how many are in the queue of a meeting."""
        return len(self._in_meeting.get(meeting, ()))

    def answered(self, call: int) -> Asker | None:
        """Return the asker that a caller was before it was answered, if it still seems to ask."""
        return self._answered.get(call)

    def is_answered(self, call: int) -> bool:
        """Whether a caller was answered, although the API still says that it asks."""
        return call in self._answered

    def askers_in(self, meeting: int | None) -> list[Asker]:
        """Return the askers of one meeting, the oldest first."""
        return [self._askers[call] for _, call in self._in_meeting.get(meeting, ())]

    def see(self, call: Call, look: Look) -> Literal["asked", "answered", ""]:
        """Take in a caller as a read shows it. Return "asked", "answered", or "" for no change."""
        known = self._askers.get(call.id)
        if known is None:
            return self._see_new(call, look)
        help_, question, more = _asks_after(call, known)
        if not help_ and not question and not known.by_hand:
            self.forget(call.id)
            return "answered"
        less = not help_ and not question and (known.help or known.question)
        if (help_, question, call.meeting_number) != (known.help, known.question, known.meeting):
            self._take(known)
            now = known._replace(help=help_, question=question, meeting=call.meeting_number)
            self._put(now, self._not_before[call.id])
        return "asked" if more else "answered" if less else ""

    def _see_new(self, call: Call, look: Look) -> Literal["asked", "answered", ""]:
        asks = bool(call.operator_mode or call.qa_mode)
        if (was := self._answered.get(call.id)) is not None:
            help_, question, more = _asks_after(call, was)
            if (help_ or question) and not more:
                return ""
            del self._answered[call.id]
            self.version += 1
            if not asks:
                return "answered"
        if not asks:
            return ""
        asker = _asker_of(call, look.asked_at, look.wall, at_least=look.at_least)
        self._put(asker, look.not_before)
        return "asked"

    # What operators do.

    def put_in(self, call: Call, *, asked_at: float, wall: float) -> None:
        """Put a caller into the queue who does not ask; see `Asker`."""
        if call.id in self._askers:
            return
        self._answered.pop(call.id, None)
        self._put(_asker_of(call, asked_at, wall, by_hand=True), asked_at)

    def answer(self, call: int) -> None:
        """Take a caller out of the queue. It is not put in again before it asks anew."""
        known = self._askers.get(call)
        if known is None:
            return
        self.forget(call)
        if known.help or known.question:
            self._answered[call] = known

    def put_back(self, asker: Asker, call: Call) -> bool:
        """Put who was answered back in its place, unless it asks no more. Return whether it is."""
        asks = asker.by_hand or call.operator_mode or call.qa_mode
        self._answered.pop(call.id, None)
        if not asks or call.id in self._askers:
            return False
        self._put(asker._replace(meeting=call.meeting_number), asker.asked_at)
        return True

    # What reads show.

    def forget(self, call: int) -> None:
        """Take out a caller who has left, or no longer asks."""
        self._answered.pop(call, None)
        known = self._askers.pop(call, None)
        if known is not None:
            del self._not_before[call]
            self._take(known)
            self.version += 1

    def newer_than(self, asked_at: float) -> list[Asker]:
        """Return the askers that an overtaken read, asked for at this time, may have shown."""
        found = self._order[bisect_left(self._order, (asked_at, -1)) :]
        return [
            self._askers[call]
            for at, call in found
            if at > asked_at and self._not_before[call] < asked_at
        ]

    def put_earlier(self, asker: Asker, look: Look) -> None:
        """Note that an earlier read showed an asker, too: it arrived after a later one."""
        self._take(asker)
        now = asker._replace(since=look.wall, asked_at=look.asked_at, at_least=look.at_least)
        self._put(now, look.not_before)

    def put_not_before(self, asker: Asker, asked_at: float, *, at_least: bool) -> None:
        """Note that an earlier read, which arrived late, showed that an asker did not ask yet."""
        self._not_before[asker.call] = asked_at
        self._askers[asker.call] = asker._replace(at_least=at_least)
        self.version += 1

    def _put(self, asker: Asker, not_before: float) -> None:
        place = _place_of(asker)
        self._askers[asker.call] = asker
        self._not_before[asker.call] = not_before
        insort(self._order, place)
        insort(self._in_meeting.setdefault(asker.meeting, []), place)
        self.version += 1

    def _take(self, asker: Asker) -> None:
        place = _place_of(asker)
        del self._order[bisect_left(self._order, place)]
        order = self._in_meeting[asker.meeting]
        del order[bisect_left(order, place)]
        if not order:
            del self._in_meeting[asker.meeting]


def _place_of(asker: Asker) -> _Place:
    return (asker.asked_at, asker.call)


def _asker_of(
    call: Call, asked_at: float, wall: float, *, at_least: bool = False, by_hand: bool = False
) -> Asker:
    help_, question = bool(call.operator_mode), bool(call.qa_mode)
    return Asker(call.id, call.meeting_number, wall, at_least, asked_at, help_, question, by_hand)


def _asks_after(call: Call, before: Asker) -> tuple[bool, bool, bool]:
    """Return whether a caller asks for help, has a question, and whether one of these is new.

    A field that the read does not have says nothing: what was known of it stays.
    """
    help_ = before.help if call.operator_mode is None else bool(call.operator_mode)
    question = before.question if call.qa_mode is None else bool(call.qa_mode)
    return help_, question, (help_ and not before.help) or (question and not before.question)
