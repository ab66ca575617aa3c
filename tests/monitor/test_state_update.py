"""What a read changes: prepared aside, shown at once."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from confmon.models.codes import Codes
from confmon.models.live_records import Call, Scan
from confmon.monitor.polling.live_state import LiveState, count
from confmon.monitor.polling.live_store import STEP_RECORDS, LiveStore
from confmon.monitor.polling.snapshot import ALL_CALLS, Snapshot, calls_of
from confmon.monitor.polling.state_update import Diff, StateUpdate
from tests.clock import HandClock
from tests.monitor.conftest import a_call

STATES = st.dictionaries(st.integers(0, 20), st.tuples(st.integers(0, 3)), max_size=15)
SHOWN = dict[int, tuple[int]]
MANY = 3 * STEP_RECORDS


def calls_in(shown: SHOWN) -> list[Call]:
    return [
        a_call(key, meeting_number=100 + mute, mute_mode=mute) for key, (mute,) in shown.items()
    ]


def snapshot_of(calls: list[Call], at: float) -> Snapshot[Call]:
    return Snapshot(feed=ALL_CALLS, asked_at=at, answered_at=at, scan=Scan(records=tuple(calls)))


def store_of(calls: list[Call]) -> LiveStore:
    store = LiveStore(HandClock(), Codes())
    store.apply(snapshot_of(calls, 1.0))
    return store


def updated(live_state: LiveState, old: SHOWN, new: SHOWN) -> Diff:
    update = StateUpdate(live_state, "call", now=2.0, wall=2.0, quiet=False)
    for call in calls_in(new):
        update.put(call.id, call)
    for key in old.keys() - new.keys():
        update.remove(key)
    return update.publish()


@given(STATES, STATES)
def test_an_update_gives_the_new_state(old: SHOWN, new: SHOWN) -> None:
    live_state = store_of(calls_in(old)).live_state
    updated(live_state, old, new)
    assert live_state.calls == {call.id: call for call in calls_in(new)}
    assert live_state.left_calls.keys() == old.keys() - new.keys()
    for number, listed in live_state.by_meeting.items():
        assert listed == {k: c for k, c in live_state.calls.items() if c.meeting_number == number}
        assert live_state.tally(number) == count(listed.values(), live_state.codes)


@given(STATES, STATES)
def test_an_update_names_each_key_once_and_only_what_differs(old: SHOWN, new: SHOWN) -> None:
    change = updated(store_of(calls_in(old)).live_state, old, new)
    assert set(change.added) == set(new) - set(old)
    assert set(change.gone) == set(old) - set(new)
    assert set(change.changed) == {key for key in old.keys() & new.keys() if old[key] != new[key]}
    named = (*change.added, *change.changed, *change.gone)
    assert len(named) == len(set(named))


@given(STATES)
def test_equal_states_differ_in_nothing_and_keep_their_objects(old: SHOWN) -> None:
    live_state = store_of(calls_in(old)).live_state
    before = dict(live_state.calls)
    assert updated(live_state, old, old) == Diff()
    assert all(live_state.calls[key] is before[key] for key in old)


def test_nothing_is_shown_before_the_last_step() -> None:
    store = store_of([a_call(key) for key in range(MANY)])
    live_state = store.live_state
    before = live_state.copy()
    steps = store.applying(snapshot_of([a_call(key, mute_mode=2) for key in range(5, MANY)], 2.0))
    seen = [live_state.copy() for _ in steps]
    assert len(seen) >= 2 * MANY // STEP_RECORDS
    assert all(state == before for state in seen)
    assert len(live_state.calls) == MANY - 5
    assert live_state.tally(100).muted == MANY - 5
    assert len(live_state.left_calls) == 5


def test_who_is_read_alone_meanwhile_is_as_that_read_shows() -> None:
    store = store_of([a_call(key) for key in range(MANY)])
    steps = store.applying(snapshot_of([a_call(key, mute_mode=2) for key in range(MANY)], 2.0))
    next(steps)
    alone = replace(a_call(7), mute_mode=3)
    store.take_single(("call", 7), alone, 3.0)
    assert store.live_state.calls[7] == alone
    assert store.live_state.calls[8].mute_mode == 2, "the snapshot under way comes first"
    assert list(steps) == []
    assert store.live_state.calls[7] == alone


def test_a_second_snapshot_follows_the_first() -> None:
    store = store_of([a_call(key) for key in range(MANY)])
    first = store.applying(snapshot_of([a_call(key, mute_mode=2) for key in range(MANY)], 2.0))
    next(first)
    scan = Scan(records=(a_call(7, mute_mode=3),))
    of_meeting = Snapshot(feed=calls_of(100), asked_at=3.0, answered_at=3.0, scan=scan)
    store.apply(of_meeting)
    assert list(first) == []
    assert set(store.live_state.calls) == {7}
    assert store.live_state.calls[7].mute_mode == 3
    assert set(store.seen) == {ALL_CALLS, calls_of(100)}


def test_a_tally_that_is_counted_meanwhile_is_right_afterwards() -> None:
    store = LiveStore(HandClock(), Codes())
    store.apply(snapshot_of([a_call(key) for key in range(MANY)], 1.0))
    steps = store.applying(snapshot_of([a_call(key, mute_mode=2) for key in range(MANY)], 2.0))
    next(steps)
    assert store.live_state.tally(100).muted == 0
    assert list(steps)
    assert store.live_state.tally(100).muted == MANY
