"""The order of a view that was asked many times is the order of one asked for the first time."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from confmon.models.calls import Call
from confmon.models.codes import Codes
from confmon.monitor.polling.live_state import Change, LiveState
from confmon.monitor.views.call_columns import ALL_CALL_COLUMNS
from confmon.monitor.views.live_columns import RenderContext
from confmon.monitor.views.live_view import View

NOW = 100.0
KEYS = st.integers(1, 8)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, st.integers(1, 3), st.sampled_from([0, 2])),
        st.tuples(st.just("leave"), KEYS, st.just(0), st.just(0)),
        st.tuples(st.just("sort"), st.integers(0, len(ALL_CALL_COLUMNS) - 1), KEYS, st.just(0)),
        st.tuples(st.just("filter"), st.sampled_from([0, 1]), st.just(0), st.just(0)),
    ),
    max_size=30,
)


def put(live_state: LiveState, key: int, meeting: int, mute_mode: int) -> None:
    old = live_state.calls.get(key, Call(id=key, caller=f"+1{9 - key}", created=key))
    live_state.calls[key] = replace(old, meeting_number=meeting, mute_mode=mute_mode)
    live_state.changes["call", key] = Change("changed", NOW, wall=NOW)


@given(steps=STEPS)
def test_asking_again_changes_nothing(steps: list[tuple[str, int, int, int]]) -> None:
    live_state, view = LiveState(Codes()), View("calls")
    for what, key, number, mode in steps:
        if what == "put":
            put(live_state, key, number, mode)
        elif what == "leave" and key in live_state.calls:
            live_state.left_calls[key] = live_state.calls.pop(key)
        elif what == "sort":
            view.sort_by(ALL_CALL_COLUMNS[key].id)
        elif what == "filter":
            view.filter.set("muted" if key else "")
        look = RenderContext(live_state, NOW)
        fresh = View("calls")
        fresh.sort_id, fresh.descending = view.sort_id, view.descending
        fresh.filter.set(view.filter.text)
        assert view.keys(look, NOW) == fresh.keys(look, NOW)
        assert view.total == fresh.total
