"""What needs somebody, by key press: the list, the ways there, and what keeps it quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.config.settings.attention import AttentionSettings
from confmon.tui.keys.need_keys import operator

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage

EVERY_SCREEN = ("1", "2", "3", "4", "5", "!", "in 300")
MUTED_BY_HOST = 2


def raise_hand(bridge: Bridge, call_id: int) -> None:
    """Let a caller have a question."""
    bridge.world.change(bridge.of(call_id), qa_mode=1)


def ask_for_help(bridge: Bridge, call_id: int) -> None:
    """Let a caller ask for the operator."""
    bridge.world.change(bridge.of(call_id), operator_mode=1)


def three_meetings(bridge: Bridge) -> None:
    """Fill three meetings: nobody of the last one needs anything."""
    bridge.meeting(100)
    bridge.meeting(200, owner="Alan Turing")
    bridge.meeting(300, owner="Ada Lovelace")
    bridge.people(100, "Bob", "Cyd", "Dan")
    for number, call_id in ((200, 11), (200, 12), (300, 21), (300, 22)):
        bridge.call(number, call_id, f"Caller {call_id}", mute_mode=MUTED_BY_HOST)


async def go_to_screen(stage: Stage, where: str) -> None:
    """Look at one of the screens; the live state stays as fresh as it was."""
    if where == "in 300":
        await stage.go_in(300)
    else:
        await stage.press(where)
    await stage.settle()


async def raise_in_turn(stage: Stage, *call_ids: int) -> None:
    """Let callers raise their hands one after the other, each shown by a read of its own."""
    for call_id in call_ids:
        raise_hand(stage.bridge, call_id)
        await stage.advance(5)


async def test_tab_cards_list_and_the_next_key_count_the_same(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        raise_hand(bridge, 2)
        ask_for_help(bridge, 2)
        await raise_in_turn(stage, 12)
        await stage.advance(6)
        assert len(stage.session.attention.signals) == 3
        assert "Needs you 2" in stage.text
        assert "needs you 2" not in stage.text, "one figure in one place: the card may lag"
        await stage.press("!")
        assert "2 amber · 3 signals" in stage.text
        await stage.press("N")
        assert "1 of 2" in stage.notice


@pytest.mark.parametrize("where", EVERY_SCREEN[:5] + EVERY_SCREEN[6:])
async def test_one_key_opens_the_list_and_escape_goes_back(
    bridge: Bridge, staged: Staging, where: str
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 12, 2)
        await go_to_screen(stage, where)
        before = (stage.app.current_mode, stage.session.view.subject, stage.session.view.meeting)
        await stage.press("!")
        assert stage.app.current_mode == "needs"
        assert "200 Alan Turing" in stage.row("Caller 12")
        assert "has a question" in stage.row("Caller 12")
        await stage.press("escape")
        view = stage.session.view
        assert (stage.app.current_mode, view.subject, view.meeting) == before
        assert bridge.writes == []


async def test_the_list_has_red_before_amber_and_the_oldest_first(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged(size=(160, 40)) as stage:
        await raise_in_turn(stage, 12, 2)
        ask_for_help(bridge, 3)
        await stage.advance(5)
        await stage.press("!")
        assert [str(row).split("/")[-1] for row in stage.rows] == ["12", "2", "3"]
        await stage.advance(40)  # a request for help turns red before a question
        assert [str(row).split("/")[-1] for row in stage.rows] == ["3", "12", "2"]
        assert "!! " in stage.row("Dan")
        assert "1 red · 2 amber" in stage.lines[1]
        assert stage.details["urgency"] == "amber"


async def test_enter_goes_to_the_caller_and_escape_back_to_the_list(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 12, 2)
        await stage.press("2", "!", "j", "enter")
        assert (stage.session.view.meeting, stage.cursor) == (100, 2)
        await stage.press("escape")
        assert stage.app.current_mode == "needs"
        assert str(stage.cursor).endswith("/2")
        await stage.press("escape")
        assert (stage.app.current_mode, stage.subject) == ("live", "calls")


async def test_the_list_opens_with_the_worst_and_is_found_as_it_was_by_escape(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    for call_id in range(1, 41):
        bridge.call(100, call_id, f"Caller {call_id}", qa_mode=1)
    async with staged(size=(80, 24)) as stage:
        await stage.press("!", "G")
        last = stage.cursor
        assert last == stage.rows[-1]
        await stage.press("enter", "escape")
        assert stage.cursor == last
        await stage.press("1", "!")
        assert stage.cursor == stage.rows[0]
        assert "Caller 1 " in stage.row("Caller 1 ")


async def test_escape_leads_from_a_section_back_to_the_list(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 12)
        await stage.press("!", "3", "4", "N", "escape")
        assert stage.app.current_mode == "numbers"
        await stage.press("escape")
        assert stage.app.current_mode == "needs"
        await stage.press("escape", "3", "escape")
        assert stage.app.current_mode == "live"


async def test_a_meeting_that_has_ended_is_reported(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.advance(70)
        await stage.press("!", "p")
        assert "empty meeting" in stage.text
        await stage.press("enter")
        assert stage.session.view.meeting == 100
        await stage.press("escape")
        bridge.world.end(bridge.world.meetings[100])
        await stage.advance(5)
        await stage.press("enter", "N")
        assert stage.app.current_mode == "needs"
        assert stage.notice == "nobody needs you"


async def test_who_is_gone_to_does_not_pass_to_another_with_the_same_id(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 2)
        await stage.press("t")
        bridge.world.leave(bridge.of(2))
        bridge.call(100, 2, "Mallory", caller="+14045559999", created=5, qa_mode=1)
        await stage.advance(5)
        assert "Mallory" in stage.text
        assert stage.cursor is None
        await stage.press("m", "K")
        await stage.advance(1)
        assert bridge.writes == []
        assert stage.session.attention.counts().quiet == 0
        await stage.press("t", "m")
        await stage.advance(1)
        assert [path for _, path, _ in bridge.writes] == ["/calls/2"]


async def test_the_list_is_filtered_as_others(bridge: Bridge, staged: Staging) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 12, 2)
        await stage.press("!", "/")
        await stage.type("turing")
        assert len(stage.rows) == 1
        await stage.press("enter")
        assert "1 of 2" in stage.lines[1]
        await stage.press("escape")
        assert len(stage.rows) == 2
        assert stage.app.current_mode == "needs"


@pytest.mark.parametrize("where", EVERY_SCREEN)
async def test_the_next_that_needs_somebody_is_one_key_away_from_everywhere(
    bridge: Bridge, staged: Staging, where: str
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 12, 2)
        await go_to_screen(stage, where)
        before = stage.app.current_mode
        await stage.press("N")
        assert (stage.session.view.meeting, stage.cursor) == (200, 12)
        assert stage.notice.startswith("1 of 2: has a question, 0:")
        await stage.press("N")
        assert (stage.session.view.meeting, stage.cursor) == (100, 2)
        assert stage.notice.startswith("2 of 2: has a question, 0:")
        await stage.press("N")
        assert (stage.session.view.meeting, stage.cursor) == (200, 12)
        await stage.press("escape")
        assert stage.app.current_mode == before
        assert bridge.writes == []


async def test_a_notice_about_one_way_takes_the_place_of_the_last(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 12, 2)
        await stage.press("N", "3", "N", "t")
        assert len(list(stage.app._notifications)) == 1
        assert stage.text.count(" of 2: has a question") == 1


async def test_a_meeting_is_gone_into(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    host = bridge.call(100, 1, "Host", role=1)
    bridge.people(100, "Ada", "Bob", first=2)
    async with staged(size=(150, 40)) as stage:
        bridge.world.leave(host)
        await stage.advance(130)
        await stage.press("N")
        assert stage.session.view.meeting == 100
        assert stage.notice.startswith("1 of 1: no host left, 2:")
        await stage.press("!")
        await stage.quiet()
        assert "the last host left, 2 wait" in stage.row("no host left")


async def test_what_turns_red_comes_before_what_has_not_been_visited(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        ask_for_help(bridge, 12)
        await stage.advance(5)
        await raise_in_turn(stage, 2, 3)
        await stage.press("N", "N")
        assert stage.cursor == 2
        await stage.advance(30)
        await stage.press("N")
        assert (stage.session.view.meeting, stage.cursor) == (200, 12)
        assert stage.notice.startswith("1 of 3: asks for help")


async def test_where_nobody_needs_anybody_the_keys_say_so(bridge: Bridge, staged: Staging) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await stage.press("N")
        assert stage.notice == "nobody needs you"
        await stage.press("t")
        assert stage.notice == "nobody asks"
        await stage.press("K")
        assert stage.notice == "nothing under the cursor needs somebody"
        await stage.press("!")
        assert "Nobody needs you" in stage.text
        assert "by what was read" in stage.text


@pytest.mark.parametrize("where", EVERY_SCREEN)
async def test_the_oldest_raised_hand_is_answered_with_two_keys_from_everywhere(
    bridge: Bridge, staged: Staging, where: str
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 12, 2)
        await go_to_screen(stage, where)
        await stage.press("t")
        assert (stage.session.view.meeting, stage.cursor) == (200, 12)
        await stage.press("m")
        await stage.advance(1)
        assert [(method, path) for method, path, _ in bridge.writes] == [("PUT", "/calls/12")]
        assert bridge.of(12).mute_mode == 0


async def test_the_same_key_goes_on_to_the_next_in_the_queue(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 12, 2, 11, 1)
        gone_to = []
        for _ in range(5):
            await stage.press("t")
            gone_to.append(stage.cursor)
        assert gone_to == [12, 11, 2, 1, 12]
        assert stage.notice.startswith("1 of 4: has a question, 0:")
        assert stage.notice.endswith("1 more in this meeting")
        await stage.press("escape")
        assert stage.subject == "meetings"


async def test_the_queue_goes_on_behind_who_has_been_answered(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 2, 12, 1, 3)
        gone_to = []
        for _ in range(3):
            await stage.press("t")
            gone_to.append(stage.cursor)
            if stage.cursor == 1:
                bridge.world.change(bridge.of(1), qa_mode=0)
                await stage.advance(5)
        assert gone_to == [2, 1, 3]


async def test_a_filter_does_not_hide_who_is_gone_to(bridge: Bridge, staged: Staging) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 2)
        await stage.go_in(100)
        await stage.press("/")
        await stage.type("dan")
        await stage.press("enter", "t")
        assert stage.cursor == 2
        assert stage.session.view.filter_text == ""


async def test_verbs_for_the_marked_are_announced_where_one_lands(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 2)
        await stage.go_in(100)
        await stage.press("space", "t")
        assert stage.cursor == 2
        assert stage.notice.endswith("verbs are for the 1 marked here")


@pytest.mark.parametrize(("key", "word"), [("K", f"ack {operator()}"), ("Z", "until 22:4")])
async def test_what_is_kept_quiet_stays_listed_at_the_end_and_is_skipped(
    bridge: Bridge, staged: Staging, key: str, word: str
) -> None:
    three_meetings(bridge)
    async with staged(size=(160, 40)) as stage:
        await raise_in_turn(stage, 12, 2)
        await stage.press("!", key)
        await stage.quiet()
        assert [str(row).split("/")[-1] for row in stage.rows] == ["2", "12"]
        assert word in stage.row("Caller 12")
        assert str(stage.cursor).endswith("/2")
        for _ in range(2):
            await stage.press("N")
            assert stage.cursor == 2
        await stage.press("!", "G", key)
        assert [str(row).split("/")[-1] for row in stage.rows] == ["12", "2"]
        assert word not in stage.text
        assert bridge.writes == []


async def test_a_snooze_ends_after_ten_minutes(bridge: Bridge, staged: Staging) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 12)
        await stage.advance(130)
        await stage.press("t", "Z")
        attention = stage.session.attention
        await stage.advance(598)
        assert attention.counts().quiet == 1
        await stage.advance(3)
        assert attention.counts().quiet == 0


async def test_a_caller_in_the_table_is_acknowledged_as_in_the_list(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged(size=(200, 40)) as stage:
        await raise_in_turn(stage, 12, 11)
        await stage.press("t")
        assert "K Acknowledge" in stage.footer
        await stage.press("K")
        assert stage.notice == "acknowledged: has a question, meeting 200"
        assert [signal.call for signal in stage.session.attention.signals if signal.is_quiet] == [
            12
        ]
        await stage.press("K")
        assert stage.notice.startswith("no longer acknowledged")
        assert stage.session.attention.counts().quiet == 0
        await stage.press("Z")
        assert stage.notice.startswith("snoozed for 10 min")
        assert bridge.writes == []


async def test_a_meeting_is_acknowledged_on_its_row_and_in_it(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    host = bridge.call(100, 1, "Host", role=1)
    bridge.people(100, "Ada", "Bob", first=2)
    async with staged() as stage:
        bridge.world.leave(host)
        await stage.advance(130)
        await stage.press("K")
        assert stage.notice == "acknowledged: no host left, meeting 100"
        assert stage.session.attention.counts().loud == 0
        await stage.press("N")
        assert stage.notice == "nobody needs you"
        await stage.go_in(100)
        await stage.press("K")
        assert stage.session.attention.counts().loud == 1


async def test_who_has_left_since_is_not_acted_on(bridge: Bridge, staged: Staging) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 2, 12)
        bridge.world.leave(bridge.of(2))
        seen = []
        await stage.press("t")  # no read has shown it yet
        seen.append(stage.cursor)
        await stage.advance(10)
        seen.append(stage.cursor)
        await stage.press("m", "K")
        await stage.advance(1)
        assert bridge.writes == []
        await stage.press("t")
        seen.append(stage.cursor)
        assert seen == [2, None, 12]


@pytest.mark.parametrize("key", ["enter", "K", "Z"])
async def test_a_row_of_a_caller_who_has_left_means_nobody_else(
    bridge: Bridge, staged: Staging, key: str
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 2, 12)
        await stage.press("!")
        assert str(stage.cursor).endswith("/2")
        bridge.world.leave(bridge.of(2))
        await stage.advance(5)
        assert stage.cursor is None
        await stage.press(key)
        assert stage.app.current_mode == "needs"
        assert stage.session.attention.counts().quiet == 0


@pytest.mark.parametrize("key", ["enter", "K", "Z"])
async def test_a_row_does_not_pass_to_another_caller_with_the_same_id(
    bridge: Bridge, staged: Staging, key: str
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 2)
        await stage.press("!")
        bridge.world.leave(bridge.of(2))
        bridge.call(100, 2, "Mallory", caller="+14045559999", created=5, qa_mode=1)
        await stage.advance(5)
        assert "Mallory" in stage.text
        assert stage.cursor is None
        await stage.press(key)
        assert stage.app.current_mode == "needs"
        assert stage.session.attention.counts().quiet == 0


async def test_numbers_are_masked_where_the_setting_says_so(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged(mask_numbers=True, size=(200, 40)) as stage:
        await raise_in_turn(stage, 2)
        await stage.press("!", "i")
        assert "Cyd" in stage.text
        assert "5550002" not in stage.text


async def test_the_list_says_how_old_it_is_where_nothing_newer_is_known(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 2)
        await stage.press("!")
        bridge.fail(status=503)
        await stage.advance(60)
        assert "STALE" in stage.lines[0]
        assert "ago: what has changed since is not known" in stage.text
        assert " 0:0" in stage.row("Cyd")  # as old as the last read knew it to be
        await stage.press("N")
        assert "has a question, 0:0" in stage.notice
        assert "· as of 1m" in stage.notice
        await stage.press("t")
        assert "has a question, 0:0" in stage.notice
        await stage.quiet()
        await stage.advance(5)
        [card] = [line for line in stage.lines if "has a question · " in line]
        assert card.rstrip(" │").endswith("s"), "on the card too it is as old as it was known to be"


async def test_a_list_that_was_empty_long_ago_says_so(bridge: Bridge, staged: Staging) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await stage.press("!")
        bridge.fail(status=503)
        await stage.advance(60)
        assert "Nobody needed you 1m" in stage.text
        assert "Nobody needs you" not in stage.text


async def test_a_paused_view_does_not_stop_the_list(bridge: Bridge, staged: Staging) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await stage.press("p")
        bridge.call(100, 7, "Late", qa_mode=1)
        await stage.advance(5)
        await stage.press("!")
        assert "the view of meetings and calls is paused" in stage.text.lower()
        assert "Late" in stage.row("has a question")
        await stage.press("enter")
        assert stage.app.current_mode == "needs"
        assert stage.notice == "not in the paused view"


def needing(stage: Stage, *calls: int) -> list[int]:
    """Return those of the calls for which rows say that they need somebody."""
    needs = stage.session.look().needs
    assert needs is not None
    return [call for call in calls if needs(("call", call))]


async def test_a_paused_view_keeps_what_its_rows_needed(bridge: Bridge, staged: Staging) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 2)
        await stage.press("p")
        await raise_in_turn(stage, 12)
        assert needing(stage, 2, 12) == [2]
        await stage.press("p")
        assert needing(stage, 2, 12) == [2, 12]


async def test_what_concerns_the_bridge_is_gone_to_in_the_list(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    bridge.people(300, *[f"Many {nth}" for nth in range(20)], first=31)
    async with staged() as stage:
        await stage.advance(5)
        for call_id in range(31, 51):
            bridge.world.leave(bridge.of(call_id))
        await stage.advance(5)
        await stage.press("3", "N")
        assert stage.app.current_mode == "needs"
        assert str(stage.cursor).startswith("mass_drop")
        await stage.press("enter")
        assert stage.details["rule"] == "mass_drop"
        await stage.press("escape")
        assert stage.section == "rooms"


@pytest.mark.parametrize("opted_in", [True, False])
async def test_the_operator_is_called_once_in_ten_seconds_if_this_is_wanted(
    bridge: Bridge, staged: Staging, opted_in: bool
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        called: list[str] = []
        assert stage.session.call_operator is None
        if opted_in:
            stage.session.call_operator = called.append
        await raise_in_turn(stage, 2, 12)
        assert called == (["has a question, meeting 100"] if opted_in else [])
        await stage.advance(8)
        assert called[1:] == (["has a question, meeting 200"] if opted_in else [])


@pytest.mark.parametrize("given", [AttentionSettings(bell=True), AttentionSettings(osc9=True)])
async def test_a_setting_lets_the_terminal_call(
    bridge: Bridge, staged: Staging, given: AttentionSettings
) -> None:
    three_meetings(bridge)
    async with staged(attention=given) as stage:
        assert stage.session.call_operator is not None
        await raise_in_turn(stage, 2)
        assert not stage.notice  # it is for the terminal, no toast
