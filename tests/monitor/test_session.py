"""The parts tied together: from a key to what the bridge was sent, without a screen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from confmon.clock import KEY_S, KEYS
from confmon.commands import Danger, commands_of
from confmon.config.settings.model import Settings
from confmon.models.errors import (
    BridgeError,
    Forbidden,
    Rejected,
    ServerTrouble,
    TimedOut,
    Unauthorized,
)
from confmon.models.live_records import Meeting
from confmon.monitor.actions.action import Outcome
from confmon.monitor.plans.command_plans import name_plan, plan_for
from confmon.monitor.session import Session
from confmon.monitor.views.event_lines import event_lines
from tests.clock import HandClock, InlineExecutor
from tests.monitor.conftest import MemoryAudit, MemoryBridge, World, a_call

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.plan import Plan
    from confmon.ports import Mediator


class Remembered:
    """Refused fields, for as long as the test lasts."""

    def __init__(self) -> None:
        self.fields: set[str] = set()

    def known(self) -> frozenset[str]:
        return frozenset(self.fields)

    def add(self, field: str) -> None:
        self.fields.add(field)

    def forget(self, field: str) -> None:
        self.fields.discard(field)


class Desk:
    """A session on a bridge in memory with one meeting of six."""

    def __init__(self, **settings: Any) -> None:
        self.clock = HandClock()
        self.bridge = MemoryBridge(self.clock)
        self.audit = MemoryAudit(self.bridge.journal)
        self.ignored_fields = Remembered()
        self.changed = 0
        World.populate(self, 6)  # type: ignore[arg-type]
        self.session = Session(
            Settings(profile="test", base_url="http://127.0.0.1", login="x", **settings),
            audit=self.audit,
            ignored_fields=self.ignored_fields,
            clock=self.clock,
            on_change=self._count,
        )
        self.results: dict[str, Outcome] = {}
        self.session.pending_actions.on_settled(self._note)

    def _note(self, action: Action, result: Result) -> None:
        self.results[action.id] = result.outcome

    def _count(self) -> None:
        self.changed += 1

    async def open(self) -> Session:
        self.session.connect(self.bridge)
        await self.clock.settle()
        return self.session

    def plan(self, command: str, key: int | None = None) -> Plan:
        shown = frozenset(self.session.view.keys(self.session.look(), self.clock.now()))
        return plan_for(self.session, command, key, shown)

    async def press(self, command: str, key: int | None = None) -> list[Outcome]:
        plan = self.plan(command, key)
        assert not plan.refusal, plan.refusal
        self.session.send(plan.actions)
        return await self.outcomes({action.id for action in plan.actions})

    async def undo(self) -> list[Outcome]:
        before = {*self.results}
        self.session.undo.undo()
        await self.outcomes(before)
        return [self.results[result] for result in self.results if result not in before]

    async def outcomes(self, ids: set[str]) -> list[Outcome]:
        for _ in range(20):
            await self.clock.advance(1)
            self.session.tick()
        return [outcome for one, outcome in self.results.items() if one in ids]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    made = Desk()
    await made.open()
    yield made
    await made.session.close()


async def test_rooms_are_not_refused_for_the_trouble_of_the_mediator() -> None:
    def fail() -> Mediator:
        raise BridgeError("no route to the Mediator")

    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    made = Desk()
    made.session.open_mediator = fail
    made.session.look_at("forwarding")
    await made.clock.settle()
    sections = made.session.sections
    assert sections.disarmed("forwarding") == "no route to the Mediator"
    assert sections.disarmed("rooms") == "not connected yet"
    await made.session.close()


def disarmed(desk: Desk) -> str:
    """Asked again each time, because time has passed."""
    return desk.session.disarmed()


async def test_m_in_a_meeting_mutes_and_u_restores(desk: Desk) -> None:
    desk.session.go("meeting", 100)
    await desk.clock.settle()
    assert await desk.press("mute", 3) == [Outcome.DONE]
    assert desk.bridge.calls[3].mute_mode == 2
    assert await desk.undo() == [Outcome.DONE]
    assert desk.bridge.calls[3].mute_mode == 0


async def test_what_happens_is_remembered_with_who_did_it(desk: Desk) -> None:
    memory = desk.session.memory
    desk.session.go("meeting", 100)
    await desk.clock.settle()
    desk.bridge.calls[5] = replace(desk.bridge.calls[5], qa_mode=1)
    assert await desk.press("mute", 3) == [Outcome.DONE]
    assert await desk.undo() == [Outcome.DONE]
    assert [(line.kind, line.events[0].call, line.by) for line in memory.events] == [
        ("muted", 3, "us"), ("asked", 5, "caller"), ("unmuted", 3, "us"),
    ]  # fmt: skip
    assert next(iter(memory.asking)).call == 5
    await desk.clock.advance(40)
    assert memory.series.values("calls")[-1] == 6
    assert memory.series.last_minute("joins") == 0
    assert event_lines(memory.events, desk.session.look())[-1][-1][0].endswith("by you")


async def test_a_key_for_marked_callers_of_unknown_state_keeps_its_name(desk: Desk) -> None:
    desk.session.go("meeting", 100)
    for key in (3, 4):
        desk.bridge.calls[key] = replace(desk.bridge.calls[key], mute_mode=99)
    await desk.clock.advance(3)
    desk.session.view.mark([3, 4], desk.session.live_state)
    assert desk.plan("mute").refusal == "nobody to mute: 2 unknown mute codes"


async def test_a_caller_is_made_a_host_and_u_takes_it_back(desk: Desk) -> None:
    desk.session.go("meeting", 100)
    await desk.clock.settle()
    assert desk.plan("promote", 3).danger is Danger.ASK
    assert desk.plan("demote", 3).refusal
    assert await desk.press("promote", 3) == [Outcome.DONE]
    assert desk.session.live_state.tally(100)[:2] == (1, 5)
    assert desk.plan("promote", 3).refusal
    assert "no host is left then" in desk.plan("demote", 3).warns
    assert await desk.undo() == [Outcome.DONE]
    assert desk.session.live_state.tally(100)[:2] == (0, 6)
    assert desk.bridge.calls[3].role == 2
    events = [(line.kind, line.by) for line in desk.session.memory.events if line.kind == "role"]
    assert events == [("role", "us"), ("role", "us")]


async def test_a_second_m_waits_for_the_first_to_be_proved(desk: Desk) -> None:
    desk.session.go("meeting", 100)
    desk.bridge.delay_s["put_call"] = 2.0
    desk.session.send(desk.plan("mute", 3).actions)
    assert desk.plan("mute", 3).refusal == "still muting…"
    assert desk.plan("drop", 3).danger is Danger.ASK


async def test_mute_all_leaves_hosts_and_legs_out(desk: Desk) -> None:
    World.change(desk, 1, role=1)  # type: ignore[arg-type]
    World.change(desk, 2, role=0)  # type: ignore[arg-type]
    await desk.clock.advance(5)
    plan = desk.plan("mute_all", 100)
    assert [action.key for action in plan.actions] == [3, 4, 5, 6]
    assert plan.left_out == {"host": 1, "recording leg": 1}
    assert await desk.press("mute_all", 100) == [Outcome.DONE] * 4
    assert desk.bridge.calls[1].mute_mode == 0
    assert await desk.undo() == [Outcome.DONE] * 4
    assert {call.mute_mode for call in desk.bridge.calls.values()} == {0}


async def test_marks_are_acted_on_and_the_hidden_ones_counted(desk: Desk) -> None:
    view = desk.session.go("calls")
    await desk.clock.settle()
    view.mark([1, 2, 3], desk.session.live_state)
    view.set_filter("15550000001")
    plan = desk.plan("drop", 6)
    assert [action.key for action in plan.actions] == [1, 2, 3]
    assert (plan.hidden, plan.typed) == (2, "3")


async def test_an_unknown_mute_code_is_refused(desk: Desk) -> None:
    World.change(desk, 1, mute_mode=7)  # type: ignore[arg-type]
    desk.session.go("calls")
    await desk.clock.advance(3)
    assert "muteMode 7?" in desk.plan("mute", 1).refusal


async def test_verbs_for_callers_need_callers(desk: Desk) -> None:
    assert desk.plan("mute", 100).refusal
    desk.session.go("calls")
    assert desk.plan("mute", None).refusal
    assert desk.plan("mute", 999).refusal
    assert name_plan(desk.session, 999, "Ann").refusal
    assert name_plan(desk.session, 1, "Ann").actions[0].change == {"customName": "Ann"}


async def test_end_says_who_goes_and_ends_the_meeting_alone(desk: Desk) -> None:
    plan = desk.plan("end", 100)
    assert plan.typed == "100"
    assert plan.who == ("6 callers will be hung up",)
    assert await desk.press("end", 100) == [Outcome.DONE]
    assert desk.bridge.writes() == [("delete_meeting", 100)]
    await desk.clock.advance(10)
    assert not desk.session.live_state.calls


@pytest.mark.parametrize(
    ("error", "remembered"),
    [
        (None, True),
        (Rejected("400 Invalid field specific", status=400), True),
        (TimedOut("no answer", lost=True), False),
        (Forbidden("403", status=403), False),
        (ServerTrouble("500", status=500), False),
    ],
)
async def test_a_field_the_endpoint_does_not_apply_is_remembered(
    desk: Desk, error: Exception | None, remembered: bool
) -> None:
    desk.bridge.ignored.add("isSecured")
    if error is not None:
        desk.bridge.errors["put_meeting"] = [error]
    [outcome] = await desk.press("lock", 100)
    assert outcome in (Outcome.NOT_APPLIED, Outcome.REFUSED, Outcome.UNKNOWN)
    assert ("isSecured" in desk.ignored_fields.known()) == remembered
    plan = desk.plan("lock", 100)
    assert plan.danger is (Danger.ASK if remembered else Danger.NONE)
    desk.bridge.ignored.clear()
    assert await desk.press("lock", 100) == [Outcome.DONE]
    assert not desk.ignored_fields.known()


async def test_verbs_are_off_while_paused_and_the_live_state_does_not_change(desk: Desk) -> None:
    desk.session.go("calls")
    await desk.clock.settle()
    desk.session.pause()
    del desk.bridge.calls[1]
    await desk.clock.advance(4)
    assert 1 in desk.session.live_state.calls
    assert disarmed(desk) == "the view is paused"
    assert desk.session.paused_for_s == 4
    desk.session.pause()
    assert 1 not in desk.session.live_state.calls
    assert disarmed(desk) == ""


async def test_freshness_arms_the_verbs(desk: Desk) -> None:
    assert disarmed(desk) == ""
    desk.bridge.decide = lambda name, _: (
        ServerTrouble("503", status=503) if name.startswith("scan") else None
    )
    await desk.clock.advance(30)
    assert disarmed(desk) == "data is stale"
    mute = desk.plan("lock", 100)
    desk.session.send(mute.actions)
    await desk.clock.advance(1)
    assert desk.bridge.writes() == []
    desk.bridge.decide = lambda *_: None
    await desk.clock.advance(60)
    assert disarmed(desk) == ""
    assert desk.bridge.writes() == []


async def test_a_wrong_login_disarms(desk: Desk) -> None:
    desk.bridge.decide = lambda *_: Unauthorized("401", status=401)
    await desk.clock.advance(3)
    assert disarmed(desk) == "not authorized"


async def test_before_the_bridge_is_there_nothing_can_be_sent() -> None:
    desk = Desk()
    assert disarmed(desk) == "not connected yet"
    assert Desk(read_only=True).session.disarmed() == "read-only"
    desk.session.send([])
    await desk.session.close()


async def test_where_nothing_was_ever_read_no_data_is_stale() -> None:
    desk = Desk()
    desk.bridge.decide = lambda *_: ServerTrouble("503", status=503)
    await desk.open()
    await desk.clock.advance(30)
    assert disarmed(desk) == "no data yet"
    await desk.session.close()


async def test_leaving_settles_and_closes(desk: Desk) -> None:
    desk.session.go("calls")
    await desk.clock.settle()
    desk.bridge.delay_s["put_call"] = 5.0
    desk.session.send(desk.plan("mute", 1).actions)
    await desk.clock.advance(1)
    await desk.session.close()
    assert desk.bridge.closed
    kinds = [kind for kind, _ in desk.bridge.journal if kind != "request"]
    assert kinds == ["intent", "outcome"]


async def test_days_of_meetings_leave_nothing_behind(desk: Desk) -> None:
    session, bridge = desk.session, desk.bridge
    for number in range(1000, 1060):
        bridge.meetings[number] = Meeting(meeting_number=number, id=number)
        if number % 2:  # some of them never have a caller
            bridge.calls[number] = a_call(number, meeting_number=number)
        await desk.clock.advance(5)
        if number % 3:  # and not all are looked into
            session.go("meeting", number).set_filter("x")
        await desk.clock.advance(5)
        session.live_state.tally(number)
        bridge.calls.pop(number, None)
        del bridge.meetings[number]
    session.go("meetings")
    for _ in range(20):
        await desk.clock.advance(2)
        session.tick()
    assert len(session.views) <= 1
    store = session.store
    known = {100}
    assert set(store.live_state.by_meeting) == known
    assert set(store.live_state.tallies) <= known
    assert {feed.meeting for feed in store.seen} <= {None, *known}
    live_state = store.live_state
    assert not any(
        (live_state.left_calls, live_state.left_meetings, live_state.changes, live_state.notes)
    )
    assert session.poller is not None
    assert len(session.poller._loops) <= 3


async def test_what_cannot_be_read_is_not_turned_round(desk: Desk) -> None:
    desk.bridge.calls[1] = a_call(1, hold_mode=None, gain_level=None, mute_mode=None)
    desk.bridge.meetings[100] = Meeting(meeting_number=100, id=9000)
    await desk.clock.advance(6)
    assert desk.plan("lock", 100).refusal == "no isSecured that can be read: neither on nor off"
    assert desk.plan("record", 100).refusal == "no isRecording that can be read: neither on nor off"
    desk.session.go("calls")
    await desk.clock.settle()
    refusals = {
        "mute": "no muteMode that can be read: not a state confmon knows",
        "hold": "no holdMode that can be read: not a state confmon knows",
        "gain_up": "no gainLevel that can be read: nothing to step from",
        "gain_down": "no gainLevel that can be read: nothing to step from",
    }
    for command, refusal in refusals.items():
        plan = desk.plan(command, 1)
        assert (plan.actions, plan.refusal) == ((), refusal)
    assert desk.plan("drop", 1).actions


OF_THEIR_OWN = {
    "name", "undo", "redo", "lecture", "doors", "mute_ladder", "noisy_line", "dial_in"
}  # fmt: skip
"""Verbs that are typed into a field, made of what was done before, or planned in `order_plans`."""


async def test_every_verb_of_the_live_screen_has_a_plan(desk: Desk) -> None:
    verbs = [command for command in commands_of("live") if command.writes]
    assert verbs
    for verb in verbs:
        if verb.id not in OF_THEIR_OWN:
            desk.session.go("meetings")
            of_meeting = desk.plan(verb.id, 100)
            desk.session.go("meeting", 100)
            of_caller = desk.plan(verb.id, 1)
            for plan in (of_meeting, of_caller):
                assert plan.actions or plan.refusal, verb.id


@pytest.mark.parametrize(("value", "shown"), [(0, 2), (2, 0)])
async def test_m_follows_the_codes_of_the_config(value: int, shown: int) -> None:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    desk = Desk(codes={"call.muteMode": {0: "muted by host", 2: "not muted"}})
    desk.bridge.calls[3] = a_call(3, mute_mode=value)
    await desk.open()
    desk.session.go("meeting", 100)
    await desk.clock.settle()
    assert await desk.press("mute", 3) == [Outcome.DONE]
    assert desk.bridge.calls[3].mute_mode == shown
    assert await desk.undo() == [Outcome.DONE]
    assert desk.bridge.calls[3].mute_mode == value
    await desk.session.close()


async def test_a_read_is_shown_behind_a_key_that_is_on_its_way() -> None:
    desk = Desk()
    session = await desk.open()
    before, next_read_s = desk.changed, desk.clock.waits()[0]
    try:
        KEYS.add(desk.clock.now() + next_read_s)
        await desk.clock.advance(next_read_s)
        assert session.age_s() == 0, "it was read"
        assert desk.changed == before, "the key is drawn first"
        await desk.clock.advance(2 * KEY_S)
        assert desk.changed > before
    finally:
        KEYS.add(float("-inf"))
        await session.close()


async def test_a_paused_view_is_as_old_as_it_was_and_the_time_since() -> None:
    desk = Desk()
    session = await desk.open()
    await desk.clock.advance(1)
    age_s = session.age_s()
    assert age_s is not None
    assert age_s > 0
    session.pause()
    await desk.clock.advance(30)
    assert session.shown_age_s() == pytest.approx(age_s + 30)
    session.pause()
    assert session.shown_age_s() == session.age_s()
    await session.close()
