"""Whether two reads show the same one: moments wobble, units differ, fields are left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.models.codes import Codes
from confmon.models.identity import TOLERANCE_MS, anchored, in_ms, same, same_call, same_meeting
from confmon.models.live_records import Call, Meeting, Scan
from confmon.monitor.actions.verbs import build
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.snapshot import ALL_CALLS, Snapshot
from tests.clock import HandClock

if TYPE_CHECKING:
    from confmon.models.identity import Target

BEGAN = 1_544_643_810_555
ANN = Call(
    id=7, meeting_number=100, created=BEGAN, joined=BEGAN + 900, caller="+15162065319",
    callee="15162065318", address_from='"+15162065319" ', mute_mode=0, hold_mode=0, role=2,
)  # fmt: skip
MOMENTS = st.integers(1_300_000_000_000, 2_000_000_000_000)
CALLS = st.builds(
    Call,
    id=st.integers(1, 2),
    created=st.none() | MOMENTS | MOMENTS.map(lambda ms: ms // 1000),
    caller=st.none() | st.sampled_from(["", "+15162065319", "15162065319", "anonymous", "4711"]),
    callee=st.none() | st.sampled_from(["15162065318", "+1 516 206 5318", "2065318"]),
)


@pytest.mark.parametrize(
    "other",
    [
        {"created": BEGAN + 1},
        {"created": BEGAN - 1},
        {"created": BEGAN // 1000},
        {"created": BEGAN * 1000 + 17},
        {"created": None},
        {"caller": None},
        {"caller": "1 (516) 206-5319"},
        {"caller": None, "address_from": None, "callee": None, "created": None},
        {"custom_name": "Ann", "mute_mode": 2, "meeting_number": 200, "role": 1},
    ],
)
def test_the_same_caller_stays_the_same(other: dict[str, object]) -> None:
    later = replace(ANN, **other)  # type: ignore[arg-type]
    assert same_call(ANN, later)
    assert same_call(later, ANN)


@pytest.mark.parametrize(
    "other",
    [
        {"id": 8},
        {"created": BEGAN + 2001},
        {"created": BEGAN // 1000 + 3},
        {"created": None, "caller": "+15162065320"},
        {"caller": "+15162065320"},
        {"created": None, "callee": "15162065317"},
        {"caller": None, "address_from": '"+15162065320" '},
        {"created": None, "caller": "anonymous"},
    ],
)
def test_another_caller_does_not(other: dict[str, object]) -> None:
    later = replace(ANN, **other)  # type: ignore[arg-type]
    assert not same_call(ANN, later)
    assert not same_call(later, ANN)


def test_a_session_is_known_by_its_id_or_else_by_its_beginning() -> None:
    meeting = Meeting(meeting_number=100, id=9000, created=BEGAN)
    assert same_meeting(meeting, replace(meeting, created=BEGAN + 60_000))
    assert not same_meeting(meeting, replace(meeting, id=9001))
    assert same_meeting(meeting, replace(meeting, id=None, created=BEGAN // 1000))
    assert not same_meeting(meeting, replace(meeting, id=None, created=BEGAN + 60_000))
    assert not same_meeting(meeting, replace(meeting, meeting_number=101))
    assert not same(meeting, Call(id=100))
    assert not same(Call(id=100), meeting)


@given(CALLS, CALLS)
def test_it_has_no_order_and_everyone_is_oneself(one: Call, other: Call) -> None:
    assert same_call(one, other) == same_call(other, one)
    assert same_call(one, replace(one))


@given(MOMENTS, st.integers(-TOLERANCE_MS, TOLERANCE_MS))
def test_a_wobble_within_the_tolerance_changes_nobody(moment: int, wobble: int) -> None:
    call = replace(ANN, created=moment)
    later = replace(call, created=moment + wobble)
    assert same_call(call, later)
    assert anchored(later, call) == call


@given(MOMENTS, st.sampled_from([1, 1000, 1000_000]))
def test_every_unit_means_the_same_moment(moment: int, unit: int) -> None:
    given_so = {1: moment // 1000, 1000: moment, 1000_000: moment * 1000 + 999}[unit]
    assert 0 <= moment - in_ms(given_so) < 1000


def test_what_is_left_out_once_does_not_take_the_identity_away() -> None:
    bare = replace(ANN, created=None, caller=None, callee=None, address_from=None)
    later = anchored(bare, ANN)
    assert not same_call(later, replace(ANN, caller="+15162065320"))
    assert anchored(ANN, bare) == ANN  # who was first seen without it gets it later


class Watch:
    """A live store that reads all calls every two seconds."""

    def __init__(self, *calls: Call) -> None:
        self.clock = HandClock()
        self.store = LiveStore(self.clock, Codes())
        self.replaced: list[Target] = []
        self.store.on_replaced(self.replaced.append)
        self.read(*calls)

    def read(self, *calls: Call) -> None:
        now = self.clock.time_s = self.clock.time_s + 2.0
        scan = Scan(records=calls)
        self.store.apply(Snapshot(feed=ALL_CALLS, asked_at=now, answered_at=now, scan=scan))


@given(st.lists(st.integers(-1000, 1000), max_size=12))
def test_a_wobbling_clock_is_no_change_and_nobody_joins(wobbles: list[int]) -> None:
    watch = Watch(ANN)
    mute = build("mute", watch.store.live_state.calls[7], "Ann")
    for wobble in wobbles:
        created, joined = BEGAN + wobble, BEGAN + 900 - wobble
        watch.read(replace(ANN, created=created, joined=joined))
        assert watch.store.live_state.calls[7] is watch.store.record(("call", 7))
        assert not watch.store.live_state.changes
        assert mute.is_on(watch.store.live_state.calls[7])
    assert not watch.replaced


def test_one_who_drifts_away_in_small_steps_becomes_another() -> None:
    watch = Watch(ANN)
    for step in range(1, 4):
        watch.read(replace(ANN, created=BEGAN + step * 900))
    assert watch.replaced == [("call", 7)]


def test_a_reused_id_is_noticed_by_its_number_where_no_time_is_sent() -> None:
    nobody = replace(ANN, created=None, joined=None)
    watch = Watch(nobody)
    drop = build("drop", watch.store.live_state.calls[7], "Ann")
    watch.read(replace(nobody, caller="+15162065320", address_from=None))
    assert watch.replaced == [("call", 7)]
    assert watch.store.live_state.changes["call", 7].what == "joined"
    assert not drop.is_on(watch.store.live_state.calls[7])
