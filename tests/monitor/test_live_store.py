"""What the live store makes of single replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from confmon.models.codes import Codes
from confmon.models.live_records import Call, Meeting, Scan
from confmon.monitor.polling.live_store import CHANGE_SHOWN_S, LiveStore
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, Snapshot, calls_of
from confmon.monitor.polling.state_update import Diff
from tests.clock import HandClock
from tests.monitor.conftest import a_call

if TYPE_CHECKING:
    from collections.abc import Iterable


class Desk:
    """A live store and its clock, one second between two replies."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = LiveStore(self.clock, Codes())
        self.live_state = self.store.live_state

    def show(
        self, feed: Feed, records: Iterable[Any], took_s: float = 0.0, **scan: Any
    ) -> Diff | None:
        self.clock.time_s += 1 + took_s
        now = self.clock.now()
        return self.store.apply(
            Snapshot(
                feed=feed,
                asked_at=now - took_s,
                answered_at=now,
                scan=Scan(records=tuple(records), **scan),
            )
        )


def calls(*keys: int, **fields: Any) -> list[Call]:
    return [a_call(key, **fields) for key in keys]


def test_one_empty_answer_after_many_rows_is_not_believed() -> None:
    desk = Desk()
    desk.show(ALL_CALLS, calls(*range(1, 501)))
    assert desk.show(ALL_CALLS, []) is None
    assert len(desk.live_state.calls) == 500
    change = desk.show(ALL_CALLS, [])
    assert change is not None
    assert len(change.gone) == 500
    assert not desk.live_state.calls


def test_rows_between_two_empty_answers_restore_the_doubt() -> None:
    desk = Desk()
    desk.show(ALL_CALLS, calls(1, 2, 3))
    desk.show(ALL_CALLS, [])
    desk.show(ALL_CALLS, calls(1, 2, 3))
    assert desk.show(ALL_CALLS, []) is None
    assert len(desk.live_state.calls) == 3


def test_a_torn_empty_answer_neither_counts_nor_makes_the_first_forgotten() -> None:
    desk = Desk()
    desk.show(ALL_CALLS, calls(1, 2, 3))
    assert desk.show(ALL_CALLS, [], clean=False) is None
    assert desk.show(ALL_CALLS, []) is None
    assert desk.show(ALL_CALLS, [], clean=False) is None
    assert len(desk.live_state.calls) == 3
    desk.show(ALL_CALLS, [])
    assert not desk.live_state.calls


def test_the_last_caller_is_believed_to_have_left_at_once() -> None:
    desk = Desk()
    desk.show(ALL_CALLS, calls(1))
    desk.show(ALL_CALLS, [])
    assert not desk.live_state.calls


def test_an_empty_meeting_is_doubted_on_its_own() -> None:
    desk = Desk()
    desk.show(ALL_CALLS, [*calls(1, 2), *calls(3, meeting_number=200)])
    assert desk.show(calls_of(100), []) is None
    assert len(desk.live_state.calls) == 3
    desk.show(calls_of(100), [])
    assert set(desk.live_state.calls) == {3}


def test_a_torn_scan_adds_and_changes_but_takes_nobody_away() -> None:
    desk = Desk()
    desk.show(ALL_CALLS, calls(1, 2))
    change = desk.show(ALL_CALLS, [a_call(2, mute_mode=2), a_call(3)], clean=False)
    assert change == Diff(added=(3,), changed=(2,))
    assert set(desk.live_state.calls) == {1, 2, 3}


def test_a_scan_cut_short_takes_away_those_it_missed_as_far_as_it_read() -> None:
    desk = Desk()
    desk.show(ALL_CALLS, calls(1, 2, 3, 8, 9))
    change = desk.show(ALL_CALLS, calls(1, 3, 4), clean=False, whole_to=8)
    assert change == Diff(added=(4,), changed=(), gone=(2, 8))
    assert set(desk.live_state.calls) == {1, 3, 4, 9}
    assert set(desk.live_state.left_calls) == {2, 8}


def test_who_has_lost_the_id_to_another_by_an_overtaken_read_does_not_stay() -> None:
    desk = Desk()
    desk.show(ALL_CALLS, calls(1, 2))
    asked_at = desk.clock.now() + 0.5
    desk.show(calls_of(200), [])  # a third has had the id meanwhile, and gone on from there
    scan = Scan(records=(a_call(1), a_call(2, meeting_number=200, created=77)))
    now = desk.clock.now()
    desk.store.apply(Snapshot(feed=ALL_CALLS, asked_at=asked_at, answered_at=now, scan=scan))
    assert set(desk.live_state.calls) == {1}
    assert set(desk.live_state.left_calls) == {2}


