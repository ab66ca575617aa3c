"""The ways through signals and askers: nobody is left out, the worst and oldest come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from confmon.monitor.attention.signal import Counts
from confmon.monitor.memory.asking import AskingQueue, Look
from confmon.monitor.needs import Needs, toggle_acknowledged, toggle_snoozed
from tests.monitor.attention.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Sequence


ROOMS = (100, 200, 300)


def watched(askers: Sequence[int]) -> Desk:
    """Three meetings with callers; the nth asker has a question from the nth read on."""
    desk = Desk("question", "long_hold")
    for number in ROOMS:
        desk.open(number)
        desk.join(3, number)
    desk.read()
    for call_id in askers:
        desk.change(call_id, qa_mode=1)
        desk.poll()
    return desk


def queue_of(desk: Desk) -> AskingQueue:
    """Return the order of asking, as a memory would keep it."""
    queue = AskingQueue()
    for signal in sorted(desk.signals, key=lambda one: one.since):
        call = desk.calls[signal.target[1]]
        queue.see(call, Look(signal.since, signal.since, at_least=False, not_before=0.0))
    return queue


CALLS = st.lists(st.integers(1, 9), unique=True, max_size=6)


@given(askers=CALLS, quiet=st.sets(st.integers(1, 9)))
def test_a_round_visits_every_loud_one_once_worst_and_oldest_first(
    askers: list[int], quiet: set[int]
) -> None:
    desk = watched(askers)
    for signal in desk.signals:
        if signal.target[1] in quiet:
            desk.attention.acknowledge(signal, "ann")
    loud = [signal for signal in desk.signals if not signal.is_quiet]
    needs = Needs(desk.attention, AskingQueue())
    for _ in range(2):
        stops = [needs.next_signal() for _ in loud]
        assert [stop.signal for stop in stops if stop is not None] == loud
        assert [stop.at for stop in stops if stop is not None] == [*range(1, len(loud) + 1)]
    if not loud:
        assert needs.next_signal() is None


@given(first=CALLS, later=CALLS)
def test_whoever_comes_during_a_round_is_visited_in_it(first: list[int], later: list[int]) -> None:
    desk = watched(first)
    needs = Needs(desk.attention, AskingQueue())
    seen = []
    if (stop := needs.next_signal()) is not None:
        seen.append(stop.signal.stop)
    for call_id in later:
        desk.change(call_id, qa_mode=1)
    desk.poll()
    while len(seen) < len(desk.signals):
        stop = needs.next_signal()
        assert stop is not None
        seen.append(stop.signal.stop)
    assert len(set(seen)) == len(seen)


@given(askers=CALLS, start=st.integers(1, 9))
def test_the_queue_leads_to_everybody_meeting_by_meeting(askers: list[int], start: int) -> None:
    desk = watched(askers)
    queue = queue_of(desk)
    needs = Needs(desk.attention, queue)
    under: int | None = None if start in askers else start
    order = []
    for _ in askers:
        turn = needs.next_asker(under)
        assert turn is not None
        under = turn.asker.call
        order.append(turn.asker)
    if not askers:
        assert needs.next_asker(start) is None
        return
    assert sorted(asker.call for asker in order) == sorted(askers)
    assert order[0] == next(iter(queue))
    rooms = list(dict.fromkeys(asker.meeting for asker in order))
    assert order == [asker for room in rooms for asker in queue.askers_in(room)]
    wrapped = needs.next_asker(under)
    assert wrapped is not None
    assert wrapped.asker == next(iter(queue))


def test_a_place_with_several_signals_is_one_stop() -> None:
    desk = watched([2])
    desk.change(2, hold_mode=1)
    desk.poll(130)
    needs = Needs(desk.attention, AskingQueue())
    stop = needs.next_signal()
    assert stop is not None
    assert (stop.at, stop.of, stop.more) == (1, 1, 1)
    assert desk.attention.counts() == Counts(red=1)


@given(askers=CALLS, held=CALLS, quiet=st.sets(st.integers(0, 11)))
def test_the_count_is_that_of_the_stops(
    askers: list[int], held: list[int], quiet: set[int]
) -> None:
    desk = watched(askers)
    desk.change(*held, 1, hold_mode=1)
    desk.poll(130)
    for at, signal in enumerate(desk.signals):
        if at in quiet:
            desk.attention.acknowledge(signal, "ann")
    counts = desk.attention.counts()
    stop = Needs(desk.attention, AskingQueue()).next_signal()
    assert counts.loud == (stop.of if stop is not None else 0)
    assert counts.loud + counts.quiet == len({signal.stop for signal in desk.signals})


def test_quieting_is_taken_back_once_all_are_quiet() -> None:
    desk = watched([2, 5])
    attention = desk.attention
    attention.acknowledge(desk.signals[0], "bob")
    assert toggle_acknowledged(attention, desk.signals, "ann")
    assert attention.counts().loud == 0
    assert not toggle_acknowledged(attention, desk.signals, "ann")
    assert attention.counts().quiet == 0
    assert toggle_snoozed(attention, desk.signals)
    assert not toggle_snoozed(attention, desk.signals)
    assert attention.counts().quiet == 0


def test_behind_who_was_answered_the_same_meeting_goes_on() -> None:
    desk = watched([1, 4, 2, 3])
    queue = queue_of(desk)
    needs = Needs(desk.attention, queue)
    turns = [needs.next_asker(None), needs.next_asker(1)]
    assert [turn.asker.call for turn in turns if turn is not None] == [1, 2]
    queue.forget(2)
    turn = needs.next_asker(2)
    assert turn is not None
    assert turn.asker.call == 3
