"""The rules about one caller: after their threshold, not before, and gone with their cause."""

from __future__ import annotations

from dataclasses import replace

import pytest

from confmon.config.settings.attention import AttentionSettings
from confmon.monitor.attention.engine import Attention
from confmon.monitor.attention.rules import BY_ID
from confmon.monitor.memory.asking import AskingQueue, Look
from tests.monitor.attention.desk import ROOM, Desk, opened


@pytest.mark.parametrize(
    ("rule", "field", "red_s"), [("help", "operator_mode", 30), ("question", "qa_mode", 120)]
)
def test_who_asks_is_amber_at_once_and_red_later(rule: str, field: str, red_s: int) -> None:
    desk = opened(rule)
    desk.change(2, **{field: 1})
    desk.poll()
    assert desk.found == [(rule, "amber", ("call", 2))]
    desk.poll(red_s - 2)
    assert desk.found == [(rule, "amber", ("call", 2))]
    desk.poll()
    assert desk.found == [(rule, "red", ("call", 2))]
    desk.change(2, **{field: 0})
    desk.poll()
    assert desk.found == []


def test_who_was_answered_and_asks_for_more_is_listed_for_all_of_it() -> None:
    desk = opened("help", "question")
    asking = AskingQueue()
    desk.attention = Attention(
        desk.store, AttentionSettings(), desk.clock,
        rules=[BY_ID["help"], BY_ID["question"]], ours=desk.ours, is_answered=asking.is_answered,
    )  # fmt: skip

    def see() -> None:
        asking.see(
            desk.calls[2], Look(desk.clock.now(), desk.clock.wall(), at_least=False, not_before=0.0)
        )
        desk.poll()

    desk.change(2, qa_mode=1)
    see()
    asking.answer(2)
    desk.attention.look_at_caller(2)
    assert desk.found == []
    desk.change(2, operator_mode=1)
    see()
    assert {rule for rule, *_ in desk.found} == {"help", "question"}


def test_who_is_in_no_meeting_is_lost_by_the_servers_own_time() -> None:
    desk = opened("lost_at_door")
    desk.join(number=None, joined=None, state=1, created=desk.ms(ago_s=10))
    desk.poll()
    assert desk.found == []
    desk.poll(8)
    assert desk.found == [("lost_at_door", "amber", ("call", 4))]
    assert desk.signals[0].since == pytest.approx(desk.clock.wall() - 20)
    desk.poll(40)
    assert desk.found == [("lost_at_door", "red", ("call", 4))]
    desk.change(4, meeting_number=ROOM, joined=desk.ms(), state=2)
    desk.poll()
    assert desk.found == []


def test_a_call_that_came_long_ago_is_lost_at_the_first_read() -> None:
    desk = Desk("lost_at_door")
    desk.join(number=None, joined=None, created=desk.ms(ago_s=30))
    desk.read()
    assert desk.found == [("lost_at_door", "amber", ("call", 1))]


def test_who_says_that_they_have_joined_is_not_lost_nor_is_a_recording() -> None:
    desk = opened("lost_at_door")
    desk.join(joined=None, state=2)
    desk.join(joined=None, state=1, role=0)
    desk.poll(100)
    assert desk.found == []


def test_one_on_hold_for_long() -> None:
    desk = opened("long_hold")
    desk.change(2, hold_mode=1)
    desk.poll()
    desk.poll(118)
    assert desk.found == []
    desk.poll()
    assert desk.found == [("long_hold", "amber", ("call", 2))]
    desk.change(2, hold_mode=0)
    desk.poll()
    assert desk.found == []


def test_where_everybody_is_on_hold_nobody_is_named() -> None:
    desk = opened("long_hold")
    desk.change(hold_mode=1)
    desk.poll(200)
    assert desk.found == []


def test_a_very_long_call_is_found_at_the_first_read_and_later_within_a_minute() -> None:
    desk = Desk("long_call")
    desk.open()
    desk.join(joined=desk.ms(ago_s=6 * 3600))
    desk.join(joined=desk.ms(ago_s=6 * 3600 - 30))
    desk.read()
    assert desk.found == [("long_call", "amber", ("call", 1))]
    desk.poll(28)
    assert desk.found == [("long_call", "amber", ("call", 1))]
    desk.poll(62)
    assert len(desk.found) == 2
    desk.leave([1])
    desk.poll()
    assert desk.found == [("long_call", "amber", ("call", 2))]


def test_a_number_that_joins_again_and_again() -> None:
    desk = opened("flapping")
    for _ in range(2):
        again = desk.join(caller="14045550199")
        desk.poll(20)
        desk.leave(again)
        desk.poll(20)
    assert desk.found == []
    [last] = desk.join(caller="+1 (404) 555-0199")
    desk.poll()
    assert desk.found == [("flapping", "amber", ("call", last))]
    assert "3 times" in desk.signals[0].text
    assert "0199" not in desk.signals[0].text
    desk.leave([last])
    desk.poll()
    assert desk.found == [("flapping", "amber", ("meeting", ROOM))]  # where it was last
    desk.poll(600)
    assert desk.found == []


def test_one_number_many_times() -> None:
    desk = opened("same_number")
    ids = desk.join(2, caller="14045550199")
    desk.poll()
    assert desk.found == []
    ids += desk.join(1, caller="14045550199")
    desk.poll()
    assert desk.found == [("same_number", "amber", ("call", ids[0]))]
    desk.leave(ids[:1])
    desk.poll()
    assert desk.found == []


def test_callers_without_a_number_are_not_the_same() -> None:
    desk = opened("same_number", "flapping", "code_guessing")
    for _ in range(6):
        desk.join(2, caller="anonymous")
        desk.join(2, caller=None, number=None, joined=None, state=1)
        desk.poll()
    assert desk.found == []


def test_a_number_that_must_not_be_dialled() -> None:
    desk = opened("outbound", outbound_allowed=("1516", "1404"))
    desk.join(connection_status=1, callee="+15165550100")
    desk.join(connection_status=0, callee="+4930123456")
    [bad] = desk.join(connection_status=1, callee="+4930123456")
    desk.poll()
    assert desk.found == [("outbound", "red", ("call", bad))]
    assert "493012" not in desk.signals[0].text
    desk.leave([bad])
    desk.poll()
    assert desk.found == []


def test_without_a_list_any_number_may_be_dialled() -> None:
    desk = opened("outbound")
    desk.join(connection_status=1, callee="+4930123456")
    desk.poll()
    assert desk.found == []


def test_an_id_that_belongs_to_another_begins_anew() -> None:
    desk = opened("long_hold", callers=3)
    desk.change(2, hold_mode=1)
    desk.poll(130)
    assert len(desk.found) == 1
    desk.calls[2] = replace(desk.calls[2], caller="4915555000", created=desk.ms(), joined=desk.ms())
    desk.poll()
    assert desk.found == []
    desk.poll(120)
    assert len(desk.found) == 1


@pytest.mark.parametrize("moment", [0, -1, 1, 10**17, -(10**17), 2**63 - 1])
def test_moments_that_no_calendar_has_break_nothing(moment: int) -> None:
    desk = Desk()
    desk.open(created=moment)
    desk.join(3, joined=moment, created=moment, node_name="", callee="", caller="sip:@")
    desk.join(3, number=None, joined=None, created=moment, state=None, role=None)
    desk.read()
    attributes = {"conference_maxcalls": "9" * 5000, "conference_maxduration": "\u0663"}
    desk.attention.learn_attributes(ROOM, attributes)
    desk.poll(200)
    desk.leave(list(desk.calls))
    desk.poll(10)
    assert not [signal for signal in desk.signals if signal.call]
