"""Which reads may judge an action, and how. The test itself hands replies to the store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from confmon.models.codes import Codes
from confmon.models.live_records import Call, Scan
from confmon.monitor.actions.action import Outcome, Reply, Result
from confmon.monitor.actions.log import LINES_KEPT, LogEntry
from confmon.monitor.actions.pending import PendingActions
from confmon.monitor.actions.verbs import VERBS, build
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.snapshot import ALL_CALLS, Feed, Snapshot, calls_of
from tests.clock import HandClock
from tests.monitor.conftest import a_call

if TYPE_CHECKING:
    from confmon.monitor.actions.action import Action

HEARD, MUTED = a_call(1), a_call(1, mute_mode=2)
BYSTANDER = a_call(2)
FEED = calls_of(100)


class Desk:
    """Pending actions over a live store with callers 1 and 2. The time is 1000 s."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = LiveStore(self.clock, Codes())
        self.pending_actions = PendingActions(self.store, self.clock)
        self.results: list[Result] = []
        self.pending_actions.on_settled(lambda _action, result: self.results.append(result))
        self.show(990.0, HEARD)

    def show(self, asked_at: float, *calls: Call, feed: Feed = ALL_CALLS, **scanned: Any) -> None:
        """A scan answers now that was asked for earlier; caller 2 is always in it."""
        scan = Scan(records=(*calls, BYSTANDER), **scanned)
        now = self.clock.now()
        self.store.apply(Snapshot(feed=feed, asked_at=asked_at, answered_at=now, scan=scan))

    def begin(self, verb: str = "mute", *, answered: bool = True, lost: bool = False) -> Action:
        """An action that was answered at 1000 s."""
        action = build(verb, self.store.live_state.calls[1], "Ann")
        self.pending_actions.add(action)
        self.pending_actions.sent(action)
        if answered:
            self.pending_actions.answered(action, Reply(lost="cut" if lost else ""))
        return action

    def outcomes(self) -> list[Outcome]:
        return [result.outcome for result in self.results]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_scan_asked_before_the_answer_does_not_confirm(desk: Desk) -> None:
    desk.begin()
    desk.clock.time_s = 1001.0
    desk.show(999.9, MUTED)  # somebody else's mute, taken back before ours was carried out
    assert desk.store.live_state.calls[1].mute_mode == 2
    assert desk.outcomes() == []
    desk.show(1000.1, HEARD)
    assert desk.outcomes() == []
    desk.show(1000.5, MUTED)
    assert desk.outcomes() == [Outcome.DONE]


def test_nor_does_it_say_that_somebody_is_gone(desk: Desk) -> None:
    desk.begin("drop")
    desk.clock.time_s = 1001.0
    desk.show(999.9)
    assert desk.outcomes() == []
    desk.show(1000.5)
    assert desk.outcomes() == [Outcome.DONE]


def test_nor_does_it_count_against_the_action(desk: Desk) -> None:
    desk.begin()
    desk.clock.time_s = 1020.0
    for asked_at in (991.0, 995.0, 999.0):
        desk.show(asked_at, HEARD)
    assert desk.pending_actions.under_way()[0].contrary.count == 0


def test_a_read_alone_is_held_to_the_same(desk: Desk) -> None:
    action = desk.begin()
    desk.pending_actions.judge_by_read(action, MUTED, 999.0)
    assert desk.outcomes() == []
    desk.pending_actions.judge_by_read(action, MUTED, 1000.0)
    assert desk.outcomes() == [Outcome.DONE]
    desk.pending_actions.judge_by_read(action, MUTED, 1001.0)
    assert len(desk.results) == 1


def test_before_the_answer_nothing_is_judged(desk: Desk) -> None:
    action = desk.begin(answered=False)
    desk.show(1001.0, MUTED)
    desk.pending_actions.judge_by_read(action, MUTED, 1002.0)
    assert desk.outcomes() == []


def test_one_read_is_not_enough_to_say_no_and_two_in_a_hurry_are_not(desk: Desk) -> None:
    desk.begin()
    patience_s = VERBS["mute"].patience_s
    desk.show(1000.0 + patience_s + 1, HEARD)
    assert desk.outcomes() == []
    desk.show(1000.0 + patience_s + 2, HEARD)
    assert desk.outcomes() == [Outcome.NOT_APPLIED]
    hasty = Desk()
    hasty.begin()
    hasty.clock.time_s = 1100.0  # both took very long
    hasty.show(1000.5, HEARD)
    hasty.show(1001.0, HEARD)
    assert hasty.outcomes() == []


