"""When the operator is called: for what is new or turns red, and at most once in ten seconds."""

from __future__ import annotations

from confmon.monitor.alarm import LEAST_S, Alarm
from tests.monitor.attention.desk import Desk, opened


def alarmed(*rules: str) -> tuple[Desk, Alarm]:
    """One meeting, and nothing to tell yet."""
    desk = opened(*rules, hosts=1, callers=5)
    return desk, Alarm(desk.attention, desk.clock)


def test_what_is_new_is_announced_once() -> None:
    desk, alarm = alarmed("question")
    assert alarm.due() == ""
    desk.change(2, qa_mode=1)
    desk.poll()
    assert alarm.due() == "has a question, meeting 100"
    desk.poll(60)
    assert alarm.due() == ""


def test_what_turns_red_is_announced_again() -> None:
    desk, alarm = alarmed("help")
    desk.change(2, operator_mode=1)
    desk.poll()
    assert alarm.due()
    desk.poll(30)
    assert alarm.due() == "asks for help, meeting 100"


def test_more_within_ten_seconds_is_announced_together_after_them() -> None:
    desk, alarm = alarmed("question")
    desk.change(2, qa_mode=1)
    desk.poll()
    assert alarm.due()
    called_at = desk.clock.now()
    for call_id in (3, 4):
        desk.change(call_id, qa_mode=1)
        desk.poll()
        assert alarm.due() == ""
    desk.wait(LEAST_S - (desk.clock.now() - called_at) - 0.1)
    assert alarm.due() == ""
    desk.wait(0.1)
    assert alarm.due() == "has a question, meeting 100 (and 1 more)"


def test_what_is_over_or_quiet_by_then_is_not_announced() -> None:
    desk, alarm = alarmed("question")
    desk.change(2, qa_mode=1)
    desk.poll()
    assert alarm.due()
    desk.change(3, 4, qa_mode=1)
    desk.poll()
    assert alarm.due() == ""
    desk.change(3, qa_mode=0)
    desk.poll()
    for signal in desk.signals:
        desk.attention.acknowledge(signal, "ann")
    desk.wait(LEAST_S)
    assert alarm.due() == ""


def test_what_comes_back_is_new() -> None:
    desk, alarm = alarmed("question")
    for _ in range(2):
        desk.change(2, qa_mode=1)
        desk.poll()
        assert alarm.due()
        desk.change(2, qa_mode=0)
        desk.poll(LEAST_S)
        assert alarm.due() == ""


def test_the_words_have_nothing_of_the_callers() -> None:
    desk, alarm = alarmed("question")
    desk.change(2, qa_mode=1, custom_name="\x1b]0;evil\x07", caller="+15165550001")
    desk.poll()
    assert alarm.due() == "has a question, meeting 100"
