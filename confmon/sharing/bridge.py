"""The bridge as it is seen where several confmon share it: one reads, all others take its reads.

What is written, and what is read by its id, always goes to the API from here.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from confmon.models.errors import BridgeError, Guarded, Unauthorized, Unreachable
from confmon.models.resources.no_directory import NoDirectory
from confmon.sharing.records import Scope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from confmon.clock import Clock
    from confmon.models.live_records import Answer, Attribute, Call, Meeting, Scan, Value
    from confmon.ports import Bridge, Directory
    from confmon.sharing.share import Share

T = TypeVar("T")

STARTING_S: Final = 1.5
"""So long the first read waits to hear whether somebody reads already."""
NOBODY_S: Final = 10.0
"""So long the others may take to find a new collector; then it is an outage."""
MEETINGS: Final = Scope("meetings")
LIST: Final = 0
"""What `Share.request_read` calls the list of meetings."""
NO_LOGIN: Final = "this profile has no login to the bridge: it shows what others read"
NOBODY: Final = "Another screen with a login, or confmon collect, has to run."
NO_DIRECTORY: Final = "{} can't be read: this profile has no login to the bridge"


class SharedBridge:
    """Reads what the collector reads, or reads for all. Fulfils `confmon.ports.Bridge`.

    Without `inner` this profile has no login: nothing is read or written from here. Scans have
    their moments on the clock given.
    """

    def __init__(
        self,
        inner: Bridge | None,
        share: Share,
        clock: Clock,
        *,
        interval_s: float,
        rng: random.Random | None = None,
    ) -> None:
        self.inner = inner
        self.share = share
        self._clock = clock
        self._interval_s = interval_s
        self._random = rng or random.Random()  # noqa: S311 - it only spreads reads
        self._began = clock.now()
        self._mode = share.state.mode
        self._nobody_since: float | None = None
        self._written_at = self._began
        """When the newest read of a collector was answered; at first: the beginning."""
        self._reads_from = self._began
        """When the first read may begin after everybody lost the database at once."""
        self._changed = asyncio.Event()
        self._first = asyncio.Lock()
        """Until a read has worked, one is tried at a time: a wrong login costs one request."""
        self._proved = False
        self._refused: Unauthorized | None = None
        self._calls: dict[Scope, Scan[Call]] = {}
        self._meeting_of: dict[int, int | None] = {}
        """In which meeting each call is; made of the last scans when it is first asked for."""
        share.on_change(self._note_change)

    @property
    def directory(self) -> Directory:
        """What is set up at the endpoint; without a login it refuses."""
        if self.inner is None:
            return NoDirectory(NO_DIRECTORY)
        directory: Directory = self.inner.directory  # type: ignore[attr-defined]
        return directory

    def paced_by_s(self) -> float | None:
        """Return the collector's interval while another confmon is to read; inf: none does."""
        state = self.share.state
        if state.mode != "following":
            return None
        return (state.interval_s or self._interval_s) if state.collector else float("inf")

    # What is read.

    async def scan_meetings(self) -> Scan[Meeting]:
        """Return all live meetings, as the collector or this confmon has read them."""
        return await self._scan(MEETINGS)

    async def scan_calls(self, meeting_number: int | None = None) -> Scan[Call]:
        """Return all live calls, of one meeting or of all, read by the collector or from here.

        Those of one meeting are only read by the collector when somebody asks for them.
        """
        scope = Scope("calls", meeting_number)
        scan: Scan[Call] = await self._scan(scope)
        if meeting_number is None:
            self._calls.clear()  # it is newer, and has them all
        self._calls[scope] = scan
        self._meeting_of.clear()
        return scan

    async def get_call(self, call_id: int) -> Call:
        """Read one call, from here."""
        return await self._direct().get_call(call_id)

    async def get_meeting(self, meeting_number: int) -> Meeting:
        """Read one meeting, from here."""
        return await self._direct().get_meeting(meeting_number)

    async def get_attributes(self, meeting_number: int) -> tuple[Attribute, ...]:
        """Read the run-time attributes of a meeting, from here."""
        return await self._direct().get_attributes(meeting_number)

    # What is written.

    async def put_call(self, call_id: int, change: Mapping[str, Value]) -> Answer:
        """Change a call, and ask for a read that shows it."""
        meeting = self._find_meeting(call_id)
        return await self._write(self._direct().put_call(call_id, change), meeting)

    async def put_meeting(self, meeting_number: int, change: Mapping[str, object]) -> Answer:
        """Change a meeting, and ask for reads that show it."""
        written = self._direct().put_meeting(meeting_number, change)
        return await self._write(written, LIST, meeting_number)

    async def delete_call(self, call_id: int) -> Answer:
        """Hang a call up, and ask for a read that shows it."""
        meeting = self._find_meeting(call_id)
        return await self._write(self._direct().delete_call(call_id), meeting)

    async def delete_meeting(self, meeting_number: int) -> Answer:
        """End a meeting, and ask for reads that show it."""
        written = self._direct().delete_meeting(meeting_number)
        return await self._write(written, LIST, meeting_number)

    def requests_per_minute(self) -> int:
        """Return how many requests were sent from here in the last minute."""
        return self.inner.requests_per_minute() if self.inner is not None else 0

    async def aclose(self) -> None:
        """Close the connections to the bridge; the share is closed by whoever started it."""
        if self.inner is not None:
            await self.inner.aclose()

    # Who reads.

    async def _scan(self, scope: Scope) -> Scan[Any]:
        while True:
            mode = self.share.state.mode
            if mode == "starting" and (left_s := self._began + STARTING_S - self._clock.now()) > 0:
                await self._wait(left_s)
            elif mode == "following":
                if (scan := await self._follow(scope)) is not None:
                    self._written_at = max(self._written_at, scan.answered_at or 0.0)
                    return scan
            elif mode == "leading" or (left_s := self._reads_from - self._clock.now()) <= 0:
                return await self._read(scope)
            else:
                await self._wait(left_s)

    async def _follow(self, scope: Scope) -> Scan[Any] | None:
        """Wait for a scan of the collector. None: something changed. Unreachable: nobody reads."""
        coming = asyncio.ensure_future(self.share.next_scan(scope))
        try:
            while not coming.done():
                since = self._nobody_since  # None: there is a collector
                left_s = None if since is None else since + NOBODY_S - self._clock.now()
                if left_s is not None and left_s <= 0:
                    silent_s = self._clock.now() - self._written_at
                    raise Unreachable(f"no collector has written for {silent_s:.0f} s", hint=NOBODY)
                await self._wait(left_s, coming)
            return coming.result()
        finally:
            coming.cancel()

    async def _read(self, scope: Scope) -> Scan[Any]:
        if self._proved:
            return await self._read_once(scope)
        refused = self._refused
        async with self._first:
            if self._refused is not refused and self._refused is not None:
                raise self._refused  # the same login would be refused again
            try:
                scan = await self._read_once(scope)
            except Unauthorized as error:
                self._refused = error
                raise
        self._proved = True
        return scan

    async def _read_once(self, scope: Scope) -> Scan[Any]:
        inner = self.inner
        if inner is None:
            trouble = self.share.state.trouble or "the shared database is away"
            raise Unreachable(trouble, hint=NO_LOGIN)
        asked_at = self._clock.now()
        scan: Scan[Any] = await (
            inner.scan_meetings() if scope == MEETINGS else inner.scan_calls(scope.meeting)
        )
        answered_at = self._clock.now()
        self.share.publish(scope, asked_at, answered_at, scan)
        return replace(scan, asked_at=asked_at, answered_at=answered_at)

    def _note_change(self) -> None:
        """Take note of who reads now."""
        state, now = self.share.state, self._clock.now()
        if state.mode == "alone" and self._mode in ("following", "leading"):
            # All screens lose the database at the same moment, and must not ask at the same one.
            self._reads_from = now + self._random.uniform(0, self._interval_s)
        is_nobody = state.mode == "following" and not state.collector
        if not is_nobody:
            self._nobody_since = None
        elif self._nobody_since is None:
            self._nobody_since = now
        self._mode = state.mode
        self._changed.set()
        self._changed = asyncio.Event()

    async def _wait(self, seconds: float | None, *more: asyncio.Future[Any]) -> None:
        """Wait until the state changes, one of `more` is done, or the time is over."""
        waiting: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._changed.wait())}
        if seconds is not None:
            waiting.add(asyncio.ensure_future(self._clock.sleep(seconds)))
        try:
            await asyncio.wait({*waiting, *more}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    # What others have to know of a write.

    def _direct(self) -> Bridge:
        if self.inner is None:
            raise Guarded(NO_LOGIN)
        return self.inner

    async def _write(self, written: Awaitable[Answer], *meetings: int | None) -> Answer:
        """Send a change, and ask the collector to read what it may have changed."""
        is_possible = True
        try:
            return await written
        except BridgeError as error:
            is_possible = error.lost
            raise
        finally:
            if is_possible:
                for meeting in meetings:
                    if meeting is not None:
                        self.share.request_read(meeting)

    def _find_meeting(self, call_id: int) -> int | None:
        if not self._meeting_of:
            for scan in self._calls.values():
                for call in scan.records:
                    self._meeting_of[call.id] = call.meeting_number
        return self._meeting_of.get(call_id)
