"""Rooms, Numbers and Forwarding beside what is live: where one is, and what is polled for it."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from confmon.commands import COMMANDS, commands_of, keys_of
from confmon.key_names import key_sign

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging

TABS = ("1 Meetings", "2 Calls", "3 Rooms", "4 Numbers", "5 Forwarding")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_tabs_always_show_every_place_with_its_digit(
    bridge: Bridge, staged: Staging, size: tuple[int, int]
) -> None:
    bridge.meeting(100)
    bridge.people(100, *[f"Caller {nth}" for nth in range(12)])
    async with staged(size=size) as stage:
        for key, shown in (("3", "room"), ("4", "number"), ("5", "left"), ("2", "Caller 0")):
            await stage.press(key)
            await stage.advance(0.1)
            assert all(tab in stage.lines[1] for tab in TABS), stage.lines[1]
            assert shown in stage.text
        await stage.go_in(100)
        title = stage.lines[1]
        assert all(f" {tab[:1] if size[0] < 120 else tab} " in title for tab in TABS), title
        assert "▸ Grace Hopper 100" in title
        assert "12 callers" in title


async def test_escape_goes_back_to_where_one_came_from(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("j")
        assert stage.cursor == 2
        for keys in (("3",), ("4",), ("3", "4", "5")):
            await stage.press(*keys)
            assert stage.section
            await stage.press("escape")
            assert stage.section == ""
            assert stage.session.view.meeting == 100
            assert stage.cursor == 2


@pytest.mark.parametrize("keys", [("3", "m"), ("e", "m"), ("3", "i")])
async def test_a_key_behind_the_one_that_leaves_a_screen_does_nothing_on_it(
    bridge: Bridge, staged: Staging, keys: tuple[str, ...]
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("j")
        assert stage.cursor == 2
        details = stage.app.shown.has_details
        # A second apart by hand, but read together: the program was held up meanwhile.
        await stage.burst(*keys, gap_s=1.0, rests=False)
        await stage.advance(3)
        assert stage.section == "rooms"
        assert stage.dialog == ""
        assert bridge.writes == []
        await stage.press("escape")
        assert stage.section == ""
        assert stage.app.shown.has_details is details


async def test_a_key_behind_the_one_that_opens_a_section_goes_to_the_section(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.press("3")
        await stage.advance(1)
        await stage.press("1")
        await stage.burst("3", "d", gap_s=1.0, rests=False)
        assert stage.section == "rooms"
        assert stage.dialog == "TypedEdit"


async def test_every_command_has_what_does_it_on_every_screen_it_is_on(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        for key in ("1", "3", "4", "5"):
            await stage.press(key)
            shown = stage.app.shown
            sends_nothing = {c.id for c in commands_of(shown.PLACE) if not c.writes}
            # The table does `open` itself; it knows what is under its cursor.
            for id_ in sends_nothing - {"open"}:
                assert callable(getattr(shown, f"action_{id_}", None)), id_


async def test_digits_lead_everywhere_and_a_tab_can_be_clicked(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("5", "3", "2")
        assert stage.section == ""
        assert stage.subject == "calls"
        await stage.pilot.click("#tabs", offset=(stage.lines[1].index("4 Numbers") + 2, 0))
        await stage.advance(0.1)
        assert stage.section == "numbers"
        await stage.press("1")
        assert stage.subject == "meetings"


@pytest.mark.parametrize("section", ["3", "4", "5"])
async def test_undo_says_in_a_section_that_it_is_for_calls_and_meetings(
    bridge: Bridge, staged: Staging, section: str
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("h")
        await stage.advance(5)
        sent = list(bridge.writes)
        for key, word in (("u", "undo"), ("ctrl+y", "redo")):
            await stage.press(section)
            await stage.press(key)
            await stage.advance(2)
            assert stage.notice == f"{word} is for calls and meetings; nothing was sent"
        assert bridge.writes == sent


async def test_the_key_of_undo_may_have_another_meaning_in_a_section(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged(keys={"room_new": "u"}) as stage:
        await stage.press("3")
        await stage.advance(1)
        await stage.press("u")
        assert stage.dialog
        assert not stage.notice


async def test_nothing_of_a_section_is_asked_for_before_it_is_opened(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.advance(120)
        assert {path for path in bridge.asked if not path.startswith(("/meetings", "/calls"))} == (
            set()
        )


def test_nothing_of_a_section_is_loaded_before_it_is_opened() -> None:
    heavy = (
        "confmon.monitor.sections", "confmon.monitor.edits.edit_actions",
        "confmon.tui.screens.section", "confmon.models.attributes.catalogue",
        "confmon.tui.dialogs.form",
    )  # fmt: skip
    script = (
        "import sys, confmon.tui.app, confmon.tui.screens.live.screen, confmon.monitor.session\n"
    )
    script += f"print([name for name in {heavy!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"


async def test_what_is_not_looked_at_is_read_slowly_or_not_at_all(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("4")
        await stage.advance(5)
        bridge.asked.clear()
        await stage.advance(300)
        unseen = "/meetings/100/attributes"
        assert bridge.asked.count(unseen) == 1, "for the rules, once in ten minutes"
        live = {"/meetings", "/calls"}
        looked_at = {"/dids", "/didGroups", "/callFlows", "/meetingRooms"}
        assert set(bridge.asked) - {unseen} == looked_at | live
        assert 7 <= bridge.asked.count("/didGroups") <= 14  # every 30 s
        await stage.press("3")
        await stage.advance(5)
        bridge.asked.clear()
        await stage.advance(300)
        for path in live:
            assert 7 <= bridge.asked.count(path) <= 14, "as slowly as the rooms"
        await stage.press("5")
        await stage.advance(5)
        bridge.asked.clear()
        await stage.advance(100)
        assert set(bridge.asked) - {unseen} == {"/bindings", "/dialouts", "/dids"} | live
        await stage.press("escape")
        await stage.advance(5)
        bridge.asked.clear()
        await stage.advance(60)
        assert set(bridge.asked) - {unseen} == live


async def test_the_live_feeds_go_on_until_the_last_action_is_proved(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    bridge.quirks.write_delay_s = 3.0
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m", "4")
        await stage.advance(1)
        assert "sent" in stage.log
        await stage.advance(12)
        assert "done" in stage.log
        await stage.advance(5)
        bridge.asked.clear()
        await stage.advance(20)
        assert bridge.asked.count("/calls") <= 1, "as slowly as the section"


async def test_what_comes_back_is_stale_until_it_has_been_read(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("4")
        await stage.advance(60)
        bridge.fail(path="/calls", status=503)
        await stage.press("escape", "m")
        assert "nothing was sent" in stage.notice
        await stage.advance(1)
        assert bridge.writes == []


@pytest.mark.parametrize(("key", "list_"), [("3", "meetingRooms"), ("4", "dids")])
async def test_an_error_is_shown_and_the_last_data_kept_with_its_age(
    bridge: Bridge, staged: Staging, key: str, list_: str
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press(key)
        await stage.advance(1)
        shown = stage.rows
        assert shown
        bridge.fail(path=f"/{list_}", status=503)
        await stage.advance(40)
        assert stage.rows == shown
        assert "showing data" in stage.text
        assert "STALE" not in stage.lines[0]
        await stage.advance(60)
        assert "STALE" in stage.lines[0]
        assert re.search(r"data is \d+(s|m)", stage.footer)
        bridge.faults.clear()
        await stage.press("r")
        await stage.advance(1)
        assert "STALE" not in stage.lines[0]
        assert "showing data" not in stage.text


async def test_one_forbidden_list_does_not_hide_the_others(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.fail(path="/callFlows", status=403)
    async with staged() as stage:
        await stage.press("4")
        await stage.advance(1)
        assert "15162065319" in stage.text
        assert "Call flows: " in stage.text
        await stage.press("left")
        await stage.advance(0.1)
        assert "No data yet" in stage.text
        assert "403" in stage.text or "not permitted" in stage.text


async def test_a_401_is_asked_once(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        bridge.fail(status=401)
        bridge.asked.clear()
        await stage.press("4")
        await stage.advance(200)
        assert bridge.asked == ["/dids"]
        assert "Not authorized" in stage.text
        bridge.faults.clear()
        await stage.press("r")
        await stage.advance(1)
        assert "15162065319" in stage.text


async def test_what_a_401_has_stopped_is_read_again_from_the_list_of_needs_too(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("4")
        await stage.advance(1)
        await stage.press("exclamation_mark")
        bridge.fail(status=401)
        await stage.advance(60)
        assert "Not authorized" in stage.text
        bridge.faults.clear()
        await stage.press("r")
        await stage.advance(1)
        await stage.press("4")
        await stage.advance(1)
        assert "Not authorized" not in stage.text


async def test_filter_and_order_belong_to_each_list(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("4")
        await stage.advance(1)
        await stage.press("slash")
        await stage.type("europe")
        assert len(stage.rows) == 2
        await stage.press("enter", "right")
        assert len(stage.rows) == 5
        await stage.press("s", "left")
        assert len(stage.rows) == 2
        assert "/europe" in stage.text
        await stage.press("escape")
        assert len(stage.rows) == 10
        assert stage.section == "numbers"


async def test_letters_typed_with_the_slash_are_no_verbs(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("3")
        await stage.advance(1)
        await stage.press("slash", "d", "n", "e", "5")
        assert stage.dialog == ""
        assert stage.section == "rooms"
        assert stage.session.sections.views["rooms"].filter_text == "dne5"


async def test_the_help_of_a_section_has_its_commands_and_no_others(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged(size=(160, 100)) as stage:
        await stage.press("3")
        await stage.advance(0.5)
        await stage.press("?")
        assert stage.dialog == "HelpScreen"
        sheet = re.sub(r"\s+", " ", stage.text)
        for command in commands_of("rooms"):
            assert f"{key_sign(keys_of(command)[0])}" in sheet
            assert command.label in sheet, command.id
        assert "Mute all" not in sheet
        await stage.press("escape")
        offered = {command.label for command in stage.app.shown.offered()}
        assert {"New", "Delete", "Codes", "Forwarding"} <= offered
        assert "Drop" not in offered


async def test_keys_of_a_section_can_be_remapped(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged(keys={"room_new": "f6", "rooms": "f7"}) as stage:
        await stage.press("f7")
        await stage.advance(1)
        assert "F6 New" in stage.footer
        assert "F7 Rooms" in stage.lines[1]
        await stage.press("n")
        assert stage.dialog == ""
        await stage.press("f6")
        assert stage.dialog == "FormScreen"


async def test_no_key_of_a_section_writes_by_itself(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        for place, key in (("rooms", "3"), ("numbers", "4"), ("forwarding", "5")):
            await stage.press(key)
            await stage.advance(1)
            for command in COMMANDS:
                if place not in command.where or command.id in ("quit", "suspend", "theme"):
                    continue
                if command.scope == "view" and command.id != "details":
                    continue
                await stage.press(keys_of(command)[0])
                await stage.advance(0.3)
                await stage.press("escape")
                await stage.press("escape")
                if not stage.section:
                    await stage.press(key)
                    await stage.advance(0.3)
        await stage.advance(3)
        assert bridge.writes == []


async def test_a_terminal_too_small_says_so_and_takes_no_verb(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged(size=(38, 9)) as stage:
        await stage.press("3")
        assert stage.section == ""  # nothing acts on what cannot be seen
        assert "too small" in stage.text


async def test_the_palette_leads_everywhere(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        for words, section in (("rooms", "rooms"), ("numbers", "numbers"), ("meetings", "")):
            await stage.press("ctrl+p")
            assert stage.dialog == "CommandPalette"
            await stage.type(words)
            await stage.until(lambda: "Show " in stage.text)
            await stage.press("enter")
            await stage.until(lambda: stage.dialog == "")
            await stage.advance(0.5)
            assert stage.section == section


async def test_a_section_opened_before_the_bridge_is_filled_when_it_comes(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged(read_only=True) as stage:
        poller, bridge_then = stage.session.poller, stage.session.bridge
        assert poller is not None
        assert bridge_then is not None
        await poller.close()
        stage.session.poller = stage.session.bridge = None  # as before it was opened
        await stage.press("4")
        await stage.advance(1)
        assert "Starting…" in stage.text
        stage.session.connect(bridge_then)
        await stage.advance(1)
        assert "15162065319" in stage.text


async def test_without_a_log_the_section_says_that_changes_are_refused(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        stage.session.doubt_audit("the audit log can't be written: No space left on device")
        await stage.press("3")
        await stage.advance(1)
        assert "Changes are refused: the audit log" in stage.text


async def test_a_paused_view_does_not_hold_the_rooms_still(bridge: Bridge, staged: Staging) -> None:
    meeting = bridge.meeting(100)
    bridge.world.directory.add_room_of(meeting, meeting.created)
    async with staged() as stage:
        await stage.press("p", "3")
        await stage.advance(1)
        assert "live" in stage.row("Grace Hopper")
        bridge.world.end(meeting)
        await stage.advance(70)
        assert "live" not in stage.row("Grace Hopper")


@pytest.mark.parametrize("key", ["1", "3"])
async def test_a_change_while_a_screen_is_being_closed_finds_no_part_missing(
    bridge: Bridge, staged: Staging, key: str
) -> None:
    bridge.meeting(100)
    async with staged(size=(200, 40)) as stage:
        await stage.press(key)
        await stage.advance(1)
        shown = stage.app.shown
        await shown.query("*").remove()
        shown.changed()
        await stage.settle()


async def test_another_screen_is_drawn_at_once(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        stage.app.show_section("rooms")
        assert not stage.app._batch_count  # nothing is held back
        await stage.settle()
        stage.app.go_back()
        assert not stage.app._batch_count
