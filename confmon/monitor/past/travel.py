"""Time travel: moments of the past in place of now, read behind the screen.

What is asked for while a moment is being read is not lost: steps add up, and a time that is asked
for takes the place of all before it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from confmon.monitor.memory.feed import EventFeed
from confmon.monitor.past.events import events_before
from confmon.monitor.past.reader import run_with_pauses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.clock import Clock
    from confmon.history.history import History
    from confmon.history.records import Gap
    from confmon.models.codes import Codes
    from confmon.monitor.past.reader import HistoryReader
    from confmon.monitor.past.records import PastRecords
    from confmon.monitor.polling.live_state import LiveState

KNOWN_S: Final = 30.0
"""So long what is known of calls that are not over is taken as it was read."""
COUNTED_MS: Final = 30 * 60_000
COUNT_SLOT_MS: Final = 60_000

FRAMES_SKIPPED: Final = 100
"""So many frames at most are before the first one from which everything is known."""

NOTHING_YET: Final = "nothing is recorded yet"


@dataclass(frozen=True, slots=True)
class PastMoment:
    """What is known of a moment of the past. Moments are epoch milliseconds by the server's clock.

    `at` is the moment that is shown, `read_at` the last read before it. `first` is the first moment
    that was recorded, where one before it was asked for. `is_newest`: nothing later is recorded.
    `counts` are the calls of the minutes before, None where nothing was read; `events` is what
    happened before, None as long as it has not been read.
    """

    at: int
    read_at: int
    live_state: LiveState
    gap: Gap | None = None
    first: int | None = None
    is_newest: bool = False
    counts: Sequence[int | None] = ()
    events: EventFeed | None = None


class Step(NamedTuple):
    """Where to go: to a moment (`at`, ms), so many `scans`, or so many `ms` on or (less) back."""

    kind: Literal["at", "scans", "ms"]
    value: int


class Travel:
    """Reads one moment after the other, for as long as more are asked for."""

    def __init__(
        self,
        reader: HistoryReader,
        records: PastRecords,
        codes: Codes,
        clock: Clock,
        *,
        wall: Callable[[], float],
        show: Callable[[PastMoment | None], None],
        say: Callable[[str], None],
    ) -> None:
        """`show` is called with each moment that was read; None: now is shown again."""
        self._reader, self._records, self._codes, self._clock = reader, records, codes, clock
        self._wall, self._show, self._say = wall, show, say
        self._at: int | None = None
        """The moment that is shown; None: now."""
        self._steps: list[Step] = []
        self._bare: PastMoment | None = None
        """The moment that is shown, as long as only its state has been read."""
        self._task: asyncio.Task[None] | None = None
        """What reads for what is asked for now."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._known_at = float("-inf")

    @property
    def is_reading(self) -> bool:
        """Whether a moment is on its way."""
        return self._task is not None and self._bare is None

    def go_to(self, at_s: float) -> None:
        """Show a moment, epoch seconds by the server's clock."""
        self._steps = []
        self._go(Step("at", round(at_s * 1000)))

    def step(self, scans: int) -> None:
        """Show the state so many scans on, or (less than 0) back; from now, back only."""
        self._go(Step("scans", scans))

    def shift(self, seconds: int) -> None:
        """Show the moment so many seconds on or back."""
        self._go(Step("ms", seconds * 1000))

    def leave(self) -> None:
        """Show now again, whatever is on its way."""
        self.stop()
        self._at = None
        self._show(None)

    def stop(self) -> None:
        """Read nothing more: what is being read is read to its end, and not shown."""
        self._steps = []
        self._task = self._bare = None

    def _go(self, step: Step) -> None:
        self._steps.append(step)
        if self._task is None:
            self._task = asyncio.ensure_future(self._read_on())
            self._tasks.add(self._task)
            self._task.add_done_callback(self._tasks.discard)

    async def _read_on(self) -> None:
        """Read what is asked for until nothing more is; then what else is known of the moment."""
        here = asyncio.current_task()
        while self._task is here and (self._steps or self._bare is not None):
            if self._steps:
                await self._read_moment()
            else:
                await self._read_around()
        if self._task is here:
            self._task = None

    async def _read_moment(self) -> None:
        from confmon.history.database import HistoryUnavailable

        here, why = self._task, NOTHING_YET
        steps, self._steps, self._bare = self._steps, [], None
        now = round(self._wall() * 1000)
        try:
            found = await self._reader.read(partial(self._find, steps, self._at, now))
        except HistoryUnavailable as error:
            found, why = None, str(error)
        if self._task is not here:
            return
        if found is None:
            self._say(why)
            if self._at is None and not self._steps:
                self._show(None)
        elif not self._steps or self._steps[0].kind != "at":
            self._at, self._bare = found.at, found
            self._show(found)

    async def _read_around(self) -> None:
        from confmon.history.database import HistoryUnavailable

        here, bare = self._task, self._bare
        if bare is None:
            return
        try:
            found = await self._reader.read(partial(self._find_around, bare))
        except HistoryUnavailable:
            found = replace(bare, events=EventFeed())
        if self._task is here and self._bare is bare and not self._steps:
            self._bare = None
            self._show(found)

    # In the thread.

    def _find(
        self, steps: Sequence[Step], at: int | None, now: int, history: History
    ) -> PastMoment | None:
        """Return the moment that is asked for, coming from one; None: nothing was recorded yet."""
        span = history.span()
        if span is None:
            return None
        first: int | None = None
        for step in steps:
            at, first = _followed(step, at, now, span, history)
        past = None if at is None else history.state_at(at)
        for _ in range(FRAMES_SKIPPED):
            if at is None or past is not None:
                break
            # The first reads of a history have not shown everything yet.
            if (at := history.moment_after(at)) is not None:
                first, past = at, history.state_at(at)
        if at is None or past is None:
            return None
        if self._clock.now() - self._known_at > KNOWN_S:
            self._records.forget_live()
            self._known_at = self._clock.now()
        return PastMoment(
            at=at,
            read_at=past.at,
            live_state=run_with_pauses(self._records.state(past, history)),
            gap=past.gap,
            first=first,
            is_newest=past.at >= span[1],
        )

    def _find_around(self, bare: PastMoment, history: History) -> PastMoment:
        """Return the moment with what was counted and what happened before it."""
        at = bare.at
        return replace(
            bare,
            counts=history.counts(at - COUNTED_MS, at, COUNT_SLOT_MS, self._codes),
            events=events_before(at, history, self._records, self._codes),
        )


def _followed(
    step: Step, at: int | None, now: int, span: tuple[int, int], history: History
) -> tuple[int, int | None]:
    """Return the moment a step leads to, and the first one recorded, if one before was asked for.

    A step goes from the read that is shown to the one next to it.
    """
    first, newest = span
    if step.kind == "at":
        at = step.value
    elif step.kind == "ms":
        at = (newest if at is None else at) + step.value
    else:
        base = newest if at is None else max(first, history.moment_before(at + 1) or first)
        for _ in range(abs(step.value)):
            near = history.moment_after(base) if step.value > 0 else history.moment_before(base)
            if near is None:
                return base, first if step.value < 0 else None
            base = near
        return base, None
    return max(first, min(at, now)), first if at < first else None
