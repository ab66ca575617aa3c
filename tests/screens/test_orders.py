"""Standing orders by key press: a lecture, closed doors, and what a restart asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.monitor.orders.order_file import OrderFile
from confmon.tui.launch import tell

if TYPE_CHECKING:
    from pathlib import Path

    from tests.screens.bridge import Bridge, MemoryAudit
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


async def confirm(stage: Stage) -> None:
    """Answer the question as it wants to be answered."""
    if stage.dialog == "TypedDialog":
        typed = stage.app.screen.plan.typed  # type: ignore[attr-defined]
        await stage.type(typed)
        await stage.press("enter")
    else:
        assert stage.dialog == "ConfirmDialog"
        await stage.press("y")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
async def test_a_lecture_holds_for_latecomers_and_ends_exactly(
    bridge: Bridge, staged: Staging, audit: MemoryAudit, size: tuple[int, int]
) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Host", role=1)
    bridge.people(100, "Ada", "Bob", "Cy", first=2)
    bridge.of(4).mute_mode = 1
    async with staged(size) as stage:
        await stage.go_in(100)
        await stage.press("J")
        assert "Begin a lecture in 100 Grace Hopper: mute 2 callers" in stage.text
        await confirm(stage)
        await stage.advance(3)
        bridge.call(100, 9, "Late")
        await stage.advance(6)
        assert [bridge.of(key).mute_mode for key in (1, 2, 3, 4, 9)] == [0, 2, 2, 1, 2]
        assert "LECTURE" in stage.text
        await stage.press("1")
        assert "LECTURE" in stage.row("Grace")
        await stage.press("J")
        assert "End the lecture in 100 Grace Hopper?" in stage.text
        await confirm(stage)
        await stage.advance(6)
        assert [bridge.of(key).mute_mode for key in (1, 2, 3, 4, 9)] == [0, 0, 0, 1, 0]
        assert "LECTURE" not in stage.text
        assert {a.id for a in audit.intents} == {a.id for a, _ in audit.outcomes}


async def test_a_lecture_with_a_latecomer_takes_two_presses(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, *(f"Ada {number}" for number in range(12)))
    async with staged() as stage:
        await stage.press("J", "y")
        await stage.advance(3)
        bridge.call(100, 99, "Late")
        await stage.advance(6)
        assert bridge.of(99).mute_mode == 2


async def test_doors_hold_who_comes_until_they_are_opened_and_u_opens_them(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Host", role=1)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("C")
        assert "everybody here is a host" in stage.text
        await confirm(stage)
        await stage.advance(1)
        assert "DOORS" in stage.text
        bridge.people(100, "Ada", "Bob", first=2)
        await stage.advance(6)
        assert [bridge.of(key).hold_mode for key in (1, 2, 3)] == [0, 1, 1]
        await stage.press("C")
        assert "Open the doors of 100 Grace Hopper?" in stage.text
        await stage.press("n", "u")
        assert "Undo: closed doors in 100 Grace Hopper?" in stage.text
        await confirm(stage)
        await stage.advance(6)
        assert [bridge.of(key).hold_mode for key in (1, 2, 3)] == [0, 0, 0]
        assert "DOORS" not in stage.text


async def test_u_after_the_end_of_an_order_takes_nothing_older_back_at_once(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("h")
        await stage.advance(4)
        for _ in range(2):
            await stage.press("J")
            await confirm(stage)
            await stage.advance(6)
        sent = len(bridge.writes)
        await stage.press("u")
        await stage.advance(4)
        assert "the end of the lecture in 100 Grace Hopper can't be taken back" in stage.notice
        assert len(bridge.writes) == sent
        await stage.press("u")
        await stage.advance(4)
        assert len(bridge.writes) == sent + 1


async def test_no_answer_begins_nothing(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.press("J", "n")
        await stage.press("C", "escape")
        await stage.advance(6)
        assert bridge.writes == []
        assert "LECTURE" not in stage.text
        assert "DOORS" not in stage.text


async def test_an_order_goes_on_while_a_section_is_looked_at(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.press("J")
        await confirm(stage)
        await stage.advance(3)
        await stage.press("3")
        bridge.call(100, 9, "Late")
        await stage.advance(8)
        assert bridge.of(9).mute_mode == 2
        await stage.press("escape")
        assert "mute Late +15165550009 — 1 done" in stage.log, "one caller is named"


async def test_a_restart_asks_and_takes_nothing_up_by_itself(
    bridge: Bridge, staged: Staging, tmp_path: Path
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    file = OrderFile(tmp_path / "orders.json", "lab")
    async with staged(order_file=file) as stage:
        await stage.press("J")
        await confirm(stage)
        await stage.advance(4)
        app = stage.app
    assert app.left_open == [
        "lecture in 100 Grace Hopper: no longer in force, 2 callers not restored",
        "The next start of confmon asks about it.",
    ]
    for key, holds in (("escape", False), ("y", True)):
        bridge.call(100, 7 if holds else 8, "Late")
        writes = len(bridge.writes)
        async with staged(order_file=OrderFile(tmp_path / "orders.json", "lab")) as stage:
            await stage.advance(6)
            assert "Take up the lecture in 100 Grace Hopper again?" in stage.text
            assert "2 callers are still muted" in stage.text
            assert len(bridge.writes) == writes
            await stage.press(key)
            await stage.advance(6)
            assert ("LECTURE" in stage.text) is holds
            if holds:
                assert bridge.of(7).mute_mode == bridge.of(8).mute_mode == 2
                await stage.press("J")
                await confirm(stage)
                await stage.advance(6)
    assert [bridge.of(key).mute_mode for key in (1, 2, 7, 8)] == [0, 0, 0, 0]
    async with staged(order_file=OrderFile(tmp_path / "orders.json", "lab")) as stage:
        await stage.advance(6)
        assert stage.dialog == ""


async def test_a_restart_may_end_the_order_instead(
    bridge: Bridge, staged: Staging, tmp_path: Path
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy")
    bridge.of(3).mute_mode = 1
    async with staged(order_file=OrderFile(tmp_path / "orders.json", "lab")) as stage:
        await stage.press("J")
        await confirm(stage)
        await stage.advance(4)
    async with staged(order_file=OrderFile(tmp_path / "orders.json", "lab")) as stage:
        await stage.advance(6)
        await stage.press("e")
        await stage.advance(6)
        assert "LECTURE" not in stage.text
        assert [bridge.of(key).mute_mode for key in (1, 2, 3)] == [0, 0, 1]


async def test_leaving_asks_while_an_order_holds(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.press("J")
        await confirm(stage)
        await stage.advance(4)
        await stage.press("q")
        assert "Leave confmon?" in stage.text
        assert "no longer in force" in stage.text
        await stage.press("n")
        assert stage.app.return_code is None


@pytest.mark.parametrize("size", [(40, 12), (60, 20)], ids=str)
async def test_the_title_of_a_narrow_terminal_has_the_marks(
    bridge: Bridge, staged: Staging, size: tuple[int, int]
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged(size) as stage:
        await stage.go_in(100)
        for key in ("J", "C"):
            await stage.press(key)
            await confirm(stage)
        await stage.advance(4)
        await stage.quiet()
        assert "LECT" in stage.text
        assert "DOOR" in stage.text


def test_what_stays_as_it_is_is_reported_at_the_end(capfd: pytest.CaptureFixture[str]) -> None:
    tell(["lecture in 100: no longer in force, 2 callers not restored"])
    shown = "confmon: lecture in 100: no longer in force, 2 callers not restored\n"
    assert capfd.readouterr().err == shown
