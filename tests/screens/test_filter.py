"""The filter: as you type, with its count, kept by Enter, cleared by Escape; find everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.simulator.sample.network import NODES
from tests.screens.stage import key_event

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging


async def test_it_filters_at_every_key_and_counts(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100, None)
    bridge.people(100, "Yara", "Yanni", "Oly", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("/")
        assert "filter" in stage.text
        for typed, shown in (("y", 3), ("a", 2), ("n", 1)):
            await stage.press(typed)
            assert len(stage.rows) == shown
            assert f"{shown} of 4" in stage.lines[1]
        await stage.press("backspace")
        assert "2 of 4" in stage.lines[1]
        await stage.press("enter")
        assert stage.app.focused is stage.table
        assert "2 of 4" in stage.lines[1]
        assert "/ya" in stage.lines[1]
        await stage.press("j")
        assert stage.cursor == 2
        await stage.press("escape")
        assert stage.rows == [1, 2, 3, 4]
        assert " of 4" not in stage.lines[1]
        assert stage.subject == "meeting"


async def test_escape_while_typing_clears_it(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("/", *"bob", "escape")
        assert stage.rows == [1, 2]
        assert stage.app.focused is stage.table
        assert stage.subject == "meeting"
        await stage.press("/")
        assert stage.app.focused is not stage.table
        await stage.press("escape")
        assert stage.subject == "meeting"


FOUND: dict[str, list[int]] = {
    "100": [1, 2, 3, 4],
    "ada": [1],
    "5550002": [2],
    "grace": [1, 2, 3, 4],
    "2065319": [3],
    "10.7.20": [4],
    "node:10.7.20.31": [4],
    "host": [1],
    "listener": [4],
    "muted": [2, 3],
    "soft-muted": [3],
    "unmuted": [1, 4],
    "-muted": [1, 4],
    "held": [3],
    "muted held": [3],
    "did:15162065318 muted": [2],
    "nobody": [],
}


async def test_it_looks_at_number_name_caller_owner_did_node_role_and_states(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", role=1)
    bridge.call(100, 2, "Bob", mute_mode=2)
    bridge.call(100, 3, "Cy", mute_mode=1, hold_mode=1, callee="15162065319")
    bridge.call(100, 4, "Dan", role=3, node=NODES[3])
    async with staged() as stage:
        await stage.press("2")
        for words, found in FOUND.items():
            await stage.press("/")
            await stage.type(words)
            assert sorted(stage.rows, key=str) == found, words
            assert f"{len(found)} of 4" in stage.lines[1]
            if found:
                await stage.press("escape")
        assert "Nothing matches the filter" in stage.text
        assert "escape clears it" in stage.text


async def test_state_words_follow_the_states(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("/", *"muted", "enter")
        assert "0 of 2" in stage.lines[1]
        bridge.world.change(bridge.of(2), mute_mode=1)
        await stage.advance(2.1)
        assert stage.rows == [2]
        assert "1 of 2" in stage.lines[1]


async def test_find_looks_at_the_callers_of_every_meeting(bridge: Bridge, staged: Staging) -> None:
    for number in (100, 200, 300):
        bridge.meeting(number)
        bridge.people(number, "Ada", "Bob", first=number)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("f")
        assert stage.subject == "calls"
        await stage.type("bob")
        assert sorted(stage.rows, key=str) == [101, 201, 301]
        assert "3 of 6" in stage.lines[1]
        await stage.press("enter", "j", "enter")
        await stage.advance(0.1)
        assert stage.session.view.meeting == 200
        assert stage.cursor == 201
        await stage.press("2")
        assert "3 of 6" in stage.lines[1], "a list keeps its filter until it is cleared"


async def test_meetings_can_be_filtered_too(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100, "Weekly all-hands")
    bridge.meeting(200, "Board", is_secured=True)
    async with staged() as stage:
        await stage.press("/", *"board")
        assert stage.rows == [200]
        await stage.press("ctrl+u", *"locked")
        assert stage.rows == [200]
        assert "1 of 2" in stage.lines[1]


async def test_letters_typed_into_the_filter_are_no_verbs(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("/")
        await stage.type("mhdnuMHLREqp[]2 *")
        await stage.advance(3)
        assert bridge.writes == []
        assert stage.dialog == ""
        assert stage.session.view.filter_text == "mhdnuMHLREqp[]2 *"


async def test_a_burst_of_keys_after_the_slash_goes_into_the_filter(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "mad", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        for key in ("/", "m", "d"):  # as they come from the terminal in one read
            stage.app.post_message(key_event(key))
        await stage.advance(1)
        assert stage.session.view.filter_text == "md"
        assert bridge.writes == []
        assert stage.dialog == ""


async def test_the_cursor_is_on_a_row_that_is_shown(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("/", *"cy")
        assert stage.cursor == 3
        await stage.press("enter", "m")
        await stage.advance(0.5)
        assert [path for _, path, _ in bridge.writes] == ["/calls/3"]


async def test_tab_completes_fields_and_states(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("/", *"nod", "tab")
        assert stage.session.view.filter_text == "node:"
        await stage.press("ctrl+u", *"ada -he")
        assert "held help" in stage.footer
        await stage.press("tab")
        assert stage.session.view.filter_text == "ada -hel", "as far as it is clear"
        await stage.press("d", "tab")
        assert stage.session.view.filter_text == "ada -held "
        assert stage.rows == [1]
        await stage.press("enter", "tab")
        assert stage.app.focused is not stage.table
        await stage.press("escape")
        assert stage.session.view.filter_text == ""
