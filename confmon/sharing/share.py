"""What the rest of confmon knows of the others: one object, on the event loop.

The database is spoken to on a thread. Nothing here waits for it but `next_scan` and `close`.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import contextvars
import secrets
import threading
import time
from collections import deque
from functools import partial
from random import SystemRandom
from typing import TYPE_CHECKING, Any, Final, TypeVar

from confmon.clock import KEYS, SLICE_S
from confmon.process.bugs import report_bug
from confmon.sharing.engine import Denied, NotPrepared, ShareUnavailable
from confmon.sharing.frames.packing import Decoder, Encoder
from confmon.sharing.members.collector import Publication
from confmon.sharing.members.facts import to_text
from confmon.sharing.members.member import Member, Who
from confmon.sharing.records import ShareState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.clock import Clock
    from confmon.models.live_records import Call, Meeting, Scan
    from confmon.sharing.engine import Connection
    from confmon.sharing.records import FactKind, Operator, Scope

T = TypeVar("T")

CLOSE_S: Final = 1.0
"""So long leaving waits for a database that does not answer."""
LEAST_CLOSE_S: Final = 0.2
"""So long also where the history has waited for it already: it can't be left without a try."""
MEETINGS_KEPT: Final = 16
"""Of so many meetings the newest read is kept that nobody asked for yet."""
MEETING_S: Final = 10.0
"""A read of one meeting that is older is of no use: the newest read of all calls has it too."""


