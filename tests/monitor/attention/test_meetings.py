"""The rules about one meeting: after their threshold, not before, and gone with their cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.monitor.attention.desk import ALL_CALLS, MEETINGS, POLL_S, ROOM, Desk, opened

if TYPE_CHECKING:
    from collections.abc import Callable

IN_ROOM = ("meeting", ROOM)


def callers(desk: Desk) -> list[int]:
    return [key for key, call in desk.calls.items() if call.meeting_number == ROOM]


def mute_all(desk: Desk) -> None:
    desk.change(*callers(desk), mute_mode=2)


def hold_all(desk: Desk) -> None:
    desk.change(*callers(desk), hold_mode=1)


def let_hosts_go(desk: Desk) -> None:
    desk.leave([key for key in callers(desk) if desk.calls[key].role == 1])


def let_all_but_one_go(desk: Desk) -> None:
    desk.leave(callers(desk)[1:])


def let_all_go(desk: Desk) -> None:
    desk.leave(callers(desk))


@pytest.mark.parametrize(
    ("rule", "severity", "after_s", "begin", "end"),
    [
        ("no_host_left", "red", 120, let_hosts_go, lambda desk: desk.join(role=1)),
        ("all_held", "red", 120, hold_all, lambda desk: desk.change(3, hold_mode=0)),
        ("dead_air", "amber", 60, mute_all, lambda desk: desk.change(3, mute_mode=0)),
        ("alone", "amber", 300, let_all_but_one_go, Desk.join),
        ("empty", "amber", 60, let_all_go, Desk.join),
    ],
)
def test_what_is_so_for_long(
    rule: str, severity: str, after_s: float, begin: Callable[[Desk], None],
    end: Callable[[Desk], object],
) -> None:  # fmt: skip
    desk = opened(rule)
    desk.open(200)
    desk.join(number=200, role=1)
    desk.join(number=200)
    desk.poll(10)
    assert desk.found == []
    began = desk.clock.wall() + POLL_S
    begin(desk)
    desk.poll(after_s)
    assert desk.found == []
    desk.poll()
    assert desk.found == [(rule, severity, IN_ROOM)]
    assert desk.signals[0].since == began
    assert desk.signals[0].meeting == ROOM
    end(desk)
    desk.poll()
    assert desk.found == []
    begin(desk)
    desk.poll(after_s)
    assert desk.found == []  # it began anew


def test_a_host_who_does_not_come() -> None:
    desk = opened("no_host_came", "no_host_left", hosts=0)
    desk.poll(298)
    assert desk.found == []
    desk.poll()
    assert desk.found == [("no_host_came", "red", IN_ROOM)]
    desk.join(role=1)
    desk.poll()
    assert desk.found == []


@pytest.mark.parametrize("listed", ["100", "16055550100"])
def test_no_host_is_missed_where_none_is_needed(listed: str) -> None:
    desk = opened("no_host_came", hosts=0, no_host_needed=(listed,))
    desk.poll(400)
    assert desk.found == []


def test_a_did_over_which_no_host_ever_came_makes_none() -> None:
    desk = opened("no_host_came", hosts=0, callers=20)
    desk.poll(400)
    assert desk.found == []
    other = opened("no_host_came", hosts=0, callers=19)
    other.poll(400)
    assert other.found == [("no_host_came", "red", IN_ROOM)]


def test_unknown_roles_may_be_hosts() -> None:
    desk = opened("no_host_came", "no_host_left", hosts=0)
    desk.join(role=None)
    desk.poll(400)
    assert desk.found == []


def test_a_mute_code_that_is_not_known_may_be_heard() -> None:
    desk = opened("dead_air")
    desk.change(mute_mode=2)
    desk.change(2, mute_mode=77)
    desk.poll(100)
    assert desk.found == []


def test_a_recording_leg_is_nobody() -> None:
    desk = opened("empty", "alone", hosts=0, callers=1)
    desk.join(role=0)
    desk.poll(300)
    assert desk.found == [("alone", "amber", IN_ROOM)]
    desk.leave([1])
    desk.poll(62)
    assert desk.found == [("empty", "amber", IN_ROOM)]


def test_a_meeting_that_is_long_or_will_be() -> None:
    desk = Desk("long_meeting")
    desk.open(created=desk.ms(ago_s=12 * 3600))
    desk.open(200, created=desk.ms(ago_s=12 * 3600 - 30))
    desk.read()
    assert desk.found == [("long_meeting", "amber", IN_ROOM)]
    desk.poll(28)
    assert len(desk.found) == 1
    desk.poll()
    assert len(desk.found) == 2
    del desk.meetings[ROOM]
    desk.poll()
    assert desk.found == [("long_meeting", "amber", ("meeting", 200))]


@pytest.mark.parametrize("how", ["attribute", "listed"])
def test_a_recording_that_is_off_in_two_reads(how: str) -> None:
    desk = Desk("recording_off", recording_expected=(str(ROOM),) if how == "listed" else ())
    desk.open(is_recording=True)
    desk.join(2)
    desk.read()
    if how == "attribute":
        desk.attention.learn_attributes(ROOM, {"conference_recording": "auto"})
    desk.change_meeting(is_recording=False)
    desk.poll()
    assert desk.found == []
    desk.poll()
    assert desk.found == [("recording_off", "red", IN_ROOM)]
    desk.change_meeting(is_recording=True)
    desk.poll()
    assert desk.found == []


def test_a_recording_leg_and_the_meeting_disagree() -> None:
    desk = opened("recording_mismatch")
    desk.change_meeting(is_recording=False)
    [leg] = desk.join(role=0)
    desk.poll()
    assert desk.found == []
    desk.poll()
    assert desk.found == [("recording_mismatch", "amber", IN_ROOM)]
    desk.change_meeting(is_recording=True)
    desk.poll()
    assert desk.found == []
    desk.leave([leg])
    desk.poll(4)
    assert desk.found == [("recording_mismatch", "amber", IN_ROOM)]


def test_a_bridge_that_shows_no_recording_legs_is_not_blamed() -> None:
    desk = opened("recording_mismatch")
    desk.change_meeting(is_recording=True)
    desk.poll(20)
    assert desk.found == []


def test_a_meeting_that_is_nearly_full() -> None:
    desk = opened("capacity", hosts=0, callers=7)
    desk.attention.learn_attributes(ROOM, {"conference_maxcalls": "10"})
    assert desk.found == []
    desk.join()
    desk.poll()
    assert desk.found == [("capacity", "amber", IN_ROOM)]
    desk.join()
    desk.poll()
    assert desk.found == [("capacity", "red", IN_ROOM)]
    desk.join()
    desk.poll()
    assert "full" in desk.signals[0].text
    desk.leave(list(desk.calls)[:4])
    desk.poll()
    assert desk.found == []


def test_the_capacity_that_is_not_known_is_that_of_the_settings() -> None:
    desk = opened("capacity", hosts=0, callers=8, capacity_calls=10)
    assert desk.found == [("capacity", "amber", IN_ROOM)]
    desk.attention.learn_attributes(ROOM, {"conference_maxcalls": "-1"})
    assert desk.found == [("capacity", "amber", IN_ROOM)]
    desk.attention.learn_attributes(ROOM, {"conference_maxcalls": "1000"})
    assert desk.found == []


def test_a_meeting_that_is_about_to_end() -> None:
    desk = Desk("about_to_end")
    desk.open(created=desk.ms(ago_s=2990))
    desk.read()
    desk.attention.learn_attributes(ROOM, {"conference_maxduration": "3600"})
    desk.poll(8)
    assert desk.found == []
    desk.poll()
    assert desk.found == [("about_to_end", "amber", IN_ROOM)]
    desk.poll(478)
    assert desk.found == [("about_to_end", "amber", IN_ROOM)]
    desk.poll()
    assert desk.found == [("about_to_end", "red", IN_ROOM)]
    desk.attention.learn_attributes(ROOM, {"conference_maxduration": "-1"})
    assert desk.found == []


def test_counts_that_disagree_in_three_polls() -> None:
    desk = opened("counts_disagree")
    desk.change_meeting(participant_count=3)
    desk.poll(10)
    assert desk.found == []
    desk.change_meeting(participant_count=5)
    desk.poll(4)
    assert desk.found == []
    desk.poll()
    assert desk.found == [("counts_disagree", "amber", IN_ROOM)]
    assert desk.signals[0].text == "says 5 participants, 3 were counted"
    desk.join(2)
    desk.poll()
    assert desk.found == []


def test_counts_are_compared_only_where_both_lists_were_read_again() -> None:
    desk = opened("counts_disagree")
    desk.change_meeting(participant_count=5)
    for _ in range(10):
        desk.wait(POLL_S)
        desk.read(MEETINGS)
    assert desk.found == []
    for _ in range(2):
        desk.wait(POLL_S)
        desk.read(ALL_CALLS)
        assert desk.found == []
        desk.read(MEETINGS)
    assert desk.found == [("counts_disagree", "amber", IN_ROOM)]


def test_what_somebody_else_changed() -> None:
    desk = opened("changed_by_other", hosts=0, callers=4)
    desk.change_meeting(is_secured=False)
    desk.poll()
    desk.change(2, hold_mode=1)
    desk.poll()
    assert desk.found == [("changed_by_other", "amber", IN_ROOM)]
    assert (desk.signals[0].text, desk.signals[0].call) == (
        "hold of one caller changed by another", 2,
    )  # fmt: skip
    desk.change(3, mute_mode=2)
    desk.change_meeting(is_secured=True)
    desk.poll()
    assert desk.signals[0].call is None
    assert desk.signals[0].text == "lock and hold, mute of 2 callers changed by another"
    desk.poll(310)
    assert desk.found == []


def test_a_hosts_mute_is_the_hosts_affair() -> None:
    desk = opened("changed_by_other", hosts=1, callers=3)
    desk.change(2, mute_mode=2)
    desk.poll()
    assert desk.found == []
    desk.change(3, mute_mode=2, hold_mode=1)
    desk.poll()
    assert [signal.text for signal in desk.signals] == ["hold of one caller changed by another"]
    let_hosts_go(desk)
    desk.change(4, mute_mode=2)  # a host may have done it and left
    desk.poll()
    assert [signal.text for signal in desk.signals] == ["hold of one caller changed by another"]


def test_a_lock_that_somebody_else_set() -> None:
    desk = opened("changed_by_other")
    desk.change_meeting(is_secured=False)
    desk.poll()
    assert desk.found == []  # it was not known before
    desk.change_meeting(is_secured=True)
    desk.poll()
    assert [signal.text for signal in desk.signals] == ["lock changed by another"]


def test_what_callers_and_we_change_is_no_matter() -> None:
    desk = opened("changed_by_other", callers=3)
    desk.change(2, mute_mode=1)  # by themselves
    desk.change(3, hold_mode=1)
    desk.ours.changes.add((("call", 3), "holdMode"))
    desk.poll(10)
    assert desk.found == []