def test_who_is_there_at_the_start_has_not_just_joined() -> None:
    desk = Desk()
    desk.show(MEETINGS, [Meeting(meeting_number=100, id=1)])
    desk.show(ALL_CALLS, calls(1, 2))
    assert not desk.live_state.changes
    desk.show(calls_of(100), calls(1, 2, 3))
    assert desk.live_state.changes["call", 3].what == "joined"


def test_changes_name_their_fields_and_fade() -> None:
    desk = Desk()
    desk.show(ALL_CALLS, calls(1, 2))
    desk.show(ALL_CALLS, [a_call(1, mute_mode=1, hold_mode=1)])
    changed, left = desk.live_state.changes["call", 1], desk.live_state.changes["call", 2]
    assert (changed.what, set(changed.fields)) == ("changed", {"mute_mode", "hold_mode"})
    assert left.what == "left"
    assert set(desk.live_state.left_calls) == {2}
    assert not desk.store.expire()
    desk.clock.time_s += CHANGE_SHOWN_S + 0.1
    assert desk.store.expire()
    assert not desk.live_state.changes
    assert not desk.live_state.left_calls


def test_duration_alone_changes_nothing() -> None:
    desk = Desk()
    desk.show(ALL_CALLS, calls(1, duration=5))
    standing = desk.live_state.calls[1]
    assert desk.show(ALL_CALLS, calls(1, duration=7)) == Diff()
    assert desk.live_state.calls[1] is standing


def test_a_reused_id_is_another_caller() -> None:
    desk = Desk()
    replaced: list[object] = []
    desk.store.on_replaced(replaced.append)
    desk.show(ALL_CALLS, calls(1))
    desk.show(ALL_CALLS, calls(1, created=77, caller="other"))
    assert replaced == [("call", 1)]
    assert desk.live_state.changes["call", 1].what == "joined"


def test_a_clock_an_hour_off_is_measured_and_running_times_use_it() -> None:
    desk = Desk()
    desk.show(MEETINGS, [], server_time_s=desk.clock.wall() + 3600)
    assert desk.store.skew_s is not None
    assert abs(desk.store.skew_s - 3600) <= 1
    assert abs(desk.store.wall() - desk.clock.wall() - 3600) <= 1
    desk.show(MEETINGS, [], server_time_s=desk.clock.wall() + 1.2)
    assert desk.store.skew_s == 0.0


@pytest.mark.parametrize("skew_s", [0.0, 3600.0, -90.0])
def test_a_read_that_takes_long_does_not_move_the_clock(skew_s: float) -> None:
    desk = Desk()
    desk.show(MEETINGS, [], server_time_s=desk.clock.wall() + 1 + skew_s)
    assert desk.store.skew_s == skew_s
    for stamped_s in (1.0, 5.0, 9.0):
        stamp = desk.clock.wall() + stamped_s + skew_s
        desk.show(MEETINGS, [], took_s=8.0, server_time_s=stamp)
        assert desk.store.skew_s == skew_s


def test_meetings_that_came_and_went_are_let_go() -> None:
    desk = Desk()
    for number in range(100, 200):
        desk.show(MEETINGS, [Meeting(meeting_number=number, id=1), Meeting(meeting_number=7, id=1)])
        desk.show(ALL_CALLS, [a_call(1), a_call(number, meeting_number=number)])
        desk.show(calls_of(number), [a_call(number, meeting_number=number)])
        desk.live_state.tally(number)
        desk.clock.time_s += CHANGE_SHOWN_S + 1
        desk.store.expire()
    assert len(desk.live_state.by_meeting) < 5
    assert len(desk.live_state.tallies) < 5
    assert len(desk.store.seen) < 6
    assert len(desk.store._read_alone) == 0


def test_listeners_hear_of_what_was_taken_in_only() -> None:
    desk = Desk()
    heard: list[Feed] = []
    desk.store.on_applied(lambda snapshot: heard.append(snapshot.feed))
    desk.show(ALL_CALLS, calls(1, 2))
    desk.show(ALL_CALLS, [])
    assert heard == [ALL_CALLS]


def test_a_copy_of_the_live_state_does_not_change() -> None:
    desk = Desk()
    desk.show(ALL_CALLS, calls(1, 2))
    copy = desk.live_state.copy()
    desk.show(ALL_CALLS, [a_call(2, mute_mode=2)])
    assert set(copy.calls) == {1, 2}
    assert copy.tally(100).muted == 0
    assert not copy.changes
