"""Which columns are shown, and that the order is never that of one that is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.config.choices import ViewChoice
from confmon.models.codes import Codes
from confmon.models.live_records import Meeting
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.directory_columns import COLUMNS
from confmon.monitor.views.list_view import ListView
from confmon.monitor.views.live_columns import RenderContext
from confmon.monitor.views.live_view import View


def view_of(name: str) -> Any:
    if name in COLUMNS:
        return ListView(COLUMNS[name])
    return View("meeting", 100) if name == "meeting" else View(name)  # type: ignore[arg-type]


NAMES = ("meetings", "calls", "meeting", "rooms", "dids")


@given(name=st.sampled_from(NAMES), data=st.data())
def test_the_order_is_always_that_of_a_shown_column(name: str, data: st.DataObject) -> None:
    view = view_of(name)
    ids = [column.id for column in view.all_columns]
    steps = st.one_of(
        st.tuples(st.just("hide"), st.sets(st.sampled_from([*ids, "no such column"]))),
        st.tuples(st.just("next"), st.sampled_from((1, -1))),
        st.tuples(st.just("sort"), st.integers(0, 20)),
        st.tuples(st.just("narrow"), st.sets(st.sampled_from(ids))),
    )
    for what, given_ in data.draw(st.lists(steps, max_size=12)):
        match what:
            case "hide":
                view.hide(given_)
            case "next":
                view.sort_next(given_)
            case "narrow":
                view.sort_next(1, given_)
            case _:
                view.sort_by(view.columns[given_ % len(view.columns)].id)
        shown = [column.id for column in view.columns]
        assert view.sort_id in shown
        assert view.sorted_by.id == view.sort_id
        assert any(not column.is_drawn for column in view.columns)
        assert [one for one in ids if one in shown] == shown
    kept = view.choice()
    again = view_of(name)
    again.restore(kept)
    assert [column.id for column in again.columns] == [column.id for column in view.columns]
    assert (again.sort_id, again.descending) == (view.sort_id, view.descending)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_of_columns_that_are_no_more_does_no_harm(name: str) -> None:
    view = view_of(name)
    before = view.choice()
    view.restore(ViewChoice(("gone", "too"), "gone", descending=True))
    assert view.sort_id == before.sort
    assert len(view.columns) == len(view.all_columns)


def test_pinned_meetings_come_first_in_the_order_of_the_others() -> None:
    state = LiveState(codes=Codes())
    state.meetings = {n: Meeting(meeting_number=n) for n in range(1, 7)}
    view = View("meetings")
    view.order_by("number", descending=True)
    view.pinned = {2, 5, 99}
    look = RenderContext(state, 0.0)
    assert view.keys(look, 0.0) == [5, 2, 6, 4, 3, 1]
    view.set_filter("number:6")
    assert view.keys(look, 0.0) == [6]
    view.set_filter("")
    view.pinned = ()
    assert view.keys(look, 0.0) == [6, 5, 4, 3, 2, 1]
