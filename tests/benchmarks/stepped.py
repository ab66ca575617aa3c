"""A bridge and a clock that stand still between two orders."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from confmon.models.errors import NotFound
from confmon.models.live_records import Answer, Scan
from tests.benchmarks.crowd import NOW_S, Crowd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.live_records import Attribute, Call, Meeting
    from confmon.monitor.actions.action import Action, Result


class SteppedClock:
    """Time that moves when it is moved."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._wall = float(NOW_S)
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    def wall(self) -> float:
        return self._wall

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + seconds, future))
        await future

    def advance(self, seconds: float, wall_s: float) -> None:
        """Let time pass; `wall_s` is by how much running times grow."""
        self._now += seconds
        self._wall += wall_s
        due = [future for at, future in self._sleepers if at <= self._now]
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self._now]
        for future in due:
            if not future.done():
                future.set_result(None)


class CrowdBridge:
    """The crowd as a bridge that answers at once and obeys nobody."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd

    async def scan_meetings(self) -> Scan[Meeting]:
        return Scan(records=self.crowd.meetings)

    async def scan_calls(self, meeting_number: int | None = None) -> Scan[Call]:
        calls = self.crowd.calls
        if meeting_number is not None:
            calls = [call for call in calls if call.meeting_number == meeting_number]
        return Scan(records=tuple(calls), total=len(calls))

    async def get_call(self, call_id: int) -> Call:
        for call in self.crowd.calls:
            if call.id == call_id:
                return call
        raise NotFound("there is no such call")

    async def get_meeting(self, meeting_number: int) -> Meeting:
        for meeting in self.crowd.meetings:
            if meeting.meeting_number == meeting_number:
                return meeting
        raise NotFound("there is no such meeting")

    async def get_attributes(self, meeting_number: int) -> tuple[Attribute, ...]:
        return ()

    async def put_call(self, call_id: int, change: Mapping[str, str | int | bool]) -> Answer:
        await self.get_call(call_id)
        return Answer()

    async def put_meeting(self, meeting_number: int, change: Mapping[str, object]) -> Answer:
        await self.get_meeting(meeting_number)
        return Answer()

    async def delete_call(self, call_id: int) -> Answer:
        await self.get_call(call_id)
        return Answer()

    async def delete_meeting(self, meeting_number: int) -> Answer:
        await self.get_meeting(meeting_number)
        return Answer()

    def requests_per_minute(self) -> int:
        return 60

    async def aclose(self) -> None:
        return


class Unwritten:
    """An audit log and a memory that keep nothing: no action is sent here."""

    def intent(self, action: Action) -> None:
        raise OSError("nothing may be sent from a benchmark")

    def outcome(self, action: Action, result: Result) -> None:
        raise OSError("nothing may be sent from a benchmark")

    def known(self) -> frozenset[str]:
        return frozenset()

    def add(self, field: str) -> None:
        return

    def forget(self, field: str) -> None:
        return