class Share:
    """One confmon among others on the same bridge.

    `state` is replaced as a whole, on the event loop. `kind` is ``screen``, ``collect`` or
    ``record``. `may_lead`: it has a login to the bridge, and may read for the others. `interval_s`
    is the time between two reads, if it leads. `read_call` and `read_meeting` make records of raw
    ones, by wire name; ValueError for what is none. `clock` must be the monotonic clock of this
    machine.
    """

    def __init__(
        self,
        open_connection: Callable[[], Connection],
        who: Operator,
        *,
        kind: str,
        may_lead: bool,
        clock: Clock,
        read_call: Callable[[Any], Call],
        read_meeting: Callable[[Any], Meeting],
        interval_s: float,
    ) -> None:
        self.state = ShareState()
        self.who = who
        self.member = secrets.token_hex(8)
        self._member = Member(
            open_connection,
            Who(self.member, who, kind),
            may_lead=may_lead,
            clock=clock,
            random=SystemRandom(),
            encoder=Encoder(),
            decoder=Decoder(read_call, read_meeting),
            interval_s=interval_s,
            hand_on=partial(self._call, self._take),
            rest=self._give_way,
        )
        self._clock = clock
        self._listeners: list[Callable[[], None]] = []
        self._wanted: Mapping[int, int] = {}
        self._requests: set[int] = set()
        """Meetings that were asked for, or asked for again, since they were taken."""
        self._is_refused = False
        self._scans: dict[Scope, Scan[Any]] = {}
        self._waiting: dict[Scope, list[asyncio.Future[Scan[Any] | None]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context = contextvars.Context()
        """That of `start`: a timer of the app that a listener sets is of no use without it."""
        self._inbox: deque[Callable[[], None]] = deque()
        """What the thread is to do before its next step."""
        self._woken = threading.Event()
        self._ended = asyncio.Event()
        self._rested_at = float("-inf")
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="sharing", daemon=True)

    # On the event loop.

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have a function called on the event loop after `state` was replaced.

        It runs in the context of `start`.
        """
        self._listeners.append(listener)

    def start(self) -> None:
        """Begin, on the running event loop. Opens the connection on a thread of its own."""
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self._thread.start()

    async def next_scan(self, scope: Scope) -> Scan[Any] | None:
        """Wait for the newest scan of this scope that was not returned before.

        Its `asked_at` and `answered_at` are set. None: this confmon doesn't follow (any more), or
        whether it does was found out meanwhile: look at `state.mode`. Two callers at once for one
        scope each get it.
        """
        if self.state.mode not in ("starting", "following"):
            return None
        scan = self._scans.pop(scope, None)
        if scan is not None:
            is_old = scan.asked_at is not None and self._clock.now() - scan.asked_at >= MEETING_S
            if scope.meeting is None or not is_old:
                return scan
        future: asyncio.Future[Scan[Any] | None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(scope, [])
        waiting.append(future)
        try:
            return await future
        finally:
            with contextlib.suppress(ValueError):
                waiting.remove(future)

    def publish(self, scope: Scope, asked_at: float, answered_at: float, scan: Scan[Any]) -> None:
        """Hand a read to the others, with its moments on the monotonic clock. It never waits.

        Call it after every read; unless this confmon leads, nothing happens.
        """
        if self.state.mode == "leading":
            publication = Publication(scope, asked_at, answered_at, scan)
            self._post(lambda: self._member.publish(publication))

    def request_read(self, meeting: int) -> None:
        """Ask the collector to read a meeting at once; 0: the list of meetings."""
        if self.state.mode != "alone":
            self._post(lambda: self._member.request_read(meeting))

    def wanted(self) -> frozenset[int]:
        """Return the meetings somebody asked for in the last 3 s (0: the list), while leading."""
        return frozenset(self._wanted)

    def take_requests(self) -> frozenset[int]:
        """Return the meetings that somebody asked for since this was called last (0: the list).

        A listener of `on_change` is called when there are any.
        """
        taken = frozenset(self._requests)
        self._requests.clear()
        return taken

    def set_refused(self, is_refused: bool) -> None:
        """Read for nobody as long as the bridge refuses the login: another one may."""
        if is_refused != self._is_refused:
            self._is_refused = is_refused
            self._post(lambda: self._member.set_refused(is_refused))

    def set_interval(self, interval_s: float) -> None:
        """Let the others know how often this confmon reads, if it leads."""
        self._post(lambda: self._member.set_interval(interval_s))

    def look_at(self, meeting: int | None) -> None:
        """Let the others see which meeting is looked at."""

        def look() -> None:
            self._member.presence.meeting = meeting

        self._post(look)

    def put_fact(
        self, kind: FactKind, key: str, data: Mapping[str, Any], *, lasts_s: float = 0
    ) -> None:
        """Say something, or say it anew. With `lasts_s` it is renewed while this confmon lives.

        What is put while alone is written when the database is back. ValueError: it is too large.
        """
        self._post(partial(self._member.facts.put, kind, key, to_text(data), lasts_s))

    def drop_fact(self, kind: FactKind, key: str) -> None:
        """Take a fact back, whoever put it."""
        self._post(partial(self._member.facts.drop, kind, key))

    def run(self, job: Callable[[Connection], T]) -> concurrent.futures.Future[T]:
        """Run a job on the thread, between two steps. The future fails with what the job raises.

        ShareUnavailable: there is no connection now, or the database failed in the job.
        """
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        if self._is_closing:
            future.set_exception(ShareUnavailable("confmon leaves"))
        else:
            self._post(lambda: self._do(job, future))
        return future

    async def close(self, waited_s: float = 0.0) -> None:
        """Give the lease back, leave, and end. At most 1 s.

        `waited_s`: so long the history has just waited for the same database, which counts.
        """
        self._is_closing = True
        self._answer_all()
        if self._thread.ident is None:
            return
        self._wake()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), max(LEAST_CLOSE_S, CLOSE_S - waited_s))

    def _set(self, state: ShareState, wanted: Mapping[int, int]) -> None:
        asked = {meeting for meeting, at in wanted.items() if self._wanted.get(meeting) != at}
        self._requests = (self._requests | asked) & wanted.keys()
        is_new = state != self.state or bool(asked)
        mode_changed = state.mode != self.state.mode
        self.state, self._wanted = state, wanted
        if mode_changed:
            self._answer_all()
        if is_new and not self._is_closing:
            for listener in self._listeners:
                try:
                    listener()
                except Exception as error:  # noqa: BLE001 - a bug in one must not stop the others
                    report_bug(error)

    def _end(self, state: ShareState) -> None:
        """Be alone from now on, and take no more jobs."""
        self._set(state, {})
        self._is_closing = True

    def _answer_all(self) -> None:
        """Let those who wait for a scan look at the mode again."""
        if self.state.mode != "following":
            self._scans.clear()
        for futures in self._waiting.values():
            for future in futures:
                if not future.done():
                    future.set_result(None)

    def _take(self, scope: Scope, scan: Scan[Any]) -> None:
        waiting = [future for future in self._waiting.get(scope, ()) if not future.done()]
        for future in waiting:
            future.set_result(scan)
        self._scans.pop(scope, None)
        if waiting:
            return
        self._scans[scope] = scan
        of_meetings = [kept for kept in self._scans if kept.meeting is not None]
        for old in of_meetings[:-MEETINGS_KEPT]:
            del self._scans[old]

    # From any thread.

    def _post(self, function: Callable[[], None]) -> None:
        self._inbox.append(function)
        self._wake()

    def _wake(self) -> None:
        self._woken.set()
        connection = self._member.connection
        if connection is not None:
            connection.wake()

    # On the thread.

    def _run(self) -> None:
        words: set[str] = set()
        try:
            while not self._is_closing:
                words = self._step(words)
            self._empty_inbox()
            self._member.leave()
        except BaseException as error:  # noqa: BLE001 - nobody else would learn that it has ended
            trouble = f"internal error: {type(error).__name__}"
            with contextlib.suppress(Exception):
                self._member.fall_alone(ShareUnavailable(trouble))
                self._empty_inbox()  # those who wait for a job hear that there is no connection
            self._call(self._end, ShareState(mode="alone", trouble=trouble))
        finally:
            self._call(self._ended.set)

    def _step(self, words: set[str]) -> set[str]:
        """Do what is due, tell the event loop, and wait. Returns what others notified of."""
        self._woken.clear()
        self._rested_at = time.monotonic()
        try:
            self._empty_inbox()
            self._member.step(words)
            state, wanted = self._member.state, self._member.wanted
            if state is not self.state or wanted != self._wanted:
                self._call(self._set, state, wanted)
            connection = self._member.connection
            if connection is None:
                self._woken.wait(self._member.due_in())
                return set()
            return connection.wait(0.0 if self._inbox else self._member.due_in())
        except ShareUnavailable as error:
            self._member.fall_alone(error)
        except Exception as error:  # noqa: BLE001 - a bug here must not end the watch
            self._member.fall_alone(ShareUnavailable(f"internal error: {type(error).__name__}"))
        return set()

    def _empty_inbox(self) -> None:
        while self._inbox:
            self._inbox.popleft()()

    def _do(self, job: Callable[[Connection], T], future: concurrent.futures.Future[T]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        connection = self._member.connection
        try:
            if connection is None:
                raise ShareUnavailable(self._member.state.trouble or "there is no connection yet")
            future.set_result(job(connection))
        except Exception as error:  # noqa: BLE001 - whoever asked for it decides
            future.set_exception(error)
            is_usable = isinstance(error, (Denied, NotPrepared))  # it failed for the job alone
            if connection is not None and isinstance(error, ShareUnavailable) and not is_usable:
                self._member.fall_alone(error)

    def _call(self, function: Callable[..., None], *values: Any) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended: so will this thread
                self._loop.call_soon_threadsafe(function, *values, context=self._context)

    def _give_way(self) -> None:
        """Let the event loop run and a key get to the screen, if it has worked for a while."""
        now = time.monotonic()
        if self._is_closing or (now - self._rested_at < SLICE_S and not KEYS.is_on_its_way(now)):
            return
        KEYS.give_way()
        self._rested_at = time.monotonic()
