"""Which rows a table shows, in which order, with which marks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.models.codes import Codes
from confmon.models.live_records import Meeting
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.live_columns import RenderContext
from confmon.monitor.views.live_view import HELD_S, View
from tests.monitor.conftest import a_call


def picture_of(*keys: int, **fields: Any) -> LiveState:
    made = LiveState(Codes(), calls_known=True)
    for key in keys:
        put(made, key, **fields)
    return made


def put(live_state: LiveState, key: int, **fields: Any) -> None:
    call = a_call(key, **fields)
    live_state.calls[key] = call
    live_state.by_meeting.setdefault(call.meeting_number or 0, {})[key] = call
    live_state.tallies.clear()
    live_state.touch_all()


def drop(live_state: LiveState, key: int) -> None:
    call = live_state.calls.pop(key)
    live_state.by_meeting[call.meeting_number or 0].pop(key)
    live_state.left_calls[key] = call
    live_state.touch_all()


def keys(view: View, live_state: LiveState, now: float = 0.0) -> list[int]:
    return list(view.keys(RenderContext(live_state, 1_700_000_000.0), now))


def all_calls() -> View:
    view = View("calls")
    view.sort_by("name")
    return view


@given(st.permutations(range(1, 9)))
def test_equals_have_one_order_in_any_order_of_answers(order: list[int]) -> None:
    assert keys(all_calls(), picture_of(*order)) == list(range(1, 9))


@pytest.mark.parametrize("column", [column.id for column in View("calls").columns])
def test_every_column_sorts_calls_both_ways(column: str) -> None:
    view = View("calls")
    live_state = picture_of()
    put(live_state, 1, custom_name="b", caller="2", mute_mode=2, codec=None, role=None, joined=None)
    put(live_state, 2, custom_name=None, caller=None, mute_mode=None, hold_mode=None, role=0)
    put(live_state, 3, meeting_number=7, custom_name="A", operator_mode=1, gain_level=-3, state=9)
    view.sort_id = column
    one = keys(view, live_state)
    view.sort_by(column)
    other = keys(view, live_state)
    assert sorted(one) == sorted(other) == [1, 2, 3]
    assert view.descending
    tied = keys(View("calls"), picture_of(3, 1, 2))
    assert tied == [1, 2, 3]


@pytest.mark.parametrize("column", [column.id for column in View("meetings").columns])
def test_every_column_sorts_meetings_both_ways(column: str) -> None:
    view = View("meetings")
    live_state = picture_of(1, 2, 3)
    live_state.meetings[100] = Meeting(meeting_number=100, id=1, is_secured=True)
    live_state.meetings[200] = Meeting(meeting_number=200)
    view.sort_id = column
    one = keys(view, live_state)
    view.sort_by(column)
    assert sorted(one) == sorted(keys(view, live_state)) == [100, 200]


def test_sorting_says_what_it_does() -> None:
    view = View("calls")
    live_state = picture_of()
    for key, name in ((1, "b"), (2, "C"), (3, "a"), (4, "b")):
        put(live_state, key, custom_name=name)
    view.sort_by("name")
    assert keys(view, live_state) == [3, 1, 4, 2]
    view.sort_by("name")
    assert keys(view, live_state) == [2, 1, 4, 3]
    view.sort_next(1)
    assert view.sort_id == "number"
    assert not view.descending
    view.sort_next(-1)
    assert view.sort_id == "name"


def test_names_sort_as_people_expect() -> None:
    live_state = picture_of()
    for key, name in ((1, "Zoë"), (2, "zof"), (3, "Team 10"), (4, "team 9"), (5, "Zoe")):
        put(live_state, key, custom_name=name)
    assert keys(all_calls(), live_state) == [4, 3, 5, 1, 2]


def test_meetings_with_most_callers_come_first() -> None:
    live_state = picture_of(1, 2, 3)
    put(live_state, 4, meeting_number=200)
    for number in (200, 100, 300):
        live_state.meetings[number] = Meeting(meeting_number=number)
    assert keys(View("meetings"), live_state) == [100, 200, 300]


def test_a_meeting_shows_its_own_callers_and_who_just_left() -> None:
    live_state = picture_of(1, 2, 3)
    put(live_state, 4, meeting_number=200)
    drop(live_state, 2)
    view = View("meeting", 100)
    assert keys(view, live_state) == [1, 2, 3]
    assert view.total == 3
    assert view.live(2, live_state) is None
    assert view.record(2, live_state) is not None


def test_who_has_just_left_is_a_row_and_not_counted() -> None:
    live_state = picture_of(1, 2, 3)
    put(live_state, 2, custom_name="Bob")
    drop(live_state, 2)
    view = View("meeting", 100)
    for text, counts in (("", (2, 2)), ("-muted", (2, 2)), ("bob", (1, 2)), ("muted", (0, 2))):
        view.set_filter(text)
        keys(view, live_state)
        assert view.counts(live_state) == counts, text


def test_the_order_holds_while_the_operator_moves() -> None:
    view, live_state = all_calls(), picture_of()
    for key, name in ((1, "a"), (2, "b"), (3, "c")):
        put(live_state, key, custom_name=name)
    keys(view, live_state, 0.0)
    view.hold(10.0)
    put(live_state, 1, custom_name="z")
    put(live_state, 4, custom_name="0")
    assert keys(view, live_state, 10.5) == [1, 2, 3, 4]
    drop(live_state, 2)
    live_state.left_calls.clear()
    live_state.touch_all()
    assert keys(view, live_state, 11.0) == [1, 3, 4]
    assert view.is_held(11.0)
    assert not view.is_held(10.0 + HELD_S)
    assert keys(view, live_state, 10.0 + HELD_S) == [4, 3, 1]


def test_sorting_ends_the_holding() -> None:
    view, live_state = all_calls(), picture_of(1, 2)
    view.hold(0.0)
    view.sort_by("number")
    assert not view.is_held(0.0)
    view.hold(0.0)
    view.release()
    assert not view.is_held(0.0)
    assert keys(view, live_state) == [1, 2]


@given(st.data())
def test_whatever_happens_the_rows_are_the_right_ones(data: st.DataObject) -> None:
    """Held or not, filtered or not: every record that matches, once."""
    view, live_state = all_calls(), picture_of(*range(1, 7))
    now = 0.0
    for _ in range(data.draw(st.integers(1, 15))):
        now += data.draw(st.sampled_from([0.1, 1.0, HELD_S]))
        key = data.draw(st.integers(1, 9))
        match data.draw(st.integers(0, 5)):
            case 0:
                put(live_state, key, custom_name=data.draw(st.sampled_from("abc")))
                live_state.left_calls.pop(key, None)
            case 1 if key in live_state.calls:
                drop(live_state, key)
            case 2:
                view.hold(now)
            case 3:
                view.set_filter(data.draw(st.sampled_from(["", "a", "muted", "-a"])))
            case 4:
                view.sort_by(data.draw(st.sampled_from(["name", "number", "change", "asks"])))
            case _:
                live_state.left_calls.clear()
                live_state.touch_all()
        shown = keys(view, live_state, now)
        records = [*live_state.calls.values(), *live_state.left_calls.values()]
        assert sorted(shown) == sorted(view.filter.select(records, live_state))
        assert view.total == len(records)
        assert view.counts(live_state)[1] == len(live_state.calls)
        if not view.is_held(now):
            fresh = View("calls")
            fresh.sort_id, fresh.descending = view.sort_id, view.descending
            fresh.set_filter(view.filter_text)
            assert shown == keys(fresh, live_state, now)


# Marks.


def test_marks_belong_to_callers_not_to_numbers() -> None:
    view, live_state = all_calls(), picture_of(1, 2, 3)
    view.mark([1, 2], live_state)
    put(live_state, 1, created=77, caller="a stranger")
    drop(live_state, 2)
    assert keys(view, live_state) == [1, 2, 3]
    assert not view.marks
    assert view.marked(live_state) == []


def test_a_mark_outlives_the_filter_and_a_change() -> None:
    view, live_state = all_calls(), picture_of(1, 2, 3)
    view.toggle_mark(2, live_state)
    view.set_filter("held")
    put(live_state, 2, mute_mode=2)
    assert keys(view, live_state) == []
    assert [record.meeting_number for record in view.marked(live_state)] == [100]
    view.toggle_mark(2, live_state)
    assert not view.marks


def test_a_range_is_marked_from_the_last_mark() -> None:
    view, live_state = all_calls(), picture_of(*range(1, 8))
    keys(view, live_state)
    view.toggle_mark(5, live_state)
    view.mark_range(2, live_state)
    assert set(view.marks) == {2, 3, 4, 5}
    view.mark_range(99, live_state)
    assert set(view.marks) == {2, 3, 4, 5}


def test_all_that_is_shown_is_marked_and_unmarked_again() -> None:
    view, live_state = all_calls(), picture_of(1, 2, 3)
    put(live_state, 4, mute_mode=2)
    drop(live_state, 3)
    view.set_filter("-muted")
    assert keys(view, live_state) == [1, 2, 3]
    view.mark_shown(live_state)
    assert set(view.marks) == {1, 2}
    view.mark_shown(live_state)
    assert not view.marks
