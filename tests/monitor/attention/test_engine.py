"""What operators do with signals, and how the engine works: in parts, cheaply, and bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.monitor.attention.engine import Attention
from confmon.monitor.attention.rules import BY_ID
from confmon.monitor.attention.signal import Counts
from tests.monitor.attention.desk import MEETINGS, POLL_S, ROOM, Desk, opened

if TYPE_CHECKING:
    from collections.abc import Callable


def test_what_is_acknowledged_stays_and_is_quiet_until_it_comes_back() -> None:
    desk = opened("question")
    desk.change(2, qa_mode=1)
    desk.poll()
    desk.attention.acknowledge(desk.signals[0], "ann")
    assert [(one.is_quiet, one.acknowledged_by) for one in desk.signals] == [(True, "ann")]
    assert desk.attention.counts() == Counts(quiet=1)
    desk.poll(20)
    assert desk.attention.counts() == Counts(quiet=1)
    desk.change(2, qa_mode=0)
    desk.poll()
    desk.change(2, qa_mode=1)
    desk.poll()
    assert desk.attention.counts() == Counts(amber=1)


@pytest.mark.parametrize("way", ["acknowledge", "snooze"])
def test_what_turns_from_amber_to_red_is_loud_again(way: str) -> None:
    desk = opened("help")
    desk.change(2, operator_mode=1)
    desk.poll()
    if way == "snooze":
        desk.attention.snooze(desk.signals[0])
    else:
        desk.attention.acknowledge(desk.signals[0], "ann")
    desk.poll(28)
    assert desk.attention.counts() == Counts(quiet=1)
    desk.poll()
    assert desk.attention.counts() == Counts(red=1)


def test_a_snooze_ends_by_itself_without_a_read() -> None:
    desk = opened("alone", hosts=0, callers=1)
    desk.poll(300)
    version = desk.attention.version
    desk.attention.snooze(desk.signals[0], minutes=10)
    assert desk.attention.version == version + 1
    desk.wait(599)
    assert desk.attention.counts() == Counts(quiet=1)
    desk.wait(2)
    assert desk.attention.counts() == Counts(amber=1)


def test_a_signal_can_be_woken() -> None:
    desk = opened("alone", hosts=0, callers=1)
    desk.poll(300)
    desk.attention.acknowledge(desk.signals[0], "ann")
    desk.attention.wake(desk.signals[0])
    assert desk.attention.counts() == Counts(amber=1)


def test_the_next_one_is_of_another_target_and_loud() -> None:
    desk = opened("help", "question", callers=4)
    assert desk.attention.next_after(None) is None
    desk.change(2, operator_mode=1, qa_mode=1)
    desk.change(3, qa_mode=1)
    desk.poll()
    first, second = desk.signals[0], desk.signals[-1]
    assert desk.attention.next_after(None) == first
    assert desk.attention.next_after(("call", 2)) == second
    assert desk.attention.next_after(("call", 3)) == first
    desk.attention.acknowledge(second, "ann")
    following = desk.attention.next_after(("call", 2))
    assert following is not None
    assert following.call == 2  # the only one left


def test_signals_are_found_by_target_and_meeting() -> None:
    desk = opened("question", "empty")
    desk.open(200)
    desk.change(2, qa_mode=1)
    desk.poll(62)
    assert [one.rule for one in desk.attention.of(("call", 2))] == ["question"]
    assert [one.rule for one in desk.attention.in_meeting(ROOM)] == ["question"]
    assert [one.rule for one in desk.attention.in_meeting(200)] == ["empty"]


def test_a_rule_that_is_off_finds_nothing() -> None:
    desk = Desk(off=("question",))
    desk.open()
    desk.join(2, qa_mode=1)
    desk.read()
    assert [rule.id for rule in desk.attention.rules].count("question") == 0
    assert "question" not in {signal.rule for signal in desk.signals}


def test_a_meeting_whose_callers_were_not_read_is_not_judged() -> None:
    desk = Desk("empty", "no_host_came", "alone")
    desk.open()
    for _ in range(200):
        desk.wait(POLL_S)
        desk.read(MEETINGS)
    assert desk.found == []


def test_time_alone_brings_nothing_when_reads_fail() -> None:
    desk = opened("alone", hosts=0, callers=1)
    desk.poll(298)
    desk.wait(1000)
    assert desk.found == []
    desk.read()
    assert [rule for rule, *_ in desk.found] == ["alone"]


def test_a_meeting_that_ends_takes_its_signals_along() -> None:
    desk = opened("empty", "recording_off", recording_expected=(str(ROOM),))
    desk.open(200)
    desk.change_meeting(200, is_recording=False)
    desk.poll(70)
    assert [one.meeting for one in desk.signals] == [200]
    del desk.meetings[200]
    desk.poll()
    assert desk.found == []


class Timer:
    def stop(self) -> None:
        raise AssertionError("nobody stops it")


def test_a_large_read_is_looked_at_in_parts() -> None:
    desk = Desk("question")
    later: list[Callable[[], None]] = []

    def call_later(_seconds: float, function: Callable[[], None]) -> Timer:
        later.append(function)
        return Timer()

    class Ticking:
        """A clock that moves on whenever somebody looks at it."""

        def __init__(self) -> None:
            self.looks = 0

        def now(self) -> float:
            self.looks += 1
            return desk.clock.now() + self.looks * 0.001

        def wall(self) -> float:
            return desk.clock.wall()

        async def sleep(self, seconds: float) -> None:
            raise AssertionError("nobody sleeps")

    attention = Attention(
        desk.store,
        desk.attention._settings,
        Ticking(),
        rules=[BY_ID["question"]],
        ours=desk.ours,
        call_later=call_later,
    )
    desk.open()
    desk.join(2000, qa_mode=1)
    desk.read()
    assert not attention.signals
    assert len(later) == 1
    desk.change(5, qa_mode=0)
    desk.clock.time_s += POLL_S
    desk.read()  # in the meantime
    parts = 0
    while later:
        later.pop()()
        parts += 1
    assert parts > 3
    assert len(attention.signals) == len(desk.signals) == 1999


def test_days_of_callers_leave_nothing_behind() -> None:
    desk = Desk()
    desk.open()
    desk.join(3, role=1)
    for day in range(60):
        desk.open(200 + day)
        fields = {"node_name": f"n{day}", "callee": f"16055{day:06}"}
        ids = desk.join(30, 200 + day, qa_mode=1, **fields)
        desk.poll()
        desk.leave(ids)
        del desk.meetings[200 + day]
        desk.poll(7200, every_s=1800)
    past, held = desk.attention.past, desk.attention._held
    assert past.hosted == {ROOM}
    assert (len(past.did_calls), len(past.present._members), len(past.blocks._members)) == (1, 3, 1)
    assert not past._left_at
    assert len(past.nodes) <= 2
    assert {signal.meeting for signal in desk.signals} <= {ROOM, None}
    assert sum(1 for _ in held.counting) == 0
    assert len(held._due) < 200
