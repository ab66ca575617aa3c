"""What a key would do: to which callers, who is left out, and what has to be confirmed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.commands import Danger
from confmon.models.codes import Codes
from confmon.models.live_records import Call, Meeting
from confmon.monitor.actions.plan import (
    Plan,
    for_end,
    for_many,
    for_one,
    host_warning,
    still_there,
    toggled,
    why_left_out,
)
from confmon.monitor.actions.undoing.reversal import restoring
from confmon.monitor.actions.verbs import build, shows_change
from confmon.monitor.orders.order import ORDER_KINDS
from confmon.monitor.plans.command_plans import _BULK, _FOR_MARKED
from confmon.monitor.polling.live_state import LiveState, count
from tests.monitor.conftest import a_call

CODES = Codes()
HOST, PART, LIST, LEG = 1, 2, 3, 0
BULK = ("mute", "unmute", "hold", "release", "drop")
CALLS = st.lists(
    st.builds(
        lambda key, role, mute, hold: a_call(key, role=role, mute_mode=mute, hold_mode=hold),
        st.integers(1, 30),
        st.sampled_from([HOST, PART, LIST, LEG, None, 9]),
        st.sampled_from([0, 1, 2, 3, 7, None]),
        st.sampled_from([0, 1, 40, None]),
    ),
    unique_by=lambda call: call.id,
    max_size=12,
)


def picture_of(*calls: Call) -> LiveState:
    live_state = LiveState(CODES)
    for call in calls:
        live_state.calls[call.id] = call
        live_state.by_meeting.setdefault(call.meeting_number or 0, {})[call.id] = call
    return live_state


def targets(plan: Plan) -> list[int]:
    return [action.target[1] for action in plan.actions]


# Which verb m and h mean.


@pytest.mark.parametrize(
    ("mute", "verb"), [(0, "mute"), (1, "unmute"), (2, "unmute"), (3, "unmute"), (7, None)]
)
def test_m_mutes_who_can_be_heard_and_unmutes_who_cannot(mute: int, verb: str | None) -> None:
    assert toggled([a_call(1, mute_mode=mute)], "muteMode", CODES) == verb


def test_m_is_refused_where_the_server_does_not_say() -> None:
    assert toggled([a_call(1, mute_mode=None)], "muteMode", CODES) is None


def test_a_config_can_teach_a_code() -> None:
    codes = Codes({"call.muteMode": {7: "muted by robot"}})
    assert toggled([a_call(1, mute_mode=7)], "muteMode", codes) == "unmute"


@pytest.mark.parametrize(("hold", "verb"), [(0, "hold"), (1, "release"), (40, "release")])
def test_h_likewise(hold: int, verb: str) -> None:
    assert toggled([a_call(1, hold_mode=hold)], "holdMode", CODES) == verb


def test_with_many_one_who_can_be_heard_decides() -> None:
    muted, heard = a_call(1, mute_mode=2), a_call(2)
    assert toggled([muted, heard], "muteMode", CODES) == "mute"
    assert toggled([muted, muted], "muteMode", CODES) == "unmute"


@pytest.mark.parametrize("role", [HOST, LEG])
def test_who_is_left_out_anyway_does_not_decide(role: int) -> None:
    passed_over = a_call(1, role=role, mute_mode=0, hold_mode=0)
    caller = a_call(2, mute_mode=2, hold_mode=1)
    assert toggled([passed_over, caller], "muteMode", CODES) == "unmute"
    assert toggled([passed_over, caller], "holdMode", CODES) == "release"


# One.


def test_one_caller_is_muted_at_once_and_dropped_after_asking() -> None:
    call = a_call(1, custom_name="Ann")
    assert for_one("mute", call, CODES).danger is Danger.NONE
    drop = for_one("drop", call, CODES)
    assert (drop.danger, drop.typed) == (Danger.ASK, "")
    assert "Ann" in drop.title
    [action] = drop.actions
    assert (action.method, action.change, action.path) == ("DELETE", {}, "/calls/1")


@pytest.mark.parametrize("verb", ["mute", "hold", "name", "gain"])
def test_a_recording_leg_is_no_caller(verb: str) -> None:
    plan = for_one(verb, a_call(1, role=LEG), CODES, change={"gainLevel": 1})
    assert not plan.actions
    assert plan.refusal


def test_ending_a_meeting_that_was_not_counted_says_so() -> None:
    plan = for_end(Meeting(meeting_number=4420, id=99), heads=None, legs=0)
    assert plan.who == ("every caller, not counted yet, will be hung up",)


def test_an_end_goes_to_the_meeting_and_wants_its_number_typed() -> None:
    plan = for_end(Meeting(meeting_number=4420, id=99), heads=12, legs=1)
    [action] = plan.actions
    assert (action.path, action.method) == ("/meetings/4420", "DELETE")
    assert (plan.danger, plan.typed) == (Danger.TYPED, "4420")
    assert plan.who == ("12 callers and 1 recording leg will be hung up",)


# Many.


@given(CALLS, st.sampled_from(BULK))
def test_a_bulk_takes_each_caller_once_or_counts_why_not(calls: list[Call], verb: str) -> None:
    plan = for_many(verb, calls, CODES)
    assert len(plan.actions) + sum(plan.left_out.values()) == len(calls)
    assert bool(plan.actions) != bool(plan.refusal)
    by_id = {call.id: call for call in calls}
    for action in plan.actions:
        call = by_id[action.target[1]]
        assert call.role != LEG
        assert verb not in ("mute", "hold") or call.role != HOST
        assert verb == "drop" or not shows_change(call, action.change, CODES)
        assert verb not in ("mute", "unmute") or CODES.is_muted(call.mute_mode) is not None
        assert action.identity == call.created
    if plan.actions:
        assert (plan.danger, plan.typed) == (Danger.TYPED, str(len(plan.actions)))


def test_a_bulk_says_who_is_left_out() -> None:
    calls = [
        a_call(1, role=HOST),
        a_call(2, role=LEG),
        a_call(3, mute_mode=1),
        a_call(4, mute_mode=7),
        a_call(5),
    ]
    plan = for_many("mute", calls, CODES, shown={1, 2, 3, 4})
    assert targets(plan) == [5]
    assert plan.left_out == {
        "host": 1,
        "recording leg": 1,
        "already muted": 1,
        "unknown mute code": 1,
    }
    assert plan.hidden == 1


def test_nobody_left_is_a_refusal_with_the_reasons() -> None:
    plan = for_many("mute", [a_call(1, role=HOST), a_call(2, mute_mode=2)], CODES)
    assert plan.refusal == "nobody to mute: 1 host, 1 already muted"


@pytest.mark.parametrize("verb", [*BULK, "promote"])
@pytest.mark.parametrize("meetings", [[100], [100, 100], [100, 200], [None, None], [100] * 22])
def test_a_bulk_always_wants_the_number_of_callers_typed(
    verb: str, meetings: list[int | None]
) -> None:
    state = {"unmute": {"mute_mode": 2}, "release": {"hold_mode": 1}}.get(verb, {})
    calls = [a_call(key, meeting_number=n, **state) for key, n in enumerate(meetings, 1)]
    plan = for_many(verb, calls, CODES)
    assert (plan.danger, plan.typed) == (Danger.TYPED, str(len(meetings)))


# Roles.


def test_a_new_role_asks_and_goes_to_those_who_have_another() -> None:
    for verb, role, sent in (("promote", 2, 1), ("promote", 3, 1), ("demote", 1, 2)):
        plan = for_one(verb, a_call(1, role=role), CODES)
        assert plan.danger is Danger.ASK
        [action] = plan.actions
        assert action.change == {"role": sent}
    for verb, role, why in (
        ("promote", 1, "already a host"), ("demote", 2, "not a host"),
        ("promote", 9, "unknown role code"),
    ):  # fmt: skip
        assert why in for_one(verb, a_call(1, role=role), CODES).refusal
    calls = [a_call(key, role=role) for key, role in enumerate((1, 2, 3, 0, 9), 1)]
    plan = for_many("promote", calls, CODES)
    assert targets(plan) == [2, 3]
    assert plan.left_out == {"already a host": 1, "recording leg": 1, "unknown role code": 1}
    assert plan.danger is not Danger.NONE


@pytest.mark.parametrize(
    ("verb", "chosen", "others", "words"),
    [
        ("promote", [2], [1, 2], ""),
        ("promote", [2], [1, 1, 0], "everybody else here is a host"),
        ("promote", [2], [], ""),
        ("demote", [1], [1, 2], ""),
        ("demote", [1], [2, 3], "no host is left then"),
        ("demote", [1], [1, 1], "everybody else here is a host"),
        ("demote", [1, 1], [], "everybody here is a host, as some call flows make them"),
    ],
)
def test_the_question_says_where_everybody_is_a_host_and_where_none_is_left(
    verb: str, chosen: list[int], others: list[int], words: str
) -> None:
    calls = [a_call(key, role=role) for key, role in enumerate(chosen + others, 1)]
    warning = host_warning(verb, calls[: len(chosen)], calls, CODES)
    assert warning.startswith(words) if words else not warning
    no_host = verb == "demote" and 1 not in others
    assert ("no host is left then" in warning) == no_host


def test_a_role_is_proved_by_what_it_means() -> None:
    codes = Codes({"call.role": {7: "host"}})
    assert codes.sent("host") == 7
    assert shows_change(a_call(1, role=1), {"role": 7}, codes)
    assert not shows_change(a_call(1, role=2), {"role": 7}, codes)
    assert not shows_change(a_call(1, role=9), {"role": 8}, codes)


# Between the key and the confirmation.


def test_who_left_or_was_replaced_is_not_sent_to() -> None:
    calls = [a_call(1), a_call(2), a_call(3)]
    plan = for_many("drop", calls, CODES)
    later = still_there(plan, picture_of(calls[0], a_call(2, created=77)))
    assert targets(later) == [1]
    nobody = still_there(plan, picture_of())
    assert not nobody.actions
    assert "nothing was sent" in nobody.refusal


def test_a_meeting_that_began_again_is_not_ended() -> None:
    live_state = LiveState(CODES)
    live_state.meetings[7] = Meeting(meeting_number=7, id=1)
    plan = for_end(live_state.meetings[7], 3, 0)
    assert still_there(plan, live_state).actions == plan.actions
    live_state.meetings[7] = Meeting(meeting_number=7, id=2)
    assert not still_there(plan, live_state).actions


# What proves a change.


@pytest.mark.parametrize(
    ("wire", "want", "value", "proved"),
    [
        ("muteMode", 2, 2, True),
        ("muteMode", 2, 3, True),
        ("muteMode", 2, 1, False),
        ("muteMode", 2, 0, False),
        ("muteMode", 2, None, False),
        ("muteMode", 0, 0, True),
        ("muteMode", 0, 1, False),
        ("muteMode", 1, 3, False),
        ("holdMode", 1, 40, True),
        ("holdMode", 1, 0, False),
        ("holdMode", 0, 0, True),
        ("holdMode", 0, 40, False),
        ("holdMode", 0, None, False),
        ("customName", "Ann", "Ann", True),
        ("customName", "", None, True),
        ("customName", "Ann", "Bob", False),
        ("gainLevel", 0, None, False),
        ("gainLevel", -2, -2, True),
        ("gainLevel", 2, 1, False),
        ("role", 1, 1, True),
    ],
)
def test_what_a_read_proves(wire: str, want: Any, value: Any, proved: bool) -> None:
    field = {"muteMode": "mute_mode", "holdMode": "hold_mode", "customName": "custom_name"}
    fields = {field.get(wire, {"gainLevel": "gain_level"}.get(wire, wire)): value}
    assert shows_change(a_call(1, **fields), {wire: want}, CODES) is proved


def test_a_name_is_compared_as_it_comes_back_cleaned() -> None:
    typed = "An\u200bn\u00a0B"
    shown = a_call(1, custom_name="An\N{REPLACEMENT CHARACTER}n B")
    assert shows_change(shown, {"customName": typed}, CODES)


SWAPPED = Codes({"call.muteMode": {0: "muted by host", 2: "not muted"}})


@pytest.mark.parametrize(("mute", "verb", "sent"), [(0, "unmute", 2), (2, "mute", 0)])
def test_what_m_sends_and_what_proves_it_come_from_the_table(
    mute: int, verb: str, sent: int
) -> None:
    call = a_call(1, mute_mode=mute)
    assert toggled([call], "muteMode", SWAPPED) == verb
    for plan in (for_one(verb, call, SWAPPED), for_many(verb, [call], SWAPPED)):
        [action] = plan.actions
        assert action.change == {"muteMode": sent}
        assert not shows_change(call, action.change, SWAPPED)
        assert shows_change(replace(call, mute_mode=sent), action.change, SWAPPED)
        assert restoring(action, None, replace(call, mute_mode=sent), None).change == {
            "muteMode": mute
        }


def test_a_verb_without_a_known_code_is_refused_in_a_sentence() -> None:
    codes = Codes({"call.muteMode": {0: "muted by host"}})
    sentence = (
        '[codes."call.muteMode"] in the configuration names no one number "not muted"; '
        "nothing was sent"
    )
    call = a_call(1, mute_mode=1)
    assert for_one("unmute", call, codes).refusal == sentence
    assert for_many("unmute", [call], codes).refusal == sentence
    with pytest.raises(ValueError, match="names no one number"):
        build("unmute", call, "x", codes)
    assert for_one("mute", call, codes).actions[0].change == {"muteMode": 0}


def test_all_but_hosts_goes_by_the_tables_roles() -> None:
    codes = Codes({"call.role": {1: "participant", 3: "host", 0: "listener", 7: "recording"}})
    calls = [a_call(key, role=role) for key, role in enumerate((1, 2, 3, 0, 7), 1)]
    plan = for_many("mute", calls, codes)
    assert targets(plan) == [1, 2, 4]
    assert plan.left_out == {"host": 1, "recording leg": 1}
    assert for_one("hold", calls[4], codes).refusal
    assert count(calls, codes)[:5] == (1, 2, 1, 0, 1)
    assert toggled([calls[2], replace(calls[0], mute_mode=2)], "muteMode", codes) == "unmute"


def test_h_is_refused_where_the_hold_cannot_be_read() -> None:
    unreadable = a_call(1, hold_mode=None)
    assert toggled([unreadable], "holdMode", CODES) is None
    for verb in ("hold", "release"):
        plan = for_many(verb, [unreadable], CODES)
        assert (plan.actions, plan.left_out) == ((), {"unknown hold code": 1})


def test_a_relabelled_code_is_still_proved_by_its_value() -> None:
    codes = Codes({"call.muteMode": {2: "muted"}})
    assert shows_change(a_call(1, mute_mode=2), {"muteMode": 2}, codes)


def test_no_two_actions_share_an_id() -> None:
    ids = [action.id for key in range(50) for action in for_one("mute", a_call(key), CODES).actions]
    assert len(set(ids)) == 50


def test_every_verb_for_many_knows_who_needs_it() -> None:
    for_many_callers = {
        *_BULK.values(),
        *_FOR_MARKED,
        *(kind.verb for kind in ORDER_KINDS.values()),
    }
    for verb in for_many_callers:
        why_left_out(verb, a_call(1), CODES)  # ValueError: it does not know
