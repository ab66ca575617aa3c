"""The road of an action: still allowed, audited, sent, and proved by a read or not."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from confmon.models.errors import (
    Forbidden,
    NotFound,
    Redirected,
    ServerTrouble,
    Throttled,
    TimedOut,
    Unauthorized,
)
from confmon.models.live_records import Meeting
from confmon.monitor.actions.action import STOPPED, Outcome
from confmon.monitor.actions.judge import UNKNOWN_AFTER_S
from confmon.monitor.actions.log import LogEntry
from confmon.monitor.actions.targets.reader import PARALLEL
from confmon.monitor.actions.turns import LONGEST_WAIT_S
from confmon.monitor.actions.verbs import VERBS, build
from confmon.monitor.polling.freshness import STALE
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of

if TYPE_CHECKING:
    from confmon.monitor.actions.action import Action
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
        world.pending_actions.expire()


def outcome(world: World, action: Action) -> Outcome:
    return world.results[action.id].outcome


def note(world: World, call_id: int) -> str:
    found = world.store.live_state.notes.get(("call", call_id))
    return found.text if found else ""


async def test_a_mute_shows_at_once_and_is_done_when_a_read_proves_it(world: World) -> None:
    await begin(world)
    mute = world.action("mute", 1)
    world.dispatch.submit([mute])
    assert note(world, 1) == "muting…"
    assert world.store.live_state.calls[1].mute_mode == 0
    await world.clock.advance(1)
    assert outcome(world, mute) is Outcome.DONE
    assert note(world, 1) == ""
    assert world.store.live_state.calls[1].mute_mode == 2


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
    assert world.store.live_state.calls[2].mute_mode == 2


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

    world.dispatch._journal._audit = Odd()
    mute = world.action("mute", 1)
    await go(world, mute, seconds=1)
    assert world.bridge.writes() == []
    assert outcome(world, mute) is Outcome.REFUSED


async def test_an_outcome_that_cannot_be_written_is_reported(world: World) -> None:
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
    pending = world.pending_actions.under_way()[0]
    await world.clock.advance(1.1)
    assert pending.answered_at is not None
    await world.clock.advance(2.0)
    assert pending.contrary.count == 0
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
    assert world.store.live_state.calls[1].mute_mode == 2
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
    world.pending_actions.expire()
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
    assert outcome(world, action) is (Outcome.DONE if applied else Outcome.UNKNOWN)
    assert len(world.bridge.writes()) == 1
    if not applied:  # it may be carried out yet
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


@pytest.mark.parametrize("looked", [True, False])
async def test_404_on_a_drop_says_that_the_caller_left(world: World, looked: bool) -> None:
    await begin(world)
    drop = world.action("drop", 1)
    if looked:
        world.bridge.decide = lambda name, target: (
            NotFound("404", status=404) if (name, target) == ("delete_call", 1) else None
        )
    else:
        del world.bridge.calls[1]
    await go(world, drop, seconds=0)
    assert outcome(world, drop) is (Outcome.DONE if looked else Outcome.GONE)
    assert world.bridge.asked("get_call") == [1]
    assert len(world.bridge.writes()) == looked
    assert 1 not in world.store.live_state.calls
    assert 1 in world.store.live_state.left_calls


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
    assert [type(bug) for bug in world.bugs.found] == [RuntimeError]


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
    world.store.take_single(("call", 1), world.bridge.calls[1], world.clock.now())
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
    world.dispatch._journal._audit = MeddlingAudit(
        world, lambda: stopped.append(world.dispatch.stop("g"))
    )
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


def write_slowly(world: World) -> None:
    """Let each line of the audit log take its time, in which data may become stale."""

    async def write(action: Action) -> None:
        world.audit.intent(action)
        await world.clock.sleep(1.0)

    world.dispatch._journal.write_intent = write  # type: ignore[method-assign]


@pytest.mark.parametrize("slow", ["put_call", "line"])
async def test_a_bulk_waits_for_fresh_data_and_sends_the_rest(world: World, slow: str) -> None:
    await begin(world, 31)
    world.bridge.delay_s["put_call"] = 1.0
    if slow == "line":
        write_slowly(world)
    bulk = [world.action("mute", key, group="g") for key in range(1, 31)]
    world.dispatch.submit(bulk)
    await world.clock.advance(0.5)
    sent = len(world.bridge.writes())
    world.disarmed = STALE
    assert world.dispatch.waits_for_data
    await world.clock.advance(LONGEST_WAIT_S - 5)
    assert len(world.bridge.writes()) == sent, "nothing is written on stale data"
    alone = world.action("hold", 31)
    await go(world, alone, seconds=1)
    assert world.results[alone.id].detail == f"{STALE}; nothing was sent", (
        "a single press waits for nothing"
    )
    world.disarmed = ""
    await go(world, seconds=20)
    assert Counter(world.bridge.asked("put_call")) == Counter(range(1, 31))
    assert {outcome(world, action) for action in bulk} == {Outcome.DONE}


async def test_a_bulk_waits_for_fresh_data_once_and_not_long(world: World) -> None:
    await begin(world, 60)
    world.bridge.delay_s["put_call"] = 1.0
    bulk = [world.action("mute", key, group="g") for key in range(1, 61)]
    world.dispatch.submit(bulk)
    await world.clock.advance(0.5)
    world.disarmed = STALE
    await world.clock.advance(LONGEST_WAIT_S - 1)
    assert len(world.results) == PARALLEL
    await world.clock.advance(2)
    assert {world.results[action.id].detail for action in bulk[PARALLEL:]} == {
        f"{STALE}; nothing was sent"
    }
    assert not world.dispatch.waits_for_data
    assert len(world.bridge.writes()) == PARALLEL


async def test_a_bulk_that_waits_for_fresh_data_can_be_stopped(world: World) -> None:
    await begin(world, 60)
    world.disarmed = STALE
    bulk = [world.action("mute", key, group="g") for key in range(1, 61)]
    await go(world, *bulk, seconds=3)
    assert world.dispatch.stop("g") == 60
    world.disarmed = ""
    await go(world, seconds=5)
    assert world.bridge.writes() == []
    assert {world.results[action.id].detail for action in bulk} == {STOPPED}


async def test_what_was_changed_while_a_line_waited_for_fresh_data_is_not_overwritten(
    world: World,
) -> None:
    await begin(world, 3)
    write_slowly(world)
    bulk = [world.action("mute", key, group="g") for key in range(1, 4)]
    world.dispatch.submit(bulk)
    await world.clock.advance(0.5)
    world.disarmed = STALE
    await world.clock.advance(10)
    world.change(2, mute_mode=1)
    await world.clock.advance(2)
    world.disarmed = ""
    await go(world, seconds=5)
    assert world.bridge.asked("put_call") == [1, 3]
    assert world.results[bulk[1].id].detail == "changed since; nothing was sent"


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
    world.dispatch._journal._audit = MeddlingAudit(
        world, lambda: world.store.take_single(("call", 1), stranger, world.clock.now())
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
    pending = world.pending_actions.under_way()[0]
    await world.clock.advance(9)
    assert pending.contrary.count == 0
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
    assert world.store.live_state.calls[1].meeting_number == 200
    for _ in range(30):
        await world.clock.advance(0.5)
        world.pending_actions.expire()
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
    assert sorted(world.bridge.asked("get_call"), key=str) == [1, 2, 2]  # 2 before it was dropped
    assert not world.results
    await world.clock.advance(2)
    assert (outcome(world, mute), outcome(world, drop)) == (Outcome.LEFT, Outcome.DONE)


async def test_when_many_are_missed_one_read_of_all_calls_settles_most(world: World) -> None:
    world.populate(200)
    world.poller.watch({MEETINGS: 1.0, ALL_CALLS: 5.0, FEED: 1.0})
    await world.clock.advance(1)
    world.bridge.delay_s["get_call"] = 0.5
    world.bridge.errors["get_call"] = [ServerTrouble("503", status=503)] * 200
    world.bridge.ignored.add("muteMode")
    actions = [world.action("mute", key, group="g") for key in range(1, 101)]
    world.dispatch.submit(actions)
    await world.clock.settle()
    for key in range(1, 101):
        del world.bridge.calls[key]
    await go(world, seconds=2)
    assert {outcome(world, action) for action in actions} == {Outcome.LEFT}
    assert len(world.bridge.asked("get_call")) == PARALLEL


async def test_an_end_is_done_when_the_meeting_is_gone(world: World) -> None:
    await begin(world)
    meeting = world.store.live_state.meetings[100]
    end = build("end", meeting, "100")
    await go(world, end, seconds=3)
    assert outcome(world, end) is Outcome.DONE
    assert world.bridge.writes() == [("delete_meeting", 100)]
    assert 100 not in world.store.live_state.meetings


@pytest.mark.parametrize("ignored", [True, False])
async def test_a_lock_is_verified_by_the_list_of_meetings(world: World, ignored: bool) -> None:
    await begin(world)
    if ignored:
        world.bridge.ignored.add("isSecured")
    lock = build("lock", world.store.live_state.meetings[100], "100")
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
    lock = build("lock", world.store.live_state.meetings[100], "100")
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
    assert 1 not in world.store.live_state.calls


# A fresh look at the target, before it is hung up, or where the last read of it is old.


async def test_a_drop_looks_first_and_is_audited_then(world: World) -> None:
    await begin(world)
    await go(world, world.action("drop", 1), seconds=0)
    kinds = [
        kind if kind == "intent" else entry[0]
        for kind, entry in world.journal
        if kind == "intent" or entry[0] in ("get_call", "delete_call")
    ]
    assert kinds[:3] == ["get_call", "intent", "delete_call"]


@pytest.mark.parametrize("verb", ["mute", "drop"])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"created": 999_999}, "another caller has this id by now"),
        ({"created": None, "caller": "15550009999"}, "another caller has this id by now"),
        (None, "already left"),
    ],
)
async def test_an_id_reused_or_freed_unseen_gets_nothing(
    world: World, verb: str, fields: dict[str, Any] | None, message: str
) -> None:
    await begin(world)
    world.poller.set_interval(30)
    await world.clock.advance(4)
    if fields is None:
        del world.bridge.calls[1]
    else:
        world.change(1, **fields)
    await world.clock.advance(20)
    action = world.action(verb, 1)
    await go(world, action, seconds=2)
    result = world.results[action.id]
    assert world.bridge.writes() == []
    assert world.lines("intent") == []
    assert message in (str(result.outcome), result.detail.removesuffix("; nothing was sent"))
    assert result.outcome is (Outcome.GONE if fields is None else Outcome.REFUSED)


async def test_a_meeting_number_reused_unseen_is_not_ended(world: World) -> None:
    await begin(world)
    world.poller.set_interval(30)
    await world.clock.advance(4)
    world.bridge.meetings[100] = Meeting(meeting_number=100, id=9001, is_secured=False)
    await world.clock.advance(19)
    meeting = world.store.live_state.meetings[100]
    actions = [build("end", meeting, "100"), build("lock", meeting, "100")]
    await go(world, *actions, seconds=2)
    assert world.bridge.writes() == []
    assert {outcome(world, action) for action in actions} == {Outcome.REFUSED}
    assert world.results[actions[0].id].detail == (
        "another meeting has this number by now; nothing was sent"
    )


@pytest.mark.parametrize(
    "error", [TimedOut("no answer within 10 s"), ServerTrouble("503"), KeyError]
)
async def test_a_look_that_fails_sends_nothing(
    world: World, error: Exception | type[Exception]
) -> None:
    await begin(world)
    world.bridge.errors["get_call"] = [error]  # type: ignore[list-item]
    drop = world.action("drop", 1)
    await go(world, drop, seconds=1)
    assert world.bridge.writes() == []
    assert outcome(world, drop) is Outcome.REFUSED
    detail = world.results[drop.id].detail
    assert detail.startswith("it could not be read first")
    assert detail.endswith("nothing was sent")
    if isinstance(error, TimedOut):
        assert "no answer within 10 s" in detail


@pytest.mark.parametrize(("age_s", "looks"), [(4.9, 0), (5.1, 1)])
async def test_a_write_looks_first_where_the_last_read_is_old(
    world: World, age_s: float, looks: int
) -> None:
    await begin(world)
    world.poller.set_interval(60)
    await world.clock.advance(2.0 + age_s)  # the waits of before run out once
    mute = world.action("mute", 1)
    world.dispatch.submit([mute])
    await world.clock.settle()
    asked = [entry[0] for kind, entry in world.journal if kind == "request"]
    assert asked[: asked.index("put_call")].count("get_call") == looks


async def test_a_torn_read_that_missed_the_target_is_no_fresh_one(world: World) -> None:
    world.populate(3)
    await world.watch(ALL_CALLS)
    world.bridge.hidden.add(1)
    await world.clock.advance(20)
    assert 1 in world.store.live_state.calls
    await go(world, world.action("mute", 1), world.action("mute", 2), seconds=0)
    before = [entry for kind, entry in world.journal if kind == "request"]
    assert ("get_call", 1) in before[: before.index(("put_call", 1))]
    assert ("get_call", 2) not in before[: before.index(("put_call", 2))]


async def test_every_target_of_a_bulk_is_looked_at(world: World) -> None:
    await begin(world, 30)
    world.poller.set_interval(60)
    await world.clock.advance(10)
    for key in (3, 7):
        world.change(key, created=9_000_000 + key)
    del world.bridge.calls[5]
    actions = [world.action("drop", key, group="g") for key in range(1, 31)]
    await go(world, *actions, seconds=3)
    assert sorted(target for _, target in world.bridge.writes() if target) == [
        key for key in range(1, 31) if key not in (3, 5, 7)
    ]
    assert [outcome(world, actions[key - 1]) for key in (3, 5, 7)] == [
        Outcome.REFUSED, Outcome.GONE, Outcome.REFUSED,
    ]  # fmt: skip


async def test_what_the_look_shows_is_the_value_before(world: World) -> None:
    await begin(world)
    world.poller.set_interval(60)
    await world.clock.advance(10)
    world.change(1, mute_mode=3)  # another operator was quicker
    mute = world.action("mute", 1)
    assert mute.before == {"muteMode": 0}
    await go(world, mute, seconds=1)
    [intent] = world.lines("intent")
    assert intent.before == {"muteMode": 3}
    [(reported, _)] = world.lines("outcome")
    assert reported.before == {"muteMode": 3}


@pytest.mark.parametrize("group", [None, "g"])
async def test_a_line_that_the_caller_has_muted_unseen_is_not_opened_unasked(
    world: World, group: str | None
) -> None:
    await begin(world)
    world.change(1, mute_mode=2)
    world.poller.set_interval(60)
    await world.clock.advance(10)
    world.change(1, mute_mode=1)
    await world.clock.advance(10)
    unmute = world.action("unmute", 1, group=group)
    assert unmute.before == {"muteMode": 2}
    await go(world, unmute, seconds=1)
    assert world.bridge.writes() == []
    assert world.results[unmute.id].detail == (
        "muted by the caller or softly since; nothing was sent"
    )


async def test_the_real_status_and_the_requests_own_time_are_reported(world: World) -> None:
    await begin(world)
    world.bridge.delay_s["put_call"] = 4.0
    mute, drop = world.action("mute", 1), world.action("drop", 2)
    await go(world, mute, drop)
    results = [world.results[action.id] for action in (mute, drop)]
    assert [(result.status, result.latency_s) for result in results] == [(202, 4.0), (204, 0.0)]
    assert all(result.proved_s is not None and result.proved_s < 2.5 for result in results)


# What the bridge asks for.


@pytest.mark.parametrize(("asked_s", "rests_s"), [(20.0, 20.0), (None, 5.0)])
async def test_a_bulk_rests_as_long_as_a_429_asks_for_and_a_single_press_does_not(
    world: World, asked_s: float | None, rests_s: float
) -> None:
    await begin(world, 60)
    world.bridge.delay_s["put_call"] = 1.0
    world.bridge.errors["put_call"] = [Throttled("429", status=429, retry_after_s=asked_s)]
    world.dispatch.submit([world.action("mute", key, group="g") for key in range(1, 51)])
    await world.clock.advance(1.5)
    sent = len(world.bridge.writes())
    await world.clock.advance(rests_s - 1.0)
    assert len(world.bridge.writes()) == sent
    world.dispatch.submit([world.action("hold", 60), world.action("hold", 50)])
    await world.clock.settle()
    assert world.bridge.asked("put_call")[sent:] == [60, 50]
    await world.clock.advance(20)
    assert len(world.bridge.writes()) == 52
    assert [call.mute_mode for call in world.bridge.calls.values()].count(2) == 49


async def test_what_a_read_was_asked_to_wait_holds_for_bulks_and_proofs(world: World) -> None:
    await begin(world, 60)
    world.bridge.delay_s["put_call"] = 1.0
    world.dispatch.submit([world.action("mute", key, group="g") for key in range(1, 51)])
    await world.clock.advance(1.5)
    world.bridge.errors["scan_meetings"] = [Throttled("429", status=429, retry_after_s=20.0)]
    await world.clock.advance(3)
    asked = len(world.bridge.asked("put_call")), len(world.bridge.asked("get_call"))
    await world.clock.advance(15)
    assert (len(world.bridge.asked("put_call")), len(world.bridge.asked("get_call"))) == asked
    await world.clock.advance(30)
    assert len(world.bridge.asked("put_call")) == 50


async def test_a_bulk_that_rests_can_be_stopped(world: World) -> None:
    await begin(world, 60)
    world.bridge.errors["put_call"] = [Throttled("429", status=429, retry_after_s=300)]
    actions = [world.action("mute", key, group="g") for key in range(1, 51)]
    await go(world, *actions, seconds=3)
    sent = len(world.bridge.writes())
    assert world.dispatch.stop("g") == 50 - sent
    await go(world, world.action("mute", 60), seconds=3)
    assert len(world.bridge.writes()) == sent + 1
    await world.clock.advance(400)
    assert len(world.bridge.writes()) == sent + 1


async def test_after_a_401_nothing_is_read_alone(world: World) -> None:
    await begin(world, 30)
    world.poller.watch({MEETINGS: 1.0})
    world.bridge.ignored.add("muteMode")
    world.bridge.delay_s["get_call"] = 0.5
    await go(world, *[world.action("mute", key, group="g") for key in range(1, 31)], seconds=0.5)
    world.bridge.decide = lambda *_: Unauthorized("401", status=401)
    asked = len(world.bridge.asked("get_call"))
    await go(world, seconds=20)
    assert world.poller.unauthorized is not None
    assert len(world.bridge.asked("get_call")) - asked <= PARALLEL


# What turns out later.


async def late(world: World, *, lost: bool, after_s: float, seconds: float = 60.0) -> Action:
    await begin(world)
    if lost:
        world.bridge.errors["put_call"] = [TimedOut("no answer", lost=True)]
    world.bridge.applied_after_s = after_s
    mute = world.action("mute", 1)
    await go(world, mute, seconds=seconds)
    return mute


@pytest.mark.parametrize("lost", [True, False])
async def test_one_applied_late_is_reported_as_such(world: World, lost: bool) -> None:
    corrected: list[tuple[Action, Any]] = []
    world.pending_actions.on_corrected(lambda *args: corrected.append(args))
    mute = await late(world, lost=lost, after_s=20.0)
    assert outcome(world, mute) is (Outcome.UNKNOWN if lost else Outcome.NOT_APPLIED)
    [(action, result)] = corrected
    assert (action.id, result.outcome, result.detail) == (mute.id, Outcome.DONE, "applied late")
    assert 20 <= result.proved_s < 24
    [line] = world.pending_actions.log
    assert isinstance(line, LogEntry)
    assert line.result == result
    assert [result.outcome for _, result in world.lines("outcome")][-1] is Outcome.DONE
    assert note(world, 1) == ""
    assert len(world.bridge.writes()) == 1


async def test_where_no_feed_looks_what_was_lost_is_still_looked_for(world: World) -> None:
    world.populate(2)
    await world.watch(ALL_CALLS)
    world.poller.set_interval(60)
    await world.clock.advance(3)
    corrected: list[Outcome] = []
    world.pending_actions.on_corrected(lambda _action, result: corrected.append(result.outcome))
    world.bridge.errors["put_call"] = [TimedOut("no answer", lost=True)]
    world.bridge.applied_after_s = 20.0
    await go(world, world.action("mute", 1), seconds=31)
    assert corrected == [Outcome.DONE]


async def test_what_stays_unknown_stays_so(world: World) -> None:
    corrected: list[object] = []
    world.pending_actions.on_corrected(lambda *args: corrected.append(args))
    mute = await late(world, lost=True, after_s=1000.0, seconds=200)
    assert outcome(world, mute) is Outcome.UNKNOWN
    assert corrected == []
    assert not world.pending_actions.is_open(mute)
    assert not world.pending_actions._corrections


@pytest.mark.parametrize("after_s", [0.0, 20.0])
async def test_what_another_changes_back_is_reported(world: World, after_s: float) -> None:
    corrected: list[str] = []
    world.pending_actions.on_corrected(lambda _action, result: corrected.append(result.detail))
    mute = await late(world, lost=False, after_s=after_s, seconds=after_s + 2.5)
    world.change(1, mute_mode=0)
    await go(world, seconds=3)
    assert corrected[-1].endswith("changed back by another")
    assert ("applied late" in corrected[-1]) == bool(after_s)
    assert note(world, 1) == "reverted"
    await go(world, seconds=10)
    assert note(world, 1) == ""
    assert not world.pending_actions.is_open(mute)


async def test_what_is_changed_much_later_or_by_us_is_no_reverting(world: World) -> None:
    corrected: list[object] = []
    world.pending_actions.on_corrected(lambda *args: corrected.append(args))
    await late(world, lost=False, after_s=0.0, seconds=2)
    await go(world, world.action("unmute", 1), seconds=4)
    await go(world, world.action("mute", 1), seconds=16)
    world.change(1, mute_mode=0)
    await go(world, seconds=10)
    assert corrected == []


async def test_a_field_that_cannot_be_read_proves_nothing(world: World) -> None:
    await begin(world)
    world.bridge.ignored.add("muteMode")
    mute = world.action("mute", 1)
    world.change(1, mute_mode=None)
    await go(world, mute, seconds=UNKNOWN_AFTER_S + 2)
    assert outcome(world, mute) is Outcome.UNKNOWN


async def test_a_feed_that_takes_long_is_not_waited_for(world: World) -> None:
    world.populate(3)
    world.bridge.delay_s["scan_calls"] = 16.0
    world.poller.watch({MEETINGS: 1.0, FEED: 1.0})
    await world.clock.advance(17)
    mute = world.action("mute", 1)
    await go(world, mute, seconds=1)
    assert outcome(world, mute) is Outcome.DONE


async def test_what_was_only_seen_late_is_not_reported_as_applied_late(world: World) -> None:
    await begin(world)
    corrected: list[str] = []
    world.pending_actions.on_corrected(lambda _action, result: corrected.append(result.detail))
    mute = world.action("mute", 1)
    world.bridge.decide = lambda name, _target: (
        ServerTrouble("503", status=503) if name.startswith(("scan", "get")) else None
    )
    await go(world, mute, seconds=UNKNOWN_AFTER_S + 2)
    assert outcome(world, mute) is Outcome.UNKNOWN
    world.bridge.decide = lambda *_: None
    await go(world, seconds=40)
    assert corrected == ["seen late"]
