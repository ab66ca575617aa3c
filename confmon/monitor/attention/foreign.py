"""Changes of calls and meetings that nobody here made."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from confmon.models.codes import Codes
    from confmon.models.identity import Target
    from confmon.models.live_records import Call, Meeting

MOST, MOST_OF_ONE = 5000, 100
CALL_FIELDS = {"hold_mode": "hold", "role": "role", "custom_name": "name", "gain_level": "gain"}
"""The fields of a call that only an operator, a host or a program changes, and what they are."""
MEETING_FIELDS = {
    "is_recording": "recording", "is_secured": "lock", "mute_mode": "mute mode",
    "hold_mode": "hold mode", "qa_mode": "Q&A",
}  # fmt: skip


class Explains(Protocol):
    """Which changes are our own doing."""

    def explain_change(self, target: Target, field: str, value: object) -> bool:
        """Whether one of ours gives a field this value."""
        ...

    def explain_leave(self, call: Call) -> bool:
        """Whether one of ours dropped a caller, or ended the meeting."""
        ...


class ForeignChange(NamedTuple):
    """One of them. `call` is None for the meeting's own."""

    at: float
    meeting: int
    call: int | None
    what: str


class ForeignChanges:
    """Those of the last minutes, by meeting."""

    def __init__(self, shown_s: float) -> None:
        self._shown_s = shown_s
        self._changes: deque[ForeignChange] = deque()
        self._of: dict[int, deque[ForeignChange]] = {}
        self.touched: set[int] = set()
        """The meetings with others than when somebody looked last."""

    def of(self, number: int) -> tuple[ForeignChange, ...]:
        """Return those of a meeting, the oldest first."""
        return tuple(self._of.get(number, ()))

    def follow_call(self, was: Call, now: Call, wall: float, codes: Codes, ours: Explains) -> None:
        """Note what somebody else changed of a call. A caller's own mute is their own."""
        number = now.meeting_number
        if number is None or was.meeting_number != number:
            return
        if was.mute_mode != now.mute_mode and now.mute_mode is not None:
            by = {codes.muted_by(was.mute_mode), codes.muted_by(now.mute_mode)}
            is_flipped = codes.is_muted(was.mute_mode) is not codes.is_muted(now.mute_mode)
            if is_flipped and by & {"host", "both"}:
                change = ForeignChange(wall, number, now.id, "mute")
                self._note(change, "mute_mode", now.mute_mode, ours)
        for field, what in CALL_FIELDS.items():
            value = getattr(now, field)
            if value != getattr(was, field) and None not in (value, getattr(was, field)):
                self._note(ForeignChange(wall, number, now.id, what), field, value, ours)

    def follow_meeting(self, was: Meeting, now: Meeting, wall: float, ours: Explains) -> None:
        """Note what somebody else changed of a meeting."""
        for field, what in MEETING_FIELDS.items():
            value = getattr(now, field)
            if value != getattr(was, field) and None not in (value, getattr(was, field)):
                change = ForeignChange(wall, now.meeting_number, None, what)
                self._note(change, field, value, ours)

    def forget(self, number: int) -> None:
        """Let go of a meeting that has ended."""
        self._of.pop(number, None)

    def prune(self, wall: float) -> None:
        """Forget what is older than the window."""
        changes = self._changes
        while changes and (changes[0].at < wall - self._shown_s or len(changes) > MOST):
            old = changes.popleft()
            of_meeting = self._of.get(old.meeting)
            if of_meeting and of_meeting[0] is old:  # otherwise there were too many of them
                of_meeting.popleft()
                if not of_meeting:
                    del self._of[old.meeting]
            self.touched.add(old.meeting)

    def _note(self, change: ForeignChange, field: str, value: object, ours: Explains) -> None:
        target: Target = ("meeting", change.meeting)
        if change.call is not None:
            target = ("call", change.call)
        if not ours.explain_change(target, field, value):
            self._changes.append(change)
            of_meeting = self._of.setdefault(change.meeting, deque(maxlen=MOST_OF_ONE))
            of_meeting.append(change)
            self.touched.add(change.meeting)