def test_a_torn_scan_confirms_but_does_not_declare_gone(desk: Desk) -> None:
    desk.begin()
    desk.show(1000.5, clean=False)
    assert desk.outcomes() == []
    desk.show(1001.0, MUTED, clean=False)
    assert desk.outcomes() == [Outcome.DONE]


@pytest.mark.parametrize("verb", ["mute", "drop"])
def test_who_is_missing_in_one_meeting_is_asked_after_first(desk: Desk, verb: str) -> None:
    action = desk.begin(verb)
    asked_after: list[list[Action]] = []
    desk.pending_actions.on_missed(asked_after.append)
    desk.show(1000.5, feed=FEED)
    assert 1 not in desk.store.live_state.calls
    assert (desk.outcomes(), asked_after) == ([], [[action]])
    desk.show(1000.2, HEARD)  # an older read of all calls shows that one: no proof either way
    assert (desk.outcomes(), asked_after) == ([], [[action]] * 2)
    desk.clock.time_s = 1001.0
    desk.show(1000.7)
    assert desk.outcomes() == [Outcome.DONE if verb == "drop" else Outcome.LEFT]


def test_a_scan_cut_short_declares_gone_as_far_as_it_read(desk: Desk) -> None:
    desk.begin("drop")
    desk.show(1000.5, clean=False, whole_to=0)
    assert desk.outcomes() == []
    desk.show(1001.0, clean=False, whole_to=1)
    assert desk.outcomes() == [Outcome.DONE]


def test_another_meetings_feed_has_no_say(desk: Desk) -> None:
    desk.begin("drop")
    scan: Scan[Call] = Scan(records=())
    desk.store.apply(Snapshot(feed=calls_of(200), asked_at=1001.0, answered_at=1001.0, scan=scan))
    assert desk.outcomes() == []
    assert desk.pending_actions.under_way()[0].contrary.count == 0


@pytest.mark.parametrize(("verb", "outcome"), [("mute", Outcome.LEFT), ("drop", Outcome.DONE)])
@pytest.mark.parametrize("answered", [True, False])
def test_an_id_reused_meanwhile_is_somebody_else(
    desk: Desk, verb: str, outcome: Outcome, answered: bool
) -> None:
    action = desk.begin(verb, answered=answered)
    stranger = replace(MUTED, created=77)
    desk.show(999.9, stranger)
    if not answered:
        assert desk.outcomes() == []
        desk.pending_actions.answered(action, Reply(200))
        desk.show(1001.0, stranger)
    assert desk.outcomes() == [outcome]
    assert not desk.store.live_state.notes


def test_an_id_that_was_free_for_long_belongs_to_another_caller(desk: Desk) -> None:
    action = desk.begin(answered=False)
    desk.show(1000.5)
    desk.clock.time_s = 1010.0  # the one who left is no more on the screen
    desk.store.expire()
    desk.show(1010.0, replace(HEARD, created=77))
    assert not desk.store.live_state.notes
    desk.pending_actions.refuse(action, "no")
    assert not desk.store.live_state.notes


def test_confirmed_state_is_never_edited(desk: Desk) -> None:
    action = desk.begin()
    assert desk.store.live_state.calls[1] is HEARD
    assert desk.store.live_state.notes["call", 1].text == "muting…"
    desk.pending_actions.refuse(action, "no")
    assert desk.store.live_state.calls[1] is HEARD
    assert desk.store.live_state.notes["call", 1].text == "refused"


def test_a_newer_action_on_the_same_field_takes_the_proof_away(desk: Desk) -> None:
    desk.begin("mute")
    desk.begin("hold")
    assert desk.outcomes() == []
    desk.begin("unmute")
    assert desk.outcomes() == [Outcome.UNKNOWN]
    assert desk.store.live_state.notes["call", 1].text == "unmuting…"


def test_the_log_is_bounded_and_has_each_outcome(desk: Desk) -> None:
    for _ in range(LINES_KEPT + 10):
        desk.pending_actions.refuse(desk.begin(), "no")
    assert len(desk.pending_actions.log) == LINES_KEPT
    results = [line.result for line in desk.pending_actions.log if isinstance(line, LogEntry)]
    assert {result.outcome for result in results} == {Outcome.REFUSED}
    assert not desk.pending_actions.under_way()
