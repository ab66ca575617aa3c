"""Where escape leads: back to where one came from, with the cursor and the rows as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.config.choices import Choices
from confmon.tui.navigation import MOST, History, Visit
from tests.screens.test_attention import raise_in_turn, three_meetings

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging


def test_places_are_left_in_the_order_they_were_visited_in() -> None:
    history = History()
    for number in range(MOST + 5):
        history.leave(Visit(place="live", subject="meeting", meeting=number))
    back = [visit.meeting for visit in iter(history.back, None)]
    assert back == list(range(MOST + 4, 4, -1))
    assert not history


def test_a_series_of_jumps_leads_back_to_where_it_began() -> None:
    history = History()
    here = Visit(place="live", name="meetings")
    history.leave(here, jump=True)
    for number in range(3):
        history.leave(Visit(place="live", subject="meeting", meeting=number), jump=True)
    assert history.back() == here
    assert history.back() is None


def full(bridge: Bridge) -> None:
    for number in (100, 200, 300):
        bridge.meeting(number, f"team {number}")
        bridge.people(number, *(f"Caller {n}" for n in range(40)), first=number * 10)
    bridge.call(200, 9, "Anna Smith")


@pytest.mark.parametrize("where", ["meetings", "meeting", "calls", "rooms", "needs"])
async def test_after_a_find_one_press_leads_back(
    bridge: Bridge, staged: Staging, where: str
) -> None:
    full(bridge)
    async with staged() as stage:
        keys = {"meetings": "j", "meeting": "", "calls": "2G", "rooms": "3", "needs": "!"}[where]
        if where == "meeting":
            await stage.go_in(300)
            await stage.press("G", "k")
        await stage.press(*keys)
        if where in ("rooms", "needs"):
            await stage.press("2")
        before = (stage.subject, stage.session.view.meeting, stage.cursor, stage.rows)
        await stage.press("f", *"anna", "enter")
        assert stage.subject == "calls"
        assert stage.cursor == 9
        await stage.press("escape")
        assert (stage.subject, stage.session.view.meeting, stage.cursor, stage.rows) == before
        assert not stage.session.views.list_of("calls").filter


async def test_a_finds_words_are_no_filter_of_all_calls_afterwards(
    bridge: Bridge, staged: Staging
) -> None:
    full(bridge)
    choices = Choices(None, "lab")
    async with staged(choices=choices) as stage:
        await stage.press("2", "/", *"smith", "enter")
        assert choices.view("calls").filter == "smith"
        await stage.press("f", *"anna", "enter", "s")
        assert choices.view("calls").filter == "smith", "the next run begins with it"
        await stage.press("enter", "2", "s")
        assert stage.session.view.filter_text == "anna", "until it is cleared"
        assert choices.view("calls").filter == "smith"
        await stage.press("1", "2")
        assert stage.session.view.filter_text == "smith"


async def test_f_after_a_find_begins_another(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Anna", "Bob")
    async with staged() as stage:
        await stage.press("f", *"anna", "enter")
        await stage.press("f", *"bob", "enter")
        assert stage.session.view.filter_text == "bob"
        assert "Bob" in stage.text
        await stage.press("escape")
        assert stage.subject == "meetings"


async def test_find_and_mute_takes_seven_presses(bridge: Bridge, staged: Staging) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.go_in(300)
        await stage.press("f", "a", "n", "n", "a", "enter", "m")
        await stage.advance(1)
        assert [(method, path) for method, path, _ in bridge.writes] == [("PUT", "/calls/9")]


async def test_a_find_begins_empty_and_gives_the_filter_back(
    bridge: Bridge, staged: Staging
) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.press("2", "/", *"30")
        assert "esc Clear it" in stage.footer
        await stage.press("enter", "f", *"anna")
        assert "esc Go back" in stage.footer
        assert stage.rows == [9]
        await stage.press("escape")
        assert stage.subject == "calls"
        assert stage.session.view.filter_text == "30"
        await stage.press("f", "escape", "escape")
        assert (stage.subject, stage.session.view.filter_text) == ("calls", "")
        await stage.press("escape")
        assert stage.subject == "meetings"


async def test_from_what_was_found_one_comes_back_to_what_was_found(
    bridge: Bridge, staged: Staging
) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.go_in(300)
        await stage.press("f", *"caller", "enter", "j", "enter")
        await stage.advance(0.1)
        assert stage.subject == "meeting"
        await stage.press("escape")
        assert (stage.subject, stage.session.view.filter_text) == ("calls", "caller")
        await stage.press("escape")
        assert stage.session.view.meeting == 300


async def test_a_jump_inside_of_a_meeting_leads_back_to_the_caller(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    async with staged() as stage:
        await raise_in_turn(stage, 2)
        await stage.go_in(100)
        stage.table.move_to(3)
        await stage.press("t")
        assert stage.cursor == 2
        await stage.press("escape")
        assert (stage.session.view.meeting, stage.cursor) == (100, 3)
        await stage.press("escape")
        assert stage.subject == "meetings"


async def test_the_rows_are_back_where_they_were(bridge: Bridge, staged: Staging) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("pagedown", "pagedown", "k", "k")
        before = (stage.cursor, stage.rows)
        for keys in ("2G", "3", "fx", "4"):
            await stage.press(*keys, "escape")
            assert stage.session.view.meeting == 100
            assert (stage.cursor, stage.rows) == before, keys


async def test_crumbs_say_where_escape_leads(bridge: Bridge, staged: Staging) -> None:
    full(bridge)
    async with staged(size=(120, 40)) as stage:
        await stage.press("2", "f", *"anna", "enter", "enter")
        assert "callers of 200 ← find anna ← calls" in stage.text
        await stage.press("3")
        assert "← 200 ← find anna ← …" in stage.text
        await stage.press("1")
        assert "←" not in stage.text


# The meetings beside.


async def test_the_next_meeting_is_one_press_away_in_the_order_of_the_table(
    bridge: Bridge, staged: Staging
) -> None:
    for number, callers in ((100, 1), (200, 3), (300, 2), (400, 4)):
        bridge.meeting(number, "team" if number < 400 else "board")
        bridge.people(number, *"ABCD"[:callers], first=number)
    async with staged() as stage:
        await stage.press("/", *"team", "enter")
        assert stage.rows == [200, 300, 100]
        await stage.press("enter", "}")
        await stage.advance(0.1)
        assert stage.session.view.meeting == 300
        await stage.press("}")
        assert stage.session.view.meeting == 100
        await stage.press("}")
        assert stage.session.view.meeting == 100
        assert stage.notice == "that is the last meeting"
        await stage.press("{")
        assert stage.session.view.meeting == 300
        await stage.press("escape")
        assert (stage.subject, stage.cursor) == ("meetings", 300)


async def test_the_order_holds_still_from_one_press_to_the_next(
    bridge: Bridge, staged: Staging
) -> None:
    for number, callers in ((100, 1), (200, 3), (300, 2)):
        bridge.meeting(number)
        bridge.people(number, *"ABCD"[:callers], first=number)
    async with staged() as stage:
        await stage.go_in(200)
        await stage.press("}")
        assert stage.session.view.meeting == 300
        bridge.people(100, *"EFGH", first=900)
        await stage.advance(1.9)
        await stage.press("}")
        assert stage.session.view.meeting == 100


async def test_in_the_list_of_meetings_the_keys_move_the_cursor(
    bridge: Bridge, staged: Staging
) -> None:
    full(bridge)
    async with staged() as stage:
        first = stage.cursor
        await stage.press("}")
        assert stage.cursor != first
        await stage.press("{")
        assert stage.cursor == first
        await stage.press("2", "}")
        assert stage.notice == "open a meeting first: enter"
