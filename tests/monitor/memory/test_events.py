"""The events of each read: every one is a difference of the confirmed state."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.models.identity import same, target_of
from confmon.models.live_records import Call, Meeting
from confmon.monitor.actions.pending import PendingActions
from confmon.monitor.actions.verbs import build
from confmon.monitor.memory.memory import Memory
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of
from tests.monitor.conftest import World, a_call
from tests.monitor.memory.conftest import Desk, calls, kinds
from tests.monitor.test_live_store_history import History

if TYPE_CHECKING:
    from confmon.models.identity import Target
    from confmon.monitor.memory.events import Event
    from confmon.monitor.polling.state_update import Diff


def meeting(number: int = 100, **fields: Any) -> Meeting:
    return Meeting(meeting_number=number, **{"id": number, "is_secured": False} | fields)


def test_the_first_read_of_a_feed_makes_no_events(desk: Desk) -> None:
    assert desk.show(MEETINGS, [meeting()]) == []
    assert desk.show(ALL_CALLS, calls(1, 2, qa_mode=1)) == []
    assert kinds(desk.show(ALL_CALLS, calls(1, 2, 3, qa_mode=1))) == [("joined", 3), ("asked", 3)]
    assert kinds(desk.show(MEETINGS, [meeting(), meeting(200)])) == [("started", 200)]


def test_nobody_has_joined_before_a_read_was_whole(desk: Desk) -> None:
    assert desk.show(ALL_CALLS, calls(1), clean=False) == []
    assert desk.show(ALL_CALLS, calls(1, 2, 3), clean=False) == []
    assert desk.show(ALL_CALLS, calls(1, 2, 3, 4)) == []
    assert kinds(desk.show(ALL_CALLS, calls(1, 2, 3, 4, 5), clean=False)) == [("joined", 5)]


def test_a_read_of_one_meeting_covers_that_meeting(desk: Desk) -> None:
    desk.show(calls_of(100), calls(1))
    assert kinds(desk.show(calls_of(100), calls(1, 2))) == [("joined", 2)]
    assert desk.show(calls_of(200), calls(3, meeting_number=200)) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"mute_mode": 0}, {"mute_mode": 2}, ("muted", "other")),
        ({"mute_mode": 0}, {"mute_mode": 1}, ("muted", None)),
        ({"mute_mode": 1}, {"mute_mode": 2}, ("muted", "other")),
        ({"mute_mode": 3}, {"mute_mode": 1}, None),
        ({"mute_mode": 2}, {"mute_mode": 0}, ("unmuted", "other")),
        ({"mute_mode": 1}, {"mute_mode": 0}, ("unmuted", None)),
        ({"mute_mode": None}, {"mute_mode": 2}, None),
        ({"mute_mode": 0}, {"mute_mode": 77}, None),
        ({"hold_mode": 0}, {"hold_mode": 1}, ("held", "other")),
        ({"hold_mode": 40}, {"hold_mode": 0}, ("released", "other")),
        ({"hold_mode": 1}, {"hold_mode": 40}, None),
        ({"hold_mode": None}, {"hold_mode": 1}, None),
        ({"custom_name": None}, {"custom_name": "Anna"}, ("renamed", "other")),
        ({"custom_name": None}, {"custom_name": ""}, None),
        ({"gain_level": 0}, {"gain_level": 2}, ("gain", "other")),
        ({"role": 2}, {"role": 3}, ("role", "other")),
        ({"qa_mode": 0}, {"qa_mode": 1}, ("asked", "caller")),
        ({"qa_mode": 1}, {"qa_mode": 0}, ("answered", None)),
        ({"operator_mode": 1}, {"operator_mode": None}, None),
        ({"codec": "G711"}, {"codec": "G722"}, None),
    ],
)
def test_each_change_is_one_event(
    desk: Desk,
    before: dict[str, Any],
    after: dict[str, Any],
    expected: tuple[str, str | None] | None,
) -> None:
    desk.show(ALL_CALLS, [*calls(1, **before), *calls(2)])
    events = desk.show(ALL_CALLS, [*calls(1, **before | after), *calls(2)])
    assert [(event.kind, event.by) for event in events] == ([expected] if expected else [])


def test_coming_going_and_moving(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1, 2, 3))
    events = desk.show(ALL_CALLS, [*calls(1), *calls(2, meeting_number=200)])
    assert [(e.kind, e.call, e.meeting) for e in events] == [
        ("moved", 2, 200), ("left", 3, 100),
    ]  # fmt: skip
    events = desk.show(ALL_CALLS, [*calls(1), *calls(2, 4, meeting_number=None)])
    assert [(e.kind, e.call, e.meeting) for e in events] == [
        ("arrived", 4, None), ("left", 2, 200),
    ]  # fmt: skip
    events = desk.show(ALL_CALLS, [*calls(1, 4), *calls(2, meeting_number=None)])
    assert [(e.kind, e.call, e.meeting) for e in events] == [("joined", 4, 100)]


def test_the_last_host_and_the_first(desk: Desk) -> None:
    host = calls(1, role=1)
    desk.show(ALL_CALLS, [*host, *calls(2, role=1), *calls(3)])
    assert kinds(desk.show(ALL_CALLS, [*host, *calls(3)])) == [("left", 2)]
    assert kinds(desk.show(ALL_CALLS, calls(3))) == [("left", 1), ("host_left", 1)]
    assert kinds(desk.show(ALL_CALLS, [*calls(3), *calls(4, role=1)])) == [
        ("joined", 4), ("host_joined", 4),
    ]  # fmt: skip
    # Another takes over in the same read; and nobody is left to be led.
    assert kinds(desk.show(ALL_CALLS, [*calls(3, role=1), *calls(4)])) == [("role", 3), ("role", 4)]
    desk.show(ALL_CALLS, [*calls(3, role=1), *calls(9, meeting_number=200)])
    assert kinds(desk.show(ALL_CALLS, calls(9, meeting_number=200))) == [("left", 3)]


def test_what_happens_to_a_meeting(desk: Desk) -> None:
    desk.show(MEETINGS, [meeting(is_recording=False), meeting(200)])
    events = desk.show(MEETINGS, [meeting(is_recording=True, is_secured=True), meeting(200)])
    assert [(e.kind, e.by) for e in events] == [("locked", "other"), ("recording_on", "other")]
    # A field that was not there before says nothing.
    assert desk.show(MEETINGS, [meeting(is_secured=True), meeting(200, is_recording=True)]) == []
    assert kinds(desk.show(MEETINGS, [meeting(is_secured=True)])) == [("ended", 200)]
    assert kinds(desk.show(MEETINGS, [meeting(id=9, is_secured=True)])) == [
        ("ended", 100), ("started", 100),
    ]  # fmt: skip


def test_a_reused_id_has_left_and_joined(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1, 2))
    events = desk.show(ALL_CALLS, [a_call(1, created=10**9, caller="4930"), *calls(2)])
    assert kinds(events) == [("left", 1), ("joined", 1)]
    assert [event.record.created for event in events] == [1000, 10**9]


# Who did it.


def remembering(world: World) -> list[Event]:
    memory = Memory(world.store, world.pending_actions, world.clock)
    events: list[Event] = []
    memory.events.on_events(events.extend)
    return events


async def test_our_actions_are_ours_and_others_are_not(world: World) -> None:
    events = remembering(world)
    world.populate(4)
    await world.watch(MEETINGS, ALL_CALLS)
    world.dispatch.submit([world.action("mute", 1), world.action("drop", 2)])
    world.change(3, mute_mode=2)
    await world.clock.advance(10)
    assert {(e.kind, e.call, e.by) for e in events} == {
        ("muted", 1, "us"), ("dropped", 2, "us"), ("muted", 3, "other"),
    }  # fmt: skip
    events.clear()
    world.change(1, mute_mode=0)
    await world.clock.advance(5)
    world.change(1, mute_mode=2)
    await world.clock.advance(5)
    assert [(e.kind, e.by) for e in events] == [("unmuted", "other"), ("muted", "other")]


async def test_what_we_did_to_a_meeting_is_ours(world: World) -> None:
    events = remembering(world)
    world.populate(2)
    await world.watch(MEETINGS, ALL_CALLS)
    record = world.store.live_state.meetings[100]
    world.dispatch.submit([build("lock", record, "meeting 100")])
    await world.clock.advance(6)
    record = world.store.live_state.meetings[100]
    world.dispatch.submit([build("end", record, "meeting 100")])
    await world.clock.advance(10)
    assert {(e.kind, e.call, e.by) for e in events} == {
        ("locked", None, "us"), ("ended", None, "us"), ("left", 1, "us"), ("left", 2, "us"),
    }  # fmt: skip


async def test_callers_of_a_meeting_that_we_ended_leave_by_us_also_in_a_slow_feed(
    world: World,
) -> None:
    events = remembering(world)
    world.populate(2)
    world.bridge.calls[9] = a_call(9, meeting_number=200)  # an empty read would be doubted
    world.poller.watch({MEETINGS: 1.0, ALL_CALLS: 20.0})
    await world.clock.settle()
    record = world.store.live_state.meetings[100]
    world.dispatch.submit([build("end", record, "meeting 100")])
    await world.clock.advance(15)
    assert [(e.kind, e.by) for e in events] == [("ended", "us")]
    await world.clock.advance(35)
    assert [(e.kind, e.by) for e in events[1:]] == [("left", "us")] * 2


async def test_whoever_asks_hears_the_same_of_one_change(world: World) -> None:
    authors = Memory(world.store, world.pending_actions, world.clock).authors
    world.populate(1)
    await world.watch(ALL_CALLS)
    heard: list[list[bool]] = []

    def hear(diff: Diff, *_: object) -> None:
        for key in diff.changed:
            was, now = diff.was[key], world.store.live_state.calls[key]
            target: Target = ("call", key)
            asked = [authors.explain_change("muteMode", was, now, target) for _ in range(3)]
            heard.append(asked)

    world.store.on_changed(hear)
    world.dispatch.submit([world.action("mute", 1)])
    await world.clock.advance(6)
    for mode in (0, 2):
        world.change(1, mute_mode=mode)
        await world.clock.advance(4)
    assert heard == [[True] * 3, [False] * 3, [False] * 3]


async def test_what_was_not_sent_yet_explains_nothing(world: World) -> None:
    events = remembering(world)
    world.populate(2)
    await world.watch(ALL_CALLS)
    world.pending_actions.add(world.action("mute", 1))
    world.change(1, mute_mode=2)
    await world.clock.advance(3)
    assert [(e.kind, e.by) for e in events] == [("muted", "other")]


async def test_an_action_that_works_late_is_ours(world: World) -> None:
    events = remembering(world)
    world.populate(2)
    await world.watch(ALL_CALLS)
    world.bridge.applied_after_s = 40
    world.dispatch.submit([world.action("mute", 1)])
    await world.clock.advance(30)
    assert world.settled
    assert not events
    await world.clock.advance(20)
    assert [(e.kind, e.by) for e in events] == [("muted", "us")]


# Every history.


def explained(
    event: Event, before: dict[Target, Call | Meeting], after: dict[Target, Call | Meeting]
) -> bool:
    """Whether the confirmed state shows this difference between before and after a read."""
    if event.call is None:
        target = target_of(event.record)
        old, new = before.get(target), after.get(target)
        assert old is None or isinstance(old, Meeting)
        assert new is None or isinstance(new, Meeting)
        match event.kind:
            case "started":
                return new is event.record and (old is None or not same(old, new))
            case "ended":
                return old is event.record and (new is None or not same(old, new))
            case "locked" | "unlocked":
                assert old is not None
                assert new is not None
                return (old.is_secured, new.is_secured) == (
                    event.kind == "unlocked", event.kind == "locked",
                )  # fmt: skip
        return False
    old, new = before.get(("call", event.call)), after.get(("call", event.call))
    is_another = old is None or new is None or not same(old, new)
    match event.kind:
        case "joined" | "arrived":
            moved = old is not None and old.meeting_number is None
            return new is event.record and (is_another or moved)
        case "left":
            moved = new is not None and new.meeting_number is None
            return old is event.record and (is_another or moved)
        case "moved":
            return old is event.was and new is event.record and not is_another
        case "muted" | "unmuted":
            assert isinstance(old, Call)
            assert isinstance(new, Call)
            return old.mute_mode != new.mute_mode
    return False


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 80))
def test_no_event_is_invented_and_none_is_missed(seed: int, steps: int) -> None:
    history = History(Random(seed))  # noqa: S311 - repeatable, not secret
    memory = Memory(history.store, PendingActions(history.store, history.clock), history.clock)
    events: list[Event] = []
    memory.events.on_events(events.extend)
    for _ in range(steps):
        before, was_read = history.standing(), {MEETINGS, ALL_CALLS} <= history.store.seen.keys()
        history.step()
        after = history.standing()
        assert all(explained(event, before, after) for event in events)
        reported = [(event.kind, target_of(event.record)) for event in events]
        assert len(set(reported)) == len(reported)
        if was_read:
            heard = {target for _, target in reported}
            assert {target for target in before if target not in after} <= heard
            assert {t for t in before if mutes(before, t) != mutes(after, t)} <= heard
        events.clear()


def mutes(records: dict[Target, Call | Meeting], target: Target) -> bool:
    record = records.get(target)
    return isinstance(record, Call) and record.mute_mode in (1, 2, 3)
