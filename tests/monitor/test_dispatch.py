"""The road of an action: still allowed, audited, sent, and proved by a read or not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from confmon.api.errors import Forbidden, NotFound, Redirected, ServerTrouble, TimedOut
from confmon.api.records import Meeting
from confmon.monitor.action import Outcome
from confmon.monitor.dispatch import PARALLEL, STOPPED
from confmon.monitor.overlay import UNKNOWN_AFTER_S
from confmon.monitor.snapshot import ALL_CALLS, MEETINGS, calls_of
from confmon.monitor.verbs import VERBS, build

if TYPE_CHECKING:
    from confmon.monitor.action import Action
    from tests.monitor.conftest import World

FEED = calls_of(100)


async def begin(world: World, count: int = 3) -> None:
    world.populate(count)
    await world.watch(MEETINGS, ALL_CALLS, FEED)


async def go(world: World, *actions: Action, seconds: float = 15.0) -> None:
    world.dispatch.submit(actions)
    await world.clock.settle()
    for _ in range(int(seconds / 0.5)):
        await world.clock.advance(0.5)
        world.overlay.expire()


def outcome(world: World, action: Action) -> Outcome:
    return world.results[action.id].outcome


def note(world: World, call_id: int) -> str:
    found = world.board.picture.notes.get(("call", call_id))
    return found.text if found else ""


async def test_a_mute_shows_at_once_and_is_done_when_a_read_proves_it(world: World) -> None:
    await begin(world)
    mute = world.action("mute", 1)
    world.dispatch.submit([mute])
    assert note(world, 1) == "muting…"
    assert world.board.picture.calls[1].mute_mode == 0
    await world.clock.advance(1)
    assert outcome(world, mute) is Outcome.DONE
    assert note(world, 1) == ""
    assert world.board.picture.calls[1].mute_mode == 2


async def test_a_bulk_is_proved_by_its_meetings_feed_without_a_read_each(world: World) -> None:
    await begin(world, 40)
    actions = [world.action("mute", key, group="g") for key in range(1, 41)]
    await go(world, *actions, seconds=3)
    assert {outcome(world, action) for action in actions} == {Outcome.DONE}
    assert world.bridge.asked("get_call") == []


async def test_where_no_feed_looks_the_target_is_read_alone(world: World) -> None:
    world.populate(3)
    await world.watch(ALL_CALLS)
    mute = world.action("mute", 2)
    world.dispatch.submit([mute])
    await world.clock.settle()
    assert world.bridge.asked("get_call") == [2]
    assert outcome(world, mute) is Outcome.DONE
    assert world.board.picture.calls[2].mute_mode == 2


@pytest.mark.parametrize("verb", ["mute", "drop"])
async def test_the_intent_is_on_the_disk_before_the_request(world: World, verb: str) -> None:
    await begin(world)
    await go(world, world.action(verb, 1))
    kinds = [
        kind
        for kind, entry in world.journal
        if kind in ("intent", "outcome") or entry[0] in ("put_call", "delete_call")
    ]
    assert kinds == ["intent", "request", "outcome"]


async def test_without_an_audit_log_nothing_is_sent(world: World) -> None:
    await begin(world)
    world.audit.broken = True
    mute = world.action("mute", 1)
    await go(world, mute, seconds=1)
    assert world.bridge.writes() == []
    assert outcome(world, mute) is Outcome.REFUSED
    assert "No space left on device" in world.dispatch.audit_trouble
    world.audit.broken = False
    again = world.action("mute", 1)
    await go(world, again, seconds=1)
    assert outcome(world, again) is Outcome.DONE
    assert world.dispatch.audit_trouble == ""


async def test_an_audit_log_that_fails_in_another_way_sends_nothing_either(world: World) -> None:
    await begin(world)

    class Odd:
        def intent(self, action: Action) -> None:
            raise ValueError(action.id)

        def outcome(self, *_: object) -> None:
            raise OSError(28, "No space left on device")

    world.dispatch._audit = Odd()
    mute = world.action("mute", 1)
    await go(world, mute, seconds=1)
    assert world.bridge.writes() == []
    assert outcome(world, mute) is Outcome.REFUSED


async def test_an_outcome_that_cannot_be_written_is_said(world: World) -> None:
    await begin(world)
    world.dispatch.submit([world.action("mute", 1)])
    world.bridge.delay_s["put_call"] = 0.5
    await world.clock.advance(0.25)
    world.audit.broken = True
    await world.clock.advance(2)
    assert "can't be written" in world.dispatch.audit_trouble


async def test_a_reply_asked_for_before_the_answer_proves_nothing(world: World) -> None:
    await begin(world)
    world.bridge.delay_s |= {"put_call": 1.0, "scan_calls": 3.0}
    world.bridge.applied_after_s = 4.0
    await world.clock.advance(1.5)
    mute = world.action("mute", 1)
    world.dispatch.submit([mute])
    # Reads in flight say "not muted", whatever they say was asked before the answer.
    pending = world.overlay.under_way()[0]
    await world.clock.advance(1.1)
    assert pending.answered_at is not None
    await world.clock.advance(2.0)
    assert pending.looks == 0
    await world.clock.advance(9)
    assert outcome(world, mute) is Outcome.DONE


async def test_a_change_seen_before_the_answer_is_not_taken_for_ours(world: World) -> None:
    await begin(world)
    mute = world.action("mute", 1)
    world.bridge.delay_s["put_call"] = 5.0
    world.bridge.ignored.add("muteMode")
    world.dispatch.submit([mute])
    await world.clock.settle()
    world.change(1, mute_mode=2)  # somebody else muted, and takes it back before our answer
    await world.clock.advance(3)
    assert world.board.picture.calls[1].mute_mode == 2
    assert mute.id not in world.results
    world.change(1, mute_mode=0)
    await world.clock.advance(20)
    assert outcome(world, mute) is Outcome.NOT_APPLIED


@pytest.mark.parametrize("watched", [True, False])
async def test_answered_200_and_ignored_is_not_applied(world: World, watched: bool) -> None:
    world.populate(3)
    await world.watch(*((ALL_CALLS, FEED) if watched else (ALL_CALLS,)))
    world.bridge.ignored.add("muteMode")
    mute = world.action("mute", 1)
    world.dispatch.submit([mute])
    await world.clock.advance(VERBS["mute"].patience_s - 0.5)
    assert mute.id not in world.results
    await world.clock.advance(8)
    assert outcome(world, mute) is Outcome.NOT_APPLIED
    assert note(world, 1) == "not applied"
    world.clock.time_s += 10
    world.overlay.expire()
    assert note(world, 1) == ""


async def test_a_bridge_that_applies_late_is_waited_for(world: World) -> None:
    await begin(world)
    world.bridge.applied_after_s = 4.0
    mute = world.action("mute", 1)
    await go(world, mute)
    assert outcome(world, mute) is Outcome.DONE


async def test_slow_reads_asked_at_once_do_not_wear_patience_out(world: World) -> None:
    await begin(world)
    world.bridge.applied_after_s = 4.0
    world.bridge.delay_s |= {"scan_calls": 6.0, "get_call": 6.0}
    await world.clock.advance(20)
    mute = world.action("mute", 1)
    await go(world, mute, seconds=30)
    assert outcome(world, mute) is Outcome.DONE


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("verb", ["mute", "drop"])
async def test_a_lost_answer_is_settled_by_reads(world: World, verb: str, applied: bool) -> None:
    await begin(world)
    name = "put_call" if verb == "mute" else "delete_call"
    world.bridge.errors[name] = [TimedOut("no answer within 10 s", lost=True)]
    if not applied:
        world.bridge.ignored |= {"muteMode", "DELETE"}
    action = world.action(verb, 1)
    await go(world, action)
    assert outcome(world, action) is (Outcome.DONE if applied else Outcome.NOT_APPLIED)
    assert len(world.bridge.writes()) == 1
    if not applied:
        assert "the answer was lost" in world.results[action.id].detail


async def test_a_lost_answer_that_no_read_settles_is_unknown(world: World) -> None:
    await begin(world)
    world.bridge.errors["put_call"] = [TimedOut("no answer", lost=True)]
    world.bridge.decide = lambda name, _target: (
        ServerTrouble("500", status=500) if name.startswith(("scan", "get")) else None
    )
    mute = world.action("mute", 1)
    await go(world, mute, seconds=UNKNOWN_AFTER_S - 1)
    assert mute.id not in world.results
    await go(world, seconds=3)
    assert outcome(world, mute) is Outcome.UNKNOWN
    assert note(world, 1) == "unknown"


async def test_404_on_a_drop_is_done(world: World) -> None:
    await begin(world)
    drop = world.action("drop", 1)
    del world.bridge.calls[1]
    await go(world, drop, seconds=0)
    assert outcome(world, drop) is Outcome.DONE
    assert 1 not in world.board.picture.calls
    assert 1 in world.board.picture.left_calls


async def test_404_on_a_mute_says_that_the_caller_left(world: World) -> None:
    await begin(world)
    mute = world.action("mute", 1)
    del world.bridge.calls[1]
    await go(world, mute)
    assert outcome(world, mute) is Outcome.GONE
    assert len(world.bridge.writes()) == 1


async def test_one_who_leaves_before_the_read_is_gone(world: World) -> None:
    await begin(world)
    mute = world.action("mute", 1)
    world.bridge.ignored.add("muteMode")
    world.dispatch.submit([mute])
    await world.clock.settle()
    del world.bridge.calls[1]
    await world.clock.advance(4)
    assert outcome(world, mute) is Outcome.LEFT


@pytest.mark.parametrize("error", [Forbidden("403", status=403), Redirected("302", status=302)])
async def test_a_refusal_of_the_server_changes_nothing(world: World, error: Exception) -> None:
    await begin(world)
    world.bridge.errors["put_call"] = [error]
    mute = world.action("mute", 1)
    await go(world, mute)
    assert outcome(world, mute) is Outcome.REFUSED
    assert world.results[mute.id].status in (302, 403)
    assert len(world.bridge.writes()) == 1


async def test_a_bug_below_leaves_no_row_muting_for_ever(world: World) -> None:
    await begin(world)
    world.bridge.errors["put_call"] = [RuntimeError("bug")]
    world.bridge.ignored.add("muteMode")
    mute = world.action("mute", 1)
    await go(world, mute)
    assert outcome(world, mute).settled
    assert outcome(world, mute) is not Outcome.REFUSED  # it may have been sent
    assert isinstance(world.dispatch.fault, RuntimeError)


async def test_a_bug_in_a_read_leaves_the_action_to_the_feeds(world: World) -> None:
    world.populate(2)
    await world.watch(ALL_CALLS)
    world.bridge.errors["get_call"] = [RuntimeError("bug")]
    mute = world.action("mute", 1)
    await go(world, mute)
    assert outcome(world, mute) is Outcome.DONE


async def test_a_target_gets_one_request_at_a_time_in_order(world: World) -> None:
    await begin(world)
    world.bridge.delay_s["put_call"] = 1.0
    mute, unmute = world.action("mute", 1), world.action("unmute", 1)
    other = world.action("mute", 2)
    world.dispatch.submit([mute, unmute, other])
    await world.clock.advance(0.5)
    assert world.bridge.asked("put_call") == [1, 2]
    await world.clock.advance(10)
    assert world.bridge.asked("put_call") == [1, 2, 1]
    assert world.bridge.calls[1].mute_mode == 0
    assert outcome(world, unmute) is Outcome.DONE
    assert outcome(world, mute) in (Outcome.DONE, Outcome.UNKNOWN)


async def test_an_unproved_action_does_not_hold_a_drop_up(world: World) -> None:
    await begin(world)
    world.bridge.ignored.add("muteMode")
    mute, drop = world.action("mute", 1), world.action("drop", 1)
    world.dispatch.submit([mute, drop])
    await world.clock.advance(1)
    assert 1 not in world.bridge.calls
    await world.clock.advance(3)
    assert outcome(world, drop) is Outcome.DONE
    assert outcome(world, mute) is Outcome.LEFT


async def test_the_row_shows_the_action_that_is_still_under_way(world: World) -> None:
    await begin(world)
    world.bridge.delay_s["put_call"] = 4.0
    mute, hold = world.action("mute", 1), world.action("hold", 1)
    world.dispatch.submit([mute, hold])
    await world.clock.advance(6)
    assert outcome(world, mute) is Outcome.DONE
    assert hold.id not in world.results
    assert note(world, 1) == "holding…"
    await world.clock.advance(6)
    assert outcome(world, hold) is Outcome.DONE
    assert note(world, 1) == ""


async def test_the_second_action_on_a_target_is_read_alone_too(world: World) -> None:
    world.populate(2)
    await world.watch(MEETINGS)
    world.bridge.applied_after_s = 0.5
    world.board.settle(("call", 1), world.bridge.calls[1], world.clock.now())
    mute, hold = world.action("mute", 1), world.action("hold", 1)
    await go(world, mute, hold)
    assert (outcome(world, mute), outcome(world, hold)) == (Outcome.DONE, Outcome.DONE)


async def test_many_targets_are_written_side_by_side_but_not_all(world: World) -> None:
    await begin(world, 30)
    world.bridge.delay_s["put_call"] = 1.0
    actions = [world.action("mute", key, group="g") for key in range(1, 31)]
    await go(world, *actions, seconds=10)
    assert world.bridge.most_writes == PARALLEL
    assert {outcome(world, action) for action in actions} == {Outcome.DONE}


async def test_a_single_press_overtakes_a_bulk(world: World) -> None:
    await begin(world, 600)
    world.bridge.delay_s["put_call"] = 1.0
    world.dispatch.submit([world.action("mute", key, group="g") for key in range(1, 591)])
    await world.clock.advance(1.5)
    assert len(world.bridge.writes()) == 2 * PARALLEL
    hold = world.action("hold", 600)
    world.dispatch.submit([hold])
    await world.clock.settle()
    assert world.bridge.asked("put_call")[-1] == 600
    assert len(world.bridge.writes()) == 2 * PARALLEL + 1


async def test_what_a_bulk_owes_a_target_goes_before_a_single_press_on_it(world: World) -> None:
    await begin(world, 60)
    world.bridge.delay_s["put_call"] = 1.0
    actions = [world.action("mute", key, group="g") for key in range(1, 61)]
    world.dispatch.submit(actions)
    await world.clock.advance(0.5)
    world.dispatch.submit([world.action("hold", 50)])
    await world.clock.settle()
    assert world.bridge.asked("put_call") == [*range(1, PARALLEL + 1), 50]
    await world.clock.advance(1)
    assert world.bridge.asked("put_call").count(50) == 2
    await world.clock.advance(20)
    assert world.bridge.asked("put_call").count(50) == 2
    assert {call.mute_mode for call in world.bridge.calls.values()} == {2}
    assert world.bridge.calls[50].hold_mode == 1


async def test_a_single_press_behind_a_bulk_of_the_same_moment_hurries_it_too(
    world: World,
) -> None:
    await begin(world, 60)
    world.bridge.delay_s["put_call"] = 1.0
    bulk = [world.action("mute", key, group="g") for key in range(1, 61)]
    world.dispatch.submit([*bulk, world.action("hold", 60)])
    await world.clock.advance(1.5)
    assert world.bridge.asked("put_call").count(60) == 2


@pytest.mark.parametrize("after_s", [0.0, 0.5, 2.5])
async def test_a_bulk_can_be_stopped(world: World, after_s: float) -> None:
    await begin(world, 60)
    world.bridge.delay_s["put_call"] = 1.0
    actions = [world.action("mute", key, group="g") for key in range(1, 61)]
    world.dispatch.submit(actions)
    if after_s:
        await world.clock.advance(after_s)
    sent = len(world.bridge.writes())
    assert world.dispatch.stop("other") == 0
    assert world.dispatch.stop("g") == 60 - sent
    assert world.dispatch.stop("g") == 0
    stopped = [a for a in actions if a.id in world.results]
    await world.clock.advance(10)
    assert len(world.bridge.writes()) == sent
    refused = [a for a in actions if world.results[a.id].detail == STOPPED]
    assert len(refused) == 60 - sent
    assert all(action in stopped for action in refused), "at once"
    assert {outcome(world, a) for a in refused} <= {Outcome.REFUSED}
    assert {a.id for a, _ in world.lines("outcome")} == {a.id for a in actions}
    assert len(world.lines("intent")) == sent
    again = world.action("hold", 60)
    await go(world, again, seconds=3)
    assert outcome(world, again) is Outcome.DONE


async def test_a_bulk_that_is_stopped_while_its_lines_are_written_sends_no_more(
    world: World,
) -> None:
    await begin(world, 60)
    stopped: list[int] = []
    world.dispatch._audit = MeddlingAudit(world, lambda: stopped.append(world.dispatch.stop("g")))
    actions = [world.action("mute", key, group="g") for key in range(1, 61)]
    await go(world, *actions, seconds=2)
    assert stopped == [60]
    assert world.bridge.writes() == []
    order = [(k, (e if k == "intent" else e[0]).id) for k, e in world.journal if k != "request"]
    assert order.index(("intent", actions[0].id)) < order.index(("outcome", actions[0].id))
    assert {world.results[a.id].detail for a in actions} == {STOPPED}


async def test_targets_are_read_alone_side_by_side_but_not_all(world: World) -> None:
    world.populate(40)
    await world.watch(ALL_CALLS)
    world.bridge.delay_s["get_call"] = 1.0
    actions = [world.action("mute", key) for key in range(1, 41)]
    world.dispatch.submit(actions)
    await world.clock.settle()
    reading = sum(n for (name, _), n in world.bridge.in_flight.items() if name == "get_call")
    assert reading == PARALLEL
    await world.clock.advance(20)
    assert {outcome(world, action) for action in actions} == {Outcome.DONE}


async def test_what_goes_stale_in_the_queue_is_refused(world: World) -> None:
    await begin(world)
    world.bridge.delay_s["put_call"] = 2.0
    first, second = world.action("mute", 1), world.action("unmute", 1)
    world.dispatch.submit([first, second])
    await world.clock.advance(1)
    world.disarmed = "data is stale"
    await go(world)
    assert world.bridge.asked("put_call") == [1]
    assert outcome(world, second) is Outcome.REFUSED
    assert world.results[second.id].detail == "data is stale; nothing was sent"
    assert world.lines("intent") == [first]


async def test_an_id_reused_since_the_key_press_gets_nothing(world: World) -> None:
    await begin(world)
    drop = world.action("drop", 1)
    world.bridge.calls[1] = replace(world.bridge.calls[1], created=999_999, caller="a stranger")
    await world.clock.advance(2.5)
    await go(world, drop, seconds=1)
    assert world.bridge.writes() == []
    assert outcome(world, drop) is Outcome.REFUSED
    assert "nothing was sent" in world.results[drop.id].detail


async def test_an_id_reused_while_the_audit_line_is_written_gets_nothing(world: World) -> None:
    await begin(world)
    drop = world.action("drop", 1)
    stranger = replace(world.bridge.calls[1], created=999_999)
    world.dispatch._audit = MeddlingAudit(
        world, lambda: world.board.settle(("call", 1), stranger, world.clock.now())
    )
    await go(world, drop, seconds=1)
    assert world.bridge.writes() == []
    assert outcome(world, drop) is Outcome.REFUSED


class MeddlingAudit:
    """Something happens while the intent is being written."""

    def __init__(self, world: World, meddle: object) -> None:
        self._world, self._meddle = world, meddle

    def intent(self, action: Action) -> None:
        self._world.audit.intent(action)
        self._meddle()  # type: ignore[operator]

    def outcome(self, *line: object) -> None:
        self._world.audit.outcome(*line)  # type: ignore[arg-type]


async def test_an_id_reused_after_the_request_closes_the_action(world: World) -> None:
    await begin(world)
    world.bridge.ignored.add("muteMode")
    mute = world.action("mute", 1)
    world.dispatch.submit([mute])
    await world.clock.settle()
    world.bridge.calls[1] = replace(world.bridge.calls[1], created=999_999)
    await world.clock.advance(4)
    assert outcome(world, mute) is Outcome.LEFT
    assert note(world, 1) == ""


async def test_a_torn_scan_that_misses_the_target_is_no_look(world: World) -> None:
    await begin(world)
    world.bridge.ignored.add("muteMode")
    mute = world.action("mute", 1)
    world.dispatch.submit([mute])
    world.bridge.hidden.add(1)
    pending = world.overlay.under_way()[0]
    await world.clock.advance(9)
    assert pending.looks == 0
    assert mute.id not in world.results


@pytest.mark.parametrize(
    ("verb", "carried_out"), [("mute", True), ("mute", False), ("drop", False)]
)
async def test_one_who_moves_to_another_meeting_is_not_taken_for_gone(
    world: World, verb: str, carried_out: bool
) -> None:
    await begin(world)
    world.bridge.meetings[200] = Meeting(meeting_number=200, id=9001)
    if not carried_out:
        world.bridge.ignored |= {"DELETE", "muteMode"}
    action = world.action(verb, 1)
    world.dispatch.submit([action])
    await world.clock.settle()
    world.change(1, meeting_number=200)
    await world.clock.advance(1)  # its own meeting's feed misses it, all calls are read later
    assert 1 in world.bridge.asked("get_call")
    assert world.board.picture.calls[1].meeting_number == 200
    for _ in range(30):
        await world.clock.advance(0.5)
        world.overlay.expire()
    assert outcome(world, action) is (Outcome.DONE if carried_out else Outcome.NOT_APPLIED)


async def test_one_missed_by_a_meetings_feed_is_gone_when_its_own_read_says_so(
    world: World,
) -> None:
    await begin(world)
    world.bridge.ignored.add("muteMode")
    mute, drop = world.action("mute", 1), world.action("drop", 2)
    world.dispatch.submit([mute, drop])
    await world.clock.settle()
    del world.bridge.calls[1]
    world.bridge.errors["get_call"] = [ServerTrouble("503", status=503)] * 2
    await world.clock.advance(1)
    assert sorted(world.bridge.asked("get_call"), key=str) == [1, 2]
    assert not world.results
    await world.clock.advance(2)
    assert (outcome(world, mute), outcome(world, drop)) == (Outcome.LEFT, Outcome.DONE)


async def test_when_many_are_missed_one_read_of_all_calls_settles_most(world: World) -> None:
    world.populate(200)
    world.poller.watch({MEETINGS: 1.0, ALL_CALLS: 5.0, FEED: 1.0})
    await world.clock.advance(1)
    world.bridge.delay_s["get_call"] = 0.5
    world.bridge.errors["get_call"] = [ServerTrouble("503", status=503)] * 200
    actions = [world.action("drop", key, group="g") for key in range(1, 101)]
    await go(world, *actions, seconds=2)
    assert {outcome(world, action) for action in actions} == {Outcome.DONE}
    assert len(world.bridge.asked("get_call")) == PARALLEL


async def test_an_end_is_done_when_the_meeting_is_gone(world: World) -> None:
    await begin(world)
    meeting = world.board.picture.meetings[100]
    end = build("end", meeting, "100")
    await go(world, end, seconds=3)
    assert outcome(world, end) is Outcome.DONE
    assert world.bridge.writes() == [("delete_meeting", 100)]
    assert 100 not in world.board.picture.meetings


@pytest.mark.parametrize("ignored", [True, False])
async def test_a_lock_is_verified_by_the_list_of_meetings(world: World, ignored: bool) -> None:
    await begin(world)
    if ignored:
        world.bridge.ignored.add("isSecured")
    lock = build("lock", world.board.picture.meetings[100], "100")
    await go(world, lock)
    assert outcome(world, lock) is (Outcome.NOT_APPLIED if ignored else Outcome.DONE)


@pytest.mark.parametrize("ignored", [True, False])
async def test_a_long_interval_does_not_make_an_outcome_unknown(
    world: World, ignored: bool
) -> None:
    await begin(world)
    world.poller.set_interval(60)
    await world.clock.advance(3)
    world.bridge.applied_after_s = 2.0
    if ignored:
        world.bridge.ignored |= {"isSecured", "muteMode"}
    lock = build("lock", world.board.picture.meetings[100], "100")
    mute = world.action("mute", 1)
    await go(world, lock, mute, seconds=20)
    expected = Outcome.NOT_APPLIED if ignored else Outcome.DONE
    assert (outcome(world, lock), outcome(world, mute)) == (expected, expected)


async def test_closing_settles_what_is_under_way(world: World) -> None:
    await begin(world)
    world.bridge.delay_s["put_call"] = 5.0
    first, second = world.action("mute", 1), world.action("hold", 1)
    world.dispatch.submit([first, second])
    await world.clock.advance(1)
    await world.dispatch.close()
    assert outcome(world, first) is Outcome.UNKNOWN
    assert outcome(world, second) is Outcome.REFUSED
    assert [action for action, _ in world.lines("outcome")] == [first, second]
    assert world.bridge.asked("put_call") == [1]


async def test_nothing_is_kept_for_later(world: World) -> None:
    await begin(world)
    world.disarmed = "offline"
    mute = world.action("mute", 1)
    await go(world, mute, seconds=1)
    world.disarmed = ""
    await go(world)
    assert world.bridge.writes() == []
    assert outcome(world, mute) is Outcome.REFUSED


async def test_draining_waits_for_every_request_and_line(world: World) -> None:
    await begin(world)
    world.bridge.delay_s["put_call"] = 1.0
    world.dispatch.submit([world.action("mute", key) for key in (1, 2, 3)])
    draining = asyncio.create_task(world.dispatch.drain())
    await world.clock.advance(0.5)
    assert not draining.done()
    await world.clock.advance(12)
    assert draining.done()
    assert len(world.lines("outcome")) == 3


async def test_a_404_is_believed_over_an_older_scan(world: World) -> None:
    await begin(world)
    world.bridge.errors["put_call"] = [NotFound("404", status=404)]
    world.bridge.delay_s["scan_calls"] = 3.0
    await world.clock.advance(2.1)  # a scan that shows the caller is under way
    mute = world.action("mute", 1)
    world.dispatch.submit([mute])
    del world.bridge.calls[1]
    await world.clock.advance(3.5)
    assert 1 not in world.board.picture.calls
