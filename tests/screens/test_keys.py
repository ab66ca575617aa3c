"""Footer, help, palette and remapping: all from the one registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from confmon.commands import COMMANDS, EVERYWHERE, Place, commands_of, keys_of
from confmon.key_names import key_sign
from confmon.tui.screens.keyed_screen import NOT_OFFERED
from confmon.tui.screens.live.screen import LiveScreen
from confmon.tui.table import LinesPane, LiveTable
from tests.screens.stage import key_event

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


async def read_help(stage: Stage) -> str:
    """The whole key sheet, scrolled through, on one line."""
    pane = stage.app.screen.query_one(LinesPane)
    seen: list[str] = []
    for _ in range(30):
        region = pane.region
        lines = stage.lines[region.y + 1 : region.bottom - 1]
        page = [line[region.x + 2 : region.right - 3] for line in lines]
        again = next(n for n in range(len(page), -1, -1) if seen[len(seen) - n :] == page[:n])
        seen += page[again:]
        await stage.press("pagedown")
    return re.sub(r"\s+", " ", " ".join(seen))


async def test_the_help_has_every_command_with_its_keys(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged(size=(160, 60)) as stage:
        await stage.press("?")
        assert stage.dialog == "HelpScreen"
        sheet = await read_help(stage)
        for command in commands_of("live"):
            signs = " ".join(key_sign(key) for key in keys_of(command))
            assert f"{signs} {command.label} {command.help}" in sheet, command.id
        assert "muting…" in sheet
        assert "-muted" in sheet
        await stage.press("escape")
        assert stage.dialog == ""
        for key in ("f1", "?", "q"):
            await stage.press("f1")
            await stage.press(key)
            assert stage.dialog == "", key


@pytest.mark.parametrize("place", EVERYWHERE)
async def test_no_key_means_two_commands(place: Place) -> None:
    keys = [
        key for command in commands_of(place) if not command.in_past for key in keys_of(command)
    ]
    keys += [
        key.strip()
        for binding in LiveTable.BINDINGS
        for key in getattr(binding, "key", "").split(",")
        if key.strip() != "enter"  # the table's own way of `open`
    ]
    assert len(keys) == len(set(keys))
    for command in COMMANDS:
        for key in keys_of(command):
            assert key not in ("ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q")
            assert not key.startswith("alt+")


async def test_the_footer_has_the_keys_that_mean_something_here(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged(size=(240, 40)) as stage:
        shown = [one for one in commands_of("live") if one.footer and not one.in_past]
        assert "enter Open" in stage.footer
        assert "d Drop" not in stage.footer
        assert "esc Back" not in stage.footer
        await stage.go_in(100)
        for command in shown:
            # nobody asks, there is nothing to undo, and nothing is shared
            idle = ("open", "podium", "undo", "claim")
            if command.id not in idle and command.scope != "needs":
                assert f"{key_sign(keys_of(command)[0])} {command.label}" in stage.footer


async def test_on_a_narrow_terminal_help_and_quit_stay(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged(size=(60, 20)) as stage:
        await stage.go_in(100)
        assert "m Mute" in stage.footer
        assert "d Drop" in stage.footer
        assert "? Help" in stage.footer
        assert "q Quit" in stage.footer
        assert len(stage.footer) <= 60


async def test_the_palette_offers_the_commands_and_runs_them(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        offered = {command.label for command in stage.app.shown.offered()}
        wanted = [c for c in commands_of("live") if c.id not in NOT_OFFERED and not c.in_past]
        assert offered == {command.label for command in wanted}
        await stage.press("ctrl+p")
        assert stage.dialog == "CommandPalette"
        await stage.type("calls")
        await stage.until(lambda: "Show every caller" in stage.text)
        await stage.press("down", "enter")
        await stage.until(lambda: stage.dialog == "")
        await stage.advance(0.1)
        assert stage.subject == "calls"
        assert bridge.writes == []


async def test_a_read_only_palette_offers_no_verbs(staged: Staging) -> None:
    async with staged(read_only=True) as stage:
        offered = {command.label for command in stage.app.shown.offered()}
        assert offered.isdisjoint(c.label for c in COMMANDS if c.writes)
        assert "Filter" in offered


async def test_a_remapped_key_works_everywhere_and_the_old_one_nowhere(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged(size=(160, 60), keys={"mute": "f5", "drop": "x,delete"}) as stage:
        await stage.go_in(100)
        assert "f5 Mute" in stage.footer or "F5 Mute" in stage.footer
        assert "x Drop" in stage.footer
        await stage.press("m", "d")
        await stage.advance(1)
        assert bridge.writes == []
        assert stage.dialog == ""
        await stage.press("f5")
        await stage.advance(3)
        assert bridge.writes == [("PUT", "/calls/1", {"muteMode": 2})]
        await stage.press("delete")
        assert stage.dialog == "ConfirmDialog"
        await stage.press("escape")
        await stage.press("?")
        assert "x delete" in stage.line("Drop")


async def test_a_letter_of_another_layout_works_beside_the_first(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged(keys={"mute": "m,ь"}) as stage:
        await stage.go_in(100)
        assert "m Mute" in stage.footer
        await stage.press("ь")
        await stage.advance(3)
        assert bridge.writes == [("PUT", "/calls/1", {"muteMode": 2})]


async def test_a_verb_without_a_key_is_off_everywhere(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged(size=(160, 60), keys={"drop": "", "theme": ""}) as stage:
        await stage.go_in(100)
        assert "Drop" not in stage.footer
        await stage.press("d", "T")
        await stage.app.shown.run_command("drop")
        await stage.settle()
        assert stage.dialog == ""
        offered = {command.label for command in stage.app.shown.offered()}
        assert "Drop" not in offered
        assert "Theme" in offered  # what sends nothing has lost its key alone
        await stage.press("?")
        sheet = await read_help(stage)
        assert "Hang a caller up" not in sheet
        assert "Choose another theme" not in sheet
        assert "Mute a caller" in sheet
        assert bridge.writes == []


async def test_escape_and_ctrl_c_stay_whatever_is_moved(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged(keys={"quit": "Q", "back": "backspace"}) as stage:
        await stage.press("q")
        assert stage.app.return_code is None
        await stage.press("/")
        await stage.type("abc")
        await stage.press("escape")
        assert not stage.screen.is_filter_open
        await stage.press("enter", "backspace")
        assert stage.subject == "meetings"
        await stage.press("ctrl+c")
        assert stage.app.return_code == 0


async def test_what_is_typed_right_after_the_slash_is_what_was_pressed(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged(keys={"mute": "x", "hold": "h,р"}) as stage:
        await stage.go_in(100)
        for key in ("/", "x", "р", "h"):
            stage.app.post_message(key_event(key))
        await stage.settle()
        assert stage.session.view.filter_text == "xрh"
        assert bridge.writes == []


async def test_keys_of_the_table_can_be_remapped_too(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged(keys={"table.down": "down,ctrl+n"}) as stage:
        await stage.go_in(100)
        await stage.press("ctrl+n")
        assert stage.cursor == 2


async def test_every_command_of_the_screen_can_be_done(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        for command in commands_of("live"):
            if command.writes or command.id in (
                "open",
                "quit",
                "suspend",
                "palette",
                "theme",
                "command",
            ):
                continue
            assert isinstance(stage.app.screen, LiveScreen), command.id
            await stage.press(keys_of(command)[0])
            await stage.press("escape")
        await stage.advance(3)
        assert bridge.writes == []


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_q_leaves_at_once(bridge: Bridge, staged: Staging, key: str) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press(key)
        assert stage.app.return_code == 0
        assert bridge.writes == []


async def test_ctrl_q_is_flow_control_and_does_nothing(staged: Staging) -> None:
    async with staged() as stage:
        await stage.press("ctrl+q", "ctrl+s")
        assert stage.app.return_code is None
        assert stage.app.is_running


async def test_no_key_and_no_command_takes_a_picture_of_the_screen(staged: Staging) -> None:
    async with staged() as stage:
        for key in ("", "3", "4", "5", "1", "ctrl+p"):
            if key:
                await stage.press(key)
            active = stage.app.screen.active_bindings.values()
            assert active
            assert not [
                active_binding.binding
                for active_binding in active
                if "screenshot" in active_binding.binding.action
            ]


async def test_enter_does_what_the_help_says_of_it(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged(size=(200, 60)) as stage:
        await stage.press("2")
        await stage.advance(0.1)
        assert "enter Open" in stage.footer
        stage.table.move_to(2)
        await stage.press("enter")
        await stage.advance(0.1)
        assert (stage.subject, stage.session.view.meeting, stage.cursor) == ("meeting", 100, 2)
        assert "enter Open" not in stage.footer
        shown = stage.app.shown.has_details
        await stage.press("enter")
        assert stage.app.shown.has_details is not shown
        await stage.press("?")
        assert "from Calls to the caller in it" in await read_help(stage)
