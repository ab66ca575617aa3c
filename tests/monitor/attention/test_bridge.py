"""The rules about the whole bridge, which take the past from what this run has seen."""

from __future__ import annotations

import pytest

from tests.monitor.attention.desk import POLL_S, ROOM, Desk, opened

BRIDGE = ("bridge", 0)


def test_a_mass_drop_names_the_node() -> None:
    desk = opened("mass_drop", callers=20)
    desk.change(node_name="n1")
    desk.poll()
    on_bad = desk.join(12, node_name="n2")
    desk.poll()
    desk.leave(on_bad[:11])
    desk.poll()
    assert desk.found == [("mass_drop", "red", BRIDGE)]
    assert desk.signals[0].text == "11 of 33 calls left at once, 11 of them on node n2"
    desk.poll(610)
    assert desk.found == []


@pytest.mark.parametrize("left", [4, 5, 6])
def test_a_third_of_few_is_a_mass_drop_from_five_on(left: int) -> None:
    desk = opened("mass_drop", hosts=0, callers=12)
    desk.open(200)
    desk.leave(range(1, left + 1))
    desk.poll()
    assert bool(desk.found) == (left >= 5)


def test_the_end_of_one_meeting_is_no_mass_drop_nor_what_we_dropped() -> None:
    desk = opened("mass_drop", callers=20)
    desk.open(200)
    others = desk.join(20, number=200)
    desk.poll()
    desk.leave(others)
    del desk.meetings[200]
    desk.poll()
    assert desk.found == []
    dropped = list(range(2, 15))
    desk.ours.leaves.update(dropped)
    desk.leave(dropped)
    desk.poll()
    assert desk.found == []


def test_a_drop_at_the_same_place_soon_after_adds_to_the_first() -> None:
    desk = opened("mass_drop", callers=40)
    desk.leave(range(2, 14))
    desk.poll()
    [first] = desk.signals
    desk.poll(4)
    desk.leave(range(14, 27))
    desk.poll()
    [grown] = desk.signals
    assert grown.text == "25 of 41 calls left in 2 drops"
    assert (grown.since, grown.subject) == (first.since, first.subject)
    desk.poll(595)
    assert len(desk.signals) == 1  # it is shown as long as its last drop
    desk.poll(10)
    assert desk.found == []


def test_drops_at_two_places_are_two() -> None:
    desk = opened("mass_drop", callers=1)
    ids = {name: desk.join(12, node_name=name) for name in ("n1", "n2", "n3")}
    desk.poll()
    for name in ("n1", "n2"):
        desk.leave(ids[name])
        desk.poll()
    assert [signal.text.rpartition(" of them on ")[2] for signal in desk.signals] == [
        "node n1",
        "node n2",
    ]


def test_a_drop_long_after_another_is_a_new_one() -> None:
    desk = opened("mass_drop", callers=40, mass_drop_shown_s=30.0)
    desk.leave(range(2, 14))
    desk.poll(20)
    desk.leave(range(14, 25))
    desk.poll(20)
    desk.leave(range(25, 36))
    desk.poll()
    assert [signal.text for signal in desk.signals] == [
        "23 of 41 calls left in 2 drops",
        "11 of 18 calls left at once",
    ]


def test_newcomers_of_the_same_read_are_not_among_those_who_were_there() -> None:
    desk = opened("mass_drop", callers=19)
    desk.leave(list(desk.calls))
    desk.join(15)  # the bridge has started again
    desk.poll()
    assert [signal.text for signal in desk.signals] == ["20 of 20 calls left at once"]


def test_a_large_bridge_loses_ten_at_every_read() -> None:
    desk = opened("mass_drop", callers=300)
    for _ in range(14):
        desk.leave(list(desk.calls)[1:13])
        desk.join(12)
        desk.poll()
        assert desk.found == []
    desk.leave(list(desk.calls)[1:60])
    desk.poll()
    assert desk.found == [("mass_drop", "red", BRIDGE)]


@pytest.mark.parametrize("learned_s", [0, 60])
def test_more_leave_between_reads_that_are_further_apart(learned_s: int) -> None:
    desk = opened("mass_drop", callers=300)

    def come_and_go(seconds: float, every_s: float) -> None:
        for _ in range(int(seconds / every_s)):
            desk.leave(list(desk.calls)[1 : 1 + int(every_s / POLL_S)])
            desk.join(int(every_s / POLL_S))
            desk.poll(every_s, every_s=every_s)
            assert desk.found == []

    come_and_go(learned_s, POLL_S)
    come_and_go(300, 30.0)  # while a section is looked at
    come_and_go(60, POLL_S)
    desk.leave(list(desk.calls)[1:20])
    desk.poll()
    assert desk.found == [("mass_drop", "red", BRIDGE)]


def test_what_left_while_nothing_was_read_did_not_leave_at_once() -> None:
    desk = opened("mass_drop", callers=40)
    desk.poll(10)
    desk.wait(900)
    desk.leave(range(2, 30))
    desk.poll()
    assert desk.found == []


