"""The callers beside the meetings: the keys may be for them, and then act on them as inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.screens.test_desk import two_meetings

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage

SIZE = (170, 40)


def under(stage: Stage) -> object:
    """The caller under the cursor of the panel."""
    return stage.watch.callers.cursor_key


def callers(stage: Stage) -> list[object]:
    """The callers that the panel shows."""
    return list(stage.watch.callers.visible_keys)


async def into_callers(stage: Stage) -> None:
    """Go from the meetings into the callers beside them, once these are read."""
    await stage.advance(4)
    await stage.press("tab")
    assert stage.watch.callers.has_focus
    await stage.advance(0.3)


async def test_tab_goes_into_the_callers_and_on(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        assert "tab goes there" in stage.text
        await into_callers(stage)
        assert "tab goes there" not in stage.text
        assert stage.session.view.meeting == 100
        assert under(stage) == 1
        assert stage.cursor == 100, "the meeting stays chosen"
        await stage.press("j")
        assert under(stage) == 2
        assert stage.cursor == 100
        await stage.press("tab")
        assert stage.session.view.subject == "meetings", "in another pane keys mean the meetings"
        await stage.press("shift+tab")
        assert stage.watch.callers.has_focus
        assert under(stage) == 2, "where it was left"
        await stage.press("shift+tab")
        assert stage.table.has_focus


async def test_verbs_act_on_the_caller_under_its_cursor(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        assert "Mute" in stage.footer
        await stage.press("j", "m")
        await stage.advance(1)
        assert [path for _, path, _ in bridge.writes] == ["/calls/2"]
        assert bridge.of(2).mute_mode
        await stage.press("d")
        assert "Bob" in stage.text
        assert stage.dialog == "ConfirmDialog"
        await stage.press("escape", "n")
        assert stage.dialog == "NameDialog"
        await stage.press("escape", "right_square_bracket")
        await stage.advance(1)
        assert [path for _, path, _ in bridge.writes] == ["/calls/2", "/calls/2"]


async def test_marks_and_bulks_are_of_the_callers(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        await stage.press("j", "space", "space")
        assert "2 marked" in stage.lines[1]
        assert stage.session.views.main.marks == {}
        await stage.press("h")
        assert "Hold 2 callers" in stage.text
        await stage.press("escape", "escape")
        assert "marked" not in stage.lines[1]
        assert stage.watch.callers.has_focus


async def test_escape_comes_back_and_enter_goes_in(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        await stage.press("escape")
        assert stage.table.has_focus
        assert stage.session.view.subject == "meetings"
        await stage.press("m")
        assert bridge.writes == []
        await stage.press("tab", "j", "j", "enter")
        await stage.advance(0.3)
        assert stage.session.views.main.meeting == 100
        assert stage.cursor == 3
        await stage.press("escape")
        assert stage.session.view.subject == "meetings"
        await stage.press("tab")
        assert under(stage) == 3, "where it was inside"


async def test_a_filter_is_of_the_callers(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        await stage.press("slash")
        await stage.type("bob")
        assert callers(stage) == [2]
        assert stage.table.visible_keys == (100, 200)
        await stage.press("enter")
        assert stage.watch.callers.has_focus
        await stage.press("h")
        await stage.advance(1)
        assert [path for _, path, _ in bridge.writes] == ["/calls/2"]
        await stage.press("escape")
        assert callers(stage) == [1, 2, 3]
        assert stage.watch.callers.has_focus


async def test_the_panel_stays_with_its_meeting(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        stage.table.move_to(200)
        await stage.settle()
        assert "callers of 100" in stage.text
        await stage.press("h")
        await stage.advance(1)
        assert [path for _, path, _ in bridge.writes] == ["/calls/1"]
        await stage.press("escape")
        assert "callers of 200" in stage.text


async def test_typed_words_and_held_keys_are_no_verbs_there(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        await stage.burst(*"them", gap_s=0.15)
        await stage.advance(2)
        assert bridge.writes == []
        await stage.burst("h", "h", "h", gap_s=0.3)
        await stage.advance(2)
        assert [path for _, path, _ in bridge.writes] == ["/calls/1"]


async def test_a_key_pressed_before_the_row_was_there_acts_on_nobody(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await stage.advance(4)
        too_early = stage.read("h")
        too_early.time = 0.0
        await stage.press("tab")
        stage.app.post_message(too_early)
        await stage.stand_alone()
        await stage.advance(1)
        assert bridge.writes == []
        assert "too fast" in stage.text


async def test_a_caller_with_a_reused_id_is_another_there(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        await stage.press("j")
        bridge.world.leave(bridge.of(2))
        bridge.call(100, 2, "Eve", created=int(bridge.clock.wall() * 1000))
        await stage.advance(3)
        assert stage.line("Eve")
        await stage.press("h")
        await stage.advance(1)
        assert bridge.writes == []


async def test_stale_callers_disarm_it(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        bridge.fail(path="/calls", status=503)
        bridge.fail(path="/meetings/100/calls", status=503)
        await stage.advance(60)
        assert "Meetings 2" in stage.lines[1]
        await stage.press("h")
        await stage.advance(1)
        assert bridge.writes == []
        assert "nothing was sent" in stage.text


async def test_a_narrower_terminal_gives_the_keys_back(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        await stage.pilot.resize_terminal(150, 40)
        await stage.settle()
        assert stage.session.view.subject == "meetings"
        assert stage.table.has_focus
        await stage.press("h")
        await stage.advance(1)
        assert bridge.writes == []


async def test_the_next_asker_is_found_in_the_panel(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        bridge.world.change(bridge.of(3), qa_mode=1)
        await stage.advance(3)
        await stage.press("t")
        assert stage.watch.callers.has_focus
        assert under(stage) == 3


async def test_a_click_chooses_a_caller_and_a_second_one_goes_in(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await stage.advance(4)
        await stage.pilot.click("#callers", offset=(8, 3))
        await stage.settle()
        assert stage.watch.callers.has_focus
        assert under(stage) == 2
        await stage.pilot.click("#callers", offset=(8, 3))
        await stage.advance(0.3)
        assert stage.session.views.main.meeting == 100
        assert stage.cursor == 2


async def test_details_of_a_caller_are_inside_the_meeting(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        await stage.press("j", "i")
        await stage.advance(0.3)
        assert stage.session.views.main.meeting == 100
        assert stage.details["name"] == "Bob"
        await stage.press("escape")
        assert stage.watch.callers.region, "the panel is there again"


async def test_a_filter_is_not_blamed_where_nobody_is(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100, "Board")
    bridge.people(100, "Ada")
    async with staged(size=SIZE) as stage:
        await into_callers(stage)
        await stage.press("/")
        await stage.type("zzz")
        await stage.press("enter")
        assert "nobody matches the filter" in stage.text
        bridge.world.leave(bridge.of(1))
        await stage.advance(30)
        assert callers(stage) == []
        assert "the meeting has ended" in stage.text
