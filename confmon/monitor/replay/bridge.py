"""A bridge that plays a replay: each scan shows what was there at a virtual time.

Fulfils `confmon.ports.Bridge`. Nothing can be changed, and where nothing was seen, nothing answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from confmon.models.errors import Guarded, NotFound, Unreachable
from confmon.models.live_records import Scan
from confmon.models.resources.no_directory import NoDirectory

if TYPE_CHECKING:
    from confmon.models.live_records import Attribute, Call, Meeting
    from confmon.monitor.replay.clock import ReplayClock
    from confmon.monitor.replay.file import Replay

R = TypeVar("R")

OVER: Final = "the replay is over: this is how it ended"
NOT_RECORDED: Final = "this is a replay: {} are not recorded"


class ReplayBridge:
    """Plays from the first read on, by the time of a clock that shows the past."""

    def __init__(self, replay: Replay, clock: ReplayClock) -> None:
        self._replay, self._clock = replay, clock
        self._next = 0
        """The step that comes next."""
        self._calls: dict[int, Call] = {}
        self._meetings: dict[int, Meeting] = {}
        self._blind = (0.0, 0.0)
        """From when to when nothing was seen: the read that it begins with was the last one."""
        self._why = ""
        self.directory = NoDirectory(NOT_RECORDED)

    # What is read.

    async def scan_meetings(self) -> Scan[Meeting]:
        """Return the meetings of now."""
        at_s = self._play()
        meetings = tuple(self._meetings.values())
        return Scan(records=meetings, total=len(meetings), notes=self._notes(at_s))

    async def scan_calls(self, meeting_number: int | None = None) -> Scan[Call]:
        """Return the calls of now, of one meeting or of all."""
        at_s = self._play()
        calls = tuple(
            call
            for call in self._calls.values()
            if meeting_number in (None, call.meeting_number)
        )  # fmt: skip
        return Scan(records=calls, total=len(calls), notes=self._notes(at_s))

    async def get_call(self, call_id: int) -> Call:
        """Return one call. NotFound: it is not there now."""
        self._play()
        if (call := self._calls.get(call_id)) is None:
            raise NotFound("404 not found", status=404)
        return call

    async def get_meeting(self, meeting_number: int) -> Meeting:
        """Return one meeting. NotFound: it is not there now."""
        self._play()
        if (meeting := self._meetings.get(meeting_number)) is None:
            raise NotFound("404 not found", status=404)
        return meeting

    async def get_attributes(self, meeting_number: int) -> tuple[Attribute, ...]:
        """Refuse: they are not recorded. NotFound: the meeting is not there now."""
        await self.get_meeting(meeting_number)
        raise self.directory.refusal("attributes")

    # What is not done.

    async def _refuse(self, *_: object, **__: object) -> NoReturn:
        """Refuse to change anything."""
        raise Guarded("this is a replay: nothing in it can be changed")

    put_call = put_meeting = delete_call = delete_meeting = _refuse

    def requests_per_minute(self) -> int:
        """Return none: nothing is sent."""
        return 0

    async def aclose(self) -> None:
        """Close nothing."""

    # How it goes on.

    def _play(self) -> float:
        """Take in what has happened; return how far it is. Unreachable: nothing was seen then."""
        at_s, steps = self._clock.play(), self._replay.steps
        while self._next < len(steps) and steps[self._next].at_s <= at_s:
            step = steps[self._next]
            self._next += 1
            if step.is_key:
                self._calls = _known(self._calls, {call.id: call for call in step.calls})
                self._meetings = _known(
                    self._meetings, {meeting.meeting_number: meeting for meeting in step.meetings}
                )
                continue
            self._calls.update((call.id, call) for call in step.calls)
            self._meetings.update((meeting.meeting_number, meeting) for meeting in step.meetings)
            for key in step.gone:
                self._calls.pop(key, None)
            for key in step.over:
                self._meetings.pop(key, None)
            if step.blind_s:
                self._blind, self._why = (step.at_s, step.at_s + step.blind_s), step.reason
        if self._blind[0] < at_s < self._blind[1]:
            raise Unreachable(
                f"nothing was seen then: {self._why}", hint="It is so in the recording."
            )
        return at_s

    def _notes(self, at_s: float) -> tuple[str, ...]:
        return (OVER,) if at_s >= self._replay.lasts_s else ()


def _known(before: dict[int, R], now: dict[int, R]) -> dict[int, R]:
    """Return the records of now; one that is as before is the same object."""
    return {
        key: old if (old := before.get(key)) is not None and old == record else record
        for key, record in now.items()
    }
