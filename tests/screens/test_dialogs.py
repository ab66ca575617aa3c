"""What asks before it acts, and what it then happens to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from textual import events

from confmon.monitor.actions.plan import Plan
from confmon.tui.dialogs.confirm import NO_ANSWER, SWALLOW_S, ConfirmDialog, Dialog

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging


async def test_d_asks_and_only_y_confirms(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        for key in ("enter", "escape", "n", "q"):
            await stage.press("d")
            assert stage.dialog == "ConfirmDialog"
            assert "Drop Ada +15165550001?" in stage.text
            assert "meeting 100" in stage.text
            await stage.press(key)
            assert stage.dialog == "", key
            await stage.advance(1)
            assert bridge.writes == []
        await stage.press("d")
        for key in ("d", "space", "Y", "tab", "down", "m", "E", "1", "f1", "slash"):
            assert stage.dialog == "ConfirmDialog"
            await stage.press(key)
            assert stage.dialog == "", key
            assert stage.notice == NO_ANSWER
            await stage.press("d")
        assert stage.table.cursor_key == 1
        await stage.press("y")
        assert stage.dialog == ""
        await stage.quiet()
        assert "dropping…" in stage.row("Ada")
        await stage.advance(2)
        assert bridge.writes == [("DELETE", "/calls/1", None)]
        assert "left" in stage.row("Ada")
        assert "Ada +15165550001 — dropped" in stage.log
        await stage.advance(10)
        assert stage.rows == [2]


async def test_a_question_hears_at_once_that_nobody_is_left(staged: Staging) -> None:
    async with staged() as stage:
        question = ConfirmDialog(Plan("Drop Ada?"))
        stage.app.push_screen(question)
        question.follow(Plan("Drop Ada?", refusal="that caller has left"))
        await stage.settle()
        assert "that caller has left" in stage.text


async def test_keys_are_swallowed_for_0_4_s_after_the_dialog_opened(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("d")
        stage.listens_in(0.1 + SWALLOW_S)
        for key, after_s in (("y", 0.11), ("escape", 0.1), ("n", 0.1), ("enter", 0.1)):
            await stage.burst(key, after_s=after_s)
            assert stage.dialog == "ConfirmDialog", key
        await stage.burst("y", after_s=0.1)
        assert stage.dialog == ""


async def test_keys_typed_ahead_of_a_dialog_do_not_confirm_it(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("d")
        stage.listens_in(SWALLOW_S)
        await stage.burst("y", "y", "y", after_s=0.1, gap_s=0.2)
        await stage.advance(1)
        assert stage.dialog == "ConfirmDialog"
        assert bridge.writes == []


async def test_a_held_d_drops_nobody(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("d")
        await stage.burst(*"d" * 50, after_s=0.5, gap_s=1 / 30)
        assert stage.dialog == "ConfirmDialog"
        await stage.advance(1)
        assert bridge.writes == []


async def test_end_wants_the_meeting_number_typed(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100200, "Board")
    bridge.people(100200, "Ada", "Bob", "Cy")
    bridge.world.record(bridge.world.meetings[100200], on=True)
    async with staged() as stage:
        await stage.press("E")
        assert stage.dialog == "TypedDialog"
        assert "End meeting 100200 Board?" in stage.text
        assert "3 callers and 1 recording leg will be hung up" in stage.text
        await stage.press("enter", "y")
        assert stage.dialog == "TypedDialog"
        await stage.press("backspace", *"10020", "enter")
        assert "that is not the number" in stage.text
        await stage.advance(1)
        assert bridge.writes == []
        await stage.press("0", "enter")
        assert stage.dialog == ""
        assert "ending…" in stage.row("100200")
        await stage.advance(2)
        assert bridge.writes == [("DELETE", "/meetings/100200", None)]
        assert "ended" in stage.row("100200")


async def test_escape_leaves_the_meeting_alone(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("E")
        await stage.press(*"100", "escape")
        assert stage.dialog == ""
        await stage.advance(1)
        assert bridge.writes == []


async def test_a_paste_does_not_confirm(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("E")
        stage.app.post_message(events.Paste("100\n"))
        await stage.settle()
        await stage.press("enter")
        assert stage.dialog == "TypedDialog"
        await stage.advance(1)
        assert bridge.writes == []


async def test_what_is_typed_too_early_is_not_in_the_line(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("E")
        stage.listens_in(0.7)
        await stage.burst(*"100", after_s=0.35, gap_s=0.1)
        await stage.press("enter")
        assert stage.dialog == "TypedDialog"
        await stage.press(*"100", "enter")
        assert stage.dialog == ""


@pytest.mark.parametrize(("key", "field"), [("M", "muteMode"), ("H", "holdMode")])
async def test_mute_all_and_hold_all_leave_hosts_and_recording_legs_out_and_say_so(
    bridge: Bridge, staged: Staging, key: str, field: str
) -> None:
    bridge.meeting(100, "Board")
    bridge.call(100, 1, "Ada", role=1)
    bridge.call(100, 2, "Recording", role=0)
    bridge.people(100, "Bob", "Cy", "Dan", first=3)
    async with staged() as stage:
        await stage.press(key)
        assert stage.dialog == "TypedDialog"
        verb = "Mute" if key == "M" else "Hold"
        assert f"{verb} 3 callers of 100 Board?" in stage.text
        assert "1 host" in stage.line("left out")
        assert "1 recording leg" in stage.line("left out")
        for name in ("Bob", "Cy", "Dan"):
            assert name in stage.text
        await stage.press("enter", "y", "enter")
        await stage.advance(1)
        assert bridge.writes == []
        await stage.press("backspace", "3", "enter")
        await stage.advance(3)
        assert sorted(path for _, path, _ in bridge.writes) == ["/calls/3", "/calls/4", "/calls/5"]
        assert {tuple(body) for *_, body in bridge.writes} == {(field,)}
        assert f"{verb.lower()} 3 callers — 3 done · meeting 100" in stage.log


async def test_the_target_is_who_was_under_the_key_whatever_the_rows_do_since(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy", "Dan", first=11)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("j", "j")  # Cy
        bridge.call(100, 1, "host", role=1)  # sorts before all
        await stage.advance(4)
        assert stage.rows[0] == 1
        await stage.press("d")
        assert "Drop Cy" in stage.text
        bridge.call(100, 2, "host two", role=1)
        bridge.world.leave(bridge.of(11))
        bridge.world.change(bridge.of(14), role=1)
        await stage.advance(12)
        assert sorted(stage.rows[:3], key=str) == [1, 14, 2]
        assert stage.cursor == 13
        assert "Drop Cy" in stage.text
        await stage.press("y")
        await stage.advance(1)
        assert bridge.writes == [("DELETE", "/calls/13", None)]


async def test_the_one_who_leaves_while_the_dialog_is_open(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("d")
        bridge.world.leave(bridge.of(1))
        await stage.advance(3)
        assert "Ada +15165550001 already left; nothing was sent" in stage.text
        await stage.press("y")
        await stage.advance(3)
        assert stage.dialog == ""
        assert bridge.writes == []


async def test_the_one_who_leaves_unseen_is_not_replaced_by_the_next(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("d")
        bridge.world.leave(bridge.of(1))
        await stage.press("y")  # before any poll has shown it
        await stage.advance(3)
        assert bridge.writes == []
        assert "already left" in stage.log
        assert 2 in bridge.world.calls


async def test_an_id_or_a_number_that_is_another_ones_unseen_is_left_alone(
    bridge: Bridge, staged: Staging
) -> None:
    meeting = bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("d")
        bridge.world.leave(bridge.of(1))
        bridge.call(100, 1, "Eve", created=int(bridge.clock.wall() * 1000))
        await stage.press("y")  # before any poll has shown it
        await stage.advance(3)
        assert bridge.writes == []
        assert "another caller has this id by now; nothing was sent" in stage.log
        await stage.press("E")
        await stage.press(*"100")
        await stage.next_poll()
        meeting.id += 1
        await stage.press("enter")
        await stage.advance(3)
        assert bridge.writes == []
        assert "another meeting has this number by now; nothing was sent" in stage.log


async def test_an_id_that_another_caller_has_now_is_not_dropped(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("d")
        bridge.world.leave(bridge.of(1))
        bridge.call(100, 1, "Eve", created=int(bridge.clock.wall() * 1000))
        await stage.advance(3)
        assert "already left" in stage.text
        await stage.press("y")
        await stage.advance(3)
        assert bridge.writes == []
        assert "Eve" in stage.row("Eve")


async def test_a_meeting_number_that_is_reused_is_another_meeting(
    bridge: Bridge, staged: Staging
) -> None:
    old = bridge.meeting(100, "Board")
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.press("E")
        await stage.press(*"100")
        bridge.world.end(old)
        bridge.meeting(100, "Choir")
        bridge.people(100, "Bob", first=9)
        await stage.advance(5)
        assert "already left" in stage.text or "already ended" in stage.text
        await stage.press("enter")
        await stage.advance(2)
        assert bridge.writes == []
        assert "Choir" in stage.row("100")


async def test_naming_somebody_who_left_meanwhile_sends_nothing(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("n")
        await stage.press(*"X")
        bridge.world.leave(bridge.of(1))
        bridge.call(100, 1, "Eve", created=int(bridge.clock.wall() * 1000))
        await stage.advance(3)
        await stage.press("enter")
        await stage.advance(1)
        assert "has left" in stage.notice
        assert bridge.writes == []


async def test_a_dialog_left_open_until_the_data_is_stale_sends_nothing(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("d")
        bridge.fail(status=503)
        await stage.advance(30)
        await stage.press("y")
        await stage.advance(1)
        assert "nothing was sent" in stage.notice
        assert bridge.writes == []
        bridge.faults.clear()
        await stage.advance(120)
        assert bridge.writes == [], "nothing is queued while offline"


async def test_a_warning_does_not_take_the_keys_away(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    people = bridge.people(100, "Ada", "Bob", "Cleo")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("M")
        bridge.world.leave(people[0])
        await stage.advance(5)
        assert "1 already left; 2 remain" in stage.text
        assert "enter confirm  esc cancel" in stage.text
        bridge.world.leave(people[1])
        bridge.world.leave(people[2])
        await stage.advance(5)
        assert "enter confirm" not in stage.text
        assert "esc close" in stage.text


@pytest.mark.parametrize("key", ["d", "E", "n"])
async def test_a_question_that_is_being_closed_finds_no_part_missing(
    bridge: Bridge, staged: Staging, key: str
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press(key)
        dialog = stage.app.screen
        assert isinstance(dialog, Dialog)
        await dialog.query_one("#box").remove()
        dialog.follow(replace(dialog.plan, actions=(), refusal="Ada has left"))
        dialog.warn("that is no answer")
        dialog.on_resize()
        await stage.settle()