def test_a_node_that_loses_all_its_calls() -> None:
    desk = opened("node_lost")
    desk.join(5, node_name="n1")
    ids = desk.join(20, node_name="n2")
    desk.poll()
    desk.leave(ids[:10])
    desk.poll(20)
    assert desk.found == []
    desk.leave(ids[10:])
    desk.poll()
    assert desk.found == [("node_lost", "red", BRIDGE)]
    assert desk.signals[0].text == "node n2 had 20 calls and has none"
    desk.join(1, node_name="n2")
    desk.poll()
    assert desk.found == []


def test_a_node_that_is_drained_slowly_or_was_small_is_not_lost() -> None:
    desk = opened("node_lost")
    few, many = desk.join(19, node_name="n1"), desk.join(25, node_name="n2")
    desk.poll()
    desk.leave(few)
    for key in many:
        desk.leave([key])
        desk.poll(10)
    assert desk.found == []


def test_a_node_that_nobody_joins() -> None:
    desk = Desk("node_silent")
    desk.open()
    desk.join(3, node_name="n1")
    desk.join(3, node_name="n2")
    desk.read()
    for _ in range(10):
        desk.poll(60)
        desk.join(node_name="n1")
    desk.poll(10)
    assert desk.found == [("node_silent", "amber", BRIDGE)]
    assert desk.signals[0].text == "node n2: no join, 10 on the others"
    desk.join(node_name="n2")
    desk.poll()
    assert desk.found == []


def test_a_night_without_joins_silences_no_node() -> None:
    desk = Desk("node_silent")
    desk.open()
    desk.join(3, node_name="n1")
    desk.join(3, node_name="n2")
    desk.read()
    desk.poll(1200, every_s=20)
    assert desk.found == []


def test_a_spike_of_joins() -> None:
    desk = opened("join_spike")
    for _ in range(15):
        desk.join(2)
        desk.poll(60, every_s=10)
    assert desk.found == []
    desk.join(17)
    desk.poll(60, every_s=10)
    assert desk.found == []
    desk.join(40)
    desk.poll(10)
    assert desk.found == [("join_spike", "amber", BRIDGE)]
    desk.poll(70, every_s=10)
    assert desk.found == []


def test_nothing_is_a_spike_before_it_is_known_what_is_usual() -> None:
    desk = opened("join_spike")
    desk.join(100)
    desk.poll(20)
    assert desk.found == []


def test_many_short_calls() -> None:
    desk = opened("short_calls", hosts=20, callers=20)
    for at in range(19):
        [short] = desk.join()
        desk.poll(10)
        desk.leave([short, *([2 + at // 2] if at % 2 else [])])
        desk.poll()
        assert len(desk.found) == (at >= 13)
    assert "were shorter than 30 s" in desk.signals[0].text
    desk.poll(920, every_s=20)
    assert desk.found == []


def test_many_who_dial_again() -> None:
    desk = opened("redials", callers=10)
    for at in range(20):
        back = at >= 16
        [key] = desk.join(caller=f"1404555{7000 + (0 if back else at)}")
        desk.poll(20)
        desk.leave([key])
        desk.poll(20)
    assert desk.found == [("redials", "amber", BRIDGE)]
    desk.poll(920, every_s=20)
    assert desk.found == []


def test_who_never_joins_guesses_codes() -> None:
    desk = opened("code_guessing")
    key = 0
    for at in range(5):
        assert desk.found == []
        [key] = desk.join(number=None, joined=None, state=1, caller="14045550199")
        desk.poll(10)
        if at < 4:
            desk.leave([key])
    assert desk.found == [("code_guessing", "red", ("call", key))]
    assert "0199" not in desk.signals[0].text
    desk.leave([key])
    desk.poll()
    assert desk.found == [("code_guessing", "red", BRIDGE)]
    desk.poll(610, every_s=10)
    assert desk.found == []


def test_who_joins_in_the_end_guesses_no_codes() -> None:
    desk = opened("code_guessing")
    for _ in range(8):
        [key] = desk.join(number=None, joined=None, state=1, caller="14045550199")
        desk.poll(4)
        desk.change(key, meeting_number=ROOM, joined=desk.ms(), state=2)
        desk.poll(4)
    assert desk.found == []


def test_one_block_of_numbers_on_one_did_for_hours() -> None:
    desk = Desk("pumping")
    desk.open()
    long = desk.ms(ago_s=7200)
    for at in range(20):
        desk.join(caller=f"1712432{at:04}", joined=long, created=long)
    desk.join(30, callee="16055550100")
    desk.read()
    assert desk.found == [("pumping", "amber", BRIDGE)]
    assert desk.signals[0].text.startswith("20 of 50 calls on DID …0100")
    desk.join(30)
    desk.poll(62)
    assert desk.found == []  # a quarter of the DID


def test_short_calls_of_one_block_are_no_pumping() -> None:
    desk = Desk("pumping")
    desk.open()
    for at in range(40):
        desk.join(caller=f"1712432{at:04}", joined=desk.ms(ago_s=3600))
    desk.read()
    desk.poll(120, every_s=POLL_S)
    assert desk.found == []
