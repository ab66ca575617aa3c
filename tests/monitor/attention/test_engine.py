"""What operators do with signals, and how the engine works: in parts, cheaply, and bounded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from confmon.config.settings.attention import AttentionSettings
from confmon.monitor.attention.engine import PART, Attention
from confmon.monitor.attention.rules import RULES
from confmon.monitor.attention.signal import Counts
from tests.monitor.attention.desk import ALL_CALLS, MEETINGS, POLL_S, ROOM, Desk, opened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confmon.monitor.attention.rule import Condition, Rule, Situation


def test_what_is_acknowledged_stays_and_is_quiet_until_it_comes_back() -> None:
    desk = opened("question")
    desk.change(2, qa_mode=1)
    desk.poll()
    desk.attention.acknowledge(desk.signals[0], "ann")
    assert [(signal.is_quiet, signal.acknowledged_by) for signal in desk.signals] == [(True, "ann")]
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


def test_signals_are_found_by_target_and_meeting() -> None:
    desk = opened("question", "empty")
    desk.open(200)
    desk.change(2, qa_mode=1)
    desk.poll(62)
    assert [signal.rule for signal in desk.attention.of(("call", 2))] == ["question"]
    assert [signal.rule for signal in desk.signals if signal.meeting == ROOM] == ["question"]
    assert [signal.rule for signal in desk.signals if signal.meeting == 200] == ["empty"]


def test_a_rule_that_is_off_finds_nothing() -> None:
    desk = Desk(off=("question",))
    desk.open()
    desk.join(2, qa_mode=1)
    desk.read()
    assert [rule.id for rule in desk.attention.rules].count("question") == 0
    assert "question" not in {signal.rule for signal in desk.signals}


def test_a_meeting_with_callers_not_read_is_not_judged() -> None:
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
    assert [signal.meeting for signal in desk.signals] == [200]
    del desk.meetings[200]
    desk.poll()
    assert desk.found == []


def test_a_large_read_is_looked_at_in_parts() -> None:
    desk = Desk("question")
    desk.open()
    desk.read(MEETINGS)
    desk.join(2000, qa_mode=1)
    shown = [len(desk.signals) for _ in desk.store.applying(desk.snapshot(ALL_CALLS))]
    assert len(shown) > 2 * 2000 / PART
    assert set(shown) == {0}
    assert len(desk.signals) == 2000


def asked(desk: Desk) -> list[tuple[str, int]]:
    """Note each rule that is asked from now on, and about how many calls or meetings."""
    noted: list[tuple[str, int]] = []

    def noting(rule: Rule) -> Rule:
        def find(situation: Situation, settings: AttentionSettings) -> Iterable[Condition]:
            noted.append((rule.id, len(situation.calls) + len(situation.meetings)))
            return rule.find(situation, settings)

        return replace(rule, find=find)

    rules = [noting(rule) for rule in RULES if rule.scope != "bridge" and not rule.looks_again_s]
    desk.attention = Attention(
        desk.store, AttentionSettings(), desk.clock, rules=rules, ours=desk.ours
    )
    return noted


@pytest.mark.parametrize(
    ("field", "value", "rules"),
    [
        ("codec", "G722", set()),
        ("custom_name", "Anna", {"changed_by_other"}),
        ("operator_mode", 1, {"help", "question"}),
        ("mute_mode", 1, {"dead_air"}),
        ("hold_mode", 1, {"long_hold", "all_held", "dead_air", "changed_by_other"}),
    ],
)
def test_a_change_asks_each_rule_that_reads_it_once(
    field: str, value: object, rules: set[str]
) -> None:
    desk = Desk()
    desk.open()
    noted = asked(desk)
    desk.join(PART, custom_name="Ann")
    desk.poll()
    noted.clear()
    desk.change(*range(1, PART), **{field: value})
    desk.poll()
    assert {rule for rule, _ in noted} == rules
    assert len(noted) == len(rules)
    assert all(count == (PART - 1 if rule in ("help", "question") else 1) for rule, count in noted)


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
    assert past.facts.hosted == {ROOM}
    assert (len(past.did_calls), len(past.present._members), len(past.blocks._members)) == (1, 3, 1)
    assert not past._left_at
    assert not past._came
    assert len(past.nodes) <= 2
    assert {signal.meeting for signal in desk.signals} <= {ROOM, None}
    assert sum(1 for _ in held.counting) == 0
    assert len(held._due) < 200
