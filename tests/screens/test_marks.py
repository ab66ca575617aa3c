"""Marks, and verbs on all who are marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging


async def test_space_marks_and_goes_down(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("space", "space")
        assert stage.cursor == 3
        assert sorted(stage.session.view.marks) == [1, 2]
        assert stage.row("Ada")[0] == stage.row("Bob")[0] == "●"
        assert stage.row("Cy")[0] == " "
        assert "2 marked" in stage.lines[1]
        await stage.press("k", "space")
        assert sorted(stage.session.view.marks) == [1]
        await stage.press("U")
        assert "marked" not in stage.lines[1]


async def test_v_marks_the_rows_between_the_last_mark_and_the_cursor(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, *(f"n{nth}" for nth in range(1, 11)))
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("j", "space", "j", "j", "j", "v")
        assert sorted(stage.session.view.marks) == [2, 3, 4, 5, 6]
        await stage.press("escape")
        assert stage.session.view.marks == {}
        await stage.press("G", "space", "g", "v")
        assert len(stage.session.view.marks) == 10


async def test_a_range_means_the_rows_as_they_stand(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy", "Dan", first=11)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("space")
        bridge.call(100, 1, "host", role=1)
        bridge.world.change(bridge.of(13), role=1)
        await stage.advance(5)
        assert stage.rows[2:] == [11, 12, 14]
        await stage.press("G", "v")
        assert sorted(stage.session.view.marks) == [11, 12, 14]


async def test_star_marks_all_that_the_filter_shows(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Yara", "Bob", "Yanni", "Cy")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("/", *"ya", "enter", "*")
        assert sorted(stage.session.view.marks) == [1, 3]
        assert "2 marked" in stage.lines[1]
        await stage.press("*")
        assert stage.session.view.marks == {}


async def test_bulk_says_how_many_and_how_many_the_filter_hides(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Yara", "Bob", "Yanni", "Cy", "Dan")
    bridge.call(100, 6, "Hal", role=1)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("*", "/", *"ya", "enter", "m")
        assert stage.dialog == "TypedDialog"
        assert "Mute 5 callers?" in stage.text
        assert "3 of them are hidden by the filter" in stage.text
        assert "1 host" in stage.line("left out")
        assert bridge.writes == []
        await stage.press("5", "enter")
        await stage.advance(3)
        assert sorted(p for _, p, _ in bridge.writes) == [f"/calls/{n}" for n in range(1, 6)]


async def test_bulk_drop_wants_the_number_typed(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy", "Dan")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("space", "space", "space", "d")
        assert stage.dialog == "TypedDialog"
        assert "Drop 3 callers?" in stage.text
        assert "the number of callers (3)" in stage.text
        assert "Ada" in stage.text
        for wrong in ("y", "100", "4"):
            await stage.press(*wrong, "enter")
            assert "not the number" in stage.text
            await stage.press(*["backspace"] * len(wrong))
        assert bridge.writes == []
        await stage.press("escape")
        assert stage.dialog == ""


async def test_three_marked_callers_are_dropped_by_six_keys(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy", "Dan")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("space", "space", "space", "d", "3", "enter")
        await stage.advance(3)
        assert sorted(bridge.writes) == [("DELETE", f"/calls/{key}", None) for key in (1, 2, 3)]
        assert "drop 3 callers — 3 done" in stage.log


async def test_bulk_drop_across_meetings_wants_the_head_count(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.meeting(200)
    bridge.people(100, "Ada")
    bridge.people(200, "Bob", first=2)
    async with staged() as stage:
        await stage.press("2")
        await stage.advance(0.5)
        await stage.press("*", "d")
        assert "in 2 meetings" in stage.text
        assert "the number of callers (2)" in stage.text
        await stage.press("2", "enter")
        await stage.advance(6)
        assert len(bridge.writes) == 2


async def test_marks_on_the_already_muted_make_m_unmute(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", mute_mode=1)
    bridge.call(100, 2, "Bob", mute_mode=2)
    bridge.call(100, 3, "Cy", mute_mode=0)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("space", "space", "m")
        assert "Unmute 2 callers?" in stage.text
        await stage.press("escape")
        await stage.press("space", "m")
        assert "Mute 1 caller?" in stage.text
        assert "2 already muted" in stage.line("left out")


async def test_bulk_shows_progress_and_a_result_for_each(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, *(f"n{nth:02d}" for nth in range(1, 31)))
    bridge.fail(method="PUT", path="/calls/7", status=403, times=1)
    async with staged(requests_per_s=8.0) as stage:
        await stage.go_in(100)
        await stage.press("M")
        await stage.press(*"30", "enter")
        await stage.advance(0.2)
        doing = stage.line("mute 30 callers")
        assert "/30" in doing
        assert "sent" in doing
        assert "waiting" in stage.log
        assert "muting…" in stage.row("n20")
        await stage.advance(0.8)
        assert re.search(r"mute 30 callers — .* · about \ds left", " ".join(stage.log.split()))
        await stage.advance(8)
        assert "left" not in stage.line("mute 30 callers")
        assert "mute 30 callers — 29 done, 1 refused" in " ".join(stage.log.split())
        assert "30/30" in stage.line("mute 30 callers")
        assert "n07" in stage.log
        assert "refused" in stage.line("n07 +15165550007 — mute")


async def test_u_after_a_bulk_restores_each_ones_own_value(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", mute_mode=0)
    bridge.call(100, 2, "Bob", mute_mode=1)
    bridge.call(100, 3, "Cy", mute_mode=2)
    bridge.call(100, 4, "Dan", mute_mode=3)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("ctrl+u")
        assert "Unmute 3 callers" in stage.text
        await stage.press("3", "enter")
        await stage.advance(3)
        assert [bridge.of(n).mute_mode for n in (1, 2, 3, 4)] == [0, 0, 0, 0]
        await stage.press("u")
        await stage.advance(4)
        assert [bridge.of(n).mute_mode for n in (1, 2, 3, 4)] == [0, 1, 2, 3]
        assert "restore 3 callers — 3 done" in stage.log


async def test_a_mark_does_not_pass_on_to_another_caller_with_the_same_id(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("*")
        bridge.world.leave(bridge.of(1))
        bridge.call(100, 1, "Eve", created=int(bridge.clock.wall() * 1000))
        await stage.advance(3)
        await stage.press("m")
        assert "Mute 2 callers?" in stage.text
        await stage.press("2", "enter")
        await stage.advance(3)
        assert sorted(path for _, path, _ in bridge.writes) == ["/calls/2", "/calls/3"]
        assert stage.row("Eve")[0] == " "


async def test_some_who_leave_while_the_dialog_is_open_are_left_out(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("M")
        bridge.world.leave(bridge.of(2))
        await stage.advance(3)
        assert "1 already left; 2 remain" in stage.text
        await stage.press("3", "enter")
        await stage.advance(3)
        assert sorted(path for _, path, _ in bridge.writes) == ["/calls/1", "/calls/3"]


async def test_meetings_are_not_marked(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.meeting(200)
    async with staged() as stage:
        await stage.press("space", "v", "*")
        assert stage.session.view.marks == {}


async def test_a_verb_for_the_marked_does_not_fall_on_the_cursor_when_all_have_left(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("j", "space")
        assert stage.cursor == 3
        bridge.world.leave(bridge.of(2))
        await stage.advance(5)
        assert "marked" not in stage.lines[1]
        await stage.press("m")
        assert "all who were marked have left" in stage.text
        assert bridge.writes == []
        await stage.press("m")  # refused once: now the cursor is meant
        await stage.advance(0.2)
        assert [path for _, path, _ in bridge.writes] == ["/calls/3"]


@pytest.mark.parametrize("after", ["j", "U"])
async def test_who_has_moved_since_means_the_cursor(
    bridge: Bridge, staged: Staging, after: str
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("space")
        bridge.world.leave(bridge.of(1))
        await stage.advance(5)
        await stage.press(after, "d")
        assert stage.dialog == "ConfirmDialog"
