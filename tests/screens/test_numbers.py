"""Numbers: the owner of a DID, what a group leads to, and the way there from a caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging

HOSTILE = "[@click=app.quit]x[/] \x1b[31mred [/foo]"


async def test_left_and_right_go_through_the_three_lists(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("4")
        await stage.advance(1)
        seen = []
        for _ in range(3):
            seen.append(len(stage.rows))
            await stage.press("right")
        assert seen == [10, 5, 2]
        assert len(stage.rows) == 10
        await stage.press("left")
        assert len(stage.rows) == 2
        assert "SPECTEL" in stage.text
        await stage.pilot.click("#lists", offset=(stage.lines[2].index("DID groups") + 2, 0))
        await stage.advance(0.1)
        assert "members_only" in stage.text


async def test_each_list_keeps_its_cursor(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("4")
        await stage.advance(1)
        await stage.press("j", "j")
        cursor = stage.cursor
        await stage.press("right", "j", "left")
        assert stage.cursor == cursor


async def test_a_did_tells_group_call_flow_owner_and_rooms(bridge: Bridge, staged: Staging) -> None:
    meeting = bridge.meeting(100)
    bridge.world.directory.add_room_of(meeting, meeting.created)
    bridge.world.directory.add_room(700, "Board", {}, 219)
    async with staged(size=(150, 50)) as stage:
        await stage.press("4", "i")
        await stage.advance(1)
        stage.table.move_to(221)
        await stage.advance(1)
        assert "DID 221" in stage.text
        assert stage.details["call"] == "flow        CONF"
        assert stage.details["700"] == "Board"
        assert stage.details["100"] == "Grace Hopper"


async def test_w_on_a_caller_shows_the_dialled_number(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", callee="+442080994511")
    bridge.call(100, 2, "Bob", callee="+1999")
    async with staged(size=(140, 50)) as stage:
        await stage.go_in(100)
        stage.table.move_to(1)
        await stage.press("w")
        await stage.advance(1)
        assert stage.section == "numbers"
        assert "442080994511" in stage.line("▌")
        assert "europe" in stage.line("didGroupId")
        await stage.press("escape")
        assert stage.session.view.meeting == 100
        stage.table.move_to(2)
        await stage.press("w")
        await stage.advance(1)
        assert "+1999 is not listed here" in stage.notice
        assert stage.cursor is None
        await stage.quiet()
        assert "nothing under the cursor" in stage.text, "another number is no answer"


async def test_e_on_a_meeting_shows_its_room(bridge: Bridge, staged: Staging) -> None:
    meeting = bridge.meeting(100)
    bridge.world.directory.add_room_of(meeting, meeting.created)
    bridge.meeting(555)
    bridge.people(100, "Ada")
    async with staged(size=(140, 50)) as stage:
        await stage.go_in(100)
        await stage.press("e")
        await stage.advance(1)
        assert stage.section == "rooms"
        assert stage.cursor == 100
        assert "Room 100" in stage.text
        await stage.press("escape")
        await stage.go_in(555)
        await stage.press("e")
        await stage.advance(1)
        assert "room 555 is not listed here" in stage.notice
        assert "Room 100" not in stage.text, "another room is no answer"


async def test_the_filter_of_the_section_does_not_hide_what_was_asked_for(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", callee="81345209411")
    async with staged() as stage:
        await stage.press("4")
        await stage.advance(1)
        await stage.press("slash")
        await stage.type("europe")
        await stage.press("enter")
        await stage.press("right", "1")
        await stage.advance(0.1)
        await stage.go_in(100)
        await stage.press("w")
        await stage.advance(0.5)
        assert "81345209411" in stage.line("▌")


async def test_nothing_in_numbers_can_be_changed(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("4")
        await stage.advance(1)
        await stage.press(*"nedacmhLRE")
        await stage.advance(1)
        assert stage.dialog == ""
        assert bridge.writes == []


async def test_numbers_are_masked_where_the_settings_say_so(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.world.directory.groups[301].name = HOSTILE
    async with staged(mask_numbers=True, size=(150, 50)) as stage:
        await stage.press("4", "i")
        await stage.advance(1)
        assert "15162065318" not in stage.text
        assert "•••••••5318" in stage.text
        bridge.call(100, 1, "Ada", callee="+15550001234")
        await stage.press("escape")
        await stage.go_in(100)
        await stage.press("w")
        await stage.advance(1)
        assert "•1234 is not listed here" in stage.notice
        assert "5550001234" not in stage.notice
        assert "[@click=app.quit]x[/]" in stage.text
        assert "\x1b" not in stage.text
