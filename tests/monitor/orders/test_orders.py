"""Standing orders: they hold for latecomers, and end exactly as they began."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import pytest

from confmon.commands import BY_ID
from confmon.models.errors import Forbidden, Throttled, TimedOut
from confmon.models.live_records import Meeting
from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.verbs import VERBS, build
from confmon.monitor.orders.account import AccountKind
from confmon.monitor.orders.order import ORDER_KINDS
from confmon.monitor.plans.order_plans import order_plan

if TYPE_CHECKING:
    from tests.monitor.orders.conftest import Desk


async def test_a_lecture_mutes_all_but_hosts_and_latecomers_as_they_join(desk: Desk) -> None:
    desk.begin()
    await desk.go_on(4)
    assert desk.muted == [2, 3, 4, 5]
    desk.join(9)
    desk.join(10, role=1)
    desk.join(11, mute_mode=1)
    await desk.go_on(6)
    assert desk.muted == [2, 3, 4, 5, 9, 11]
    assert desk.bridge.calls[11].mute_mode == 1


async def test_it_does_not_begin_in_another_session_than_the_one_that_was_meant(
    desk: Desk,
) -> None:
    meant = desk.session.live_state.meetings[100]
    desk.bridge.meetings[100] = replace(desk.bridge.meetings[100], id=9999)
    await desk.go_on(4)
    notice = desk.session.orders.begin("lecture", meant)
    assert notice.endswith("the meeting is over; nothing was sent")
    await desk.go_on(4)
    assert desk.muted == []
    assert not list(desk.session.orders)


async def test_it_ends_as_it_began_also_for_latecomers(desk: Desk) -> None:
    desk.change(3, mute_mode=1)
    desk.change(4, hold_mode=40)
    await desk.go_on(6)
    order = desk.begin()
    desk.join(9)
    await desk.go_on(6)
    assert desk.muted == [2, 3, 4, 5, 9]
    assert desk.session.orders.end(order).endswith("ended: restoring 4 callers")
    await desk.go_on(8)
    assert desk.muted == [3]
    assert desk.bridge.calls[4].hold_mode == 40
    desk.join(10)
    await desk.go_on(6)
    assert desk.muted == [3]
    assert desk.session.under_way() == 0


async def test_an_order_that_begins_again_at_once_reaches_who_is_still_being_restored(
    desk: Desk,
) -> None:
    order = desk.begin()
    await desk.go_on(6)
    desk.bridge.delay_s["put_call"] = 1.0
    desk.session.orders.end(order)
    again = desk.begin()
    await desk.go_on(12)
    assert desk.muted == [2, 3, 4, 5]
    desk.session.orders.end(again)
    await desk.go_on(12)
    assert desk.muted == []


async def test_two_orders_of_a_meeting_compose_and_end_in_any_order(desk: Desk) -> None:
    lecture, doors = desk.begin("lecture"), desk.begin("doors")
    desk.join(9)
    await desk.go_on(8)
    assert desk.muted == desk.held == [2, 3, 4, 5, 9]
    assert desk.session.orders.marks(100) == ("LECTURE", "DOORS")
    desk.session.orders.end(lecture)
    await desk.go_on(8)
    assert (desk.muted, desk.held) == ([], [2, 3, 4, 5, 9])
    desk.session.orders.end(doors)
    await desk.go_on(8)
    assert desk.held == []


async def test_who_was_changed_by_hand_stays_as_changed(desk: Desk) -> None:
    order = desk.begin()
    await desk.go_on(4)
    session = desk.session
    for verb in ("unmute", "mute"):
        call = session.live_state.calls[2]
        session.send([build(verb, call, "two")])
        await desk.go_on(4)
    desk.change(3, mute_mode=0)
    await desk.go_on(6)
    desk.change(3, mute_mode=2)
    session.send([build("unmute", session.live_state.calls[4], "four")])
    await desk.go_on(4)
    session.undo.undo()
    await desk.go_on(6)
    session.orders.end(order)
    await desk.go_on(8)
    assert desk.muted == [2, 3], "4 was unmuted, and that was taken back"
    assert "left as they are: 2 changed by hand" in desk.notices[-1]


async def test_who_opens_a_softly_muted_line_in_a_lecture_is_muted_once(desk: Desk) -> None:
    desk.change(3, mute_mode=1)
    desk.change(4, mute_mode=1)
    desk.change(5, mute_mode=2)
    await desk.go_on(6)
    order = desk.begin()
    await desk.go_on(4)
    desk.change(3, mute_mode=0)
    desk.change(5, mute_mode=0)
    desk.session.send([build("unmute", desk.session.live_state.calls[4], "four")])
    await desk.go_on(6)
    assert desk.muted == [2, 3], "4 was let speak by hand, and 5 by somebody else"
    desk.change(3, mute_mode=0)
    await desk.go_on(6)
    assert desk.muted == [2], "once is enough"
    desk.session.orders.end(order)
    await desk.go_on(8)
    assert desk.muted == []


async def test_only_who_had_to_be_restored_and_is_not_gets_named(desk: Desk) -> None:
    order = desk.begin()
    await desk.go_on(4)
    desk.change(2, mute_mode=0)
    del desk.bridge.calls[3]
    await desk.go_on(6)
    desk.session.send([build("unmute", desk.session.live_state.calls[4], "four")])
    await desk.go_on(4)
    desk.session.orders.end(order)
    await desk.go_on(8)
    assert "left as they are: " in desk.notices[-1]
    count = desk.notices[-1].split("left as they are: ")[1].split()[0]
    named = desk.notices[-1].rsplit("(", 1)[1].split(", ")
    assert len(named) == int(count)


async def test_u_takes_the_whole_order_back_and_asks_first(desk: Desk) -> None:
    desk.begin()
    desk.join(9)
    await desk.go_on(8)
    assert desk.session.undo.warning(back=True)
    assert desk.session.undo.undo().startswith("lecture in 100 ended")
    await desk.go_on(8)
    assert desk.muted == []
    assert desk.session.undo.redo() == "nothing to redo"
    desk.join(10)
    await desk.go_on(6)
    assert desk.muted == []


async def test_an_order_that_was_ended_by_its_key_cannot_be_taken_back_again(desk: Desk) -> None:
    order = desk.begin()
    await desk.go_on(4)
    desk.session.orders.end(order)
    assert desk.session.undo.undo() == "nothing to undo"


async def test_what_esc_has_stopped_is_not_asked_for_again(desk: Desk) -> None:
    desk.bridge.delay_s["put_call"] = 1.0
    for key in range(6, 40):
        desk.join(key)
    await desk.go_on(6)
    order = desk.begin()
    await desk.go_on(1)
    assert desk.session.undo.stop_bulks() > 0
    await desk.go_on(20)
    assert 0 < len(desk.muted) < 38
    desk.session.orders.end(order)
    await desk.go_on(20)
    assert desk.muted == []


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (Throttled("429", status=429), True),
        (TimedOut("no connection"), True),
        (Forbidden("403", status=403), False),
    ],
)
async def test_a_latecomer_is_asked_for_once_unless_the_refusal_passes(
    desk: Desk, error: Exception, again: bool
) -> None:
    desk.begin()
    await desk.go_on(6)
    desk.bridge.errors["put_call"] = [error]
    desk.join(9)
    await desk.go_on(20)
    assert desk.bridge.asked("put_call").count(9) == (2 if again else 1)
    assert (9 in desk.muted) is again


async def test_who_is_not_muted_by_a_bridge_that_ignores_it_is_asked_for_once(desk: Desk) -> None:
    desk.bridge.ignored = {"muteMode"}
    order = desk.begin()
    await desk.go_on(40)
    assert Counter(desk.bridge.asked("put_call")) == {2: 1, 3: 1, 4: 1, 5: 1}
    desk.session.orders.end(order)
    await desk.go_on(10)
    assert len(desk.bridge.asked("put_call")) == 4


async def test_nothing_is_sent_while_data_is_stale_and_latecomers_are_reached_after(
    desk: Desk,
) -> None:
    desk.begin()
    await desk.go_on(4)
    desk.bridge.decide = lambda name, _: (
        TimedOut("gone") if name.startswith(("scan", "get")) else None
    )
    desk.join(9)
    await desk.go_on(30)
    sent = len(desk.bridge.writes())
    assert desk.session.disarmed_link()
    assert sent == 4
    desk.bridge.decide = lambda *_: None
    await desk.go_on(70)
    assert 9 in desk.muted


async def test_the_order_ends_with_its_meeting_and_a_new_session_has_none(desk: Desk) -> None:
    desk.begin()
    await desk.go_on(4)
    desk.bridge.meetings[100] = Meeting(meeting_number=100, id=9001, is_secured=False)
    desk.bridge.calls = {}
    desk.join(21)
    await desk.go_on(8)
    assert desk.muted == []
    assert desk.notices[-1] == "lecture in 100 ended: the meeting is over"
    assert desk.session.orders.marks(100) == ()
    assert desk.session.undo.undo() == "nothing to undo"


async def test_a_reused_id_is_a_latecomer_and_gets_its_own_state_back(desk: Desk) -> None:
    order = desk.begin()
    await desk.go_on(4)
    desk.join(5, created=77_000_000_000, caller="4930111111", mute_mode=0)
    await desk.go_on(8)
    assert 5 in desk.muted
    desk.session.orders.end(order)
    await desk.go_on(8)
    assert desk.muted == []


async def test_a_host_who_is_demoted_is_reached_and_a_ringing_caller_once_it_has_a_role(
    desk: Desk,
) -> None:
    desk.join(9, role=0)
    await desk.go_on(6)
    desk.begin()
    await desk.go_on(4)
    assert desk.muted == [2, 3, 4, 5]
    desk.change(1, role=2)
    desk.change(9, role=2)
    await desk.go_on(6)
    assert desk.muted == [1, 2, 3, 4, 5, 9]


async def test_a_single_press_overtakes_the_latecomers(desk: Desk) -> None:
    desk.begin()
    await desk.go_on(4)
    desk.bridge.delay_s["put_call"] = 1.0
    for key in range(20, 60):
        desk.join(key)
    desk.session.go("meeting", 100)
    await desk.go_on(3)
    assert len(desk.bridge.asked("put_call")) < 30
    desk.session.send([build("hold", desk.session.live_state.calls[59], "last")])
    await desk.go_on(2)
    assert desk.held == [59]


async def test_where_everybody_is_a_host_the_question_says_so(desk: Desk) -> None:
    for key in range(1, 6):
        desk.change(key, role=1)
    await desk.go_on(6)
    meeting = desk.session.live_state.meetings[100]
    plan, order = order_plan(desk.session, "lecture", meeting)
    assert order is None
    assert "everybody here is a host" in plan.warns
    desk.begin()
    await desk.go_on(4)
    assert desk.bridge.writes() == []
    assert desk.session.undo.undo().endswith("ended; nobody to restore")


async def test_the_question_counts_who_is_muted_and_who_gets_back_what(desk: Desk) -> None:
    meeting = desk.session.live_state.meetings[100]
    plan, _ = order_plan(desk.session, "lecture", meeting)
    assert plan.title == "Begin a lecture in 100: mute 4 callers, and who joins later?"
    assert plan.left_out == {"host": 1}
    desk.begin()
    await desk.go_on(4)
    plan, order = order_plan(desk.session, "lecture", meeting)
    assert order is not None
    assert plan.title == "End the lecture in 100?"
    assert plan.who == ("4 callers get back what they had",)
    del desk.bridge.calls[3]
    await desk.go_on(4)
    plan, _ = order_plan(desk.session, "lecture", meeting)
    assert plan.who == ("3 callers get back what they had",), "not who has left meanwhile"
    assert desk.session.keeping.left_open()[0].endswith("3 callers not restored")
    assert desk.session.orders.end(order).endswith("ended: restoring 3 callers")


async def test_every_request_of_an_order_is_audited_and_proved(desk: Desk) -> None:
    order = desk.begin()
    desk.join(9)
    await desk.go_on(6)
    desk.session.orders.end(order)
    await desk.go_on(8)
    intents = [entry for kind, entry in desk.audit.journal if kind == "intent"]
    assert [action.verb for action in intents] == ["mute"] * 5 + ["restore"] * 5
    assert all(action.group for action in intents)
    assert {result.outcome for _, result in desk.results} == {Outcome.DONE}


async def test_an_order_reads_its_meeting_at_every_interval_whatever_is_looked_at(
    desk: Desk,
) -> None:
    desk.session.go("calls")
    order = desk.begin()
    await desk.go_on(10)
    asked = desk.bridge.asked("scan_calls").count(100)
    assert asked >= 4
    desk.session.orders.end(order)
    await desk.go_on(10)
    later = desk.bridge.asked("scan_calls").count(100)
    await desk.go_on(20)
    assert desk.bridge.asked("scan_calls").count(100) == later


def test_every_kind_of_order_has_a_command_and_a_verb() -> None:
    for id_, kind in ORDER_KINDS.items():
        assert id_ in get_args(AccountKind)
        assert BY_ID[id_].writes
        assert kind.verb in VERBS
