"""A simulated day at a bridge that is kept: churn, faults, restarts, and what really happened.

The parts of the program are the real ones, from HTTP to SQLite; only the clock is moved by hand.
``python -m tests.history.day --hours 24`` runs a whole day, a test runs an hour.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import httpx

from confmon.api.connect import open_client
from confmon.history.answers import SessionQuery
from confmon.history.history import open_place
from confmon.history.place import HistoryPlace
from confmon.models.codes import Codes
from confmon.monitor.polling.snapshot import ALL_CALLS
from confmon.monitor.session import Session
from confmon.simulator.http.app import make_app
from confmon.simulator.simulation import build_world
from tests.clock import HandClock
from tests.history.conftest import until
from tests.history.truth import Truth
from tests.screens.bridge import MemoryAudit, MemoryIgnoredFields
from tests.screens.conftest import BASE_URL, settings
from tests.soak.rough import Rough

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.history.history import History
    from confmon.history.records import Leg, Stay
    from confmon.monitor.polling.snapshot import Snapshot
    from tests.history.shared import Member
    from tests.history.truth import Seen, TrueCall

CODES = Codes()
TREMBLE_MS = 2
"""Moments are rounded to milliseconds on both sides."""


@dataclass(frozen=True, slots=True)
class WholeRead:
    """A clean read of all calls, in epoch milliseconds."""

    asked: int
    answered: int


class Road(Rough):
    """A rough road that does not lie: an empty list, twice in a row, would be believed."""

    async def _garbage(self, request: httpx.Request) -> httpx.Response:
        response = await super()._garbage(request)
        return httpx.Response(200, content=b"<html>") if response.content == b"[]" else response


class Day:
    """A bridge, a road to it that is rough at times, and a confmon that is restarted."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        *,
        meetings: int,
        calls: int,
        churn: float,
        member: Member | None = None,
    ) -> None:
        """`member`: the history is in shared tables, and each confmon becomes the collector."""
        self.random = Random(seed)  # noqa: S311 - reproducible on purpose
        self.clock = HandClock()
        self.world = build_world(seed, meetings, calls, self.clock.wall, churn=churn)
        self.world.advance()
        self.truth = Truth(self.world)
        app = make_app(self.world, login="op", password="secret")
        self.road = Road(httpx.ASGITransport(app=app), self.clock, self.random)
        self.member = member
        self.place = HistoryPlace(path=folder / "history.db", endpoint="lab", days=90)
        if member is not None:
            self.place = member.place(days=90)
        self.reads: list[WholeRead] = []
        self.off: list[tuple[int, int]] = []
        """When nobody watched: from, to."""
        self.starts = 0

    @property
    def now_ms(self) -> int:
        """The moment, in epoch milliseconds."""
        return round(self.clock.wall() * 1000)

    async def run(self, hours: float, *, interval_s: float, restart_every_s: float) -> None:
        """Watch for so long, with a pause of some minutes now and then."""
        until = self.clock.now() + hours * 3600
        while (left_s := until - self.clock.now()) > 0:
            watched_s = min(left_s, self.random.uniform(0.6, 1.4) * restart_every_s)
            began = await self.watch(watched_s, interval_s)
            pause_s = min(left_s, self.random.choice((2.0, 90.0, 600.0)))
            await self.clock.advance(pause_s)
            self.world.advance()
            if self.member is None or pause_s > 3 * interval_s:  # else it is handed over
                self.off.append((began, self.now_ms))

    async def watch(self, seconds: float, interval_s: float) -> int:
        """Run a confmon for so long. Return when it ended."""
        self.starts += 1
        if self.member is not None:
            self.member.lead(lasts_ms=3_600_000)
        session = Session(
            settings(interval_s=interval_s),
            audit=MemoryAudit(),
            ignored_fields=MemoryIgnoredFields(),
            clock=self.clock,
            on_change=lambda: None,
            history=self.place,
        )
        session.store.on_applied(self._note)
        session.connect(
            open_client(BASE_URL, "op", "secret", clock=self.clock, transport=self.road)
        )
        recording = session.history
        assert recording is not None
        writer, end = recording.writer, self.clock.now() + seconds
        while self.clock.now() < end:
            await self.clock.advance(min(interval_s, end - self.clock.now()))
            session.tick()
            await asyncio.to_thread(until, lambda: not writer._items, 60.0)
        ended = self.now_ms
        closing = asyncio.create_task(session.close())
        while not (await asyncio.wait([closing], timeout=0.05))[0]:
            await self.clock.advance(0.5)
        await closing
        return ended

    def _note(self, snapshot: Snapshot[Any]) -> None:
        if snapshot.feed == ALL_CALLS and snapshot.scan.clean:
            ahead = self.clock.wall() - self.clock.now()
            moments = snapshot.asked_at, snapshot.answered_at
            self.reads.append(WholeRead(*[round((moment + ahead) * 1000) for moment in moments]))


