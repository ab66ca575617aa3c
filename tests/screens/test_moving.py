"""Going in and out, from pane to pane, and sorting."""

from __future__ import annotations

import dataclasses
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from confmon.config.start import Start
from confmon.models.live_records import Call, Meeting
from confmon.models.records import wire_name
from confmon.monitor.views.call_columns import ALL_CALL_COLUMNS, CALL_COLUMNS
from confmon.monitor.views.meeting_columns import MEETING_COLUMNS

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging


async def test_enter_goes_into_the_meeting_and_escape_back_onto_it(
    bridge: Bridge, staged: Staging
) -> None:
    for number in (100, 200, 300):
        bridge.meeting(number, f"owner {number}")
        bridge.people(number, "Ada", "Bob", first=number)
    async with staged() as stage:
        assert stage.rows == [100, 200, 300]
        await stage.press("j", "enter")
        await stage.advance(0.1)
        assert stage.rows == [200, 201]
        assert "▸ owner 200 200 " in stage.lines[1]
        await stage.press("escape")
        assert stage.rows == [100, 200, 300]
        assert stage.cursor == 200


async def test_enter_on_a_caller_of_all_calls_goes_to_the_meeting_onto_the_caller(
    bridge: Bridge, staged: Staging
) -> None:
    for number in (100, 200):
        bridge.meeting(number)
        bridge.people(number, "Ada", "Bob", "Cy", first=number)
    async with staged() as stage:
        await stage.press("2")
        await stage.advance(0.1)
        assert stage.rows == [100, 101, 102, 200, 201, 202]
        await stage.press("G", "k", "enter")
        await stage.advance(0.1)
        assert stage.session.view.meeting == 200
        assert stage.cursor == 201
        await stage.press("1")
        assert stage.subject == "meetings"


