"""Who asked first: by the first read that showed it, whatever feed and delivery."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.monitor.polling.snapshot import ALL_CALLS, Feed, calls_of
from tests.monitor.conftest import a_call
from tests.monitor.memory.conftest import Desk, calls

if TYPE_CHECKING:
    from confmon.models.live_records import Call
    from confmon.monitor.memory.asking import AskingQueue


def order(desk: Desk) -> list[int]:
    return [asker.call for asker in desk.memory.asking]


def test_the_first_read_decides_then_the_call_id(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1, 2, 3, 4))
    desk.show(ALL_CALLS, [*calls(1, 2), *calls(3, qa_mode=1), *calls(4)])
    desk.show(ALL_CALLS, [*calls(1, 2, operator_mode=1), *calls(3, qa_mode=1), *calls(4)])
    asking = desk.memory.asking
    assert order(desk) == [3, 1, 2]
    assert [asking.place(key) for key in (1, 2, 3, 4)] == [2, 3, 1, None]
    assert asking.since(3) == desk.clock.wall() - 2
    assert asking.since(1) == desk.clock.wall()
    assert not any(asker.at_least for asker in asking)
    assert next(iter(asking)).call == 3


def test_places_are_counted_within_a_meeting(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1, 2, 3))
    desk.show(ALL_CALLS, [*calls(1, qa_mode=1), *calls(2), *calls(3, meeting_number=200)])
    desk.show(ALL_CALLS, [*calls(1, 2, qa_mode=1), *calls(3, meeting_number=200, operator_mode=1)])
    asking = desk.memory.asking
    assert [asking.place(key) for key in (1, 2, 3)] == [1, 2, 1]
    assert [[asker.call for asker in asking.askers_in(n)] for n in (100, 200, 300)] == [
        [1, 2],
        [3],
        [],
    ]


def test_who_asked_at_the_start_may_have_asked_for_longer(desk: Desk) -> None:
    desk.show(ALL_CALLS, [*calls(1, qa_mode=1), *calls(2)])
    desk.show(ALL_CALLS, calls(1, 2, qa_mode=1))
    assert [asker.at_least for asker in desk.memory.asking] == [True, False]


def test_who_asks_after_nobody_looked_may_have_asked_for_longer(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1))
    desk.clock.time_s += 300
    desk.show(ALL_CALLS, calls(1, qa_mode=1))
    assert [asker.at_least for asker in desk.memory.asking] == [True]


def test_the_place_is_lost_with_the_hand(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1, 2))
    desk.show(ALL_CALLS, calls(1, 2, qa_mode=1))
    desk.show(ALL_CALLS, [*calls(1, qa_mode=0), *calls(2, qa_mode=1)])
    assert order(desk) == [2]
    desk.show(ALL_CALLS, calls(1, 2, qa_mode=1))
    assert order(desk) == [2, 1]
    desk.show(ALL_CALLS, calls(1, qa_mode=1))
    assert order(desk) == [1]


def test_torn_and_empty_reads_and_missing_fields_change_nothing(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1, 2))
    desk.show(ALL_CALLS, [*calls(1, qa_mode=1), *calls(2)])
    known = list(desk.memory.asking)
    desk.show(ALL_CALLS, calls(2), clean=False)
    desk.show(ALL_CALLS, [])
    desk.show(ALL_CALLS, calls(1, 2, qa_mode=None))
    assert list(desk.memory.asking) == known


def test_a_reused_id_is_another_asker(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1, 2))
    desk.show(ALL_CALLS, [*calls(1, qa_mode=1), *calls(2)])
    desk.show(ALL_CALLS, calls(1, 2, qa_mode=1))
    desk.show(ALL_CALLS, [*calls(1, qa_mode=1, created=10**9, caller="4930"), *calls(2, qa_mode=1)])
    assert order(desk) == [2, 1]


def test_a_second_request_keeps_the_place(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1, 2))
    desk.show(ALL_CALLS, [*calls(1, qa_mode=1), *calls(2)])
    events = desk.show(ALL_CALLS, [*calls(1, qa_mode=1, operator_mode=1), *calls(2, qa_mode=1)])
    assert order(desk) == [1, 2]
    assert [(event.kind, event.call) for event in events] == [("asked", 1), ("asked", 2)]


# What operators do.


def three_asking(desk: Desk) -> AskingQueue:
    desk.show(ALL_CALLS, calls(1, 2, 3, 4))
    desk.show(ALL_CALLS, [*calls(1, 2), *calls(3, qa_mode=1), *calls(4)])
    desk.show(ALL_CALLS, [*calls(1), *calls(2, 3, qa_mode=1), *calls(4)])
    desk.show(ALL_CALLS, [*calls(1, 2, 3, qa_mode=1), *calls(4)])
    assert order(desk) == [3, 2, 1]
    return desk.memory.asking


def test_who_was_answered_stays_out_whatever_the_api_says_until_asking_anew(desk: Desk) -> None:
    asking = three_asking(desk)
    asking.answer(2)
    for muted in (0, 2):
        desk.show(ALL_CALLS, [*calls(1, 2, 3, qa_mode=1, mute_mode=muted), *calls(4)])
        assert order(desk) == [3, 1]
        assert asking.is_answered(2)
    desk.show(ALL_CALLS, [*calls(1, 3, qa_mode=1), *calls(2, qa_mode=1, operator_mode=1)])
    assert order(desk) == [3, 1, 2]
    asking.answer(2)
    lowered = calls(2, qa_mode=0, operator_mode=0)
    events = desk.show(ALL_CALLS, [*calls(1, 3, qa_mode=1), *lowered])
    assert [(event.kind, event.call) for event in events] == [("answered", 2)]
    assert not asking.is_answered(2)
    desk.show(ALL_CALLS, calls(1, 2, 3, qa_mode=1))
    assert order(desk) == [3, 1, 2]


def test_who_was_answered_can_be_put_back_in_place(desk: Desk) -> None:
    asking = three_asking(desk)
    known = list(asking)
    asking.answer(2)
    assert (was := asking.answered(2)) is not None
    assert asking.put_back(was, desk.live_state.calls[2])
    assert list(asking) == known
    asking.answer(2)
    desk.show(ALL_CALLS, [*calls(1, 3, qa_mode=1), *calls(2, qa_mode=0), *calls(4)])
    assert not asking.put_back(was, desk.live_state.calls[2])
    assert order(desk) == [3, 1]


def test_who_was_put_in_by_hand_has_a_place_and_stays(desk: Desk) -> None:
    asking = three_asking(desk)
    asking.put_in(desk.live_state.calls[4], asked_at=desk.clock.now(), wall=desk.clock.wall())
    assert order(desk) == [3, 2, 1, 4]
    assert (asking.place(4), asking.count_in(100)) == (4, 4)
    assert asking.since(4) == desk.clock.wall()
    desk.show(ALL_CALLS, [*calls(1, 2, 3, qa_mode=1), *calls(4, mute_mode=2)])
    assert order(desk) == [3, 2, 1, 4]
    for asks, kind in ((1, "asked"), (0, "answered")):
        events = desk.show(
            ALL_CALLS, [*calls(1, 2, 3, qa_mode=1), *calls(4, qa_mode=asks, mute_mode=2)]
        )
        assert [(event.kind, event.call) for event in events] == [(kind, 4)]
        assert order(desk) == [3, 2, 1, 4]
    asking.answer(4)
    assert not asking.is_answered(4)
    asking.put_in(desk.live_state.calls[4], asked_at=desk.clock.now(), wall=desk.clock.wall())
    desk.show(ALL_CALLS, calls(1, 2, 3, qa_mode=1))
    assert order(desk) == [3, 2, 1]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ahub+-l"), st.integers(1, 4)), max_size=30))
def test_any_mix_of_reads_and_hands_keeps_order_and_places(steps: list[tuple[str, int]]) -> None:
    desk = Desk()
    asking = desk.memory.asking
    truth = {key: a_call(key) for key in range(1, 5)}
    desk.show(ALL_CALLS, truth.values())
    for what, key in steps:
        call = desk.live_state.calls.get(key)
        if what == "l":
            truth.pop(key, None)
        elif what in "+-" and key in truth:
            truth[key] = replace(truth[key], qa_mode=int(what == "+"))
        elif what == "a" and call is not None:
            asking.answer(key)
        elif what == "h" and call is not None:
            asking.put_in(call, asked_at=desk.clock.now(), wall=desk.clock.wall())
        elif what == "u" and call is not None and (was := asking.answered(key)) is not None:
            assert asking.put_back(was, call)
        if truth:
            desk.show(ALL_CALLS, truth.values())
        for one in truth.values():
            asks, asker = bool(one.qa_mode), asking.of(one.id)
            assert asker is None or not asking.is_answered(one.id)
            assert asker or not asks or asking.is_answered(one.id), "nobody who asks is lost"
            assert asker is None or asker.by_hand or asks
        keys = order(desk)
        assert keys == [a.call for a in sorted(asking, key=lambda a: (a.asked_at, a.call))]
        assert [asking.place(key) for key in keys] == list(range(1, len(keys) + 1))


# The order does not depend on which feed answers first.


@dataclass
class Read:
    feed: Feed
    asked_at: float
    records: tuple[Call, ...]
    clean: bool


FEEDS = (ALL_CALLS, calls_of(100), calls_of(200))


@dataclass
class Bridge:
    """Callers who come and go, and ask at most once each, read at chosen moments."""

    random: Random
    calls: dict[int, Call] = field(default_factory=dict)
    births: int = 0
    asked: set[tuple[int, int | None]] = field(default_factory=set)

    def happen(self) -> None:
        key = self.random.randrange(1, 7)
        call = self.calls.get(key)
        if call is None:
            self.births += 1
            number = self.random.choice((100, 200))
            created = self.births * 100_000
            self.calls[key] = a_call(
                key, meeting_number=number, created=created, caller=f"49{created}"
            )
            return
        identity = (key, call.created)
        if call.qa_mode:
            if self.random.random() < 0.3:
                self.calls[key] = replace(call, qa_mode=0)
        elif identity not in self.asked:
            self.asked.add(identity)
            self.calls[key] = replace(call, qa_mode=1)
        elif self.random.random() < 0.5:
            del self.calls[key]

    def read(self, feed: Feed, asked_at: float) -> Read:
        found = [c for c in self.calls.values() if feed.meeting in (None, c.meeting_number)]
        clean = self.random.random() > 0.2
        if not clean:  # a torn read; maybe nothing came at all
            found = self.random.sample(found, self.random.randrange(len(found) + 1))
        return Read(feed, asked_at, tuple(found), clean)


def history(seed: int, steps: int) -> tuple[list[Read], list[Read]]:
    """Reads in the order asked for, and in an order in which the feeds overtake each other.

    Torn ones overtake nothing: the store drops what a torn read has overtaken, though it may be all
    there is of a caller.
    """
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    bridge, asked, delivered = Bridge(random), [], []
    waiting: list[Read] = []
    for step in range(steps):
        for _ in range(random.randrange(3)):
            bridge.happen()
        feed = random.choice(FEEDS)
        late = [read for read in waiting if read.feed == feed or random.random() < 0.4]
        delivered += late
        waiting = [read for read in waiting if read not in late]
        read = bridge.read(feed, 2000.0 + step)
        asked.append(read)
        waiting.append(read)
        if not read.clean:
            delivered += waiting
            waiting = []
    last = Read(ALL_CALLS, 2000.0 + steps, tuple(bridge.calls.values()), clean=True)
    return [*asked, last], [*delivered, *waiting, last]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_the_order_of_asking_is_that_of_the_reads(seed: int, steps: int) -> None:
    asked, delivered = history(seed, steps)
    desk = Desk()
    desk.clock.time_s = 3000.0
    for read in delivered:
        desk.show(read.feed, read.records, asked_at=read.asked_at, clean=read.clean)
    first: dict[tuple[int, int | None], float] = {}
    for read in asked:
        for call in read.records:
            if call.qa_mode:
                first.setdefault((call.id, call.created), read.asked_at)
    now = {c.id: first[c.id, c.created] for c in asked[-1].records if c.qa_mode}
    asking = desk.memory.asking
    assert {asker.call: asker.asked_at for asker in asking} == now
    assert order(desk) == sorted(now, key=lambda key: (now[key], key))
    for number in (100, 200):
        within = [key for key in order(desk) if desk.live_state.calls[key].meeting_number == number]
        assert [asking.place(key) for key in within] == list(range(1, len(within) + 1))