class Check:
    """Asks the history about the day, and compares with what happened."""

    def __init__(self, day: Day, history: History) -> None:
        self._day = day
        self._truth = day.truth
        self._history = history
        self._asked = [read.asked for read in day.reads]
        self._answered = [read.answered for read in day.reads]
        self.legs: dict[int, Leg] = {}
        self.moments = self.moments_in_gaps = self.calls_compared = 0
        self.meetings = self.stays_compared = 0

    def between_reads(self, moment: int) -> tuple[int, int] | None:
        """Return when the whole read before a moment was asked for, and the next one answered."""
        before = bisect_right(self._answered, moment) - 1
        after = bisect_left(self._answered, moment)
        if before < 0 or after >= len(self._answered):
            return None
        return self._asked[before], self._answered[after]

    def check_moment(self, moment: int) -> Iterator[str]:
        """Yield what is wrong about a moment."""
        around = self.between_reads(moment)
        state = self._history.state_at(moment)
        if around is None or state is None:
            return
        self.moments += 1
        if state.gap is not None:
            self.moments_in_gaps += 1
            if around[1] - around[0] < 3000 and not self._was_off(*around):
                yield f"{moment}: a gap is stated, and reads came every 3 s"
            return
        if self._was_off(moment, moment):
            yield f"{moment}: nobody watched, and no gap is stated"
        self._learn([call.leg for call in state.calls])
        sessions = self._history.meeting_sessions({call.session for call in state.calls})
        known: dict[int, Seen] = {}
        for call in state.calls:
            codes = call.state
            known[self.legs[call.leg].call] = (
                sessions[call.session].number, codes.role or 0, codes.mute_mode or 0,
                codes.hold_mode or 0, codes.qa_mode or 0,
            )  # fmt: skip
        since, until = around[0] - TREMBLE_MS, around[1] + TREMBLE_MS
        for true in self._truth.calls.values():
            if true.created > until or (true.left is not None and true.left < since):
                if true.id in known:
                    yield f"{moment}: call {true.id} is there and was not"
                continue
            self.calls_compared += 1
            if known.get(true.id) not in true.states_between(since, until):
                yield f"{moment}: call {true.id} {known.get(true.id)}, true {true.at(moment)}"

    def _learn(self, legs: list[int]) -> None:
        self.legs.update(self._history.legs([leg for leg in legs if leg not in self.legs]))

    def _was_off(self, since: int, until: int) -> bool:
        return any(began < until and since < ended for began, ended in self._day.off)

    def check_session(self, session: int) -> Iterator[str]:
        """Yield what is wrong about the attendance of a meeting session."""
        attendance = self._history.attendance(session, CODES)
        if attendance is None or attendance.session.id is None:
            return
        self.meetings += 1
        true_session = attendance.session.id
        shown: set[int] = set()
        for person in attendance.attendees:
            for stay, leg in person.stays:
                self.stays_compared += 1
                shown.add(leg.call)
                true = self._truth.calls.get(leg.call)
                if true is None or true.session != true_session:
                    yield f"session {true_session}: call {leg.call} was never in it"
                    continue
                yield from self._check_stay(stay, true)
                if person.total_s > self._longest_s(true, attendance.until) + len(person.stays):
                    others = [o.call for _, o in person.stays if o.call != leg.call]
                    if not others:
                        yield f"call {leg.call}: {person.total_s} s, longer than it was there"
        for true in self._truth.calls.values():
            is_missing = true.session == true_session and true.is_caller and true.id not in shown
            if is_missing and self._was_read(true):
                yield f"session {true_session}: call {true.id} is missing"

    def _longest_s(self, true: TrueCall, until: int) -> float:
        ended = until if true.left is None else true.left
        after = bisect_right(self._asked, ended + TREMBLE_MS)
        missed = self._answered[after] if after < len(self._asked) else max(until, ended)
        return (missed - true.created) / 1000

    def _was_read(self, true: TrueCall) -> bool:
        """Whether a whole read must have shown a call: it was there from asking to answering."""
        first = bisect_left(self._asked, true.created)
        if first >= len(self._asked):
            return False
        return true.left is None or self._answered[first] < true.left

    def _check_stay(self, stay: Stay, true: TrueCall) -> Iterator[str]:
        joined = true.joined if true.joined is not None else true.created
        came_from, came_to = sorted((true.created, joined))
        if stay.joined_to < came_from - TREMBLE_MS or stay.joined_from > came_to + TREMBLE_MS:
            yield (
                f"call {true.id} joined {joined} (created {true.created}), not within"
                f" {stay.joined_from}..{stay.joined_to}"
            )
        if stay.left_to is None:
            around = self.between_reads(self._day.now_ms - 1)
            if true.left is not None and around and true.left < around[0] - TREMBLE_MS:
                yield f"call {true.id} left {true.left}, and is listed as in"
            return
        assert stay.left_from is not None
        left = true.left
        if left is None or not stay.left_from - TREMBLE_MS <= left <= stay.left_to + TREMBLE_MS:
            yield f"call {true.id} left {left}, not within {stay.left_from}..{stay.left_to}"