async def test_tab_goes_round_the_panes_that_are_there(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:

        def focused() -> str | None:
            return stage.app.focused.id if stage.app.focused else None

        assert focused() == "table"
        await stage.press("tab")
        assert focused() == "events"
        await stage.press("tab")
        assert focused() == "log"
        await stage.press("tab")
        assert focused() == "table"
        await stage.press("i", "tab")
        assert focused() == "details"
        await stage.press("tab", "shift+tab", "shift+tab")
        assert focused() == "table"
        await stage.press("shift+tab")
        assert focused() == "log"


async def test_closing_a_pane_gives_its_focus_to_the_table(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("i", "tab", "i", "j")
        assert stage.app.focused is stage.table
        await stage.press("tab", "l")
        assert stage.app.focused is stage.table


async def test_the_details_are_cards_and_have_every_field_and_no_access_code(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.call(100, 7, "Ada", role=1, mute_mode=3, gain_level=-2, qa_mode=1)
    async with staged(size=(160, 60)) as stage:
        await stage.go_in(100)
        shown = stage.details
        cards = ("Person", "State", "Technical")
        assert [word for word in shown if word in cards] == list(cards)
        assert shown["Technical"] == "Call 7"
        assert shown["name"] == "Ada"
        assert shown["number"] == "+15165550007"
        assert shown["in"].startswith("since")
        assert shown["meeting"] == "Grace Hopper 100"
        assert shown["mute"] == "muted both ways"
        assert shown["asks"].startswith("for         a question, place 1, for")
        assert shown["role"] == "1 host"
        assert shown["muteMode"] == "3 muted both ways"
        assert shown["gain"] == "-2"
        assert shown["gainLevel"] == "-2"
        assert shown["nodeName"] == "10.2.114.15"
        assert shown["bridgeName"] == "MIA-PR-FCC4D"
        assert shown["accessCode"] == "••••"
        assert shown["joined"] == "2023-11-14 22:21:47Z"
        assert shown["customName"] == "Ada"
        fields = {wire_name(field.name) for field in dataclasses.fields(Call)}
        assert fields - set(shown) == {"duration"}
        assert "111111" not in stage.text


async def test_the_details_of_a_meeting_are_cards_too(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100, "Board", is_secured=True, mute_mode=32)
    bridge.people(100, "Ada", "Bob")
    async with staged(size=(160, 60)) as stage:
        await stage.press("i")
        shown = stage.details
        cards = ("Meeting", "State", "Technical")
        assert [word for word in shown if word in cards] == list(cards)
        assert shown["name"] == "Board"
        assert shown["callers"] == "2"
        assert shown["door"] == "locked"
        assert shown["recording"] == "off"
        assert shown["on"] == "entry         listeners muted"
        fields = {wire_name(field.name) for field in dataclasses.fields(Meeting)}
        assert fields - set(shown) == {"duration"}


async def test_details_log_and_sections_tell_one_and_the_same_time(
    bridge: Bridge, staged: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        bridge.meeting(100)
        bridge.call(100, 1, "Ada")
        async with staged(size=(160, 50)) as stage:
            await stage.go_in(100)
            await stage.press("m")
            await stage.advance(3)
            assert "my actions, times in UTC+5:30" in stage.text
            begun = datetime.fromisoformat(stage.details["created"])
            assert stage.details["created"].endswith("+0530")
            acted = datetime.strptime(stage.log.splitlines()[1].split()[0], "%H:%M:%S")
            now = datetime.fromtimestamp(stage.session.clock.wall())
            ago = now - acted.replace(now.year, now.month, now.day)
            assert timedelta() <= ago < timedelta(seconds=9)
            call = stage.session.live_state.calls[1]
            assert call.created is not None
            assert begun.timestamp() == call.created // 1000
            await stage.press("3")
            await stage.until(lambda: "created" in stage.details)
            assert "+0530" in stage.details["created"]
    finally:
        monkeypatch.undo()
        time.tzset()


async def test_the_details_follow_the_cursor(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("i")
        assert "Call 1" in stage.text
        await stage.press("j")
        assert "Call 2" in stage.text


@pytest.mark.parametrize(
    ("key", "columns"),
    [("1", MEETING_COLUMNS), ("2", ALL_CALL_COLUMNS), ("enter", CALL_COLUMNS)],
)
async def test_every_column_can_be_sorted_by_both_ways(
    bridge: Bridge, staged: Staging, key: str, columns: tuple[object, ...]
) -> None:
    bridge.meeting(100, "Zoe")
    bridge.meeting(200, None, is_secured=True)
    bridge.people(100, "Ada", "", "Cy")
    bridge.call(200, 9, "Bob", role=1, mute_mode=2, gain_level=3, codec="opus", qa_mode=1)
    async with staged(size=(240, 40)) as stage:
        await stage.press(key, *(["i"] if key == "1" else []))  # not the callers beside it
        await stage.advance(3)
        view, seen = stage.session.view, []
        for _ in columns:
            await stage.press("s")
            seen.append(view.sort_id)
            title = view.sorted_by.title
            there = stage.rows
            assert not title or f"{title[:3]}" in stage.titles
            assert ("▼" in stage.titles) != ("▲" in stage.titles)
            arrow = "▼" in stage.titles
            await stage.press("o")
            assert ("▼" in stage.titles) != arrow
            assert sorted(map(str, stage.rows)) == sorted(map(str, there))
            look, now = stage.session.look(), stage.clock.now()
            assert stage.rows == view.keys(look, now)
            state = look.live_state
            values = [
                view.sorted_by.sort(view.record(key, state), look)  # type: ignore[arg-type]
                for key in stage.rows
            ]
            assert values == sorted(values, reverse=True)
        assert sorted(seen) == sorted(column.id for column in view.columns)
        await stage.press("S")
        assert view.sort_id == seen[-2]


async def test_the_order_holds_still_while_the_operator_moves_and_says_so(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    for call_id, name in enumerate(("Ada", "Bob", "Cy", "Dan"), 1):
        bridge.call(100, call_id, name, gain_level=10 - call_id)
    async with staged() as stage:
        await stage.go_in(100)
        while stage.session.view.sort_id != "gain":
            await stage.press("s")
        await stage.advance(5)
        assert stage.rows == [1, 2, 3, 4]
        assert "order held" not in stage.lines[1]
        await stage.press("j")
        assert "order held" in stage.lines[1]
        bridge.world.change(bridge.of(4), gain_level=20)
        for _ in range(3):  # a key now and then keeps it held, however long
            await stage.advance(1.9)
            assert stage.rows == [1, 2, 3, 4]
            assert "+20" in stage.row("Dan")
            await stage.press("j")
        await stage.advance(2.1)
        assert stage.rows == [4, 1, 2, 3]
        assert "order held" not in stage.lines[1]


async def test_who_comes_while_the_order_is_held_comes_last(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    for call_id in (2, 3, 4):
        bridge.call(100, call_id, f"n{call_id}", gain_level=1)
    async with staged() as stage:
        await stage.go_in(100)
        while stage.session.view.sort_id != "gain":
            await stage.press("s")
        await stage.advance(5)
        bridge.call(100, 1, "early", gain_level=9)
        await stage.press("j")
        await stage.advance(1.99)
        assert stage.rows == [2, 3, 4, 1]
        await stage.advance(1)
        assert stage.rows == [1, 2, 3, 4]


async def test_the_cursor_stays_on_its_caller_when_rows_come_go_and_move(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, *(f"n{nth}" for nth in range(1, 31)))
    async with staged(size=(120, 24)) as stage:
        await stage.go_in(100)
        await stage.press(*"jjjjj")
        assert stage.cursor == 6
        for gone in (1, 2, 5):
            bridge.world.leave(bridge.of(gone))
        bridge.call(100, 40, "host", role=1)
        await stage.advance(12)
        assert stage.cursor == 6
        assert stage.row("n6")[1] == "▌"
        await stage.press("o")
        assert stage.cursor == 6
        assert stage.row("n6")[1] == "▌"


async def test_a_caller_who_leaves_takes_the_cursor_with_them(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("j")
        bridge.world.leave(bridge.of(2))
        await stage.advance(3)
        assert "left" in stage.row("Bob")
        await stage.press("m")
        assert "that caller has left" in stage.notice
        await stage.advance(10)
        assert stage.rows == [1, 3]
        assert stage.cursor is None
        await stage.press("m", "d", "n")
        assert stage.dialog == ""
        assert "no caller under the cursor" in stage.notice
        assert bridge.writes == []


async def test_where_the_cursor_was_before_a_caller_left_is_forgotten(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy", "Di")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("j", "j", "escape", "enter")
        await stage.press("k")
        before = stage.cursor
        bridge.world.leave(bridge.of(2))
        await stage.advance(13)
        assert (before, stage.cursor) == (2, None)
        await stage.press("escape", "enter")
        assert stage.cursor == 1, "not on the caller of a visit before"


async def test_what_just_changed_is_marked_for_some_seconds(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        assert "  + " not in stage.text
        bridge.call(100, 3, "Cy")
        bridge.world.change(bridge.of(1), mute_mode=1)
        bridge.world.leave(bridge.of(2))
        await stage.advance(2.1)
        assert stage.row("Cy").startswith("  + Cy")
        assert stage.row("Ada").startswith(" ▌~ Ada")
        assert "soft mute" in stage.row("Ada")
        assert stage.row("Bob").startswith("  − Bob")
        assert "left" in stage.row("Bob")
        await stage.advance(8)
        assert "+ Cy" not in stage.row("Cy")
        assert "~" not in stage.row("Ada")
        assert "Bob" not in "\n".join(stage.table_lines)


async def test_the_interval_can_be_changed_live(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        assert "every 2s" in stage.lines[0]
        await stage.press("plus")
        assert "every 1s" in stage.lines[0]
        await stage.press("-", "-")
        assert "every 3s" in stage.lines[0]
        before = bridge.reads
        await stage.advance(30)
        slow = bridge.reads - before
        await stage.press("+", "+", "+", "+", "+")
        assert "every 0.5s" in stage.lines[0]
        before = bridge.reads
        await stage.advance(30)
        assert bridge.reads - before > 3 * slow


async def test_the_command_line_says_where_one_starts(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.meeting(200)
    bridge.people(200, "Ada", "Bob")
    async with staged(start=Start(meeting=200, filter="bob")) as stage:
        await stage.advance(1)
        assert (stage.subject, stage.session.view.meeting) == ("meeting", 200)
        assert "Bob" in stage.text
        assert "Ada" not in stage.text
        assert "/bob" in stage.text
        await stage.press("escape", "escape")
        await stage.advance(1)
        assert stage.subject == "meetings"
        assert set(stage.rows) == {100, 200}


async def test_one_can_start_in_a_meeting_that_has_ended(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged(start=Start(meeting=999, filter="ada")) as stage:
        await stage.advance(5)
        assert "0 of 0" in stage.lines[1]
        assert "This meeting has ended" in stage.text, "it is not the filter"
        await stage.press("escape")
        assert "999" in stage.text
        assert "ended" in stage.text
        await stage.press("escape")
        assert stage.subject == "meetings"
