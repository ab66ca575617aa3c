"""Reads the attributes of live meetings unseen, for the rules that need them: slowly, and last.

One request at a time, a few seconds apart, in the lowest share of the rate limit. An answer has
everything that is set for a meeting, access codes as well as telephone numbers; what no rule reads
is dropped at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from confmon.clock import run_in_slices
from confmon.models.errors import Forbidden, NotFound
from confmon.models.identity import in_ms, same
from confmon.monitor.needs import LiveReads, are_stale
from confmon.monitor.polling.backoff import Backoff
from confmon.monitor.polling.feed import FeedSource
from confmon.monitor.polling.poller import SHORTEST_S, Poller
from confmon.ports import LAST

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Mapping

    from confmon.clock import CallLater
    from confmon.config.settings.model import Settings
    from confmon.models.errors import Unauthorized
    from confmon.models.live_records import Meeting
    from confmon.monitor.shared_attributes import SharedAttributes
    from confmon.ports import Bridge
    from confmon.sharing.share import Share

ATTRIBUTES: Final = "attributes"
FIRST_S: Final = 15.0
"""Nothing is read in so many seconds after the connection: there is enough to read then."""
AGAIN_S: Final = 600.0
"""The attributes of one meeting are read again after so long."""
RETRY_S, LONGEST_S = 60.0, 600.0
"""The least and the longest wait after a failure."""
PART: Final = 256
"""So many meetings are compared in one step."""


class Readings:
    """Which meetings were read, and which is next. Pure: moments are given.

    `began_ms` is when one began to watch, in epoch milliseconds by the server's clock.
    """

    def __init__(self, began_ms: float) -> None:
        self._began_ms = began_ms
        self._read: dict[int, tuple[Meeting, float]] = {}

    def note(self, meeting: Meeting, now: float) -> None:
        """Note that a meeting is asked for its attributes, whatever the answer will be."""
        self._read[meeting.meeting_number] = (meeting, now)

    def choose(
        self, meetings: Collection[Meeting], now: float
    ) -> Generator[None, None, Meeting | None]:
        """Find the meeting to read next, step by step; None: none is due.

        First those that have not been read: those that began while one watches, the newest first,
        then the others, the largest first. Then those that were read long ago.
        """
        best: tuple[tuple[float, ...], Meeting] | None = None
        for at, meeting in enumerate(meetings):
            rank = self._rank(meeting, now)
            if rank is not None and (best is None or rank < best[0]):
                best = (rank, meeting)
            if at % PART == PART - 1:
                yield
        if len(self._read) > 2 * len(meetings) + PART:
            alive = {meeting.meeting_number for meeting in meetings}
            self._read = {
                number: was_read for number, was_read in self._read.items() if number in alive
            }
        return best[1] if best else None

    def _rank(self, meeting: Meeting, now: float) -> tuple[float, ...] | None:
        was, read_at = self._read.get(meeting.meeting_number, (None, 0.0))
        if was is not None and same(was, meeting):
            return (2.0, read_at) if now - read_at >= AGAIN_S else None
        created_ms = in_ms(meeting.created) if meeting.created else 0
        size = meeting.participant_count or 0
        if created_ms >= self._began_ms:
            return (0.0, -created_ms, -size)
        return (1.0, -size, -created_ms)


class _Answer(NamedTuple):
    meeting: Meeting
    attributes: Mapping[str, str]


class WatchedSession(LiveReads, Protocol):
    """As much of a session as tells what to read, and whether one may."""

    settings: Settings
    call_later: CallLater
    bridge: Bridge | None

    @property
    def is_paused(self) -> bool:
        """Whether the view is frozen."""
        ...

    def under_way(self) -> int:
        """Return how many changes are not settled yet."""
        ...

    def stop_reading(self, refused: Unauthorized) -> None:
        """Let a refused login stop everything."""
        ...


class AttributeReader:
    """Reads one meeting after the other, as long as a rule needs it and nothing else waits."""

    def __init__(
        self, session: WatchedSession, on_change: Callable[[], None], *, share: Share | None
    ) -> None:
        """`on_change` is called after an answer that changed a signal.

        With `share` it reads only while nobody else does, and gives to others what was read.
        """
        self._on_change = on_change
        self._session = session
        self._names = {name for rule in session.attention.rules for name in rule.attributes}
        self._pace_s = session.settings.attention.attributes_every_s
        self._readings = Readings(session.store.wall() * 1000)
        self._began = session.clock.now()
        self._is_forbidden = False
        self._shared = None if share is None else self._share_with(share)
        self._version = 0
        self._poller = Poller(
            lambda _name: FeedSource(fetch=self._fetch, take=self._take, retry_s=RETRY_S),
            session.clock,
            call_later=session.call_later,
            interval_s=max(SHORTEST_S, self._pace_s),
            on_change=self._tell,
            new_backoff=lambda: Backoff(cap_s=LONGEST_S),
        )

    def _share_with(self, share: Share) -> SharedAttributes:
        from confmon.monitor.shared_attributes import SharedAttributes

        session = self._session
        return SharedAttributes(
            share,
            session.store,
            names=self._names,
            learn=session.attention.learn_attributes,
            on_taken=lambda meeting: self._readings.note(meeting, session.clock.now()),
        )

    def take_shared(self) -> None:
        """Take what others have read."""
        if self._shared is not None:
            self._shared.look()

    def start(self) -> None:
        """Begin, if the settings want it and a rule needs it."""
        if self._pace_s and self._names:
            self._poller.watch({ATTRIBUTES: 1.0})

    def retry(self) -> None:
        """Go on after a refusal."""
        self._is_forbidden = False
        if self._poller.unauthorized is not None:
            self._poller.retry()

    def read_overdue(self) -> None:
        """Go on after the machine was suspended."""
        self._poller.read_overdue()

    async def close(self) -> None:
        """Stop."""
        await self._poller.close()

    def _may_read(self) -> bool:
        """Whether nobody waits, and what is known is young enough to be added to."""
        session = self._session
        poller = session.poller
        return (
            poller is not None
            and not self._is_forbidden
            and (self._shared is None or self._shared.is_read_here)
            and session.clock.now() - self._began >= FIRST_S
            and poller.unauthorized is None
            and not poller.rests_s
            and not session.is_paused
            and not session.under_way()
            and not are_stale(session)
        )

    async def _fetch(self) -> _Answer | None:
        bridge, clock = self._session.bridge, self._session.clock
        if bridge is None or not self._may_read():
            return None
        meetings = list(self._session.store.live_state.meetings.values())
        meeting = await run_in_slices(self._readings.choose(meetings, clock.now()), clock)
        if meeting is None or not self._may_read():
            return None
        self._readings.note(meeting, clock.now())
        token = LAST.set(True)
        try:
            found = await bridge.get_attributes(meeting.meeting_number)
        except NotFound:  # it has ended meanwhile
            return None
        except Forbidden:
            self._is_forbidden = True
            return None
        finally:
            LAST.reset(token)
        return _Answer(
            meeting,
            {
                attribute.name: attribute.value
                for attribute in found
                if attribute.name in self._names
            },
        )

    def _take(
        self, _asked_at: float, _answered_at: float, answer: _Answer | None
    ) -> Generator[None, None, None]:
        if answer is None:
            return
        number = answer.meeting.meeting_number
        now = self._session.store.live_state.meetings.get(number)
        if now is not None and same(now, answer.meeting):
            self._session.attention.learn_attributes(number, answer.attributes)
            if self._shared is not None:
                self._shared.put(answer.meeting, answer.attributes)
        yield

    def _tell(self, _name: str) -> None:
        if self._poller.unauthorized is not None:
            self._session.stop_reading(self._poller.unauthorized)
        elif self._version == self._session.attention.version:
            return
        self._version = self._session.attention.version
        self._on_change()
