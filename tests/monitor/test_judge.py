"""What reads prove, whatever they show and in whichever order they arrive."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.models.codes import Codes
from confmon.models.live_records import Meeting
from confmon.monitor.actions.action import Action, Outcome
from confmon.monitor.actions.judge import (
    READS_BEFORE_NO,
    ContraryReads,
    Evidence,
    evidence_of,
    judge,
    judge_end,
    patience_s,
)
from confmon.monitor.actions.verbs import VERBS, build
from tests.monitor.conftest import a_call

CODES = Codes()
HEARD, MUTED = a_call(1), a_call(1, mute_mode=2)
ROOM = Action(
    id="r", verb="room_update", resource="room", key=5, method="PUT", label="room 5",
    change={"description": "x"},
)  # fmt: skip
ACTIONS = (
    build("mute", HEARD, "Ann"),
    build("drop", HEARD, "Ann"),
    build("record", Meeting(meeting_number=100, id=7), "Board"),
    ROOM,
    replace(ROOM, verb="room_delete", method="DELETE", change={}),
    replace(ROOM, verb="attribute_set", resource="attribute", name="x"),
)

Read = tuple[Evidence, float]
actions = st.sampled_from(ACTIONS)
waits_s = st.floats(-40, 40, allow_nan=False)
reads = st.lists(st.tuples(st.sampled_from(Evidence), waits_s), max_size=8)


def settle(action: Action, seen: list[Read], *, lost: bool = False) -> Outcome | None:
    """Judge reads as they arrive, until one settles the action."""
    contrary = ContraryReads()
    for evidence, waited_s in seen:
        contrary = contrary.after(evidence, waited_s)
        outcome = judge(action, evidence, contrary, waited_s, lost=lost)
        if outcome is not None:
            return outcome
    return None


@given(actions, reads, st.booleans())
def test_reads_asked_for_before_the_answer_prove_nothing(
    action: Action, seen: list[Read], lost: bool
) -> None:
    early = [(evidence, -abs(waited_s) - 0.001) for evidence, waited_s in seen]
    assert settle(action, early, lost=lost) is None
    assert settle(action, [*early, *seen], lost=lost) is settle(action, seen, lost=lost)


@given(actions, st.floats(0, 40), st.floats(0, 40))
def test_two_later_reads_without_the_change_and_patience_over_are_a_no(
    action: Action, one_s: float, other_s: float
) -> None:
    seen = [(Evidence.NOT_SHOWN, one_s), (Evidence.NOT_SHOWN, other_s)]
    is_over = max(one_s, other_s) >= patience_s(action)
    assert settle(action, seen) is (Outcome.NOT_APPLIED if is_over else None)
    assert settle(action, seen[:1]) is None


@given(actions, reads)
def test_a_lost_answer_is_unknown_at_most(action: Action, seen: list[Read]) -> None:
    outcome, answered = settle(action, seen, lost=True), settle(action, seen)
    assert outcome is not Outcome.NOT_APPLIED
    assert outcome is (Outcome.UNKNOWN if answered is Outcome.NOT_APPLIED else answered)


@given(actions, st.lists(waits_s, max_size=6), st.booleans(), st.data())
def test_reads_without_the_change_count_alike_in_any_order(
    action: Action, waited_s: list[float], lost: bool, data: st.DataObject
) -> None:
    seen = [(Evidence.NOT_SHOWN, one_s) for one_s in waited_s]
    shuffled = data.draw(st.permutations(seen))
    assert settle(action, seen, lost=lost) is settle(action, shuffled, lost=lost)


@given(actions, reads, st.data())
def test_as_long_as_nothing_says_no_the_order_does_not_matter(
    action: Action, seen: list[Read], data: st.DataObject
) -> None:
    kinds = {evidence for evidence, waited_s in seen if waited_s >= 0}
    if len(kinds - {Evidence.UNREADABLE}) < 2:
        assert settle(action, seen) is settle(action, data.draw(st.permutations(seen)))


@given(actions, reads)
def test_what_cannot_be_read_is_as_if_it_had_not_been_read(
    action: Action, seen: list[Read]
) -> None:
    readable = [read for read in seen if read[0] is not Evidence.UNREADABLE]
    assert settle(action, seen) is settle(action, readable)


@given(actions, reads)
def test_the_first_later_read_that_shows_it_settles_it(action: Action, seen: list[Read]) -> None:
    later = [evidence for evidence, waited_s in seen if waited_s >= 0]
    outcome = settle(action, seen)
    if outcome is Outcome.DONE:
        assert Evidence.SHOWN in later or (action.method == "DELETE" and Evidence.GONE in later)
    if outcome in (Outcome.LEFT, Outcome.GONE):
        assert Evidence.GONE in later
    if Evidence.SHOWN in later and Evidence.NOT_SHOWN not in later:
        assert outcome is not None


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        (ACTIONS[0], Outcome.LEFT), (ACTIONS[1], Outcome.DONE), (ACTIONS[2], Outcome.LEFT),
        (ACTIONS[3], Outcome.GONE), (ACTIONS[4], Outcome.DONE), (ACTIONS[5], Outcome.GONE),
    ],
)  # fmt: skip
def test_who_is_gone_was_taken_away_or_left_by_themselves(action: Action, outcome: Outcome) -> None:
    assert settle(action, [(Evidence.GONE, 1.0)]) is outcome


@given(actions, st.integers(0, 5), st.floats(0, 40))
def test_at_the_end_only_what_stays_is_called_not_applied(
    action: Action, count: int, waited_s: float
) -> None:
    outcome = judge_end(action, ContraryReads(count, waited_s))
    assert outcome is (Outcome.NOT_APPLIED if count and not action.is_live else Outcome.UNKNOWN)


def test_what_a_record_shows_of_a_change() -> None:
    mute, drop = ACTIONS[0], ACTIONS[1]
    stranger = replace(MUTED, created=77)
    assert evidence_of(mute, MUTED, CODES) is Evidence.SHOWN
    assert evidence_of(mute, HEARD, CODES) is Evidence.NOT_SHOWN
    assert evidence_of(mute, replace(HEARD, mute_mode=None), CODES) is Evidence.UNREADABLE
    for action, gone in itertools.product((mute, drop), (None, stranger)):
        assert evidence_of(action, gone, CODES) is Evidence.GONE
    assert evidence_of(drop, replace(HEARD, mute_mode=None), CODES) is Evidence.NOT_SHOWN


def test_patience_is_the_verbs() -> None:
    assert READS_BEFORE_NO == 2
    assert patience_s(ACTIONS[2]) == VERBS["record"].patience_s > patience_s(ROOM) > 0