async def spend(
    folder: Path,
    seed: int,
    *,
    hours: float,
    interval_s: float,
    size: tuple[int, int],
    churn: float,
    member: Member | None = None,
) -> Day:
    """Let a day go by. The path to the history is `day.place.path`."""
    day = Day(folder, seed, meetings=size[0], calls=size[1], churn=churn, member=member)
    day.road.good_s, day.road.bad_s = 600.0, 40.0
    await day.run(hours, interval_s=interval_s, restart_every_s=hours * 3600 / 5)
    return day


def compare(day: Day, *, moments: int, meetings: int) -> tuple[Check, list[str]]:
    """Ask about random moments and meetings. Return what was compared, and what is wrong."""
    history = open_place(day.place)
    try:
        check = Check(day, history)
        span = history.span()
        assert span is not None
        random = Random(1)  # noqa: S311 - as above
        wrong = [
            words
            for _ in range(moments)
            for words in check.check_moment(random.randrange(span[0], span[1]))
        ]
        sessions = history.find_sessions(SessionQuery(limit=100_000))
        for session in random.sample(sessions, min(meetings, len(sessions))):
            wrong += check.check_session(session.session)
        return check, wrong
    finally:
        history.close()


def main() -> int:
    """Run a day and print what was compared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--interval", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--meetings", type=int, default=12)
    parser.add_argument("--calls", type=int, default=120)
    parser.add_argument("--churn", type=float, default=0.1)
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        size = given.meetings, given.calls
        spending = spend(
            Path(folder),
            given.seed,
            hours=given.hours,
            interval_s=given.interval,
            size=size,
            churn=given.churn,
        )
        day = asyncio.run(spending)
        spent_s = time.monotonic() - began
        check, wrong = compare(day, moments=1000, meetings=200)
        say = sys.stdout.write
        say(
            f"{given.hours:g} h in {spent_s:.0f} s: {len(day.reads)} whole reads,"
            f" {day.starts} starts, {sum(day.road.failed.values())} failed requests,"
            f" {len(day.truth.calls)} calls, "
            f"{len(day.truth.sessions)} meetings, {day.place.path.stat().st_size / 1e6:.1f} MB\n"
        )
        say(
            f"{check.moments} moments ({check.moments_in_gaps} in gaps, "
            f"{check.calls_compared} calls compared), {check.meetings} meetings "
            f"({check.stays_compared} stays): {len(wrong)} wrong\n"
        )
        for words in wrong[:20]:
            say(f"   {words}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
