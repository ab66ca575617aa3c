"""Changes of calls and meetings that nobody here made."""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from confmon.models.records import wire_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confmon.models.codes import Codes
    from confmon.models.identity import Target
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.polling.differing import Names, Pair

MOST, MOST_OF_ONE = 5000, 100
CALL_FIELDS = {
    "mute_mode": "mute", "hold_mode": "hold", "role": "role", "custom_name": "name",
    "gain_level": "gain",
}  # fmt: skip
"""The fields of a call that an operator, a host or a program changes, and what they are."""
MEETING_FIELDS = {
    "is_recording": "recording", "is_secured": "lock", "mute_mode": "mute mode",
    "hold_mode": "hold mode", "qa_mode": "Q&A",
}  # fmt: skip
_VALUES = {field: attrgetter(field) for field in (*CALL_FIELDS, *MEETING_FIELDS)}
_WIRE = {field: wire_name(field) for field in _VALUES}


class Explains(Protocol):
    """Which changes are our own doing."""

    @property
    def is_idle(self) -> bool:
        """Whether there is no action of ours that could explain anything."""
        ...

    def explain_change(
        self, wire: str, was: Call | Meeting, now: Call | Meeting, target: Target
    ) -> bool:
        """Whether one of ours changed a field (its name on the wire)."""
        ...

    def explain_leave(self, call: Call) -> bool:
        """Whether one of ours dropped a caller, or ended the meeting."""
        ...


class ForeignChange(NamedTuple):
    """What changed of one record at one read. `call` is None for the meeting's own."""

    at: float
    meeting: int
    call: int | None
    whats: tuple[str, ...]


class ForeignChanges:
    """Those of the last minutes, by meeting."""

    def __init__(self, shown_s: float, codes: Codes, ours: Explains) -> None:
        self._shown_s, self._codes, self._ours = shown_s, codes, ours
        self._changes: deque[ForeignChange] = deque()
        self._of: dict[int, deque[ForeignChange]] = {}
        self.touched: set[int] = set()
        """The meetings with others than when somebody looked last."""

    def of(self, number: int) -> Sequence[ForeignChange]:
        """Return those of a meeting, the oldest first."""
        return self._of.get(number, ())

    def follow_calls(self, names: Names, pairs: Iterable[Pair], wall: float) -> None:
        """Note what somebody else changed of calls. A caller's own mute is their own.

        `names` are the fields in which each pair of records differs.
        """
        codes, ours, is_idle = self._codes, self._ours, self._ours.is_idle
        fields = [name for name in names if name in CALL_FIELDS]
        for was, now in pairs:
            number = now.meeting_number
            if number is None or was.meeting_number != number:
                continue
            whats = []
            for field in fields:
                before, after = _VALUES[field](was), _VALUES[field](now)
                if field == "mute_mode":
                    if not _is_by_host(codes, before, after):
                        continue
                elif before is None or after is None:
                    continue
                if is_idle or not ours.explain_change(_WIRE[field], was, now, ("call", now.id)):
                    whats.append(CALL_FIELDS[field])
            if whats:
                self._note(ForeignChange(wall, number, now.id, tuple(whats)))

    def follow_meeting(self, names: Names, was: Meeting, now: Meeting, wall: float) -> None:
        """Note what somebody else changed of a meeting, of the fields that differ."""
        number = now.meeting_number
        whats = [
            MEETING_FIELDS[field]
            for field in names
            if field in MEETING_FIELDS
            and None not in (_VALUES[field](was), _VALUES[field](now))
            and not self._ours.explain_change(_WIRE[field], was, now, ("meeting", number))
        ]
        if whats:
            self._note(ForeignChange(wall, number, None, tuple(whats)))

    def forget(self, number: int) -> None:
        """Let go of a meeting that has ended."""
        self._of.pop(number, None)

    def prune(self, wall: float) -> None:
        """Forget what is older than the window."""
        changes, oldest = self._changes, wall - self._shown_s
        while changes and (changes[0].at < oldest or len(changes) > MOST):
            old = changes.popleft()
            self.touched.add(old.meeting)
            of_meeting = self._of.get(old.meeting)
            if of_meeting and of_meeting[0] is old:  # otherwise there were too many of them
                of_meeting.popleft()
                if not of_meeting:
                    del self._of[old.meeting]

    def _note(self, change: ForeignChange) -> None:
        self._changes.append(change)
        of_meeting = self._of.get(change.meeting)
        if of_meeting is None:
            of_meeting = self._of[change.meeting] = deque(maxlen=MOST_OF_ONE)
        of_meeting.append(change)
        self.touched.add(change.meeting)


@lru_cache(maxsize=256)
def _is_by_host(codes: Codes, before: int | None, after: int | None) -> bool:
    """Whether a caller was muted or unmuted, and by a host."""
    by = {codes.muted_by(before), codes.muted_by(after)}
    is_flipped = codes.is_muted(before) is not codes.is_muted(after)
    return after is not None and is_flipped and bool(by & {"host", "both"})
