"""Any history of events, delivered in any order, drains to the server's truth.

A model of the server lives beside the live store. Reads are asked, answered (the server looks at
its truth at some moment between) and delivered as separate steps, so replies overtake each other.
The steps come from a seeded generator: dense in races, and still shrunk by their number.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.models.codes import Codes
from confmon.models.identity import Target, identity_of, target_of
from confmon.models.live_records import Call, Meeting, Scan
from confmon.monitor.polling.live_state import count
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, Snapshot, calls_of
from tests.clock import HandClock
from tests.monitor.conftest import a_call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.live_records import LiveResource

NUMBERS = (100, 200)
FEEDS = (MEETINGS, ALL_CALLS, calls_of(100), calls_of(200))


@dataclass
class Read:
    """One read under way. `answer` is what the server saw, once it has looked."""

    asked_at: float
    feed: Feed | None = None
    target: int | None = None
    torn: bool = False
    short: bool = False
    """By key, and cut short: whole up to `whole_to`."""
    whole_to: int | None = None
    answer: dict[int, Call] | dict[int, Meeting] | None = None


@dataclass
class Evidence:
    """The newest thing a reply proved about a target: there, gone, or not in one meeting."""

    asked_at: float
    gone: bool = False
    not_in: int | None = None


@dataclass
class Server:
    calls: dict[int, Call] = field(default_factory=dict)
    meetings: dict[int, Meeting] = field(default_factory=dict)
    ticks: int = 0

    def look(self, read: Read) -> None:
        self.ticks += 1
        # New equal objects each time, as off the wire; duration moves by itself.
        if read.feed == MEETINGS:
            read.answer = {k: replace(m, duration=self.ticks) for k, m in self.meetings.items()}
            return
        number = read.feed.meeting if read.feed is not None else None
        read.answer = {
            key: replace(call, duration=self.ticks)
            for key, call in self.calls.items()
            if number in (None, call.meeting_number) and read.target in (None, key)
        }
        if read.torn and read.answer:
            read.answer.pop(next(iter(read.answer)))
        elif read.short and read.answer:
            read.whole_to = sorted(read.answer)[len(read.answer) // 2]
            read.answer = {k: c for k, c in read.answer.items() if k <= read.whole_to}


class History:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.clock = HandClock()
        self.store = LiveStore(self.clock, Codes())
        self.server = Server()
        self.reads: list[Read] = []
        self.evidence: dict[Target, Evidence] = {}
        self.replaced: list[Target] = []
        self.store.on_replaced(self.replaced.append)
        self.births = 0
        self.ids = random.choice([(1,), (1, 2, 3), range(1, 9)])
        for number in NUMBERS:
            self.server.meetings[number] = Meeting(meeting_number=number, id=number)

    def step(self) -> None:
        server = (self.join, self.join, self.leave, self.change, self.move, self.meeting)
        client = (self.ask, self.ask_alone, self.deliver, self.deliver, self.time_passes)
        self.random.choice(self.random.choice([server, client, client]))()

    # What happens on the server.

    def join(self) -> None:
        """A caller joins, maybe under an id that was another's."""
        key, number = self.random.choice(self.ids), self.random.choice(NUMBERS)
        self.births += 1
        self.server.calls[key] = a_call(key, meeting_number=number, created=self.births * 10)

    def leave(self) -> None:
        self.server.calls.pop(self.random.choice(self.ids), None)

    def change(self) -> None:
        key = self.random.choice(self.ids)
        if key in self.server.calls:
            mute = self.random.randrange(4)
            self.server.calls[key] = replace(self.server.calls[key], mute_mode=mute)

    def move(self) -> None:
        key = self.random.choice(self.ids)
        if key in self.server.calls:
            number = self.random.choice(NUMBERS)
            self.server.calls[key] = replace(self.server.calls[key], meeting_number=number)

    def meeting(self) -> None:
        """A meeting ends, begins again or is locked."""
        number = self.random.choice(NUMBERS)
        if self.random.random() < 0.3:
            self.server.meetings.pop(number, None)
            for call in list(self.server.calls.values()):
                if call.meeting_number == number:
                    del self.server.calls[call.id]
        else:
            self.server.meetings[number] = Meeting(
                meeting_number=number,
                id=number + self.random.randrange(3),
                is_secured=self.random.random() < 0.5,
            )

    # What confmon reads.

    def ask(self) -> None:
        feed = self.random.choice(FEEDS)
        if all(read.feed != feed for read in self.reads):  # one read in flight per feed
            torn, short = self.random.random() < 0.25, self.random.random() < 0.25
            short = short and feed != MEETINGS
            self._ask(Read(self.clock.now(), feed, torn=torn, short=short))

    def ask_alone(self) -> None:
        self._ask(Read(self.clock.now(), None, self.random.choice(self.ids)))

    def _ask(self, read: Read) -> None:
        self.clock.time_s += 1
        if self.random.random() < 0.5:
            self.server.look(read)
        self.reads.append(read)

    def deliver(self) -> None:
        if self.reads:
            read = self.reads.pop(self.random.randrange(len(self.reads)))
            if read.answer is None:
                self.server.look(read)
            self.clock.time_s += 0.25
            self.take(read)

    def time_passes(self) -> None:
        self.clock.time_s += self.random.choice([1, 7])
        self.store.expire()

    def standing(self) -> dict[Target, Call | Meeting]:
        live_state = self.store.live_state
        records: list[Call | Meeting] = [*live_state.calls.values(), *live_state.meetings.values()]
        return {target_of(record): record for record in records}

    def just_left(self) -> dict[Target, Call | Meeting]:
        live_state = self.store.live_state
        records: list[Call | Meeting] = [
            *live_state.left_calls.values(),
            *live_state.left_meetings.values(),
        ]
        return {target_of(record): record for record in records}

    def take(self, read: Read) -> None:
        before, left = self.standing(), self.just_left()
        self.replaced.clear()
        answer: Mapping[int, Call | Meeting] = read.answer or {}
        if read.feed is None:
            assert read.target is not None
            record = answer.get(read.target)
            self.store.take_single(("call", read.target), record, read.asked_at)
            clean, taken = True, self.store.record(("call", read.target)) == record
        else:
            clean = not (read.torn and answer) and read.whole_to is None
            scan: Scan[Any] = Scan(
                records=tuple(answer.values()), clean=clean, whole_to=read.whole_to
            )
            snapshot: Snapshot[Any] = Snapshot(
                feed=read.feed, asked_at=read.asked_at, answered_at=self.clock.now(), scan=scan
            )
            taken = self.store.apply(snapshot) is not None
        after = self.standing()
        self.check_stale(read, before, after)
        self.check_gone(read, before, after, clean=clean)
        self.check_identity(before, after, left)
        if taken:
            self.learn(read, before, clean=clean)
        elif read.feed is not None:
            assert after == before

    # What must hold after each delivery.

    def check_stale(
        self, read: Read, before: dict[Target, Call | Meeting], after: dict[Target, Call | Meeting]
    ) -> None:
        """What a newer question has answered, an older one's answer leaves alone."""
        for target, known in self.evidence.items():
            if known.asked_at <= read.asked_at:
                continue
            shown = after.get(target)
            if shown is before.get(target):
                continue
            # Not being in one meeting says nothing about the others.
            elsewhere = shown is None or shown.meeting_number != known.not_in
            assert known.not_in is not None, "a stale reply changed something"
            assert elsewhere, "a stale reply brought a caller back"

    def check_gone(
        self,
        read: Read,
        before: dict[Target, Call | Meeting],
        after: dict[Target, Call | Meeting],
        *,
        clean: bool,
    ) -> None:
        gone = set(before) - set(after)
        if not clean:
            whole_to = read.whole_to or 0
            assert all(kind == "call" and key <= whole_to for kind, key in gone), "by a torn scan"
        if read.feed is None:
            assert gone <= {("call", read.target)}
        for kind, key in gone:
            shown = (read.answer or {}).get(key)
            another = shown is not None and identity_of(shown) != identity_of(before[kind, key])
            assert shown is None or another, f"{kind} {key} was in the answer"

    def check_identity(
        self,
        before: dict[Target, Call | Meeting],
        after: dict[Target, Call | Meeting],
        left: dict[Target, Call | Meeting],
    ) -> None:
        for target, record in after.items():
            old = before.get(target)
            if old == record:
                assert old is record, "an unchanged record is another object"
            known = old or left.get(target)  # who left a moment ago is on the screen yet
            same = known is None or identity_of(known) == identity_of(record)
            assert same == (target not in self.replaced)

    def learn(self, read: Read, before: dict[Target, Call | Meeting], *, clean: bool) -> None:
        answer = read.answer or {}
        kind: LiveResource = "meeting" if read.feed == MEETINGS else "call"
        for key in answer:
            self.prove((kind, key), Evidence(read.asked_at))
        if read.feed is None:
            if read.target not in answer:
                self.prove(("call", read.target or 0), Evidence(read.asked_at, gone=True))
        elif clean or read.whole_to is not None:
            for target, record in before.items():
                if target[0] != kind or target[1] in answer:
                    continue
                if not clean and target[1] > (read.whole_to or 0):
                    continue
                if read.feed.meeting is None:
                    self.prove(target, Evidence(read.asked_at, gone=True))
                elif record.meeting_number == read.feed.meeting:
                    self.prove(target, Evidence(read.asked_at, not_in=read.feed.meeting))

    def prove(self, target: Target, evidence: Evidence) -> None:
        known = self.evidence.get(target)
        if known is None or known.asked_at < evidence.asked_at:
            self.evidence[target] = evidence

    def the_picture_agrees_with_itself(self) -> None:
        live_state = self.store.live_state
        for number, listed in live_state.by_meeting.items():
            alive = {k: c for k, c in live_state.calls.items() if c.meeting_number == number}
            assert listed == alive
            assert all(listed[key] is alive[key] for key in alive)
            assert live_state.tally(number) == count(listed.values(), live_state.codes)
        assert all(
            call.meeting_number in live_state.by_meeting for call in live_state.calls.values()
        )
        assert not live_state.left_calls.keys() & live_state.calls.keys()
        assert not live_state.left_meetings.keys() & live_state.meetings.keys()
        for key in live_state.left_calls:
            assert live_state.changes["call", key].what == "left"

    def drain(self) -> None:
        """Whatever happened, clean scans bring the truth, and late replies don't take it away."""
        late = self.reads
        for read in late:
            if read.answer is None:
                self.server.look(read)
        for _ in range(2):  # an empty answer is believed the second time
            for feed in (MEETINGS, ALL_CALLS):
                self.clock.time_s += 1
                read = Read(self.clock.now(), feed)
                self.server.look(read)
                self.take(read)
        for read in late:
            self.take(read)
        assert self.store.live_state.calls == self.server.calls
        assert self.store.live_state.meetings == self.server.meetings


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 80))
def test_any_history_drains_to_the_servers_truth(seed: int, steps: int) -> None:
    history = History(Random(seed))  # noqa: S311 - repeatable, not secret
    for _ in range(steps):
        history.step()
        history.the_picture_agrees_with_itself()
    history.drain()
    history.the_picture_agrees_with_itself()
