"""A view that was asked many times shows what one shows that is asked for the first time."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from confmon.models.codes import Codes
from confmon.models.live_records import Call, LiveResource, Meeting
from confmon.monitor.polling.live_state import LiveState, Note, count, total
from confmon.monitor.polling.state_update import StateUpdate
from confmon.monitor.views import live_view
from confmon.monitor.views.live_columns import RenderContext
from confmon.monitor.views.live_view import View

NOW = 100.0
FILTERS = ("", "muted", "ann", "pending", "joined", "-left", "host")
KEYS = st.integers(1, 8)
NUMBERS = st.integers(1, 3)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, NUMBERS, st.sampled_from([0, 2])),
        st.tuples(st.just("remove"), KEYS, st.just(0), st.just(0)),
        st.tuples(st.just("meeting"), NUMBERS, st.just(0), st.sampled_from([0, 2])),
        st.tuples(st.just("end"), NUMBERS, st.just(0), st.just(0)),
        st.tuples(st.just("forget"), st.just(0), st.just(0), st.just(0)),
        st.tuples(st.just("note"), KEYS, st.just(0), st.just(0)),
        st.tuples(st.just("sort"), st.integers(0, 20), st.just(0), st.just(0)),
        st.tuples(st.just("filter"), st.integers(0, len(FILTERS) - 1), st.just(0), st.just(0)),
        st.tuples(st.just("copy"), st.just(0), st.just(0), st.just(0)),
    ),
    max_size=30,
)


def write(
    live_state: LiveState, kind: LiveResource, key: int, record: Call | Meeting | None
) -> None:
    update = StateUpdate(live_state, kind, now=NOW, wall=NOW, quiet=False)
    if record is None:
        update.remove(key)
    else:
        update.put(key, record)
    update.publish()


def call(key: int, meeting: int, mute_mode: int) -> Call:
    return Call(
        id=key, caller=f"+1{9 - key}", created=key, meeting_number=meeting, mute_mode=mute_mode,
        custom_name="Ann" if (key + mute_mode) % 3 else "Bob", role=1 + key % 3,
    )  # fmt: skip


def do(live_state: LiveState, what: str, key: int, number: int, mode: int) -> None:
    if what == "put":
        old = live_state.calls.get(key, call(key, number, mode))
        write(live_state, "call", key, replace(old, meeting_number=number, mute_mode=mode))
    elif what == "remove":
        write(live_state, "call", key, None)
    elif what == "meeting":
        record = Meeting(meeting_number=key, subscriber_name="Ann" if mode else "Zoe")
        write(live_state, "meeting", key, record)
    elif what == "end":
        write(live_state, "meeting", key, None)
    elif what == "note":
        live_state.notes["call", key] = Note("mute", "muting…", under_way=True, at=NOW)
    elif what == "forget":
        gone = list(live_state.left_calls)
        live_state.left_calls.clear()
        for left in gone:
            live_state.changes.pop(("call", left), None)
        live_state.touch("call", gone)


@given(steps=STEPS, few=st.sampled_from([0, 1, live_view.FEW]))
def test_asking_again_changes_nothing(steps: list[tuple[str, int, int, int]], few: int) -> None:
    live_state = LiveState(Codes())
    views = [View("calls", few=few), View("meeting", 1, few=few), View("meetings", few=few)]
    for what, key, number, mode in steps:
        do(live_state, what, key, number, mode)
        shown = live_state.copy() if what == "copy" else live_state
        context = RenderContext(shown, NOW)
        for view in views:
            if what == "sort":
                view.sort_by(view.columns[key % len(view.columns)].id)
            elif what == "filter":
                view.set_filter(FILTERS[key])
            fresh = View(view.subject, view.meeting)
            fresh.sort_id, fresh.descending = view.sort_id, view.descending
            fresh.set_filter(view.filter_text)
            assert view.keys(context, NOW) == fresh.keys(context, NOW)
            assert view.total == fresh.total
        everybody = total([count(calls.values(), Codes()) for calls in shown.by_meeting.values()])
        assert shown.everybody() == everybody
