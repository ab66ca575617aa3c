"""The lines of the event feed: storms are folded, counts add up, memory is bounded."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from confmon.monitor.memory.event_filter import EventFilter
from confmon.monitor.memory.events import Event, Kind
from confmon.monitor.memory.feed import (
    EVENTS_KEPT,
    FOLD_FROM,
    MEMBERS_KEPT,
    STORM_S,
    EventFeed,
)
from tests.monitor.conftest import a_call


def event(key: int, at: float = 0.0, kind: Kind = "joined", meeting: int | None = 100) -> Event:
    return Event(at, kind, meeting, key, None, a_call(key, meeting_number=meeting))


def feed_of(*reads: list[Event]) -> EventFeed:
    feed = EventFeed()
    for read in reads:
        feed.add(read)
    return feed


def lines_of(feed: EventFeed) -> list[tuple[str, int | None, int]]:
    return [(line.kind, line.meeting, line.count) for line in feed]


def test_few_are_lines_of_their_own_and_many_are_one() -> None:
    few = [event(key) for key in range(FOLD_FROM - 1)]
    assert lines_of(feed_of(few)) == [("joined", 100, 1)] * (FOLD_FROM - 1)
    assert lines_of(feed_of([*few, event(9)])) == [("joined", 100, FOLD_FROM)]
    assert lines_of(feed_of(few, [event(9, at=2.0)])) == [("joined", 100, FOLD_FROM)]
    assert lines_of(feed_of(few, [event(9, at=60.0)])) == [("joined", 100, 1)] * FOLD_FROM


def test_only_what_is_alike_is_folded() -> None:
    read = [event(key, meeting=100 + key % 2) for key in range(8)]
    read += [event(9, kind="left"), event(10)._replace(by="us")]
    assert lines_of(feed_of(read)) == [
        ("joined", 100, 4), ("joined", 101, 4), ("left", 100, 1), ("joined", 100, 1),
    ]  # fmt: skip


def test_a_long_storm_is_several_lines() -> None:
    feed = feed_of(*([event(key, at=2.0 * key)] for key in range(100)))
    assert sum(line.count for line in feed) == 100
    assert len(feed) == 4
    assert all(line.until - line.events[0].at <= STORM_S for line in feed)


def test_a_huge_storm_keeps_its_count_and_some_names() -> None:
    feed = feed_of([event(key) for key in range(10_000)])
    [line] = feed
    assert line.count == 10_000
    assert len(line.events) == MEMBERS_KEPT


def test_the_oldest_lines_go() -> None:
    feed = feed_of(*([event(key, at=100.0 * key)] for key in range(EVENTS_KEPT + 7)))
    assert len(feed) == EVENTS_KEPT
    assert next(iter(feed)).events[0].call == 7
    assert feed.total == EVENTS_KEPT + 7


EVENTS = st.builds(
    lambda key, kind, meeting: event(key, 0.0, kind, meeting),
    st.integers(1, 99),
    st.sampled_from(["joined", "left", "muted"]),
    st.sampled_from([100, 200, None]),
)


@given(st.lists(st.tuples(st.sampled_from([0.0, 2.0, 4.0, 30.0]), st.lists(EVENTS, max_size=12))))
def test_counts_add_up_and_lines_stay_in_order(reads: list[tuple[float, list[Event]]]) -> None:
    feed, at, every = EventFeed(), 1000.0, []
    for pause, read in reads:
        at += pause
        events = [one._replace(at=at) for one in read]
        every += events
        feed.add(events)
    assert sum(line.count for line in feed) == feed.total == len(every)
    assert sorted((e for line in feed for e in line.events), key=repr) == sorted(every, key=repr)
    assert all(feed_line.until <= other.until for feed_line, other in pairwise(feed))
    for kind in ("joined", "left", "muted"):
        for meeting in (100, 200):
            shown = EventFilter(meeting=meeting, kinds=frozenset([kind]))
            found = [line for line in feed if shown.passes(line)]
            assert sum(line.count for line in found) == len(
                [e for e in every if (e.kind, e.meeting) == (kind, meeting)]
            )


def test_who_moved_is_found_in_both_meetings() -> None:
    was, now = a_call(1, meeting_number=100), a_call(1, meeting_number=200)
    moved = Event(0.0, "moved", 200, 1, None, now, was)
    [line] = feed_of([moved])
    assert [EventFilter(meeting=n).passes(line) for n in (100, 200, 300)] == [True, True, False]
