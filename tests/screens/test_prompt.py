"""The command prompt: what it completes, what Enter does, and what it never does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.widgets import Input

from confmon.monitor import lookup
from tests.screens.stage import key_event

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


def full(bridge: Bridge) -> None:
    bridge.meeting(4223, "Weekly all-hands")
    bridge.meeting(4224, "Vorstand Süd")
    bridge.meeting(500, "Board")
    bridge.people(4223, "Anna Smith", "Bob", "Zoë", first=1)
    bridge.people(4224, "Anna Jones", "Cy", first=11)
    bridge.people(500, "Dan", first=21)


async def enter(stage: Stage, line: str) -> None:
    await stage.press(":", *line)
    await stage.press("enter")
    await stage.advance(0.1)


@pytest.mark.parametrize(
    ("line", "meeting", "cursor"),
    [
        ("meeting 4223", 4223, None),
        ("meeting vorstand sud", 4224, None),
        ("MEETING 5", 500, None),
        ("caller zoe", 4223, 3),
        ("caller anna jones", 4224, 11),
        ("caller cy", 4224, 12),
    ],
)
async def test_it_goes_there_and_escape_comes_back(
    bridge: Bridge, staged: Staging, line: str, meeting: int, cursor: int | None
) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.press("j")
        before = stage.cursor
        await enter(stage, line)
        assert stage.dialog == ""
        assert stage.session.view.meeting == meeting
        assert cursor is None or stage.cursor == cursor
        await stage.press("escape")
        assert (stage.subject, stage.cursor) == ("meetings", before)
        assert bridge.writes == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("caller anna", "which one?"),
        ("meeting 422", "which one?"),
        ("caller nobody", "no caller like that"),
        ("meeting", "meeting"),
        ("mu", "which one?"),
        ("xyz", "no such command"),
        ("room abc", "type its digits"),
    ],
)
async def test_what_is_not_clear_is_not_done(
    bridge: Bridge, staged: Staging, line: str, says: str
) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.press("2")
        await enter(stage, line)
        assert stage.dialog == "PromptDialog"
        assert says in stage.text
        await stage.press("escape")
        assert stage.dialog == ""
        assert stage.subject == "calls"
        assert bridge.writes == []


async def test_tab_completes_and_chooses(bridge: Bridge, staged: Staging) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.press(":", *"cal")
        assert "caller …" in stage.text
        assert "calls" in stage.text
        await stage.press("l", "e", "tab", *"anna")
        assert "Anna Jones" in stage.text
        assert "in 4223 Weekly all-hands" in stage.text
        await stage.press("tab", "tab", "enter")
        await stage.advance(0.1)
        assert (stage.session.view.meeting, stage.cursor) == (4223, 1)
        await stage.press(":", *"meeting vor", "tab")
        assert stage.app.screen.query_one(Input).value == "meeting 4224"


async def test_more_than_fit_are_counted(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, *(f"Caller {n}" for n in range(40)))
    async with staged() as stage:
        await stage.press(":", *"caller cal")
        assert "and 34 more" in stage.text


@pytest.mark.parametrize("line", ["mute", "Mute"])
async def test_a_verb_is_done_to_who_was_under_the_cursor(
    bridge: Bridge, staged: Staging, line: str
) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.go_in(4223)
        await stage.press("j")
        await enter(stage, line)
        await stage.advance(1)
        assert [path for _, path, _ in bridge.writes] == ["/calls/2"]


async def test_a_verb_asks_as_its_key_does(bridge: Bridge, staged: Staging) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.go_in(4223)
        await enter(stage, "drop")
        assert stage.dialog == "ConfirmDialog"
        await stage.press("escape")
        await enter(stage, "end")
        assert stage.dialog == "TypedDialog"
        await stage.press("escape")
        assert bridge.writes == []


async def test_nobody_takes_the_place_of_who_was_under_the_cursor(
    bridge: Bridge, staged: Staging
) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.go_in(4223)
        await stage.press("j", ":", *"mute")
        bridge.world.leave(bridge.of(2))
        bridge.call(4223, 2, "Mallory", caller="+14045559999", created=5)
        await stage.advance(5)
        await stage.press("enter")
        await stage.advance(1)
        assert bridge.writes == []
        assert "what was under the cursor is gone" in stage.notice


async def test_who_was_found_and_left_is_not_gone_to(bridge: Bridge, staged: Staging) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.press("2", ":", *"caller zoe")
        bridge.world.leave(bridge.of(3))
        await stage.advance(5)
        await stage.press("enter")
        await stage.advance(0.1)
        assert stage.notice == "Zoë has left"
        assert stage.subject == "calls"


async def test_a_paste_fills_the_line_and_confirms_nothing(bridge: Bridge, staged: Staging) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.go_in(4223)
        await stage.press(":")
        stage.app.post_message(events.Paste("mute\nmute\n"))
        await stage.advance(1)
        assert stage.dialog == "PromptDialog"
        assert stage.line("Mute ").strip("│ ").startswith("Mute")
        assert bridge.writes == []
        await stage.press("escape")


async def test_pasted_keys_confirm_nothing(bridge: Bridge, staged: Staging) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.go_in(4223)
        await stage.press(":")
        await stage.burst(*"mute", "enter", gap_s=0.001, rests=False)
        await stage.advance(1)
        assert stage.dialog == "PromptDialog"
        assert "keys that come all at once answer nothing" in stage.notice
        assert bridge.writes == []


async def test_a_line_pasted_onto_the_table_does_nothing(bridge: Bridge, staged: Staging) -> None:
    full(bridge)
    async with staged() as stage:
        await stage.go_in(4223)
        for key in (":", *"mute", "enter"):
            stage.app.post_message(key_event(key))
        await stage.advance(1)
        assert bridge.writes == []
        assert "keys that came all at once" in stage.notice


async def test_rooms_and_numbers_are_shown(bridge: Bridge, staged: Staging) -> None:
    meeting = bridge.meeting(4223)
    bridge.world.directory.add_room_of(meeting, meeting.created)
    async with staged(size=(140, 50)) as stage:
        await enter(stage, "room 4223")
        await stage.advance(1)
        assert (stage.section, stage.cursor) == ("rooms", 4223)
        await enter(stage, "number 4420809945")
        await stage.advance(1)
        assert stage.section == "numbers"
        await stage.press("escape")
        assert stage.section == ""


async def test_masked_digits_find_nobody(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", caller="+14045550002")
    async with staged(mask_numbers=True) as stage:
        await stage.press(":", *"caller 4045550002")
        assert "no caller like that" in stage.text
        assert "404555" not in stage.text.replace("caller 4045550002", "")


async def test_a_masked_number_is_found_by_the_digits_that_are_shown(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged(mask_numbers=True, size=(150, 50)) as stage:
        await enter(stage, "number 1516206")
        await stage.advance(1)
        assert "1516206 is not listed here" in stage.notice
        await enter(stage, "number 5318")
        await stage.advance(1)
        found = stage.session.sections.records("dids")[stage.cursor]
        assert found.phone_number.endswith("5318")


# The palette.


async def choose(stage: Stage, words: str, shown: str) -> None:
    await stage.press("ctrl+p")
    await stage.type(words)
    await stage.until(lambda: shown in stage.text)


@pytest.mark.parametrize(
    ("words", "shown", "where"),
    [
        ("anna jones", "in 4224 Vorstand", (4224, 11)),
        ("zoe", "in 4223 Weekly", (4223, 3)),
        ("vorstand", "meeting 4224", (4224, None)),
        ("4224", "meeting 4224", (4224, None)),
    ],
)
async def test_the_palette_goes_to_meetings_and_callers(
    bridge: Bridge, staged: Staging, words: str, shown: str, where: tuple[int, int | None]
) -> None:
    full(bridge)
    async with staged(size=(120, 40)) as stage:
        await choose(stage, words, shown)
        await stage.press("enter")
        await stage.until(lambda: stage.dialog == "")
        await stage.advance(0.5)
        assert stage.session.view.meeting == where[0]
        assert where[1] is None or stage.cursor == where[1]
        assert bridge.writes == []
        await stage.press("escape")
        assert stage.subject == "meetings"


async def test_the_palette_shows_the_key_of_each_command(bridge: Bridge, staged: Staging) -> None:
    full(bridge)
    async with staged() as stage:
        await choose(stage, "mute all", "Mute every caller")
        assert "Mute all  M" in stage.text


async def test_the_palette_counts_what_it_does_not_show(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, *(f"Xaver {n}" for n in range(320)))
    async with staged(size=(120, 50)) as stage:
        await stage.press("2")
        await stage.advance(1)
        await choose(stage, "xaver", "and 312 more callers")
        await stage.press("up", "enter")
        await stage.until(lambda: stage.dialog == "")
        await stage.advance(0.5)
        assert "320 of 320" in stage.lines[1]
        await stage.press("escape")
        assert not stage.session.view.filter


async def test_names_are_no_markup_in_the_palette(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100, "[@click=app.quit]press[/]")
    bridge.call(100, 1, "[bold]Anna[/bold] [")
    async with staged(size=(120, 40)) as stage:
        await choose(stage, "anna", "[bold]Anna[/bold] [")
        await stage.press("escape")
        await choose(stage, "press", "[@click=app.quit]press[/]")
        await stage.press("escape")


async def test_ten_thousand_are_searched_in_slices(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, *(f"Caller {n}" for n in range(3 * lookup.SLICE)))
    async with staged() as stage:
        await stage.press("2")
        await stage.advance(1)
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.create_task(count())
        found = await lookup.Lookup(stage.session).find("call", "caller 7", 5)
        other.cancel()
        assert turns >= 3
        assert (len(found.shown), found.total) == (5, found.more + 5)
        assert found.shown[0].name == "Caller 7"
